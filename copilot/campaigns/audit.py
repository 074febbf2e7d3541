"""The trail of everything done: rows that each hold the hash of the row before, and an anchor beside the database.

A row's hash is the SHA-256 of its body, and the body names the previous hash: an altered, swapped or missing row
breaks the chain there. A tail that is cut off leaves a chain that is whole but shorter than the anchor says (count
and head hash, in a file of its own, written after each commit). What the chain cannot tell is a trail that somebody
with the right to write both files made anew from an early row on: the head that every export's manifest holds can.

Rows hold who did what to what, and hashes; never the words of a message.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import portalocker
from pydantic import ValidationError
from sqlalchemy import Column, Integer, MetaData, String, Table, Text, select
from sqlalchemy.engine import Connection, Engine, Row
from sqlalchemy.exc import DatabaseError

from copilot.campaigns.seal import canonical, digest
from copilot.lessons.results import Actor
from tools.errors import BadArgument, Busy
from tools.results import Frozen

TRAIL = MetaData()
_rows = Table(
    "audit",
    TRAIL,
    Column("seq", Integer, primary_key=True),
    Column("body", Text, nullable=False),
    Column("hash", String, nullable=False),
)
_GUARDS = [
    f"CREATE TRIGGER IF NOT EXISTS audit_no_{act.lower()} BEFORE {act} ON audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
    for act in ("UPDATE", "DELETE")
]
NOTHING = "0" * 64
"""What the first row names as the hash before it."""


class Entry(Frozen):
    """One row of the trail."""

    seq: int
    at: datetime
    actor: str
    role: str
    reach: str
    action: str
    """What was done, or "refused:<what>" for what somebody tried and may not."""
    object: str
    """Id of what it was done to."""
    version: int = 0
    hashes: dict[str, str] = {}
    previous: str


class Anchor(Frozen):
    """How long the trail is known to be, and the hash of its last row then."""

    count: int
    head: str


class Flaw(Frozen):
    """One thing wrong with the trail: `code` names the sentence (`audit.flaw.<code>`)."""

    code: str
    seq: int = 0


class Verdict(Frozen):
    """What a verification found."""

    rows: int
    head: str
    anchored: int
    """Rows that the anchor covers; fewer than `rows` after a crash between a commit and its anchor."""
    flaws: list[Flaw]

    @property
    def whole(self) -> bool:
        return not self.flaws


class AuditTrail:
    """Appends to and verifies one trail; safe between threads and processes."""

    def __init__(self, engine: Engine, anchor: Path) -> None:
        self._engine = engine
        self._file = anchor
        with engine.begin() as connection:
            for guard in _GUARDS:
                connection.exec_driver_sql(guard)
            empty = _last(connection) is None
        if empty and not anchor.exists():
            self._write(Anchor(count=0, head=NOTHING))

    def append(self, connection: Connection, by: Actor, at: datetime, action: str, object_: str, *,
               version: int = 0, hashes: Mapping[str, str] | None = None) -> None:  # fmt: skip
        """Add a row within the caller's transaction, which must hold the write lock.

        Raises BadArgument where the trail does not end as the anchor says: nothing more is done on a broken trail.
        """
        self._check_end(connection)
        last = _last(connection)
        body = Entry(
            seq=(last.seq if last else 0) + 1, at=at, actor=by.name, role=by.role, reach=by.reach, action=action,
            object=object_, version=version, hashes=dict(hashes or {}), previous=last.hash if last else NOTHING,
        )  # fmt: skip
        words = canonical(body.model_dump(mode="json"))
        connection.execute(_rows.insert().values(seq=body.seq, body=words, hash=digest(words)))

    def _check_end(self, connection: Connection) -> None:
        known = self._read()
        if known is None or (known.count and _hash_of(connection, known.count) != known.head):
            raise BadArgument("audit_broken")

    def anchor(self) -> None:
        """Note how long the trail is now; called after a commit. An earlier note never replaces a later one."""
        with self._engine.connect() as connection:
            last = _last(connection)
        with self._locked():
            known = self._read()
            if last and known and last.seq > known.count:
                self._write(Anchor(count=last.seq, head=last.hash))

    def head(self) -> str:
        """Hash of the last row."""
        with self._engine.connect() as connection:
            last = _last(connection)
        return last.hash if last else NOTHING

    def hash_of(self, object_: str, action: str) -> str:
        """Hash of the latest row of an action on an object; "" where there is none."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(_rows.c.body, _rows.c.hash).order_by(_rows.c.seq.desc()))
            told = ((Entry.model_validate_json(row.body), row.hash) for row in rows)
            return next((hash for entry, hash in told if (entry.object, entry.action) == (object_, action)), "")

    def entries(self, object_: str = "") -> list[Entry]:
        """The rows, the first one first; of one object where it is named."""
        with self._engine.connect() as connection:
            bodies = connection.execute(select(_rows.c.body).order_by(_rows.c.seq)).scalars().all()
        found = [Entry.model_validate_json(body) for body in bodies]
        return [entry for entry in found if object_ in ("", entry.object)]

    def verify(self) -> Verdict:
        """Read the whole trail and say what is wrong with it."""
        try:
            with self._engine.connect() as connection:
                rows = connection.execute(select(_rows).order_by(_rows.c.seq)).all()
        except (DatabaseError, UnicodeDecodeError):
            return Verdict(rows=0, head="", anchored=0, flaws=[Flaw(code="unreadable")])
        flaws, previous = [], NOTHING
        for place, row in enumerate(rows, 1):
            if flaw := _flaw(row, place, previous):
                flaws.append(Flaw(code=flaw, seq=place))
            previous = row.hash
        known = self._read()
        flaws += _flaws_of_end(rows, known)
        return Verdict(rows=len(rows), head=previous if rows else NOTHING, anchored=known.count if known else 0,
                       flaws=flaws)  # fmt: skip

    def _read(self) -> Anchor | None:
        try:
            return Anchor.model_validate_json(self._file.read_bytes())
        except (OSError, ValidationError):
            return None

    def _write(self, anchor: Anchor) -> None:
        """The new note appears whole and stays after a power cut."""
        draft = self._file.with_suffix(f".{os.getpid()}.new")
        with draft.open("w", encoding="utf-8") as file:
            file.write(anchor.model_dump_json())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._file)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            with portalocker.Lock(self._file.with_suffix(".lock"), timeout=5):
                yield
        except portalocker.LockException as error:
            raise Busy("store_busy", store="audit") from error


def _flaw(row: Row, place: int, previous: str) -> str:
    """What is wrong with one row; "" for nothing."""
    if not isinstance(row.body, str) or digest(row.body) != row.hash:
        return "altered"
    told = json.loads(row.body)
    if row.seq != place or told["seq"] != place:
        return "missing"
    return "" if told["previous"] == previous else "unchained"


def _flaws_of_end(rows: list[Row], known: Anchor | None) -> list[Flaw]:
    if known is None:
        return [Flaw(code="no_anchor")]
    if known.count > len(rows):
        return [Flaw(code="cut", seq=len(rows))]
    if known.count and rows[known.count - 1].hash != known.head:
        return [Flaw(code="replaced", seq=known.count)]
    return []


def _last(connection: Connection) -> Row | None:
    return connection.execute(select(_rows).order_by(_rows.c.seq.desc()).limit(1)).first()


def _hash_of(connection: Connection, seq: int) -> str | None:
    return connection.execute(select(_rows.c.hash).where(_rows.c.seq == seq)).scalar()
