"""Handlers' mishaps in one sentence: what a tool refuses in words, anything else in the log."""

from __future__ import annotations

import logging
from collections.abc import Callable
from html import escape
from typing import TypeVar

from copilot.refusals import worded
from knowledge.errors import KnowledgeError
from tools.errors import ToolError
from ui.words import html, say

log = logging.getLogger(__name__)

Made = TypeVar("Made")


def refusal(sentence: str, language: str, head: str = "panel.refused") -> str:
    """An alert with one sentence."""
    words = f"<strong>{html(head, language)}</strong><p>{escape(sentence)}</p>"
    return f'<div class="ws-failure" role="alert">{words}</div>'


def attempt(make: Callable[[], Made], language: str) -> tuple[Made | None, str]:
    """What `make` gives and "", or None and the refusal as HTML."""
    try:
        return make(), ""
    except (ToolError, KnowledgeError) as error:
        return None, refusal(worded(error, language), language)
    except Exception:
        log.exception("a handler of the page failed")
        return None, refusal(say("panel.unexpected", language), language)
