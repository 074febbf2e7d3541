"""Facts built once after each load, so that questions do not recompute them.

Runs inside the loader's own connection; everybody else reads through the warehouse.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import duckdb
import ibis
import ibis.expr.datatypes as dt
import pyarrow as pa
from ibis.expr.types import Table

from tools.cells import month_cells, rfm_cells, rfm_points, sales_days, tier_cells, tier_moves
from tools.customer_counts import count_customers
from tools.errors import NoData
from tools.generations import Generations
from tools.identity.person_view import as_persons, run_in_force
from tools.schema import CELLS
from tools.stored_sql import fill, sql
from tools.tables import compile_sql
from tools.tiers import TierRules, assign, dormancy_quantile, members_on, rules_from_gaps
from tools.tiers.carrying import NUMBERED, Carried, numbered, paid_orders
from tools.tiers.membership import BEHAVIOUR, behaviour, latest_behaviour
from tools.tiers.versions import adopt
from tools.writing import revising

UNCHANGED = date.max
ROWS_A_WRITE = 500_000
"""Rows of snapshots written at once: day by day, each would pack the end of the table anew."""
ROWS_A_COUNT = 5_000_000
"""Rows of snapshots counted at once: a median keeps every value in memory, whatever DuckDB may spill."""
ROWS_A_BATCH = 100_000
"""Orders read at once."""
FEW_DAYS = 3
"""So many days are looked at one by one, without every order in memory."""
Tick = Callable[[float], None]


def build_facts(
    con: duckdb.DuckDBPyConnection,
    *,
    since: date | None = None,
    appended: bool = False,
    reestimate: bool = False,
    tick: Tick | None = None,
) -> None:
    """Bring customer facts, tier rules and tier snapshots in step with the orders; calling it again changes nothing.

    `since` is the first day whose orders changed, UNCHANGED for none: what rests on earlier days stays as it is.
    `appended` says that there was no order from that day on before: only customers who have one now changed.
    `reestimate` takes the dormancy horizon from today's orders instead of keeping the first estimate;
    snapshots of the former rules stay under their own version. Facts by person follow where accounts are linked.
    `tick` is told the share of the days that is done.
    """
    _build(con, since, appended, reestimate, tick)
    build_person_facts(con, since=since, appended=appended)


def build_person_facts(
    con: duckdb.DuckDBPyConnection, *, since: date | None = None, appended: bool = False
) -> None:
    """The same facts with persons for customers, where accounts are linked; the tier rules are the accounts' own."""
    run = run_in_force(con)
    if run is not None:
        with as_persons(con, run):
            _build(con, since, appended, reestimate=False)


def _build(
    con: duckdb.DuckDBPyConnection, since: date | None, appended: bool, reestimate: bool, tick: Tick | None = None
) -> None:
    span = "SELECT min(order_date), max(order_date) FROM orders WHERE kind = 'sale'"
    ((first_day, last_day),) = con.execute(span).fetchall()
    if since != UNCHANGED or not con.execute("SELECT 1 FROM customer_facts LIMIT 1").fetchone():
        count_customers(con, since, appended=appended)
    if first_day is None:
        for name in ("tier_snapshots", *CELLS):
            con.execute(f"DELETE FROM {name}")
        return
    rules = rules_in_force(con)
    if rules is None or reestimate:
        rules = _estimate(con, last_day, rules)
    wanted = snapshot_days(first_day, last_day)
    kept = _drop_stale(con, rules, wanted, since)
    _snapshot(con, rules, [day for day in wanted if day not in kept], last_day, tick or (lambda share: None))
    _count_cells(con, rules, wanted, since)


def snapshot_days(first_day: date, last_day: date) -> list[date]:
    """Every month end from `first_day` on, and the last day."""
    ends = [
        date(year, month, monthrange(year, month)[1])
        for year in range(first_day.year, last_day.year + 1)
        for month in range(1, 13)
    ]
    return [*(end for end in ends if first_day <= end < last_day), last_day]


def rules_in_force(con: duckdb.DuckDBPyConnection) -> TierRules | None:
    """The rules adopted last, or None before the first load."""
    rows = con.execute("SELECT settings FROM tier_rules ORDER BY adopted DESC LIMIT 1").fetchall()
    return TierRules.model_validate_json(rows[0][0]) if rows else None


def reestimate_rules(store: Generations) -> TierRules:
    """Take the dormancy horizon from today's orders, in a new generation; former snapshots keep their own version.

    Raises NoData while no order is loaded, Busy while another process writes, ToolError `not_saved`.
    """
    with revising(store) as con:
        build_facts(con, reestimate=True)
        rules = rules_in_force(con)
        if rules is None:
            raise NoData("nothing_loaded")
    return rules


def _estimate(con: duckdb.DuckDBPyConnection, last_day: date, former: TierRules | None) -> TierRules:
    """Adopt the horizon that the orders give; thresholds set by hand stay."""
    ((horizon,),) = con.execute(sql(dormancy_quantile)).fetchall()
    rules = rules_from_gaps(horizon)
    if former:
        rules = former.model_copy(update={"dormancy_days": rules.dormancy_days})
    if rules != former:
        adopt(con, rules, last_day)
    return rules


@ibis.udf.scalar.builtin
def getvariable(variable: str) -> dt.date:
    """DuckDB's session variable."""


