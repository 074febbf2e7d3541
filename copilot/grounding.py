"""Check every figure of an answer against the turn's evidence, citations and drafts.

A figure matches when some known value, rounded to the digits shown, gives it: "1.2万"
matches 12,034; "34.6%" matches 0.3459. Dates must be days or months that the evidence,
the citations or the question name. What does not match is marked in the text and listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from copilot.answer import Caution, Citation
from copilot.catalogue import text
from tools.results import Draft

SCALES = {
    "万亿": 1e12,
    "亿": 1e8,
    "千万": 1e7,
    "百万": 1e6,
    "万": 1e4,
    "千": 1e3,
    "billion": 1e9,
    "bn": 1e9,
    "million": 1e6,
    "k": 1e3,
}
_SCALE = "|".join(SCALES)
_NUMBER = re.compile(
    rf"(?<![A-Za-z0-9_.#])[-+−]?\s?[¥￥$€£]?\s?(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?P<scale>\s?(?:{_SCALE})(?![a-z]))?(?P<percent>\s?(?:%|％|个百分点|pts|percentage points))?",
    re.IGNORECASE,
)
_DATE = re.compile(r"(?<!\d)(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?|年(?:(\d{1,2})月(?:(\d{1,2})日)?)?)(?!\d)")
_SKIP = re.compile(r"`[^`]*`|\[[^\]\n]*\]|\{[^}\n]*\}|https?://\S+|^\s*\d+[.、)]\s", re.MULTILINE)


@dataclass(frozen=True)
class Checked:
    text: str
    warnings: list[Caution]


@dataclass(frozen=True)
class Figure:
    start: int
    end: int
    words: str
    value: float
    step: float
    """Worth of one unit in the last digit shown."""
    percent: bool


def check(
    words: str,
    *,
    question: str,
    evidence: Iterable[BaseModel],
    citations: Iterable[Citation],
    drafts: Iterable[Draft],
    language: str,
    refusals: Iterable[str] = (),
) -> Checked:
    """Return the answer with unmatched figures marked, and a warning for each.

    `refusals` are the worded refusals of tools: what they say of the data's days holds too.
    """
    evidence = list(evidence)
    caveats = [text(f"note.{key}", language) for item in evidence for key in getattr(item, "notes", [])]
    known = Known([question, *caveats], evidence, list(citations), list(drafts))
    bad = [figure for figure in figures(words) if not known.supports(figure)]
    bad += [date for date in _dates(words) if not known.names(date)]
    marked = words
    for figure in sorted(bad, key=lambda item: item.start, reverse=True):
        marked = f"{marked[: figure.end]}{text('grounding.mark', language)}{marked[figure.end :]}"
    warnings = [
        Caution(code="W-UNMATCHED", message=text("grounding.unmatched", language, figure=figure.words.strip()))
        for figure in sorted(bad, key=lambda item: item.start)
    ]
    return Checked(marked, warnings)


def figures(words: str) -> Iterator[Figure]:
    """Yield every figure in the text; dates, code, links and list numbers are no figures."""
    plain = _blank(_DATE, _blank(_SKIP, words))
    for match in _NUMBER.finditer(plain):
        digits = match["digits"].replace(",", "")
        scale = SCALES[(match["scale"] or "").strip().lower()] if match["scale"] else 1.0
        places = len(digits.partition(".")[2])
        yield Figure(
            match.start("digits"),
            match.end(),
            match.group(),
            float(digits) * scale,
            scale * 10.0**-places,
            bool(match["percent"]),
        )


def _dates(words: str) -> Iterator[Figure]:
    for match in _DATE.finditer(_blank(_SKIP, words)):
        yield Figure(match.start(), match.end(), match.group(), 0.0, 0.0, False)


def _blank(pattern: re.Pattern[str], words: str) -> str:
    return pattern.sub(lambda match: " " * len(match.group()), words)


class Known:
    """Values and dates that this turn can vouch for."""

    def __init__(self, said: list[str], evidence: list, citations: list[Citation], drafts: list[Draft]) -> None:
        dumped = [item.model_dump(mode="json", exclude={"query"}) for item in evidence]
        texts = [*said, *(f"{c.title} {c.source} {c.quote}" for c in citations)]
        texts += [f"{d.title} {d.body} {d.reason.zh} {d.reason.en}" for d in drafts]
        texts += list(_strings(dumped))
        self._values = set(_numbers(dumped)) | {float(n) for n in range(len(drafts) + 1)} | {float(len(citations))}
        self._shares = set(_numbers(dumped))
        self._values |= {float(n) for d in drafts for n in (d.characters, d.segments, len(d.issues))}
        self._values |= {float(len(rows)) for rows in _lists(dumped)}
        for figure in (figure for words in texts for figure in figures(words)):
            (self._shares if figure.percent else self._values).add(
                figure.value / 100 if figure.percent else figure.value
            )
        self._dates = {_parts(match) for words in texts for match in _DATE.finditer(words)}

    def supports(self, figure: Figure) -> bool:
        shown, slack = figure.value, figure.step / 2 * (1 + 1e-9) + 1e-9
        if figure.percent:
            return any(abs(abs(value) * 100 - shown) <= slack for value in self._shares)
        return any(abs(abs(value) - shown) <= slack for value in self._values)

    def names(self, date: Figure) -> bool:
        wanted = _parts(_DATE.search(date.words))
        return any(known[: len(wanted)] == wanted for known in self._dates)


def _parts(match: re.Match[str]) -> tuple[int, ...]:
    year, month, day, month_zh, day_zh = match.groups()
    return tuple(int(part) for part in (year, month or month_zh, day or day_zh) if part)


def _numbers(node: Any) -> Iterator[float]:
    if isinstance(node, bool):
        return
    if isinstance(node, (int, float)):
        yield float(node)
    elif isinstance(node, (dict, list)):
        for child in node.values() if isinstance(node, dict) else node:
            yield from _numbers(child)


def _strings(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, (dict, list)):
        for child in node.values() if isinstance(node, dict) else node:
            yield from _strings(child)


def _lists(node: Any) -> Iterator[list]:
    if isinstance(node, list):
        yield node
    if isinstance(node, (dict, list)):
        for child in node.values() if isinstance(node, dict) else node:
            yield from _lists(child)
