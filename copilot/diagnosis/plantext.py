"""A quick-win plan in words."""

from __future__ import annotations

from copilot.diagnosis.results import Diagnosis, QuickWin, Round
from copilot.diagnosis.wording import clauses, heading, join, kpi_text, say, see, share, verdict_of
from copilot.formatting import figure


def quickwin_text(found: Diagnosis, language: str) -> str:
    """The plan: dates counted back, the list, rounds with decisions, when it is judged, and what to watch."""
    plan = found.quickwin
    event = plan.event or say("quickwin.own_day", language)
    goal = say("quickwin.goal", language, level=verdict_of("maturity", str(plan.gap), language)) if plan.gap else ""
    return join(
        f"### {heading('quickwin', language, event=event)}",
        lead_text(plan, language),
        f"{goal}{see(found.maturity.cards[:1], language)}" if goal else "",
        group_text(plan, language), _phases(plan, language), _rounds(plan, language),
        say("quickwin.judge", language, day=plan.judged_on, cites=see(["quickwin-iterate"], language)),
        _measures(plan, found, language),
    )  # fmt: skip


def lead_text(plan: QuickWin, language: str) -> str:
    """When the event is, and what its nearness forbids."""
    lead = say(
        "quickwin.lead" if plan.days_left else "quickwin.running", language, first=plan.first_day, last=plan.last_day,
        event=plan.event or say("quickwin.own_day", language), days=plan.days_left, today=plan.prepared_on,
    )  # fmt: skip
    cautions = [key for key, holds in (("short", plan.short and not plan.late), ("late", plan.late)) if holds]
    return " ".join([lead, *(say(f"quickwin.{key}", language) for key in cautions)])


def group_text(plan: QuickWin, language: str) -> str:
    """Who is on the list, who is locked away, who is tested on."""
    shares = {"share": share(plan.holdout), "pilot_share": share(plan.pilot),
              "cites": see(["quickwin-iterate"], language)}
    if plan.group is None:
        return say("quickwin.no_group", language, **shares)
    parts = ("audience", "holdout", "pilot")
    counts = {name: figure(getattr(plan.group, name), "customers", language) for name in parts}
    return say("quickwin.group", language, **shares, **counts)


def _phases(plan: QuickWin, language: str) -> str:
    lines = [
        "- " + say(
            "quickwin.phase_line", language, start=phase.start, end=phase.end,
            name=say(f"quickwin.phase.{phase.name}", language), words=say(f"quickwin.words.{phase.name}", language),
            cites=see(phase.cards, language),
        )
        for phase in plan.phases
    ]  # fmt: skip
    return join(f"**{say('quickwin.phases', language)}**", "\n".join(lines)) if lines else ""


def _rounds(plan: QuickWin, language: str) -> str:
    lines = [f"- {_round(each, plan, language)}" for each in plan.rounds]
    return join(f"**{say('quickwin.rounds', language)}**", "\n".join([*lines, f"- {say('quickwin.stop', language)}"]))


def _round(each: Round, plan: QuickWin, language: str) -> str:
    key = "quickwin.last_round" if each.number == len(plan.rounds) else "quickwin.round"
    return say(key, language, n=each.number, start=each.start, end=each.end, decide=each.decide,
               share=share(each.share))  # fmt: skip


def _measures(plan: QuickWin, found: Diagnosis, language: str) -> str:
    watched = clauses([kpi_text(kpi, found, language) for kpi in plan.kpis], language)
    today = say("quickwin.kpis", language, parts=watched)
    if not plan.last_time:
        return today
    parts = clauses([kpi_text(kpi, found, language) for kpi in plan.last_time], language)
    first, last = plan.last_event
    return join(today, say("quickwin.last_time", language, first=first, last=last, parts=parts))
