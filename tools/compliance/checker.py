"""Runs every rule family over one message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tools.compliance import email, figures, hygiene, length, links, price, privacy, sender, sms, words
from tools.compliance.message import Channel, Finding, Kind, Message
from tools.compliance.rules import rule_book
from tools.offer import Language, Offer
from tools.results import Bilingual, Issue

FAMILIES = (words, price, figures, sms, links, email, sender, length, privacy, hygiene)


def check_message(
    text: str,
    *,
    channel: Channel,
    language: Language,
    offer: Offer | None = None,
    brand: str = "",
    kind: Kind = "promotion",
    title: str = "",
    allowed: Sequence[str] | None = None,
    as_of: date | None = None,
) -> list[Issue]:
    """Return what a template or a finished message breaks, in reading order.

    `title` is a push title or an e-mail subject; an issue found there has part "title" and offsets in it.
    `allowed` are texts of the brief whose figures may appear; with `offer` and `allowed` both None the
    figures are not traced (rule L25). `as_of` tells whether a stated last day is past.
    """
    message = Message(text=text, channel=channel, language=language, title=title, offer=offer, brand=brand,
                      kind=kind, allowed=None if allowed is None else tuple(allowed), as_of=as_of)
    found = [finding for family in FAMILIES for finding in family.check(message) if _applies(finding, message)]
    found.sort(key=lambda f: (f.part == "body", f.start, f.rule))
    return [_issue(finding, message) for finding in found]


def _applies(finding: Finding, message: Message) -> bool:
    rule = rule_book()[finding.rule]
    return message.channel in rule.channels and message.language in rule.languages and message.kind in rule.kinds


def _issue(finding: Finding, message: Message) -> Issue:
    rule = rule_book()[finding.rule]
    original = message.title if finding.part == "title" else message.text
    words_found = original[finding.start : finding.end]
    blanks = {"words": words_found} | finding.blanks
    return Issue(
        rule=rule.id, severity=rule.severity, words=words_found, start=finding.start, end=finding.end,
        part=finding.part, source=rule.source,
        why=Bilingual(zh=rule.why.zh.format(**blanks), en=rule.why.en.format(**blanks)),
        fix=Bilingual(zh=rule.fix.zh.format(**blanks), en=rule.fix.en.format(**blanks)),
    )
