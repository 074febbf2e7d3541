"""An answer cites the very passage of a card that its words stand in."""

from __future__ import annotations

import re

import pytest

from copilot.answer import Citation
from copilot.cardtext import by_passage, passage_id, sections
from copilot.session import Copilot
from knowledge.chunking import passages
from knowledge.documents import read_cards

CARD = "开头。\n\n## 甲\n一。\n\n## 乙\n二。"


def cited(quote: str = CARD, *, whole: bool = True) -> Citation:
    return Citation(id="card#2", title="卡", source="来源", quote=quote, whole=whole)


def test_sections_are_counted_as_passages_are() -> None:
    assert [(part.heading, part.place) for part in sections(CARD)] == [("", 1), ("甲", 2), ("乙", 3)]
    for card in read_cards():
        told = [(f"{card.id}#{part.place}", part.heading) for part in sections(card.text)]
        assert told == [(passage.id, passage.heading) for passage in passages(card)], card.id


def test_a_passage_of_a_file_has_one_id_whatever_headings_it_holds() -> None:
    page = cited(whole=False)
    assert {passage_id(page, part) for part in sections(page.quote)} == {"card#2"}
    assert by_passage([page], "说了 [card#3]。") == [page]


def test_each_passage_that_is_marked_is_cited_with_its_own_words() -> None:
    found = by_passage([cited()], "一。[card#2] 二。[card#3]")
    assert [each.id for each in found] == ["card#2", "card#3"]
    assert (found[1].heading, found[1].quote, found[1].whole) == ("乙", "二。", False)
    assert [each.id for each in by_passage([cited()], "二。[card#3] 一。[card#2]")] == ["card#3", "card#2"]
    assert [each.id for each in by_passage([cited()], "二。[card#3]")] == ["card#3"]
    assert by_passage([cited()], "没有引用。") == [cited()]


@pytest.mark.anyio
@pytest.mark.parametrize("question", ["怎么让新客下第二单？", "付费会员值得做吗？", "How should we win back dormant customers?"])
async def test_every_quoted_paragraph_stands_in_the_passage_that_it_names(copilot: Copilot, question: str) -> None:
    answer = await copilot.ask(question)
    known = {citation.id for citation in answer.citations}
    marked = re.findall(r"([^\n]+?) ?\[([\w.-]+#[\d.]+)\]", answer.text)
    assert marked
    for words, id in marked:
        assert id in known
        said = re.sub(r"^(?:\d+\.|[-*>]) ", "", words.split(" — ")[-1]).replace("…", "").strip()
        passage = copilot.toolbox.knowledge.index.passage(id, language=answer.language)
        assert said in passage.text
