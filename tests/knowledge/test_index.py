import gc
import os
from pathlib import Path

import pytest

from knowledge.errors import BadQuery
from knowledge.index import build_index, remove_document
from knowledge.postings import Postings
from knowledge.search import KnowledgeIndex
from knowledge.shelf import Shelf
from knowledge.vectors import BESIDE


class Counting:
    """The real encoder, remembering what it was asked to embed."""

    def __init__(self, encoder):
        self.encoder, self.name, self.dimension, self.texts = encoder, encoder.name, encoder.dimension, []

    def embed(self, texts):
        self.texts += texts
        return self.encoder.embed(texts)


@pytest.fixture
def counting(embedder):
    return Counting(embedder)


def edit(content, old, new, card="zh/win-back.md"):
    path = content / card
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_counts_what_was_built(store, content, counting):
    seen = []
    report = build_index(store, content=content, embedder=counting, progress=lambda *counts: seen.append(counts))
    assert report.added == ["co-creation", "journey", "paid-membership", "win-back"]
    assert (report.documents, report.passages) == (4, 12)
    assert report.embedded == report.vectors == len(set(counting.texts))
    assert seen[-1] == (report.embedded, report.embedded)


def test_a_second_build_changes_nothing(store, content, counting):
    build_index(store, content=content, embedder=counting)
    live, counting.texts = store.current(), []
    report = build_index(store, content=content, embedder=counting)
    assert not report.changed
    assert store.current() == live
    assert counting.texts == []


def test_embeds_only_what_changed(store, content, counting):
    build_index(store, content=content, embedder=counting)
    counting.texts = []
    edit(content, "没有回应就停", "三次没有回应就停")
    report = build_index(store, content=content, embedder=counting)
    assert report.updated == ["win-back"]
    assert len(counting.texts) == 1
    assert "三次没有回应就停" in counting.texts[0]


def test_forgets_the_old_text_everywhere(store, content, embedder):
    build_index(store, content=content, embedder=embedder)
    edit(content, "限期权益", "神秘礼盒")
    build_index(store, content=content, embedder=embedder)
    shelf, vectors = Shelf(store.current() / "shelf.sqlite"), BESIDE.read(store.current(), "")
    assert not any("限期权益" in text for text in shelf.texts().values())
    assert vectors.keys() == shelf.texts().keys()
    assert shelf.postings().frequency("限期") == 0
    assert Postings.load(store.current()).frequency("限期") == 0
    vectors.close()
    shelf.close()


def test_a_removed_card_is_gone(store, content, embedder):
    build_index(store, content=content, embedder=embedder)
    for path in content.glob("*/journey.md"):
        path.unlink()
    report = build_index(store, content=content, embedder=embedder)
    assert report.removed == ["journey"]
    assert report.documents == 3


def test_uploads_stay_until_removed(store, content, embedder, tmp_path):
    note = tmp_path / "policy.md"
    note.write_text("# Returns\n\nGoods may come back within seven days.", encoding="utf-8")
    build_index(store, content=content, documents=[note], embedder=embedder)
    note.unlink()
    edit(content, "提醒", "告知")
    build_index(store, content=content, embedder=embedder)
    index = KnowledgeIndex.open(store, embedder)
    assert index.search("return goods").results[0].document == "policy.md"
    assert remove_document(store, "policy.md").removed == ["policy.md"]
    assert "policy.md" not in {id for id, _ in index.documents()}
    assert "policy.md" not in {hit.document for hit in index.search("return goods", k=10).results}
    index.close()


def test_a_newer_version_replaces_a_file_even_in_another_language(store, content, embedder, tmp_path):
    note = tmp_path / "policy.md"
    note.write_text("# Returns\n\nGoods may come back within seven days.", encoding="utf-8")
    build_index(store, content=content, documents=[note], embedder=embedder)
    note.write_text("# 退货\n\n签收后七天内可以退货。", encoding="utf-8")
    report = build_index(store, content=content, documents=[note], embedder=embedder)
    assert report.updated == ["policy.md"]
    index = KnowledgeIndex.open(store, embedder)
    assert [language for id, language in index.documents() if id == "policy.md"] == ["zh"]
    index.close()


def test_only_uploads_can_be_removed(store, content, embedder):
    build_index(store, content=content, embedder=embedder)
    with pytest.raises(BadQuery, match="document_unknown"):
        remove_document(store, "win-back")


def test_a_bad_file_does_not_stop_the_others(store, content, embedder, tmp_path):
    good, empty = tmp_path / "good.md", tmp_path / "empty.md"
    good.write_text("# Returns\n\nGoods may come back within seven days.", encoding="utf-8")
    empty.write_bytes(b"")
    report = build_index(store, content=content, documents=[tmp_path / "none.md", empty, good], embedder=embedder)
    assert [(each.name.rpartition("/")[2], each.code) for each in report.refused] == [
        ("none.md", "document_missing"), ("empty.md", "document_blank")]
    assert [(each.id, each.status) for each in report.files] == [("good.md", "added")]


def test_a_crash_half_way_leaves_the_old_index_whole(store, content, embedder):
    class Failing(Counting):
        def embed(self, texts):
            raise RuntimeError("power cut")

    build_index(store, content=content, embedder=embedder)
    live = store.current()
    edit(content, "提醒", "告知")
    with pytest.raises(RuntimeError):
        build_index(store, content=content, embedder=Failing(embedder))
    assert store.current() == live
    index = KnowledgeIndex.open(store, embedder)
    assert "提醒" in index.passage("win-back#1", "zh").text
    index.close()


def test_another_model_embeds_everything_again(store, content, embedder):
    report = build_index(store, content=content, embedder=embedder)
    other = Counting(embedder)
    other.name = "another-model"
    again = build_index(store, content=content, embedder=other)
    assert again.embedded == report.vectors
    assert set(other.texts) == set(Shelf(store.current() / "shelf.sqlite").texts().values())


def test_two_folders_with_a_readme_each_are_both_kept(store, content, embedder, tmp_path):
    for folder in ("hr", "shop"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "readme.md").write_text(f"# Rules of the {folder}\n\nAsk the {folder} desk.", "utf-8")
    build_index(store, content=content, documents=[tmp_path / "hr"], embedder=embedder)
    report = build_index(store, content=content, documents=[tmp_path / "shop"], embedder=embedder)
    assert report.added == ["shop/readme.md"]
    assert report.documents == 6
    index = KnowledgeIndex(store, embedder)
    for folder in ("hr", "shop"):
        [hit] = index.search(f"Ask the {folder} desk", k=1).results
        assert hit.document == hit.source == f"{folder}/readme.md"
        assert index.passage(hit.id).text == hit.text
    remove_document(store, "hr/readme.md")
    assert KnowledgeIndex(store, embedder).search("Ask the shop desk", k=1).results[0].document == "shop/readme.md"


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are told by Linux alone")
def test_an_index_that_moved_on_holds_no_file_of_earlier_generations(store, content, embedder):
    build_index(store, content=content, embedder=embedder)
    index = KnowledgeIndex.open(store, embedder)
    index.search("怎么挽回流失用户")
    earlier = store.current()
    edit(content, "客户", "顾客")
    edit(content, "用户", "客人")
    build_index(store, content=content, embedder=embedder)
    assert store.current() != earlier
    index.search("怎么挽回流失用户")
    gc.collect()
    links = [os.readlink(link) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    assert not [link for link in links if link.startswith(str(earlier))]
    assert [link for link in links if link.startswith(str(store.current()))]
    index.close()
