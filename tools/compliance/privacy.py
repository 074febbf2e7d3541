"""Personal data written into the copy (L24); its word lists are in the rule book."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.compliance.message import Finding, Message

# A mobile number, an identity number, a bank card.
_PERSONAL = re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)|(?<!\d)\d{17}[\dXx](?!\d)"
                       r"|(?<!\d)(?:\d{4}[ -]?){4}\d{0,3}(?!\d)")
# Somebody is addressed by surname instead of the merge field.
_NAMED = re.compile(r"(?:^|[。！？!?】\n])\s*[\u4e00-\u9fff]{1,3}(?:先生|女士|小姐|太太)(?=[，,：:！!]|您)"
                    r"|(?:^|[.!?:]\s)(?:Mr|Mrs|Ms|Miss)\.? [A-Z][a-z]+(?=,)", re.MULTILINE)
# A number of ten digits; a service line names itself as one.
_TEN_DIGITS = re.compile(r"(?<![\d-])\(?\d{3}\)?[ -]\d{3}-\d{4}(?![\d-])")
_SERVICE_LINE = re.compile(r"(?:call|phone|tel|dial|text|hotline|contact|ring|客服|热线|电话|致电"
                           r"|拨打)\W*(?:\w+\W+){0,3}$", re.IGNORECASE)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]+\.[\w.-]+")


def check(message: Message) -> Iterator[Finding]:
    for part, text in message.texts:
        for match in (*_PERSONAL.finditer(text), *_NAMED.finditer(text)):
            yield Finding("L24", *match.span(), part)
        for match in _TEN_DIGITS.finditer(text):
            if not _SERVICE_LINE.search(text[: match.start()]):
                yield Finding("L24", *match.span(), part)
        if message.channel != "email":  # an e-mail may give its own contact address
            for match in _EMAIL.finditer(text):
                yield Finding("L24", *match.span(), part)
