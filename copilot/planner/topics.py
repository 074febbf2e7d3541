"""Which of the data topics beside metrics and tiers a clause is about: cohorts, tags, RFM, what lies ahead …"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from copilot.planner.grammar import NEXT_BEST
from copilot.planner.numbers import days_ahead
from copilot.planner.slots import Slots
from copilot.planner.step import Step

TIMES = frozenset({"month", "week", "day", "quarter"})
_ACTS = frozenset({"draft", "why", "howto", "case"})
_EXPLAIN = re.compile(
    r"^(?:什么是|什么叫|解释|介绍|讲讲|what is (?:an? )?\w+(?: \w+)?$|what are \w+(?: \w+)?$|explain|describe)"
)
_COUNTS = frozenset({"customers", "tier_customers", "dormant_customers", "active_customers", "new_customers"})
_OF_COHORTS = frozenset({"retention_rate", "ltv_to_date", "arpu", *_COUNTS})
_BUYS = re.compile(r"在买|下单|下过单|买了|买过|回来|活跃|\b(?:ordered|bought|purchased|shopped|came back|active)\b")
_WITHIN = re.compile(r"repurchase_rate_\d+d")


def topic(slots: Slots) -> str:
    """The focus of a clause about one of these topics, or ""."""
    if slots.cues & _ACTS or (_EXPLAIN.match(slots.text) and not slots.tags):
        return ""
    return next((focus for focus, wanted in _TOPICS if wanted(slots)), "")


def follow_topic(slots: Slots, context: Step) -> tuple[str, Slots] | None:
    """What a short clause changes about the topic of before: "and by quarter?", "what about LTV?", "30-day periods"."""
    if context.focus not in {"cohort", "repurchase"} or len(slots.text) > 30 or slots.cues & (_ACTS | {"define"}):
        return None
    allowed = _OF_COHORTS if context.focus == "cohort" else frozenset()
    changed = slots.age_days or slots.period or slots.after or slots.horizon or (set(slots.metrics) & allowed)
    if not changed or set(slots.metrics) - allowed:
        return None
    kept = ("metrics", "tiers", "filters", "windows", "dimensions", "age_days", "after")
    return context.focus, slots.inherit(context.slots, *kept)


def _about_cohorts(slots: Slots) -> bool:
    of_cohorts = set(slots.metrics) <= _OF_COHORTS
    if "cohort" in slots.cues:
        return of_cohorts
    if {"newcomers", "again"} <= slots.cues and slots.period and of_cohorts:
        return True
    if "newcomers" in slots.cues and "share" in slots.cues and len(slots.windows) == 2 and of_cohorts:
        return bool(_BUYS.search(slots.text))  # "first bought in January, what share ordered in April"
    if "retention" in slots.cues and of_cohorts:
        return bool("newcomers" in slots.cues or slots.age_days or slots.period)
    return slots.metrics == ("ltv_to_date",) and bool(TIMES & set(slots.dimensions) or slots.age_days or slots.period)


def _about_repurchase(slots: Slots) -> bool:
    if "retention" in slots.cues or slots.age_days:
        return False
    if "curve" in slots.cues or slots.after:
        return True
    if {"after_first", "again"} <= slots.cues:
        return True
    if "again" not in slots.cues or "days_to_second_order" in slots.metrics or "一次" in slots.text:
        return False
    if "how_fast" in slots.cues:
        return True
    named = any(_WITHIN.fullmatch(metric) for metric in slots.metrics)
    return "newcomers" in slots.cues and bool(slots.horizon) and not named and not slots.windows


def _about_lifetimes(slots: Slots) -> bool:
    """Of today's customers a model tells the orders and the spend to come; new customers' it does not."""
    if set(slots.dimensions) - TIMES - {"tier"}:  # the model tells tiers apart, not channels or cities
        return False
    if "lifetime" in slots.cues or ("forecast" in slots.cues and slots.metrics == ("ltv_to_date",)):
        return True
    orders = slots.metrics == ("orders",)
    theirs = bool({"returning_customers", "returning_customer_revenue"} & {*slots.metrics})
    return bool(days_ahead(slots.text) and (orders or theirs) and not slots.filters and not slots.dimensions)


def _about_next_month(slots: Slots) -> bool:
    """Tier sizes are expected one month ahead and no further."""
    ahead = {"forecast", "month_ahead"} & slots.cues and "far_ahead" not in slots.cues
    tiers = slots.tiers or slots.all_tiers or "mix" in slots.cues
    return bool(ahead and tiers and set(slots.metrics) <= _COUNTS and not slots.filters)


def _about_rfm(slots: Slots) -> bool:
    if {"rfm_cell", "rfm_segment"} & set(slots.filters):  # one cell is a filter of a count
        return False
    return "rfm" in slots.cues and set(slots.metrics) <= _COUNTS and not {"define", "what_is"} & slots.cues


def _about_lifecycle(slots: Slots) -> bool:
    """Sizes of the stages; with other conditions it is a metric's affair."""
    named = "lifecycle" in slots.dimensions or set(slots.filters) == {"lifecycle"}
    others = set(slots.dimensions) - {"lifecycle"} or set(slots.filters) - {"lifecycle"} or slots.tiers
    asks = {"count", "share", "split", "mix", "who", "amount"} & slots.cues
    return bool(named and asks and not others and set(slots.metrics) <= _COUNTS | {"tier_share"})


def _about_tags(slots: Slots) -> bool:
    if "tags" in slots.cues and not slots.metrics:
        return True
    narrow = slots.filters or slots.windows or slots.dimensions or len(slots.tiers) > 1 or slots.save_as
    return bool(slots.tags and not narrow and set(slots.metrics) <= {"customers"})


def _about_identity(slots: Slots) -> bool:
    """How many people are behind the accounts; what One ID is, the cards tell."""
    return "identity" in slots.cues and set(slots.metrics) <= _COUNTS and not {"what_is", "define"} & slots.cues


def _about_next_best(slots: Slots) -> bool:
    narrowed = slots.metrics or slots.filters or slots.windows or slots.channels
    return bool(NEXT_BEST.search(slots.text)) and not narrowed


_TOPICS: tuple[tuple[str, Callable[[Slots], bool]], ...] = (
    ("next_choices", _about_next_best),
    ("segments", lambda s: "saved" in s.cues and not s.save_as),
    ("identity", _about_identity),
    ("lifetime", _about_lifetimes),
    ("expected", _about_next_month),
    ("repurchase", _about_repurchase),
    ("cohort", _about_cohorts),
    ("rfm", _about_rfm),
    ("lifecycle", _about_lifecycle),
    ("tags", _about_tags),
)


def counted(slots: Slots) -> Slots:
    """People counted "by person" are customers, whatever else is left open."""
    return replace(slots, metrics=("customers",)) if slots.count_by and not slots.metrics else slots
