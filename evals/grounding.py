"""How well the grounding check tells true statements from false ones, on sentences filled from typed results.

Each sentence of `cases/grounding.yaml` is filled with true values, then falsified one slot at a time:
another number, another row's value, the wrong unit, scale or direction, a rank that is not held.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from importlib import resources
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

from copilot import grounding
from copilot.catalogue import LANGUAGES
from copilot.formatting import value_name
from evals.grounding_evidence import EVIDENCE
from evals.statistics import Estimate, proportion
from tools.results import MetricResult, TierComparison, TierMigration, TierOverview

SEED = 7
WORST = 20
FEWEST, MOST = 1.06, 1.35
"""Factors by which a number is falsified."""
Lie = Literal["number", "row", "unit", "scale", "direction", "rank"]
_WENT = {"zh": {True: "上升", False: "下降"}, "en": {True: "rose", False: "fell"}}
_NET = {"zh": {True: "增加", False: "减少"}, "en": {True: "grew", False: "fell"}}
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_MONEY = frozenset({"value", "before", "gap", "sum", "value_other", "revenue", "aov"})
_RANKED = {"top": max, "bottom": min}


class Pattern(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    of: str
    about: Literal["one", "two", "top", "bottom"]
    zh: str
    en: str
    by: str = "value"
    """Slot that a ranking sentence ranks by."""


class Statement(BaseModel):
    model_config = ConfigDict(frozen=True)

    words: str
    language: str
    of: str
    lie: Lie | None = None
    """How it was falsified; None for a true one."""


class Judged(Statement):
    flagged: bool


class LieReport(BaseModel):
    lie: str
    statements: int
    recall: Estimate


class GroundingReport(BaseModel):
    true: int
    false: int
    precision: Estimate
    recall: Estimate
    false_alarms: Estimate
    lies: list[LieReport]
    worst: list[Judged]
    """Statements that the check got wrong, the first ones."""


def sentences() -> list[tuple[str, str, list[Statement]]]:
    """Return every sentence, its language and its statements, true and false; the same ones in each run."""
    drawn = random.Random(SEED)
    return [
        (getattr(pattern, language), language, list(_filled(pattern, language, drawn)))
        for pattern in load() for language in LANGUAGES
    ]  # fmt: skip


def load() -> list[Pattern]:
    path = resources.files("evals") / "cases" / "grounding.yaml"
    return [Pattern(**each) for each in yaml.safe_load(path.read_text(encoding="utf-8"))["patterns"]]


def run() -> GroundingReport:
    """Judge every statement."""
    return report([judged(each) for _, _, filled in sentences() for each in filled])


def judged(statement: Statement) -> Judged:
    """Put one statement before the check."""
    return Judged(**statement.model_dump(), flagged=_flagged(statement))


def report(found: list[Judged]) -> GroundingReport:
    """Count what was told apart, by the kind of lie."""
    honest = [each for each in found if each.lie is None]
    lies = [each for each in found if each.lie]
    kinds = sorted({each.lie for each in lies})
    return GroundingReport(
        true=len(honest), false=len(lies),
        precision=proportion([each.lie is not None for each in found if each.flagged]),
        recall=proportion([each.flagged for each in lies]),
        false_alarms=proportion([each.flagged for each in honest]),
        lies=[
            LieReport(lie=kind, statements=sum(each.lie == kind for each in lies),
                      recall=proportion([each.flagged for each in lies if each.lie == kind]))
            for kind in kinds
        ],
        worst=[each for each in found if each.flagged == (each.lie is None)][:WORST],
    )  # fmt: skip


def _flagged(statement: Statement) -> bool:
    checked = grounding.check(
        statement.words, question="", evidence=EVIDENCE.values(), citations=[], drafts=[], language=statement.language
    )
    return bool(checked.warnings)


def _filled(pattern: Pattern, language: str, drawn: random.Random) -> Iterator[Statement]:
    """A true statement for each row it can speak of, and every way to falsify it."""
    rows = _table(EVIDENCE[pattern.of])
    sentence = getattr(pattern, language)
    for row, other in _speaks_of(pattern, rows):
        true = _slots(rows, row, other)
        yield _statement(pattern, sentence, _worded(true, pattern.of, language), language)
        for lie, slots in _falsified(pattern, sentence, rows, row, true, drawn):
            yield _statement(pattern, sentence, _worded(slots, pattern.of, language), language, lie)
        for name, wrong in _miswritten(sentence, true, language):
            yield _statement(pattern, sentence, _worded(true, pattern.of, language) | wrong, language, name)


def _statement(
    pattern: Pattern, sentence: str, slots: dict[str, str], language: str, lie: Lie | None = None
) -> Statement:
    return Statement(words=sentence.format(**slots), language=language, of=pattern.of, lie=lie)


def _table(result: BaseModel) -> dict[str, dict[str, float]]:
    """Row -> slot -> raw value."""
    match result:
        case MetricResult():
            return {next(iter(row.dimensions.values())): {
                "value": row.value, "before": row.previous, "change": row.change, "share": row.share or 0.0,
            } for row in result.rows}  # fmt: skip
        case TierOverview():
            return {row.tier: row.model_dump(exclude={"tier"}) for row in result.rows}
        case TierMigration():
            return {tier: {"before": result.before[tier], "after": result.after[tier], "change": result.net[tier]}
                    for tier in result.after}
        case TierComparison():
            return {tier: {row.metric: row.values[tier] for row in result.rows} for tier in result.tiers}
    raise TypeError(type(result))


def _speaks_of(pattern: Pattern, rows: dict[str, dict[str, float]]) -> Iterator[tuple[str, str]]:
    names = list(rows)
    if pattern.about in _RANKED:
        yield _RANKED[pattern.about](names, key=lambda row: rows[row][pattern.by]), names[0]
        return
    for at, row in enumerate(names):
        other = names[(at + 1) % len(names)]
        if pattern.about == "two" and "value" in rows[row] and rows[row]["value"] < rows[other]["value"]:
            row, other = other, row
        yield row, other


def _slots(rows: dict[str, dict[str, float]], row: str, other: str) -> dict[str, float | str]:
    mine, its = rows[row], rows[other]
    slots: dict[str, float | str] = {**mine, "row": row, "other": other}
    if "value" in mine:
        slots |= {"gap": mine["value"] - its["value"], "sum": mine["value"] + its["value"],
                  "ratio": mine["value"] / its["value"], "value_other": its["value"]}
    if "customers" in mine:
        slots["sum_customers"] = mine["customers"] + its["customers"]
    if "change" in mine:
        slots["rises"] = float(mine["change"] > 0)
    return slots


def _falsified(
    pattern: Pattern, sentence: str, rows: dict, row: str, true: dict[str, float | str], drawn: random.Random
) -> Iterator[tuple[Lie, dict[str, float | str]]]:
    numbers = [name for name in true if f"{{{_slot(name, sentence)}}}" in sentence and name not in {"row", "other"}]
    for name in numbers:
        yield "number", true | {name: float(true[name]) * drawn.uniform(FEWEST, MOST)}
    if pattern.about == "one":
        wrong = rows[drawn.choice([each for each in rows if each != row])]
        for name in numbers:
            if name in wrong and abs(wrong[name] - true[name]) > 0.02 * abs(true[name]):
                yield "row", true | {name: wrong[name]}
    if pattern.about in _RANKED:
        wrong = drawn.choice([each for each in rows if each != row])
        yield "rank", _slots(rows, wrong, row)
    if "{went}" in sentence:
        yield "direction", true | {"rises": 1.0 - float(true["rises"])}


def _slot(name: str, sentence: str) -> str:
    """The slot that shows a value: several show the same one differently."""
    shown = {"value": ("value", "short"), "change": ("change", "points", "net"), "gap": ("gap", "gap_points")}
    return next((slot for slot in shown.get(name, (name,)) if f"{{{slot}}}" in sentence), name)


def _miswritten(sentence: str, true: dict[str, float | str], language: str) -> Iterator[tuple[Lie, dict[str, str]]]:
    """A right number in a wrong unit or scale."""
    if "{short}" in sentence:
        yield "scale", {"short": _short(float(true["value"]), language, wrong=True)}
    if "{points}" in sentence:
        yield "unit", {"points": f"{abs(float(true['change'])) * 100:.1f}%"}
    if "{change}" in sentence:
        yield "unit", {"change": _points(float(true["change"]), language)}
    if "{customers}" in sentence and "|" not in sentence:
        yield "unit", {"customers": f"¥{float(true['customers']):,.0f}"}


def _worded(slots: dict[str, float | str], of: str, language: str) -> dict[str, str]:
    percent = of == "by_tier"
    words = {name: _amount(name, float(value), percent=percent and name in {"value", "before", "value_other"})
             for name, value in slots.items() if name not in {"row", "other"}}
    for name in ("row", "other"):
        words[name] = _name(str(slots[name]), language)
    if "value" in slots:
        words["short"] = _short(float(slots["value"]), language)
    if "change" in slots:
        words["points"] = _points(float(slots["change"]), language)
        words["net"] = f"{abs(float(slots['change'])):,.0f}"
        verbs = _NET if of == "migration" else _WENT
        words["went"] = verbs[language][bool(slots["rises"])]
    if "gap" in slots:
        words["gap_points"] = _points(float(slots["gap"]), language)
    return words


def _amount(name: str, value: float, *, percent: bool) -> str:
    if percent or name in {"share", "revenue_share"}:
        return f"{value * 100:.1f}%"
    if name == "change":
        return f"{abs(value) * 100:.1f}%"
    if name == "ratio":
        return f"{value:.2f}"
    if name in _MONEY and value > 100 and not float(value).is_integer():
        return f"¥{value:,.2f}"
    return f"{value:,.0f}"


def _points(change: float, language: str) -> str:
    return f"{abs(change) * 100:.1f}{'个百分点' if language == 'zh' else ' percentage points'}"


def _short(value: float, language: str, *, wrong: bool = False) -> str:
    if language == "zh":
        return f"{value / 1e4:.1f}{'亿' if wrong else '万'}元"
    return f"¥{value / 1e3:,.1f}{' million' if wrong else 'k'}"


def _name(row: str, language: str) -> str:
    if row[:4].isdigit():
        year, month = row.split("-")
        return f"{year}年{int(month)}月" if language == "zh" else f"{_MONTHS[int(month) - 1]} {year}"
    return value_name("tier", row, language)
