"""Reads our own cards into documents."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import yaml

from knowledge.errors import BadDocument
from knowledge.results import Document

CONTENT = Path(str(resources.files("knowledge"))) / "content"
"""The packaged cards: zh/*.md, en/*.md and sources.yaml."""
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
