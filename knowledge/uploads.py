"""Reads a team's own files into documents: named, read, cleaned, dated."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from knowledge.chunking import POINT
from knowledge.cleaning import Cleaned, clean_pages, is_traditional, language_of
from knowledge.cleaning.script import visible
from knowledge.errors import BadDocument
from knowledge.headings import heading
from knowledge.instructions import flags, invisible_flags
from knowledge.reading import SUFFIXES, Converted, convert
from knowledge.results import LESSON, Document, Flag, PageKind

_OWNER = ("owner", "负责人", "所有者")
_VALID = ("valid_until", "valid-until", "expires", "有效期至", "有效期", "失效日期")
_TITLE = ("title", "标题")
LONGEST_TITLE = 60


@dataclass(frozen=True)
class Filing:
    """What a person says of the files of one call; a file's own front matter comes first."""

    owner: str = ""
    valid_until: date | None = None
    day: date | None = None
    """The day on which the files are indexed."""


@dataclass(frozen=True)
class Upload:
    """A file as a document, and as it was."""

    document: Document
    original: str
    """The text before cleaning, a form feed between pages."""


def find_files(paths: list[Path]) -> tuple[dict[str, Path], list[BadDocument]]:
    """Expand folders into the readable files below them, each under its name; and say what cannot be found.

    A file's name is its own; below a folder it is the path from that folder on ("handbook/hr/readme.md").
    """
    found: dict[str, Path] = {}
    refused: list[BadDocument] = []
    for path in paths:
        try:
            for name, file in _named_files(path):
                if found.setdefault(name, file).resolve() != file.resolve():
                    raise BadDocument("document_twice", name=name, first=str(found[name]), second=str(file))
        except BadDocument as error:
            refused.append(error)
    return found, refused


def _named_files(path: Path) -> Iterator[tuple[str, Path]]:
    if not path.exists():
        raise BadDocument("document_missing", name=str(path))
    if path.is_file():
        if path.suffix.lower() not in SUFFIXES:
            raise BadDocument("document_format", name=path.name, alternatives=list(SUFFIXES))
        yield path.name, path
        return
    files = [file for file in sorted(path.rglob("*")) if file.suffix.lower() in SUFFIXES and file.is_file()
             and not file.name.startswith((".", "~$"))]  # "~$…" is what Office leaves of an open file
    if not files:
        raise BadDocument("document_folder_empty", name=str(path), alternatives=list(SUFFIXES))
    for file in files:
        yield f"{path.resolve().name}/{file.relative_to(path).as_posix()}", file


def document_id(name: str) -> str:
    """The id of a file's document: its name without spaces and what nobody sees."""
    id = re.sub(r"[#\s]+", "-", visible(name))
    return f"file-{id}" if id.startswith(LESSON) else id  # ids of lessons are theirs


def read_upload(path: Path, name: str, filing: Filing = Filing()) -> Upload:
    """Read and clean one file; its id comes from its name, so a newer file of that name replaces it.

    Raises BadDocument for a file that cannot be read, holds no text, or names a wrong date.
    """
    converted, data = convert(path)
    cleaned = clean_pages([text for _, text in converted.pages])
    if not cleaned.text:
        raise BadDocument("document_empty", name=path.name)
    valid_until = _day(_field(converted, _VALID), path.name)
    document = Document(
        id=document_id(name), type="document", trust="upload", source=visible(name),
        owner=str(_field(converted, _OWNER) or filing.owner), valid_until=valid_until or filing.valid_until,
        version=hashlib.sha256(data).hexdigest()[:12], dated=filing.day,
        title=str(_field(converted, _TITLE) or _title(cleaned.text, path, converted.page_kind)),
        **_of_text(converted, cleaned),
    )  # fmt: skip
    return Upload(document, converted.text)


def _of_text(converted: Converted, cleaned: Cleaned) -> dict:
    """The fields of a document that follow from its text."""
    labels = [label for label, _ in converted.pages]
    hidden = {"hidden": len(converted.hidden)} if converted.hidden else {}
    return {
        "text": cleaned.text,
        "language": language_of(cleaned.text),
        "traditional": is_traditional(cleaned.text),
        "page_kind": converted.page_kind,
        "pages": [(offset, labels[page]) for offset, page in cleaned.pages] if converted.page_kind else [],
        "repairs": cleaned.repairs | hidden,
        "flags": _unseen_flags(converted),
    }


def _unseen_flags(converted: Converted) -> list[Flag]:
    """Instructions that a reader of the file would not see."""
    hidden = [Flag(kind="hidden", quote=found.quote) for text in converted.hidden for found in flags(visible(text))[:1]]
    return hidden + invisible_flags(converted.text)


def _field(converted: Converted, names: tuple[str, ...]) -> object:
    return next((converted.fields[name] for name in names if converted.fields.get(name)), None)


def _day(value: object, name: str) -> date | None:
    """A day of the front matter; YAML reads one by itself, a person may write another form."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    found = re.fullmatch(r"\s*(\d{4})\D(\d{1,2})\D(\d{1,2})日?\s*", str(value))
    try:
        return date(*map(int, found.groups()))  # type: ignore[union-attr]
    except (ValueError, AttributeError) as error:
        raise BadDocument("document_bad_date", name=name, given=str(value)) from error


def _title(text: str, path: Path, page_kind: PageKind) -> str:
    """The heading that a text begins with, else the file's name; its first line where that name is a mere number.

    A heading with others of its rank below is that of a section; on slides each is the title of its own.
    """
    lines = text.lstrip("|> \n").split("\n")
    first = lines[0].strip()
    found = heading(first)
    ranks = [each[0] for line in lines if (each := heading(line))]
    if found and found[0] <= POINT and (page_kind == "slide" or ranks.count(found[0]) == 1):
        return found[1]
    named = not re.fullmatch(r"[\da-fA-F_.\s-]+", path.stem)
    return path.stem if named or len(first) > LONGEST_TITLE else first
