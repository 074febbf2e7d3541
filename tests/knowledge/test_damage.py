"""An index that another writes to, or whose files are damaged, says so; it never answers from half of them in silence."""

from __future__ import annotations

import time

import pytest

from copilot import catalogue
from copilot.refusals import worded
from knowledge.errors import IndexProblem
from knowledge.index import build_index
from knowledge.search import KnowledgeIndex
from tools.errors import Busy
from tools.generations import Generations


def test_a_second_writer_is_refused_at_once(store, content, embedder):
    build_index(store, content=content, embedder=embedder)
    card = content / "zh" / "win-back.md"
    card.write_text(card.read_text(encoding="utf-8").replace("没有回应就停", "三次没有回应就停"), encoding="utf-8")
    before = store.current()
    with Generations(store.directory, suffix="").lock():
        began = time.monotonic()
        with pytest.raises(Busy) as refused:
            build_index(store, content=content, embedder=embedder)
        assert time.monotonic() - began < 20  # it does not wait for the other
    assert all(worded(refused.value, language) for language in catalogue.LANGUAGES)
    assert store.current() == before
    assert build_index(store, content=content, embedder=embedder).updated == ["win-back"]


@pytest.mark.parametrize("content_of_the_file", [b"", b"not a database at all" * 400])
def test_a_damaged_shelf_is_named(store, content, embedder, content_of_the_file):
    build_index(store, content=content, embedder=embedder)
    (store.current() / "shelf.sqlite").write_bytes(content_of_the_file)
    with pytest.raises(IndexProblem, match="index_damaged") as refused:
        KnowledgeIndex.open(store, embedder)
    assert all(worded(refused.value, language) for language in catalogue.LANGUAGES)


def test_damaged_vectors_leave_the_words_and_are_named(store, content, embedder):
    build_index(store, content=content, embedder=embedder)
    (store.current() / "vectors" / "chroma.sqlite3").write_bytes(b"noise" * 4000)
    found = KnowledgeIndex.open(store, embedder).search("沉睡用户召回率")
    assert found.cautions == ["vectors_unreachable"]
    assert found.results[0].document == "win-back"
