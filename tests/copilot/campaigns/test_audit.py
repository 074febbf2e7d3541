"""The audit trail: nothing in it can be altered, moved, removed or cut off without being found."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from copilot.campaigns.audit import Anchor
from copilot.campaigns.store import CampaignStore
from copilot.lessons.results import Actor
from tools.errors import BadArgument

EVENTS = 2_000
NOW = datetime(2026, 11, 1, tzinfo=UTC)
ACTOR = Actor(name="小林", role="operator", reach="page")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose trail has many rows."""
    folder = tmp_path_factory.mktemp("trail")
    store = CampaignStore.open(folder)
    with store._writing() as connection:
        for number in range(EVENTS):
            hashes = {"seal": f"{number:x}"}
            store.trail.append(connection, ACTOR, NOW, "edited", f"campaign-{number % 97}", hashes=hashes)
    store.trail.anchor()
    assert store.verify().model_dump() == {"rows": EVENTS, "head": store.trail.head(), "anchored": EVENTS, "flaws": []}
    store.close()
    return folder


@pytest.fixture
def copied(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "store"))


@contextmanager
def tampering(folder: Path) -> Iterator[sqlite3.Connection]:
    """The file as somebody with an editor has it: without the guards of the table."""
    with closing(sqlite3.connect(folder / "campaigns.sqlite")) as connection:
        for act in ("update", "delete"):
            connection.execute(f"DROP TRIGGER audit_no_{act}")
        yield connection
        connection.commit()


def codes(folder: Path) -> list[str]:
    store = CampaignStore.open(folder)
    found = [flaw.code for flaw in store.verify().flaws]
    store.close()
    return found


def test_a_flipped_byte_in_any_row_is_found(copied: Path) -> None:
    rng, store, unnoticed = random.Random(8), CampaignStore.open(copied), []
    with tampering(copied) as connection:
        for _ in range(100):
            seq, column = rng.randint(1, EVENTS), rng.choice(["body", "hash"])
            (value,) = connection.execute(f"SELECT {column} FROM audit WHERE seq = ?", (seq,)).fetchone()
            flipped = bytearray(value.encode())
            flipped[rng.randrange(len(flipped))] ^= 1 << rng.randrange(8)
            connection.execute(f"UPDATE audit SET {column} = CAST(? AS TEXT) WHERE seq = ?", (bytes(flipped), seq))
            connection.commit()
            if store.verify().whole:
                unnoticed.append((seq, column))
            connection.execute(f"UPDATE audit SET {column} = ? WHERE seq = ?", (value, seq))
            connection.commit()
    assert unnoticed == []
    assert store.verify().whole


@pytest.mark.parametrize("last", [1, 2, 500, EVENTS])
def test_a_tail_that_is_cut_off_is_found(copied: Path, last: int) -> None:
    with tampering(copied) as connection:
        connection.execute("DELETE FROM audit WHERE seq > ?", (EVENTS - last,))
    assert codes(copied) == ["cut"]


def test_swapped_rows_are_found(copied: Path) -> None:
    with tampering(copied) as connection:
        connection.executescript(
            "UPDATE audit SET seq = -1 WHERE seq = 40; UPDATE audit SET seq = 40 WHERE seq = 41;"
            "UPDATE audit SET seq = 41 WHERE seq = -1;"
        )
    assert set(codes(copied)) <= {"missing", "unchained"}
    assert codes(copied) != []


def test_a_row_taken_out_of_the_middle_is_found(copied: Path) -> None:
    with tampering(copied) as connection:
        connection.execute("DELETE FROM audit WHERE seq = 1000")
    assert "missing" in codes(copied)


TAMPERINGS = {
    "removed": "DELETE FROM audit WHERE seq = :seq",
    "moved": "UPDATE audit SET seq = seq + 100000 WHERE seq = :seq",
    "doubled": "INSERT INTO audit SELECT 100000, body, hash FROM audit WHERE seq = :seq",
    "put in": "INSERT INTO audit VALUES (100000, '{}', hex(randomblob(32)))",
    "body of another": "UPDATE audit SET body = (SELECT body FROM audit WHERE seq = :other) WHERE seq = :seq",
    "row of another": "UPDATE audit SET (body, hash) = (SELECT body, hash FROM audit WHERE seq = :other) WHERE seq = :seq",
    "emptied": "UPDATE audit SET body = '' WHERE seq = :seq",
    "made bytes": "UPDATE audit SET body = CAST(body AS BLOB) WHERE seq = :seq",
}


@pytest.mark.parametrize("how", TAMPERINGS)
def test_rows_removed_added_moved_or_replaced_anywhere_are_found(copied: Path, how: str) -> None:
    rng, store, unnoticed = random.Random(how), CampaignStore.open(copied), []
    with tampering(copied) as connection:
        rows = connection.execute("SELECT seq, body, hash FROM audit").fetchall()
        for seq in [1, EVENTS, *rng.sample(range(2, EVENTS), 8)]:
            connection.execute(TAMPERINGS[how], {"seq": seq, "other": seq - 1 or EVENTS})
            connection.commit()
            if store.verify().whole:
                unnoticed.append(seq)
            connection.execute("DELETE FROM audit")
            connection.executemany("INSERT INTO audit VALUES (?, ?, ?)", rows)
            connection.commit()
    assert unnoticed == []


def test_a_tail_written_anew_is_found(copied: Path) -> None:
    store = CampaignStore.open(copied)
    with tampering(copied) as connection:
        connection.execute("DELETE FROM audit WHERE seq >= ?", (EVENTS,))
    (copied / "audit.anchor").rename(copied / "kept")
    store.trail._write(Anchor(count=EVENTS - 1, head=store.trail.head()))
    with store._writing() as connection:
        store.trail.append(connection, ACTOR, NOW, "approved", "campaign-1")
    (copied / "kept").rename(copied / "audit.anchor")
    assert codes(copied) == ["replaced"]


def test_without_its_anchor_a_trail_is_not_believed(copied: Path) -> None:
    (copied / "audit.anchor").unlink()
    assert codes(copied) == ["no_anchor"]


def test_nothing_more_is_written_on_a_cut_trail(copied: Path) -> None:
    with tampering(copied) as connection:
        connection.execute("DELETE FROM audit WHERE seq = ?", (EVENTS,))
    store = CampaignStore.open(copied)
    with pytest.raises(BadArgument, match="audit_broken"):
        store.refused(ACTOR, NOW, "approved", "campaign-1")
    assert codes(copied) == ["cut"]


def test_rows_can_only_be_added(copied: Path) -> None:
    store = CampaignStore.open(copied)
    for change in ("UPDATE audit SET hash = '' WHERE seq = 1", "DELETE FROM audit WHERE seq = 1"):
        with pytest.raises(IntegrityError, match="append-only"), store._writing() as connection:
            connection.exec_driver_sql(change)
    assert codes(copied) == []


def test_a_crash_between_a_commit_and_its_anchor_is_no_flaw(copied: Path) -> None:
    store = CampaignStore.open(copied)
    with store._writing() as connection:
        store.trail.append(connection, ACTOR, NOW, "edited", "campaign-1")
    found = store.verify()
    assert (found.whole, found.rows, found.anchored) == (True, EVENTS + 1, EVENTS)
    store.refused(ACTOR, NOW, "approved", "campaign-1")
    assert store.verify().anchored == EVENTS + 2
