"""The figures of an answer, each with the result that it comes from: shown on hover and on a tap."""

from __future__ import annotations

import re
from html import escape

from copilot.answer import Answer
from copilot.formatting import span
from tools.results import Window
from ui.render import title
from ui.words import say

OPEN, NAMED, CLOSE = "\ue002", "\ue003", "\ue004"
"""Private-use letters that pass through the renderer where a figure begins and ends."""
_MARKED = re.compile(f"{OPEN}(\\d+){NAMED}(.*?){CLOSE}", re.DOTALL)


def marked(answer: Answer) -> str:
    """The answer's text with its figures between marks."""
    words = answer.text
    for source in reversed(answer.figures):
        shown = f"{OPEN}{source.evidence}{NAMED}{words[source.start : source.end]}{CLOSE}"
        words = f"{words[: source.start]}{shown}{words[source.end :]}"
    return words


def sourced(rendered: str, answer: Answer) -> str:
    """Rendered HTML with each marked figure naming its result."""
    return _MARKED.sub(lambda match: _figure(match[2], answer.evidence[int(match[1])], answer.language), rendered)


def _figure(words: str, evidence: dict, language: str) -> str:
    window = span(Window.model_validate(evidence["window"]), language)
    told = " · ".join([title(evidence, language), window, say("header.data", language, day=evidence["as_of"])])
    return f'<span class="ws-sourced" tabindex="0" title="{escape(told)}" data-from="{escape(told)}">{words}</span>'
