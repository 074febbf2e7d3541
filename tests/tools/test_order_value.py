"""Orders by their value: the bands hold every sale once, and the same sales over lines."""

from __future__ import annotations

import pandas as pd
import pytest

from tools.dimensions import EDGES
from tools.errors import BadArgument
from tools.segment_data import SegmentData

BANDS = [*(f"{low}-{high}" for low, high in zip(EDGES, EDGES[1:], strict=False)), f"{EDGES[-1]}+"]


def banded(orders: pd.DataFrame) -> pd.Series:
    sales = orders[orders["kind"] == "sale"]
    return pd.cut(sales["amount"], [*EDGES, float("inf")], right=False, labels=BANDS)


def test_each_band_holds_the_sales_of_its_amounts(data: SegmentData, brand: dict[str, pd.DataFrame]) -> None:
    found = data.query_metric("orders", by=["order_value"], window="all")
    wanted = banded(brand["orders"]).value_counts()
    assert {row.dimensions["order_value"]: row.value for row in found.rows if row.value} == {
        band: count for band, count in wanted.items() if count
    }
    assert [row.dimensions["order_value"] for row in found.rows] == [
        band for band in BANDS if band in {row.dimensions["order_value"] for row in found.rows}
    ]


def test_buyers_of_large_orders_are_those_with_one(data: SegmentData, brand: dict[str, pd.DataFrame]) -> None:
    large = BANDS[BANDS.index("200-300"):]
    sales = brand["orders"][brand["orders"]["kind"] == "sale"]
    found = data.query_metric("customers", where={"order_value": large}, window="all")
    assert found.value == sales[sales["amount"] >= 200]["customer_id"].nunique()


def test_lines_belong_to_the_band_of_their_order(data: SegmentData, brand: dict[str, pd.DataFrame]) -> None:
    found = data.query_metric("revenue", by=["category"], where={"order_value": ["0-50"]}, window="all")
    sales = brand["orders"][(brand["orders"]["kind"] == "sale") & (brand["orders"]["amount"] < 50)]
    lines = brand["order_items"][brand["order_items"]["order_id"].isin(sales["order_id"])]
    lines = lines[lines["kind"] == "sale"]
    assert {row.dimensions["category"]: row.value for row in found.rows if row.value} == pytest.approx(
        lines.groupby("category")["amount"].sum().to_dict()
    )


def test_a_refund_has_no_band(data: SegmentData) -> None:
    with pytest.raises(BadArgument, match="dimension_not_for_metric"):
        data.query_metric("refunds", by=["order_value"])
