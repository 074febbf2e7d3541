"""Words of the page: the catalogue's `ui.` entries, names of dimensions and values, escaped HTML."""

from __future__ import annotations

from html import escape

from copilot.catalogue import has, text
from copilot.formatting import value_name
from tools.traits.catalog import builtin

LIST_COMMA = {"zh": "、", "en": ", "}


def say(key: str, language: str, **blanks: object) -> str:
    """Return the page's entry `ui.<key>` as plain text."""
    return text(f"ui.{key}", language, **blanks)


def html(key: str, language: str, **blanks: object) -> str:
    """Return the page's entry `ui.<key>`, escaped for HTML."""
    return escape(say(key, language, **blanks))


def named(kind: str, code: str, language: str) -> str:
    """Return the catalogue's name of a code (`tier`, `high`), or the code itself."""
    return text(f"{kind}.{code}", language) if has(f"{kind}.{code}") else code


def trait_title(trait: str, language: str) -> str:
    """Name a trait; a brand's own, which the built-in ones lack, goes by its name."""
    known = builtin().traits.get(trait)
    return getattr(known.title, language) if known else trait


def filters_line(filters: dict[str, list[str]], language: str) -> str:
    """Write filters as one line: "Tier: Dormant; Channel: app"."""
    if not filters:
        return say("result.no_filters", language)
    comma = LIST_COMMA[language]
    colon, semicolon = ("：", "；") if language == "zh" else (": ", "; ")
    return semicolon.join(
        named("dimension", name, language) + colon + comma.join(value_name(name, value, language) for value in values)
        for name, values in filters.items()
    )
