"""A diagnosis on one page: each verdict in a row, the short list, the nearest case, the dates of a plan.

The chat and the command line tell the whole; here stands what is needed to decide, and what is left out is told there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from copilot.catalogue import text
from copilot.diagnosis.advicetext import evidence_text, fits, limits_text, others, reasons, week_text
from copilot.diagnosis.cards import cards
from copilot.diagnosis.plantext import group_text, lead_text
from copilot.diagnosis.results import CaseMatch, Diagnosis, Focus, Input, Kpi, QuickWin, Verdict
from copilot.diagnosis.text import change_texts, contradictions, input_name, named, question_text, votes
from copilot.diagnosis.wording import (
    card_title,
    cites,
    clauses,
    heading,
    join,
    kpi_value,
    listed,
    name_of,
    reading_of,
    say,
    scenario_title,
    share,
    valued,
    within,
)
from copilot.formatting import span
from tools.results import MetricResult

NEEDS, NEXT = 3, 3
"""What a scenario lacks, and what comes after the short list, at most."""
_CITE = re.compile(r"\[([a-z0-9-]+)#1\]")
_FIRST = re.compile(r".+?(?:。|\.(?=\s|$))")


@dataclass(frozen=True)
class Room:
    """How much of each the page has room for, the weightiest first."""

    inputs: int = 4
    changes: int = 2
    notes: int = 4
    kpis: int = 3
    plays: int = 3
    more: bool = True
    """Whether it has room for the answers, the first 30 days of the first scenario, and the next case."""


TIGHT = Room(inputs=3, changes=1, notes=2, kpis=2, plays=2, more=False)
"""With a plan, which has dates of its own, or a comparison beside the short list."""


def body(found: Diagnosis, language: str, *, compared: bool = False) -> str:
    """The page without its head, Markdown; cards are cited as "[id#1]"."""
    room = TIGHT if found.focus and (found.quickwin or compared) else Room()
    parts = (
        answers_text(found, language) if room.more else "", verdicts_table(found, room, language),
        focus_list(found, room, language), nearest(found, room, language), plan_text(found, room, language),
        question_text(found, language),
    )  # fmt: skip
    return join(*parts)


def answers_text(found: Diagnosis, language: str) -> str:
    """Answers that the verdicts below do not show, or all of them where they show each."""
    used = {each.id for one in found.verdicts for each in one.inputs if each.source == "answer"}
    others = [key for key in found.answers if key not in used] or list(found.answers)
    parts = [f"{name_of(key, language)} = {reading_of(key, found.answers[key], language)}" for key in others]
    return f"**{heading('answers', language)}**: {listed(parts, language)}" if parts else ""


def verdicts_table(found: Diagnosis, room: Room, language: str) -> str:
    """A row a verdict: how sure, decided by what, what would change it; below it what the data does not bear out."""
    told = [one for one in found.verdicts if one.topic in found.topics or one.topic != "maturity" or found.quickwin]
    if not told:
        return ""
    columns = [say(f"page.{name}", language) for name in ("verdict", "decided", "changes")]
    rows = [columns, ["---"] * len(columns), *(_row(one, room, language) for one in told)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    notes = [note for one in told for note in contradictions(one, language)][:room.notes]
    return join(table, "\n".join(f"- {note}" for note in notes))


def _row(one: Verdict, room: Room, language: str) -> list[str]:
    verdict = say(
        "verdict", language, heading=heading(one.topic, language), verdict=named(one, language),
        level=say(f"level.{one.level}", language), votes=votes(one, language),
        cites=cites(one.cards[1:2] or one.cards[:1]),
    )  # fmt: skip
    known = [each for each in one.inputs if each.reading]
    known.sort(key=lambda each: (each.speaks == "neither", -each.weight))
    changes = change_texts(one, language, room.changes)
    lacks = say("missing", language, parts=listed([within(key, language) for key in one.missing[:NEXT]], language))
    return [
        verdict, clauses([_input(each, language) for each in known[:room.inputs]], language) or say("blank", language),
        clauses(changes, language) or (lacks if one.missing else say("page.firm", language)),
    ]


def _input(one: Input, language: str) -> str:
    value = valued(one, language)
    return say(
        "page.input", language, name=input_name(one, language), reading=reading_of(one.id, one.reading, language),
        value=say("input_value", language, value=value) if value else "",
        source=say(f"page.source.{one.source}", language),
    )  # fmt: skip


def focus_list(found: Diagnosis, room: Room, language: str) -> str:
    """The short list: why, what is missing, the KPIs as they stand; the first weeks of the first."""
    if "focus" not in found.topics or not found.focus:
        return ""
    plays = [_play(n, play, found, room, language) for n, play in enumerate(found.focus[:room.plays], 1)]
    after = [*found.focus[room.plays:], *found.also][:NEXT]
    also = listed([scenario_title(play.scenario, language) for play in after], language)
    more = [say("page.also", language, parts=also)] if also else []
    return join(f"### {heading('focus', language)}", "\n".join(plays), *more)


def _play(n: int, play: Focus, found: Diagnosis, room: Room, language: str) -> str:
    lead = say("focus_line", language, n=n, title=card_title(play.card, language), points=play.points,
               cites=cites([play.card]))  # fmt: skip
    why = say("why", language, parts=clauses(reasons(play, found, language), language), cites="")
    lacks = [need.id for need in play.prerequisites if need.standing != "yes"][:NEEDS]
    needs = say("page.lacks", language, parts=listed([within(id, language) for id in lacks], language)) if lacks else ""
    lines = [why, needs, kpis_text(play.kpis[:room.kpis], found, language)]
    told = [lead, text("planner.space", language).join(line for line in lines if line)]
    told += [week_text(play, language)] if n == 1 and room.more else []
    return "  \n   ".join(told)  # two spaces break the line


def kpis_text(kpis: Iterable[Kpi], found: Diagnosis, language: str) -> str:
    """Present values; a window is said once for those that share it."""
    known = [(found.figures.get(kpi.figure), kpi) for kpi in kpis]
    shown = [(span(result.window, language), kpi) for result, kpi in known if isinstance(result, MetricResult)]
    parts = [
        say("page.window", language, window=window,
            parts=listed([kpi_value(kpi, found, language) for _, kpi in same], language))
        for window, same in groupby(sorted(shown, key=lambda pair: pair[0]), key=lambda pair: pair[0])
    ]  # fmt: skip
    return say("page.kpis", language, parts=clauses(parts, language)) if parts else ""


def nearest(found: Diagnosis, room: Room, language: str) -> str:
    """The nearest case, and the name of the next."""
    if "cases" not in found.topics:
        return ""
    if not found.cases:
        return say("no_case", language)
    first, *rest = found.cases if room.more else found.cases[:1]
    after = [say("page.next_case", language, title=card_title(case.card, language), cites=cites([case.card]))
             for case in rest[:1]]  # fmt: skip
    return join(f"### {heading('cases', language)}", "".join([_case(first, found, language), *after]))


def _case(match: CaseMatch, found: Diagnosis, language: str) -> str:
    alike = say("alike", language, parts=clauses(fits(match, found, language), language)) if match.alike else ""
    apart = others(match, language)
    differs = say("differs", language, parts=clauses(apart, language)) if apart else ""
    limits = _FIRST.match(limits_text(match, language))
    lines = [say("case_line", language, title=card_title(match.card, language), cites=cites([match.card])), alike,
             differs, evidence_text(match, language), limits[0] if limits else ""]  # fmt: skip
    return text("planner.space", language).join(line for line in lines if line)


def plan_text(found: Diagnosis, room: Room, language: str) -> str:
    """The dates of a quick-win plan, who is on its list, and when it is judged."""
    plan = found.quickwin
    if plan is None:
        return ""
    judged = [say("quickwin.stop", language), say("quickwin.judge", language, day=plan.judged_on, cites="")]
    lines = [_phases(plan, language), _rounds(plan, language), text("planner.space", language).join(judged),
             kpis_text(plan.kpis[:room.kpis + 1], found, language)]  # fmt: skip
    event = plan.event or say("quickwin.own_day", language)
    return join(f"### {heading('quickwin', language, event=event)}", lead_text(plan, language),
                group_text(plan, language), "\n".join(f"- {line}" for line in lines if line))  # fmt: skip


def _phases(plan: QuickWin, language: str) -> str:
    parts = [say("page.phase", language, name=say(f"quickwin.phase.{phase.name}", language), start=phase.start,
                 end=phase.end) for phase in plan.phases]  # fmt: skip
    return say("page.phases", language, parts=clauses(parts, language)) if parts else ""


def _rounds(plan: QuickWin, language: str) -> str:
    parts = [say("page.round", language, n=each.number, share=share(each.share), end=each.end) for each in plan.rounds]
    return say("page.rounds", language, parts=clauses(parts, language))


def sources(ids: list[str], language: str) -> str:
    """The cited cards by number, and below them where those come from, each publication once."""
    titles = [say("page.cited", language, n=n, title=card_title(id, language)) for n, id in enumerate(ids, 1)]
    origins = dict.fromkeys(part for id in ids for part in cards().card(id, language).source.split("; ") if part)
    cited = f"**{heading('sources', language)}** {clauses(titles, language)}"
    return join(cited, say("page.origins", language, parts=clauses(origins, language)))


def numbered(words: str, language: str) -> str:
    """The page with its citations numbered and listed at its end."""
    order = list(dict.fromkeys(_CITE.findall(words)))
    body = _CITE.sub(lambda match: f"[{order.index(match[1]) + 1}]", words)
    return join(body, sources(order, language)) if order else body
