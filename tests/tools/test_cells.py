"""What the stored cells add up to is what customers and orders say, on brands drawn at random."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tools import facts
from tools.engines import DuckEngine
from tools.segment_data import SegmentData
from tools.tiers import assign, members
from tools.tiers.history import TierHistory

TIES = ("upper", "lower", "r_rfm")
CALLS: dict[str, tuple[str, Callable[[SegmentData], Any]]] = {
    **{f"rfm {ties}": ("rfm_cells", lambda data, ties=ties: data.tiers.rfm(ties=ties)) for ties in TIES},
    "tiers": ("tier_cells", lambda data: data.tier_overview()),
    "sizes": ("tier_cells", lambda data: data.tiers.history(24)),
    "migration": ("tier_moves", lambda data: data.tier_migration()),
    "cohorts": ("month_cells", lambda data: data.cohorts.table()),
    "cohorts of a year": ("month_cells", lambda data: data.cohorts.table(measure="ltv", window="2023")),
    "tier by month": ("month_cells", lambda data: data.query_metric("revenue", by=["tier", "month"], window="all")),
    "a month's change": ("sales_days", lambda data: data.query_metric(
        "revenue", by=["channel"], window="2023-08", compare="previous")),
    "places": ("sales_days", lambda data: data.query_metric(
        "aov", by=["city", "week"], where={"channel": ["unknown", "天猫"]}, window="all", limit=10_000)),
}  # fmt: skip
DIRECT = {
    "an earlier day": lambda data: data.rfm_overview("2023-09-30"),
    "a day after the data": lambda data: data.rfm_overview("2099-01-01"),
    "cut points": lambda data: data.tiers.rfm(
        cut_points=dict.fromkeys(("recency", "frequency", "monetary"), ["2", "3", "5", "9"])),
    "two days": lambda data: data.tier_migration("2023-06-30", "2023-09-30"),
    "a day within a month": lambda data: data.tier_overview("2023-09-12"),
    "cohorts of a channel": lambda data: data.cohorts.table(where={"channel": ["天猫"]}),
    "cohorts from mid-month": lambda data: data.cohorts.table(window="2023-05-10..2023-09-30"),
    "cohorts by quarter": lambda data: data.cohorts.table(by="quarter"),
}  # fmt: skip


@pytest.fixture(scope="module", params=[3, 11])
def drawn(request, open_tables) -> SegmentData:
    """A brand some of whose orders say no channel or city, one customer buying on many days, many only once."""
    from tests.conftest import make_brand

    rng = np.random.default_rng(request.param)
    tables = make_brand(request.param, customers=int(rng.integers(150, 260)), days=int(rng.integers(300, 500)))
    orders = tables["orders"]
    orders["city"] = rng.choice(np.array(["上海", "成都", None], object), len(orders))
    orders["channel"] = orders["channel"].where(rng.random(len(orders)) > 0.2, None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(facts, "ROWS_A_COUNT", 600)  # a few days at once
        patch.setattr(facts, "ROWS_A_WRITE", 200)  # first several days together, then each by itself
        return open_tables(tables)


def asked(data: SegmentData, call: Callable[[SegmentData], Any]) -> tuple[str, Any]:
    found = call(SegmentData(data._warehouse))
    return found.query, found.model_dump(exclude={"query"})


@pytest.mark.parametrize("name", CALLS)
def test_cells_agree_with_what_they_count(drawn: SegmentData, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    fact, call = CALLS[name]
    sql, stored = asked(drawn, call)
    monkeypatch.setattr(DuckEngine, "keeps_facts", False)
    counted_sql, counted = asked(drawn, call)
    assert f'"{fact}"' in sql
    assert f'"{fact}"' not in counted_sql
    assert stored == counted


@pytest.mark.parametrize("name", DIRECT)
def test_other_days_cuts_and_filters_are_counted_themselves(drawn: SegmentData, name: str) -> None:
    sql, _found = asked(drawn, DIRECT[name])
    assert "_cells" not in sql
    assert "tier_moves" not in sql


def test_snapshots_carried_from_day_to_day_are_what_each_day_counts(drawn: SegmentData) -> None:
    warehouse, rules = drawn._warehouse, TierHistory(drawn._warehouse).rules
    days = sorted(warehouse.snapshot_days[rules.version])
    for day in (days[0], days[len(days) // 2], days[-1]):
        kept, counted = (
            warehouse.run(rows.order_by("customer_id")).records
            for rows in (members(day, rules, frozenset({day})), assign(day, rules))
        )
        assert len(kept) > 1
        assert kept == counted
