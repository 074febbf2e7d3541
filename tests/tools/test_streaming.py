"""One big file: the bar moves inside it and nothing is lost on the way."""

from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from tools.generations import Generations
from tools.loading import load_files

NOW = datetime(2026, 11, 1)
ORDERS = 60_000


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
    pa.csv.write_csv(orders, directory / "orders.csv")
    pa.parquet.write_table(orders, directory / "orders.parquet", row_group_size=10_000)
    return {suffix: directory / f"orders.{suffix}" for suffix in ("csv", "parquet")}


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_the_bar_moves_within_a_file_and_through_the_facts(big, tmp_path, monkeypatch, suffix):
    monkeypatch.setattr("tools.loading.staging._PARQUET_CHUNK", 10_000)
    seen: list[tuple[str, float]] = []
    report = load_files(
        [big[suffix]], Generations(tmp_path), loaded_at=NOW, progress=lambda *step: seen.append(step)
    )
    assert report.read == report.kept == ORDERS
    shares = [share for _, share in seen]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    inside = {stage: {share for at, share in seen if at == stage} for stage in ("reading", "cleaning", "facts")}
    assert [len(inside[stage]) >= 3 for stage in inside] == [True] * 3
