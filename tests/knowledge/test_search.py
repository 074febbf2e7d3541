import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from knowledge import answerability
from knowledge.embedding import SentenceEncoder
from knowledge.errors import BadQuery, IndexProblem
from knowledge.index import build_index
from knowledge.search import KnowledgeIndex
from tools.generations import Generations


@pytest.mark.parametrize(("question", "card"), [
    ("会员要不要收钱", "paid-membership"),
    ("很久不下单的客人怎么挽回", "win-back"),
    ("讓粉絲一起研發新品", "co-creation"),
    ("an annual fee for members", "paid-membership"),
    ("bring back people who left", "win-back"),
])
def test_finds_the_card_in_either_language(library, question, card):
    assert library.search(question).results[0].document == card


def test_passages_come_in_the_question_s_language_or_the_asked_one(library):
    assert {hit.language for hit in library.search("付费会员").results} == {"zh"}
    assert {hit.language for hit in library.search("paid membership").results} == {"en"}
    assert {hit.language for hit in library.search("付费会员", language="en").results} == {"en"}


def test_the_passage_that_fits_comes_first_within_its_card(library):
    assert library.search("召回率和召回成本").results[0].id == "win-back#2"
    assert library.search("沉睡用户先提醒再给权益").results[0].id == "win-back#1"


def test_at_most_two_passages_of_a_document(library):
    documents = [hit.document for hit in library.search("年费会员", k=10).results]
    assert max(documents.count(document) for document in documents) <= 2


def test_scores_fall_and_ids_are_unique(library):
    hits = library.search("会员与用户", k=10).results
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.id for hit in hits}) == len(hits)


def test_filters_by_type_and_tier(library):
    assert {hit.type for hit in library.search("用户", k=10, type="tier").results} == {"tier"}
    assert {hit.document for hit in library.search("用户", k=10, tier="dormant").results} == {"win-back"}


def test_a_filter_that_nothing_passes_gives_no_answer(library):
    result = library.search("付费会员", type="case")
    assert result.results == []
    assert not result.answerable


@pytest.mark.parametrize("question", ["明天会下雨吗", "how do I revert a git commit", "红烧肉怎么做", "?!"])
def test_says_that_there_is_no_answer(library, question):
    result = library.search(question)
    assert not result.answerable
    assert result.confidence < answerability.model("cards").threshold


def test_the_same_question_always_gives_the_same_answer(library):
    assert library.search("会员 年费") == library.search("会员 年费")


@pytest.mark.parametrize("question", ["", "  \n ", "\u200b"])
def test_refuses_an_empty_question(library, question):
    with pytest.raises(BadQuery, match="query_empty"):
        library.search(question)


@pytest.mark.parametrize("question", [
    '"', "a OR b NOT (c*", "'; DROP TABLE passages; --", "\ud800会员", "会" * 5000, "NEAR(会员)",
])
def test_survives_hostile_questions(library, question):
    assert len(library.search(question).results) <= 5


def test_opens_passages_and_cards(library):
    passage = library.passage("win-back#1", "en")
    assert (passage.heading, passage.language) == ("Plays", "en")
    assert passage.source == "Some Research, “Growth report”, 2020"
    assert library.card("win-back", "zh").title == "沉睡用户"
    with pytest.raises(BadQuery, match="passage_unknown"):
        library.passage("win-back#9")
    with pytest.raises(BadQuery, match="document_unknown"):
        library.card("nothing")


def test_threads_share_one_index(library):
    questions = ["付费会员", "win back", "共创", "shop journey"] * 5
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(library.search, questions))
    assert together == [library.search(question) for question in questions]


def test_a_query_takes_milliseconds(library):
    library.search("热身")
    started = time.process_time()
    for _ in range(10):
        library.search("很久没来的老客怎么叫回来")
    assert (time.process_time() - started) / 10 < 0.05


def test_an_open_index_follows_a_new_generation(store, content, embedder, tmp_path):
    build_index(store, content=content, embedder=embedder)
    index = KnowledgeIndex.open(store, embedder)
    note = tmp_path / "退货政策.md"
    note.write_text("# 退货政策\n\n签收后七天内可以无理由退货，运费由买家承担。", encoding="utf-8")
    build_index(store, content=content, documents=[note], embedder=embedder)
    hit = index.search("退货运费谁出").results[0]
    assert (hit.document, hit.trust) == ("退货政策.md", "upload")
    index.close()


def test_without_an_index_it_says_so(tmp_path, embedder):
    with pytest.raises(IndexProblem, match="index_missing"):
        KnowledgeIndex.open(Generations(tmp_path, suffix=""), embedder)


def test_refuses_an_index_of_other_vectors(store, content, embedder):
    class Other(SentenceEncoder):
        name = "another-model"

    build_index(store, content=content, embedder=embedder)
    with pytest.raises(IndexProblem, match="index_embedder"):
        KnowledgeIndex.open(store, Other())


def test_names_a_damaged_index(store, content, embedder):
    build_index(store, content=content, embedder=embedder)
    (store.current() / "shelf.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(IndexProblem, match="index_damaged"):
        KnowledgeIndex.open(store, embedder)


def test_a_document_in_the_other_language_alone_can_still_answer(store, content, embedder):
    for path in content.glob("zh/*.md"):
        path.unlink()
    build_index(store, content=content, embedder=embedder)
    index = KnowledgeIndex.open(store, embedder)
    result = index.search("怎么让粉丝参与新品研发")
    assert (result.results[0].document, result.results[0].language) == ("co-creation", "en")
    assert result.answerable
    assert not index.search("红烧肉怎么做好吃").answerable
    index.close()
