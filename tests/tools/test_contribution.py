"""Laws of metrics on any small tables: what moved a figure adds up, filters commute, the order of rows is nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools.contribution import mix_and_rate
from tools.question import Cell
from tools.segment_data import SegmentData

FEW = settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
cells = st.dictionaries(
    st.sampled_from([("a",), ("b",), ("c",), (None,), ("new",)]),
    st.builds(lambda top, bottom: Cell(None, 0, top=top, bottom=float(bottom)),
              st.floats(0, 1e6), st.integers(0, 1000)),
)  # fmt: skip


def rate(found: dict) -> float | None:
    bottom = sum(cell.bottom for cell in found.values())
    return sum(cell.top for cell in found.values()) / bottom if bottom else None


@given(cells, cells)
@settings(deadline=None)
def test_mix_and_rate_sum_to_the_change_of_any_rate(now: dict, then: dict) -> None:
    found = mix_and_rate(now, then)
    before, after = rate(then), rate(now)
    if before is None or after is None:
        assert found == {}
        return
    assert found.keys() == now.keys() | then.keys()
    whole = sum(mix + rate for mix, rate in found.values())
    assert whole == pytest.approx(after - before, rel=1e-9, abs=1e-6 * (1 + abs(after) + abs(before)))


def test_only_rates_moved_or_only_weights() -> None:
    def cell(top: float, bottom: float) -> Cell:
        return Cell(None, 0, top=top, bottom=bottom)

    dearer = mix_and_rate({("a",): cell(30, 10), ("b",): cell(10, 10)}, {("a",): cell(20, 10), ("b",): cell(10, 10)})
    assert dearer == {("a",): (pytest.approx(0), pytest.approx(0.5)), ("b",): (pytest.approx(0), pytest.approx(0))}
    shifted = mix_and_rate({("a",): cell(60, 20), ("b",): cell(10, 10)}, {("a",): cell(30, 10), ("b",): cell(20, 20)})
    assert all(rate == pytest.approx(0) and mix > 0 for mix, rate in shifted.values())  # towards the dearer one
    assert sum(mix for mix, _ in shifted.values()) == pytest.approx(70 / 30 - 50 / 30)


order = st.tuples(
    st.integers(0, 7), st.integers(0, 120), st.integers(1, 90_000), st.sampled_from(["天猫", "抖音", None]),
    st.sampled_from(["上海", "成都"]), st.booleans(),
)  # fmt: skip


def table_of(drawn: list[tuple]) -> pd.DataFrame:
    """Orders on any of 121 days; the first of them and the last always have one."""
    drawn = [(0, 0, 100, "天猫", "上海", False), *drawn, (1, 120, 100, None, "成都", False)]
    return pd.DataFrame([
        {
            "order_id": f"O{place}", "customer_id": f"C{person}", "kind": "refund" if back else "sale",
            "order_date": date(2024, 3, 1) + timedelta(days=day),
            "ordered_at": pd.Timestamp("2024-03-01 12:00") + pd.Timedelta(days=day),
            "amount": (-cents if back else cents) / 100, "channel": channel, "city": city,
        }
        for place, (person, day, cents, channel, city, back) in enumerate(drawn)
    ]).astype({"channel": "str"}).replace({"channel": {"nan": None, "None": None}})  # fmt: skip


drawn = st.lists(order, min_size=8, max_size=40)
WINDOW = "2024-05"


@given(drawn)
@FEW
def test_contributions_add_up_over_every_value(open_tables: Callable[..., SegmentData], rows: list[tuple]) -> None:
    data = open_tables({"orders": table_of(rows)})
    for metric, by in (("orders", ["tier"]), ("revenue", ["channel", "city"])):
        found = data.query_metric(metric, by=by, window=WINDOW, compare="previous", limit=500)
        assert sum(row.value for row in found.rows) == pytest.approx(found.value)
        assert sum(row.difference for row in found.rows) == pytest.approx(found.difference)
        if found.difference:
            assert sum(row.contribution for row in found.rows) == pytest.approx(1)
    for metric, by in (("aov", ["channel"]), ("arpu", ["lifecycle"])):
        found = data.query_metric(metric, by=by, window=WINDOW, compare="previous", limit=500)
        if found.difference is not None:
            moved = sum((row.mix or 0) + (row.rate or 0) for row in found.rows)
            assert moved == pytest.approx(found.difference)


@given(drawn, st.randoms(use_true_random=False))
@FEW
def test_the_order_of_rows_and_of_filters_is_nothing(open_tables: Callable[..., SegmentData], rows: list, luck) -> None:
    table = table_of(rows)
    one, other = {"channel": ["天猫"]}, {"city": ["上海"]}
    mixed = table.sample(frac=1, random_state=luck.randint(0, 99))
    data, shuffled = (open_tables({"orders": each}) for each in (table, mixed))
    for metric in ("repurchase_rate", "top20_revenue_share", "retention_rate"):
        call = {"by": ["channel"], "window": "last_60_days", "limit": 99}
        assert data.query_metric(metric, **call).rows == shuffled.query_metric(metric, **call).rows
    assert (
        data.query_metric("revenue", where=one | other).value
        == data.query_metric("revenue", where=other | one).value
        <= data.query_metric("revenue", where=one).value
    )


def test_a_rate_by_rows_that_overlap_is_not_decomposed(data: SegmentData) -> None:
    assert all(row.mix is None for row in data.query_metric("arpu", by=["channel"], window=WINDOW, compare="previous").rows)
    told = data.query_metric("aov", by=["channel"], window=WINDOW, compare="previous").rows
    assert all(row.mix is not None and row.rate is not None for row in told)
