"""Saved segments of a workspace: every version of every segment, named lists, and memberships frozen at export.

<directory>/
  segments.sqlite     versions of segments; which lists and memberships there are
  lists/              entries of each named list (personal data: stays in the workspace)
  members/            ids of a segment's version in one generation of the data, as they were exported

A version is never changed. Each write is one transaction, each file appears whole: a crash loses nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Column, DateTime, Integer, MetaData, String, Table, Text, func, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from tools.errors import BadArgument, Busy
from tools.selection.lists import normalised
from tools.selection.results import Saved
from tools.sqlite import open_sqlite

_metadata = MetaData()
_versions = Table(
    "versions",
    _metadata,
    Column("name", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("body", Text, nullable=False),
    Column("saved_at", DateTime, nullable=False),
)
_lists = Table(
    "lists",
    _metadata,
    Column("name", String, primary_key=True),
    Column("entries", Integer, nullable=False),
    Column("file", String, nullable=False),
    Column("loaded_at", DateTime, nullable=False),
)
LONGEST_NAME = 80


class SegmentStore:
    """Reads and writes saved segments; safe between processes."""

    def __init__(self, directory: Path, engine: Engine) -> None:
        self._directory = directory
        self._engine = engine

    @classmethod
    def open(cls, directory: Path) -> SegmentStore:
        return cls(directory, open_sqlite(directory / "segments.sqlite", _metadata))

    def save(self, saved: Saved) -> Saved:
        """Add a version: the next number of its name, whatever the number given.

        The newest version is returned as it is where it says the same. Raises BadArgument for an unusable name.
        """
        _check_name(saved.name)
        try:
            with self._engine.begin() as connection:
                newest = self._newest(connection, saved.name)
                if newest and (newest.definition, newest.said) == (saved.definition, saved.said):
                    return newest
                numbered = saved.model_copy(update={"version": newest.version + 1 if newest else 1})
                connection.execute(_versions.insert().values(
                    name=saved.name, version=numbered.version, body=numbered.model_dump_json(), saved_at=saved.saved_at
                ))  # fmt: skip
        except IntegrityError as error:  # somebody saved the same name meanwhile
            raise Busy("store_busy", store="segments") from error
        return numbered

    def names(self) -> list[str]:
        """Saved segments, by name."""
        with self._engine.connect() as connection:
            return list(connection.execute(select(_versions.c.name).distinct().order_by(_versions.c.name)).scalars())

    def newest(self) -> list[Saved]:
        """Every segment in its newest version, by name."""
        return [self.get(name) for name in self.names()]

    def versions(self, name: str) -> list[Saved]:
        """Every version of a segment, the first one first. Raises BadArgument for an unknown name."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(_versions.c.body).where(_versions.c.name == name).order_by(_versions.c.version)
            ).scalars()
            found = [Saved.model_validate_json(body) for body in rows]
        if not found:
            raise BadArgument("unknown_segment", given=name, alternatives=self.names()[:20])
        return found

    def get(self, name: str, version: int | None = None) -> Saved:
        """One version, the newest by default; "name@2" names a version too. Raises BadArgument for an unknown one."""
        if version is None and "@" in name:
            name, _, number = name.rpartition("@")
            version = int(number) if re.fullmatch(r"[0-9]{1,9}", number) else -1
        found = self.versions(name)
        if version is None:
            return found[-1]
        chosen = next((saved for saved in found if saved.version == version), None)
        if chosen is None:
            known = [f"{name}@{saved.version}" for saved in found]
            raise BadArgument("unknown_segment", given=f"{name}@{version}", alternatives=known[-20:])
        return chosen

    def _newest(self, connection: Connection, name: str) -> Saved | None:
        latest = select(func.max(_versions.c.version)).where(_versions.c.name == name).scalar_subquery()
        body = connection.execute(
            select(_versions.c.body).where(_versions.c.name == name, _versions.c.version == latest)
        ).scalar()
        return Saved.model_validate_json(body) if body else None

    def keep_list(self, name: str, entries: Iterable[str], loaded_at: datetime) -> int:
        """Keep the entries (numbers, phones, e-mails, as written) under a name; return how many there are."""
        _check_name(name)
        values = sorted(set(entries))
        forms = [(number, form) for number, entry in enumerate(values) for form in sorted(normalised(entry))]
        columns = {"entry": pa.array([number for number, _ in forms], pa.int64()),
                   "value": pa.array([form for _, form in forms], pa.string())}  # fmt: skip
        file = self._write("lists", pa.table(columns))
        row = {"entries": len(values), "file": file, "loaded_at": loaded_at}
        with self._engine.begin() as connection:
            connection.execute(_lists.delete().where(_lists.c.name == name))
            connection.execute(_lists.insert().values(name=name, **row))
        return len(values)

    def list_names(self) -> list[str]:
        with self._engine.connect() as connection:
            return list(connection.execute(select(_lists.c.name).order_by(_lists.c.name)).scalars())

    def entries(self, name: str) -> pa.Table:
        """Each form of each entry of a list (value) with its number (entry). Raises BadArgument for an unknown list."""
        with self._engine.connect() as connection:
            file = connection.execute(select(_lists.c.file).where(_lists.c.name == name)).scalar()
        if file is None:
            raise BadArgument("unknown_list", given=name, alternatives=self.list_names()[:20])
        rows = pq.read_table(self._directory / "lists" / file)
        if "entry" in rows.column_names:
            return rows
        return rows.append_column("entry", pa.array(range(rows.num_rows), pa.int64()))  # of an earlier version

    def freeze(self, name: str, version: int, generation: str, members: pa.Table) -> pa.Table:
        """The membership of a version in a generation as it was first exported; kept now where it was not yet."""
        path = self._members(name, version, generation)
        if not path.exists():
            draft = self._directory / "members" / self._write("members", members)
            draft.replace(path)
        return pq.read_table(path)

    def frozen(self, name: str, version: int, generation: str) -> pa.Table | None:
        """The membership kept by `freeze`, or None."""
        path = self._members(name, version, generation)
        return pq.read_table(path) if path.exists() else None

    def _members(self, name: str, version: int, generation: str) -> Path:
        key = hashlib.sha256(f"{name}\0{version}\0{generation}".encode()).hexdigest()[:32]
        return self._directory / "members" / f"{key}.parquet"

    def _write(self, folder: str, frame: pa.Table) -> str:
        """A new file that appears whole; its name."""
        directory = self._directory / folder
        directory.mkdir(exist_ok=True)
        name = f"{uuid4().hex}.parquet"
        draft = directory / f"{name}.new"
        pq.write_table(frame, draft)
        draft.replace(directory / name)
        return name

    def close(self) -> None:
        self._engine.dispose()


def _check_name(name: str) -> None:
    fits = name.isprintable() and name == name.strip() and 0 < len(name) <= LONGEST_NAME
    if not fits or set(name) & set("@/\\\"'"):
        raise BadArgument("bad_segment_name", given=name[:LONGEST_NAME])
