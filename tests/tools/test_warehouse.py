import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest
from ibis import _

from tools.engines import DuckEngine
from tools.errors import NoData
from tools.segment_data import SegmentData
from tools.tables import table
from tools.warehouse import TOLD, Warehouse


@pytest.fixture
def hurried(brand_file: Path) -> Iterator[Warehouse]:
    opened = Warehouse.open(brand_file, row_cap=5, seconds=0.05)
    yield opened
    opened.close()


def test_cuts_at_the_row_cap_and_says_so(hurried: Warehouse) -> None:
    every = table("orders").order_by("order_id", "kind").select("order_id")
    assert len(hurried.run(every).records) == 5
    assert hurried.run(every).truncated
    assert not hurried.run(every.limit(5)).truncated


def test_stops_a_query_that_takes_too_long(hurried: Warehouse) -> None:
    orders = table("orders")
    endless = orders.cross_join(orders.view()).cross_join(orders.view()).agg(n=_.amount.sum())
    with pytest.raises(NoData, match="query_timeout"):
        hurried.run(endless)
    assert hurried.run(orders.agg(n=_.count())).records[0]["n"] > 0


@pytest.mark.parametrize("reader", ["read_text", "read_csv", "read_parquet", "glob"])
def test_reads_no_file_but_its_own(warehouse: Warehouse, reader: str) -> None:
    with pytest.raises(duckdb.PermissionException):
        warehouse.engine.connection.cursor().execute(f"SELECT * FROM {reader}('/etc/passwd')")


@pytest.mark.parametrize(
    "statement", ["DELETE FROM orders", "SET threads = 1", "ATTACH 'other.duckdb'", "COPY orders TO 'out.csv'"]
)
def test_changes_nothing(warehouse: Warehouse, statement: str) -> None:
    with pytest.raises(Exception, match="read-only|locked|disabled"):
        warehouse.engine.connection.cursor().execute(statement)


def test_knows_which_columns_hold_values(warehouse: Warehouse) -> None:
    assert warehouse.tables() == {"orders", "order_items", "customers", "touches", "campaigns"}
    assert [warehouse.has(need) for need in ("touches", "orders.channel", "orders.city", "events")] == [
        True, True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize("column", ["", "preferred_channel"])
def test_a_file_of_an_earlier_version_answers_without_its_newer_columns(
    brand_file: Path, tmp_path: Path, column: str
) -> None:
    old = Path(shutil.copy(brand_file, tmp_path / "000001.duckdb"))
    with duckdb.connect(str(old)) as con:
        con.execute("ALTER TABLE orders DROP COLUMN region")
        con.execute(f"ALTER TABLE customer_facts DROP COLUMN {column}" if column else "DROP TABLE customer_facts")
    opened = Warehouse.open(old, row_cap=100, seconds=20)
    data = SegmentData(opened)
    assert data.query_metric("repurchase_rate_30d", by=["channel"]).n > 0
    assert data.query_metric("new_customers", by=["month"], window="all").n > 0
    assert data.values("region") == []
    rows = opened.run(table("customer_facts"))
    assert rows.truncated
    assert any(row["preferred_channel"] for row in rows.records)
    with pytest.raises(NoData) as refused:
        data.query_metric("revenue", by=["国家"])
    assert (refused.value.code, refused.value.params["what"]) == ("missing_data", "region")
    opened.close()


@pytest.mark.parametrize("harm", [lambda old: b"", lambda old: old[: len(old) // 2], lambda old: b"x" * len(old)])
def test_a_damaged_file_is_said_to_be_damaged(brand_file: Path, tmp_path: Path, harm: Callable[[bytes], bytes]) -> None:
    damaged = tmp_path / "000001.duckdb"
    damaged.write_bytes(harm(brand_file.read_bytes()))
    with pytest.raises(NoData, match="data_damaged"):
        Warehouse.open(damaged, row_cap=5, seconds=5).tables()


def test_a_missing_file_means_nothing_is_loaded(tmp_path: Path) -> None:
    with pytest.raises(NoData, match="nothing_loaded"):
        Warehouse.open(tmp_path / "none.duckdb", row_cap=1, seconds=1)


def test_threads_share_one_warehouse(data: SegmentData) -> None:
    windows = ["2024-04", "2024-05", "2024-06"] * 4
    alone = {window: data.query_metric("revenue", window=window).value for window in set(windows)}
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(lambda window: data.query_metric("revenue", window=window).value, windows))
    assert together == [alone[window] for window in windows]


def test_an_answer_is_remembered_only_of_tables_that_cannot_change(brand_file, tmp_path, monkeypatch) -> None:
    path = Path(shutil.copy(brand_file, tmp_path / "000001.duckdb"))
    opened = Warehouse.open(path, row_cap=100, seconds=20)
    asked = []
    whole = opened.whole
    monkeypatch.setattr(opened, "whole", lambda expression: asked.append(expression) or whole(expression))
    limits = [table("orders").select("order_id").limit(n) for n in range(1, TOLD + 2)]
    assert [opened.told(each).rows.num_rows for each in limits[:3] * 2] == [1, 2, 3] * 2
    assert len(asked) == 3
    for each in limits:
        opened.told(each)
    assert len(asked) == len(limits)
    opened.told(limits[0])
    assert len(asked) == len(limits) + 1
    monkeypatch.setattr(DuckEngine, "unchanging", False)
    assert opened.told(limits[5]).rows.num_rows == opened.told(limits[5]).rows.num_rows == 6
    assert len(asked) == len(limits) + 3
    opened.close()
