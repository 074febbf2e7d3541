"""The language of the turn that is running."""

from __future__ import annotations

import re
from contextvars import ContextVar

LANGUAGE: ContextVar[str] = ContextVar("language", default="en")
"""Set by the session; tools and the planner write their text in it."""

_HAN = re.compile(r"[㐀-鿿]")


def language_of(words: str) -> str:
    """Chinese when the text has any Chinese character, else English."""
    return "zh" if _HAN.search(words) else "en"
