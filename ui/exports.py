"""CSV files that a spreadsheet opens safely: drafts (never a customer's data) and tables of results."""

from __future__ import annotations

import csv
import io
from html import escape
from urllib.parse import quote

from tools.results import Draft
from ui.words import html, named, say

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table_link(name: str, head: list[str], rows: list[list[str]], language: str) -> str:
    """A link that saves the table as a CSV file; the file is within the link."""
    out = io.StringIO()
    csv.writer(out).writerows([_inert(cell) for cell in row] for row in [head, *rows])
    address = "data:text/csv;charset=utf-8," + quote("\ufeff" + out.getvalue())
    file = escape(f"wellspring-{name.replace('_', '-')}.csv")
    return f'<a class="ws-link" download="{file}" href="{address}">{html("result.save_table", language)}</a>'


def drafts_csv(drafts: list[Draft], language: str) -> str:
    """Write one draft a row, under headings in `language`; cells that a spreadsheet would run become text."""
    rows = [_row(draft, language) for draft in drafts]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([say(f"draft.csv.{name}", language) for name in rows[0]])
    writer.writerows([_inert(cell) for cell in row.values()] for row in rows)
    return out.getvalue()


def _row(draft: Draft, language: str) -> dict[str, str]:
    remarks = [f"{issue.rule}: {getattr(issue.why, language)}" for issue in draft.issues]
    return {
        "id": draft.id,
        "tier": named("tier", draft.tier, language),
        "channel": named("draft.channel", draft.channel, language),
        "goal": named("draft.goal", draft.goal, language),
        "language": draft.language,
        "angle": named("draft.angle", draft.angle, language),
        "title": draft.title,
        "preheader": draft.preheader,
        "body": draft.body,
        "merge_fields": " ".join(f"{{{name}}}" for name in draft.merge_fields),
        "characters": str(draft.characters),
        "segments": str(draft.segments),
        "remarks": " | ".join(remarks),
        "sendable": say("draft.yes" if draft.sendable else "draft.no", language),
    }


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
