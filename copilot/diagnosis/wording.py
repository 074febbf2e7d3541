"""Words for the codes of a diagnosis, and how its figures and citations are written."""

from __future__ import annotations

import re
from collections.abc import Iterable

from copilot.catalogue import has, text
from copilot.diagnosis.cards import cards, need_titles
from copilot.diagnosis.results import Diagnosis, Input, Kpi
from copilot.formatting import change, figure, span
from copilot.refusals import need_in_words, title
from tools.results import MetricResult


def say(key: str, language: str, **blanks: object) -> str:
    """The entry `diagnosis.<key>`."""
    return text(f"diagnosis.{key}", language, **blanks)


def join(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def listed(parts: Iterable[str], language: str) -> str:
    return text("planner.comma", language).join(parts)


def clauses(parts: Iterable[str], language: str) -> str:
    return text("planner.semicolon", language).join(parts)


def heading(topic: str, language: str, **blanks: object) -> str:
    return say(f"heading.{topic}", language, **blanks)


def cites(ids: Iterable[str]) -> str:
    """Marks that open the cards."""
    return "".join(f"[{id}#1]" for id in ids)


def see(ids: Iterable[str], language: str) -> str:
    """Where a rule or a reading of ours comes from: a remark of its own, as the card does not say the sentence."""
    marks = cites(dict.fromkeys(ids))
    return say("see", language, cites=marks) if marks else ""


def name_of(key: str, language: str) -> str:
    """A question, an input or something that a practice rests on."""
    if has(f"diagnosis.input.{key}"):
        return say(f"input.{key}", language)
    return need_titles()[key][language]


def within(key: str, language: str) -> str:
    """Such a name inside a sentence; English names do not keep their capital there."""
    words = name_of(key, language)
    return words[:1].lower() + words[1:] if language == "en" else words


def share(value: float) -> str:
    """A share that a plan sets: "10%"."""
    return f"{value:.0%}"


def reading_of(key: str, reading: str, language: str) -> str:
    if re.fullmatch(r"\d+(\.\d+)?", reading):
        return f"{float(reading):,.12g}"
    kind = "industry" if key == "industry" and has(f"diagnosis.industry.{reading}") else "reading"
    return say(f"{kind}.{reading}", language) if has(f"diagnosis.{kind}.{reading}") else reading


def verdict_of(topic: str, verdict: str, language: str) -> str:
    return say(f"{topic}.{verdict}", language)


def card_title(id: str, language: str) -> str:
    return cards().card(id, language).title


def scenario_title(slug: str, language: str) -> str:
    return card_title(f"scenario-{slug}", language)


def valued(one: Input, language: str) -> str:
    """The number behind a reading; a trend with its sign."""
    if one.value is None:
        return ""
    if one.id == "newcomers":
        return change(one.value, "", language)
    return figure(one.value, one.unit, language)


def kpi_value(kpi: Kpi, found: Diagnosis, language: str) -> str:
    """A metric with its present value; its window is said elsewhere."""
    result = found.figures[kpi.figure]
    return f"{getattr(result.title, language)} {figure(result.value, result.unit, language)}"


def kpi_text(kpi: Kpi, found: Diagnosis, language: str) -> str:
    """A metric with its present value and window, or why there is none."""
    result = found.figures.get(kpi.figure)
    if isinstance(result, MetricResult):
        name = getattr(result.title, language)
        value = figure(result.value, result.unit, language)
        return say("kpi", language, title=name, value=value, window=span(result.window, language))
    name = title(kpi.metric, language)
    if kpi.needs:
        needs = listed([need_in_words(need, language) for need in kpi.needs], language)
        return say("kpi_lacks", language, title=name, needs=needs)
    return say("kpi_empty", language, title=name)
