"""A quick-win plan: assess, solve, prepare and test before an event, learn in rounds inside it, judge once after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from copilot.diagnosis.cards import Cards
from copilot.diagnosis.events import Event
from copilot.diagnosis.evidence import Evidence
from copilot.diagnosis.results import Group, Kpi, Phase, QuickWin, Round, Verdict
from copilot.diagnosis.rules import QuickWinRules
from tools.results import MetricResult

DAY = timedelta(days=1)


def quickwin(
    rules: QuickWinRules, cards: Cards, event: Event, today: date, maturity: Verdict, evidence: Evidence
) -> QuickWin:
    """The plan for an event; one that is near, or running, is tested in its own first round."""
    left = max((event.first_day - today).days, 0)
    late = left < rules.least
    holdout, pilot = (float(cards.fact(rules.card, name)["value"]) for name in ("holdout", "pilot"))
    begins = max(event.first_day, today + DAY)
    before_it = [phase for phase in phases(rules, event.first_day, today) if not (late and phase.name == "pilot")]
    before = _last_time(rules, event, evidence)
    return QuickWin(
        event=event.name, first_day=event.first_day, last_day=event.last_day, prepared_on=today, days_left=left,
        late=late, short=left < rules.phases[0].first, holdout=holdout, pilot=pilot, phases=before_it,
        rounds=rounds(rules, begins, event.last_day, pilot if late else None),
        judged_on=event.last_day + timedelta(days=rules.wait), gap=_gap(maturity),
        group=_group(rules, holdout, pilot, evidence), kpis=[evidence.kpi(name) for name in rules.kpis],
        last_time=before, last_event=[event.year_before.start, event.year_before.end] if before else [],
    )  # fmt: skip


def phases(rules: QuickWinRules, first_day: date, today: date) -> list[Phase]:
    """Phases counted back from the event; with fewer days each keeps its part of what is left, at least one day."""
    most = rules.phases[0].first
    if first_day <= today:
        return []
    scale = min((first_day - today).days / most, 1.0)
    ends = [first_day - timedelta(days=round(phase.last * scale) or 1) for phase in rules.phases]
    starts = [max(first_day - timedelta(days=round(rules.phases[0].first * scale)), today)]
    starts += [end + DAY for end in ends[:-1]]
    return [
        Phase(name=phase.name, start=min(start, end), end=end, cards=phase.cards)
        for phase, start, end in zip(rules.phases, starts, ends, strict=True)
    ]


def rounds(rules: QuickWinRules, first_day: date, last_day: date, pilot: float | None = None) -> list[Round]:
    """Rounds inside the event, as even as whole days allow; a decision stands at the end of each.

    `pilot` is the share of the first one where nothing was tested before; a single day has no room for a test.
    """
    days = (last_day - first_day).days + 1
    n = min(days, rules.rounds)
    reach = [pilot, *rules.shares[: n - 2], rules.shares[-1]] if pilot and n > 1 else rules.shares[: n - 1]
    reach = [*reach[: n - 1], rules.shares[-1]]
    edges = [first_day + timedelta(days=days * index // n) for index in range(n + 1)]
    return [
        Round(number=index + 1, start=edges[index], end=edges[index + 1] - DAY, decide=edges[index + 1] - DAY,
              share=reach[index])
        for index in range(n)
    ]  # fmt: skip


def _gap(maturity: Verdict) -> int:
    """The level to lift towards: the one after today's; 0 where today's is open."""
    return min(int(maturity.verdict) + 1, 4) if maturity.level != "open" else 0


def _group(rules: QuickWinRules, holdout: float, pilot: float, evidence: Evidence) -> Group | None:
    """Today's reachable customers and what the shares make of them; None where no consents are loaded."""
    key, found = evidence.metric(rules.audience)
    if not isinstance(found, MetricResult) or not found.value:
        return None
    people = round(found.value)
    held = round(people * holdout)
    return Group(audience=people, holdout=held, pilot=round((people - held) * pilot), figure=key)


def _last_time(rules: QuickWinRules, event: Event, evidence: Evidence) -> Sequence[Kpi]:
    """Figures of the event a year before, where the data holds all of its days."""
    data, span = evidence.data, event.year_before
    if data is None or span is None or not (data.first_day <= span.start and span.end <= data.last_day):
        return []
    window = data.days(span.start.isoformat(), span.end.isoformat())
    asked = {name: evidence.metric(name, window) for name in rules.last_time}
    return [Kpi(metric=name, figure=key) for name, (key, found) in asked.items() if found and found.value is not None]
