"""Mend a Chinese term typed with a wrong character of about the same sound: "复构率" is "复购率"."""

from __future__ import annotations

import re
from collections.abc import Iterable

_HAN = re.compile(r"[㐀-鿿]{2,}")
_FIRST_LEVEL = range(0xB0, 0xD8)
"""Lead bytes of the 3,755 common characters of GB/T 2312-1980, which stand in the order of their pinyin."""
NEAR = 24
"""Places in that order within which two characters sound about the same."""


def mended(
    words: str, terms: Iterable[str], parts: Iterable[str], common: frozenset[str], *, strict: bool = False
) -> str:
    """The text with the one known term that differs in one such character; as it was where several would do.

    `parts` are the text's words by a dictionary: a character that is part of a longer word is no slip ("女性客户").
    The wrong character of a term of two is none of the `common` words: "7天卖" is not 天猫. With `strict` that holds of
    longer terms too.
    """
    known = [term for term in terms if _HAN.fullmatch(term)]
    alone = {at for at in _alone(parts) if not (strict and words[at] in common)}
    found = {
        (at, term) for run in _HAN.finditer(words) for term in known
        for at in range(run.start(), run.end() - len(term) + 1)
        if _slip(words[at : at + len(term)], term, at) in alone
        and (len(term) > 2 or words[_slip(words[at : at + 2], term, at)] not in common)
    }  # fmt: skip
    longest = max((len(term) for _, term in found), default=0)
    best = [(at, term) for at, term in found if len(term) == longest]
    if len(best) != 1:
        return words
    ((at, term),) = best
    return f"{words[:at]}{term}{words[at + len(term) :]}"


def _alone(parts: Iterable[str]) -> Iterable[int]:
    """Places of the words of one character."""
    at = 0
    for part in parts:
        if len(part) == 1:
            yield at
        at += len(part)


def _slip(said: str, term: str, start: int) -> int | None:
    """Where the only character stands that differs, if it sounds about the same."""
    wrong = [at for at in range(len(term)) if said[at] != term[at]]
    return start + wrong[0] if len(wrong) == 1 and _near(said[wrong[0]], term[wrong[0]]) else None


def _near(one: str, other: str) -> bool:
    places = [_place(one), _place(other)]
    return None not in places and abs(places[0] - places[1]) <= NEAR


def _place(character: str) -> int | None:
    code = character.encode("gb2312", errors="ignore")
    return (code[0] - 0xB0) * 94 + code[1] if len(code) == 2 and code[0] in _FIRST_LEVEL else None
