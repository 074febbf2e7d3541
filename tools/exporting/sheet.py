"""Turns rendered batches into a sender's files: its columns, its size of file, one file a wording where it merges."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tools.exporting.choices import CHOICES
from tools.exporting.files import RowFile, open_file
from tools.exporting.job import Format, SendJob
from tools.exporting.manifest import FileNote
from tools.exporting.senders import Sender
from tools.personalize.template import BODY, Template, Wording
from tools.selection.lists import MOBILE

NOT_APPROVED = "not-approved-"
"""Begins the name of a file that must not be sent."""
SHEET_ROWS = 1_000_000
"""Rows of a workbook at most."""


class MessageSheet:
    """The messages of one export; `masked` hides addresses, so that the files cannot be sent."""

    def __init__(self, directory: Path, job: SendJob, sender: Sender, kind: Format, *, salt: str, masked: bool,
                 choices: Callable[[pa.Table], pa.Table]) -> None:  # fmt: skip
        """`choices` adds their columns to messages; it is asked only where the sender takes them."""
        self._directory = directory
        self._job = job
        self._sender = sender
        self._kind = kind
        self._salt = salt
        self._masked = masked
        self._choices = choices
        self._most = min(sender.rows, SHEET_ROWS) if kind == "xlsx" else sender.rows
        self._templates = [Template(text, job.setting) for text in job.texts]
        self._open: dict[tuple, RowFile] = {}
        self._done: list[tuple[tuple, RowFile]] = []
        self._names = 0

    def write(self, messages: pa.Table) -> None:
        """Add the messages of a batch that may go out."""
        if self._sender.chooses and messages.num_rows:
            messages = self._choices(messages)
        if not self._sender.merges:
            self._add((), messages)
            return
        pairs = messages.group_by(["text", "wording"]).aggregate([])
        for pair in pairs.to_pylist():
            same = pc.and_(pc.equal(messages["text"], pair["text"]), pc.equal(messages["wording"], pair["wording"]))
            self._add((pair["text"], pair["wording"]), messages.filter(same))

    def close(self) -> list[FileNote]:
        """Close every file; an export without a message has one file without a row."""
        if not self._open and not self._done:
            self._file(() if not self._sender.merges else (0, ""))
        for key in list(self._open):
            self._finish(key)
        return [self._noted(key, file) for key, file in sorted(self._done, key=lambda each: each[1].path.name)]

    def _add(self, key: tuple, messages: pa.Table) -> None:
        while messages.num_rows:
            file = self._file(key)
            room = self._most - file.rows
            part = messages.slice(0, room)
            values = [self._value(value, part) for _, value in self._headers(key)]
            file.write(values)
            messages = messages.slice(part.num_rows)
            if file.rows >= self._most:
                self._finish(key)

    def _file(self, key: tuple) -> RowFile:
        if key not in self._open:
            self._names += 1
            path = self._directory / f"{NOT_APPROVED if self._masked else ''}messages-{self._names}"
            headers = [header for header, _ in self._headers(key)]
            self._open[key] = open_file(path, headers, self._kind, bom=self._sender.bom)
        return self._open[key]

    def _finish(self, key: tuple) -> None:
        file = self._open.pop(key)
        file.close()
        self._done.append((key, file))

    def _headers(self, key: tuple) -> list[tuple[str, str]]:
        return self._sender.headers(self._fields(key))

    def _fields(self, key: tuple) -> list[str]:
        """Fields that the sender merges in messages of this wording, in reading order."""
        if not key:
            return list(dict.fromkeys(name for template in self._templates for name in template.fields))
        body = self._wording(key).parts[BODY]
        return list(dict.fromkeys(body[1::2]))

    def _wording(self, key: tuple) -> Wording:
        number, wording = key
        template = self._templates[number]
        return template.wording(frozenset(wording.split("+")) & frozenset(template.fields))

    def _noted(self, key: tuple, file: RowFile) -> FileNote:
        if not key:
            return file.note("messages")
        places = {name: number for number, name in enumerate(self._fields(key), 1)}
        written = "".join(
            self._sender.written(self._sender.placeholder, piece, places[piece]) if at % 2 else piece
            for at, piece in enumerate(self._wording(key).parts[BODY])
        )
        return file.note("messages", text=self._job.texts[key[0]].id, template=written)

    def _value(self, value: str, rows: pa.Table) -> pa.Array:
        """A column of text cells."""
        if value.startswith("field:"):
            name = value.removeprefix("field:")
            return _cells(rows, name) if name in rows.column_names else _constant("", rows)
        if value in _COLUMNS:
            return _cells(rows, value)
        return _MADE[value](self, rows)

    def _phone(self, rows: pa.Table) -> pa.Array:
        plain = pc.replace_substring_regex(_cells(rows, "phone"), "[^0-9]", "")
        plain = pc.replace_substring_regex(plain, MOBILE, r"\1")
        return pc.replace_substring_regex(plain, r"^(\d{3})\d+(\d{4})$", r"\1****\2") if self._masked else plain

    def _email(self, rows: pa.Table) -> pa.Array:
        plain = pc.utf8_trim_whitespace(_cells(rows, "email"))
        return pc.replace_substring_regex(plain, r"^(.).*(@.*)$", r"\1***\2") if self._masked else plain

    def _address(self, rows: pa.Table) -> pa.Array:
        if self._job.channel == "email":
            return self._email(rows)
        return self._phone(rows) if self._job.channel == "sms" else _cells(rows, "customer_id")

    def _name(self, rows: pa.Table) -> pa.Array:
        return _cells(rows, "name") if "name" in rows.column_names else _constant("", rows)

    def _way_out(self, rows: pa.Table) -> pa.Array:
        """The List-Unsubscribe header of each message, with a token that tells no stranger who receives it."""
        address = self._job.unsubscribe_url
        if "{token}" not in address:
            return _constant(f"<{address}>" if address else "", rows)
        key = hashlib.sha256(self._salt.encode()).digest()
        tokens = [hashlib.blake2b(each.encode(), key=key, digest_size=16).hexdigest()
                  for each in rows["customer_id"].to_pylist()]  # fmt: skip
        return pa.array([f"<{address.replace('{token}', token)}>" for token in tokens])

    def _of_text(self, rows: pa.Table, tell: Callable) -> pa.Array:
        told = pa.array([tell(text) for text in self._job.texts], pa.string())
        return told.take(rows["text"].combine_chunks())


_COLUMNS = ("customer_id", "tier", "title", "preheader", "body", "button", "segments", "characters", *CHOICES)
_MADE: dict[str, Callable[[MessageSheet, pa.Table], pa.Array]] = {
    "phone": MessageSheet._phone, "email": MessageSheet._email, "address": MessageSheet._address,
    "name": MessageSheet._name, "list_unsubscribe": MessageSheet._way_out,
    "campaign": lambda sheet, rows: _constant(sheet._job.name, rows),
    "text": lambda sheet, rows: sheet._of_text(rows, lambda text: text.id),
    "draft_id": lambda sheet, rows: sheet._of_text(rows, lambda text: text.draft_id),
    "ai_generated": lambda sheet, rows: sheet._of_text(rows, lambda text: str(text.writer == "model").lower()),
}  # fmt: skip


def _cells(rows: pa.Table, name: str) -> pa.Array:
    column = rows[name].combine_chunks()
    return pc.fill_null(column.cast(pa.string()), "")


def _constant(word: str, rows: pa.Table) -> pa.Array:
    return pa.array([word]).take(pa.array(np.zeros(rows.num_rows, dtype=np.int32)))
