"""Cohorts against pandas on generated orders, Kaplan-Meier against the book, and the laws both must keep."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.cohorts.survival import Waits
from tools.errors import BadArgument, NoData
from tools.segment_data import SegmentData
from tools.tables import table
from tools.warehouse import Warehouse

FREQUENCY = {"week": "W-SUN", "month": "M", "quarter": "Q"}
Open = Callable[[dict[str, pd.DataFrame]], SegmentData]


def paid(brand: dict) -> pd.DataFrame:
    orders = brand["orders"]
    return orders[orders["kind"] == "sale"].assign(
        first=lambda frame: frame.groupby("customer_id")["order_date"].transform("min")
    )


def triangle(orders: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Customers, orders and revenue by cohort and number of periods since."""
    cohort, at = (orders[name].dt.to_period(FREQUENCY[unit]) for name in ("first", "order_date"))
    since = [(a - c).n for a, c in zip(at, cohort, strict=True)]
    cells = orders.assign(cohort=cohort.dt.start_time, period=since).groupby(["cohort", "period"])
    return cells.agg(
        customers=("customer_id", "nunique"), orders=("order_id", "count"), revenue=("amount", "sum")
    )


def make_orders(rows: list[tuple[str, str, float]], **columns: object) -> dict[str, pd.DataFrame]:
    frame = pd.DataFrame(rows, columns=["customer_id", "order_date", "amount"])
    frame["order_date"] = pd.to_datetime(frame["order_date"])
    frame["order_id"] = [f"O{at:03d}" for at in range(len(frame))]
    return {"orders": frame.assign(ordered_at=frame["order_date"], kind="sale", **columns)}


@pytest.mark.parametrize("unit", ["week", "month", "quarter"])
def test_cells_are_what_pandas_counts(data: SegmentData, brand: dict, unit: str) -> None:
    expected = triangle(paid(brand), unit)
    found = data.cohorts.table(by=unit)
    shown = {pd.Timestamp(row.start) for row in found.rows}
    expected = expected[expected.index.get_level_values("cohort").isin(shown)]
    assert ("latest_cohorts" in found.notes) == (unit == "week"), "640 days are more than 60 weeks"
    cells = {(pd.Timestamp(row.start), cell.period): cell for row in found.rows for cell in row.cells}
    within = expected[expected.index.get_level_values("period") < 60]
    assert {key for key, cell in cells.items() if cell.customers} == set(within.index)
    for key, row in within.iterrows():
        cell = cells[key]
        assert (cell.customers, cell.orders) == (row["customers"], row["orders"]), key
        assert cell.revenue == pytest.approx(row["revenue"])
        size = within.loc[(key[0], 0), "customers"]
        so_far = within.loc[key[0]].loc[: key[1], "revenue"].sum()
        assert (cell.n, cell.retention) == (size, pytest.approx(row["customers"] / size))
        assert (cell.arpu, cell.ltv) == (pytest.approx(row["revenue"] / size), pytest.approx(so_far / size))


def test_the_months_kept_as_facts_are_those_of_the_orders(warehouse: Warehouse, brand: dict) -> None:
    orders = paid(brand)
    months = orders.groupby(["customer_id", orders["order_date"].dt.to_period("M").dt.start_time])
    expected = months.agg(orders=("order_id", "count"), revenue=("amount", "sum"))
    kept = warehouse.run(table("customer_months")).records
    assert {(row["customer_id"], pd.Timestamp(row["month"])): row["orders"] for row in kept} == expected["orders"].to_dict()
    assert {(row["customer_id"], pd.Timestamp(row["month"])): float(row["revenue"]) for row in kept} == pytest.approx(
        expected["revenue"].to_dict()
    )


@pytest.mark.parametrize("unit", ["month", "quarter"])
def test_cells_add_up_to_the_brand(data: SegmentData, brand: dict, unit: str) -> None:
    orders = paid(brand)
    found = data.cohorts.table(by=unit, measure="revenue")
    cells = [cell for row in found.rows for cell in row.cells]
    assert sum(row.customers for row in found.rows) == found.n == orders["customer_id"].nunique()
    assert sum(cell.orders for cell in cells) == len(orders) == data.query_metric("orders", window="all").value
    assert sum(cell.revenue for cell in cells) == pytest.approx(orders["amount"].sum())
    assert found.value == pytest.approx(data.query_metric("revenue", window="all").value)
    new = data.query_metric("new_customers", by=["month"], window="all", limit=100)
    if unit == "month":
        assert {row.cohort: row.customers for row in found.rows} == {
            row.dimensions["month"]: row.value for row in new.rows
        }


