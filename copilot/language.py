"""The language of the turn that is running."""

from __future__ import annotations

import re
from contextvars import ContextVar

LANGUAGE: ContextVar[str] = ContextVar("language", default="en")
"""Set by the session; tools and the planner write their text in it."""

_HAN = re.compile(r"[㐀-鿿]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_ASKING = re.compile(r"[的了吗呢吧么给我你们是多少怎为什哪几看下帮个有和比跟写]")
"""Characters of Chinese grammar: with one of them a question is Chinese, whatever names it holds."""


def language_of(words: str) -> str:
    """Chinese or English, by what carries the question: "revenue of 天猫 by month" is English."""
    han = len(_HAN.findall(words))
    if not han:
        return "en"
    return "zh" if _ASKING.search(words) or han >= len(_LATIN_WORD.findall(words)) else "en"
