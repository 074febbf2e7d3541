"""Every metric of the catalogue on a brand with every table: evidence, oracles in pandas, splits, refusals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pytest

from copilot.refusals import worded
from tools import catalog
from tools.errors import BadArgument, NoData
from tools.results import MetricResult
from tools.segment_data import SegmentData

QUARTER = ("2024-04-01", "2024-06-30")
SPLITS = ("tier", "channel", "month", "cohort", "category", "new_or_returning", "campaign", "weekday", "step")


@pytest.fixture(scope="module")
def whole(brand: dict) -> dict:
    """The brand with events, costs, consents and a second campaign."""
    rng = np.random.default_rng(11)
    n = 4000
    at = pd.Timestamp("2024-04-01") + pd.to_timedelta(rng.integers(0, 91 * 86_400, n), "s")
    product = rng.integers(0, 12, n)
    events = pd.DataFrame({
        "customer_id": [f"C{i:04d}" for i in rng.integers(0, 300, n)], "event_at": at,
        "event_type": rng.choice(["pv", "cart", "fav", "buy", "share"], n, p=[0.7, 0.12, 0.05, 0.1, 0.03]),
        "product_id": [f"P{i:02d}" for i in product], "category": np.array(["护肤", "零食", "家居"])[product % 3],
    })
    second = brand["touches"].assign(campaign_id="K2", sent_at=pd.Timestamp("2024-05-06 10:00"), channel="push")
    campaigns = pd.DataFrame({
        "campaign_id": ["K1", "K2"], "name": ["六月唤醒", "五月上新"], "channel": ["sms", "push"],
        "goal": ["win_back", "upsell"], "start_date": [date(2024, 6, 3), date(2024, 5, 6)], "cost": [120.0, 60.0],
    })
    costs = pd.DataFrame({
        "cost_date": [date(2024, month, 1) for month in (4, 5, 6)] + [date(2024, 6, 3)],
        "channel": ["天猫", "抖音", "天猫", "sms"], "campaign_id": [None, None, None, "K1"],
        "item": ["广告"] * 3 + ["短信"], "amount": [300.0, 250.0, 200.0, 150.0],
    })
    consents = pd.DataFrame({
        "customer_id": ["C0001", "C0001", "C0002", "C0003"], "channel": ["sms", "sms", "sms", "email"],
        "consented": [True, False, True, True],
        "updated_at": pd.to_datetime(["2023-05-01", "2024-05-01", "2023-06-01", "2023-07-01"]),
    })
    touches = pd.concat([brand["touches"], second], ignore_index=True)
    return brand | {"events": events, "touches": touches, "campaigns": campaigns, "costs": costs, "consents": consents}


@pytest.fixture(scope="module")
def shop(whole: dict, open_tables: Callable) -> SegmentData:
    return open_tables(whole)


@pytest.fixture(scope="module")
def asked(shop: SegmentData) -> Callable[..., MetricResult]:
    return lambda metric, **call: shop.query_metric(metric, window="2024-Q2", **call)


def sales_in(whole: dict, start: str = QUARTER[0], end: str = QUARTER[1]) -> pd.DataFrame:
    orders = whole["orders"]
    return orders[(orders["kind"] == "sale") & orders["order_date"].between(start, end)]


def splits(shop: SegmentData, metric: str) -> list[tuple[str, ...]]:
    """No split and one more, another one for the next metric, so that all are tried and the test stays short."""
    possible = [name for name in SPLITS if name in shop.dimensions(metric)]
    return [(), (possible[list(catalog.metrics()).index(metric) % len(possible)],)]


@pytest.mark.parametrize("metric", catalog.metrics())
def test_every_metric_carries_its_evidence_however_it_is_split(shop: SegmentData, metric: str) -> None:
    known = catalog.metrics()[metric]
    for split in splits(shop, metric):
        found = shop.query_metric(metric, by=split, window="2024-Q2", limit=500)
        assert found.n > 0 or "empty" in found.notes
        assert (found.window.start, found.window.end) == (date(2024, 4, 1), date(2024, 6, 30))
        assert (found.as_of, found.unit, found.definition) == (date(2024, 6, 30), known.unit, known.definition)
        assert found.query.startswith(("SELECT", "WITH"))
        assert not found.truncated
        assert set(known.notes) <= set(found.notes)
        assert {*split} <= {*found.by}
        assert type(found).model_validate_json(found.model_dump_json()) == found
        if known.type in ("ratio", "share") and known.unit == "percent":
            values = [found.value, *(row.value for row in found.rows)]
            assert all(0 <= value <= 1 for value in values if value is not None)
        if found.rows:
            adds_up_or_says_not(found, known.type)


def adds_up_or_says_not(found: MetricResult, kind: str) -> None:
    shares = [row.share for row in found.rows if row.share is not None]
    total = sum(row.value for row in found.rows if row.value is not None)
    if shares:
        assert (total, sum(shares)) == (pytest.approx(found.value), pytest.approx(1))
        assert "overlap" not in found.notes
    elif kind == "measure" and found.unit in ("customers", "orders", "events") and found.value:
        assert {"overlap", "judged_by_period"} & {*found.notes} or total == pytest.approx(found.value)


def oracle(metric: str, whole: dict) -> float:
    sales, before = sales_in(whole), sales_in(whole, "2024-01-01", "2024-03-31")
    orders, events = whole["orders"], whole["events"]
    ever = orders[orders["kind"] == "sale"].groupby("customer_id")["order_date"].min()
    new = sales["customer_id"].map(ever) >= QUARTER[0]
    spent = sales.groupby("customer_id")["amount"].sum().sort_values(ascending=False)
    lines = whole["order_items"]
    lines = lines[lines["order_date"].between(*QUARTER)]
    back = orders[(orders["kind"] == "refund") & orders["order_date"].between(*QUARTER)]
    past = set(orders.loc[(orders["kind"] == "sale") & (orders["order_date"] <= QUARTER[1]), "customer_id"])
    kinds = events.groupby("customer_id")["event_type"].value_counts().unstack(fill_value=0)
    people = whole["customers"]
    signed = people[people["registered_at"].between(*QUARTER)]["customer_id"]
    carts = events[events["event_type"] == "cart"].groupby(["customer_id", "product_id"])["event_at"].min()
    bought = events[events["event_type"] == "buy"].groupby(["customer_id", "product_id"])["event_at"].max()
    wait = len({*before["customer_id"]})
    return {
        "retention_rate": lambda: len({*before["customer_id"]} & {*sales_in(whole)["customer_id"]}) / wait,
        "active_rate": lambda: sales["customer_id"].nunique() / len(past),
        "new_customer_revenue": lambda: sales.loc[new, "amount"].sum(),
        "returning_customer_revenue": lambda: sales.loc[~new, "amount"].sum(),
        "new_customer_revenue_share": lambda: sales.loc[new, "amount"].sum() / sales["amount"].sum(),
        "median_spend": lambda: spent.median(),
        "top20_revenue_share": lambda: spent.iloc[: len(spent) // 5].sum() / spent.sum(),
        "units_per_customer": lambda: sales["units"].sum() / len(spent),
        "average_unit_price": lambda: sales["amount"].sum() / sales["units"].sum(),
        "orders_per_day": lambda: len(sales) / sales["order_date"].nunique(),
        "refund_amount_rate": lambda: -back["amount"].sum() / sales["amount"].sum(),
        "cross_sell_rate": lambda: (lines.groupby("customer_id")["category"].nunique() >= 2).mean(),
        "prospects": lambda: (~signed.isin(past)).sum(),
        "registration_conversion_rate": lambda: signed.isin(past).mean(),
        "contactable_customers": lambda: 2,
        "consent_rate": lambda: 2 / 3,
        "page_views": lambda: (events["event_type"] == "pv").sum(),
        "event_count": lambda: len(events),
        "visitors": lambda: events["customer_id"].nunique(),
        "event_buyers": lambda: (kinds["buy"] > 0).sum(),
        "event_repeat_buyer_share": lambda: (kinds["buy"] > 1).sum() / (kinds["buy"] > 0).sum(),
        "view_to_buy_rate": lambda: ((kinds["pv"] > 0) & (kinds["buy"] > 0)).sum() / (kinds["pv"] > 0).sum(),
        "cart_abandonment_rate": lambda: 1 - (bought.reindex(carts.index) >= carts).mean(),
        "marketing_cost": lambda: 900,
        "acquisition_cost": lambda: 750,
        "campaign_cost": lambda: 210,  # K1 as booked in the costs, K2 by its own figure
        "cost_per_send": lambda: 210 / 200,
        "cac": lambda: 750 / ever.between(*QUARTER).sum(),
        "marketing_cost_ratio": lambda: 900 / sales["amount"].sum(),
        "campaigns_run": lambda: 2,
        "reached_customers": lambda: 100,
    }[metric]()


ORACLES = [
    "retention_rate", "active_rate", "new_customer_revenue", "returning_customer_revenue",
    "new_customer_revenue_share", "median_spend", "top20_revenue_share", "units_per_customer", "average_unit_price",
    "orders_per_day", "refund_amount_rate", "cross_sell_rate", "prospects", "registration_conversion_rate",
    "contactable_customers", "consent_rate", "page_views", "event_count", "visitors", "event_buyers",
    "event_repeat_buyer_share", "view_to_buy_rate", "cart_abandonment_rate", "marketing_cost", "acquisition_cost",
    "campaign_cost", "cost_per_send", "cac", "marketing_cost_ratio", "campaigns_run", "reached_customers",
]  # fmt: skip


@pytest.mark.parametrize("metric", ORACLES)
def test_computes_what_pandas_computes(asked: Callable, whole: dict, metric: str) -> None:
    assert asked(metric).value == pytest.approx(oracle(metric, whole))


def test_retention_by_month_compares_each_month_with_the_one_before(asked: Callable, whole: dict) -> None:
    months = {
        f"2024-{month:02d}": {*sales_in(whole, f"2024-{month:02d}-01", f"2024-{month:02d}-{last}")["customer_id"]}
        for month, last in ((3, 31), (4, 30), (5, 31), (6, 30))
    }
    names = list(months)
    by_hand = {
        name: len(months[name] & months[before]) / len(months[before])
        for before, name in zip(names, names[1:], strict=False)
    }
    found = asked("retention_rate", by=["month"])
    assert {row.dimensions["month"]: row.value for row in found.rows} == pytest.approx(by_hand)
    by_tier = asked("retention_rate", by=["tier"])
    assert sum(row.n for row in by_tier.rows) == by_tier.n
    assert "tier_at_start" in by_tier.notes


def test_splits_by_cohort_weekday_hour_and_newness_as_pandas_does(asked: Callable, whole: dict) -> None:
    sales = sales_in(whole)
    ever = whole["orders"][whole["orders"]["kind"] == "sale"].groupby("customer_id")["order_date"].min()
    first = sales["customer_id"].map(ever)
    keys = {
        "cohort": first.dt.strftime("%Y-%m"),
        "weekday": sales["order_date"].dt.strftime("%a").str.lower(),
        "hour": sales["ordered_at"].dt.strftime("%H"),
        "new_or_returning": np.where(first >= QUARTER[0], "new", "returning"),
    }
    for name, key in keys.items():
        found = asked("revenue", by=[name])
        assert {row.dimensions[name]: row.value for row in found.rows} == pytest.approx(
            sales.groupby(key)["amount"].sum().to_dict()
        )
        one = found.rows[0]
        alone = asked("revenue", where={name: [one.dimensions[name]]})
        assert alone.value == pytest.approx(one.value)
    assert [row.dimensions["weekday"] for row in asked("orders", by=["weekday"]).rows] == [
        "mon", "tue", "wed", "thu", "fri", "sat", "sun",
    ]  # fmt: skip
    cohorts = [row.dimensions["cohort"] for row in asked("orders", by=["cohort"]).rows]
    assert cohorts == sorted(cohorts)


def test_a_cell_of_scores_is_its_three_scores(asked: Callable) -> None:
    cells = {row.dimensions["rfm_cell"]: row.value for row in asked("tier_customers", by=["rfm_cell"], limit=200).rows}
    best = asked("tier_customers", where={"recency_score": ["5"], "frequency_score": ["5"], "monetary_score": ["5"]})
    assert cells.get("555", 0) == best.value
    assert asked("tier_customers", where={"rfm_cell": ["555"]}).value == best.value


def test_rfm_segments_split_every_customer_and_are_asked_for_by_name_or_title(asked: Callable) -> None:
    rows = {row.dimensions["rfm_segment"]: row.value for row in asked("revenue", by=["rfm_segment"]).rows}
    assert sum(rows.values()) == pytest.approx(asked("revenue").value)
    for said in ("champions", "核心客户", "Champions"):
        assert asked("revenue", where={"rfm_segment": [said]}).value == pytest.approx(rows["champions"])
    with pytest.raises(BadArgument, match="unknown_value"):
        asked("revenue", where={"rfm_segment": ["whales"]})


def test_two_dimensions_have_the_total_of_one(asked: Callable) -> None:
    for metric in ("revenue", "orders", "customers", "aov", "repurchase_rate"):
        plain = asked(metric)
        for by in (["tier", "channel"], ["month", "channel"], ["channel", "new_or_returning"]):
            found = asked(metric, by=by, limit=500)
            assert (found.value, found.n) == (pytest.approx(plain.value), plain.n)
            if metric in ("revenue", "orders"):
                assert sum(row.value for row in found.rows) == pytest.approx(plain.value)


def test_a_shortened_table_still_adds_up(asked: Callable) -> None:
    every = asked("revenue", by=["product"], order="top", compare="previous", limit=100)
    short = asked("revenue", by=["product"], order="top", compare="previous", limit=3)
    assert (every.truncated, every.others, short.truncated) == (False, None, True)
    assert [row.dimensions for row in short.rows] == [row.dimensions for row in every.rows[:3]]
    whole = [*short.rows, short.others]
    assert sum(row.value for row in whole) == pytest.approx(short.value)
    assert sum(row.contribution for row in whole) == pytest.approx(1)
    assert sum(row.share for row in whole) == pytest.approx(1)
    assert sum(row.previous for row in whole) == pytest.approx(short.previous)
    assert asked("aov", by=["product"], limit=3).others is None


def test_who_is_new_is_judged_by_period_and_said(asked: Callable) -> None:
    found = asked("new_customer_revenue", by=["month"])
    assert "judged_by_period" in found.notes
    assert all(row.share is None for row in found.rows)
    months = asked("revenue", by=["month", "new_or_returning"], limit=100)
    june = {row.dimensions["new_or_returning"]: row.value for row in months.rows if row.dimensions["month"] == "2024-06"}
    assert june["new"] == pytest.approx(found.rows[-1].value)


def test_a_message_after_the_order_is_no_cause_of_it(open_tables: Callable) -> None:
    times = ["05-01 09:00", "05-01 11:00", "05-15 09:59", "05-15 10:01", "05-01 00:00"]
    at = pd.to_datetime([f"2024-{time}" for time in times])
    orders = pd.DataFrame({
        "order_id": list("abcde"), "customer_id": [f"C{i}" for i in range(5)], "ordered_at": at,
        "order_date": at.normalize(), "kind": "sale", "amount": 10.0,
    })
    touches = pd.DataFrame({
        "campaign_id": "K", "customer_id": orders["customer_id"], "arm": "treated",
        "sent_at": pd.Timestamp("2024-05-01 10:00"),
    })
    found = open_tables({"orders": orders, "touches": touches}).query_metric("campaign_conversions", by=["campaign"])
    # Not before it, not after 14 days; an order with a day alone counts from the day of the message.
    assert found.value == 3
    assert "still_running" not in found.notes
    early = open_tables({"orders": orders.head(2), "touches": touches}).query_metric("campaign_conversions")
    assert (early.value, "still_running" in early.notes) == (1, True)


def test_events_alone_answer_what_they_can(whole: dict, open_tables: Callable) -> None:
    site = open_tables({"events": whole["events"]})
    assert (site.first_day, site.last_day) == (date(2024, 4, 1), date(2024, 6, 30))
    found = site.query_metric("page_views", by=["step"])
    assert found.value == (whole["events"]["event_type"] == "pv").sum()
    assert "dated_by_events" in found.notes
    described = site.describe()
    assert (described.value, described.unit) == (len(whole["events"]), "events")
    assert described.unavailable["revenue"] == ["orders"]
    for call, needs in [({"metric": "revenue"}, "orders"), ({"metric": "page_views", "by": ["tier"]}, "orders")]:
        with pytest.raises(NoData) as refused:
            site.query_metric(**call)
        assert (refused.value.code, refused.value.params["needs"]) == ("missing_data", needs)
    with pytest.raises(NoData, match="nothing_loaded"):
        site.tier_overview()


def test_campaigns_alone_answer_what_they_can(whole: dict, open_tables: Callable) -> None:
    desk = open_tables({name: whole[name] for name in ("campaigns", "touches", "costs")})
    assert desk.query_metric("cost_per_send", by=["campaign"]).value == pytest.approx(210 / 200)
    assert desk.query_metric("open_rate").notes == ["dated_by_touches"]
    with pytest.raises(NoData) as refused:
        desk.query_metric("conversion_lift")
    assert refused.value.params["needs"] == "orders"


def test_a_window_without_rows_of_the_table_is_refused(shop: SegmentData) -> None:
    for metric, window in (("page_views", "2023-10"), ("open_rate", "2024-08"), ("cac", "2024-09")):
        with pytest.raises(NoData) as refused:
            shop.query_metric(metric, window=window)
        assert refused.value.code == "window_outside_data"
    assert "window_cut" in shop.query_metric("page_views", window="2024").notes


def test_hours_are_refused_where_nobody_wrote_them_down(brand: dict, open_tables: Callable) -> None:
    days = open_tables({"orders": brand["orders"].assign(ordered_at=brand["orders"]["order_date"])})
    assert "hour" not in days.dimensions("revenue")
    with pytest.raises(NoData) as refused:
        days.query_metric("revenue", by=["hour"])
    assert refused.value.code == "no_time_of_day"
    assert all(worded(refused.value, language) for language in ("zh", "en"))


def test_retention_needs_a_window_with_a_start(shop: SegmentData) -> None:
    with pytest.raises(BadArgument) as refused:
        shop.query_metric("retention_rate", window="all")
    assert refused.value.code == "window_needs_start"
    assert "留存率" in worded(refused.value, "zh")


def test_an_ambiguous_word_has_one_default_that_is_echoed(shop: SegmentData) -> None:
    for word, label, note in (("活跃用户", "last_90_days", "active_means"), ("新客", "last_30_days", "new_means"),
                              ("churn", "last_30_days", "churn_means")):  # fmt: skip
        found = shop.query_metric(word)
        assert found.window.label == label
        assert found.notes[0] == note
