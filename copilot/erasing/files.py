"""A person in the files of a workspace: lists, frozen memberships and exports lose their rows."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tools.erasure import Subject, spelt
from tools.exporting.desk import MANIFEST

BLANK = "(erased)"
"""In YAML: a bracket would begin a list."""


def scrub_files(directory: Path, subject: Subject) -> dict[str, int]:
    """Take the person's rows out of every file below `directory`; return file -> rows. Each appears whole."""
    changed = {}
    for path in _files(directory):
        rows = _treatment(path)(path, subject)
        if rows:
            changed[path.relative_to(directory).as_posix()] = rows
            _correct_manifest(path, rows)
    return changed


def _files(directory: Path) -> Iterator[Path]:
    for path in sorted(directory.rglob("*")):
        if path.is_file() and _treatment(path):
            yield path


def _treatment(path: Path) -> Callable[[Path, Subject], int] | None:
    return _words if path.name in _WORDS else _TREATMENTS.get(path.suffix)


def _parquet(path: Path, subject: Subject) -> int:
    """Rows in which any text is one of the person's; all forms of a list's entry go together."""
    table = pq.read_table(path)
    values = pa.array(subject.telling, pa.string())
    theirs = pa.array([False] * table.num_rows)
    for name in table.column_names:
        if pa.types.is_string(table.schema.field(name).type):
            theirs = pc.or_(theirs, pc.fill_null(pc.is_in(table[name], value_set=values), False))  # noqa: FBT003
    if "entry" in table.column_names:
        theirs = pc.is_in(table["entry"], value_set=table["entry"].filter(theirs).unique())
    kept = table.filter(pc.invert(theirs))
    if kept.num_rows < table.num_rows:
        draft = path.with_name(f"{path.name}.new")
        pq.write_table(kept, draft)
        draft.replace(path)
    return table.num_rows - kept.num_rows


def _csv(path: Path, subject: Subject) -> int:
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))
    kept = [row for row in rows if not _theirs(row, subject)]
    if len(kept) < len(rows):
        bom = "utf-8-sig" if path.read_bytes()[:3] == b"\xef\xbb\xbf" else "utf-8"
        draft = path.with_name(f"{path.name}.new")
        with draft.open("w", newline="", encoding=bom) as file:
            csv.writer(file).writerows(kept)
        draft.chmod(path.stat().st_mode)
        draft.replace(path)
    return len(rows) - len(kept)


def _xlsx(path: Path, subject: Subject) -> int:
    import openpyxl  # heavy, and few files are workbooks

    book = openpyxl.load_workbook(path)
    taken = 0
    for sheet in book:
        for number in range(sheet.max_row, 0, -1):
            if _theirs([str(cell.value or "") for cell in sheet[number]], subject):
                sheet.delete_rows(number)
                taken += 1
    if taken:
        draft = path.with_name(f"{path.name}.new")
        book.save(draft)
        draft.chmod(path.stat().st_mode)
        draft.replace(path)
    return taken


def _words(path: Path, subject: Subject) -> int:
    """Words that people wrote about the brand: the person is blanked in them, and the file stays what it is."""
    words = path.read_text(encoding="utf-8")
    lines = zip(words.splitlines(), subject.blanked(words, BLANK).splitlines(), strict=True)
    changed = sum(before != after for before, after in lines)
    if changed:
        draft = path.with_name(f"{path.name}.new")
        draft.write_text(subject.blanked(words, BLANK), encoding="utf-8")
        draft.replace(path)
    return changed


def _theirs(cells: list[str], subject: Subject) -> bool:
    """A cell that is one of the person's values, as a sender's file or a spreadsheet's apostrophe writes it."""
    values = {cell.strip().lstrip("'") for cell in cells}
    return any(spelt(value).fullmatch(cell) for value in subject.telling for cell in values)


def _correct_manifest(path: Path, taken: int) -> None:
    """The manifest beside a send list goes on telling its rows and hash."""
    manifest = path.parent / MANIFEST
    if not manifest.is_file():
        return
    told = json.loads(manifest.read_text(encoding="utf-8"))
    for note in told.get("files", []):
        if note.get("name") == path.name:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            note |= {"rows": note["rows"] - taken, "bytes": path.stat().st_size, "sha256": digest}
            note["erased"] = note.get("erased", 0) + taken
    manifest.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")


_TREATMENTS = {".parquet": _parquet, ".csv": _csv, ".xlsx": _xlsx}
_WORDS = ("profile.yaml", "rules.yaml")
"""The brand's own words; no name of somebody who signs in (`people.yaml`) or of a table stands there."""
