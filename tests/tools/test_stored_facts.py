"""What is read from stored facts is what orders say."""

from __future__ import annotations

from datetime import date

import pytest

from tools import schema
from tools.engines import DuckEngine
from tools.results import MetricResult
from tools.segment_data import SegmentData
from tools.traits.build import TraitRef
from tools.traits.orders import STORED
from tools.warehouse import Warehouse

ASKED = [
    ("revenue", [], "all", "month_cells"), ("orders", ["month"], "2024", "month_cells"),
    ("aov", ["quarter"], "2024-Q1", "month_cells"), ("revenue", ["tier", "month"], "all", "month_cells"),
    ("revenue", ["tier", "cohort"], "since 2024-03", "month_cells"), ("aov", ["cohort"], "2024-06", "month_cells"),
    ("revenue", ["tier"], "2024-02", "customer_months"), ("orders", ["lifecycle"], "2024-06", "customer_months"),
    ("aov", ["rfm_segment", "quarter"], "2024", "customer_months"),
    ("revenue", ["channel"], "2024", "sales_days"), ("orders", ["week"], "2024", "sales_days"),
    ("aov", ["channel", "weekday"], "last_30_days", "sales_days"), ("revenue", [], "last_30_days", "sales_days"),
]  # fmt: skip


@pytest.mark.parametrize(("metric", "by", "window", "fact"), ASKED)
def test_metrics(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, metric: str, by: list[str], window: str, fact: str
) -> None:
    def asked() -> tuple[str, MetricResult]:
        found = SegmentData(warehouse).query_metric(metric, by=by, window=window, limit=1000)
        return found.query, found.model_copy(update={"query": ""})

    sql, stored = asked()
    monkeypatch.setattr(DuckEngine, "keeps_facts", False)
    counted_sql, counted = asked()
    assert f'"{fact}"' in sql
    assert f'"{fact}"' not in counted_sql
    assert stored == counted


@pytest.mark.parametrize(
    ("metric", "by", "where", "window"),
    [
        ("revenue", ["channel", "tier"], {}, "2024"), ("revenue", ["tier"], {}, "last_30_days"),
        ("revenue", ["new_or_returning"], {}, "2024"), ("revenue", ["tier"], {"channel": ["天猫"]}, "2024"),
        ("buyers", ["month"], {}, "2024"), ("units_sold", ["channel"], {}, "2024"),
    ],
)  # fmt: skip
def test_what_facts_cannot_tell_is_counted_from_orders(
    data: SegmentData, metric: str, by: list[str], where: dict[str, list[str]], window: str
) -> None:
    where = {name: data.values(name)[:1] for name in where}
    sql = data.query_metric(metric, by=by, where=where, window=window).query
    assert not [name for name in (*schema.CELLS, "customer_months") if f'"{name}"' in sql]


def test_traits(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    traits = SegmentData(warehouse).traits
    held = [name for name in STORED if not traits.lacking(traits.catalog.traits[name])]
    assert {"city", "preferred_channel"} <= {*held}
    refs = [*map(TraitRef, held), TraitRef("tier"), TraitRef("refunds")]

    def asked() -> dict[str, tuple]:
        rows = warehouse.run(SegmentData(warehouse).traits.table(refs, warehouse.last_day)).records
        return {row["customer_id"]: tuple(row.items()) for row in rows}

    stored = asked()
    monkeypatch.setattr(DuckEngine, "keeps_facts", False)
    assert stored
    assert stored == asked()


def test_traits_of_an_earlier_day_are_counted_from_orders(data: SegmentData, warehouse: Warehouse) -> None:
    rows = data.traits.table([TraitRef("orders")], date(2024, 3, 31))
    assert '"customer_facts"' not in warehouse.sql(rows)
