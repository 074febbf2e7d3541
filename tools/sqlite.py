"""A SQLite file for what must not be lost, safe between threads and processes."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from sqlalchemy import MetaData, create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.schema import CreateIndex, CreateTable

_WAITS = 5.0
"""Seconds that an opener waits for others."""
_PAUSE = 0.01


def open_sqlite(path: Path, metadata: MetaData) -> Engine:
    """Open or make the file and its tables; the folder is made as well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def _pragmas(connection, _record) -> None:  # noqa: ANN001
        connection.execute(f"PRAGMA busy_timeout={int(_WAITS * 1000)}")
        _write_ahead(connection)

    # create_all looks first and creates then: between the two another opener may have created.
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            connection.execute(CreateTable(table, if_not_exists=True))
            for index in table.indexes:
                connection.execute(CreateIndex(index, if_not_exists=True))
    return engine


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Set the journal's mode, which of openers at once all but one are refused whatever the timeout: so try again."""
    until = time.monotonic() + _WAITS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(_PAUSE)
