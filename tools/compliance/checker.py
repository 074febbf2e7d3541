"""Runs every rule family over one message."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date

from tools.compliance import (
    brand_words,
    draws,
    email,
    figures,
    hygiene,
    length,
    links,
    price,
    privacy,
    sender,
    sms,
    style,
    words,
)
from tools.compliance.brand_rules import BrandRules
from tools.compliance.message import Channel, Finding, Kind, Message
from tools.compliance.normal import normalise
from tools.compliance.results import TextCheck
from tools.compliance.rules import rule_book, rules_version
from tools.compliance.segments import sms_segments
from tools.compliance.vendors import VendorName
from tools.offer import Language, Offer
from tools.results import Bilingual, Issue

FAMILIES = (words, price, draws, figures, sms, links, email, sender, length, privacy, hygiene, style, brand_words)
NO_RULES = BrandRules()


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
    vendor: VendorName | None = None,
    own: BrandRules = NO_RULES,
) -> list[Issue]:
    """Return what a template or a finished message breaks, in reading order.

    `title` is a push title or an e-mail subject; an issue found there has part "title" and offsets in it.
    `allowed` are texts of the brief whose figures may appear; with `offer` and `allowed` both None the
    figures are not traced (rule L25). `as_of` tells whether a stated last day is past. `vendor` is who
    carries the SMS, by default the one of `own`, the brand's rules.
    """
    message = Message(
        text=text, channel=channel, language=language, title=title, offer=offer, brand=brand, kind=kind,
        allowed=None if allowed is None else tuple(allowed), as_of=as_of, vendor_name=vendor or own.vendor, own=own,
    )  # fmt: skip
    found = [finding for family in FAMILIES for finding in family.check(message) if _applies(finding, message)]
    found.sort(key=lambda f: (f.part == "body", f.start, f.rule))
    return [_issue(finding, message) for finding in found]


def check_text(
    text: str,
    *,
    channel: Channel,
    language: Language,
    title: str = "",
    brand: str = "",
    kind: Kind = "promotion",
    as_of: date | None = None,
    vendor: VendorName | None = None,
    own: BrandRules = NO_RULES,
) -> TextCheck:
    """Check a pasted text and count it as it would be billed; the arguments are those of `check_message`."""
    issues = check_message(text, channel=channel, language=language, title=title, brand=brand, kind=kind, as_of=as_of,
                           vendor=vendor, own=own)  # fmt: skip
    counted = sms_segments(text, market="cn" if language == "zh" else "other")
    sms_only = channel == "sms"
    return TextCheck(
        channel=channel, language=language, message_kind=kind, title=title, text=text, issues=issues,
        characters=counted.characters if sms_only else len(text), segments=counted.segments if sms_only else 0,
        encoding=counted.encoding if sms_only else "", vendor=vendor or own.vendor, rules_version=version_of(own),
    )  # fmt: skip


def version_of(own: BrandRules = NO_RULES) -> str:
    """Version of the rule set as it applies here: the built-in rules, and the brand's own where there are any."""
    if own == NO_RULES:
        return rules_version()
    return hashlib.sha256(f"{rules_version()}{own.version}".encode()).hexdigest()[:12]


def issue_of(
    key: str, words: str = "", *, start: int = 0, end: int = 0, part: str = "body",
    blanks: Mapping[str, str] | None = None, severity: str = "",
) -> Issue:  # fmt: skip
    """An issue of one entry of the rule book, its blanks filled."""
    rule = rule_book()[key]
    filled = {"words": words} | dict(blanks or {})
    return Issue(
        rule=rule.id, severity=severity or rule.severity, words=words, start=start, end=end, part=part,
        source=rule.source,
        why=Bilingual(zh=rule.why.zh.format(**filled), en=rule.why.en.format(**filled)),
        fix=Bilingual(zh=rule.fix.zh.format(**filled), en=rule.fix.en.format(**filled)),
    )  # fmt: skip


def _applies(finding: Finding, message: Message) -> bool:
    rule = rule_book()[finding.rule]
    if not (message.channel in rule.channels and message.language in rule.languages and message.kind in rule.kinds):
        return False
    return message.own.weight(rule) != "off" and not _proven(finding, message)


def _proven(finding: Finding, message: Message) -> bool:
    """Whether the claim overlaps one that the brand holds evidence for."""
    if finding.rule.partition("-")[0] not in ("L2", "L6"):
        return False
    normal = message.normal_title if finding.part == "title" else message.normal
    for claim in message.own.evidence:
        at = normal.text.find(normalise(claim).text)
        if at >= 0:
            start, end = normal.span(at, at + len(normalise(claim).text))
            if start < finding.end and finding.start < end:
                return True
    return False


def _issue(finding: Finding, message: Message) -> Issue:
    original = message.title if finding.part == "title" else message.text
    rule = rule_book()[finding.rule]
    changed = rule.key in message.own.severity or rule.id in message.own.severity
    severity = message.own.weight(rule) if changed else finding.severity
    return issue_of(finding.rule, original[finding.start : finding.end], start=finding.start, end=finding.end,
                    part=finding.part, blanks=finding.blanks, severity=severity)  # fmt: skip
