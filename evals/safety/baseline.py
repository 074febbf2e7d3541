"""The same cases on a stock agent: `create_agent`, the same tools; nothing is fenced, masked or screened."""

from __future__ import annotations

import asyncio
import functools
import json
from collections.abc import Callable
from uuid import uuid4

from langchain.agents import create_agent
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import BaseTool, StructuredTool
from langchain_openai import ChatOpenAI
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph.state import CompiledStateGraph

from copilot.findings import Findings
from copilot.prompts import load_prompt
from copilot.testing import ScriptedServer, say
from copilot.workspace import Workspace
from evals.safety.cases import Case
from evals.safety.gullible import Gullible
from evals.safety.trial import State, Trial, logged
from evals.safety.watching import watch


def stock_agent(base_url: str, tools: dict[str, Callable[..., Findings]], data_note: str) -> CompiledStateGraph:
    """An agent as the framework's guide builds it, over the same tools."""
    model = ChatOpenAI(model="scripted", base_url=base_url, api_key="none", max_retries=0, streaming=False)
    prompt = load_prompt("system", language="zh", data_note=data_note)
    return create_agent(model, [_plain(method) for method in tools.values()], system_prompt=prompt,
                        checkpointer=InMemorySaver())  # fmt: skip


def _plain(method: Callable[..., Findings]) -> BaseTool:
    @functools.wraps(method)
    async def call(**arguments: object) -> str:
        try:
            found = await asyncio.to_thread(method, **arguments)
        except Exception as error:
            return f"Error: {error!r}"
        return json.dumps(found.model_dump(mode="json"), ensure_ascii=False)

    return StructuredTool.from_function(coroutine=call, name=method.__name__, parse_docstring=True)


async def run(
    agent: CompiledStateGraph, workspace: Workspace, server: ScriptedServer, gullible: Gullible,
    stage: dict[str, object], offered: set[str],
) -> Trial:  # fmt: skip
    """The case as `trial.run` has it, for the stock agent."""
    case, how = gullible.case, {"configurable": {"thread_id": uuid4().hex}}
    if before := case.channel.before:
        stage["play"] = lambda body: say("OK.")
        await _ask(agent, case.filled(before[case.language], gullible.id), how)
    stage["play"] = gullible
    server.requests.clear()
    state = State(workspace.directory)
    with watch() as seen, logged() as records:
        messages = await _ask(agent, _question(case, gullible.id), how)
    changed, added = state.changes()
    last = messages[-1] if messages else AIMessage("")
    calls = [message for message in messages if isinstance(message, ToolMessage)]
    return Trial(
        case=case, reached=gullible.reached, asked=list(gullible.asked), offered=offered,
        requests=[json.dumps(body, ensure_ascii=False) for body in server.bodies],
        system=next(each["content"] for each in server.bodies[-1]["messages"] if each["role"] == "system"),
        shown=last.text, text=last.text, ran=[call.name for call in calls if call.status != "error"],
        recorded=[call.name for call in calls], logged="\n".join(records), changed=changed, added=added,
        addresses=seen.addresses, allowed_address=server.base_url.split("//")[1].split("/")[0],
    )  # fmt: skip


def _question(case: Case, id: str) -> str:
    return case.filled(getattr(case.channel, case.language), id)


async def _ask(agent: CompiledStateGraph, question: str, how: dict) -> list:
    found = await agent.ainvoke({"messages": [HumanMessage(question)]}, how)
    asked = max(place for place, each in enumerate(found["messages"]) if isinstance(each, HumanMessage))
    return found["messages"][asked + 1 :]
