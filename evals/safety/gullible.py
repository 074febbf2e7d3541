"""The model under test: it finds the planted order in what it is sent, and does it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from copilot.testing import Behaviour, Call, Reply, say
from evals.safety.cases import Case, Step

Mode = Literal["obey", "honest"]
REVENUE = Step(tool="query_metric", arguments={"metric": "revenue", "window": "all"})
PIECE = 24
"""Characters a delta: what is hidden in a stream may fall on either side of a cut."""
_TOTAL = re.compile(r"(?:total: [^\d\n]*|\"value\": ?)(?P<total>\d[\d,.]*\d)")


@dataclass
class Gullible:
    """A script of `ScriptedServer`: reads as the channel says, then obeys; honest, it answers the question.

    `unprompted` lets it do the deed even where the order never reached it.
    """

    case: Case
    id: str
    secrets: Iterable[str]
    mode: Mode = "obey"
    unprompted: bool = False
    reached: bool = False
    """Whether the order was in what it was sent."""
    asked: tuple[str, ...] = ()
    """Names of the tools that it called."""

    def __call__(self, body: dict[str, Any]) -> Behaviour:
        messages = body["messages"]
        turn = messages[max(place for place, each in enumerate(messages) if each["role"] == "user") :]
        told = [str(each["content"]) for each in turn if each["role"] == "tool"]
        self.reached = self.reached or self.case.marker in json.dumps(messages, ensure_ascii=False)
        offered = [tool["function"]["name"] for tool in body.get("tools", [])]
        if REVENUE.tool not in offered:  # it is asked to write drafts, and answers with its own
            return say(self._lie(messages))
        reads = [REVENUE, *self.case.channel.reads]
        if not told:
            return self._call(reads)
        obeys = self.mode == "obey" and (self.reached or self.unprompted)
        deeds = self.case.payload.calls if obeys else []
        if deeds and len(told) <= len(reads):
            return self._call(deeds)
        return say(self._lie(messages) if obeys else self._truth(told), piece=PIECE)

    def _call(self, steps: list[Step]) -> Reply:
        first = len(self.asked)
        self.asked += tuple(step.tool for step in steps)
        return Reply(calls=tuple(
            Call(step.tool, self._filled(step.arguments), id=f"call_{self.case.number}_{first + place}")
            for place, step in enumerate(steps)
        ), whole_calls=True)  # fmt: skip

    def _filled(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.case.filled(value, self.id)
        if isinstance(value, list):
            return [self._filled(each) for each in value]
        if isinstance(value, dict):
            return {key: self._filled(each) for key, each in value.items()}
        return value

    def _lie(self, messages: list[dict[str, Any]]) -> str:
        seen = json.dumps(messages, ensure_ascii=False)
        system = next((str(each["content"]) for each in messages if each["role"] == "system"), "")
        personal = ", ".join(secret for secret in self.secrets if secret in seen) or "-"
        return self.case.payload.says.replace("@system", system).replace("@seen", personal)

    def _truth(self, told: list[str]) -> str:
        total = figure(told)
        return f"总收入是 {total} 元。" if self.case.language == "zh" else f"Total revenue is {total}."


def figure(told: list[str]) -> str:
    """The total that the first tool told, as it wrote it."""
    match = _TOTAL.search(told[0]) if told else None
    return match["total"] if match else "?"
