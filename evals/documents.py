"""How well documents of a team answer for facts, beside our cards on the same: `wellspring eval documents PATH…`.

The documents are the sources of our cards, as they were found: badly extracted, with furniture and repetitions, in
Chinese only. `cases/documents.yaml` asks both for the same facts, in both languages, and for some that neither tells.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from fnmatch import fnmatchcase
from importlib import resources
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from knowledge.cleaning import simplified
from knowledge.embedding import SentenceEncoder
from knowledge.index import build_index
from knowledge.results import Hit
from knowledge.search import KnowledgeIndex
from tools.generations import Generations

DEPTH = 5
LANGUAGES = ("zh", "en")


class Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str
    en: str
    holds: list[str] = []
    """Words any of which the right passage of a document holds."""
    cards: list[str] = []
    """Cards any of which tells it; none for what is told nowhere."""

    def told_by(self, hit: Hit) -> bool:
        if hit.trust == "card":
            return any(fnmatchcase(hit.document, card) for card in self.cards)
        return any(_flat(words) in _flat(hit.heading + hit.text) for words in self.holds)


class Row(BaseModel):
    model_config = ConfigDict(frozen=True)

    searched: str
    language: str
    facts: int
    found: int
    """The right passage is among the first five."""
    first: int
    accepted: int
    """Of the facts, those that the verdict takes for told."""
    refused: int
    """Of the untold ones, those that it refuses."""
    untold: int


def measured(paths: list[Path]) -> Iterator[Row]:
    """Ask the documents alone, the cards alone, and both together."""
    facts, untold = _cases()
    with tempfile.TemporaryDirectory() as place:
        none = Path(place, "none")
        none.mkdir()
        for name, made in (
            ("documents", {"documents": paths, "content": none}), ("cards", {}), ("both", {"documents": paths}),
        ):  # fmt: skip
            store, embedder = Generations(Path(place, name), suffix=""), SentenceEncoder()
            build_index(store, embedder=embedder, **made)
            index = KnowledgeIndex.open(store, embedder)
            yield from (_row(index, name, language, facts, untold) for language in LANGUAGES)
            index.close()


def _row(index: KnowledgeIndex, name: str, language: str, facts: list[Fact], untold: list[Fact]) -> Row:
    ranks, accepted = [], 0
    for fact in facts:
        found = index.search(getattr(fact, language), k=DEPTH)
        ranks.append(next((place for place, hit in enumerate(found.results, 1) if fact.told_by(hit)), 0))
        accepted += found.answerable
    refused = sum(not index.search(getattr(each, language), k=DEPTH).answerable for each in untold)
    return Row(
        searched=name, language=language, facts=len(facts), found=sum(map(bool, ranks)), first=ranks.count(1),
        accepted=accepted, refused=refused, untold=len(untold),
    )  # fmt: skip


def _cases() -> tuple[list[Fact], list[Fact]]:
    raw = yaml.safe_load(resources.files("evals").joinpath("cases", "documents.yaml").read_text(encoding="utf-8"))
    return [Fact(**each) for each in raw["facts"]], [Fact(**each) for each in raw["untold"]]


def _flat(words: str) -> str:
    return re.sub(r"\s", "", simplified(words))
