"""The SQL of three questions, so that a reviewer reads what a change does to it.

Write the files anew with UPDATE_SNAPSHOTS=1.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from tools.segment_data import SegmentData
from tools.tables import compile_sql
from tools.tiers import TierRules, assign

SNAPSHOTS = Path(__file__).parent / "snapshots"


def check(name: str, sql: str) -> None:
    path = SNAPSHOTS / f"{name}.sql"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(sql + "\n", encoding="utf-8")
    assert sql + "\n" == path.read_text(encoding="utf-8")


def test_tier_assignment() -> None:
    check("tier_assignment", compile_sql(assign(date(2024, 6, 30), TierRules(dormancy_days=90))))


@pytest.mark.parametrize(
    ("name", "metric", "by"),
    [("aov_by_channel", "aov", ["channel"]), ("repurchase_by_tier", "repurchase_rate", ["tier"])],
)
def test_metrics(data: SegmentData, name: str, metric: str, by: list[str]) -> None:
    check(name, data.query_metric(metric, by=by, window="2024-06").query)
