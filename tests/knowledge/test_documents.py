import pytest

from knowledge.documents import read_cards
from knowledge.errors import BadDocument


def test_reads_cards_in_both_languages(content):
    cards = read_cards(content)
    assert len(cards) == 8
    card = next(card for card in cards if (card.id, card.language) == ("paid-membership", "zh"))
    assert (card.title, card.type, card.tier, card.trust) == ("付费会员", "scenario", ["high"], "card")
    assert card.source == "某某研究《增长报告》，2020 年"
    assert card.questions == ["要不要收年费？"]
    assert card.text.startswith("## 是什么")


def test_names_a_card_without_front_matter_or_with_an_unknown_source(content):
    path = content / "zh" / "journey.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[report]", "[rumour]"), encoding="utf-8")
    with pytest.raises(BadDocument, match="rumour"):
        read_cards(content)
    path.write_text("no front matter", encoding="utf-8")
    with pytest.raises(BadDocument, match="journey.md"):
        read_cards(content)
