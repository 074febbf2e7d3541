"""Takes out the readings that converters inject into Chinese words: "運(yùn)營", "運yùn營"."""

from __future__ import annotations

import re
import unicodedata

_TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
_LETTER = f"[a-züɡɑ{_TONES}\u0300\u0301\u0304\u0308\u030c]"
_BRACKETED = re.compile(rf"(?<=[\u3400-\u9fff])[(（]([^\S\n]?{_LETTER}{{1,9}}[^\S\n]?)[)）]")
_BARE = re.compile(rf"(?<=[\u3400-\u9fff])({_LETTER}{{1,9}})(?=[\u3400-\u9fff])")
_SYLLABLE = re.compile(
    r"(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?"
    r"(?:iang|iong|uang|ang|eng|ing|ong|iao|ian|uai|uan|uen|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|uo|ui|ue|üe|ün|er"
    r"|a|o|e|i|u|ü)|n|ng|m|hm",
)
_TONE = re.compile("[\u0300\u0301\u0304\u030c]")
_NEUTRAL = frozenset(["de", "le", "ma", "ba", "ne", "men", "zi", "zhe", "guo", "me", "ya", "la", "tou", "li"])
_CONVERTED = 5
"""Readings with a tone mark from which on a text was converted; then those without one go as well."""


def without_pinyin(text: str) -> tuple[str, int]:
    """Return the text without injected readings, and how many there were.

    A reading is one syllable with a tone mark after a Han character, in brackets or before another
    Han character; "(CAC)", "(vip)" and readings of whole words stay.
    """
    toned = sum(_is_toned(found[1]) for found in _BRACKETED.finditer(text))
    found = 0

    def drop(match: re.Match[str]) -> str:
        nonlocal found
        bracketed = not match[0][0].isalpha()
        neutral = bracketed and toned >= _CONVERTED and match[1].strip() in _NEUTRAL
        if not (neutral or _is_toned(match[1])):
            return match[0]
        found += 1
        return ""

    return _BARE.sub(drop, _BRACKETED.sub(drop, text)), found


def _is_toned(reading: str) -> bool:
    """Whether it is one syllable with exactly one tone mark."""
    apart = unicodedata.normalize("NFD", reading.strip().replace("ɡ", "g").replace("ɑ", "a"))
    bare = unicodedata.normalize("NFC", _TONE.sub("", apart))
    return len(_TONE.findall(apart)) == 1 and _SYLLABLE.fullmatch(bare) is not None
