"""The same question again, with what was said before it, answered by another model beside the workspace."""

from __future__ import annotations

from langchain_core.messages import AnyMessage
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from pydantic import SecretStr

from copilot.bootstrap import open_copilot
from copilot.session import AnswerFailed
from copilot.settings import PLANNER, Settings
from copilot.store import Store, Turn
from copilot.tracing.comparing import Comparison, Side
from copilot.tracing.results import Trace
from copilot.tracing.scratch import scratch
from copilot.tracing.store import TraceStore
from copilot.tracing.tracer import open_tracer
from copilot.usage import UsageBook
from copilot.workspace import Workspace
from tools.errors import BadArgument, NoData
from tools.roles import require


async def replay(workspace: Workspace, id: str, by: Settings) -> Comparison:
    """Ask the question of turn `id` again by the model of `by`; what the tools write goes into a copy that is gone.

    The replay's own story is kept beside the first one, its cost in the workspace's book.
    Raises BadArgument for an unknown or ambiguous id, NoData where the conversation is not kept.
    """
    trace, turns = story(workspace, id)
    turn = next(each for each in turns if each.id == trace.id)
    earlier = await _earlier(workspace, turns, turn)
    tracer, usage = open_tracer(workspace, replay_of=trace.id), UsageBook.open(workspace.store_path)
    with scratch(by) as beside:
        async with open_copilot(beside, tracer=tracer, usage=usage) as copilot:
            thread = f"replay-{trace.id}"
            if earlier:
                await copilot.remember(thread, earlier)
            try:
                answer = await copilot.ask(turn.question, thread=thread, language=trace.language)
                again = answer.id
            except AnswerFailed as failed:
                answer, again = None, failed.event.log_id
            after = tracer.store.get(again)
    if after is None:
        raise NoData("trace_not_written")
    return Comparison.of(turn.question, Side.of(trace, turn.answer), Side.of(after, answer))


def story(workspace: Workspace, id: str) -> tuple[Trace, list[Turn]]:
    """The story of a turn and the turns of its thread. Raises NotAllowed, BadArgument or NoData."""
    require(workspace.settings.role, "stories")
    traces, store = TraceStore.open(workspace.traces_path), Store.open(workspace.store_path)
    try:
        trace = traces.get(id)
        if trace is None:
            raise BadArgument("no_trace", given=id)
        turns = store.turns(trace.thread)
    finally:
        traces.close()
        store.close()
    if trace.id not in {turn.id for turn in turns}:
        raise NoData("trace_without_thread", given=trace.id)
    return trace, turns


async def _earlier(workspace: Workspace, turns: list[Turn], turn: Turn) -> list[AnyMessage]:
    """The thread's messages before the turn, as the agent remembers them."""
    later = {each.id for each in turns[turns.index(turn) :]}
    async with AsyncSqliteSaver.from_conn_string(str(workspace.threads_path)) as saver:
        kept = await saver.aget_tuple({"configurable": {"thread_id": turn.thread}})
    messages = kept.checkpoint["channel_values"].get("messages", []) if kept else []
    end = next((place for place, message in enumerate(messages) if message.id in later), len(messages))
    return messages[:end]


def answering(
    settings: Settings, *, model: str = "", base_url: str | None = None, api_key: SecretStr | None = None
) -> Settings:
    """Settings under which another model answers, and nobody in its place; a key goes to no address but its own.

    `model` names the planner, one of the configured models or any other that is served there; "" is the
    configured one, or the planner. Raises BadArgument where no language model can be asked.
    """
    alone = {"fallback": "none", "model_2": ""}
    if model == PLANNER or not (model or base_url or settings.language_model):
        return settings.model_copy(update=alone | {"api_key": None, "base_url": None})
    if base_url is not None and base_url != settings.base_url:
        elsewhere = {"base_url": base_url, "api_key": api_key, "price_input": None, "price_output": None}
        return settings.model_copy(update=alone | elsewhere | {"model": model or settings.model})
    if not settings.language_model:
        raise BadArgument("replay_no_model", given=model)
    second = settings.second
    served = second if second and model == second.model else settings.first
    known = model in ("", served.model)
    return settings.model_copy(update=alone | {
        "model": model or served.model, "base_url": served.base_url, "api_key": served.api_key,
        "price_input": served.price_input if known else None, "price_output": served.price_output if known else None,
    })  # fmt: skip
