"""The check of a whole answer: what the evidence can correct is corrected, the rest is marked; both are listed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import BaseModel

from copilot.answer import Caution, Citation
from copilot.catalogue import text
from copilot.grounding.claims import Wrong, wrong_figure, wrong_ranks
from copilot.grounding.clauses import scopes
from copilot.grounding.figures import days, figures
from copilot.grounding.known import Known
from copilot.grounding.names import Names
from tools.results import Draft

_PLAIN = re.compile(r"(?P<digits>[\d,]+(?:\.\d+)?)(?P<percent>(?:\s?[%％])?)")
"""A figure that can be written anew: no 万, no percentage points."""


@dataclass(frozen=True)
class Checked:
    text: str
    warnings: list[Caution]


def check(
    words: str,
    *,
    question: str,
    evidence: Iterable[BaseModel],
    citations: Iterable[Citation],
    drafts: Iterable[Draft],
    language: str,
    refusals: Iterable[str] = (),
    earlier: Iterable[str] = (),
) -> Checked:
    """Return the answer with wrong figures corrected or marked, and a warning for each.

    A figure is wrong when no value of the turn is written like it, when the value belongs to another
    tier, channel or month than the one it is said of, or when its unit or direction is another one.
    `refusals` are the worded refusals of tools: what they say of the data's days holds too. `earlier` is
    what tools found in earlier turns: it bears out a figure or date of which this turn knows nothing.
    """
    evidence = list(evidence)
    caveats = [text(f"note.{key}", language) for item in evidence for key in getattr(item, "notes", [])]
    known = Known([question, *caveats, *refusals], evidence, list(citations), list(drafts))
    names, found = Names(known.facts), list(figures(words))
    placed = scopes(words, found, names)
    wrong = [each for figure in found if figure in placed
             and (each := wrong_figure(figure, placed[figure], known, words))]  # fmt: skip
    wrong += [Wrong(day.start, day.end, day.words, "unmatched") for day in days(words) if not known.names(day)]
    before = Known(earlier, [], [], [])
    told = {figure.start for figure in found if before.says(figure)}
    told |= {day.start for day in days(words) if before.names(day)}
    quoted = [match.span() for name in known.quotable for match in re.finditer(re.escape(name), words)]
    told |= {each.start for each in wrong if any(start <= each.start < end for start, end in quoted)}
    wrong = [each for each in wrong if each.problem != "unmatched" or each.start not in told]
    wrong += wrong_ranks(words, known, names)
    wrong.sort(key=lambda each: each.start)
    mended, warnings = words, []
    for each in reversed(wrong):
        written = _written(words, each)
        shown = f"{words[each.start : each.end]}{text('grounding.mark', language)}" if written is None else written
        mended = f"{mended[: each.start]}{shown}{mended[each.end :]}"
        warnings.insert(0, _caution(each, written, language))
    return Checked(mended, warnings)


def _caution(wrong: Wrong, written: str | None, language: str) -> Caution:
    if written is not None:
        message = text("grounding.corrected", language, figure=wrong.words, right=written.strip())
        return Caution(code="W-CORRECTED", message=message)
    code = "W-UNMATCHED" if wrong.problem == "unmatched" else f"W-{wrong.problem.upper()}"
    return Caution(code=code, message=text(f"grounding.{wrong.problem}", language, figure=wrong.words))


def _written(words: str, wrong: Wrong) -> str | None:
    """The right value in the way the wrong one was written; None where there is none, or a bigger unit was used."""
    shown = words[wrong.start : wrong.end]
    match = _PLAIN.fullmatch(shown)
    if wrong.right is None or match is None:
        return None
    places = len(match["digits"].partition(".")[2])
    value = abs(wrong.right.value) * (100 if match["percent"] else 1)
    return f"{value:,.{places}f}{match['percent']}"
