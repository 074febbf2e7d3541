"""Results of a made-up brand that the grounding statements speak of: typed as the tools return them."""

from __future__ import annotations

from datetime import date

from tools.results import (
    Bilingual,
    ComparisonRow,
    MetricResult,
    MetricRow,
    MigrationCell,
    TierComparison,
    TierMigration,
    TierOverview,
    TierRow,
    Window,
)

_DAY = date(2026, 10, 31)
_QUARTER = Window(start=date(2026, 8, 3), end=_DAY, label="last_90_days")
_BEFORE = Window(start=date(2026, 5, 5), end=date(2026, 8, 2), label="2026-05-05..2026-08-02")
_HALF = Window(start=date(2026, 5, 1), end=_DAY, label="2026-05-01..2026-10-31")
_YEAR = Window(start=date(2025, 11, 1), end=_DAY, label="last_365_days")
_SAID = Bilingual(zh="按已付款订单计", en="Counted on paid orders")


def _metric(metric: str, unit: str, titles: tuple[str, str], window: Window, **more: object) -> MetricResult:
    return MetricResult(
        metric=metric, unit=unit, n=10_503, window=window, as_of=_DAY, definition=_SAID, query="",
        title=Bilingual(zh=titles[0], en=titles[1]), **more,
    )  # fmt: skip


def _rows(dimension: str, table: dict[str, tuple[float, float, int]], *, percent: bool = False) -> list[MetricRow]:
    total = sum(value for value, _, _ in table.values())
    return [
        MetricRow(
            dimensions={dimension: name}, value=value, previous=before, n=n, share=None if percent else value / total,
            change=value - before if percent else (value - before) / before,
        )
        for name, (value, before, n) in table.items()
    ]  # fmt: skip


CHANNELS = {
    "天猫": (742_318.40, 688_204.10, 3214), "抖音": (521_877.95, 587_330.25, 2258),
    "微信小程序": (466_091.30, 401_556.80, 2104), "京东": (389_640.75, 395_118.60, 1687),
    "线下门店": (287_455.60, 246_902.15, 1240),
}  # fmt: skip
MONTHS = {
    "2026-05": (611_204.35, 590_118.20, 2410), "2026-06": (874_930.15, 803_227.90, 3377),
    "2026-07": (548_871.60, 562_019.45, 2195), "2026-08": (592_467.85, 571_340.75, 2362),
    "2026-09": (633_118.25, 655_904.30, 2548), "2026-10": (701_925.90, 648_377.15, 2791),
}  # fmt: skip
RATES = {
    "high": (.8123, .7944, 2155), "potential": (.4417, .4683, 4062), "mid": (.6372, .6218, 1253),
    "low": (.3095, .3261, 3449), "dormant": (.1286, .1342, 8309),
}  # fmt: skip

BY_CHANNEL = _metric(
    "revenue", "money", ("销售额", "Revenue"), _QUARTER, by=["channel"], rows=_rows("channel", CHANNELS),
    value=sum(each[0] for each in CHANNELS.values()), previous=sum(each[1] for each in CHANNELS.values()),
    change=sum(each[0] for each in CHANNELS.values()) / sum(each[1] for each in CHANNELS.values()) - 1,
    comparison=_BEFORE,
)  # fmt: skip
BY_MONTH = _metric(
    "revenue", "money", ("销售额", "Revenue"), _HALF, by=["month"], rows=_rows("month", MONTHS),
    value=sum(each[0] for each in MONTHS.values()),
)  # fmt: skip
BY_TIER = _metric(
    "repurchase_rate", "percent", ("复购率", "Repurchase rate"), _YEAR, by=["tier"],
    rows=_rows("tier", RATES, percent=True), value=.3364, previous=.3451, change=.3364 - .3451,
)  # fmt: skip

_TIERS = {
    "high": (2155, 4_238_710.45, 15_086, 40.0), "potential": (4062, 2_764_902.10, 11_230, 51.0),
    "mid": (1253, 1_102_447.85, 6_402, 33.0), "low": (3449, 1_287_330.60, 7_914, 62.0),
    "dormant": (8309, 1_919_626.75, 9_293, 325.0),
}  # fmt: skip
OVERVIEW = TierOverview(
    metric="tier_overview", unit="customers", value=19_228, n=19_228, window=_YEAR, as_of=_DAY, definition=_SAID,
    query="", dormancy_days=180, rules_version="1",
    rows=[
        TierRow(
            tier=tier, customers=customers, share=customers / 19_228, revenue=revenue, orders=orders,
            revenue_share=revenue / sum(each[1] for each in _TIERS.values()), aov=revenue / orders,
            orders_per_customer=orders / customers, median_recency_days=recency,
        )
        for tier, (customers, revenue, orders, recency) in _TIERS.items()
    ],
)  # fmt: skip
MIGRATION = TierMigration(
    metric="tier_migration", unit="customers", value=None, n=18_777, window=_QUARTER, as_of=_DAY, definition=_SAID,
    query="", from_day=date(2026, 8, 2), to_day=_DAY,
    before={"high": 2240, "potential": 3911, "mid": 1377, "low": 3502, "dormant": 7747},
    after={"high": 2155, "potential": 4062, "mid": 1253, "low": 3449, "dormant": 8309},
    cells=[
        MigrationCell(source=source, target=target, customers=customers, share=share, revenue=revenue)
        for source, target, customers, share, revenue in (
            ("high", "high", 1934, .8634, 1_020_331.2), ("high", "dormant", 187, .0835, 12_440.9),
            ("potential", "high", 143, .0366, 98_212.4), ("low", "dormant", 611, .1745, 20_118.3),
            ("mid", "potential", 96, .0697, 41_730.5), ("dormant", "potential", 274, .0354, 66_904.8),
        )
    ],
)  # fmt: skip
COMPARISON = TierComparison(
    metric="tier_comparison", unit="customers", value=None, n=19_228, window=_YEAR, as_of=_DAY, definition=_SAID,
    query="", tiers=["high", "dormant"],
    rows=[
        ComparisonRow(metric="revenue", title=Bilingual(zh="销售额", en="Revenue"), unit="money",
                      values={"high": 4_238_710.45, "dormant": 1_919_626.75}),
        ComparisonRow(metric="aov", title=Bilingual(zh="客单价", en="Average order value"), unit="money",
                      values={"high": 280.97, "dormant": 206.57}),
        ComparisonRow(metric="customers", title=Bilingual(zh="客户数", en="Customers"), unit="customers",
                      values={"high": 2155, "dormant": 8309}),
    ],
)  # fmt: skip

EVIDENCE = {
    "by_channel": BY_CHANNEL, "by_month": BY_MONTH, "by_tier": BY_TIER, "overview": OVERVIEW,
    "migration": MIGRATION, "comparison": COMPARISON,
}  # fmt: skip
