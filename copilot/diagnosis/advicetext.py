"""The scenarios to focus on and the nearest cases, in words."""

from __future__ import annotations

import re

from copilot.catalogue import text
from copilot.diagnosis.cards import cards
from copilot.diagnosis.results import CaseMatch, Diagnosis, Focus, Reason
from copilot.diagnosis.wording import (
    card_title,
    cites,
    clauses,
    heading,
    join,
    kpi_text,
    listed,
    say,
    scenario_title,
    see,
    verdict_of,
    within,
)

_SENTENCE = re.compile(r"[^。！？!?\n]+?(?:[。！？!?；;]|\.(?=\s|$)|$)", re.MULTILINE)
FACTS = 3
"""Sentences with figures that are quoted of a case."""


def focus_text(found: Diagnosis, language: str) -> str:
    """The short list, the first 30 days of its first scenario, and what comes next."""
    if "focus" not in found.topics or not found.focus:
        return ""
    plays = [focus_line(n, play, found, language, weeks=n == 1) for n, play in enumerate(found.focus, 1)]
    also = [say("also_one", language, title=scenario_title(play.scenario, language), points=play.points)
            for play in found.also[:4]]  # fmt: skip
    source = see(["scenario-overview"], language)
    more = say("also", language, parts=listed(also, language), cites=source) if also else ""
    return join(f"### {heading('focus', language)}", *plays, more)


def focus_line(n: int, play: Focus, found: Diagnosis, language: str, *, weeks: bool) -> str:
    """One scenario: why, what it rests on, its KPIs as they stand, and its first weeks."""
    lead = say("focus_line", language, n=n, title=card_title(play.card, language), points=play.points,
               cites=cites([play.card]))  # fmt: skip
    named = [id for each in play.reasons if each.code != "stage_too" for id in each.cards[:2]]
    why = say("why", language, parts=clauses(reasons(play, found, language), language),
              cites=see(named, language))  # fmt: skip
    needs = [say(f"standing.{need.standing}", language, name=within(need.id, language)) for need in play.prerequisites]
    rests = say("needs", language, parts=clauses(needs, language))
    kpis = say("kpis", language, parts=clauses([kpi_text(kpi, found, language) for kpi in play.kpis], language))
    lines = [f"   - {line}" for line in (why, rests, kpis if play.kpis else "") if line]
    lines += [f"   - {week_text(play, language)}"] if weeks else []
    return "\n".join([lead, *lines])


def week_text(play: Focus, language: str) -> str:
    """The first 30 days of a scenario, week by week."""
    parts = [say("week", language, n=week, words=say(f"weeks.{play.scenario}.{week}", language)) for week in play.weeks]
    space = text("planner.space", language)
    return say("first_days", language, days=play.days) + space + space.join(parts)


def reasons(play: Focus, found: Diagnosis, language: str) -> list[str]:
    return [_reason(each, found, language) for each in play.reasons]


def _reason(reason: Reason, found: Diagnosis, language: str) -> str:
    stages = [verdict_of("stage", name, language) for name in (found.stage.possible if found.stage else [])]
    return say(f"reason.{reason.code}", language, points=reason.points, stage=listed(stages, language))


def cases_text(found: Diagnosis, language: str) -> str:
    """The nearest cases: alike, different, evidence, what does not carry over."""
    if "cases" not in found.topics:
        return ""
    if not found.cases:
        return say("no_case", language)
    matches = found.cases[:2] if "focus" in found.topics else found.cases
    return join(f"### {heading('cases', language)}", *(case_text(match, found, language) for match in matches))


def case_text(match: CaseMatch, found: Diagnosis, language: str) -> str:
    lead = say("case_line", language, title=card_title(match.card, language), cites=cites([match.card]))
    alike = say("alike", language, parts=clauses(fits(match, found, language), language))
    differs = others(match, language)
    apart = say("differs", language, parts=clauses(differs, language)) if differs else say("no_difference", language)
    lines = [alike if match.alike else "", apart, _facts(match, language), evidence_text(match, language),
             limits_text(match, language)]  # fmt: skip
    return "\n".join([lead, *(f"- {line}" for line in lines if line)])


def fits(match: CaseMatch, found: Diagnosis, language: str) -> list[str]:
    """What is alike."""
    return [_same(code, found, language) for code in match.alike]


def others(match: CaseMatch, language: str) -> list[str]:
    """What differs."""
    return [_other(code, language) for code in match.differs]


def evidence_text(match: CaseMatch, language: str) -> str:
    return say("evidence", language, grade=say(f"grade.{_code(match.evidence)}", language))


def limits_text(match: CaseMatch, language: str) -> str:
    """What does not carry over, as the card has it."""
    return say("limits", language, words=cards().last_section(match.card, language).strip())


def _same(code: str, found: Diagnosis, language: str) -> str:
    kind, _, value = code.partition(":")
    blanks = {
        "stage": lambda: {"stage": verdict_of("stage", found.stage.verdict, language)},
        "quadrant": lambda: {"quadrant": verdict_of("quadrant", found.quadrant.verdict, language)},
        "scenario": lambda: {"scenario": scenario_title(value, language)},
    }.get(kind, dict)()
    return say(f"same.{kind}", language, **blanks)


def _other(code: str, language: str) -> str:
    kind, _, value = code.partition(":")
    if kind in {"stage", "quadrant"}:
        return say(f"other.{kind}", language, **{kind: verdict_of(kind, value, language)})
    return say(f"other.{kind}", language, **({"name": within(value, language)} if value else {}))


def _facts(match: CaseMatch, language: str) -> str:
    """Sentences of the card that hold its figures, each with the grade of its weakest figure."""
    card = cards().card(match.card, language)
    quoted: dict[str, str] = {}
    for fact in card.facts:
        sentence = next((one.strip(" -") for one in _SENTENCE.findall(card.text) if fact["shown"] in one), "")
        if sentence:
            quoted.setdefault(sentence, say(f"grade.{_code(fact['grade'])}", language))
    parts = [say("fact", language, words=words, grade=grade) for words, grade in list(quoted.items())[:FACTS]]
    return say("facts", language) + clauses(parts, language) if parts else ""


def _code(grade: str) -> str:
    return grade.replace(" ", "_").replace("'", "")
