"""Tells English words from misspelt ones by the encoder's own vocabulary.

The vocabulary holds everyday words in one piece. Rarer words are cut into pieces that mean something
("condition" + "er", "tooth" + "paste"), misspelt ones into pieces that do not ("meme" + "ber" + "ship").
"""

from __future__ import annotations

from knowledge.embedding import encoder

INFLECTIONS = {
    "s", "es", "d", "ed", "r", "er", "ers", "ing", "st", "est", "ly", "ness", "less", "ise", "ised", "ising", "ize",
    "ized", "izing",
}  # fmt: skip
PART = 4
"""Least letters of a part of a compound word."""
MARK = "\u2581"
"""What a piece begins with that begins a word."""


def is_everyday(word: str) -> bool:
    """Whether a lower-case English word is in the vocabulary, inflected from a word there, or a compound of two."""
    first, *rest = _pieces(word)
    if not rest:
        return True
    if len(rest) == 1 and rest[0] in INFLECTIONS:
        return not word.endswith("ss" + rest[0])
    return all(_is_word(piece) for piece in (first, *rest))


def _is_word(piece: str) -> bool:
    """Whether a piece of a word is a word itself; the short ones that are none ("tion") never begin a word."""
    return len(piece) >= PART and len(_pieces(piece, marks=len(piece) == PART)) == 1


def _pieces(word: str, *, marks: bool = False) -> list[str]:
    """A word as the vocabulary cuts it; with `marks`, a mark that stands alone is a piece as well."""
    tokenizer = encoder()._tokenizer  # its only way to a word's pieces
    pieces = [tokenizer._pieces[number] for number in tokenizer.encode(word)[1:-1]]
    return [text for piece in pieces if (text := piece.removeprefix(MARK)) or marks]
