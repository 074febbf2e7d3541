"""Metrics against pandas on generated orders, and the laws that any split or comparison must keep."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pytest

from copilot.refusals import worded
from tools import catalog
from tools.errors import BadArgument, NoData
from tools.results import TIERS
from tools.segment_data import SegmentData

WINDOWS = {"all": ("2000-01-01", "2024-11-30"), "2024-Q2": ("2024-04-01", "2024-06-30")}


def within(orders: pd.DataFrame, window: str, kind: str = "sale") -> pd.DataFrame:
    start, end = WINDOWS[window]
    return orders[(orders["kind"] == kind) & orders["order_date"].between(start, end)]


def firsts(orders: pd.DataFrame) -> pd.Series:
    return orders[orders["kind"] == "sale"].groupby("customer_id")["order_date"].min()


def expected(metric: str, brand: dict, window: str) -> float:
    """The metric worked out in pandas."""
    orders = brand["orders"]
    sales, refunds = within(orders, window), within(orders, window, "refund")
    per = sales.groupby("customer_id").size()
    first = firsts(orders)
    last_day = orders.loc[orders["kind"] == "sale", "order_date"].max()
    end = min(pd.Timestamp(WINDOWS[window][1]), last_day)
    past = orders[(orders["kind"] == "sale") & (orders["order_date"] <= end)]
    new = first[first.between(*WINDOWS[window])]
    days = past[["customer_id", "order_date"]].drop_duplicates().sort_values(["customer_id", "order_date"])
    days["gap"] = days.groupby("customer_id")["order_date"].diff().dt.days
    every = orders.loc[orders["kind"] == "sale", ["customer_id", "order_date"]].drop_duplicates()
    later = every[every["order_date"] > every["customer_id"].map(first)].groupby("customer_id")["order_date"].min()
    second = (later.reindex(new.index) - new).dt.days
    watched = new[(last_day - new).dt.days >= 90]
    return {
        "customers": lambda: len(per),
        "active_customers": lambda: len(per),
        "orders": lambda: len(sales),
        "revenue": lambda: sales["amount"].sum(),
        "net_revenue": lambda: sales["amount"].sum() + refunds["amount"].sum(),
        "refunds": lambda: len(refunds),
        "refund_amount": lambda: refunds["amount"].sum(),
        "refund_rate": lambda: len(refunds) / len(sales),
        "aov": lambda: sales["amount"].mean(),
        "median_order_value": lambda: sales["amount"].median(),
        "one_time_customers": lambda: (per == 1).sum(),
        "one_time_customer_share": lambda: (per == 1).mean(),
        "arpu": lambda: sales["amount"].sum() / len(per),
        "purchase_frequency": lambda: per.mean(),
        "repurchase_rate": lambda: (per >= 2).mean(),
        "repeat_customers": lambda: (per >= 2).sum(),
        "new_customers": lambda: len(new),
        "returning_customers": lambda: len(per) - len(new),
        "second_order_rate": lambda: second.notna().mean(),
        "repurchase_rate_90d": lambda: (second.reindex(watched.index) <= 90).mean(),
        "days_between_orders": lambda: days.loc[days["order_date"] >= WINDOWS[window][0], "gap"].median(),
        "recency": lambda: (end - past.groupby("customer_id")["order_date"].max()).dt.days.median(),
        "ltv_to_date": lambda: past.groupby("customer_id")["amount"].sum().mean(),
        "units_per_order": lambda: sales["units"].sum() / len(sales),
        "units_sold": lambda: sales["units"].sum(),
        "discount_rate": lambda: 1 - sales["amount"].sum() / sales["list_amount"].sum(),
        "registered_customers": lambda: brand["customers"]["registered_at"].between(*WINDOWS[window]).sum(),
    }[metric]()


ORACLES = [
    "customers", "active_customers", "orders", "revenue", "net_revenue", "refunds", "refund_amount", "refund_rate",
    "aov", "arpu", "purchase_frequency", "repurchase_rate", "repeat_customers", "new_customers", "returning_customers",
    "second_order_rate", "repurchase_rate_90d", "days_between_orders", "recency", "ltv_to_date", "units_per_order",
    "units_sold", "discount_rate", "registered_customers", "median_order_value", "one_time_customers",
    "one_time_customer_share",
]  # fmt: skip


@pytest.mark.parametrize("metric", ORACLES)
@pytest.mark.parametrize("window", WINDOWS)
def test_computes_what_pandas_computes(data: SegmentData, brand: dict, metric: str, window: str) -> None:
    assert data.query_metric(metric, window=window).value == pytest.approx(expected(metric, brand, window))


def test_splits_by_channel_as_pandas_does(data: SegmentData, brand: dict) -> None:
    found = data.query_metric("aov", by=["channel"], window="2024-Q2")
    by_hand = within(brand["orders"], "2024-Q2").groupby("channel")["amount"].mean()
    assert {row.dimensions["channel"]: row.value for row in found.rows} == pytest.approx(by_hand.to_dict())


@pytest.mark.parametrize(("unit", "pattern"), [("month", "%Y-%m"), ("week", "%G-W%V"), ("day", "%Y-%m-%d")])
def test_splits_by_time_in_order(data: SegmentData, brand: dict, unit: str, pattern: str) -> None:
    found = data.query_metric("revenue", by=[unit], window="2024-Q2", limit=400)
    sales = within(brand["orders"], "2024-Q2")
    by_hand = sales.groupby(sales["order_date"].dt.strftime(pattern))["amount"].sum()
    assert [row.dimensions[unit] for row in found.rows] == sorted(by_hand.index)
    assert {row.dimensions[unit]: row.value for row in found.rows} == pytest.approx(by_hand.to_dict())


def test_splits_by_category_over_order_lines(data: SegmentData, brand: dict) -> None:
    lines = within(brand["order_items"], "2024-Q2")
    revenue = data.query_metric("revenue", by=["category"], window="2024-Q2")
    orders = data.query_metric("orders", by=["category"], window="2024-Q2")
    assert {row.dimensions["category"]: row.value for row in revenue.rows} == pytest.approx(
        lines.groupby("category")["amount"].sum().to_dict()
    )
    assert {row.dimensions["category"]: row.value for row in orders.rows} == lines.groupby("category")[
        "order_id"
    ].nunique().to_dict()
    assert revenue.value == pytest.approx(lines["amount"].sum())
    assert "overlap" in orders.notes
    assert "overlap" not in revenue.notes


def test_a_category_filter_keeps_the_customers_of_that_category(data: SegmentData, brand: dict) -> None:
    lines = within(brand["order_items"], "2024-Q2")
    counts = lines[lines["category"] == "护肤"].groupby("customer_id")["order_id"].nunique()
    found = data.query_metric("repurchase_rate", where={"品类": ["护肤"]}, window="2024-Q2")
    assert (found.value, found.n) == (pytest.approx((counts >= 2).mean()), len(counts))


def test_the_products_that_sell_best_come_first(data: SegmentData, brand: dict) -> None:
    found = data.query_metric("revenue", by=["product"], window="2024-Q2", order="top", limit=3)
    by_hand = within(brand["order_items"], "2024-Q2").groupby("product_name")["amount"].sum().nlargest(3)
    assert [row.dimensions["product"] for row in found.rows] == list(by_hand.index)
    assert found.truncated
    assert "items_only" in found.notes


@pytest.mark.parametrize("metric", ["revenue", "orders", "customers", "new_customers", "units_sold"])
@pytest.mark.parametrize("by", ["tier", "lifecycle", "recency_score"])
def test_people_are_in_one_row_each_so_rows_add_up(data: SegmentData, metric: str, by: str) -> None:
    found = data.query_metric(metric, by=[by], window="2024-Q2")
    assert "overlap" not in found.notes
    assert sum(row.value for row in found.rows) == pytest.approx(found.value)
    assert found.value == pytest.approx(data.query_metric(metric, window="2024-Q2").value)
    assert sum(row.share for row in found.rows) == pytest.approx(1)


@pytest.mark.parametrize("window", ["2024-Q2", "last_30_days", "all"])
def test_new_and_returning_make_up_all_customers(data: SegmentData, window: str) -> None:
    for by in ([], ["month"], ["tier"]):
        new, old, everyone = (
            data.query_metric(metric, by=by, window=window, limit=100)
            for metric in ("new_customers", "returning_customers", "customers")
        )
        assert new.value + old.value == everyone.value
        for row in everyone.rows:
            parts = [part.value for each in (new, old) for part in each.rows if part.dimensions == row.dimensions]
            assert sum(parts) == row.value


def test_a_customer_is_new_once_in_the_channel_of_the_first_order(data: SegmentData, brand: dict) -> None:
    sales = brand["orders"][brand["orders"]["kind"] == "sale"].sort_values(["ordered_at", "order_id"])
    first = sales.groupby("customer_id").first()
    first = first[first["order_date"].between(*WINDOWS["2024-Q2"])]
    found = data.query_metric("new_customers", by=["channel"], window="2024-Q2")
    assert {row.dimensions["channel"]: row.value for row in found.rows} == first["channel"].value_counts().to_dict()
    assert sum(row.value for row in found.rows) == found.value == len(first)
    assert "by_first_order" in found.notes
    months = data.query_metric("new_customers", by=["month"], window="2024-Q2")
    assert sum(row.value for row in months.rows) == months.value == len(first)
    assert not {"overlap"} & {*found.notes, *months.notes}
    assert "overlap" in data.query_metric("new_customers", by=["category"], window="2024-Q2").notes
    assert "overlap" in data.query_metric("customers", by=["month"], window="2024-Q2").notes


@pytest.mark.parametrize(("metric", "by"), [("revenue", "channel"), ("orders", "tier"), ("revenue", "product")])
def test_contributions_to_a_change_add_up(data: SegmentData, metric: str, by: str) -> None:
    found = data.query_metric(metric, by=[by], window="2024-06", compare="previous", limit=100)
    assert sum(row.contribution for row in found.rows) == pytest.approx(1)
    assert sum(row.value - row.previous for row in found.rows) == pytest.approx(found.value - found.previous)


def test_compares_with_the_previous_window_and_with_last_year(data: SegmentData) -> None:
    alone = {label: data.query_metric("revenue", window=label).value for label in ("2024-06", "2024-05", "2023-06")}
    before = data.query_metric("revenue", window="2024-06", compare="previous")
    year = data.query_metric("revenue", window="2024-06", compare="last_year")
    assert (before.comparison.label, before.previous) == ("2024-05", alone["2024-05"])
    assert (year.comparison.label, year.previous) == ("2023-06", alone["2023-06"])
    assert before.change == pytest.approx(alone["2024-06"] / alone["2024-05"] - 1)


def test_what_the_data_does_not_cover_is_noted(data: SegmentData) -> None:
    early, late = (data.query_metric("revenue", window=window, compare="last_year") for window in ("2023", "2024"))
    assert "window_cut" in early.notes
    assert (early.previous, early.difference, "no_comparison" in early.notes) == (None, None, True)
    assert {"window_cut", "comparison_cut"} <= set(late.notes)
    assert late.previous == data.query_metric("revenue", window="2023-03-01..2023-11-29").value
    within = data.query_metric("revenue", window="2024-06", compare="previous")
    assert not {"window_cut", "comparison_cut", "no_comparison"} & set(within.notes)


def test_a_difference_travels_with_the_result(data: SegmentData) -> None:
    found = data.query_metric("revenue", by=["channel"], window="2024-06", compare="previous")
    assert found.difference == pytest.approx(found.value - found.previous)
    assert sum(row.difference for row in found.rows) == pytest.approx(found.difference)
    assert type(found).model_validate_json(found.model_dump_json()) == found
    assert found.model_dump()["rows"][0]["difference"] == found.rows[0].difference


def test_a_rate_changes_by_a_difference_of_shares(data: SegmentData) -> None:
    found = data.query_metric("repurchase_rate", window="2024-06", compare="previous")
    assert found.change == pytest.approx(found.value - found.previous)


def test_every_month_is_compared_with_the_one_before(data: SegmentData) -> None:
    months = {row.dimensions["month"]: row.value for row in data.query_metric("orders", by=["month"]).rows}
    found = data.query_metric("orders", by=["month"], window="2024-Q2", compare="previous")
    assert [row.previous for row in found.rows] == [months[month] for month in ("2024-03", "2024-04", "2024-05")]
    year = data.query_metric("orders", by=["month"], window="2024-Q2", compare="last_year")
    assert [row.previous for row in year.rows] == [months[month] for month in ("2023-04", "2023-05", "2023-06")]


def test_filters_commute_and_narrow(data: SegmentData) -> None:
    one, other = {"channel": ["天猫"]}, {"tier": ["高价值用户"]}
    found = data.query_metric("revenue", where=one | other)
    assert found.value == data.query_metric("revenue", where=other | one).value
    assert found.value < data.query_metric("revenue", where=one).value
    assert found.filters == {"channel": ["天猫"], "tier": ["high"]}
    by_tier = data.query_metric("revenue", by=["tier"], where=one)
    assert next(row.value for row in by_tier.rows if row.dimensions["tier"] == "high") == found.value


def test_the_order_of_rows_does_not_matter(brand: dict, data: SegmentData, open_tables: Callable) -> None:
    shuffled = open_tables({name: frame.sample(frac=1, random_state=3) for name, frame in brand.items()})
    for metric in ("aov", "ltv_to_date", "days_between_orders", "churn_rate"):
        assert shuffled.query_metric(metric, by=["channel"]).rows == data.query_metric(metric, by=["channel"]).rows
    assert shuffled.tier_overview().rows == data.tier_overview().rows


def test_churn_counts_those_who_crossed_the_horizon(data: SegmentData) -> None:
    moves = data.tier_migration("2024-05-31", "2024-06-30")
    awake = sum(cell.customers for cell in moves.cells if cell.source not in ("dormant", "new"))
    gone = sum(cell.customers for cell in moves.cells if cell.source != "dormant" and cell.target == "dormant")
    back = sum(cell.customers for cell in moves.cells if cell.source == "dormant" and cell.target != "dormant")
    found = data.query_metric("churn_rate", window="2024-06")
    assert (found.value, found.n) == (pytest.approx(gone / awake), awake)
    assert data.query_metric("churned_customers", window="2024-06").value == gone
    reactivated = data.query_metric("reactivation_rate", window="2024-06")
    assert (reactivated.value, reactivated.n) == (pytest.approx(back / reactivated.n), moves.before["dormant"])
    series = data.query_metric("churn_rate", by=["month"], window="2024-Q2")
    assert series.rows[-1].value == pytest.approx(gone / awake)


def test_churn_by_tier_takes_the_tier_before(data: SegmentData) -> None:
    moves = data.tier_migration("2024-05-31", "2024-06-30")
    found = data.query_metric("churned_customers", by=["tier"], window="2024-06")
    expected_rows = {cell.source: cell.customers for cell in moves.cells if cell.target == "dormant"}
    for row in found.rows:
        tier = row.dimensions["tier"]
        assert row.value == (0 if tier == "dormant" else expected_rows.get(tier, 0))
    assert "tier_at_start" in found.notes


def test_tier_share_follows_the_snapshots(data: SegmentData) -> None:
    overview = data.tier_overview("2024-06-30")
    now = data.query_metric("tier_share", window="2024-06")
    assert {row.dimensions["tier"]: row.value for row in now.rows} == pytest.approx(
        {row.tier: row.share for row in overview.rows}
    )
    series = data.query_metric("tier_share", by=["month"], where={"tier": ["沉睡"]}, window="2024-Q2")
    dormant = next(row for row in overview.rows if row.tier == "dormant")
    assert [row.dimensions["month"] for row in series.rows] == ["2024-04", "2024-05", "2024-06"]
    assert series.rows[-1].value == series.value == pytest.approx(dormant.share)
    assert series.rows[-1].n == overview.value


def test_shares_of_a_category_are_taken_over_all_buyers(data: SegmentData, brand: dict) -> None:
    lines = within(brand["order_items"], "2024-Q2")
    by_hand = lines.groupby("category")["customer_id"].nunique() / lines["customer_id"].nunique()
    found = data.query_metric("category_penetration", window="2024-Q2")
    assert {row.dimensions["category"]: row.value for row in found.rows} == pytest.approx(by_hand.to_dict())
    mix = data.query_metric("channel_mix", by=["month", "channel"], window="2024-Q2")
    june = [row.value for row in mix.rows if row.dimensions["month"] == "2024-06"]
    assert sum(june) == pytest.approx(1)


def test_campaign_figures_leave_the_holdout_out(data: SegmentData, brand: dict) -> None:
    sent = brand["touches"][brand["touches"]["arm"] == "treated"]
    sales = brand["orders"][brand["orders"]["kind"] == "sale"]
    soon = sales[sales["order_date"].between("2024-06-03", "2024-06-17")]
    names = ("messages_sent", "open_rate", "conversion_rate")
    figures = {name: data.query_metric(name, by=["campaign"]) for name in names}
    assert figures["messages_sent"].value == 100
    assert figures["open_rate"].value == pytest.approx(sent["opened"].mean())
    assert figures["conversion_rate"].value == pytest.approx(sent["customer_id"].isin(soon["customer_id"]).mean())
    assert figures["conversion_rate"].rows[0].dimensions == {"campaign": "六月唤醒"}


def test_a_customers_channel_is_that_of_the_last_order(data: SegmentData, brand: dict) -> None:
    sales = brand["orders"][(brand["orders"]["kind"] == "sale") & (brand["orders"]["order_date"] <= "2024-06-30")]
    last = sales.sort_values("ordered_at").groupby("customer_id")["channel"].last()
    found = data.query_metric("tier_customers", by=["channel"], window="2024-06")
    assert {row.dimensions["channel"]: row.value for row in found.rows} == last.value_counts().to_dict()
    assert "by_last_order" in found.notes


def test_city_comes_from_the_customer_record_where_orders_have_none(data: SegmentData, brand: dict) -> None:
    home = brand["customers"].set_index("customer_id")["city"]
    sales = within(brand["orders"], "2024-Q2")
    by_hand = sales.groupby(sales["customer_id"].map(home))["amount"].sum()
    found = data.query_metric("revenue", by=["city"], window="2024-Q2")
    assert {row.dimensions["city"]: row.value for row in found.rows} == pytest.approx(by_hand.to_dict())
    customers = data.query_metric("customers", by=["city"], window="2024-Q2")
    assert sum(row.value for row in customers.rows) == customers.value
    assert "overlap" not in customers.notes


def test_every_tier_has_a_row_even_where_nobody_bought(data: SegmentData) -> None:
    found = data.query_metric("revenue", by=["tier"], window="last_7_days")
    assert [row.dimensions["tier"] for row in found.rows] == list(TIERS)
    dormant = found.rows[-1]
    assert (dormant.value, dormant.n) == (0, 0)
    assert data.query_metric("aov", by=["tier"], window="last_7_days").rows[-1].value is None


def test_an_empty_answer_says_so_and_guesses_nothing(data: SegmentData) -> None:
    found = data.query_metric("aov", where={"tier": ["dormant"]}, window="last_7_days")
    assert (found.value, found.n, found.notes) == (None, 0, ["empty", "tier_at_end"])
    assert data.query_metric("revenue", where={"tier": ["dormant"]}, window="last_7_days").value == 0


def test_every_result_carries_its_evidence(data: SegmentData) -> None:
    found = data.query_metric("复购率", by=["渠道"], window="上个月")
    assert (found.metric, found.unit, found.by) == ("repurchase_rate", "percent", ["channel"])
    assert (found.window.start, found.window.end) == (date(2024, 10, 1), date(2024, 10, 31))
    assert found.as_of == date(2024, 10, 31)
    assert found.definition == catalog.metrics()["repurchase_rate"].definition
    assert found.query.startswith("SELECT")
    assert found.n > 0


@pytest.mark.parametrize(
    ("arguments", "code", "offered"),
    [
        ({"metric": "revenu"}, "unknown_metric", "revenue"),
        ({"metric": "revenue", "by": ["colour"]}, "unknown_dimension", "channel"),
        ({"metric": "revenue", "where": {"channel": ["京东"]}}, "unknown_value", "天猫"),
        ({"metric": "revenue", "where": {"tier": ["gold"]}}, "unknown_value", "high"),
        ({"metric": "ltv_to_date", "by": ["month"]}, "dimension_not_for_metric", "tier"),
        ({"metric": "churn_rate", "by": ["category"]}, "dimension_not_for_metric", "tier"),
        ({"metric": "discount_rate", "by": ["category"]}, "dimension_not_for_metric", "channel"),
        ({"metric": "recency", "by": ["month", "lifecycle"]}, "dimension_not_for_metric", "tier"),
        ({"metric": "revenue", "window": "someday"}, "unknown_window", "last_month"),
        ({"metric": "revenue", "by": ["month", "week"]}, "too_many_dimensions", None),
        ({"metric": "revenue", "by": ["tier", "month", "channel"]}, "too_many_dimensions", None),
        ({"metric": "revenue", "limit": 0}, "bad_limit", None),
        ({"metric": "revenue", "where": {"channel": ["天猫"]}, "share_over": "city"}, "share_over_unfiltered", "channel"),
        ({"metric": "aov", "where": {"channel": ["天猫"]}, "share_over": "channel"}, "share_of_a_rate", None),
    ],
)
def test_refuses_a_call_that_can_be_mended(data: SegmentData, arguments: dict, code: str, offered: str | None) -> None:
    with pytest.raises(BadArgument) as refused:
        data.query_metric(**arguments)
    assert refused.value.code == code
    assert all(worded(refused.value, language) for language in ("zh", "en"))
    assert offered is None or offered in refused.value.alternatives


@pytest.mark.parametrize(("metric", "over"), [
    ("revenue", "channel"), ("orders", "channel"), ("customers", "weekday"), ("units_sold", "category"),
])  # fmt: skip
def test_a_share_is_of_the_same_without_one_filter(data: SegmentData, metric: str, over: str) -> None:
    where = {"channel": ["天猫"], over: {"weekday": ["sat"], "category": ["护肤"]}.get(over, ["天猫"])}
    found = data.query_metric(metric, where=where, window="all", share_over=over)
    kept = {name: values for name, values in where.items() if name != over}
    if over == "category":  # both sides count order lines
        every = sum(row.value for row in data.query_metric(metric, by=[over], where=kept, window="all").rows)
    else:
        every = data.query_metric(metric, where=kept, window="all").value
    assert found.whole.value == pytest.approx(every)
    assert found.whole.share == pytest.approx(found.value / every)
    assert found.whole.without == over
    assert 0 < found.whole.share < 1


def test_refuses_what_the_loaded_tables_cannot_tell(brand: dict, open_tables: Callable) -> None:
    orders = brand["orders"].drop(columns=["channel", "units", "list_amount"])
    bare = open_tables({"orders": orders})
    for arguments, needs in [
        ({"metric": "ctr"}, "touches"),
        ({"metric": "discount_rate"}, "orders.list_amount"),
        ({"metric": "revenue", "by": ["channel"]}, "orders.channel"),
        ({"metric": "revenue", "by": ["category"]}, "order_items.category"),
        ({"metric": "revenue", "by": ["city"]}, "orders.city"),
    ]:
        with pytest.raises(NoData) as refused:
            bare.query_metric(**arguments)
        assert (refused.value.code, refused.value.params["needs"]) == ("missing_data", needs)
        assert refused.value.alternatives
    described = bare.describe()
    assert described.tables == {"orders": len(orders)}
    assert described.unavailable["ctr"] == ["touches"]
    assert catalog.metrics()["ctr"].title not in described.available


def test_compares_tiers_side_by_side(data: SegmentData) -> None:
    found = data.compare_tiers(["沉睡用户", "high"], ["revenue", "复购率", "recency"], "2024")
    assert found.tiers == ["dormant", "high"]
    for row in found.rows:
        alone = data.query_metric(row.metric, by=["tier"], window="2024")
        values = {each.dimensions["tier"]: each.value for each in alone.rows}
        assert row.values == {tier: values[tier] for tier in found.tiers}
    assert [row.metric for row in data.compare_tiers().rows][:2] == ["tier_customers", "revenue"]


def test_scores_cut_at_type_7_quantiles_with_ties_in_the_upper_bin(data: SegmentData, brand: dict) -> None:
    found = data.rfm_overview("2024-06-30")
    past = brand["orders"][(brand["orders"]["kind"] == "sale") & (brand["orders"]["order_date"] <= "2024-06-30")]
    people = past.groupby("customer_id").agg(last=("order_date", "max"), f=("order_id", "size"), m=("amount", "sum"))
    people["r"] = (pd.Timestamp("2024-06-30") - people["last"]).dt.days
    cuts = {name: np.quantile(people[name].round(4), [0.2, 0.4, 0.6, 0.8]) for name in "rfm"}
    scores = {name: np.searchsorted(cuts[name], people[name].round(4), side="right") + 1 for name in "rfm"}
    cells = pd.Series(1, index=[6 - scores["r"], scores["f"]]).groupby(level=[0, 1]).size()
    assert {(cell.recency, cell.frequency): cell.customers for cell in found.cells} == cells.to_dict()
    assert found.cut_points["monetary_score"] == pytest.approx(list(cuts["m"]))
    by_score = data.query_metric("tier_customers", by=["M分"], window="2024-06-30")
    assert {int(row.dimensions["monetary_score"]): row.value for row in by_score.rows} == pd.Series(
        scores["m"]
    ).value_counts().to_dict()


def test_moves_between_tiers_default_to_the_last_whole_month(brand: dict, open_tables: Callable) -> None:
    orders = brand["orders"]
    data = open_tables({"orders": orders[orders["order_date"] <= "2024-10-31"]})
    assert data.last_day == date(2024, 10, 31)
    for days, span in [
        ({}, ("2024-09-30", "2024-10-31")),
        ({"to_day": "2024-06"}, ("2024-05-31", "2024-06-30")),
        ({"from_day": "2024-06"}, ("2024-06-30", "2024-10-31")),
        ({"from_day": "2024-05", "to_day": "2024-06"}, ("2024-05-31", "2024-06-30")),
        ({"from_day": "2024-06", "to_day": "2024-06"}, ("2024-05-31", "2024-06-30")),
        ({"from_day": "2024-10"}, ("2024-09-30", "2024-10-31")),
    ]:
        moves = data.tier_migration(**days)
        assert (str(moves.from_day), str(moves.to_day)) == span
    with pytest.raises(BadArgument, match="days_reversed"):
        data.tier_migration("2024-07-31", "2024-06-30")


def test_lifecycle_stages_partition_the_customers(data: SegmentData, brand: dict) -> None:
    found = data.lifecycle_overview("2024-06-30")
    horizon = data.tier_overview().dormancy_days
    past = brand["orders"][(brand["orders"]["kind"] == "sale") & (brand["orders"]["order_date"] <= "2024-06-30")]
    people = past.groupby("customer_id").agg(
        first=("order_date", "min"), last=("order_date", "max"), orders=("order_id", "size")
    )
    idle = (pd.Timestamp("2024-06-30") - people["last"]).dt.days
    age = (pd.Timestamp("2024-06-30") - people["first"]).dt.days
    stage = np.select(
        [idle > horizon, people["orders"] == 1, age <= 180, idle > horizon / 2],
        ["churned", "introduction", "growth", "decline"],
        "maturity",
    )
    counted = {row.stage: row.customers for row in found.rows if row.customers}
    assert counted == pd.Series(stage).value_counts().to_dict()
    assert sum(row.customers for row in found.rows) == found.value == len(people)
