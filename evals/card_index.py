"""The index of our own cards alone, kept between runs; a team's documents would change the figures."""

from __future__ import annotations

from copilot.catalogue import text
from copilot.cli_output import Bar
from copilot.settings import Settings
from evals.calibration import as_files
from knowledge.embedding import SentenceEncoder
from knowledge.index import build_index
from knowledge.search import KnowledgeIndex
from tools.generations import Generations


def card_index(language: str, files: str = "") -> KnowledgeIndex:
    """With `files`, a language: of the cards in it, as a team's own documents.

    `language` is that of the progress bar.
    """
    place, embedder = Settings().home / ".evals" / (files or "index"), SentenceEncoder()
    store, none = Generations(place, suffix=""), place.parent / "none"
    made = {"content": none, "lessons": as_files(files)} if files else {}
    none.mkdir(parents=True, exist_ok=True)
    with Bar(text("cli.indexing", language)) as bar:
        build_index(store, embedder=embedder, progress=bar.count, **made)
    return KnowledgeIndex.open(store, embedder)
