"""The section of a card that answers leads, and the one that is shown beside it is no aside."""

from __future__ import annotations

from importlib import resources

import yaml

from copilot.answer import Citation
from copilot.planner.quoting import asked, quoted
from knowledge.cleaning import language_of
from knowledge.documents import read_cards

LEADS, SHOWN = 0.85, 0.95
"""Least shares of the labelled questions whose best section leads, and is shown."""


def labelled() -> list[dict]:
    return yaml.safe_load(resources.files("evals").joinpath("cases/sections.yaml").read_text(encoding="utf-8"))["questions"]


def shown(question: str, card: str, text: str) -> list[int]:
    cited = Citation(id=f"{card}#1", title=card, source="", quote=text, whole=True, evidence_grade="own")
    return [part.place for part in quoted(cited, question, [], language_of(question))]


def test_the_section_that_answers_is_quoted_and_mostly_leads() -> None:
    cards = {(card.id, card.language): card.text for card in read_cards()}
    found = [(shown(each["q"], each["card"], cards[each["card"], language_of(each["q"])]), each["best"])
             for each in labelled()]
    assert sum(places[0] in best for places, best in found) >= LEADS * len(found)
    assert sum(bool({*places} & {*best}) for places, best in found) >= SHOWN * len(found)


def test_what_is_asked_for_is_heard_in_both_languages() -> None:
    assert asked("什么时候该放弃唤回？") >= {"when", "stop"}
    assert asked("When do we stop writing to somebody?") >= {"when", "stop"}
    assert "example" in asked("有没有公司做成过？") & asked("Which companies did it?")
    assert "howto" not in asked("怎么知道有没有用？")


def test_a_section_is_an_aside_only_where_it_is_not_asked_for() -> None:
    text = "## 做法\n先问，再做，记下每一步。\n\n## 引导问题\n- 多少人会因此改变？\n"
    assert shown("怎么做？", "card", text) == [1]
    assert shown("管理层该问自己哪些问题？", "card", text)[0] == 2
