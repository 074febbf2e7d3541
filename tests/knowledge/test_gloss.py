"""Documents in one language only are asked in their own words."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.gloss import Gloss
from knowledge.index import build_index, remove_document
from knowledge.magnitudes import counted_in
from knowledge.search import KnowledgeIndex

ZH = {"考试": 3, "拼多多": 2, "麦肯锡": 1, "costco": 1, "用户": 9}
EN = {"exam": 3, "member": 2, "渠道": 1}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    directory = tmp_path_factory.mktemp("gloss")
    Gloss.write(directory, {"zh": ZH, "en": EN})
    return directory


@pytest.mark.parametrize(("language", "asked", "wanted", "found"), [
    ("zh", "entry exam", ["entry", "exam"], "考试"),
    ("zh", "McKinsey", ["mckinsey"], "麦肯锡"),
    ("zh", "who runs Pinduoduo", ["pinduoduo"], "拼多多"),
    ("en", "考试难吗", ["考试"], "exam"),
])  # fmt: skip
def test_names_the_word_of_the_other_language(place, language, asked, wanted, found):
    assert found in Gloss.load(place).question(asked, wanted, language)


def test_keeps_what_stands_in_the_document_as_it_is(place):
    assert Gloss.load(place).question("Costco", ["costco"], "zh") == ["costco"]


def test_says_nothing_of_a_word_that_nothing_is_near(place):
    assert Gloss.load(place).question("zebra", ["zebra"], "zh") == ["zebra"]


def test_is_empty_without_documents(tmp_path):
    assert Gloss.load(tmp_path).question("exam", ["exam"], "zh") == []
    Gloss.write(tmp_path, {})
    assert Gloss.written(tmp_path)
    assert Gloss.load(tmp_path).question("exam", ["exam"], "zh") == []


def test_keeps_the_vectors_it_has_and_forgets_words_that_are_gone(tmp_path):
    Gloss.write(tmp_path, {"zh": ZH})
    before = np.load(tmp_path / "gloss.npz")
    kept = dict(zip(before["own_zh"].tolist(), before["vectors_zh"], strict=True))
    Gloss.write(tmp_path, {"zh": {"考试": 1, "城市": 1}})
    after = np.load(tmp_path / "gloss.npz")
    assert sorted(after["own_zh"].tolist()) == sorted(["考试", "城市"])
    assert after["borrowed_zh"].tolist() == []
    now = dict(zip(after["own_zh"].tolist(), after["vectors_zh"], strict=True))
    assert np.array_equal(now["考试"], kept["考试"])


@pytest.mark.parametrize(("language", "given", "wanted"), [
    ("zh", "100 million users", "1亿 users"),
    ("zh", "a 1.5k budget, 30 thousand more", "a 1500 budget, 3万 more"),
    ("zh", "70m in sales", "7000万 in sales"),
    ("zh", "a 48-hour process of 5 men", "a 48-hour process of 5 men"),
    ("en", "1亿用户", " 100 million 用户"),
    ("en", "15万元", " 150 thousand 元"),
])  # fmt: skip
def test_counts_large_numbers_as_the_language_does(language, given, wanted):
    assert counted_in(language, given) == wanted


NOTES = {
    "exam": "# 入站\n\n想发弹幕的人要先过一场考试，一共一百道题，考的是社区礼仪。",
    "chain": "# 门店\n\n门店扩张很快，一年开了三十家，选址靠近地铁站，租金每月递增。",
    "board": "# 董事会\n\n董事会每季度开一次，讨论预算和招聘计划，会议记录由秘书保存。",
}


def test_finds_a_chinese_document_by_an_english_question_and_forgets_it(tmp_path, embedder, store):
    files = []
    for name, text in NOTES.items():
        files.append(tmp_path / f"{name}.md")
        files[-1].write_text(text, encoding="utf-8")
    cards = tmp_path / "none"
    cards.mkdir()
    build_index(store, embedder=embedder, documents=files, content=cards)
    index = KnowledgeIndex.open(store, embedder)
    found = index.search("Which exam must somebody sit?")
    assert found.results[0].document == "exam.md"
    remove_document(store, "exam.md")
    assert "考试" not in np.load(store.current() / "gloss.npz")["own_zh"]
    index.close()