def test_lifetime_value_of_everybody_is_the_catalogues(data: SegmentData) -> None:
    found = data.cohorts.table(measure="ltv")
    spent = sum(row.cells[-1].ltv * row.customers for row in found.rows)
    assert spent / found.n == pytest.approx(data.query_metric("ltv_to_date", window="all").value)


def test_periods_that_are_not_over_are_marked_and_stay_out_of_averages(data: SegmentData) -> None:
    found = data.cohorts.table()
    last = data.last_day
    assert last != (pd.Timestamp(last) + pd.offsets.MonthEnd(0)).date(), "the data ends within a month"
    for row in found.rows:
        partial = [cell.period for cell in row.cells if cell.partial]
        assert partial == [len(row.cells) - 1], "the month of the last day, whatever the cohort"
    assert "cohort_partial" in found.notes
    full = [row.cells[1] for row in found.rows if len(row.cells) > 1 and not row.cells[1].partial]
    average = found.average[1]
    assert (average.cohorts, average.n) == (len(full), sum(cell.n for cell in full))
    assert average.retention == pytest.approx(sum(cell.customers for cell in full) / average.n)
    assert found.value == average.retention
    assert average.ltv == pytest.approx(found.average[0].arpu + average.arpu)


@pytest.mark.parametrize("days", [30, 45])
def test_age_cohorts_count_only_who_lived_through_the_period(data: SegmentData, brand: dict, days: int) -> None:
    orders, last = paid(brand), pd.Timestamp(data.last_day)
    orders = orders.assign(
        cohort=orders["first"].dt.to_period("M").astype(str),
        period=(orders["order_date"] - orders["first"]).dt.days // days,
        complete=((last - orders["first"]).dt.days + 1) // days,
    )
    found = data.cohorts.table(age_days=days)
    people = orders.drop_duplicates("customer_id")
    assert {row.cohort: row.customers for row in found.rows if row.customers} == people.groupby("cohort").size().to_dict()
    for row in found.rows:
        own = people[people["cohort"] == row.cohort]
        assert len(row.cells) == own["complete"].max()
        for cell in row.cells:
            assert cell.n == (own["complete"] > cell.period).sum()
            seen = orders[(orders["cohort"] == row.cohort) & (orders["period"] == cell.period)]
            seen = seen[seen["complete"] > cell.period]
            assert (cell.customers, cell.orders) == (seen["customer_id"].nunique(), len(seen))
            assert cell.revenue == pytest.approx(seen["amount"].sum())
    assert "age_unobserved" in found.notes
    assert found.average[1].n == (people["complete"] > 1).sum()


def test_an_age_that_nobody_reached_is_refused(data: SegmentData) -> None:
    with pytest.raises(NoData, match="age_not_observed"):
        data.cohorts.table(age_days=5000)


def test_the_order_of_rows_changes_nothing(brand: dict, open_tables: Open, data: SegmentData) -> None:
    shuffled = open_tables({name: frame.sample(frac=1, random_state=3) for name, frame in brand.items()})
    assert shuffled.cohorts.table().rows == data.cohorts.table().rows
    assert shuffled.cohorts.table(by="quarter", age_days=30).rows == data.cohorts.table(by="quarter", age_days=30).rows
    assert shuffled.cohorts.repurchase().rows == data.cohorts.repurchase().rows


def test_months_without_orders_or_new_customers_keep_their_place(open_tables: Open) -> None:
    rows = [("a", "2024-01-10", 10), ("a", "2024-04-10", 5), ("b", "2024-03-31", 20), ("b", "2024-05-31", 1)]
    found = open_tables(make_orders(rows)).cohorts.table(measure="customers")
    assert [(row.cohort, row.customers, [cell.customers for cell in row.cells]) for row in found.rows] == [
        ("2024-01", 1, [1, 0, 0, 1, 0]),
        ("2024-02", 0, []),
        ("2024-03", 1, [1, 0, 1]),
    ]
    assert not any(cell.partial for row in found.rows for cell in row.cells), "the last day ends its month"
    assert {"small_sample", "small_cohorts", "earliest_cohort"} <= set(found.notes)
    assert all(row.small == (row.customers > 0) for row in found.rows)


def test_one_customer_with_one_order(open_tables: Open) -> None:
    data = open_tables(make_orders([("a", "2024-01-31", 12.5)]))
    found = data.cohorts.table(measure="ltv")
    assert [(row.customers, [cell.ltv for cell in row.cells]) for row in found.rows] == [(1, [12.5])]
    assert found.value is None, "no period after the first has begun"
    curve = data.cohorts.repurchase()
    assert (curve.value, curve.total.n, curve.total.again, curve.total.median_gap) == (None, 1, 0, None)
    assert [within.share for within in curve.total.within] == [None] * 5


