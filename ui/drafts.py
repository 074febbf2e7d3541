"""Drafts as cards: the words with their merge fields, the length, what the rules say, copy and export."""

from __future__ import annotations

import base64
import re
from html import escape

from copilot.catalogue import text
from copilot.drafting.wording import basis
from tools.drafting import Revision
from tools.drafting.changes import Change
from tools.personalize import Preview
from tools.results import Draft, Issue
from ui.exports import drafts_csv
from ui.tables import fold
from ui.words import html, named, say

_FIELD = re.compile(r"\{[a-z_]+\}")


def cards(drafts: list[Draft], language: str, previews: dict[str, list[Preview]] | None = None) -> str:
    """All drafts of one batch, with the link that exports them."""
    first = drafts[0]
    heading = html(
        "draft.heading", language, n=len(drafts), tier=named("tier", first.tier, language),
        channel=named("draft.channel", first.channel, language), goal=named("draft.goal", first.goal, language),
    )  # fmt: skip
    body = "".join(
        _card(_variant(number, language), draft, language, (previews or {}).get(draft.id, []),
              _ask(number, draft, language))
        for number, draft in enumerate(drafts, 1)
    )  # fmt: skip
    return (
        f'<div class="ws-drafts"><div class="ws-drafts-head"><strong>{heading}</strong>'
        f"{_export(drafts, language)}</div>"
        f'<div class="ws-draft-grid">{body}</div><p class="ws-quiet">{html("draft.merge_note", language)}</p></div>'
    )


def by_channel(drafts: list[Draft], language: str, previews: dict[str, list[Preview]]) -> str:
    """One text a channel side by side, each named by its channel; what changes them stands beside them."""
    body = "".join(
        _card(escape(named("draft.channel", draft.channel, language)), draft, language, previews.get(draft.id, []))
        for draft in drafts
    )
    note = f'<p class="ws-quiet">{html("draft.merge_note", language)}</p>'
    return f'<div class="ws-drafts"><div class="ws-draft-grid">{body}</div>{note}</div>' if drafts else ""


def without(words: str, drafts: list[Draft]) -> str:
    """Drop the quoted lines of an answer that repeat a draft: its card shows it."""
    if not drafts:
        return words
    shown = {line.strip() for draft in drafts for line in (f"**{draft.title}**", *draft.body.split("\n"))} | {""}
    return "\n".join(line for line in words.split("\n") if not (line.startswith(">") and line[1:].strip() in shown))


def _export(drafts: list[Draft], language: str) -> str:
    # A data address keeps the file in the page; the byte-order mark tells spreadsheets that it is UTF-8.
    data = base64.b64encode(drafts_csv(drafts, language).encode("utf-8-sig")).decode()
    name = f"wellspring-{drafts[0].tier}-{drafts[0].channel}-{drafts[0].id}.csv"
    return (
        f'<a class="ws-button" download="{escape(name)}" href="data:text/csv;charset=utf-8;base64,{data}">'
        f"{html('draft.export', language)}</a>"
    )


def revised_card(number: int, made: Revision, language: str, previews: list[Preview]) -> str:
    """The card of a draft's next version, with the words that changed."""
    marked = "".join(
        f'<p class="ws-draft-diff"><span class="ws-label">{escape(text(f"draft.part.{part}", language))}</span> '
        f"{''.join(map(_marked, changed))}</p>"
        for part, changed in made.changes.items()
    )
    changed = fold(text("draft.revise.changed", language), marked, opened=True)
    more = changed, _ask(number, made.draft, language)
    return _card(_variant(number, language), made.draft, language, previews, *more)


def _marked(change: Change) -> str:
    tag = {"same": "span", "removed": "del", "added": "ins"}[change.kind]
    return f"<{tag}>{escape(change.words)}</{tag}>"


def _variant(number: int, language: str) -> str:
    return html("draft.variant", language, n=number)


