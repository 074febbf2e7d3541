"""How an SMS is counted and billed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

Market = Literal["cn", "other"]

# 3GPP TS 23.038, default alphabet and its extension table (an extension character takes two septets).
GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_EXTENSION = frozenset("^{}\\[~]|€\f")


class Segments(NamedTuple):
    characters: int
    """Billed units: UTF-16 units in UCS-2 (an emoji is two), septets in GSM-7 (an extension character is two)."""
    segments: int
    encoding: Literal["GSM-7", "UCS-2"]


def utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2


def sms_segments(text: str, *, market: Market) -> Segments:
    """Count `text` as billed: the CN market always by 70 / 67 units, elsewhere GSM-7 160 / 153, else UCS-2 70 / 67."""
    if market == "other" and all(character in GSM_7 or character in GSM_7_EXTENSION for character in text):
        septets = sum(2 if character in GSM_7_EXTENSION else 1 for character in text)
        return Segments(septets, _parts(text, septets, 160, 153, _septet_width), "GSM-7")
    units = utf16_units(text)
    return Segments(units, _parts(text, units, 70, 67, utf16_units), "UCS-2")


def _septet_width(character: str) -> int:
    return 2 if character in GSM_7_EXTENSION else 1


def _parts(text: str, units: int, single: int, joined: int, width: Callable[[str], int]) -> int:
    """Segments of a text; a pair (emoji, extension character) is never cut in two."""
    if units <= single:
        return 1 if units else 0
    parts, room = 1, joined
    for character in text:
        size = width(character)
        if size > room:
            parts, room = parts + 1, joined
        room -= size
    return parts