def _snapshot(
    con: duckdb.DuckDBPyConnection, rules: TierRules, days: list[date], last_day: date, tick: Tick
) -> None:
    """Tiers on each of these days, in order.

    One day costs a look at all orders (at those of the trailing days, if it is the data's last), many days
    hardly more than one.
    """
    tiers = sql(_assigned, rules)
    waiting = 0
    con.execute("CREATE OR REPLACE TEMP TABLE tiers_made AS FROM tier_snapshots LIMIT 0")
    for done, (each, known) in enumerate(zip(days, _behaviours(con, rules, days, last_day), strict=True), start=1):
        many = known.num_rows >= ROWS_A_WRITE
        if waiting and (many or waiting >= ROWS_A_WRITE):
            _write(con)
            waiting = 0
        con.execute(f"SET VARIABLE snapshot_day = DATE '{each}'")
        con.register("behaviour", known)
        con.execute(f"INSERT INTO {'tier_snapshots' if many else 'tiers_made'} BY NAME {tiers}")
        con.unregister("behaviour")
        waiting += 0 if many else known.num_rows
        tick(done / len(days))
    _write(con)
    con.execute("DROP TABLE tiers_made")


def _write(con: duckdb.DuckDBPyConnection) -> None:
    """Write the days that wait."""
    con.execute("INSERT INTO tier_snapshots FROM tiers_made")
    con.execute("TRUNCATE tiers_made")


def _assigned(rules: TierRules) -> Table:
    """Tiers on the day of the session variable, so that one compiled statement serves every day."""
    return assign(getvariable("snapshot_day").cast("date"), rules, ibis.table(BEHAVIOUR, name="behaviour"))


def _behaviours(
    con: duckdb.DuckDBPyConnection, rules: TierRules, days: list[date], last_day: date
) -> Iterator[pa.Table]:
    """What tiers are told from on each of these days."""
    if len(days) > FEW_DAYS:
        return _carried(con, rules).on(days)
    each = ((day, latest_behaviour if day == last_day else behaviour) for day in days)
    counted = (counts(day, rules).select(*BEHAVIOUR).cast(BEHAVIOUR) for day, counts in each)
    return (con.sql(compile_sql(rows)).to_arrow_table() for rows in counted)


def _carried(con: duckdb.DuckDBPyConnection, rules: TierRules) -> Carried:
    con.execute(f"CREATE OR REPLACE TEMP TABLE {NUMBERED.get_name()} AS {compile_sql(numbered())}")
    names = con.sql(compile_sql(NUMBERED.order_by("code").select("customer_id"))).to_arrow_table()
    ((count,),) = con.execute("SELECT count(*) FROM orders WHERE kind = 'sale'").fetchall()
    orders = con.sql(compile_sql(paid_orders())).to_arrow_reader(ROWS_A_BATCH)
    found = Carried(names["customer_id"].combine_chunks(), orders, count, rules)
    con.execute(f"DROP TABLE {NUMBERED.get_name()}")
    return found


def _drop_stale(
    con: duckdb.DuckDBPyConnection, rules: TierRules, wanted: list[date], since: date | None
) -> set[date]:
    """Delete this version's snapshots that changed or are no longer wanted; return the days that stay."""
    present = {row[0] for row in con.execute(
        "SELECT DISTINCT as_of FROM tier_snapshots WHERE rules_version = ?", [rules.version]).fetchall()}  # fmt: skip
    kept = {day for day in present & set(wanted) if since is not None and day < since}
    for day in present - kept:
        for name in ("tier_snapshots", "tier_cells"):
            con.execute(f"DELETE FROM {name} WHERE rules_version = ? AND as_of = ?", [rules.version, day])
    return kept


def _count_cells(con: duckdb.DuckDBPyConnection, rules: TierRules, days: list[date], since: date | None) -> None:
    """Bring the cells in step with customers, orders and the snapshots of these days, the last of which is the data's.

    Those of a day or of orders before `since` stay as they are.
    """
    day, before = days[-1], days[-1].replace(day=1) - timedelta(days=1)
    held = con.execute("SELECT as_of, rules_version FROM cells").fetchall()
    if since == UNCHANGED and held == [(day, rules.version)]:
        return
    kept = since if held else None
    con.execute("BEGIN")
    con.execute("DELETE FROM cells")
    con.execute("DELETE FROM sales_days WHERE day >= ?", [kept or date.min])
    for name in ("tier_moves", "month_cells", "rfm_cells", "rfm_points"):
        con.execute(f"DELETE FROM {name}")
    fill(con, "sales_days", sales_days, kept)
    known = con.execute("SELECT DISTINCT as_of FROM tier_cells WHERE rules_version = ?", [rules.version]).fetchall()
    new = [each for each in days if (each,) not in known]
    ((customers,),) = con.execute("SELECT count(*) FROM customer_facts").fetchall()
    most = max(1, ROWS_A_COUNT // customers)
    for some in (new[start : start + most] for start in range(0, len(new), most)):
        fill(con, "tier_cells", _frozen_cells, tuple(some), rules)
    if before in days:
        fill(con, "tier_moves", tier_moves, before, day, rules)
    fill(con, "month_cells", month_cells, day, rules)
    fill(con, "rfm_points", rfm_points, day)
    (points,) = con.execute("SELECT COLUMNS('monetary.*') FROM rfm_points").fetchall()
    fill(con, "rfm_cells", rfm_cells, day, points)
    con.execute("INSERT INTO cells VALUES (?, ?)", [day, rules.version])
    con.execute("COMMIT")


def _frozen_cells(days: tuple[date, ...], rules: TierRules) -> Table:
    return tier_cells(members_on(days, rules, frozenset(days)))
