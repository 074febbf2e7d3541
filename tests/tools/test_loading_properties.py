"""What must hold whatever the file: the order of rows, a split into two files and a second load change nothing."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from random import Random

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools.generations import Generations
from tools.loading import load_files
from tools.schema import TABLES

NOW = datetime(2025, 11, 1)
Lines = list[list[str]]


@pytest.fixture(scope="module")
def export(exports) -> Lines:
    """The header and some rows of the demo's orders, planted dirt and duplicates among them."""
    directory, truth = exports
    dirty = {row.order_id for row in truth.dirty_rows}
    with (directory / "orders.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return [header, *rows[-40:], *(row for row in rows if row[0] in dirty)]


@pytest.fixture(scope="module")
def tables_of(tmp_path_factory) -> Callable[..., dict[str, list[tuple]]]:
    """Load files of these rows into a fresh workspace, together or one after the other, and read its tables."""
    directory, number = tmp_path_factory.mktemp("properties"), itertools.count()

    def load(*files: Lines, one_by_one: bool = False) -> dict[str, list[tuple]]:
        place = directory / str(next(number))
        place.mkdir()
        paths = [written(place / f"{at}.csv", lines) for at, lines in enumerate(files)]
        store = Generations(place / "data")
        for group in [[path] for path in paths] if one_by_one else [paths]:
            load_files(group, store, loaded_at=NOW)
        with duckdb.connect(str(store.current()), read_only=True) as con:
            return {name: con.execute(f"SELECT * FROM {name} ORDER BY ALL").fetchall() for name in TABLES}

    return load


def written(path: Path, lines: Lines) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines)
    return path


@settings(max_examples=3, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), at=st.floats(0.2, 0.8))
def test_order_split_and_repetition_of_rows_change_nothing(export, tables_of, seed, at):
    header, *rows = export
    whole = tables_of(export)
    mixed = Random(seed).sample(rows, len(rows))
    cut = int(at * len(mixed))
    first, second = [header, *mixed[:cut]], [header, *mixed[cut:]]
    assert tables_of([header, *mixed]) == whole
    assert tables_of(first, second) == whole
    assert tables_of(second, first, [header, *mixed], one_by_one=True) == whole