def test_refunds_are_no_orders(brand: dict, open_tables: Open, data: SegmentData) -> None:
    orders = brand["orders"]
    assert (orders["kind"] == "refund").any()
    without = open_tables({**brand, "orders": orders[orders["kind"] == "sale"]})
    assert without.cohorts.table().rows == data.cohorts.table().rows
    assert without.cohorts.repurchase().total == data.cohorts.repurchase().total


def test_a_window_bounds_the_first_order_not_what_follows(data: SegmentData, brand: dict) -> None:
    orders = paid(brand)
    chosen = orders[orders["first"].between("2024-01-15", "2024-03-10")]
    found = data.cohorts.table(window="2024-01-15..2024-03-10", measure="orders")
    assert found.n == chosen["customer_id"].nunique()
    assert found.value == len(chosen)
    assert found.rows[0].cells[-1].period == 10, "followed to the end of the data, in November"
    assert "earliest_cohort" not in found.notes


def test_filters_take_the_first_order(data: SegmentData, brand: dict) -> None:
    orders = paid(brand).sort_values(["ordered_at", "order_id"])
    firsts = orders.drop_duplicates("customer_id")
    douyin = set(firsts.loc[firsts["channel"] == "抖音", "customer_id"])
    found = data.cohorts.table(where={"渠道": ["抖音"]}, measure="orders")
    assert (found.n, found.value) == (len(douyin), orders["customer_id"].isin(douyin).sum())
    assert found.filters == {"channel": ["抖音"]}
    assert "by_first_order" in found.notes
    lines = brand["order_items"]
    skin = set(lines.loc[lines["category"] == "护肤", "order_id"])
    first_skin = set(firsts.loc[firsts["order_id"].isin(skin), "customer_id"])
    both = data.cohorts.table(where={"category": ["护肤"], "channel": ["抖音"]})
    assert data.cohorts.table(where={"category": ["护肤"]}).n == len(first_skin)
    assert both.n == len(first_skin & douyin)
    assert both.rows == data.cohorts.table(where={"channel": ["抖音"], "category": ["护肤"]}).rows
    assert {"first_order_lines", "by_first_order"} <= set(both.notes)


def test_parts_by_tier_make_up_everybody(data: SegmentData) -> None:
    parts = [data.cohorts.table(where={"tier": [tier]}, measure="customers") for tier in ("high", "potential", "mid", "low", "dormant")]
    assert sum(part.value for part in parts) == data.cohorts.table(measure="customers").value
    assert all("tier_today" in part.notes for part in parts)
    split = data.cohorts.repurchase(by="tier")
    assert [row.n for row in split.rows] == sorted((part.n for part in parts), reverse=True)


