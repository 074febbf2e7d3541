"""What a channel cuts off or refuses: WeCom bytes (L26), push width and payload (L28)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from tools.compliance.message import Finding, Message
from tools.merge_fields import longest

WECOM_BYTES, WECOM_TITLE_BYTES, PUSH_BYTES = 4000, 64, 4096
PUSH_TITLE = {"zh": 40, "en": 40}
PUSH_BODY = {"zh": 100, "en": 90}


def width(text: str) -> int:
    """Display columns: a Han character or another wide one takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def check(message: Message) -> Iterator[Finding]:
    body = longest(message.text, message.language, message.offer)
    title = longest(message.title, message.language, message.offer)
    if message.channel == "wecom":
        yield from _over("L26", len(body.encode()), WECOM_BYTES, message.text)
        yield from _over("L26-title", len(title.encode()), WECOM_TITLE_BYTES, message.title, "title")
    elif message.channel == "push":
        yield from _over("L28-payload", len((title + body).encode()), PUSH_BYTES, message.text)
        yield from _over("L28", width(body), PUSH_BODY[message.language], message.text)
        yield from _over("L28-title", width(title), PUSH_TITLE[message.language], message.title, "title")


def _over(rule: str, size: int, limit: int, text: str, part: str = "body") -> Iterator[Finding]:
    if size > limit:
        yield Finding(rule, 0, len(text), part, {"size": str(size), "limit": str(limit)})
