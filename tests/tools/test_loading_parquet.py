"""A Parquet file's types say what its cells are: read as they lie, its rows come to what their text comes to."""

import shutil
from datetime import datetime
from decimal import Decimal

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tools.generations import Generations
from tools.loading import cleaning, load_files

NOW = datetime(2026, 11, 1)


@pytest.fixture
def load(tmp_path):
    def load_rows(frame: pd.DataFrame, kind: str):
        store = Generations(tmp_path / kind)
        file = tmp_path / f"orders.{kind}"
        frame.to_csv(file, index=False) if kind == "csv" else frame.to_parquet(file)
        report = load_files([file], store, loaded_at=NOW).files[0]
        with duckdb.connect(str(store.current()), read_only=True) as con:
            return report, con.execute("SELECT * FROM orders ORDER BY ALL").fetchall()

    return load_rows


def drawn(seed: int, n: int = 400) -> pd.DataFrame:
    """Orders with everything that sets a row aside or changes it."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({
        "order_id": [f"A{i:04d}" for i in rng.integers(0, n, n)], "customer_id": rng.integers(1, 60, n),
        "ordered_at": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 40_000_000, n), "s"),
        "amount": rng.choice([0.0, 19.9, 1234.5678, 5, 88.125, 20_000_000.01, np.nan], n),
        "units": rng.choice([1, 2, -1, 3], n),
        "channel": rng.choice(["天猫", " 抖音 ", "null", "ｗｅｂ", "-", "shop 7", None], n),
        "status": rng.choice(["已支付", "退款成功", "待付款", "paid"], n, p=[0.6, 0.1, 0.1, 0.2]),
    })  # fmt: skip
    frame.loc[rng.choice(n, 9), "order_id"] = None
    frame.loc[rng.choice(n, 5), "ordered_at"] = pd.Timestamp("2030-01-01")
    frame.loc[rng.choice(n, 5), "ordered_at"] = pd.NaT
    return pd.concat([frame, frame.iloc[::17]], ignore_index=True)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("beside", [False, True])
def test_typed_cells_come_to_what_their_text_comes_to(load, seed, beside):
    frame = drawn(seed)
    if beside:
        frame = frame.drop(columns="status").assign(refund_amount=np.where(frame.index % 7 == 0, 3.5, 0.0))
    told, rows = load(frame.assign(amount=frame["amount"].map(repr).replace("nan", "")), "csv")
    report, found = load(frame, "parquet")
    assert without_made_ids(found) == without_made_ids(rows)
    assert (report.read, report.kept, report.set_aside) == (told.read, told.kept, told.set_aside)
    assert {note.key: note.params for note in report.notes} == {note.key: note.params for note in told.notes}


def without_made_ids(rows: list[tuple]) -> list[tuple]:
    """Made ids come from a row's text, which is not the same in both."""
    return sorted([("made", *row[1:]) if row[0].startswith("row-") else row for row in rows], key=repr)


@pytest.mark.parametrize(
    ("type_", "cells"),
    [(pa.int64(), [7, 12]), (pa.decimal128(12, 3), [Decimal("7.125"), Decimal("12")]), (pa.float64(), [7.00005, 0.1]),
     (pa.float32(), [16777.2, 0.1]), (pa.string(), ["7", "12.5"])],
)  # fmt: skip
def test_amounts_of_every_type_are_rounded_as_their_text(tmp_path, type_, cells):
    amounts = pa.array(cells, type_)
    table = pa.table({"order_id": ["A1", "A2"], "customer": [1, 2], "date": pa.array([NOW, NOW]), "amount": amounts})
    pq.write_table(table, tmp_path / "orders.parquet")
    store = Generations(tmp_path / "data")
    load_files([tmp_path / "orders.parquet"], store, loaded_at=NOW)
    with duckdb.connect(str(store.current()), read_only=True) as con:
        found = [str(row[0].normalize()) for row in con.execute("SELECT amount FROM orders ORDER BY order_id").fetchall()]
    wanted = {"float": ["16777.2", "0.1"], "double": ["7.0001", "0.1"]}
    assert found == wanted.get(str(type_), [str(Decimal(str(cell)).normalize()) for cell in cells])


def test_an_instant_outside_the_plausible_and_a_whole_number_in_cents(tmp_path):
    table = pa.table({
        "order": ["A1", "A2"], "customer": ["C1", "C2"], "amount_cents": [1999, 250],
        "date": pa.array([datetime(1800, 1, 1), datetime(2024, 1, 1)], pa.timestamp("us")),
    })  # fmt: skip
    pq.write_table(table, tmp_path / "orders.parquet")
    store = Generations(tmp_path / "data")
    report = load_files([tmp_path / "orders.parquet"], store, loaded_at=NOW, mapping={"amount": "amount_cents"})
    assert report.set_aside == {"bad_date": 1}
    with duckdb.connect(str(store.current()), read_only=True) as con:
        assert con.execute("SELECT amount FROM orders").fetchall() == [(Decimal("2.5000"),)]
        text = con.execute("SELECT row_text FROM quarantine").fetchall()
    assert text == [("A1 | C1 | 1999 | 1800-01-01 00:00:00",)]


ODD = {
    "nothing odd": {}, "total": {"order_id": "合计", "customer_id": None}, "nobody": {"customer_id": "散客"},
    "header": {"order_id": "order_id", "customer_id": "customer_id", "channel": "channel"},
    "float id": {"customer_id": "17.0"}, "lost id": {"order_id": "6.2E+18"}, "blank word": {"channel": "NULL"},
    "wide": {"channel": "ｗｅｂ"}, "marked id": {"customer_id": "'0017"},
}  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("rows", [300, 1500], ids=["few ids", "many ids"])
def test_columns_read_as_they_are_come_to_what_cleaning_makes_of_them(load, tmp_path, monkeypatch, odd, rows):
    frame = drawn(7, rows).assign(channel=lambda given: np.where(given.index % 2, "天猫", "抖音"))
    frame["order_id"] = [f"A{i:05d}" for i in range(len(frame))]
    frame["customer_id"] = [f"C{i}" for i in frame["customer_id"]]
    frame.loc[5, list(ODD[odd])] = list(ODD[odd].values())
    found = load(frame, "parquet")
    shutil.rmtree(tmp_path / "parquet")
    monkeypatch.setattr(cleaning, "tidy", lambda *given: {})
    assert load(frame, "parquet") == found