def test_a_filter_that_nobody_meets_gives_an_empty_table(open_tables: Open) -> None:
    rows = [("a", "2024-01-10", 10), ("b", "2024-03-31", 20)]
    data = open_tables(make_orders(rows, channel=["x", "y"]))
    found = data.cohorts.table(where={"channel": ["y"]}, window="2024-01")
    assert (found.rows, found.n, found.value) == ([], 0, None)
    assert "empty" in found.notes
    assert data.cohorts.repurchase(where={"channel": ["y"]}, window="2024-01").total.n == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"by": "channel"}, "unknown_cohort_unit"),
        ({"by": "fortnight"}, "unknown_dimension"),
        ({"measure": "margin"}, "unknown_measure"),
        ({"age_days": -1}, "bad_age"),
        ({"where": {"channel": ["京东"]}}, "unknown_value"),
        ({"where": {"campaign": ["K1"]}}, "dimension_not_for_metric"),
        ({"window": "someday"}, "unknown_window"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_way_out(data: SegmentData, arguments: dict, code: str) -> None:
    with pytest.raises(BadArgument) as refusal:
        data.cohorts.table(**arguments)
    assert refusal.value.code == code
    assert refusal.value.alternatives or code == "bad_age"


@pytest.mark.parametrize("window", ["all", "2024-Q1", "2024"])
@pytest.mark.parametrize("where", [{}, {"channel": ["天猫"]}])
def test_plain_rates_are_the_catalogues(data: SegmentData, window: str, where: dict) -> None:
    found = data.cohorts.repurchase(where=where, window=window)
    for within in found.total.within[:4]:
        metric = data.query_metric(f"repurchase_rate_{within.days}d", where=where, window=window)
        assert (within.rate, within.observed) == (pytest.approx(metric.value), metric.n)
    metric = data.query_metric("second_order_rate", where=where, window=window)
    assert (found.total.rate, found.total.n) == (pytest.approx(metric.value), metric.n)
    by_month = data.query_metric("second_order_rate", by=["month"], where=where, window=window, limit=100)
    assert {row.dimensions["month"]: (row.rate, row.n) for row in found.rows} == {
        row.dimensions["month"]: (pytest.approx(row.value), row.n) for row in by_month.rows
    }


@pytest.mark.parametrize("after", [1, 2, 3])
def test_waits_from_any_order_day_are_what_pandas_finds(data: SegmentData, brand: dict, after: int) -> None:
    days = paid(brand)[["customer_id", "order_date"]].drop_duplicates().sort_values(["customer_id", "order_date"])
    days = days.assign(place=days.groupby("customer_id").cumcount() + 1)
    days["next"] = days.groupby("customer_id")["order_date"].shift(-1)
    from_ = days[days["place"] == after]
    gap = (from_["next"] - from_["order_date"]).dt.days
    found = data.cohorts.repurchase(after=after, by="")
    assert (found.total.n, found.total.again) == (len(from_), gap.notna().sum())
    assert found.total.median_gap == gap.median()
    assert found.rows == []
    reached = days["place"].value_counts()
    assert [(step.order, step.customers, step.again) for step in found.steps] == [
        (order, reached[order], reached[order + 1]) for order in range(1, 6)
    ]
    watched = (pd.Timestamp(data.last_day) - from_["order_date"]).dt.days
    for within in found.total.within:
        old = watched >= within.days
        assert within.observed == old.sum()
        assert within.rate == pytest.approx((gap[old] <= within.days).mean())


def test_groups_together_are_everybody(data: SegmentData) -> None:
    alone = data.cohorts.repurchase(by="")
    for by in ("month", "channel", "lifecycle"):
        assert data.cohorts.repurchase(by=by).total == alone.total


def test_an_order_number_out_of_range_is_refused(data: SegmentData) -> None:
    with pytest.raises(BadArgument, match="bad_order_number"):
        data.cohorts.repurchase(after=6)


def test_kaplan_meier_on_the_textbook_sample() -> None:
    # Remission of leukaemia patients on 6-MP (Freireich et al. 1963), the standard worked example.
    ended = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    left = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    waits = Waits.counted([*ended, *left], [1] * len(ended) + [0] * len(left), [0] * len(ended) + [1] * len(left))
    survived = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert {day: round(1 - waits.share_by(day), 3) for day in survived} == survived
    assert (waits.share_by(5), waits.share_by(35), waits.share_by(36)) == (0.0, pytest.approx(1 - 0.448, abs=5e-4), None)
    assert [round(1 - bound, 3) for bound in reversed(waits.interval(10))] == [0.503, 0.889]
    assert waits.interval(5) is waits.interval(36) is None
    assert (waits.n, waits.half_after, waits.at_risk(6), waits.at_risk(7)) == (21, 23, 21, 17)


people = st.lists(st.tuples(st.integers(1, 40), st.booleans()), min_size=1, max_size=60)


@settings(max_examples=60, deadline=None)
@given(people)
def test_kaplan_meier_keeps_its_laws(who: list[tuple[int, bool]]) -> None:
    days, again = [day for day, _ in who], [int(ended) for _, ended in who]
    left = [1 - ended for ended in again]
    waits = Waits.counted(days, again, left)
    shares = [waits.share_by(day) for day in range(waits.longest + 1)]
    assert shares == sorted(shares)
    assert all(-1e-12 <= share <= 1 + 1e-12 for share in shares)
    halves = [Waits.counted(days[::2], again[::2], left[::2]), Waits.counted(days[1::2], again[1::2], left[1::2])]
    together = Waits.together(halves)
    assert np.array_equal(together.shares, waits.shares)
    # Up to the first customer who stopped being watched it is the plain share.
    first_left = min((day for day, ended in who if not ended), default=41)
    for day in range(min(first_left, waits.longest + 1)):
        assert waits.share_by(day) == pytest.approx(sum(ended and at <= day for at, ended in who) / len(who))


def test_a_day_that_is_not_last_yet_counts_as_watched(open_tables: Open) -> None:
    rows = [("a", "2024-01-01", 1), ("a", "2024-01-31", 1), ("b", "2024-01-01", 1)]
    found = open_tables(make_orders(rows)).cohorts.repurchase(by="")
    first = found.total.within[0]
    assert (first.days, first.share, first.rate, first.observed) == (30, 0.5, 0.5, 2)
    assert found.as_of == date(2024, 1, 31)
