"""What two answers to one question have in common, and what not."""

from __future__ import annotations

import difflib
from collections import Counter
from typing import Any

from copilot.answer import Answer, Frozen, Usage
from copilot.grounding import figures
from copilot.store import State
from copilot.tracing.results import Trace


class Side(Frozen):
    """One of the two."""

    id: str
    model: str
    state: State
    fault: str
    seconds: float | None
    usage: Usage | None
    tools: list[str]
    """Calls as they are written: "query_metric(metric=revenue, by=[channel])"."""
    figures: list[str]
    text: str

    @classmethod
    def of(cls, trace: Trace, answer: Answer | None) -> Side:
        said = answer.text if answer else ""
        return cls(
            id=trace.id, model=trace.model, state=trace.state, fault=trace.fault, seconds=trace.seconds,
            usage=trace.usage, text=said, figures=[figure.words.strip() for figure in figures(said)],
            tools=[_call(each.name, each.arguments) for each in answer.tool_calls] if answer else trace.tools,
        )  # fmt: skip


class Comparison(Frozen):
    """An answer and its replay; `*_gone` are the first one's alone, `*_new` the replay's."""

    question: str
    before: Side
    after: Side
    tools_gone: list[str]
    tools_new: list[str]
    figures_gone: list[str]
    figures_new: list[str]
    diff: list[str]
    """Lines of a unified diff of the two texts; [] where they say the same."""

    @classmethod
    def of(cls, question: str, before: Side, after: Side) -> Comparison:
        return cls(
            question=question, before=before, after=after,
            tools_gone=_less(before.tools, after.tools), tools_new=_less(after.tools, before.tools),
            figures_gone=_less(before.figures, after.figures), figures_new=_less(after.figures, before.figures),
            diff=list(difflib.unified_diff(before.text.splitlines(), after.text.splitlines(), before.model,
                                           after.model, lineterm="")),
        )  # fmt: skip


def _less(some: list[str], others: list[str]) -> list[str]:
    return list((Counter(some) - Counter(others)).elements())


def _call(name: str, arguments: dict[str, Any]) -> str:
    return f"{name}({', '.join(f'{key}={value}' for key, value in arguments.items())})"
