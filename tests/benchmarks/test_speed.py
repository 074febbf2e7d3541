"""The benchmark's orders and its two sides: same seed same rows, and the same figures on both."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.compare import differences
from benchmarks.generate import FIRST, LAST, orders_table, write_months, write_orders
from benchmarks.with_pandas import PandasSide
from benchmarks.with_wellspring import WellspringSide, load
from benchmarks.work import CALLS

ORDERS = 20_000


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    return orders_table(ORDERS, seed=11).to_pandas()


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return write_orders(tmp_path_factory.mktemp("bench") / "orders.parquet", ORDERS)


def test_same_seed_same_orders_another_seed_others(orders):
    pd.testing.assert_frame_equal(orders, orders_table(ORDERS, seed=11).to_pandas())
    assert not orders.equals(orders_table(ORDERS, seed=12).to_pandas())


def test_orders_look_like_a_brand(orders):
    sold = orders[orders["amount"] > 0]
    assert len(orders) == ORDERS
    assert orders["customer_id"].nunique() == ORDERS // 10
    assert sold["order_id"].is_unique
    assert sold["customer_id"].value_counts().median() < 6  # the mean is 10: few buy much
    assert orders["ordered_at"].is_monotonic_increasing
    assert {orders["ordered_at"].min().year, orders["ordered_at"].max().date()} == {FIRST.year, LAST}
    days = sold["ordered_at"].dt.strftime("%m-%d").value_counts()
    assert days["11-11"] > 4 * days.median()


def test_a_refund_takes_back_an_earlier_order_whole(orders):
    back = orders[orders["status"] == "已退款"]
    both = back.merge(orders[orders["amount"] > 0], on="order_id", suffixes=("", "_sold"))
    assert len(both) == len(back) == ORDERS - round(ORDERS / 1.04)
    assert (both["amount"] == -both["amount_sold"]).all()
    assert (both["ordered_at"] >= both["ordered_at_sold"]).all()


def test_the_last_month_and_the_rest_are_the_whole(whole, tmp_path):
    parts = tmp_path / "before.parquet", tmp_path / "month.parquet"
    before, month = write_months(whole, *parts)
    assert before + month == ORDERS
    assert pd.read_parquet(parts[0])["ordered_at"].max() < np.datetime64("2025-12-01")
    assert pd.read_parquet(parts[1])["ordered_at"].min() >= np.datetime64("2025-12-01")


def test_both_sides_find_the_same_figures(whole, tmp_path):
    report = load(whole, tmp_path / "store")
    side, tools = PandasSide.read(whole), WellspringSide(tmp_path / "store")
    assert report.kept == ORDERS
    for name in CALLS:
        found = getattr(side, name)()
        assert found
        assert differences(found, getattr(tools, name)()) == []


def test_a_difference_is_told_with_its_place():
    assert differences({"a": [1, 2.0]}, {"a": [1, 2.0 + 1e-12]}) == []
    assert differences({"a": [1, 2]}, {"a": [1, 3]}) == ["/a/1: 2 / 3"]
    assert differences({"a": 1}, {"b": 1}) == ["/a: 1 / None", "/b: None / 1"]
