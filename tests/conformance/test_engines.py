"""Every figure on every engine: what DuckDB answers, the brand's own warehouse answers as well."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pytest

from tests.conformance.comparing import differences, outcome, plain, sorted_rows
from tools import catalog
from tools.segment_data import SegmentData
from tools.selection.results import Definition
from tools.selection.rule import Condition, Group, Share
from tools.selection.selector import Names
from tools.tables import table

Ask = Callable[[SegmentData], object]
WINDOW = "2024-04-01..2024-09-30"
SPLITS = [
    ("tier",), ("lifecycle",), ("rfm_cell",), ("month",), ("week",), ("day",), ("quarter",), ("hour",), ("weekday",),
    ("channel",), ("category",), ("product",), ("city",), ("cohort",), ("new_or_returning",), ("campaign",), ("step",),
    ("order_value",),
    ("tier", "month"), ("channel", "quarter"), ("category", "tier"),
]  # fmt: skip
SHARES = 8
"""Every split is tried with one in so many of the metrics that it fits; over all splits each metric has several."""
LISTED = ["C0005", "C0009", "member12@example.com", "19900000014"]
NAMES = Names(
    segment=lambda name: Group(), lists=["vip"],
    entries=lambda name: pa.table({"entry": pa.array(range(len(LISTED)), pa.int64()), "value": LISTED}),
)  # fmt: skip


def one(trait: str, op: str, value: object, window: str = "") -> Condition:
    return Condition(trait=trait, op=op, value=value, window=window)


def check(here: SegmentData, there: SegmentData, ask: Ask) -> None:
    ours, theirs = outcome(lambda: ask(here)), outcome(lambda: ask(there))
    assert differences(ours, theirs) == []


@pytest.mark.parametrize("name", ["orders", "order_items", "customers", "products", "events", "touches", "consents",
                                  "costs", "campaigns", "customer_facts", "customer_months"])  # fmt: skip
def test_rows_of_the_canonical_tables(here: SegmentData, there: SegmentData, name: str) -> None:
    rows = table(name)
    ours, theirs = (sorted_rows(data._warehouse.run(rows).records) for data in (here, there))
    assert len(ours) > 1
    assert differences(ours, theirs) == []


@pytest.mark.parametrize("metric", list(catalog.metrics()))
def test_metrics(here: SegmentData, there: SegmentData, metric: str) -> None:
    check(here, there, lambda data: data.query_metric(metric, window=WINDOW, compare="previous"))


@pytest.mark.parametrize("by", SPLITS, ids=" and ".join)
def test_metrics_split(here: SegmentData, there: SegmentData, by: tuple[str, ...]) -> None:
    """Metrics that can be split so, several in one query as for a comparison; every split has its own share of them."""
    ours, theirs = (_cells(data, by) for data in (here, there))
    assert any(ours.values())
    assert differences(ours, theirs) == []


def _cells(data: SegmentData, by: tuple[str, ...]) -> dict[str, dict]:
    metrics = [name for name, metric in catalog.metrics().items()
               if not data.missing(name) and {*by} <= {*data.dimensions(name)} and len({*by, metric.over} - {""}) <= 2]
    metrics = metrics[SPLITS.index(by) % SHARES :: SHARES]
    questions = [data._reader.question(name, by, {}, WINDOW) for name in metrics]
    found = data._engine.ask_all(questions)
    return {name: {str(key): vars(cell) for key, cell in cells.cells.items()} for name, cells in zip(metrics, found, strict=True)}


@pytest.mark.parametrize("where", [{"tier": ["high", "dormant"]}, {"channel": ["天猫", "unknown"]}, {"city": ["Zürich"]},
                                   {"category": ["护肤"]}, {"cohort": ["2023-05"]}], ids=str)  # fmt: skip
def test_metrics_filtered(here: SegmentData, there: SegmentData, where: dict) -> None:
    check(here, there, lambda data: data.query_metric("revenue", by=["month"], where=where, compare="last_year"))
    check(here, there, lambda data: data.query_metric("repurchase_rate_30d", where=where))


CALLS: dict[str, Ask] = {
    "description": lambda data: data.describe(),
    "tier overview": lambda data: data.tier_overview(),
    "tiers on a day": lambda data: data.tier_overview("2024-03-15"),
    "tier history": lambda data: data.tiers.history(4),
    "tier migration": lambda data: data.tier_migration(),
    "who moved": lambda data: data.tiers.moved("new", "potential", "2024-04-30", "2024-06-30"),
    "tiers ahead": lambda data: data.tiers.expected(),
    "why a tier": lambda data: data.tiers.why("C0007"),
    "tier comparison": lambda data: data.compare_tiers(),
    "rfm": lambda data: data.rfm_overview(),
    "rfm on a day": lambda data: data.rfm_overview("2024-03-15"),
    "rfm ties": lambda data: data.tiers.rfm(ties="r_rfm"),
    "lifecycle": lambda data: data.lifecycle_overview(),
    **{f"cohorts by {unit}": lambda data, unit=unit: data.cohorts.table(unit) for unit in ("month", "quarter", "week")},
    "cohorts by age": lambda data: data.cohorts.table("month", "ltv", age_days=60),
    "cohorts of a channel": lambda data: data.cohorts.table("quarter", "arpu", where={"channel": ["天猫"]}),
    "cohorts of a category": lambda data: data.cohorts.table("month", "revenue", where={"category": ["护肤"]}),
    "repurchase": lambda data: data.cohorts.repurchase(),
    "repurchase by channel": lambda data: data.cohorts.repurchase("channel", after=2),
    "repurchase by tier": lambda data: data.cohorts.repurchase("tier"),
    "contribution": lambda data: data.query_metric("aov", by=["channel"], window=WINDOW, compare="previous"),
    "lift by channel": lambda data: data.query_metric("conversion_lift", by=["campaign"], window=WINDOW),
    "tags": lambda data: data.traits.overview(),
    "lifetime": lambda data: data.lifetime.report(),
    "health": lambda data: data.health.report(data.last_day),
    "best categories": lambda data: data.query_metric("revenue", by=["category"], order="top", limit=2),
}  # fmt: skip


@pytest.mark.parametrize("ask", CALLS.values(), ids=CALLS)
def test_answers(here: SegmentData, there: SegmentData, ask: Ask) -> None:
    check(here, there, ask)


@pytest.mark.parametrize("dimension", ["channel", "category", "city", "region", "product", "campaign"])
def test_values_of_dimensions(here: SegmentData, there: SegmentData, dimension: str) -> None:
    assert here.values(dimension) == there.values(dimension)


RULES = {
    "a tier": one("tier", "=", "dormant"),
    "orders in a window": one("orders", ">=", 2, "last_90_days"),
    "top spenders": one("spend", ">=", Share(top=0.2)),
    "bought in a category": one("bought_category", "=", "护肤"),
    "preferred channel": one("preferred_channel", "=", "抖音"),
    "first channel": one("first_channel", "=", "天猫"),
    "a city with an umlaut": one("city", "in", ["上海", "Zürich"]),
    "a level or its absence": Group(none=[one("member_level", "=", "金卡")]),
    "rfm": one("recency_score", "=", 5),
    "hours": one("night_share", ">", 0.2),
    "campaigns": one("opened", ">=", 1, "all"),
    "a campaign": Group(any=[one("got_campaign", "in", ["六月唤醒"]), one("largest_order", ">", 400)]),
    "a category in the cart": one("carted_category", "in", ["护肤"], "last_365_days"),
    "events": one("carts", ">=", 1, "last_365_days"),
    "consent": one("consent_sms", "=", True),
    "a list": one("list", "in", ["vip"]),
    "several": Group(any=[one("recency_days", ">", 200), one("aov", ">=", 120)], none=[one("refunds", ">", 0)]),
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_members_of_segments(here: SegmentData, there: SegmentData, rule: Group | Condition) -> None:
    definition = Definition(rule=rule if isinstance(rule, Group) else Group(all=[rule]))
    ours, theirs = (data.selector.members(definition, NAMES) for data in (here, there))
    assert sorted(ours.selected["customer_id"].to_pylist()) == sorted(theirs.selected["customer_id"].to_pylist())
    assert 0 < ours.selected.num_rows < ours.everybody
    described = [plain(data.selector.describe(found)) for data, found in ((here, ours), (there, theirs))]
    assert differences(*described) == []


def test_rows_for_a_file(here: SegmentData, there: SegmentData) -> None:
    selected = pa.table({"customer_id": ["C0007", "C0003", "C0011"]})
    ours, theirs = (
        [row for batch in data.selector.rows(selected, ["customer_id", "phone", "city"]) for row in batch.to_pylist()]
        for data in (here, there)
    )
    assert len(ours) == 3
    assert ours == theirs


def test_names_in_a_question(here: SegmentData, there: SegmentData) -> None:
    asked = "测试7 和 member12@example.com 的订单"
    assert here.people_in(asked) == there.people_in(asked)
    assert here.sample_customers("high") == there.sample_customers("high")
