"""Check that a passage says what an answer cites it for.

A sentence that ends in `[passage id]` is supported when the passage names its figures and holds
its words, or means about the same: the words are compared where both are in one language, the
meaning across languages. A figure may also come from the turn's own data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from copilot import grounding
from copilot.answer import Caution, Citation
from copilot.catalogue import text
from knowledge import lexical
from knowledge.cleaning import language_of

Embed = Callable[[list[str]], np.ndarray]
HELD = 0.4
"""Least share of a sentence's content words that the passage holds."""
ALIKE = {True: 0.5, False: 0.3}
"""Least cosine with a sentence of the passage, in one language and across two."""
SHORT = 3
"""Content words below which a sentence ("see here") claims nothing of its own."""
_SENTENCE = re.compile(r".+?(?:[。！？!?]+|\.(?=\s|\[|$)|$)(?:\s*\[[^\[\]\n]+\])*", re.MULTILINE)
_MARKER = re.compile(r"\[([^\[\]\n]+)\]")
_PASSAGE_ID = re.compile(r"\S+#\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Claim:
    end: int
    words: str
    ids: list[str]


def check(
    words: str, *, citations: Iterable[Citation], known: grounding.Known, embed: Embed, language: str
) -> grounding.Checked:
    """Return the answer with unsupported sentences marked, and a warning for each.

    `known` is what the turn vouches for without any passage: its data, its drafts and the question.
    """
    by_id = {citation.id: citation for citation in citations}
    found = [(claim, problem) for claim in claims(words) if (problem := _problem(claim, by_id, known, embed))]
    marked = words
    for claim, _ in reversed(found):
        marked = f"{marked[: claim.end]}{text('citing.mark', language)}{marked[claim.end :]}"
    return grounding.Checked(marked, [
        Caution(code=f"W-CITED-{problem.upper()}",
                message=text(f"citing.{problem}", language, sentence=_shown(claim.words), ids=", ".join(claim.ids)))
        for claim, problem in found
    ])


def claims(words: str) -> Iterator[Claim]:
    """Yield the sentences that cite a passage, with the ids that they cite."""
    for match in _SENTENCE.finditer(words):
        ids = [id for id in _MARKER.findall(match.group()) if _PASSAGE_ID.fullmatch(id)]
        if ids:
            yield Claim(match.end(), _MARKER.sub("", match.group()).strip(" *>-—\t"), ids)


def _problem(claim: Claim, by_id: dict[str, Citation], known: grounding.Known, embed: Embed) -> str:
    """Return what is wrong with a claim: unknown, figure, unsupported, or "" for nothing."""
    cited = [by_id[id] for id in claim.ids if id in by_id]
    if len(cited) < len(claim.ids):
        return "unknown"
    passages = grounding.Known([], [], cited, [])
    if any(not passages.supports(figure) and not known.supports(figure) for figure in grounding.figures(claim.words)):
        return "figure"
    quotes = [f"{citation.title}\n{citation.source}\n{citation.quote}" for citation in cited]
    return "" if any(_supports(quote, claim.words, embed) for quote in quotes) else "unsupported"


def _supports(quote: str, sentence: str, embed: Embed) -> bool:
    terms = [term for term in lexical.content_words(sentence) if not term.isdigit()]  # figures are looked at apart
    if len(terms) < SHORT or _plain(sentence) in _plain(quote):
        return True
    one_language = language_of(sentence) == language_of(quote)
    held = set(lexical.words(quote))
    if one_language and sum(term in held for term in terms) / len(terms) >= HELD:
        return True
    pieces = [piece.strip() for piece in re.split(r"[\n。！？!?]|\.\s", quote) if piece.strip()]
    cosines = embed([sentence, *pieces])
    return float((cosines[1:] @ cosines[0]).max()) >= ALIKE[one_language]


def _plain(words: str) -> str:
    return re.sub(r"[\s*_>#-]+", "", words)


def _shown(sentence: str) -> str:
    return sentence if len(sentence) <= 40 else sentence[:40] + "…"
