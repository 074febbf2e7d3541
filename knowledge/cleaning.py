"""Repairs of what public Chinese documents suffer from, before anything is indexed."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import cache

from knowledge.errors import BadDocument

HAN = re.compile(r"[\u3400-\u9fff]")
# A converter's ruby text: "運(yùn)營". Only with a tone mark inside and Han before it, so that "(CDP)" survives.
_PINYIN = re.compile(r"(?<=[\u3400-\u9fff])[(（][a-zü]*[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ][a-zü]*[)）]", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060\ufeff\ud800-\udfff]")
_TRADITIONAL_SHARE = 0.05
_lock = threading.Lock()


def decode(data: bytes, *, name: str) -> str:
    """Decode UTF-8 (with or without BOM), UTF-16 with BOM, or GB18030.

    Raises BadDocument when none of them fits.
    """
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadDocument("document_undecodable", name=name)


def clean(text: str) -> str:
    """Return `text` without control characters, injected pinyin and repeated paragraphs.

    The script (traditional or simplified) stays: a reader sees the author's characters.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _PINYIN.sub("", _CONTROL.sub("", text))
    return re.sub(r"\n{3,}", "\n\n", _without_repeats(text)).strip()


def _without_repeats(text: str) -> str:
    seen: set[str] = set()
    kept = []
    for line in text.split("\n"):
        plain = re.sub(r"\s+", "", line)
        # Short lines ("- yes", a table rule) may repeat with good reason.
        if len(plain) >= 20 and not plain.startswith("|"):
            if plain in seen:
                continue
            seen.add(plain)
        kept.append(line.rstrip())
    return "\n".join(kept)


def normalise(text: str) -> str:
    """Return `text` with full-width forms folded and spaces collapsed; for matching, not for showing."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", _CONTROL.sub("", text))).strip()


def simplified(text: str) -> str:
    """Return `text` in simplified characters."""
    with _lock:  # the converter builds its dictionaries at first use
        return _converter().convert(text)


def is_traditional(text: str) -> bool:
    """Whether more than 5 % of the Han characters have a simplified form of their own."""
    sample = "".join(HAN.findall(text))[:4000]
    if not sample:
        return False
    changed = sum(before != after for before, after in zip(sample, simplified(sample), strict=False))
    return changed / len(sample) > _TRADITIONAL_SHARE


def language_of(text: str) -> str:
    """Return "zh" when the text has a fair share of Han characters, else "en"."""
    han = len(HAN.findall(text))
    words = len(re.findall(r"[A-Za-z]+", text))
    return "zh" if han and han >= words else "en"


@cache
def _converter():
    from opencc import OpenCC

    return OpenCC("t2s")
