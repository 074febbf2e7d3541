"""Values in filters: looked up in the data, however many there are."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest

from tools.errors import BadArgument
from tools.segment_data import SegmentData
from tools.warehouse import Warehouse


def opened(brand_file: Path, row_cap: int) -> SegmentData:
    return SegmentData(Warehouse.open(brand_file, row_cap=row_cap, seconds=20))


def test_a_value_beyond_the_row_cap_is_known(brand_file: Path, data: SegmentData) -> None:
    rare = data.values("product")[-1]
    capped = opened(brand_file, row_cap=5)
    assert rare not in capped.values("product")
    found = capped.query_metric("revenue", where={"product": [f" {rare} "]}, window="all")
    assert found.filters == {"product": [rare]}
    assert found.value == data.query_metric("revenue", where={"product": [rare]}, window="all").value > 0
    with pytest.raises(BadArgument, match="unknown_value") as refused:
        capped.query_metric("revenue", where={"product": ["商品99"]})
    assert refused.value.alternatives == capped.values("product")


@pytest.mark.parametrize(("dimension", "given", "known"), [
    ("recency_score", " 5 ", "5"), ("recency_score", "Unknown", "unknown"), ("channel", "UNKNOWN", "unknown"),
])  # fmt: skip
def test_scores_and_the_unknown_are_values_too(data: SegmentData, dimension: str, given: str, known: str) -> None:
    assert data.query_metric("customers", where={dimension: [given]}).filters == {dimension: [known]}


def test_the_datas_own_spelling_wins(open_tables, brand) -> None:
    orders = brand["orders"].assign(channel=["App", "app", "app"] + ["web"] * (len(brand["orders"]) - 3))
    shop = open_tables({"orders": orders})
    for given, known in {"APP": "app", "App": "App", "app": "app"}.items():
        assert shop.query_metric("orders", where={"channel": [given]}, window="all").filters == {"channel": [known]}


def test_data_no_longer_used_is_let_go_at_once(brand_file: Path) -> None:
    data = opened(brand_file, row_cap=5)
    assert data.values("channel")
    gone = weakref.ref(data._allowed)
    gc.disable()
    try:
        del data
        assert gone() is None
    finally:
        gc.enable()
