"""Drafts as cards, and a batch as a CSV file that a spreadsheet opens safely."""

from __future__ import annotations

import base64
import csv
import io
import re
from html import escape

from copilot.catalogue import text
from tools.results import Draft, Issue
from ui.tables import fold
from ui.words import html, named, say

_FIELD = re.compile(r"\{[a-z_]+\}")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = (
    "id", "tier", "channel", "goal", "language", "angle", "title", "preheader", "body", "merge_fields", "characters",
    "segments", "remarks", "sendable",
)


def cards(drafts: list[Draft], language: str) -> str:
    """All drafts of one batch with the export link."""
    first = drafts[0]
    heading = html(
        "draft.heading", language, n=len(drafts), tier=named("tier", first.tier, language),
        channel=named("draft.channel", first.channel, language), goal=named("draft.goal", first.goal, language),
    )
    data = base64.b64encode(export(drafts, language).encode("utf-8-sig")).decode()
    link = (
        f'<a class="ws-button" download="wellspring-drafts-{escape(first.id)}.csv" '
        f'href="data:text/csv;charset=utf-8;base64,{data}">{html("draft.export", language)}</a>'
    )
    body = "".join(_card(number, draft, language) for number, draft in enumerate(drafts, 1))
    return (
        f'<div class="ws-drafts"><div class="ws-drafts-head"><strong>{heading}</strong>{link}</div>'
        f'<div class="ws-draft-grid">{body}</div><p class="ws-quiet">{html("draft.merge_note", language)}</p></div>'
    )


def without(words: str, drafts: list[Draft]) -> str:
    """Drop quoted lines that repeat a draft: its card shows it."""
    shown = {line.strip() for draft in drafts for line in [f"**{draft.title}**", *draft.body.split("\n")]} if drafts else set()
    return "\n".join(
        line for line in words.split("\n") if not (shown and line.startswith(">") and line[1:].strip() in shown | {""})
    )


def export(drafts: list[Draft], language: str) -> str:
    """Write the templates as CSV text, one a row; cells that a spreadsheet would run are made text."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([say(f"draft.csv.{name}", language) for name in COLUMNS])
    for draft in drafts:
        writer.writerow([_inert(cell) for cell in _row(draft, language)])
    return out.getvalue()


def _row(draft: Draft, language: str) -> list[str]:
    return [
        draft.id, named("tier", draft.tier, language), named("draft.channel", draft.channel, language),
        named("draft.goal", draft.goal, language), draft.language, named("draft.angle", draft.angle, language),
        draft.title, draft.preheader, draft.body, " ".join(f"{{{name}}}" for name in draft.merge_fields),
        str(draft.characters), str(draft.segments), " | ".join(f"{i.rule}: {i.why.model_dump()[language]}" for i in draft.issues),
        say("draft.yes" if draft.sendable else "draft.no", language),
    ]  # fmt: skip


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _card(number: int, draft: Draft, language: str) -> str:
    state = "blocked" if not draft.sendable else "remarked" if draft.issues else "passed"
    words = "\n".join(part for part in (draft.title, draft.body) if part)
    title = f'<div class="ws-draft-title">{_fields(draft.title)}</div>' if draft.title else ""
    preheader = f'<div class="ws-quiet">{_fields(draft.preheader)}</div>' if draft.preheader else ""
    return (
        f'<article class="ws-draft ws-{state}"><header><span class="ws-label">{html("draft.variant", language, n=number)}</span>'
        f'<span class="ws-chip">{escape(named("draft.angle", draft.angle, language))}</span>'
        f'<button type="button" class="ws-button ws-small" data-copy="{escape(words)}" '
        f'data-done="{html("chat.copied", language)}">{html("chat.copy", language)}</button></header>'
        f'{title}{preheader}<div class="ws-draft-body">{_fields(draft.body)}</div>'
        f'<div class="ws-card-meta"><span>{escape(_length(draft, language))}</span>{_verdict(draft, language)}</div>'
        f"{_remarks(draft.issues, language)}"
        f"{fold(say('draft.reason', language), f'<p>{escape(draft.reason.model_dump()[language])}</p>')}</article>"
    )


def _fields(words: str) -> str:
    """Escape the template and mark its merge fields."""
    return _FIELD.sub(lambda match: f'<span class="ws-field">{match.group()}</span>', escape(words))


def _length(draft: Draft, language: str) -> str:
    if draft.channel == "sms":
        return text("draft.length.sms", language, characters=draft.characters, segments=draft.segments, encoding=draft.encoding)
    return text("draft.length.other", language, characters=draft.characters)


def _verdict(draft: Draft, language: str) -> str:
    key = "blocked" if not draft.sendable else "remarks" if draft.issues else "passed"
    return f'<span class="ws-verdict">{html(f"draft.{key}", language, n=len(draft.issues))}</span>'


def _remarks(issues: list[Issue], language: str) -> str:
    if not issues:
        return ""
    return f'<ul class="ws-remarks">{"".join(_remark(issue, language) for issue in issues)}</ul>'


def _remark(issue: Issue, language: str) -> str:
    return (
        f'<li class="ws-{issue.severity}"><mark>{escape(issue.words)}</mark> {escape(issue.why.model_dump()[language])}'
        f'<div>{html("draft.fix", language)}{"：" if language == "zh" else ": "}{escape(issue.fix.model_dump()[language])}</div>'
        f'<div class="ws-quiet">{html("draft.rule", language, rule=issue.rule, source=issue.source)}</div></li>'
    )
