"""Facts kept in the one schema that the mapping names: built on command, used while the orders are those they count.

The only module that writes to a brand's warehouse.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import ibis.common.exceptions as com
from ibis.backends import BaseBackend
from ibis.expr.types import Table

from tools.calendar import add_months, month_end
from tools.engines.placing import one_row, placed
from tools.engines.remote import RemoteEngine, drop
from tools.errors import BadArgument, NoData
from tools.results import Frozen
from tools.tables import table
from tools.tiers import TierRules, members_on

MARK = "wellspring_built"
"""Table that says when the facts beside it were built, and from what."""
KEPT = ("customer_facts", "customer_months", "tier_snapshots")
MONTHS = 13
"""Month ends whose tiers are kept, beside the last day's."""
SECONDS = 6 * 3600

Tick = Callable[[str], None]


class Built(Frozen):
    """What kept facts rest on."""

    built_on: date
    orders: int
    """Rows of orders, refunds included."""
    last_day: date
    settings: str
    """The tier rules of the snapshots (JSON)."""

    @property
    def rules(self) -> TierRules:
        return TierRules.model_validate_json(self.settings)


def read_built(engine: RemoteEngine, where: str) -> Built | None:
    """What was built in a schema; None where nothing was."""
    mark = _kept(engine, MARK, where)
    if mark is None:
        return None
    found = engine.first(mark, {}, most=1, seconds=SECONDS)
    return Built(**dict(zip(found.columns, found.rows[0], strict=True))) if found.rows else None


def kept_tables(engine: RemoteEngine, where: str) -> dict[str, Table]:
    """The kept facts by name, as tables of the warehouse."""
    found = {name: _kept(engine, name, where) for name in KEPT}
    return {name: engine.readable(rows) for name, rows in found.items() if rows is not None}


def counted(engine: RemoteEngine) -> tuple[int, date | None]:
    """Rows of orders and the last day with a paid one, as they are now."""
    orders = table("orders")
    state = orders.agg(orders=orders.count(), last=orders.order_date.max(where=orders.kind == "sale"))
    ((rows, last),) = engine.first(state, {}, most=1, seconds=SECONDS).rows
    return rows, last


def build(engine: RemoteEngine, where: str, rules: TierRules, built_on: date, tick: Tick) -> Built:
    """Build every fact anew in the schema `where`; `tick` is told the table being made.

    Raises BadArgument where that schema holds tables of these names that are not ours, NoData without an order.
    """
    rows, last = counted(engine)
    if last is None:
        raise NoData("nothing_loaded")
    if _kept(engine, MARK, where) is None and (taken := kept_tables(engine, where)):
        raise BadArgument("facts_schema_taken", schema=where, tables=", ".join(taken))
    built = Built(built_on=built_on, orders=rows, last_day=last, settings=rules.model_dump_json())
    days = [month_end(add_months(last.replace(day=1), -back)) for back in range(1, MONTHS + 1)]
    with engine.writing(where) as con:
        # First of all the mark: tables that an interrupted run left are then known as ours, and not used.
        _made(con, MARK, one_row({**built.model_dump(), "orders": -1}), where)
        for name in ("customer_facts", "customer_months"):
            tick(name)
            _made(con, name, placed(table(name), engine.tables), where)
        for done, day in enumerate([last, *days]):
            tick(f"tier_snapshots {day}")
            members = placed(members_on([day], rules, frozenset()), engine.tables)
            if done:
                con.insert("tier_snapshots", members, database=where)
            else:
                _made(con, "tier_snapshots", members, where)
        _made(con, MARK, one_row(built.model_dump()), where)
    return built


def _made(con: BaseBackend, name: str, rows: Table, where: str) -> None:
    drop(con, name, where)
    con.create_table(name, rows, database=where)


def _kept(engine: RemoteEngine, name: str, where: str) -> Table | None:
    with engine.connection() as con:
        try:
            return con.table(name, database=where).unbind()
        except com.TableNotFound:
            return None
