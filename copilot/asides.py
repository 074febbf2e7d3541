"""Parts of a model's text that are not for people: a reasoning model's thoughts, tool calls written as text."""

from __future__ import annotations

import re

THOUGHTS = ("<think>", "</think>")
CALLS = ("<tool_call>", "</tool_call>")
_THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL)


class Asides:
    """Takes what stands between two marks out of a stream of text, piece by piece.

    Some servers write the opening mark into the prompt, so that a stream begins with thoughts and
    only their end is seen: `unopened` tells that, and `expected` holds the text back until then.
    """

    def __init__(self, marks: tuple[str, str], *, expected: bool = False) -> None:
        self._opening, self._closing = marks
        self._inside = self._expected = expected
        self._held = ""
        self.bodies: list[str] = []
        """What stood between the marks."""
        self.unopened = False

    def shown(self, piece: str) -> str:
        """Take in the next piece; return what people may read of the text up to now."""
        self._held += piece
        out = ""
        while True:
            mark = self._closing if self._inside else self._opening
            before, found, after = self._held.partition(mark)
            if not found:
                return out + self._rest()
            if self._inside:
                self.bodies.append(before)
            else:
                out += before
            self._inside, self._expected, self._held = not self._inside, False, after

    def _rest(self) -> str:
        """What may be shown of a text without a mark: not the beginning of one."""
        if self._inside:
            return ""
        _, closing, after = self._held.partition(self._closing)
        if closing:  # it stays in the text, so that what was shown before it can be told and taken out
            self.unopened, self._held = True, after
        keep = _overlap(self._held, self._opening, self._closing)
        out, self._held = self._held[: len(self._held) - keep], self._held[len(self._held) - keep :]
        return closing + out

    def end(self) -> str:
        """The stream is over: return what was held back and is to be shown after all."""
        if self._inside and not self._expected:
            self.bodies.append(self._held)
            return ""
        return self._held


def _overlap(words: str, *marks: str) -> int:
    """How many of the last letters may be the beginning of a mark."""
    return max((n for mark in marks for n in range(1, len(mark)) if words.endswith(mark[:n])), default=0)


def without_thoughts(words: str) -> str:
    """The text without a reasoning model's thoughts, also where one of their marks is missing."""
    words = _THOUGHT.sub("", words)
    words = words.rpartition(THOUGHTS[1])[2]
    return words.partition(THOUGHTS[0])[0].strip()
