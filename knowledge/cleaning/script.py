"""Scripts and characters: traditional or simplified, Chinese or English, visible or not."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import cache
from importlib import resources

HAN = re.compile(r"[\u3400-\u9fff]")
INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\ufffb"
    r"\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Control and format characters that no reader sees; tab and line feed stay."""
_OWN_FORMS = dict(zip(
    "⼾⺟⺠⻁⻄⻅⻆⻉⻋⻑⻓⻔⻘⻙⻚⻛⻜⻝⻡⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳",
    "户母民虎西见角贝车長长门青韦页风飞食首马骨鬼鱼鸟卤麦黄齐齿龙龟", strict=True))  # fmt: skip
_FOLDED = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
RADICALS = str.maketrans(_FOLDED | _OWN_FORMS)
"""Radicals in the place of the characters that look the same: how some programs write a PDF's letters."""
_TRADITIONAL_SHARE = 0.05
_lock = threading.Lock()


def visible(text: str) -> str:
    """Return `text` without the characters that no reader sees."""
    return INVISIBLE.sub("", text)


def normalise(text: str) -> str:
    """Return `text` with full-width forms folded and spaces collapsed; for matching, not for showing."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", visible(text))).strip()


def simplified(text: str) -> str:
    """Return `text` in simplified characters."""
    if _changed().isdisjoint(text):  # the converter takes a thousand times as long to change nothing
        return text
    with _lock:  # the converter builds its dictionaries at first use
        return _converter("t2s").convert(text)


def traditional(text: str) -> str:
    """Return `text` in traditional characters."""
    with _lock:
        return _converter("s2t").convert(text)


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
def _changed() -> frozenset[str]:
    """Characters one of which is in every word that the converter to simplified ones writes otherwise."""
    found: set[str] = set()
    for name in ("TSCharacters.txt", "TSPhrases.txt"):  # in this order: most phrases hold such a character
        for line in resources.files("opencc").joinpath("dictionary", name).read_text(encoding="utf-8").splitlines():
            word, _, written = line.partition("\t")
            if found.isdisjoint(word):
                found |= set(word) - set(written.partition(" ")[0])
    return frozenset(found)


@cache
def _converter(way: str):
    from opencc import OpenCC

    return OpenCC(way)
