"""A server killed with SIGKILL at random points of all that it writes, 200 times, and started again each time.

Whatever it acknowledged is there afterwards, once and in the same words; what it was in the middle of is there as a
whole or not at all, and goes on; a conversation shows it as interrupted; every store is sound.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.kills.killing import START, Moment, Seen, forked, killed
from tests.kills.server import Kind, furnish, hold, said_in
from tools.exporting.desk import MANIFEST
from tools.exporting.manifest import Manifest

TOTAL = int(os.environ.get("KILLS", "200"))
"""More of them by hand: `KILLS=1000 pytest -s tests/kills` also tells the figures."""
SHARES: dict[Kind, float] = {"chat": 0.3, "draft": 0.25, "approval": 0.1, "comment": 0.15, "load": 0.075, "index": 0.125}
FIRST = {"chat": 2, "draft": 2, "approval": 4, "comment": 2, "load": 1, "index": 3}
"""Deeds that the first server ends, so that each of its kinds is known to take so long."""
IN_START = 8
"""Each such one is killed while it starts."""


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with a small workspace; the process that servers are forked from lives as long."""
    home = tmp_path_factory.mktemp("kills") / "home"
    forkserver._forkserver._stop()  # another test's has not imported what ours has
    maker = forked(furnish, home)
    maker.join()
    assert maker.exitcode == 0
    yield home
    forkserver._forkserver._stop()


@pytest.mark.parametrize("kind", SHARES)
def test_killed_at_any_moment_nothing_that_was_acknowledged_is_lost(kind: Kind, furnished: Path, tmp_path: Path) -> None:
    home = shutil.copytree(furnished, tmp_path / "home")
    draw, usual, promised, starts = random.Random(kind), {}, {}, []
    before, cut, done, kills = Seen(), 0, 0, max(round(TOTAL * SHARES[kind]), 2)
    for run in range(kills):
        seen = killed(home, kind, run, before, _moment(kind, run, draw), usual)
        _held(before.promised, seen.shown)
        cut, done, promised = cut + bool(seen.cut), done + seen.done, promised | seen.promised
        if seen.shown is not None:
            before = seen
            starts.append(usual[START])
    last = killed(home, kind, kills, Seen(promised=promised, asked=before.asked, done=before.done), Moment(2, 0), usual)
    _held(promised, last.shown)
    assert last.done, "it no longer works"
    assert _unsound(home / "small") == []
    assert _left_of(home / "small" / "index", [name for name, told in promised.items() if told == "gone"]) == []
    assert cut >= kills / 3
    if kind == "chat":
        assert "interrupted" in last.shown.values()
    print(f"\n{kind}: {kills + 1} kills, {cut} in the middle of something, {done} deeds done and kept, "
          f"next start {statistics.median(starts):.2f} s, at most {max(starts):.2f} s")


def _moment(kind: Kind, run: int, draw: random.Random) -> Moment:
    """The first server is killed after some deeds, the others in their start or in one of their first deeds."""
    if run == 0:
        return Moment(FIRST[kind] + 1, 0)
    return Moment(0 if run % IN_START == IN_START - 1 else draw.randint(1, FIRST[kind]), draw.uniform(0, 1.1))


def _held(promised: dict[str, Any], shown: dict[str, Any] | None) -> None:
    """Everything that was promised is there, in the words of then."""
    settled = {name: told for name, told in promised.items() if told is not None}
    if shown is not None:
        assert {name: shown.get(name) for name in settled} == settled


def _unsound(place: Path) -> list[str]:
    """Stores that cannot be read in full, and exports that are only half there."""
    found = []
    for path in sorted([*place.rglob("*.sqlite"), *place.rglob("*.sqlite3")]):
        with closing(sqlite3.connect(path)) as connection:
            told = connection.execute("PRAGMA integrity_check").fetchone()[0]
        found += [f"{path.name}: {told}"] * (told != "ok")
    return [*found, *_unsound_data(place / "data"), *_unsound_exports(place)]


def _unsound_data(data: Path) -> list[str]:
    """Facts and books must agree with the orders; files that loads left behind must have been swept."""
    with duckdb.connect(data / (data / "CURRENT").read_text(encoding="utf-8"), read_only=True) as con:
        orders, sales, counted, kept = con.execute("""
            SELECT count(*), count(*) FILTER (kind = 'sale'), (SELECT sum(orders) FROM customer_facts),
                   (SELECT sum(rows_kept) FROM loads WHERE table_name = 'orders') FROM orders""").fetchone()
    generations = [path for path in data.iterdir() if path.name[:6].isdigit()]
    # The live one, the one before, which a reader may hold, and one that the last server was cut in.
    return ["facts"] * (sales != counted) + ["books"] * (orders != kept) + ["generations"] * (len(generations) > 3)


def _unsound_exports(place: Path) -> list[str]:
    """Every export holds what its manifest says, and every one that a campaign notes is there."""
    found = []
    for folder in place.glob("exports/campaign-*"):
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_text(encoding="utf-8"))
        files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
        del files[MANIFEST]
        found += [folder.name] * (files != {file.name: file.sha256 for file in manifest.files})
    return found


def _left_of(index: Path, gone: list[str]) -> list[str]:
    """Files that still hold what was deleted."""
    words = [said_in(file).encode() for file in gone]
    files = [(path, path.read_bytes()) for path in index.rglob("*") if path.is_file()]
    return [path.name for path, held in files if any(word in held for word in words)]


def test_a_second_server_is_told_by_whom_the_workspace_is_served(furnished: Path) -> None:
    """Two real processes: one holds the workspace, the other is the command."""
    holder = forked(hold, furnished)
    while not (furnished / "small" / "serving.txt").exists():
        time.sleep(0.01)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-c", "from copilot.cli import main; main()", "up", "--workspace", "small", "--port", port]
    began, before = time.monotonic(), os.times()
    found = subprocess.run(command, capture_output=True, text=True, check=False,
                           env=os.environ | {"WELLSPRING_HOME": str(furnished), "LC_ALL": "en_US.UTF-8"})
    took, after = time.monotonic() - began, os.times()
    holder.kill()
    holder.join()
    assert found.returncode == 2, found.stderr
    assert f"already served by process {holder.pid}" in found.stderr
    print(f"\na second server: refused after {took:.2f} s, {after.children_user - before.children_user:.2f} s of them computing")
