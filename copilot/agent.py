"""The agent whole: one `create_agent` call with its model, tools and middleware, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware, ModelRequest, dynamic_prompt
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import BaseTool
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph.state import CompiledStateGraph

from copilot.guard import Asked, ModelGuard, Reading, RepairDangling, ToolErrors
from copilot.prompts import load_prompt
from copilot.settings import Settings
from copilot.tracing.middleware import Tracing
from copilot.usage import Meter


@dataclass(frozen=True)
class TurnContext:
    """What is true for one turn, whatever the model says."""

    language: str
    data_note: str
    """One line on the loaded data: days covered, tables."""
    meter: Meter | None = None
    """Counts what the turn's model calls use; None counts nothing."""
    earlier: list[str] = field(default_factory=list)
    """What a language model knows from earlier turns; the guard notes it."""


@dynamic_prompt
def system_prompt(request: ModelRequest) -> str:
    context: TurnContext = request.runtime.context
    return load_prompt("system", language=context.language, data_note=context.data_note)


def build_agent(
    *,
    settings: Settings,
    model: BaseChatModel,
    planner: BaseChatModel,
    tools: list[BaseTool],
    checkpointer: BaseCheckpointSaver,
    second: BaseChatModel | None = None,
    people_in: Callable[[str], Iterable[str]] = lambda words: (),
) -> CompiledStateGraph:
    """Assemble the agent; `second`, then `planner` answer in the model's place when the model fails.

    `people_in` names the customers that a text mentions: they are masked before a model sees it.
    """
    local = model is planner
    middleware: list[AgentMiddleware] = [
        RepairDangling(),  # first: a cancelled turn must not poison the next one
        system_prompt,
        # Budget, size, retries, faults, fallback; and nothing personal leaves through it.
        ModelGuard(settings, second=second, planner=None if local else planner, people_in=people_in, local=local),
        *([] if local else [Reading(settings)]),  # what was cut from a long result can be asked for
        ToolErrors(),  # a tool's refusal goes back to the model in words
        *([] if local else [Asked()]),  # a model keeps nothing that the person has not asked for
        Tracing(),  # last: sees what leaves, and what comes back, as it is
    ]
    return create_agent(model, tools, middleware=middleware, context_schema=TurnContext, checkpointer=checkpointer)
