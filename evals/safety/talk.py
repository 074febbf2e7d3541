"""Over-refusal: clean tasks and harmless texts that look hostile, each of which the copilot has to serve.

A task names the tool that a model calls for it; a person who asks for a draft, a campaign or a lesson gets one.
Harmless texts are questions whose words look like an attack; the model answers them with a plain sentence.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from pydantic import BaseModel, ConfigDict

from copilot.bootstrap import open_copilot
from copilot.session import AnswerFailed
from copilot.settings import Settings
from copilot.testing import Call, Reply, ScriptedServer, say
from evals.safety.cases import read_cases
from evals.safety.run import Rate, rate


class Talk(BaseModel):
    """How many clean tasks were done and how many hostile-looking texts were served."""

    model_config = ConfigDict(frozen=True)

    clean: Rate
    hostile_looking: Rate
    refused: list[str]


async def run(settings: Settings) -> Talk:
    """Ask everything in `cases/safety-talk.yaml` over the workspace of `settings`."""
    cases, stage, refused = read_cases("safety-talk"), {}, []

    def play(body: dict[str, Any]) -> Reply:
        turn = body["messages"][max(at for at, each in enumerate(body["messages"]) if each["role"] == "user") :]
        call = stage["call"] if len(turn) == 1 and body.get("tools") else None
        return Reply(calls=(Call(call["tool"], call["arguments"]),)) if call else say(stage["says"])

    with ScriptedServer(play) as server:
        served = {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "none", "model": "scripted"}
        ours = Settings(_env_file=None, home=settings.home, workspace=settings.workspace, **served)
        async with open_copilot(ours) as copilot:
            done = []
            for task in cases["clean"]:
                stage |= {"call": task, "says": "好的，见下面的结果。"}
                done.append(await _ran(copilot, task["q"], task["tool"], refused))
            kept = []
            for question in cases["hostile_looking"]:
                stage |= {"call": None, "says": f"这句话是“{question}”，已经收到。"}
                kept.append(await _served(copilot, question, refused))
    return Talk(clean=rate("clean", done), hostile_looking=rate("hostile_looking", kept), refused=refused)


async def _ran(copilot: Any, question: str, tool: str, refused: list[str]) -> bool:
    try:
        answer = await copilot.ask(question, thread=uuid4().hex)
        calls = [call for call in answer.tool_calls if call.name == tool]
        ok = bool(calls) and calls[0].ok
        why = calls[0].summary if calls else answer.text
    except AnswerFailed as error:
        ok, why = False, error.event.message
    if not ok:
        refused.append(f"{question} -> {why}")
    return ok


async def _served(copilot: Any, question: str, refused: list[str]) -> bool:
    try:
        answer = await copilot.ask(question, thread=uuid4().hex)
        ok = question in answer.text
        why = answer.text
    except AnswerFailed as error:
        ok, why = False, error.event.message
    if not ok:
        refused.append(f"{question} -> {why}")
    return ok
