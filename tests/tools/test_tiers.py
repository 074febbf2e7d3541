"""Tiers against an independent reading of the rules in pandas."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools import schema
from tools.errors import BadArgument, NoData
from tools.facts import build_facts, rules_in_force, snapshot_days
from tools.results import TIERS
from tools.segment_data import SegmentData
from tools.tables import compile_sql
from tools.tiers import TierRules, assign, rules_from_gaps
from tools.tiers.versions import adopt


def expected_tiers(orders: pd.DataFrame, day: pd.Timestamp, horizon: int) -> pd.Series:
    """Tier of each customer on a day, as product rules word it."""
    past = orders[(orders["kind"] == "sale") & (orders["order_date"] <= day)]
    ago = (day - past["order_date"]).dt.days
    year, half = past[ago < 365], past[ago < 182]
    people = past.groupby("customer_id")["order_date"].agg(first="min", last="max")
    people["spend"] = year.groupby("customer_id")["amount"].sum()
    people["orders"] = year.groupby("customer_id").size()
    people["recent"] = half.groupby("customer_id")["amount"].sum()
    people = people.fillna({"spend": 0, "orders": 0, "recent": 0})
    active = people[(day - people["last"]).dt.days <= horizon]
    basket = active["spend"] / active["orders"].replace(0, np.nan)
    new = (day - active["first"]).dt.days <= horizon
    rising = active["recent"].round(2) > (active["spend"] - active["recent"]).round(2)
    strong = (basket >= basket.median()) | (active["orders"] >= active["orders"].median())
    tier = pd.Series("dormant", index=people.index)
    tier[active.index] = np.select(
        [
            (active["spend"] >= active["spend"].quantile(0.8)) & (active["orders"] >= 2),
            (new | rising) & strong,
            active["spend"] >= active["spend"].median(),
        ],
        ["high", "potential", "mid"],
        "low",
    )
    return tier


def open_orders(orders: pd.DataFrame) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    for statement in schema.create_statements():
        con.execute(statement)
    con.register("frame", orders)
    con.execute("INSERT INTO orders BY NAME SELECT * FROM frame")
    return con


def tiers_on(con: duckdb.DuckDBPyConnection, day: date, rules: TierRules) -> pd.Series:
    rows = con.execute(compile_sql(assign(day, rules))).fetchall()
    return pd.Series({row[1]: row[2] for row in rows}).sort_index()


@pytest.mark.parametrize("day", ["2023-03-20", "2023-07-31", "2024-02-29", "2024-07-15", "2024-11-29"])
@pytest.mark.parametrize("horizon", [60, 118, 365])
def test_assigns_every_customer_as_the_rules_say(brand: dict, day: str, horizon: int) -> None:
    found = tiers_on(open_orders(brand["orders"]), date.fromisoformat(day), TierRules(dormancy_days=horizon))
    pd.testing.assert_series_equal(
        found, expected_tiers(brand["orders"], pd.Timestamp(day), horizon).sort_index(), check_names=False
    )


ORDERS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 800), st.integers(1, 500), st.booleans()), min_size=1, max_size=40
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ORDERS, st.integers(0, 900), st.sampled_from([60, 90, 365]))
def test_tiers_partition_the_customers_with_a_sale(rows: list, day: int, horizon: int) -> None:
    orders = pd.DataFrame(rows, columns=["customer_id", "day", "amount", "refund"]).astype({"customer_id": str})
    orders["order_date"] = pd.Timestamp("2023-01-01") + pd.to_timedelta(orders.pop("day"), "D")
    orders["kind"] = np.where(orders.pop("refund"), "refund", "sale")
    as_of = pd.Timestamp("2023-01-01") + pd.Timedelta(days=day)
    found = tiers_on(open_orders(orders), as_of.date(), TierRules(dormancy_days=horizon))
    sales = orders[(orders["kind"] == "sale") & (orders["order_date"] <= as_of)]
    assert sorted(found.index) == sorted(sales["customer_id"].unique())
    assert set(found) <= set(TIERS)


def test_the_horizon_is_the_90th_percentile_of_gaps_between_order_days(brand: dict) -> None:
    con = open_orders(brand["orders"])
    build_facts(con)
    sales = brand["orders"][brand["orders"]["kind"] == "sale"]
    days = sales[["customer_id", "order_date"]].drop_duplicates().sort_values(["customer_id", "order_date"])
    gaps = days.groupby("customer_id")["order_date"].diff().dt.days.dropna()
    assert rules_in_force(con).dormancy_days == max(60, int(np.ceil(np.quantile(gaps, 0.9))))


def test_the_horizon_stays_within_its_bounds() -> None:
    assert [rules_from_gaps(gap).dormancy_days for gap in (3.0, 90.2, 2000.0, None)] == [60, 91, 365, 365]


@pytest.mark.parametrize("thresholds", [{}, {"trailing_days": 45, "recent_days": 10}, {"trailing_days": 700}])
def test_snapshots_are_what_the_rules_say_of_each_day(brand: dict, thresholds: dict) -> None:
    con = open_orders(brand["orders"])
    build_facts(con)
    rules = rules_in_force(con).model_copy(update=thresholds)
    adopt(con, rules, date(2024, 1, 1))
    build_facts(con)
    days = con.execute("SELECT DISTINCT as_of FROM tier_snapshots ORDER BY 1").fetchall()
    assert len(days) > 20
    for (day,) in days[::5] + days[-1:]:
        kept = "FROM tier_snapshots WHERE as_of = ? AND rules_version = ? ORDER BY ALL"
        snapshot = con.execute(kept, [day, rules.version]).fetchall()
        assert snapshot == sorted(con.execute(compile_sql(assign(day, rules))).fetchall())


def test_building_facts_twice_changes_nothing(brand: dict) -> None:
    con = open_orders(brand["orders"])
    build_facts(con)
    first = con.execute("SELECT * FROM tier_snapshots ORDER BY ALL").fetchall()
    build_facts(con)
    assert con.execute("SELECT * FROM tier_snapshots ORDER BY ALL").fetchall() == first
    assert {row[0] for row in first} == set(snapshot_days(date(2023, 3, 1), first[-1][0]))


def test_a_month_appended_gives_what_loading_all_at_once_gives(brand: dict) -> None:
    orders = brand["orders"]
    late = orders["order_date"] >= "2024-11-01"
    con = open_orders(orders[~late])
    build_facts(con)
    rules = rules_in_force(con)
    con.register("frame", orders[late])
    con.execute("INSERT INTO orders BY NAME SELECT * FROM frame")
    build_facts(con, since=date(2024, 11, 1))
    appended = con.execute("SELECT * FROM tier_snapshots ORDER BY ALL").fetchall()
    build_facts(con)
    assert con.execute("SELECT * FROM tier_snapshots ORDER BY ALL").fetchall() == appended
    assert rules_in_force(con) == rules


def test_estimating_again_keeps_the_former_rules_and_their_snapshots(brand: dict) -> None:
    orders = brand["orders"]
    con = open_orders(orders[orders["order_date"] < "2023-06-01"])
    build_facts(con)
    former = rules_in_force(con)
    con.register("frame", orders[orders["order_date"] >= "2023-06-01"])
    con.execute("INSERT INTO orders BY NAME SELECT * FROM frame")
    build_facts(con)
    assert rules_in_force(con) == former
    build_facts(con, reestimate=True)
    assert rules_in_force(con) != former
    versions = {row[0] for row in con.execute("SELECT DISTINCT rules_version FROM tier_snapshots").fetchall()}
    assert versions == {former.version, rules_in_force(con).version}


def test_any_changed_threshold_changes_the_version() -> None:
    rules = TierRules(dormancy_days=90)
    changed = {"dormancy_days": 91, "trailing_days": 364, "recent_days": 90, "high_share": 0.1, "high_orders": 3}
    versions = {rules.model_copy(update={name: value}).version for name, value in changed.items()}
    assert len(versions | {rules.version}) == len(changed) + 1


def test_overview_adds_up_to_all_customers_with_an_order(data: SegmentData, brand: dict) -> None:
    overview = data.tier_overview()
    sales = brand["orders"][brand["orders"]["kind"] == "sale"]
    year = sales[(pd.Timestamp(overview.as_of) - sales["order_date"]).dt.days < 365]
    assert [row.tier for row in overview.rows] == list(TIERS)
    assert overview.value == sum(row.customers for row in overview.rows) == sales["customer_id"].nunique()
    assert sum(row.revenue for row in overview.rows) == pytest.approx(year["amount"].sum())
    assert sum(row.orders for row in overview.rows) == len(year)
    assert sum(row.share for row in overview.rows) == pytest.approx(1)


def test_a_day_without_a_snapshot_has_the_same_tiers_as_one_with(data: SegmentData, brand: dict) -> None:
    tiers = expected_tiers(brand["orders"], pd.Timestamp("2024-05-17"), data.tier_overview().dormancy_days)
    overview = data.tier_overview("2024-05-17")
    assert {row.tier: row.customers for row in overview.rows if row.customers} == tiers.value_counts().to_dict()


@pytest.mark.parametrize("days", [("", ""), ("2024-03-31", "2024-09-30"), ("2023-03-05", "2024-05-17")])
def test_migration_adds_up(data: SegmentData, brand: dict, days: tuple[str, str]) -> None:
    moves = data.tier_migration(*days)
    horizon = data.tier_overview().dormancy_days
    before = expected_tiers(brand["orders"], pd.Timestamp(moves.from_day), horizon)
    after = expected_tiers(brand["orders"], pd.Timestamp(moves.to_day), horizon)
    expected = pd.crosstab(before.reindex(after.index).fillna("new"), after).stack()
    assert {(cell.source, cell.target): cell.customers for cell in moves.cells} == expected[expected > 0].to_dict()
    assert moves.before == {tier: int((before == tier).sum()) for tier in TIERS}
    assert moves.after == {tier: int((after == tier).sum()) for tier in TIERS}
    assert sum(moves.net.values()) == len(after) - len(before)
    sales = brand["orders"][brand["orders"]["kind"] == "sale"]
    day = sales["order_date"]
    between = sales[(day > pd.Timestamp(moves.from_day)) & (day <= pd.Timestamp(moves.to_day))]
    assert sum(cell.revenue for cell in moves.cells) == pytest.approx(between["amount"].sum())


def test_migration_defaults_to_the_month_so_far(data: SegmentData) -> None:
    moves = data.tier_migration()
    assert moves.to_day == data.last_day
    assert moves.from_day == (pd.Timestamp(data.last_day).replace(day=1) - pd.Timedelta(days=1)).date()


def test_refuses_days_that_are_reversed_or_outside(data: SegmentData) -> None:
    with pytest.raises(BadArgument, match="days_reversed"):
        data.tier_migration("2024-05-01", "2024-04-01")
    with pytest.raises(NoData, match="window_outside_data"):
        data.tier_overview("2019-01-01")


def test_nothing_loaded_is_a_clear_refusal(open_tables: Callable[..., SegmentData]) -> None:
    with pytest.raises(NoData, match="nothing_loaded"):
        open_tables({}).tier_overview()
