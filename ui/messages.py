"""A turn as chat messages: question, steps, answer, result cards, drafts, sources, remarks, follow-ups."""

from __future__ import annotations

import json
from html import escape

from gradio import ChatMessage

from copilot.settings import PLANNER
from copilot.usagetext import folded_line, usage_line
from ui.citations import sources
from ui.drafts import cards, without
from ui.figures import marked, sourced
from ui.parts import html_part
from ui.prose import prose
from ui.stories import link
from ui.turns import Shown, Step
from ui.words import html, say


def messages(turn: Shown) -> list[ChatMessage]:
    """Return the turn's messages; the answer's place is kept from the start, so that nothing jumps."""
    language = turn.language
    parts = [_answer(turn), *turn.cards, *(cards(batch, language, turn.previews) for batch in turn.drafts)]
    if turn.citations and turn.over:
        parts.append(sources(turn.citations, language, turn.words))
    parts += [part for part in (_notices(turn), _ending(turn)) if part]
    found = [ChatMessage(role="user", content=html_part(f'<div class="ws-question">{escape(turn.question)}</div>'))]
    found += [_step(step, language, over=turn.over) for step in turn.steps.values()]
    found += [ChatMessage(content=html_part(part) if isinstance(part, str) else part) for part in parts]
    if turn.over:
        found.append(ChatMessage(content=html_part(_byline(turn)), options=_options(turn)))
    return found


def _answer(turn: Shown) -> str:
    if not turn.words:
        return "" if turn.over else f'<div class="ws-working">{html("chat.working", turn.language)}</div>'
    drafts = [draft for batch in turn.drafts for draft in batch]
    if turn.answer and not drafts:
        shown = sourced(prose(marked(turn.answer), turn.citations, turn.language), turn.answer)
    else:
        shown = prose(without(turn.words, drafts), turn.citations, turn.language)
    return f'<div class="ws-prose ws-answer">{shown}</div>'


def _notices(turn: Shown) -> str:
    if not turn.notices:
        return ""
    listed = "".join(f"<p>{escape(notice)}</p>" for notice in turn.notices)
    return f'<div class="ws-notice"><strong>{html("notice.warnings", turn.language)}</strong>{listed}</div>'


def _ending(turn: Shown) -> str:
    """Why there is no answer: red for a fault, calm for a stop."""
    trace = link(turn.id, turn.language)
    if turn.failure:
        head = html("notice.failed", turn.language)
        return f'<div class="ws-failure" role="alert"><strong>{head}</strong><p>{escape(turn.failure)}</p>{trace}</div>'
    return f'<div class="ws-notice ws-stopped">{escape(turn.stopped)} {trace}</div>' if turn.stopped else ""


def _byline(turn: Shown) -> str:
    if not turn.answer:
        return ""
    model = say("header.planner", turn.language) if turn.answer.model == PLANNER else turn.answer.model
    parts = [html("chat.by", turn.language, model=model)]
    if turn.steps:
        seconds = sum(step.seconds for step in turn.steps.values())
        parts.append(html("chat.took", turn.language, seconds=f"{seconds:.1f}"))
    if turn.answer.usage:
        parts.append(escape(usage_line(turn.answer.usage, turn.language)))
    parts += [escape(note) for note in (turn.answer.prompt, folded_line(turn.answer.folded, turn.language)) if note]
    copy = (
        f'<button type="button" class="ws-link" data-copy="{escape(turn.words)}" '
        f'data-done="{html("chat.copied", turn.language)}">{html("chat.copy_answer", turn.language)}</button>'
    )
    told = "".join(f"<span>{part}</span>" for part in parts)
    return f'<div class="ws-byline">{told}{copy}{link(turn.id, turn.language)}</div>'


def _options(turn: Shown) -> list[dict]:
    if not turn.answer:
        return [{"value": turn.question, "label": say("chat.retry", turn.language)}]
    return [{"value": suggestion} for suggestion in turn.answer.suggestions]


def _step(step: Step, language: str, *, over: bool) -> ChatMessage:
    """A tool call as a line that opens on its arguments and result."""
    running = step.ok is None and not over
    log = say("step.refused", language) if step.ok is False else _gist(step.arguments)
    metadata = {"title": step.title, "id": step.id, "log": log, "status": "pending" if running else "done"}
    if step.ok is not None:
        metadata["duration"] = round(step.seconds, 2)
    arguments = json.dumps(step.arguments, ensure_ascii=False, indent=2) if step.arguments else ""
    sections = [("arguments", arguments or say("step.defaults", language)), ("result", step.summary)]
    body = "".join(
        f'<div class="ws-label">{html(f"step.{name}", language)}</div><pre>{escape(words)}</pre>'
        for name, words in sections
        if words
    )
    return ChatMessage(content=html_part(f'<div class="ws-step">{body}</div>'), metadata=metadata)


def _gist(arguments: dict) -> str:
    """The arguments' values in one short line."""
    line = " · ".join(_flat(value) for value in arguments.values() if value)
    return line if len(line) <= 60 else line[:59] + "…"


def _flat(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}={_flat(item)}" for key, item in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
