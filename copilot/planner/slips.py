"""The known word that a mistyped English one was meant to be: one slip away, in long words two."""

from __future__ import annotations

from collections.abc import Collection, Sequence

_LONG = 8
"""Letters from which a word may have two slips."""
_SHORT = 3
"""Letters of a word in which only two that changed places are a slip."""


def nearest(word: str, ranks: Sequence[Collection[str]]) -> str:
    """The one word of the first rank, else of the next, that is nearest by slips; "" where none or several are.

    Of several, the one that ends like the word is meant: "ordes" is "orders", not "order".
    """
    room = 2 if len(word) >= _LONG else 1
    for allowed in range(1, room + 1):
        for known in ranks:
            near = [each for each in known if _begins_alike(word, each) and slips(word, each, allowed) == allowed]
            near = [each for each in near if len(word) > _SHORT or sorted(each) == sorted(word)]
            near = [each for each in near if each[-1] == word[-1]] or near
            if near:
                return near[0] if len(near) == 1 else ""
    return ""


def _begins_alike(word: str, known: str) -> bool:
    """Whether the first letter is the same, or the first two changed places."""
    return word[0] == known[0] or word[:2] == known[1::-1]


def slips(word: str, known: str, most: int) -> int:
    """How many letters were left out, added, exchanged or swapped with the next one; `most` + 1 for more than that."""
    if abs(len(word) - len(known)) > most:
        return most + 1
    before, row = [], list(range(len(known) + 1))
    for i, letter in enumerate(word, 1):
        older, before, row = before, row, [i]
        for j, other in enumerate(known, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == known[j - 2] and word[i - 2] == other:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
