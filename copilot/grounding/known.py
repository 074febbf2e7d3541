"""What a turn can vouch for: the results of its tools, the words of its passages, drafts and question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel

from copilot.answer import Citation
from copilot.grounding.facts import Fact, facts, sizes, strings
from copilot.grounding.figures import Day, Figure, days, figures
from tools import catalog
from tools.dimensions import HOUR, ORDER_VALUE, TIME, WEEKDAY
from tools.results import Draft, Window


class Known:
    """Values and dates of one turn. `said` are texts that hold as they stand (the question, caveats, refusals).

    `quotable` are the brand's own names and definitions that hold a figure: anybody may have written them, so they
    bear out no figure but where they are quoted whole.
    """

    def __init__(
        self, said: Iterable[str], evidence: list[BaseModel], citations: list[Citation], drafts: list[Draft]
    ) -> None:
        self.facts: list[Fact] = facts(evidence)
        dumped = [item.model_dump(mode="json", exclude={"query"}) for item in evidence]
        texts = [*said, *(f"{cited.title} {cited.source} {cited.quote}" for cited in citations)]
        texts += [f"{draft.title} {draft.body} {draft.reason.zh} {draft.reason.en}" for draft in drafts]
        self.quotable = {name for item in dumped for name in _names(item) if any(map(str.isdigit, name))}
        texts += list(strings([_told(item) for item in dumped]))
        self._figures = [figure for words in texts for figure in figures(words)]
        self._counts = {float(size) for size in sizes(dumped)} | {float(len(citations))}
        self._counts |= {float(number) for number in range(len(drafts) + 1)}
        self._counts |= {float(n) for draft in drafts for n in (draft.characters, draft.segments, len(draft.issues))}
        spans = [span for item in evidence for span in _windows(item)]
        self._counts |= {float(span.days) for span in spans if span.days}
        self._days = {day.parts for words in texts for day in days(words)}

    def supports(self, figure: Figure) -> bool:
        """Whether some value of this turn is written like this."""
        return self.says(figure) or any(figure.writes(fact.value) for fact in self.facts)

    def says(self, figure: Figure) -> bool:
        """Whether a text of this turn, or the length of a list, holds it."""
        if not figure.percent and figure.value in self._counts:
            return True
        return any(_same(figure, said) for said in self._figures)

    def names(self, day: Day) -> bool:
        return any(known[: len(day.parts)] == day.parts for known in self._days)


_TIMES = frozenset({*TIME, WEEKDAY, HOUR, ORDER_VALUE})
_OWN = frozenset({"dimensions", "filters", "name"})
"""Fields of a result whose texts are the brand's data."""


def _told(node: Any) -> Any:
    """The result without texts that are the brand's own."""
    if isinstance(node, dict):
        own = _own(node)
        return {key: _times(value) if key in own else _told(value) for key, value in node.items()}
    return [_told(value) for value in node] if isinstance(node, list) else node


def _times(node: Any) -> dict[str, Any]:
    """Of the brand's own words the days, hours and order values, which we write: nobody can plant a figure there."""
    return {key: value for key, value in node.items() if key in _TIMES} if isinstance(node, dict) else {}


def _names(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from strings(value) if key in _own(node) else _names(value)
    elif isinstance(node, list):
        for value in node:
            yield from _names(value)


def _own(node: dict) -> frozenset[str]:
    """Its fields with the brand's own words: of a metric that is not ours, title and definition too."""
    ours = "definition" not in node or node.get("metric") in catalog.builtin().metrics
    return _OWN if ours or node.get("kind") != "metric" else _OWN | {"title", "definition"}


def _windows(item: BaseModel) -> Iterator[Window]:
    yield from (value for _, value in item if isinstance(value, Window))


def _same(figure: Figure, said: Figure) -> bool:
    if figure.percent != said.percent:
        return False
    if "points" in (figure.mark, said.mark) and figure.mark != said.mark:
        return False
    return abs(said.value - figure.value) <= figure.slack
