"""The loader's books in words and as documented JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from copilot.catalogue import text
from tools.roles import Role, may

if TYPE_CHECKING:
    from tools.quarantine import AsideCount, AsideRow, Load, Quarantine


def why(reason: str, language: str) -> str:
    return text(f"reason.{reason}", language)


def shown_to(role: Role, found: Quarantine) -> Quarantine:
    """The page as a role may read it: a viewer gets the rows without their text, which holds personal data."""
    if may(role, "rows"):
        return found
    return found.model_copy(update={"rows": [row.model_copy(update={"text": ""}) for row in found.rows]})


def quarantine_json(found: Quarantine, language: str) -> dict[str, Any]:
    """The page as it is, each count and row with its reason also in words."""
    body = found.model_dump(mode="json")
    for part in ("counts", "rows"):
        body[part] = [entry | {"why": why(entry["reason"], language)} for entry in body[part]]
    return body


def quarantine_text(found: Quarantine, language: str) -> str:
    lines = [text("quarantine.total", language, total=f"{found.total:,}")]
    lines += [_count_line(count, language) for count in found.counts]
    if found.rows:
        last = found.offset + len(found.rows)
        lines += ["", text("quarantine.page", language, first=found.offset + 1, last=last, total=f"{found.total:,}")]
    lines += [_row_line(row, language) for row in found.rows]
    if found.next_offset is not None:
        lines.append(text("quarantine.more", language, offset=found.next_offset))
    return "\n".join(lines)


def _count_line(count: AsideCount, language: str) -> str:
    named = {"source": count.source, "table": count.table, "rows": f"{count.rows:,}", "reason": count.reason}
    return text("quarantine.count_line", language, why=why(count.reason, language), **named)


def _row_line(row: AsideRow, language: str) -> str:
    return text(
        "quarantine.row_line", language, source=row.source, row=row.row, why=why(row.reason, language), text=row.text
    )


def loads_json(found: Sequence[Load], language: str) -> dict[str, Any]:
    """Every load, with the reasons of what it set aside also in words."""
    return {
        "loads": [
            load.model_dump(mode="json") | {"why": {reason: why(reason, language) for reason in load.set_aside}}
            for load in found
        ]
    }


def loads_text(found: Sequence[Load], language: str) -> str:
    lines = []
    for load in found:
        counts = {"read": f"{load.read:,}", "kept": f"{load.kept:,}", "aside": f"{load.read - load.kept:,}"}
        lines.append(text(
            "quarantine.load_line", language, at=f"{load.loaded_at:%Y-%m-%d %H:%M}", load_id=load.load_id,
            source=load.source, table=load.table, **counts,
        ))  # fmt: skip
        lines += [
            text("cli.load_aside", language, n=f"{rows:,}", reason=why(reason, language))
            for reason, rows in load.set_aside.items()
        ]
    return "\n".join(lines)
