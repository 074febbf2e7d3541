"""What a column of text holds, looked at once: where no cell needs cleaning, every later look reads it as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import duckdb

from tools.loading.values import FEW, PLAIN, plain

_HEAD = 10_000


@dataclass(frozen=True)
class Tidy:
    """A column without a cell to clean: every one of few `words`, or plain ids (None), see `values.plain`."""

    words: frozenset[str] | None = None

    def may_hold(self, texts: set[str]) -> bool:
        """Whether a cell may be one of these, in any case."""
        if self.words is None:
            return any(re.fullmatch(PLAIN, text) for text in texts)
        return not texts.isdisjoint(word.lower() for word in self.words)


def tidy(
    con: duckdb.DuckDBPyConnection, columns: Mapping[str, str], cleaned: Callable[[str], str]
) -> dict[str, Tidy]:
    """The fields whose cells in `stage` need no cleaning.

    Args:
        columns: field -> its column of `stage`, text by type.
        cleaned: gives the SQL for a field's cleaned cell.
    """
    found = {field: _words(con, column) for field, column in columns.items()}
    worded = {field: words for field, words in found.items() if words is not None}
    named = {field: column for field, column in columns.items() if field not in worded}
    changed = {
        field: con.execute(
            f"SELECT count(*) FROM (SELECT unnest(?::VARCHAR[]) AS {columns[field]}) "
            f"WHERE {cleaned(field)} IS DISTINCT FROM {columns[field]}",
            [sorted(words)],
        ).fetchall()[0][0]
        for field, words in worded.items()
    }
    tidied = {field: Tidy(words) for field, words in worded.items() if not changed[field]}
    return tidied | {field: Tidy() for field in _plain(con, named)}


def _words(con: duckdb.DuckDBPyConnection, column: str) -> frozenset[str] | None:
    """The column's different texts; None where they are many."""
    head = f"SELECT count(DISTINCT {column}) FROM (SELECT {column} FROM stage LIMIT {_HEAD})"
    if con.execute(head).fetchall()[0][0] > FEW:
        return None
    rows = con.execute(f"SELECT DISTINCT {column} FROM stage WHERE {column} IS NOT NULL LIMIT {FEW + 1}").fetchall()
    return frozenset(text for (text,) in rows) if len(rows) <= FEW else None


def _plain(con: duckdb.DuckDBPyConnection, columns: Mapping[str, str]) -> list[str]:
    """The fields of nothing but plain cells."""
    if not columns:
        return []
    tests = ", ".join(f"coalesce(bool_and({plain(column)}), true)" for column in columns.values())
    found = con.execute(f"SELECT {tests} FROM stage").fetchall()[0]
    return [field for field, holds in zip(columns, found, strict=True) if holds]
