"""A person in the SQLite files of a workspace: texts are blanked, memories dropped, free pages overwritten."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tools.erasure import Subject

BLANK = "[erased]"
APART = {"audit"}
"""Rows that hold hashes of each other and no words of people."""
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
MEMORY = ("checkpoints", "writes", "checkpoint_blobs", "checkpoint_writes")
"""The agent's memory: serialised whole, so a conversation that mentions the person is forgotten whole."""


def scrub(path: Path, subject: Subject) -> int:
    """Blank the person in every text of a file; return how many changed. Nothing stays in free pages or the log."""

    def blank(sql: sqlite3.Connection) -> int:
        return sum(
            _blank(sql, table, columns, subject)
            for table, columns in _tables(sql).items() if table not in APART and table not in MEMORY
        ) + forget_threads(sql, subject.perhaps_in)  # fmt: skip

    return changed_for_good(path, blank)


def changed_for_good(path: Path, change: Callable[[sqlite3.Connection], int]) -> int:
    """Change a file in one go; return how much changed. What was there stays in no free page and not in the log."""
    with closing(sqlite3.connect(path, timeout=10, isolation_level=None)) as sql:
        sql.execute("PRAGMA secure_delete = ON")
        sql.execute("BEGIN IMMEDIATE")
        changed = change(sql)
        sql.execute("COMMIT")
        if changed:
            sql.execute("VACUUM")
            sql.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return changed


def forget_threads(sql: sqlite3.Connection, holds: Callable[[str], bool]) -> int:
    """Delete conversations from the agent's memory in which a text holds it; return how many."""
    sql.create_function("holds", 1, lambda kept: kept is not None and holds(_legible(kept)), deterministic=True)
    tables = {name: columns for name, columns in _tables(sql).items() if name in MEMORY and "thread_id" in columns}
    found = set()
    for name, columns in tables.items():
        tells = " OR ".join(f'holds("{column}")' for column in columns)
        found |= {row[0] for row in sql.execute(f'SELECT DISTINCT thread_id FROM "{name}" WHERE {tells}')}
    for name in tables:
        sql.executemany(f'DELETE FROM "{name}" WHERE thread_id = ?', [(thread,) for thread in found])
    return len(found)


def _legible(kept: object) -> str:
    """What a cell holds as text; JSON inside it may write letters by their numbers."""
    words = kept.decode(errors="replace") if isinstance(kept, bytes) else str(kept)
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), words)


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
