"""A person in the SQLite files of a workspace: texts are blanked, memories dropped, free pages overwritten."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from tools.erasure import Subject

BLANK = "[erased]"
APART = {"audit"}
"""Rows that hold hashes of each other and no words of people."""
MEMORY = ("checkpoints", "writes", "checkpoint_blobs", "checkpoint_writes")
"""The agent's memory: serialised whole, so a conversation that mentions the person is forgotten whole."""


def scrub(path: Path, subject: Subject) -> int:
    """Blank the person in every text of a file; return how many changed. Nothing stays in free pages or the log."""
    with closing(sqlite3.connect(path, timeout=10, isolation_level=None)) as sql:
        sql.execute("PRAGMA secure_delete = ON")
        changed = 0
        sql.execute("BEGIN IMMEDIATE")
        for table, columns in _tables(sql).items():
            if table not in APART:
                treat = _forget if table in MEMORY else _blank
                changed += treat(sql, table, columns, subject)
        sql.execute("COMMIT")
        if changed:
            sql.execute("VACUUM")
            sql.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return changed


def _tables(sql: sqlite3.Connection) -> dict[str, list[str]]:
    tables = sql.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    names = [row[0] for row in tables]
    return {name: [row[1] for row in sql.execute(f'PRAGMA table_info("{name}")')] for name in names}


def _blank(sql: sqlite3.Connection, table: str, columns: list[str], subject: Subject) -> int:
    changed = 0
    for column in columns:
        rows = sql.execute(f'SELECT rowid, "{column}" FROM "{table}" WHERE typeof("{column}") = \'text\'').fetchall()
        for row, words in rows:
            if (blanked := _written(subject, words)) != words:
                sql.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = ?', (blanked, row))
                changed += 1
    return changed


def _written(subject: Subject, words: str) -> str:
    """Blanked as it is and as JSON may spell it."""
    spelt = subject.model_copy(update={"telling": [_json(word) for word in subject.telling],
                                       "names": [_json(word) for word in subject.names]})  # fmt: skip
    return spelt.blanked(subject.blanked(words, BLANK), BLANK)


def _json(word: str) -> str:
    return json.dumps(word)[1:-1]


def _forget(sql: sqlite3.Connection, table: str, columns: list[str], subject: Subject) -> int:
    """Delete conversations whose memory holds the person; return how many."""
    if "thread_id" not in columns:
        return 0
    spellings = sorted({*subject.telling, *map(_json, subject.telling)})
    holds = " OR ".join(
        f'instr(CAST("{column}" AS BLOB), CAST(? AS BLOB)) > 0' for column in columns for _ in spellings
    )
    found = sql.execute(f'SELECT DISTINCT thread_id FROM "{table}" WHERE {holds}', spellings * len(columns)).fetchall()
    for name, present in _tables(sql).items():
        if name in MEMORY and "thread_id" in present:
            sql.executemany(f'DELETE FROM "{name}" WHERE thread_id = ?', found)
    return len(found)
