"""What counts as a customer's word on a message channel."""

from __future__ import annotations

from datetime import date, datetime

import ibis
from ibis import _
from ibis.expr.types import BooleanValue, Table

from tools.tables import table

_LONG_AGO = datetime(1970, 1, 1)


def words(until: date | None = None) -> Table:
    """Every word of a customer on a channel, up to a day; one without a day is older than any other.

    Columns: customer_id, channel (lower case), consented, said_at.
    """
    said = table("consents").filter(_.consented.notnull())
    said = said.select(
        "customer_id", "consented", channel=_.channel.strip().lower(),
        said_at=_.updated_at.fill_null(ibis.literal(_LONG_AGO)),
    )  # fmt: skip
    return said if until is None else said.filter(_.said_at.date() <= ibis.literal(until))


def last_word(rows: Table, where: BooleanValue | None = None) -> BooleanValue:
    """Aggregate of `words`: the latest, and of several at one moment a refusal."""
    newest = ibis.struct({"at": rows.said_at, "refused": ~rows.consented})
    return rows.consented.argmax(newest, where=where)
