"""A batch of drafts as a CSV file that a spreadsheet opens safely: templates only, never a customer's data."""

from __future__ import annotations

import csv
import io

from tools.results import Draft
from ui.words import named, say

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


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