def _card(label: str, draft: Draft, language: str, previews: list[Preview], *more: str) -> str:
    """`label` and `more`, which ends it, are HTML."""
    title = f'<div class="ws-draft-title">{_fields(draft.title)}</div>' if draft.title else ""
    preheader = f'<div class="ws-quiet">{_fields(draft.preheader)}</div>' if draft.preheader else ""
    reason = "".join(f"<p>{escape(line)}</p>" for line in basis(draft, language))
    button = f'<div class="ws-draft-button">{escape(draft.button)}</div>' if draft.button else ""
    return (
        f'<article class="ws-draft ws-{_state(draft)}">{_top(label, draft, language)}'
        f'{title}{preheader}<div class="ws-draft-body">{_fields(draft.body)}</div>{button}'
        f'<div class="ws-card-meta"><span>{escape(_length(draft, language))}</span>{_verdict(draft, language)}</div>'
        f"{_remarks(draft.issues, language)}{fold(say('draft.reason', language), reason)}"
        f"{_previews(previews, language)}{''.join(more)}</article>"
    )


def _ask(number: int, draft: Draft, language: str) -> str:
    """Where the reader says what to change; `page.js` sends it and puts the new card here."""
    hint = escape(text("draft.revise.ask", language))
    return (
        f'<form class="ws-draft-ask" data-revise="{escape(draft.id)}" data-number="{number}" data-lang="{language}" '
        f'data-failed="{escape(text("draft.revise.failed", language))}">'
        f'<input name="wish" maxlength="500" required autocomplete="off" placeholder="{hint}" aria-label="{hint}">'
        f'<button class="ws-button ws-small">{escape(text("draft.revise.send", language))}</button>'
        '<p class="ws-draft-said" role="status"></p></form>'
    )


def _top(label: str, draft: Draft, language: str) -> str:
    words = "\n".join(part for part in (draft.title, draft.body, draft.button) if part)
    return (
        f'<header><span class="ws-label">{label}</span>'
        f'<span class="ws-chip">{escape(named("draft.angle", draft.angle, language))}</span>{_version(draft, language)}'
        f'<button type="button" class="ws-button ws-small" data-copy="{escape(words)}" '
        f'data-done="{html("chat.copied", language)}">{html("chat.copy", language)}</button></header>'
    )


def _version(draft: Draft, language: str) -> str:
    if draft.version == 1:
        return ""
    return f'<span class="ws-chip">{escape(text("draft.versioned", language, n=draft.version))}</span>'


def _previews(previews: list[Preview], language: str) -> str:
    """The finished text for sample customers; merged on this machine, for the operator's eyes."""
    if not previews:
        return ""
    listed = "".join(f'<p class="ws-draft-preview">{escape(each.title)} {escape(each.body)}</p>' for each in previews)
    return fold(say("draft.preview", language, n=len(previews)), listed)


def _state(draft: Draft) -> str:
    if not draft.sendable:
        return "blocked"
    return "remarks" if draft.issues else "passed"


def _fields(words: str) -> str:
    """Escape the template and mark its merge fields."""
    return _FIELD.sub(lambda match: f'<span class="ws-field">{match.group()}</span>', escape(words))


def _length(draft: Draft, language: str) -> str:
    key = "draft.length.sms" if draft.channel == "sms" else "draft.length.other"
    return text(key, language, characters=draft.characters, segments=draft.segments, encoding=draft.encoding)


def _verdict(draft: Draft, language: str) -> str:
    return f'<span class="ws-verdict">{html(f"draft.{_state(draft)}", language, n=len(draft.issues))}</span>'


def _remarks(issues: list[Issue], language: str) -> str:
    listed = "".join(_remark(issue, language) for issue in issues)
    return f'<ul class="ws-remarks">{listed}</ul>' if listed else ""


def _remark(issue: Issue, language: str) -> str:
    colon = "：" if language == "zh" else ": "
    why, fix = (escape(getattr(part, language)) for part in (issue.why, issue.fix))
    return (
        f'<li class="ws-{issue.severity}"><mark>{escape(issue.words)}</mark> {why}'
        f"<div>{html('draft.fix', language)}{colon}{fix}</div>"
        f'<div class="ws-quiet">{html("draft.rule", language, rule=issue.rule, source=issue.source)}</div></li>'
    )
