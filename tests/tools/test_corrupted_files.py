"""A seeded corruptor over the demo's export: each damaged file loads to the oracle's totals or is refused in words."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from datetime import datetime
from pathlib import Path
from random import Random

import duckdb
import pytest

from copilot import catalogue
from copilot.refusals import worded
from tests.corruptor import cells, files, lines, tables  # noqa: F401  (each adds its kinds)
from tests.corruptor.base import KINDS, ORDER, Broken, Row, text
from tools.errors import ToolError
from tools.generations import Generations
from tools.loading import load_files
from tools.schema import TABLES

SEEDS, SIZE = 4, 30  # a refusal is quick; kinds that are loaded take half as many
NOW = datetime(2025, 11, 1)


@pytest.fixture(scope="module")
def clean(exports) -> list[Row]:
    """The last rows of the demo's orders, without the dirt that is planted in them."""
    directory, truth = exports
    dirty = {row.order_id for row in truth.dirty_rows}
    with (directory / "orders.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row[ORDER] not in dirty][-SIZE * (SEEDS + 1) :]


@pytest.fixture(scope="module")
def warm(clean: list[Row], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that already holds some orders."""
    directory = tmp_path_factory.mktemp("warm")
    (directory / "earlier.csv").write_bytes(text(clean[:SIZE]))
    load_files([directory / "earlier.csv"], Generations(directory / "data"), loaded_at=NOW)
    return directory / "data"


def contents(store: Generations) -> dict[str, Counter[tuple]]:
    with duckdb.connect(str(store.current()), read_only=True) as con:
        return {name: Counter(con.execute(f"SELECT * FROM {name}").fetchall()) for name in [*TABLES, "loads", "quarantine"]}


def damaged(kind: str, clean: list[Row]) -> list[Broken]:
    blocks = [clean[SIZE * (seed + 1) : SIZE * (seed + 2)] for seed in range(SEEDS)]
    broken = [KINDS[kind](Random(f"{kind} {seed}"), list(rows)) for seed, rows in enumerate(blocks)]
    return broken if broken[0].codes else broken[: SEEDS // 2]


def written(broken: Broken, directory: Path) -> Path:
    directory.mkdir()
    (directory / broken.name).write_bytes(broken.content)
    return directory / broken.name


def test_there_are_two_hundred_files_of_thirty_kinds(clean) -> None:
    assert len(KINDS) >= 30
    assert sum(len(damaged(kind, clean)) for kind in KINDS) >= 200


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_file_is_loaded_right_or_refused_in_words(kind, clean, warm, tmp_path) -> None:
    store = Generations(shutil.copytree(warm, tmp_path / "data"))
    before, generation = contents(store), store.current()
    broken = damaged(kind, clean)
    paths = [written(each, tmp_path / str(seed)) for seed, each in enumerate(broken)]
    for each, path in zip(broken, paths, strict=True):
        if each.codes:
            with pytest.raises(ToolError) as refusal:
                load_files([path], store, loaded_at=NOW)
            assert refusal.value.code in each.codes
            assert all(worded(refusal.value, language) for language in catalogue.LANGUAGES)
    if not any(each.codes for each in broken):
        check_loaded(broken, load_files(paths, store, loaded_at=NOW), before, contents(store))
    else:
        assert all(each.codes for each in broken)
        assert (store.current(), contents(store)) == (generation, before)


def check_loaded(broken: list[Broken], report, before, after) -> None:
    assert report.read == sum(each.read for each in broken)
    assert report.set_aside == sum((each.aside for each in broken), Counter())
    assert all(file.read == file.kept + sum(file.set_aside.values()) for file in report.files)
    for name in TABLES:
        assert before[name] <= after[name]
    names = list(TABLES["orders"])
    new = after["orders"] - before["orders"]
    totals = Counter((row[names.index("kind")], row[names.index("amount")]) for row in new.elements())
    assert totals == sum((each.totals for each in broken), Counter())
    assert Counter(row[4] for row in (after["quarantine"] - before["quarantine"]).elements()) == report.set_aside
    for file in report.files:
        for language in catalogue.LANGUAGES:
            assert all(catalogue.text(f"reason.{reason}", language) for reason in file.set_aside)
            assert all(catalogue.text(f"note.{note.key}", language, **note.params) for note in file.notes)
