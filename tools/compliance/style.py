"""How a message reads: emoji (Q5), shouting and breathless sentences (Q6)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.compliance.links import LINK
from tools.compliance.message import Finding, Message

MOST_EMOJI, EMOJI_IN_A_ROW = 3, 2
LONGEST = {"zh": 60, "en": 40}
"""Han characters without a pause, words in a sentence."""

_EMOJI = re.compile("[\u2600-\u27bf\u2b00-\u2bff\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff]"
                    "[\ufe0f\U0001f3fb-\U0001f3ff]*(?:\u200d[\u2600-\u27bf\U0001f300-\U0001faff]\ufe0f?)*")
_ROW = re.compile(f"(?:{_EMOJI.pattern}){{{EMOJI_IN_A_ROW + 1},}}")
_REPEATED = re.compile(r"[!！]{3,}|[?？!！]{4,}|[~～]{4,}|[。.]{7,}")
_CAPS = re.compile(r"\b[A-Z]{2,}(?:[ ,'-]+[A-Z]{2,}){3,}\b")
_BREATH = {"zh": re.compile(r"[^\s,，。.!！?？;；:：、…|～~—()（）「」]+"), "en": re.compile(r"[^.!?;:\n]+")}


def check(message: Message) -> Iterator[Finding]:
    yield from _emoji(message)
    for part, text in message.texts:
        for match in _REPEATED.finditer(text):
            yield Finding("Q6", *match.span(), part)
        for match in _CAPS.finditer(text):
            yield Finding("Q6-caps", *match.span(), part)
        links = [match.span() for match in LINK.finditer(text)]
        for match in _BREATH[message.language].finditer(text):
            count = _length(match.group(), message.language)
            linked = any(start < match.end() and match.start() < end for start, end in links)
            if count > LONGEST[message.language] and not linked:
                yield Finding("Q6-long", *match.span(), part, {"count": str(count)})


def _emoji(message: Message) -> Iterator[Finding]:
    limit = message.own.emoji.get(message.channel)
    found = [(part, match) for part, text in message.texts for match in _EMOJI.finditer(text)]
    if found and limit == 0:
        for part, match in found:
            yield Finding("Q5-none", *match.span(), part)
    elif len(found) > (MOST_EMOJI if limit is None else limit):
        part, match = found[-1]
        yield Finding("Q5", *match.span(), part, _counted(len(found), MOST_EMOJI if limit is None else limit))
    elif limit is None:
        for part, text in message.texts:
            for match in _ROW.finditer(text):
                count = len(_EMOJI.findall(match.group()))
                yield Finding("Q5", *match.span(), part, _counted(count, EMOJI_IN_A_ROW))


def _counted(count: int, limit: int) -> dict[str, str]:
    return {"count": str(count), "limit": str(limit)}


def _length(words: str, language: str) -> int:
    return len(words.split()) if language == "en" else sum("\u3400" <= letter <= "\u9fff" for letter in words)
