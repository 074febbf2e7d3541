"""Markdown and plain text: front matter apart, comments and hidden elements left out."""

from __future__ import annotations

import re
from typing import Any

import yaml

from knowledge.cleaning import decode
from knowledge.reading.converted import Converted

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_HIDDEN = re.compile(
    r"<!--(?P<comment>.*?)-->"
    r"|<(?P<tag>[a-z]+)\b[^>]*(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|\shidden\b)[^>]*>"
    r"(?P<inner>.*?)</(?P=tag)>",
    re.DOTALL | re.IGNORECASE,
)
_SIGHTLESS = re.compile(r"!\[[^\]]*\]\([^)]*\)")
"""Pictures: their addresses and file names are no text."""


def read(data: bytes, name: str) -> Converted:
    """Decode Markdown or plain text. Raises BadDocument."""
    text = decode(data, name=name)
    fields, text = _parted(text) if not name.lower().endswith(".txt") else ({}, text)
    hidden: list[str] = []

    def drop(match: re.Match[str]) -> str:
        hidden.append((match["comment"] or match["inner"] or "").strip())
        return ""

    text = _HIDDEN.sub(drop, text)
    # A text file may come from a converter that parts its pages with form feeds.
    parts = text.split("\f")
    pages = [(str(number), part) for number, part in enumerate(parts, 1)] if len(parts) > 2 else [("", text)]
    return Converted(pages=pages, page_kind="page" if len(parts) > 2 else "", hidden=[h for h in hidden if h],
                     fields=fields)


def without_pictures(markdown: str) -> str:
    """Markdown without its pictures."""
    return _SIGHTLESS.sub("", markdown)


def _parted(text: str) -> tuple[dict[str, Any], str]:
    """Front matter and the rest; what is no YAML mapping is text."""
    found = _FRONT_MATTER.match(text)
    if found is None:
        return {}, text
    try:
        fields = yaml.safe_load(found[1])
    except yaml.YAMLError:
        return {}, text
    return (fields, text[found.end():]) if isinstance(fields, dict) else ({}, text)
