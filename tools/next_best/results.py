"""Typed choices for customers. They name customers by number: personal, never for a model; the overview may be told."""

from __future__ import annotations

from datetime import date
from typing import Literal, get_args

from tools.results import Evidence, Frozen

Reason = Literal[
    "rhythm", "bought_together", "responds", "orders_then", "buys_full_price", "waits_for_discounts", "buys_both_ways",
    "no_order_lines", "no_rhythm", "no_touches", "few_messages", "no_consented_response", "no_time_of_day",
    "few_timed_orders", "no_usual_hour", "no_list_price", "few_priced_orders",
]  # fmt: skip


class Choice(Frozen):
    """One choice. Without a value it is not available, because of `reason`."""

    value: str = ""
    """Category, channel, hour ("19:00"), or for discounts: not_needed, needed, test."""
    reason: Reason
    """Sentence `next_best.reason.<reason>`, filled with `figures`."""
    figures: dict[str, str | int | float] = {}
    """Days, shares (0..1) and counts that the choice rests on."""
    support: int = 0
    """Own intervals, orders or messages behind it; for bought_together the customers who bought both."""

    @property
    def available(self) -> bool:
        return bool(self.value)


Topic = Literal["mention", "channel", "hour", "discount"]
TOPICS: tuple[Topic, ...] = get_args(Topic)


class CustomerChoices(Frozen):
    customer_id: str
    mention: Choice
    """Category to mention."""
    channel: Choice
    hour: Choice
    """Hour of the day to send at, inside the hours for sending."""
    discount: Choice


class NextBestChoices(Frozen):
    as_of: date
    rows: list[CustomerChoices]
    queries: list[str]
    """SQL of every query behind them."""


class ChoiceCount(Frozen):
    """Customers with the same choice for the same reason; without a value those for whom there is none."""

    topic: Topic
    value: str
    reason: Reason
    customers: int


class NextBestOverview(Evidence):
    """The choices of many customers, counted; `value` is how many customers were looked at."""

    kind: Literal["next_best"] = "next_best"
    segment: str = ""
    """Saved segment, "name@version"; "" for none."""
    tier: str = ""
    rows: list[ChoiceCount]
    """By topic; in each the most frequent first, and those without a choice last."""
