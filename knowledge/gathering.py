"""Asks each list about one question, within the documents that a filter allows."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from knowledge.filters import Scope
from knowledge.fusion import Evidence
from knowledge.generation import Generation
from knowledge.postings import Postings

CANDIDATES = 300
"""Texts taken from each list before fusion."""


def add_near(
    evidence: Evidence, generation: Generation, cosines: Mapping[str, float], scope: Scope | None = None
) -> None:
    """Add what is near a question: {text key: cosine}; `scope` is what to look at, None for all."""
    evidence.floor = max(0.0, min(cosines.values(), default=0.0))
    for entry in (entry for key in cosines for entry in generation.entries.get(key, ())):
        if scope is not None and (entry.document, entry.language) not in scope.documents:
            continue  # an equal text elsewhere
        cosine = cosines[entry.vector]
        if entry.passage is None:
            evidence.asked.setdefault(entry.document, []).append(cosine)
        else:
            evidence.own[entry.passage] = max(cosine, evidence.own.get(entry.passage, 0.0))
            evidence.document[entry.passage] = entry.document
    for document in evidence.asked.keys() - set(evidence.document.values()):
        evidence.document[generation.first_passages[document]] = document


def add_worded(
    evidence: Evidence, postings: Postings, places: Mapping[int, tuple[str, str, str]], scope: Scope | None = None,
    related: Collection[str] = (),
) -> None:
    """Add the passages that hold the evidence's terms, and those that hold `related` words.

    `places` says which passage, of which document, a row is.
    """
    for scores, words in ((evidence.words, evidence.terms), (evidence.related, related)):
        for row, score in postings.matches(words, CANDIDATES, scope and scope.rows).items():
            passage, document, _ = places[row]
            scores[passage] = max(score, scores.get(passage, 0.0))
            evidence.document[passage] = document


def add_glossed(evidence: Evidence, generation: Generation, question: str, language: str, scope: Scope | None) -> None:
    """Let documents that are in `language` only be asked in their own words, for a question in the other one."""
    words = generation.gloss.question(question, evidence.terms, language)
    if not words:
        return
    rows = generation.only_in(language)
    found = generation.postings.matches(words, CANDIDATES, rows if scope is None else rows & scope.rows)
    for row, score in found.items():
        passage, document, _ = generation.places[row]
        evidence.words[passage] = score
        evidence.document[passage] = document
