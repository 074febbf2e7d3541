"""The story of an answer as HTML: a timeline in the side panel, and the comparison with a replay."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from copilot.catalogue import text
from copilot.session import Copilot
from copilot.tracing.comparing import Comparison
from copilot.tracing.results import ModelCall, Trace, TraceSummary
from copilot.tracing.text import SHORT, Part, Told, comparison_rows, differences, head_facts, summary, told
from copilot.tracing.tracer import stories
from ui.citations import TITLE_ID
from ui.refusal import attempt
from ui.tables import fold, table
from ui.words import html, say


def routes(path: str, copilot: Callable[[], Copilot]) -> APIRouter:
    """`GET <path>/trace/<id>`: the story as HTML, or why there is none with status 404."""
    router = APIRouter(prefix=path, include_in_schema=False)

    @router.get("/trace/{id}")
    def opened(id: str, lang: Literal["zh", "en"] = "zh") -> HTMLResponse:
        trace, refused = attempt(lambda: stories(copilot().tracer, copilot().workspace.settings.role).get(id), lang)
        if refused:
            return HTMLResponse(_framed(refused, lang), status_code=403)
        if trace is None:
            missing = f'<p class="ws-notice">{escape(text("error.no_trace", lang, given=id))}</p>'
            return HTMLResponse(_framed(missing, lang), status_code=404)
        return HTMLResponse(_framed(story(trace, lang), lang))

    return router


def link(id: str, language: str) -> str:
    """A button that opens the story of a turn; "" for a turn without an id."""
    if not id:
        return ""
    words, hint = html("traces.link", language, id=id[:SHORT]), html("traces.link_title", language)
    return (
        f'<button type="button" class="ws-link" data-trace="{escape(id)}" data-lang="{language}" '
        f'title="{hint}">{words}</button>'
    )


def story(trace: Trace, language: str) -> str:
    """What is known of a turn, and its steps on a timeline."""
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in head_facts(trace, language))
    whole = trace.seconds or max((step.at for step in trace.steps), default=0.0)
    steps = "".join(_step(told(step, language), whole, _opening(step, language)) for step in trace.steps)
    return f'<dl class="ws-facts">{facts}</dl><ol class="ws-story">{steps}</ol>'


def _opening(step: object, language: str) -> str:
    """What the long part of a step is called."""
    if isinstance(step, ModelCall):
        return say("traces.requests", language, count=len(step.messages))
    return say("traces.more", language)


def _step(step: Told, whole: float, opening: str) -> str:
    facts = [f"{step.at:.2f} s", *([f"+{step.seconds:.2f} s"] if step.seconds else []), *step.facts]
    bar = ""
    if step.seconds and whole:
        left, width = min(100 * step.at / whole, 100), max(100 * step.seconds / whole, 0.6)
        bar = f'<div class="ws-span"><i style="margin-left:{left:.1f}%;width:{min(width, 100 - left):.1f}%"></i></div>'
    more = fold(opening, _parts(step.more)) if step.more else ""
    wrong = ' class="ws-is-problem"' if step.wrong else ""
    known = "".join(f"<span>{escape(fact)}</span>" for fact in facts)
    head = f'<b>{escape(step.title)}</b><p class="ws-byline">{known}</p>'
    return f"<li{wrong}>{head}{bar}{_parts(step.parts)}{more}</li>"


def _parts(parts: Iterable[Part]) -> str:
    heads = ((f'<div class="ws-label">{escape(label)}</div>' if label else "", said) for label, said in parts)
    return "".join(head + (f"<pre>{escape(said)}</pre>" if said else "") for head, said in heads)


def _framed(body: str, language: str) -> str:
    close = f'<button type="button" data-close aria-label="{html("citation.close", language)}"></button>'
    return f'{close}<h3 id="{TITLE_ID}">{html("traces.story", language)}</h3>{body}'


def listed(traces: list[TraceSummary], language: str) -> str:
    """The latest turns; each opens its story."""
    if not traces:
        return f'<p class="ws-quiet">{escape(text("trace.none", language))}</p>'
    return f'<ul class="ws-findings ws-traces">{"".join(_item(trace, language) for trace in traces)}</ul>'


def _item(trace: TraceSummary, language: str) -> str:
    _, at, state, question, by, tools, seconds = summary(trace, language)
    kind = {"failed": "ws-is-problem", "interrupted": "ws-is-warning"}.get(trace.state, "")
    again = [f"↻ {trace.replay_of[:SHORT]}"] if trace.replay_of else []
    known = " · ".join([at, state, by, f"{seconds} s", tools, *again])
    return (
        f'<li class="{kind}">{link(trace.id, language)}<span>{escape(question)}'
        f'<small class="ws-quiet">{escape(known)}</small></span></li>'
    )


def comparison(found: Comparison, language: str) -> str:
    """The two answers side by side, then what only one of them did or said."""
    head = ["", *(text(f"trace.compare.{name}", language) for name in ("before", "after"))]
    apart = differences(found, language)
    same = f'<p class="ws-done">{escape(text("trace.compare.same", language))}</p>'
    shown = table(head, comparison_rows(found, language), words=3)
    return f'<div class="ws-compare">{shown}{_parts(apart) if apart else same}{link(found.after.id, language)}</div>'
