"""The bar on top: name, workspace, who answers, how fresh the data is."""

from __future__ import annotations

from html import escape

from copilot.catalogue import text
from copilot.session import Copilot
from copilot.team import ACTING
from ui.refusal import attempt
from ui.words import html, say

DROP = (
    '<svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">'
    '<path d="M16 3c5 6.2 9 10.7 9 15.6A9 9 0 0 1 7 18.6C7 13.7 11 9.2 16 3Z" fill="#0f7c85"/>'
    '<path d="M11 20.5c1.7 1.5 3.3 1.5 5 0s3.3-1.5 5 0" fill="none" stroke="#d9f0ee" stroke-width="2" '
    'stroke-linecap="round"/></svg>'
)


def bar(copilot: Copilot, language: str, *, weighed: bool = False) -> str:
    """Return the header as HTML; with `weighed`, a mark of the data's health, which takes a moment to tell."""
    workspace = copilot.workspace
    badges = [
        ("", html("header.workspace", language, name=workspace.settings.workspace), escape(workspace.brand(language))),
        ("ws-model", *_model(copilot, language)),
        ("ws-day", _day(copilot, language), escape(workspace.data_note(language))),
    ]
    chips = "".join(f'<span class="ws-chip {kind}" title="{hint}">{label}</span>' for kind, label, hint in badges)
    chips += (_health(copilot, language) if weighed else "") + _who(language)
    return (
        f'<div class="ws-bar">{DROP}<h1>{html("name", language)}</h1>'
        f'<span class="ws-tagline">{html("tagline", language)}</span><div class="ws-badges">{chips}</div></div>'
    )


def _health(copilot: Copilot, language: str) -> str:
    """How many findings need care; a click leads to them. Nothing where there is no data, or none to be told."""
    data = copilot.workspace.data()
    if data is None:
        return ""
    report, _ = attempt(lambda: data.health.report(copilot.workspace.today), language)
    if report is None:
        return ""
    serious = len(report.serious)
    label = html("header.to_mind", language, n=serious) if serious else html("header.healthy", language)
    kind, hint = "ws-mind" if serious else "ws-fine", html("header.health_hint", language)
    return f'<button type="button" class="ws-chip {kind}" data-open="data" title="{hint}">{label}</button>'


def _who(language: str) -> str:
    """Who is signed in, and the way out; "" where nobody has to sign in."""
    person = ACTING.get()
    if person is None:
        return ""
    who = html("sign_in.whose", language, name=person.name, role=text(f"role.{person.role}", language))
    out = f'<a class="ws-chip" id="ws-out" href="signout">{html("sign_in.out", language)}</a>'
    return f'<span class="ws-chip" id="ws-who">{who}</span>{out}'


def _model(copilot: Copilot, language: str) -> tuple[str, str]:
    if copilot.uses_language_model:
        return escape(copilot.model_name), html("header.model_hint", language, model=copilot.model_name)
    return html("header.planner", language), html("header.planner_hint", language)


def _day(copilot: Copilot, language: str) -> str:
    data = copilot.workspace.data()
    return escape(
        say("header.data", language, day=data.last_day.isoformat()) if data else say("header.no_data", language)
    )
