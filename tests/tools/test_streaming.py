"""One big file: the bar moves inside it and nothing is lost on the way."""

import gzip
import zipfile
from datetime import datetime
from pathlib import Path

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from copilot.refusals import worded
from tools.errors import BadArgument
from tools.generations import Generations
from tools.loading import load_files

NOW = datetime(2026, 11, 1)
ORDERS = 40_000


@pytest.fixture(scope="module")
def big(tmp_path_factory) -> dict[str, Path]:
    """The same orders as CSV and as Parquet."""
    rng, directory = np.random.default_rng(3), tmp_path_factory.mktemp("big")
    orders = pa.table({
        "order_id": [f"O{n:07d}" for n in range(ORDERS)],
        "customer_id": [f"C{n:05d}" for n in rng.integers(0, 9000, ORDERS)],
        "ordered_at": [f"2024-{n // 28 + 1:02d}-{n % 28 + 1:02d}" for n in rng.integers(0, 120, ORDERS)],
        "amount": rng.integers(100, 90_000, ORDERS) / 100,
    })  # fmt: skip
    unquoted = pa.csv.WriteOptions(quoting_style="none", quoting_header="none")
    pa.csv.write_csv(orders, directory / "orders.csv", unquoted)
    pa.parquet.write_table(orders, directory / "orders.parquet", row_group_size=10_000)
    return {suffix: directory / f"orders.{suffix}" for suffix in ("csv", "parquet")}


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_the_bar_moves_within_a_file_and_through_the_facts(big, tmp_path, suffix):
    seen: list[tuple[str, float]] = []
    report = load_files(
        [big[suffix]], Generations(tmp_path), loaded_at=NOW, progress=lambda *step: seen.append(step)
    )
    assert report.read == report.kept == ORDERS
    shares = [share for _, share in seen]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    stages = ("reading", "cleaning", "facts") if suffix == "csv" else ("cleaning", "facts")  # Parquet is read in place
    inside = {stage: {share for at, share in seen if at == stage} for stage in stages}
    assert [len(inside[stage]) >= 3 for stage in inside] == [True] * len(stages)


def test_a_workbook_that_unpacks_beyond_the_cap_is_sent_to_csv(tmp_path, monkeypatch):
    path, store = tmp_path / "bomb.xlsx", Generations(tmp_path / "data")
    openpyxl.Workbook().save(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b" " * (3 << 20))
    monkeypatch.setattr("tools.loading.workbook._MOST_MB", 2)
    with pytest.raises(BadArgument) as refused:
        load_files([path], store, loaded_at=NOW)
    assert (refused.value.code, refused.value.params["size"]) == ("workbook_too_big", 3)
    assert "CSV" in worded(refused.value, "zh")


@pytest.mark.parametrize("suffix", ["csv", "parquet", "csv.gz"])
@pytest.mark.parametrize("harm", ["missing", "emptied", "half-written"])
def test_a_source_that_broke_leaves_the_last_good_data(big, tmp_path, suffix, harm):
    """Half a CSV still has whole rows: they count, the torn one is set aside and said."""
    store, path = Generations(tmp_path / "data"), tmp_path / f"orders.{suffix}"
    (tmp_path / "good.csv").write_text("order_id,customer_id,ordered_at,amount\n1,U1,2023-05-01,10\n")
    load_files([tmp_path / "good.csv"], store, loaded_at=NOW)
    before = store.current()
    whole = big[suffix.removesuffix(".gz")].read_bytes()
    whole = gzip.compress(whole, 1) if suffix.endswith("gz") else whole
    half = whole[: whole.rfind(b"\n", 0, len(whole) // 2) + 12]  # a dozen bytes into a row, where there are rows
    if harm != "missing":
        path.write_bytes(b"" if harm == "emptied" else half)
    if (suffix, harm) == ("csv", "half-written"):
        report = load_files([path], store, loaded_at=NOW)
        assert report.set_aside == {"ragged_row": 1}
        assert report.kept == half.count(b"\n") - 1
        return
    with pytest.raises(BadArgument) as refused:
        load_files([path], store, loaded_at=NOW)
    codes = {"missing": "missing_file", "emptied": "empty_file", "half-written": "unreadable_file"}
    assert refused.value.code == codes[harm]
    assert store.current() == before
