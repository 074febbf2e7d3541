"""Which sentences of a passage an answer quotes, and marking them in the passage's rendered text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ui.prose import prose

OPEN, CLOSE = "\ue000", "\ue001"
"""Private-use letters that pass through the renderer where <mark> shall stand."""
SHORTEST = 6
"""Letters of a sentence below which its words are found anywhere."""
_MARKERS = re.compile(r"\s*(?:#{1,6}\s+|>\s*|[-*+]\s+|\d+[.)、]\s*)*")
_SENTENCE = re.compile(r".*?(?:[。！？!?；;]+|\.(?=\s)|$)")
_NOT_LETTERS = re.compile(r"[\W_]+")


def quoted(answer: str, passage: str) -> list[str]:
    """Sentences of `passage` that stand word for word in `answer`."""
    said = _letters(answer)
    return [sentence for sentence in _sentences(passage) if _letters(sentence) in said]


def marked(markdown: str, quotes: Iterable[str], language: str) -> tuple[str, bool, bool]:
    """Render a passage with the quoted sentences marked: (HTML, whether some are, whether it is quoted as a whole).

    Where every sentence is quoted none is marked.
    """
    wanted = {_letters(quote) for quote in quotes}
    spans = [span for line in _lines(markdown) for span in _spans(markdown, *line)]
    hits = [(start, end) for start, end in spans if _letters(markdown[start:end]) in wanted]
    if not hits or len(hits) == len(spans):
        return prose(markdown, [], language), False, bool(hits)
    pieces, last = [], 0
    for start, end in hits:
        pieces += [markdown[last:start], OPEN, markdown[start:end], CLOSE]
        last = end
    rendered = prose("".join([*pieces, markdown[last:]]), [], language)
    return rendered.replace(OPEN, "<mark>").replace(CLOSE, "</mark>"), True, False


def _sentences(markdown: str) -> Iterator[str]:
    for line in _lines(markdown):
        for start, end in _spans(markdown, *line):
            yield markdown[start:end]


def _lines(markdown: str) -> Iterator[tuple[int, int]]:
    """Start and end of each line that is prose; a table's row is no sentence."""
    start = 0
    for line in markdown.split("\n"):
        if line.strip() and not line.lstrip().startswith("|"):
            yield start, start + len(line)
        start += len(line) + 1


def _spans(markdown: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Sentences of a line, its list or heading mark left out."""
    at = _MARKERS.match(markdown, start, end).end()
    while at < end:
        match = _SENTENCE.match(markdown, at, end)
        words = match.group().strip()
        if len(_letters(words)) >= SHORTEST:
            first = markdown.index(words, at, end)
            yield first, first + len(words)
        at = max(match.end(), at + 1)


def _letters(words: str) -> str:
    """Letters and digits alone: marks of emphasis, spaces and line ends are no words."""
    return _NOT_LETTERS.sub("", words).casefold()
