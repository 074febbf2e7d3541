"""Reads our own cards and a team's own files into documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path

import yaml

from knowledge import cleaning
from knowledge.errors import BadDocument
from knowledge.results import Document

CONTENT = Path(str(resources.files("knowledge"))) / "content"
"""The packaged cards: zh/*.md, en/*.md and sources.yaml."""
TEXT_SUFFIXES = (".md", ".markdown", ".txt")
CONVERTED_SUFFIXES = (".pdf", ".docx", ".pptx", ".xlsx", ".html", ".htm")
SUFFIXES = TEXT_SUFFIXES + CONVERTED_SUFFIXES
MAX_BYTES = 50_000_000
_FRONT_MATTER = re.compile(r"\A---\s*\n(.*?)\n---\s*\n(.*)\Z", re.DOTALL)


def read_cards(content: Path = CONTENT) -> list[Document]:
    """Read every card below `content`, both languages, sorted by id.

    Raises BadDocument for a card without front matter or with an unknown source.
    """
    sources = _sources(content / "sources.yaml")
    paths = sorted(content.glob("zh/*.md")) + sorted(content.glob("en/*.md"))
    return sorted((_card(path, sources) for path in paths), key=lambda card: (card.id, card.language))


def _sources(path: Path) -> dict[str, dict]:
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}


def _card(path: Path, sources: dict[str, dict]) -> Document:
    match = _FRONT_MATTER.match(path.read_text(encoding="utf-8"))
    if match is None:
        raise BadDocument("card_malformed", name=path.name, why="front matter")
    fields = yaml.load(match[1], Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    unknown = [name for name in fields.get("source") or [] if name not in sources]
    if unknown:
        raise BadDocument("card_malformed", name=path.name, why=f"source {unknown[0]}")
    fields["source"] = "; ".join(_cited(sources[name], fields["language"]) for name in fields.get("source") or [])
    known = {key: value for key, value in fields.items() if key in Document.model_fields and value is not None}
    return Document(**known | {"text": match[2].strip(), "trust": "card"})


def _cited(source: dict, language: str) -> str:
    """ "publisher, title, year" with the punctuation of the language."""
    publisher, title = source["publisher"][language], source["title"][language]
    year = source.get("year")
    if language == "zh":
        return f"{publisher}《{title}》" + (f"，{year} 年" if year else "")
    return f"{publisher}, “{title}”" + (f", {year}" if year else "")


def find_files(paths: list[Path]) -> dict[str, Path]:
    """Expand folders into the readable files below them, each under its name.

    A file's name is its own; below a folder it is the path from that folder on ("handbook/hr/readme.md").
    Raises BadDocument for a path that does not exist, a format that cannot be read, or two files of one name.
    """
    found: dict[str, Path] = {}
    for name, path in _named_files(paths):
        if found.setdefault(name, path).resolve() != path.resolve():
            raise BadDocument("document_twice", name=name, first=str(found[name]), second=str(path))
    return found


def _named_files(paths: list[Path]) -> Iterator[tuple[str, Path]]:
    for path in paths:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                if file.suffix.lower() in SUFFIXES and not file.name.startswith("."):
                    yield f"{path.resolve().name}/{file.relative_to(path).as_posix()}", file
        elif not path.exists():
            raise BadDocument("document_missing", name=str(path))
        elif path.suffix.lower() not in SUFFIXES:
            raise BadDocument("document_format", name=path.name, alternatives=list(SUFFIXES))
        else:
            yield path.name, path


def read_document(path: Path, name: str = "") -> Document:
    """Read one file of a team; its id comes from its name (see `find_files`), so a newer file of that name replaces it.

    Raises BadDocument when it is too large, cannot be decoded or holds no text.
    """
    if path.stat().st_size > MAX_BYTES:
        raise BadDocument("document_too_large", name=path.name, megabytes=MAX_BYTES // 1_000_000)
    raw = _converted(path) if path.suffix.lower() in CONVERTED_SUFFIXES else cleaning.decode(
        path.read_bytes(), name=path.name)
    text = cleaning.clean(raw)
    if not text:
        raise BadDocument("document_empty", name=path.name)
    return Document(
        id=re.sub(r"[#\s]+", "-", name or path.name), language=cleaning.language_of(text), title=_title(text, path),
        text=text, type="document", trust="upload", source=name or path.name, traditional=cleaning.is_traditional(text),
    )


def _title(text: str, path: Path) -> str:
    heading = re.match(r"\s*#\s+(.+)", text)
    return heading[1].strip() if heading else path.stem


def _converted(path: Path) -> str:
    converter = _converter()
    try:
        return converter.convert_local(str(path)).markdown
    except Exception as error:  # each format has its own parser with errors of its own
        raise BadDocument("document_unreadable", name=path.name) from error


@cache
def _converter():
    from markitdown import MarkItDown

    return MarkItDown(enable_plugins=False)
