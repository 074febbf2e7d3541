"""The brand's own rules: words it forbids (B1) and words it wants to see (B2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.compliance.message import Finding, Message
from tools.compliance.normal import normalise


def check(message: Message) -> Iterator[Finding]:
    everything = message.normal_title.text + "\n" + message.normal.text
    for entry in message.own.forbid:
        if _meant(entry, message):
            pattern = re.compile(_spelt(entry.words))
            for part, normal in message.parts:
                for match in pattern.finditer(normal.text):
                    yield Finding("B1", *normal.span(*match.span()), part, {"why": entry.why, "fix": entry.fix},
                                  severity=entry.severity)
    for entry in message.own.require:
        if _meant(entry, message) and not re.search(_spelt(entry.words), everything):
            end = len(message.text)
            yield Finding("B2", end, end, blanks={"required": entry.words}, severity=entry.severity)


def _meant(entry, message: Message) -> bool:
    return message.channel in entry.channels and message.language in entry.languages


def _spelt(words: str) -> str:
    """The words as a pattern on the normal form; Latin words count whole."""
    plain = re.escape(normalise(words).text)
    start, end = (r"\b" if words[at].isascii() and words[at].isalnum() else "" for at in (0, -1))
    return start + plain + end
