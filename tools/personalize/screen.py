"""Which of many finished messages need the whole check: those that data may have brought a finding into.

The checker takes most of a millisecond a message. Its word lists, with their look-around left out (so that they find
more, never less), run as one automaton over all messages at once; a message that they find something new in goes
through the checker itself, and only that decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tools.compliance.normal import normalise
from tools.compliance.rules import rule_book
from tools.personalize.template import Wording

UNSEEN = r"[\x{0}-\x{9}\x{b}-\x{1f}\x{7f}-\x{9f}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2069}\x{feff}]"
"""Control characters, marks of direction, and others without a width; a line break may stay."""
ORDINARY = r"^[\p{L}\p{M} ·'\-]*$"
TELLING = r"[折减券奖赠免价]"
"""A value of other characters, or with one of these, may break a rule that is no word list."""
_UNFILLED = [r"[{}]", "null", "undefined", "待定", "待补充", "某某", "xx", "××"]
_REPEATED = re.compile(r"\{(\d*)(?:,\d*)?\}")
_GAP = re.compile(r"\[\^[^\]]*\][*+]|\( ?\[\\p\{L\}\\p\{N\}_\]\+ ?\)\*")
"""Any words up to a mark, or any number of words."""
_TOGETHER = 100
"""Patterns in one automaton: with some hundreds RE2 gives up its fast way, and is a thousand times as slow."""
_SENTENCES = ("inferred", "slight", "implied")
"""Forms of rules that tell by how a whole sentence is made."""
_LOOKING = re.compile(r"\(\?<?[=!]")
_CLASSES = {"w": r"\p{L}\p{N}_", "d": r"\p{Nd}", "s": r"\s\p{Z}"}


class Screen:
    """Finds messages of one wording that may break more than the wording itself does."""

    def __init__(self, wording: Wording) -> None:
        self._pieces = _pieces(wording)
        usual = self._normal({name: normal(pa.array([value])) for name, value in wording.usual.items()}, 1)
        self._usual = {pattern: _count(usual, pattern)[0] for pattern in _patterns(wording)}
        new = [f"(?:{pattern})" for pattern, found in self._usual.items() if not found]
        self._new = ["|".join(new[at : at + _TOGETHER]) for at in range(0, len(new), _TOGETHER)]
        self._usual = {pattern: found for pattern, found in self._usual.items() if found}

    def finds(self, values: Mapping[str, pa.Array], rows: int) -> np.ndarray:
        """Whether each message has something that the wording with ordinary values has not; values in normal form."""
        messages = self._normal(values, rows)
        found = np.zeros(rows, dtype=bool)
        for patterns in self._new:
            found |= pc.match_substring_regex(messages, patterns).to_numpy(zero_copy_only=False)
        for pattern, usual in self._usual.items():
            found = found | (_count(messages, pattern) != usual)
        return found

    def _normal(self, values: Mapping[str, pa.Array], rows: int) -> pa.Array:
        return joined(self._pieces, values, rows)


def _count(texts: pa.Array, pattern: str) -> np.ndarray:
    return pc.count_substring_regex(texts, pattern=pattern).to_numpy(zero_copy_only=False)


class _Letters(dict):
    """The checker's normal form of each letter, for str.translate."""

    def __missing__(self, point: int) -> str:
        self[point] = normalise(chr(point)).text
        return self[point]


_LETTERS = _Letters()


def normal(texts: pa.Array) -> pa.Array:
    """The form that rules match on; of blanks, those before Han go. Null stays null."""
    whole = "\0".join(text or "" for text in texts.to_pylist()).translate(_LETTERS)
    found = pa.array(re.sub(r" +(?=[\u3400-\u9fff])", "", whole).split("\0")[: len(texts)], pa.string())
    return pc.if_else(texts.is_valid(), found, None)


def _pieces(wording: Wording) -> tuple[str, ...]:
    """Literals in normal form and fields in turn, the parts of the message one below the other."""
    whole: list[str] = []
    for part in wording.parts:
        whole[-1:] = [f"{whole[-1]}\n{part[0]}", *part[1:]] if whole else part
    literals = normal(pa.array(whole[::2])).to_pylist()
    if wording.language == "zh":  # a Han value may follow
        literals = [literal.rstrip(" ") for literal in literals]
    whole[::2] = literals
    return tuple(whole)


