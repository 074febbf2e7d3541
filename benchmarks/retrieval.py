"""Retrieval at scale: `python -m benchmarks.retrieval [--chunks 10000] [--keep DIR] [--json]`.

Chunks are made by recombining the sentences of our cards, the same ones each time. A chunk's
vector is the mean of its sentences' vectors: embedding 100,000 chunks would take most of an
hour and change no query time. How fast the real encoder indexes is measured apart, on
`REAL` chunks. The baseline on the same vectors and questions is a NumPy matrix product over
all of them, with the filter as a mask: exact, and vectors only. With `--keep` the index stays
there, and the next run only asks it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from evals.questions import TUNED, load
from knowledge.documents import read_cards
from knowledge.embedding import SentenceEncoder
from knowledge.filters import Filters
from knowledge.index import build_index
from knowledge.results import Document
from knowledge.search import KnowledgeIndex
from tools.generations import Generations

SEED = 7
SECTIONS = 10
"""Chunks a document."""
SENTENCES = 8
"""Sentences a chunk."""
REAL = 400
"""Chunks that the real encoder indexes."""
QUERIES = 200
FILTERS = {
    "none": {}, "language": {"written_in": "zh"}, "tier": {"tier": "dormant"}, "type and stage":
    {"type": "note", "stage": "acquire"}, "document": {"document": "synthetic-00007"},
}
_END = re.compile(r"(?<=[。！？!?\n])|(?<=\.)\s+")
TIERS = ("high", "potential", "mid", "low", "dormant")
STAGES = ("acquire", "develop", "breakthrough")


class SentenceMeans:
    """The built-in encoder, each sentence embedded once: a text is the mean of its sentences."""

    name = SentenceEncoder.name

    def __init__(self) -> None:
        self._encoder = SentenceEncoder()
        self._known: dict[str, np.ndarray] = {}

    def embed(self, texts: list[str]) -> np.ndarray:
        pieces = [_sentences(text) or [text] for text in texts]
        missing = sorted({piece for each in pieces for piece in each} - self._known.keys())
        self._known |= dict(zip(missing, self._encoder.embed(missing), strict=True))
        means = np.array([np.mean([self._known[piece] for piece in each], axis=0) for each in pieces])
        return (means / np.linalg.norm(means, axis=1, keepdims=True)).astype(np.float32)

    def ask(self, question: str) -> np.ndarray:
        return self._encoder.ask(question)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, default=10_000)
    parser.add_argument("--keep", type=Path, help="build the index here, or ask the one that is here")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measure(options.chunks, options.keep)
    print(json.dumps(found, ensure_ascii=False, indent=2) if options.json else written(found))


def measure(chunks: int, keep: Path | None = None) -> dict:
    """Build, ask and compare; times in milliseconds, memory in megabytes."""
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        rate, cpu_rate = _indexing_rate(place / "real")
        documents, embedder = list(synthetic(chunks)), SentenceMeans()
        started = time.perf_counter()
        store = Generations((keep or place) / "index", suffix="")
        report = build_index(store, lessons=documents, embedder=embedder)
        built = time.perf_counter() - started
        found = {
            "chunks": report.passages, "vectors": report.vectors, "encoder_chunks_per_second": round(rate, 1),
            "encoder_chunks_per_cpu_second": round(cpu_rate, 1),
            "build_seconds_without_encoder": round(built, 1) if report.changed else None,
        }
        return found | _asked(store, documents, embedder)


def _asked(store: Generations, documents: list[Document], embedder: SentenceMeans) -> dict:
    index = KnowledgeIndex.open(store, embedder)
    questions = [item.q for item in load(TUNED)][:QUERIES]
    index.search("warm")
    # The vector of a question is remembered: every filter gets questions that were not asked before.
    product = {name: _times(lambda q, only=only: index.search(q, k=5, **only), questions[at::len(FILTERS)])
               for at, (name, only) in enumerate(FILTERS.items())}
    memory = _resident()
    baseline = _baseline(documents, embedder, questions)
    index.close()
    return {"resident_mb": memory, "product_ms": product, "numpy_ms": baseline}


def synthetic(chunks: int) -> Iterator[Document]:
    """Yield documents of `SECTIONS` chunks each, half of them Chinese."""
    pool: dict[str, list[str]] = {"zh": [], "en": []}
    for card in read_cards():
        pool[card.language] += [sentence for sentence in _sentences(card.text) if len(sentence) >= 10]
    dice = random.Random(SEED)
    for number in range(chunks // SECTIONS):
        language = ("zh", "en")[number % 2]
        sections = [f"## {number}.{part}\n\n" + "\n".join(dice.choices(pool[language], k=SENTENCES))
                    for part in range(SECTIONS)]
        yield Document(
            id=f"synthetic-{number:05d}", language=language, title=f"Synthetic {number}",
            type=dice.choice(["note", "memo"]),
            trust="upload", text="\n\n".join(sections), tier=[dice.choice(TIERS)], stage=[dice.choice(STAGES)])


def _sentences(text: str) -> list[str]:
    return [piece for part in _END.split(text) if (piece := part.strip(" #*->\n"))]


def _indexing_rate(directory: Path) -> tuple[float, float]:
    """Chunks added to an index with the real encoder and both lists, a second by the clock and of processor time."""
    store, encoder, documents = Generations(directory, suffix=""), SentenceEncoder(), list(synthetic(SECTIONS + REAL))
    empty = directory.parent / "none"
    empty.mkdir()
    build_index(store, content=empty, lessons=documents[:1], embedder=encoder)
    started, worked = time.perf_counter(), time.process_time()
    build_index(store, content=empty, lessons=documents, embedder=encoder)
    return REAL / (time.perf_counter() - started), REAL / (time.process_time() - worked)


def _baseline(documents: list[Document], embedder: SentenceMeans, questions: list[str]) -> dict:
    texts = [(document, section) for document in documents for section in document.text.split("\n\n## ")]
    vectors = np.concatenate([embedder.embed([text for _, text in texts[at:at + 1000]])
                              for at in range(0, len(texts), 1000)])
    return {name: _times(_exact(vectors, embedder, _mask([document for document, _ in texts], only)), questions)
            for name, only in FILTERS.items()}


def _mask(documents: list[Document], only: dict[str, str]) -> np.ndarray:
    filters = Filters.of(**only)
    return np.array([
        (not filters.written_in or document.language == filters.written_in)
        and (not filters.type or document.type == filters.type)
        and (not filters.tier or filters.tier in document.tier)
        and (not filters.stage or filters.stage in document.stage)
        and (not filters.document or document.id == filters.document)
        for document in documents
    ])


def _exact(vectors: np.ndarray, embedder: SentenceMeans, mask: np.ndarray) -> Callable[[str], object]:
    def ask(question: str) -> np.ndarray:
        cosines = np.where(mask, vectors @ embedder.ask(question), -1.0)
        return np.argpartition(-cosines, 200)[:200]

    return ask


def _times(ask: Callable[[str], object], questions: list[str]) -> dict[str, float]:
    """Percentiles by the clock, and of processor time, which other work on the machine lengthens less."""
    clock, processor = [], []
    for question in questions:
        started, worked = time.perf_counter(), time.process_time()
        ask(question)
        clock.append(1000 * (time.perf_counter() - started))
        processor.append(1000 * (time.process_time() - worked))
    named = {"p50": (clock, 50), "p95": (clock, 95), "cpu50": (processor, 50), "cpu95": (processor, 95)}
    return {name: round(float(np.percentile(taken, rank)), 1) for name, (taken, rank) in named.items()}


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000


def written(found: dict) -> str:
    head = (f"{found['chunks']:,} chunks, {found['vectors']:,} vectors; encoder and both lists "
            f"{found['encoder_chunks_per_second']} chunks/s, "
            f"{found['encoder_chunks_per_cpu_second']} a CPU second; resident {found['resident_mb']} MB")
    columns = {"product": found["product_ms"], "NumPy": found["numpy_ms"]}
    rows = [" | ".join([f"| {name}", *(_shown(times[name]) for times in columns.values())]) + " |" for name in FILTERS]
    title = " | ".join(["| filter", *(f"{name} p50 / p95 ms (CPU)" for name in columns)]) + " |"
    return "\n".join([head, "", title, "| --- | ---: | ---: |", *rows])


def _shown(times: dict[str, float]) -> str:
    return f"{times['p50']} / {times['p95']} ({times['cpu50']} / {times['cpu95']})"


if __name__ == "__main__":
    main()
