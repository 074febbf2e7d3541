"""Mask personal data that a person typed, before any language model sees it."""

from __future__ import annotations

import re
import unicodedata

# Order matters: an ID number contains what looks like a phone number.
_PATTERNS = (
    ("email", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("id-number", re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")),
    ("bank-card", re.compile(r"(?<!\d)\d(?:[ -]?\d){15,18}(?!\d)")),
    ("phone", re.compile(r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d){8}(?!\d)")),
    ("phone", re.compile(r"(?<![\d-])\(?\d{3}\)?[ -]\d{3}[ -]\d{4}(?!\d)")),
)


def mask(words: str) -> str:
    """Replace e-mails, phones, ID and card numbers by their kind: "[phone]"."""
    masked = unicodedata.normalize("NFKC", words)
    for kind, pattern in _PATTERNS:
        masked = pattern.sub(f"[{kind}]", masked)
    return masked
