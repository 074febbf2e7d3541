"""Rules that are word lists: absolute terms, cures and returns, urgency, refused topics, pressure, …"""

from __future__ import annotations

from collections.abc import Iterator

from tools.compliance.message import Finding, Message
from tools.compliance.rules import patterns, rule_book


def check(message: Message) -> Iterator[Finding]:
    for key, rule in rule_book().items():
        applies = message.language in rule.languages and message.channel in rule.channels
        if rule.find and applies and (rule.id != "L15" or rule.form in message.vendor.refuses):
            yield from _hits(key, message)


def _hits(key: str, message: Message) -> Iterator[Finding]:
    find, unless = patterns(key)
    for part, normal in message.parts:
        excused = [match.span() for match in unless.finditer(normal.text)] if unless else []
        for match in find.finditer(normal.text):
            if not any(start < match.end() and match.start() < end for start, end in excused):
                yield Finding(key, *normal.span(*match.span()), part)
