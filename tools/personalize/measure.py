"""Length of many finished messages at once, as their channel counts it."""

from __future__ import annotations

import sys
import unicodedata
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tools.compliance.segments import GSM_7, GSM_7_EXTENSION, sms_segments
from tools.offer import Language

_ASTRAL = r"[\x{10000}-\x{10ffff}]"


def units(texts: pa.Array) -> np.ndarray:
    """UTF-16 units of each text."""
    pairs = pc.count_substring_regex(texts, pattern=_ASTRAL)
    return pc.add(pc.utf8_length(texts), pairs).to_numpy(zero_copy_only=False)


def segments(texts: pa.Array, language: Language) -> tuple[np.ndarray, np.ndarray]:
    """Billed characters and SMS segments of each text, as `sms_segments` counts them one by one."""
    market = "cn" if language == "zh" else "other"
    billed = units(texts)
    narrow, whole = np.full(len(texts), 70), np.full(len(texts), 67)
    pairs = billed > pc.utf8_length(texts).to_numpy(zero_copy_only=False)
    if market == "other":
        plain = ~pc.match_substring_regex(texts, f"[^{_class(GSM_7 | GSM_7_EXTENSION)}]").to_numpy(zero_copy_only=False)
        doubled = pc.count_substring_regex(texts, pattern=f"[{_class(GSM_7_EXTENSION)}]").to_numpy(zero_copy_only=False)
        billed, pairs = np.where(plain, billed + doubled, billed), np.where(plain, doubled > 0, pairs)
        narrow, whole = np.where(plain, 160, narrow), np.where(plain, 153, whole)
    parts = np.where(billed <= narrow, np.minimum(billed, 1), -(-billed // whole))
    for at in np.flatnonzero(pairs & (billed > narrow)):  # a pair is never cut in two
        parts[at] = sms_segments(texts[int(at)].as_py(), market=market).segments
    return billed, parts


def width(texts: pa.Array) -> np.ndarray:
    """Display columns of each text: a Han character or another wide one takes two."""
    wide = pc.count_substring_regex(texts, pattern=f"[{_wide()}]")
    return pc.add(pc.utf8_length(texts), wide).to_numpy(zero_copy_only=False)


def octets(texts: pa.Array) -> np.ndarray:
    """UTF-8 bytes of each text."""
    return pc.binary_length(texts).to_numpy(zero_copy_only=False)


def _class(letters: frozenset[str]) -> str:
    return "".join(f"\\x{{{ord(letter):x}}}" for letter in sorted(letters))


@cache
def _wide() -> str:
    """Ranges of wide characters, for a character class."""
    ranges: list[list[int]] = []
    for point in range(0x1100, min(sys.maxunicode, 0x3FFFE)):
        if 0xD800 <= point < 0xE000 or unicodedata.east_asian_width(chr(point)) not in "WF":
            continue
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return "".join(f"\\x{{{first:x}}}-\\x{{{last:x}}}" for first, last in ranges)
