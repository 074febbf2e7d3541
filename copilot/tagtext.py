"""Behaviour tags in words: a table for people, lines for a model."""

from __future__ import annotations

from copilot.catalogue import text
from copilot.formatting import day, figure
from copilot.planner.prose import join, notes, scope, table
from copilot.refusals import need_in_words
from tools.traits.results import TagOverview, TagRow


def tags_text(item: TagOverview, language: str) -> str:
    """Lead, table of the tags, those that the data cannot tell, and the definition."""
    lead = text("tags.lead", language, n=f"{item.n:,}", day=day(item.as_of), scope=scope(item, language),
                tags=len(item.rows))  # fmt: skip
    header, rows = tag_cells(item, language)
    definition = text("planner.definition", language, definition=item.definition.model_dump()[language])
    return join(lead, table(header, rows) if rows else "", _lacking(item, language), definition, notes(item, language))


def tag_cells(item: TagOverview, language: str) -> tuple[list[str], list[list[str]]]:
    """Header and rows of the tags that the data can tell."""
    header = [text(f"tags.{name}", language) for name in ("tag", "customers", "share", "revenue", "definition")]
    return header, [_cells(row, language) for row in item.rows if not row.lacks]


def tag_lines(item: TagOverview, language: str) -> list[str]:
    """One line a tag, for a model."""
    told = [
        f"{row.tag} ({getattr(row.title, language)}): "
        f"customers {row.customers} ({figure(row.share, 'percent', language)}), "
        f"revenue 365d {figure(row.revenue, 'money', language)} ({figure(row.revenue_share, 'percent', language)})"
        for row in item.rows
        if not row.lacks
    ]
    return [*told, *(f"{row.tag}: unavailable, needs {', '.join(row.lacks)}" for row in item.rows if row.lacks)]


def _cells(row: TagRow, language: str) -> list[str]:
    return [
        getattr(row.title, language), f"{row.customers:,}", figure(row.share, "percent", language),
        figure(row.revenue, "money", language), getattr(row.definition, language),
    ]  # fmt: skip


def _lacking(item: TagOverview, language: str) -> str:
    """One line for all tags that lack the same."""
    comma = text("planner.comma", language)
    lacking: dict[str, list[str]] = {}
    for row in item.rows:
        if row.lacks:
            needs = comma.join(need_in_words(need, language) for need in row.lacks)
            lacking.setdefault(needs, []).append(getattr(row.title, language))
    lines = [text("tags.lacking", language, tags=comma.join(tags), needs=needs) for needs, tags in lacking.items()]
    return "\n".join(lines)
