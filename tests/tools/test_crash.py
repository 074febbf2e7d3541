"""A loader that finds the disk full, meets another or what a killed one left: the earlier data stays whole."""

import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from copilot import catalogue
from copilot.refusals import worded
from tools.errors import Busy, NoData, ToolError
from tools.generations import Generations
from tools.loading import load_files

NOW = datetime(2026, 11, 1)
HEADER = "order_id,customer_id,ordered_at,amount\n"


def write(path: Path, first: int, orders: int) -> Path:
    lines = [f"{n},U{n % 97},2024-0{1 + n % 9}-1{n % 8},{n % 50 + 1}\n" for n in range(first, first + orders)]
    path.write_text(HEADER + "".join(lines), encoding="utf-8")
    return path


def orders_in(store: Generations) -> int:
    """Orders that a reader sees; facts and books must agree with them."""
    with duckdb.connect(str(store.current()), read_only=True) as con:
        orders, counted, kept, snapshots = con.execute("""
            SELECT (SELECT count(*) FROM orders), (SELECT sum(orders) FROM customer_facts),
                   (SELECT sum(rows_kept) FROM loads), (SELECT count(*) FROM tier_snapshots)""").fetchone()
    assert orders == counted == kept
    assert snapshots
    return orders


def leftovers(store: Generations) -> list[str]:
    known = {"CURRENT", "LOCK", store.current().name}
    return sorted(path.name for path in store.directory.iterdir() if path.name not in known)


FULL_DISK = """
import resource, sys
from datetime import datetime
from pathlib import Path
from tools.errors import ToolError
from tools.generations import Generations
from tools.loading import load_files

store, more = Generations(Path(sys.argv[1])), Path(sys.argv[2])
size = store.current().stat().st_size
_, most = resource.getrlimit(resource.RLIMIT_FSIZE)
for limit in (size // 2, size, size + 300_000):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, most))
    try:
        load_files([more], store, loaded_at=datetime(2026, 11, 1))
        print("loaded")
    except ToolError as error:
        print(error)
"""


def test_a_full_disk_is_said_and_the_earlier_data_stays(tmp_path):
    store = Generations(tmp_path / "data")
    load_files([write(tmp_path / "first.csv", 0, 2000)], store, loaded_at=NOW)
    before, more = store.current(), write(tmp_path / "more.csv", 2000, 20_000)
    command = [sys.executable, "-c", FULL_DISK, str(store.directory), str(more)]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    assert found.stdout.splitlines() == ["not_saved(why=File too large)"] * 3
    assert store.current() == before
    assert orders_in(store) == 2000
    assert leftovers(store) == []
    load_files([more], store, loaded_at=NOW)
    assert orders_in(store) == 22_000


def test_a_second_loader_is_told_at_once(tmp_path):
    store, path = Generations(tmp_path / "data"), write(tmp_path / "a.csv", 0, 5)
    with store.lock():
        began = time.monotonic()
        with pytest.raises(Busy) as refused:
            load_files([path], Generations(store.directory), loaded_at=NOW)
        assert time.monotonic() - began < 15  # it does not wait for the lock
    assert all(worded(refused.value, language) for language in catalogue.LANGUAGES)
    load_files([path], store, loaded_at=NOW)
    assert orders_in(store) == 5


@pytest.mark.parametrize("leftover", ["000009.duckdb", "000009.duckdb.wal", "000009.duckdb.tmp/0.block", "scratch/a.xlsx"])
def test_what_a_killed_loader_left_is_swept_by_the_next(tmp_path, leftover):
    store = Generations(tmp_path / "data")
    load_files([write(tmp_path / "a.csv", 0, 5)], store, loaded_at=NOW)
    left = store.directory / leftover
    left.parent.mkdir(exist_ok=True)
    left.write_text("half of something")
    with pytest.raises(ToolError):  # even when that one has nothing to write
        load_files([tmp_path / "missing.csv"], store, loaded_at=NOW)
    assert leftovers(store) == []


def test_nothing_is_loaded_on_top_of_damaged_data(tmp_path):
    store, path = Generations(tmp_path / "data"), write(tmp_path / "a.csv", 0, 5)
    load_files([path], store, loaded_at=NOW)
    store.current().write_bytes(b"")
    with pytest.raises(NoData, match="data_damaged"):
        load_files([write(tmp_path / "b.csv", 5, 5)], store, loaded_at=NOW)
    assert leftovers(store) == []
