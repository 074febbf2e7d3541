"""Personal data written into the copy (L24); its word lists are in the rule book."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.compliance.message import Finding, Message

# A mobile number, an identity number, a bank card.
_PERSONAL = re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)|(?<!\d)\d{17}[\dXx](?!\d)"
                       r"|(?<!\d)(?:\d{4}[ -]?){4}\d{0,3}(?!\d)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


def check(message: Message) -> Iterator[Finding]:
    for part, text in (("title", message.title), ("body", message.text)):
        for match in _PERSONAL.finditer(text):
            yield Finding("L24", *match.span(), part)
        if message.channel != "email":  # an e-mail may give its own contact address
            for match in _EMAIL.finditer(text):
                yield Finding("L24", *match.span(), part)
