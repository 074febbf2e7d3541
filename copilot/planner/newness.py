"""New or returning customers as those of whom a figure is asked: "九月新客的客单价", "what new customers spend"."""

from __future__ import annotations

import re

from copilot.planner.matching import Match
from copilot.planner.numbers import days_ahead
from copilot.planner.phrased import phrased
from copilot.planner.vocabulary import Vocabulary

_WHO = {"new_customers": "new", "returning_customers": "returning", "repeat_customers": "returning"}
_REVENUE = {"new_customers": "new_customer_revenue", "returning_customers": "returning_customer_revenue",
            "repeat_customers": "returning_customer_revenue"}  # fmt: skip
_CUT = frozenset({
    "aov", "arpu", "median_order_value", "median_spend", "units_per_order", "units_per_customer", "units_sold",
    "orders", "purchase_frequency", "refund_rate", "refunds", "refund_amount", "discount_rate",
    "average_unit_price",
})  # fmt: skip
"""Metrics of orders, which know whether their customer was new."""
_JOINED = re.compile(r"[，,、;；:：]|和|与|跟|及|还有|以及|\band\b|\bplus\b|&|\+|\bvs\b|\bversus\b|\bor\b|或")
_ONLY = re.compile(r"[，,;；]\s*(?:but |and )?(?:for |from )?(?:only|just|只看|只算|仅看|仅)(?: for| from| the"
    r"| by)?\s*")
_FIRST_ORDER = re.compile(
    r"首单(?:的)?(?:平均|人均|客单|金额|花|消费|买了?多少)|\b(?:on|in|for) (?:their|the|its) first (?:order"
    r"|purchase|basket)\b"
)
"""What was paid in the first order alone is in no metric."""


def of_newness(words: str, metrics: tuple[str, ...], vocabulary: Vocabulary) -> tuple[tuple[str, ...], list[str]]:
    """The metrics without the customers that they are asked of, and the values of `new_or_returning`; none where both
    are figures of their own ("新客和客单价").
    """
    who = [name for name in _WHO if name in metrics and not days_ahead(words)]
    others = tuple(name for name in metrics if name not in _WHO)
    if not who or not others or not set(others) <= _CUT | {"revenue"}:
        return metrics, []
    found = [*vocabulary.metrics.find(words), *phrased(words)]
    people = [match for match in found if match.key in who]
    figures = [match for match in found if match.key in others]
    if not people or not figures or all(_apart(one, figures[0], words) for one in people):
        return metrics, []
    if others == ("revenue",):
        return tuple(_REVENUE[name] for name in who), []
    return others, [_WHO[name] for name in who]


def _apart(one: Match, other: Match, words: str) -> bool:
    first, second = sorted((one, other), key=lambda match: match.start)
    between = _ONLY.sub(" ", words[first.end : max(first.end, second.start)])
    return bool(_JOINED.search(between))


def first_orders_alone(words: str) -> str:
    """The words by which only what was paid in first orders is asked for, or ""."""
    found = _FIRST_ORDER.search(words)
    return found.group() if found else ""
