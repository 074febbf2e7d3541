"""What a turn can vouch for: the results of its tools, the words of its passages, drafts and question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import BaseModel

from copilot.answer import Citation
from copilot.grounding.facts import Fact, facts, sizes, strings
from copilot.grounding.figures import Day, Figure, days, figures
from tools.results import Draft, Window


class Known:
    """Values and dates of one turn. `said` are texts that hold as they stand (the question, caveats, refusals)."""

    def __init__(
        self, said: Iterable[str], evidence: list[BaseModel], citations: list[Citation], drafts: list[Draft]
    ) -> None:
        self.facts: list[Fact] = facts(evidence)
        dumped = [item.model_dump(mode="json", exclude={"query"}) for item in evidence]
        texts = [*said, *(f"{cited.title} {cited.source} {cited.quote}" for cited in citations)]
        texts += [f"{draft.title} {draft.body} {draft.reason.zh} {draft.reason.en}" for draft in drafts]
        texts += list(strings(dumped))
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


def _windows(item: BaseModel) -> Iterator[Window]:
    yield from (value for _, value in item if isinstance(value, Window))


def _same(figure: Figure, said: Figure) -> bool:
    if figure.percent != said.percent:
        return False
    if "points" in (figure.mark, said.mark) and figure.mark != said.mark:
        return False
    return abs(said.value - figure.value) <= figure.slack
