"""Stories of turns in a SQLite file: a step is written as it happens, a text once however often it is sent."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Column, DateTime, Integer, MetaData, String, Table, delete, func, select, update
from sqlalchemy import Text as Words
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection, Engine

from copilot.tracing.results import Step, Text, Trace, TraceSummary
from tools.sqlite import open_sqlite

SHORTEST = 6
"""Characters of an id's beginning that stand for it."""
_metadata = MetaData()
_traces = Table(
    "traces",
    _metadata,
    Column("id", String, primary_key=True),
    Column("thread", String, nullable=False, index=True),
    Column("began_at", DateTime, nullable=False, index=True),
    Column("state", String, nullable=False),
    Column("head", Words, nullable=False),
)
_steps = Table(
    "steps",
    _metadata,
    Column("trace", String, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("body", Words, nullable=False),
)
_texts = Table(
    "texts",
    _metadata,
    Column("hash", String, primary_key=True),
    Column("body", Words, nullable=False),
    Column("used_at", DateTime, nullable=False, index=True),
)


class TraceStore:
    """The stories of one workspace."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, path: Path) -> TraceStore:
        return cls(open_sqlite(path, _metadata))

    def put(self, head: TraceSummary) -> None:
        """Begin a story, or set what is known of it now."""
        row = {"id": head.id, "thread": head.thread, "began_at": _utc(head.began_at), "state": head.state}
        with self._engine.begin() as connection:
            row["head"] = _without_texts(connection, head, _utc(head.began_at))
            connection.execute(insert(_traces).values(row).on_conflict_do_update(["id"], set_=row))

    def add(self, trace: TraceSummary, place: int, step: Step) -> None:
        with self._engine.begin() as connection:
            body = _without_texts(connection, step, _utc(trace.began_at))
            connection.execute(_steps.insert().values(trace=trace.id, place=place, body=body))

    def get(self, id: str) -> Trace | None:
        """The story of an answer by its id, or the first characters of it that no other begins with."""
        if len(id) < SHORTEST:
            return None
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(_traces.c.id, _traces.c.head).where(_traces.c.id.startswith(id, autoescape=True)).limit(2)
            ).all()
            if len(rows) != 1:
                return None
            found = select(_steps.c.body).where(_steps.c.trace == rows[0].id).order_by(_steps.c.place)
            bodies = connection.execute(found).scalars()
            whole = json.loads(rows[0].head) | {"steps": [json.loads(each) for each in bodies]}
            _with_texts(connection, [whole])
        return Trace.model_validate(whole)

    def latest(self, *, thread: str = "", state: str = "", limit: int = 50) -> list[TraceSummary]:
        """The stories begun last, the last one first."""
        asked = select(_traces.c.head).order_by(_traces.c.began_at.desc()).limit(limit)
        asked = asked.where(_traces.c.thread == thread) if thread else asked
        asked = asked.where(_traces.c.state == state) if state else asked
        with self._engine.connect() as connection:
            heads = [json.loads(head) for head in connection.execute(asked).scalars()]
            return [TraceSummary.model_validate(head) for head in _with_texts(connection, heads)]

    def mark_interrupted(self) -> int:
        """Stories still running belong to a process that died; return how many there were."""
        ended = func.json_set(_traces.c.head, "$.state", "interrupted")
        with self._engine.begin() as connection:
            running = update(_traces).where(_traces.c.state == "running")
            return connection.execute(running.values(state="interrupted", head=ended)).rowcount

    def sweep(self, before: datetime) -> int:
        """Delete the stories begun before, and the texts that no later one holds; return how many stories."""
        old = _traces.c.began_at < _utc(before)
        with self._engine.begin() as connection:
            connection.exec_driver_sql("PRAGMA secure_delete=ON")  # deleted words leave the file too
            connection.execute(delete(_steps).where(_steps.c.trace.in_(select(_traces.c.id).where(old))))
            gone = connection.execute(delete(_traces).where(old)).rowcount
            connection.execute(delete(_texts).where(_texts.c.used_at < _utc(before)))
        return gone

    def close(self) -> None:
        self._engine.dispose()


def _utc(moment: datetime) -> datetime:
    """SQLite keeps no zone."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def _without_texts(connection: Connection, part: BaseModel, at: datetime) -> str:
    """The part as JSON with the hashes of its texts; the texts are written beside it."""
    dumped = part.model_dump(mode="json", exclude={"steps"})
    rows = [{"hash": each["hash"], "body": each.pop("text"), "used_at": at} for each in _texts_in(dumped)]
    kept = {row["hash"]: row for row in rows if row["body"] is not None}
    if kept:
        written = insert(_texts).values(list(kept.values()))
        last = func.max(_texts.c.used_at, written.excluded.used_at)
        connection.execute(written.on_conflict_do_update(["hash"], set_={"used_at": last}))
    return json.dumps(dumped, ensure_ascii=False)


def _with_texts(connection: Connection, parts: list[dict]) -> list[dict]:
    places = [each for part in parts for each in _texts_in(part)]
    hashes = sorted({each["hash"] for each in places})
    bodies: dict[str, str] = {}
    for start in range(0, len(hashes), 500):  # a statement takes a limited number of values
        asked = select(_texts.c.hash, _texts.c.body).where(_texts.c.hash.in_(hashes[start : start + 500]))
        bodies |= {row.hash: row.body for row in connection.execute(asked)}
    for each in places:
        each["text"] = bodies.get(each["hash"])
    return parts


def _texts_in(part: Any) -> Iterable[dict]:
    """Every dumped `Text` in the part."""
    if isinstance(part, list):
        for item in part:
            yield from _texts_in(item)
    elif isinstance(part, dict):
        if Text.model_fields.keys() - {"text"} <= part.keys():
            yield part
        else:
            yield from _texts_in(list(part.values()))
