"""What conversations keep of a document that is deleted: answers that cite it, the agent's memory, the stories."""

from __future__ import annotations

import json
import re
import sqlite3
from functools import partial
from pathlib import Path

from copilot.answer import Answer
from copilot.catalogue import text
from copilot.erasing.stores import changed_for_good, forget_threads

_HASH = re.compile(r'"hash": ?"([0-9a-f]+)"')


def forget_document(store: Path, id: str) -> None:
    """Take a document's words out of the conversations in `store`.

    An answer that cites it loses its text, the agent forgets the conversation, and what is told of it goes. Words that
    somebody typed, or wrote into a lesson, are their own and stay.
    """
    passage = f"{id}#"
    for name, change in (("turns", _answers), ("threads", _memory), ("traces", _stories)):
        if (path := store / f"{name}.sqlite").exists():
            changed_for_good(path, partial(change, passage=passage))


def _answers(sql: sqlite3.Connection, passage: str) -> int:
    rows = sql.execute("SELECT id, answer FROM turns WHERE instr(answer, ?) > 0", (_json(passage),)).fetchall()
    for turn, kept in rows:
        answer = Answer.model_validate_json(kept)
        left = answer.model_copy(update={
            "text": text("documents.answer_gone", answer.language), "figures": [], "warnings": [],
            "citations": [each for each in answer.citations if not each.id.startswith(passage)],
            "tool_calls": [call.model_copy(update={"summary": ""}) for call in answer.tool_calls],
        })  # fmt: skip
        sql.execute("UPDATE turns SET answer = ? WHERE id = ?", (left.model_dump_json(), turn))
    return len(rows)


def _memory(sql: sqlite3.Connection, passage: str) -> int:
    return forget_threads(sql, lambda words: passage in words)


def _stories(sql: sqlite3.Connection, passage: str) -> int:
    """Stories whole, as steps of one tell the same words in turn, and texts that no other story tells."""
    spelt = _json(passage)
    found = sql.execute("SELECT hash FROM texts WHERE instr(body, ?) > 0 OR instr(body, ?) > 0", (passage, spelt))
    texts = {row[0] for row in found}
    told: dict[str, str] = dict(sql.execute("SELECT id, head FROM traces").fetchall())
    for trace, body in sql.execute("SELECT trace, body FROM steps"):
        told[trace] = told.get(trace, "") + body
    gone = [trace for trace, body in told.items() if spelt in body or texts & set(_HASH.findall(body))]
    for trace in gone:
        sql.execute("DELETE FROM steps WHERE trace = ?", (trace,))
        sql.execute("DELETE FROM traces WHERE id = ?", (trace,))
    left = {hash for trace in told.keys() - set(gone) for hash in _HASH.findall(told[trace])}
    orphans = [(hash,) for (hash,) in sql.execute("SELECT hash FROM texts").fetchall() if hash not in left]
    sql.executemany("DELETE FROM texts WHERE hash = ?", orphans)
    return len(gone) + len(orphans)


def _json(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)[1:-1]
