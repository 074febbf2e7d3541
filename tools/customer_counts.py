"""Customers' facts in step with the orders: counted anew after a change, carried on where orders were appended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial

import duckdb
import ibis
from ibis.expr.types import Table

from tools.customer_facts import (
    PLACES,
    added_channels,
    customer_channels,
    customer_facts,
    customer_months,
    customer_places,
)
from tools.stored_sql import fill, sql
from tools.tables import table

_TOUCHED = ibis.table({"customer_id": "string"}, name="touched")
"""Customers with an order since the last count, for a while."""


def count_customers(con: duckdb.DuckDBPyConnection, since: date | None, *, appended: bool) -> None:
    """Bring `customer_months`, `customer_channels` and `customer_facts` in step with the orders.

    `since` is the first day whose orders changed, None for any; `appended` says that there was none from it on
    before. What is appended is added to what was counted: no earlier order is looked at.
    """
    counted = con.execute("SELECT 1 FROM customer_channels LIMIT 1").fetchone()
    kept = since if counted else None
    con.execute("DELETE FROM customer_months WHERE month >= ?", [kept.replace(day=1) if kept else date.min])
    fill(con, "customer_months", _PACKED_MONTHS, kept)
    places = tuple(name for name in PLACES if _is_filled(con, name))
    if kept and appended:
        _carry_on(con, places, kept)
    else:
        # One pass over all orders costs less than finding out whose totals changed, withdrawn rows included.
        _count_anew(con, places)


_PACKED_MONTHS = partial(customer_months, packed=True)


def _is_filled(con: duckdb.DuckDBPyConnection, column: str) -> bool:
    return con.execute(f"SELECT 1 FROM orders WHERE {column} IS NOT NULL LIMIT 1").fetchone() is not None


def _count_anew(con: duckdb.DuckDBPyConnection, places: tuple[str, ...]) -> None:
    con.execute("DELETE FROM customer_channels")
    fill(con, "customer_channels", customer_channels)
    with _places(con, customer_places, places):
        con.execute("DELETE FROM customer_facts")
        fill(con, "customer_facts", _facts, "customer_months", "customer_channels")


def _carry_on(con: duckdb.DuckDBPyConnection, places: tuple[str, ...], since: date) -> None:
    """Count the customers who have an order from `since` on."""
    con.execute("CREATE TEMP TABLE touched AS SELECT DISTINCT customer_id FROM orders WHERE order_date >= ?", [since])
    con.execute(f"CREATE TEMP TABLE their_months AS {sql(_of_touched, 'customer_months')}")
    con.execute(f"CREATE TEMP TABLE their_channels AS {sql(_channels_with, since)}")
    with _places(con, _places_since, places, since):
        for name in ("customer_channels", "customer_facts"):
            con.execute(f"DELETE FROM {name} WHERE customer_id IN (FROM touched)")
        con.execute("INSERT INTO customer_channels BY NAME FROM their_channels")
        fill(con, "customer_facts", _facts, "their_months", "their_channels")
    for name in ("touched", "their_months", "their_channels"):
        con.execute(f"DROP TABLE {name}")


@contextmanager
def _places(
    con: duckdb.DuckDBPyConnection, rows: Callable[..., Table], places: tuple[str, ...], *given: date
) -> Iterator[None]:
    """Within, the places that customers live in, as a table; it is empty where no order says any."""
    con.execute("CREATE TEMP TABLE lived (customer_id VARCHAR, city VARCHAR, region VARCHAR)")
    if places:
        fill(con, "lived", rows, places, *given)
    yield
    con.execute("DROP TABLE lived")


def _facts(months: str, channels: str) -> Table:
    lived = ibis.table({"customer_id": "string"} | dict.fromkeys(PLACES, "string"), name="lived")
    return customer_facts(_like("customer_months", months), _like("customer_channels", channels), lived)


def _places_since(places: tuple[str, ...], since: date) -> Table:
    """Where customers with an order since then live: as it says, or else where they lived before."""
    new, old = customer_places(places, since), _of_touched("customer_facts").select("customer_id", *places)
    both = new.outer_join(old, "customer_id", rname="{name}_before")
    return both.select(**{name: both[name].coalesce(both[f"{name}_before"]) for name in ("customer_id", *places)})


def _channels_with(since: date) -> Table:
    return added_channels(_of_touched("customer_channels"), customer_channels(since))


def _of_touched(stored: str) -> Table:
    return table(stored).semi_join(_TOUCHED, "customer_id")


def _like(stored: str, name: str) -> Table:
    """A table with the columns of a stored one."""
    return ibis.table(table(stored).schema(), name=name)
