"""What makes a message look unfinished: open placeholders (Q1), mixed languages (Q2), an empty text (Q4)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.compliance.links import LINK
from tools.compliance.message import Finding, Message
from tools.merge_fields import merge_fields

_BRACES = re.compile(r"\{\{?\s*[^{}\n]{0,40}\}?\}|\$\{[^}]*\}|%[A-Za-z_]+%|<[\w ]{2,20}>|\[[A-Za-z_ ]{2,25}\]|_{3,}"
                     r"|(?<![A-Za-z])X{2,}(?![A-Za-z])|[×]{2,}|\bTODO\b|\bTBD\b|\b[Ll]orem\b|待补充|待定|待填"
                     r"|此处填写|填写优惠|某某")
_NULL = re.compile(r"(?<![A-Za-z])(?:null|none|nan|undefined|N/A)(?![A-Za-z])")
_ENGLISH_RUN = re.compile(r"[A-Za-z]+(?:[ '-]+[A-Za-z]+){2,}")
# Function words of Latin-script languages that English does not have; two of them are a foreign sentence.
_FOREIGN_WORD = re.compile(r"\b(?:nous|vous|avons|avez|votre|notre|une|les|des|pour|avec|lettre|bonjour|merci|und|der"
                           r"|die|das|den"
                           r"|für|mit|unsere[nrs]?|neue[nrs]?|bitte|ihre[nrs]?|sie|jetzt|nicht|para|usted|las|los"
                           r"|nuestr[ao]s?"
                           r"|hola|gracias|con|por|della|dei|gli|nostr[aoie]|grazie)\b", re.IGNORECASE)
_HAN_RUN = re.compile(r"[\u3400-\u9fff][\u3400-\u9fff\u3000-\u303f\uff00-\uffef]*")


def check(message: Message) -> Iterator[Finding]:
    if not message.text.strip():
        yield Finding("Q4", 0, 0)
    for part, text in message.texts:
        for match in _BRACES.finditer(text):
            if match.group().strip("{}") not in merge_fields() or match.group().startswith("{{"):
                yield Finding("Q1", *match.span(), part)
        for match in _NULL.finditer(text):
            yield Finding("Q1-null", *match.span(), part)
        yield from _foreign(message, text, part)


def _foreign(message: Message, text: str, part: str) -> Iterator[Finding]:
    zh = message.language == "zh"
    excused = [match.span() for match in LINK.finditer(text)]
    given = [message.brand, *(message.allowed or ())]
    if message.offer:
        given += [message.offer.said, message.offer.item]
    for match in (_ENGLISH_RUN if zh else _HAN_RUN).finditer(text):
        if any(match.group() in words for words in given if words):
            continue
        if not any(start < match.end() and match.start() < end for start, end in excused):
            yield Finding("Q2", *match.span(), part)
    words = [] if zh else list(_FOREIGN_WORD.finditer(text))
    if len({match.group().lower() for match in words}) > 1:
        yield Finding("Q2", words[0].start(), words[-1].end(), part)
