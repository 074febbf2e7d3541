"""Where a customer answers, and when they order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time

import ibis
from ibis import _
from ibis.expr.types import Table

from tools.consents import last_word, words
from tools.next_best.results import Choice
from tools.relations.campaigns import TREATED
from tools.tables import sales, table

LEAST_MESSAGES, LEAST_ORDERS = 3, 4
"""Messages delivered on a channel, and orders with a time of day, that a choice takes."""
SPAN, USUAL = 3, 0.5
"""Hours that count as one time of day, and the share of the orders that must fall into it."""
FIRST, LAST = 8, 19
"""Hours in which sending may begin (rule L17)."""


def responses(asked: Table, as_of: date) -> Table:
    """customer_id, channel, sent (delivered), answered (opened or clicked), allowed (consent in force)."""
    got = table("touches").filter(_.arm == TREATED, _.delivered.fill_null(True))
    got = got.filter(_.sent_at.date() <= ibis.literal(as_of))
    got = got.mutate(channel=_.channel.strip().lower()).semi_join(asked, "customer_id")
    answered = (_.opened.fill_null(False) | _.clicked.fill_null(False)).sum()
    counted = got.group_by("customer_id", "channel").agg(sent=_.count(), answered=answered)
    said = words()
    allowed = said.group_by("customer_id", "channel").agg(allowed=last_word(said))
    rows = counted.left_join(allowed, ["customer_id", "channel"])
    return rows.select("customer_id", "channel", "sent", "answered", allowed=rows.allowed.fill_null(False))


def channel(own: Iterable[Mapping]) -> Choice:
    """The channel that the customer may be written to on and answers most often, of those tried often enough."""
    tried = [row for row in own if row["sent"] >= LEAST_MESSAGES]
    if not tried:
        return Choice(reason="few_messages", figures={"least": LEAST_MESSAGES})
    answering = [row for row in tried if row["allowed"] and row["answered"]]
    if not answering:
        return Choice(reason="no_consented_response")
    best = max(answering, key=lambda row: (row["answered"] / row["sent"], row["sent"], row["channel"]))
    return Choice(value=best["channel"], reason="responds", support=best["sent"],
                  figures={"answered": best["answered"], "sent": best["sent"]})  # fmt: skip


def hours(asked: Table, as_of: date) -> Table:
    """customer_id, hour, orders; orders without a time of day are left out."""
    orders = sales().filter(_.order_date <= ibis.literal(as_of), _.ordered_at.time() != ibis.literal(time(0)))
    orders = orders.semi_join(asked, "customer_id")
    return orders.group_by("customer_id", hour=_.ordered_at.hour()).agg(orders=_.count())


def hour(own: Iterable[Mapping]) -> Choice:
    """The hour that the customer's usual time of day begins with, moved into the hours for sending."""
    counts = {row["hour"]: row["orders"] for row in own}
    orders = sum(counts.values())
    if orders < LEAST_ORDERS:
        return Choice(reason="few_timed_orders", figures={"orders": orders, "least": LEAST_ORDERS})
    spans = {start: sum(counts.get((start + step) % 24, 0) for step in range(SPAN)) for start in range(24)}
    start = max(spans, key=lambda each: (spans[each], -each))
    if spans[start] / orders < USUAL:
        return Choice(reason="no_usual_hour", figures={"orders": orders, "share": spans[start] / orders})
    return Choice(value=f"{min(max(start, FIRST), LAST):02d}:00", reason="orders_then", support=orders,
                  figures={"orders": orders, "share": spans[start] / orders, "from": f"{start:02d}:00",
                           "to": f"{(start + SPAN) % 24:02d}:00"})  # fmt: skip
