"""E-mail: the advertising mark (L19), honest subject, address and a way out (L20)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.compliance.message import Finding, Message

_ADDRESS = re.compile(
    r"\b\d+[\w-]*,?\s+(?:\w+\s+){0,4}(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd|way|"
    r"square|building|plaza|court|suite|floor)\b|\bp\.?\s?o\.?\s+box\s+\d+"
    r"|\b(?:room|rm|floor|no\.)\s*\d+.{0,40}(?:road|street|district)",
    re.IGNORECASE,
)
_WAY_OUT_EN = re.compile(r"\bunsubscribe\b|\bopt[ -]?out\b|\bstop (?:these|receiving)\b", re.IGNORECASE)
_WAY_OUT_ZH = re.compile(r"退订|拒收|取消订阅|不再接收|不想再?收到")
_MARKED_EN = re.compile(r"\badvertis|\bpromotion(?:al)?\b|\bmarketing (?:e-?mail|message)\b|\(ad\)", re.IGNORECASE)


_POSES_EN = re.compile(r"\s*(?:re|fwd?)\s*:|\byour (?:invoice|bill|account|payment|order) (?:is|was|has been)\b"
                       r"|\boverdue\b"
                       r"|\baccount (?:alert|suspended|locked)\b|\bfinal notice\b|\bsecurity alert\b", re.IGNORECASE)


def check(message: Message) -> Iterator[Finding]:
    if message.channel != "email" or not message.promotes:
        return
    yield from _chinese(message) if message.language == "zh" else _english(message)


def _chinese(message: Message) -> Iterator[Finding]:
    if not re.match(r"广告|\[?ad\b", message.normal_title.text.lstrip("【[(")):
        yield Finding("L19", 0, len(message.title), "title")
    if not _WAY_OUT_ZH.search(message.text):
        yield Finding("L19-out", len(message.text), len(message.text))


def _english(message: Message) -> Iterator[Finding]:
    end = len(message.text)
    if match := _poses(message.title):
        yield Finding("L20-subject", match.start(), match.end(), "title")
    if "{brand_address}" in message.text:
        at = message.text.index("{brand_address}")
        yield Finding("L20-fill", at, at + len("{brand_address}"))
    elif not _ADDRESS.search(message.text):
        yield Finding("L20-address", end, end)
    if not _WAY_OUT_EN.search(message.text):
        yield Finding("L20-out", end, end)
    if not _MARKED_EN.search(message.text):
        yield Finding("L20-mark", end, end)


def _poses(subject: str) -> re.Match[str] | None:
    """A reply, forward or service notice that a subject pretends to be; "re:" counts at the start only."""
    found = _POSES_EN.finditer(subject)
    return next((match for match in found if match.start() == 0 or not match.group().rstrip().endswith(":")), None)
