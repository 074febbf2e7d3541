"""A network hears which of our cards a question is after; it was fitted on the cards as they are."""

from __future__ import annotations

import pytest

from knowledge.documents import read_cards
from knowledge.questions import HEARD, asked_for, known, with_heard

PUT_ANEW = {
    "顾客一年才买一次沙发，平时怎么不被忘掉？": "practice-rare-purchase",
    "should we take a yearly charge for belonging to our club?": "scenario-paid-membership",
    "怎么让老客介绍朋友来，奖励给谁好？": "practice-referral-reward",
    "how large must the group be that gets no message?": "metric-holdout-size",
}


def test_it_knows_every_card():
    assert known() == {card.id for card in read_cards()}


@pytest.mark.parametrize(("question", "card"), PUT_ANEW.items())
def test_a_question_put_in_other_words_is_heard(question, card):
    assert question not in {asked for each in read_cards() for asked in each.questions}
    heard = asked_for(question)
    assert card in sorted(heard, key=heard.__getitem__)[-3:]
    assert sum(heard.values()) == pytest.approx(1, abs=1e-4)


def test_what_is_heard_is_weighed_with_the_match_and_other_documents_keep_theirs():
    question = "should we take a yearly charge for belonging to our club?"
    weighed = with_heard({"scenario-paid-membership": 0.4, "lesson-1": 0.4, "tier-dormant": 0.4}, question)
    heard = asked_for(question)["scenario-paid-membership"]
    assert weighed["scenario-paid-membership"] == pytest.approx((1 - HEARD) * 0.4 + HEARD * heard)
    assert weighed["lesson-1"] == 0.4
    assert weighed["scenario-paid-membership"] > weighed["tier-dormant"]


def test_a_library_of_other_cards_is_left_alone():
    assert with_heard({"somebody-elses": 0.7}, "付费会员") == {"somebody-elses": 0.7}
