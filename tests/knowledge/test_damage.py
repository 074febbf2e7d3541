"""An index that another writes to, or whose files are damaged, says so; it never answers from half of them in silence."""

from __future__ import annotations

import shutil
import time

import numpy as np
import pytest

from copilot import catalogue
from copilot.refusals import worded
from knowledge import checksums
from knowledge.errors import IndexProblem, ServiceDown
from knowledge.index import build_index
from knowledge.search import KnowledgeIndex
from knowledge.vectors import BESIDE
from tools.errors import Busy
from tools.generations import Generations

NOISE = b"noise" * 4000


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


@pytest.mark.parametrize(
    ("part", "noise"), [("vectors/chroma.sqlite3", NOISE), ("vectors", b""), ("vectors.npy", NOISE), ("words.npz", b"")]
)
def test_a_damaged_part_leaves_the_words_and_is_made_anew(store, content, embedder, part, noise):
    build_index(store, content=content, embedder=embedder)
    path = store.current() / part
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    if noise:
        path.write_bytes(noise)
    found = KnowledgeIndex.open(store, embedder).search("沉睡用户召回率")
    assert found.cautions == ["vectors_unreachable"]
    assert found.results[0].document == "win-back"
    assert build_index(store, content=content, embedder=embedder).changed
    found = KnowledgeIndex.open(store, embedder).search("沉睡用户召回率")
    assert found.cautions == []
    assert found.results[0].document == "win-back"
    assert not build_index(store, content=content, embedder=embedder).changed


def test_noise_in_any_file_of_the_vectors_is_noticed(tmp_path):
    """Chroma writes its graph of neighbours to files of its own from the thousandth text on, and reads them unseen."""
    vectors = BESIDE.write(tmp_path, "library", None)
    vectors.add([str(number) for number in range(1100)], np.eye(1100, 8, dtype=np.float32) + 1)
    vectors.close()
    checksums.write(tmp_path)
    files = [path for path in (tmp_path / "vectors").rglob("*") if path.is_file()]
    assert {"length.bin", "link_lists.bin", "data_level0.bin"} <= {path.name for path in files}
    for path in files:
        held = path.read_bytes()
        path.write_bytes(held[:40] + bytes(byte ^ 0x5A for byte in held[40:80]) + held[80:])
        with pytest.raises(ServiceDown, match="vectors_unreachable"):
            BESIDE.read(tmp_path, "library")
        path.write_bytes(held)
    BESIDE.read(tmp_path, "library").close()