def joined(pieces: tuple[str, ...], values: Mapping[str, pa.Array], rows: int) -> pa.Array:
    """One text a row: literals, and at odd places the row's value of a field."""
    if len(pieces) == 1:
        return pa.array(pieces * rows, pa.string())
    columns = [values[piece] if place % 2 else pa.scalar(piece) for place, piece in enumerate(pieces)]
    return pc.binary_join_element_wise(*columns, "")


def _patterns(wording: Wording) -> list[str]:
    """What word lists, the brand's own among them, look for, as RE2 patterns that find at least as much."""
    own = [re.escape(normalise(entry.words).text) for entry in wording.setting.own.forbid]
    return [*_UNFILLED, *_listed(wording.language), *own]


@cache
def _listed(language: str) -> list[str]:
    rules = [rule for rule in rule_book().values() if language in rule.languages]
    found = [(rule, looser(pattern)) for rule in rules for pattern in rule.find]
    parted = (telling(pattern) if rule.form.startswith(_SENTENCES) else [pattern] for rule, pattern in found)
    return list(dict.fromkeys(each for patterns in parted for each in patterns))


def telling(pattern: str) -> list[str]:
    """RE2 patterns that find wherever `pattern` does: of each of its branches the longest part between gaps.

    An automaton that holds many gaps of any words at once has too many states to be fast.
    """
    found = []
    for parts in _branches(pattern):
        needed = [part for part in parts if part and not _may_be_nothing(part)]
        found.append(max(needed, key=len, default=pattern))
    return found


def _branches(pattern: str) -> list[list[str]]:
    """The branches of a pattern, each as its parts between gaps such as `[^,。!?]*`."""
    branches, at = [[""]], 0
    while at < len(pattern):
        gap = _GAP.match(pattern, at)
        if gap:
            branches[-1].append("")
            at = gap.end()
        elif pattern[at] == "|":
            branches.append([""])
            at += 1
        else:
            end = _atom_end(pattern, at)
            branches[-1][-1] += pattern[at:end]
            at = end
    return branches


def _atom_end(pattern: str, at: int) -> int:
    """The place after the group, class, escape or letter that begins at `at`."""
    if pattern[at] == "(":
        return _closing(pattern, at)
    if pattern[at] == "[":
        return pattern.index("]", at + 1) + 1
    return at + (2 if pattern[at] == "\\" else 1)


def _may_be_nothing(part: str) -> bool:
    return pc.match_substring_regex(pa.array([""]), f"^(?:{part})$")[0].as_py()


def looser(pattern: str) -> str:
    """A pattern in RE2's syntax without look-around, word boundaries and anchors: it matches where `pattern` does."""
    out, at, inside = [], 0, False
    while at < len(pattern):
        letter = pattern[at]
        if letter == "\\":
            out.append(_escape(pattern[at + 1], inside))
            at += 2
        elif not inside and _LOOKING.match(pattern, at):
            at = _closing(pattern, at)
        elif not inside and (repeated := _REPEATED.match(pattern, at)):
            # As often as it likes: an automaton that counts has too many states to be fast.
            out.append("*" if repeated[1] in ("", "0") else "+")
            at = repeated.end()
        else:
            anchor = letter in "^$" and not inside
            inside = letter == "[" or (inside and letter != "]")
            out.append("" if anchor else letter)
            at += 1
    return "".join(out)


def _escape(letter: str, inside: bool) -> str:
    if letter in "bB":
        return ""
    if letter in _CLASSES:
        return _CLASSES[letter] if inside else f"[{_CLASSES[letter]}]"
    return f"\\{letter}"


def _closing(pattern: str, at: int) -> int:
    """The place after the group that opens at `at`."""
    depth, inside = 0, False
    while True:
        letter = pattern[at]
        if letter == "\\":
            at += 1
        elif inside or letter == "[":
            inside = letter != "]"
        else:
            depth += (letter == "(") - (letter == ")")
        at += 1
        if not depth:
            return at
