"""Turn what a clause wants into steps: which tool to call with what."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from copilot.planner.asking import metric, why_metric
from copilot.planner.daynames import BETWEEN_ENDS
from copilot.planner.population import BUILDERS as OF_PEOPLE
from copilot.planner.searching import search_step
from copilot.planner.slots import Slots
from copilot.planner.spans import read_windows
from copilot.planner.step import Step
from copilot.planner.vocabulary import Vocabulary
from tools.calendar import month_end


def _define(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    return [Step("define", "query_metric", {"metric": metric}, slots) for metric in slots.metrics[:2]]


def _tier_count(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    day = _day(slots, vocabulary)
    days = [day, ""] if day and _NOW_TOO.search(slots.text) else [day]  # "at the end of June, and how many now?"
    return [Step("tier_count", "tier_overview", {"as_of": each} if each else {}, slots) for each in days]


def _tier_define(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    return [Step("tier_define", "tier_overview", {}, slots)]


def _tier_moved(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    return [Step("tier_moved", "tier_migration", _days(slots, vocabulary), slots)]


def _migration(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    return [Step("migration", "tier_migration", _days(slots, vocabulary), slots)]


def _tier_trend(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    arguments = {
        "metric": "tier_share",
        "by": ["month"],
        "where": {"tier": list(slots.tiers)},
        "window": next(iter(slots.windows), "last_12_months"),
    }
    if len(slots.tiers) > 1:
        arguments["by"] = ["month", "tier"]
    return [Step("metric", "query_metric", arguments, slots)]


def _tier_split(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    """How many of a tier there are by channel or city, or how much they buy of which category or product."""
    name = "customers" if _GOODS & slots.filters.keys() else "tier_customers"
    return metric(replace(slots, metrics=("units_sold" if _GOODS & {*slots.dimensions} else name,)), vocabulary)


def _compare(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    arguments = {"tiers": list(slots.tiers), "metrics": list(slots.metrics), "window": next(iter(slots.windows), "")}
    return [Step("compare", "compare_tiers", {key: value for key, value in arguments.items() if value}, slots)]


def _why_tier(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    steps = [Step("why_tier", "tier_migration", _days(slots, vocabulary), slots)]
    if "dormant" in slots.tiers:
        window = next(iter(slots.windows), "last_month")
        cut = next((name for name in ("channel", "category") if name in vocabulary.values), "")
        arguments = {"metric": "churn_rate", "window": window, "compare": "previous"} | ({"by": [cut]} if cut else {})
        steps.append(Step("why_rate", "query_metric", arguments, slots))
    return steps


def _playbook(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    goal = {"goal": slots.goal} if slots.goal else {}
    return [Step("playbook", "tier_playbook", {"tier": tier} | goal, slots) for tier in slots.tiers[:2]]


def _knowledge(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    return [search_step(slots)]


def _draft(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    common = {
        "goal": slots.goal,
        "language": slots.message_language,
        "offer": slots.offer,
        "angle": slots.angle,
    }
    tiers = slots.tiers or ("high", "potential", "mid", "low", "dormant")
    targets = [(tier, channel) for tier in tiers for channel in slots.channels or ("sms",)]
    # Of one message people still want a choice; of one for each of several they want one each.
    common["n"] = slots.copies if slots.copies > 1 or len(targets) > 1 else 0
    common = {key: value for key, value in common.items() if value}
    dated = "undated" if slots.windows else ""
    lead = "newcomers" if "newcomers" in slots.cues and tiers == ("potential",) else dated
    return [
        Step("draft", "draft_messages", {"tier": tier, "channel": channel} | common, slots, lead=lead)
        for tier, channel in targets
    ]


def _data(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    return [Step("data", "describe_data", {}, slots)]


def _health(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    return [Step("health", "data_health", {}, slots)]


_GOODS = frozenset({"category", "product"})
_NOW_TOO = re.compile(r"\b(?:now|today|currently|at present)\b|现在|目前|如今|当前")
_SINCE = re.compile(r"\bsince\b|以来|至今|到现在|以后|之后|起")
_AGAINST_END = re.compile(
    r"(?:比|跟|和|与|较).{0,8}(?:底|末)"
    r"|\b(?:than|versus|vs|against|compared (?:to|with)) (?:at )?(?:the )?end of\b"
    r"|(?:比|较|than)\s*20\d\d-\d\d-\d\d\.\."  # "fewer than a month ago"
)
BUILDERS = OF_PEOPLE | {
    "health": _health,
    "metric": metric,
    "define": _define,
    "tier_count": _tier_count,
    "tier_moved": _tier_moved,
    "migration": _migration,
    "tier_define": _tier_define,
    "tier_split": _tier_split,
    "tier_trend": _tier_trend,
    "compare": _compare,
    "why_metric": why_metric,
    "why_rate": why_metric,
    "why_tier": _why_tier,
    "playbook": _playbook,
    "knowledge": _knowledge,
    "draft": _draft,
    "data": _data,
}


def _day(slots: Slots, vocabulary: Vocabulary) -> str:
    read = read_windows(slots.windows[:1], vocabulary)
    return read[0].end.isoformat() if read else ""


def _days(slots: Slots, vocabulary: Vocabulary) -> dict:
    """The day before a window and its last day: who was where, before and after it."""
    if not (read := read_windows(slots.windows[:1], vocabulary)):
        return {}
    (window,) = read
    start = window.start or vocabulary.first_day
    against = len(slots.windows) == 1 and _AGAINST_END.search(slots.text)
    if against and window.end < vocabulary.last_day:  # "more than at the end of September?"
        return {"from_day": window.end.isoformat(), "to_day": vocabulary.last_day.isoformat()}
    months = ".." in window.label and (window.end - start).days > 31
    since = _SINCE.search(slots.text) or BETWEEN_ENDS.search(slots.said)
    if months and not since:  # "from September to October": end to end
        return {"from_day": month_end(start).isoformat(), "to_day": window.end.isoformat()}
    return {"from_day": (start - timedelta(days=1)).isoformat(), "to_day": window.end.isoformat()}
