from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.fusion import Evidence, normalised

scores = st.dictionaries(st.sampled_from("abcdef"), st.floats(0, 1), max_size=6)


def test_sections_of_one_card_speak_for_it_together():
    split = Evidence(own={"card#1": 0.5, "other#1": 0.5}, words={"card#2": 9.0, "other#1": 1.0},
                     document={"card#1": "card", "card#2": "card", "other#1": "other"})
    assert next(iter(split.fused().documents)) == "card"


def test_an_everyday_question_lifts_its_card():
    evidence = Evidence(own={"a#1": 0.4, "b#1": 0.4}, asked={"b": [0.9]}, document={"a#1": "a", "b#1": "b"})
    assert list(evidence.fused().documents) == ["b", "a"]


def test_several_near_questions_tell_more_than_one():
    evidence = Evidence(own={"a#1": 0.4, "b#1": 0.4}, asked={"a": [0.8, 0.3, 0.3], "b": [0.8, 0.7, 0.7]},
                        document={"a#1": "a", "b#1": "b"})
    assert list(evidence.fused().documents) == ["b", "a"]


def test_a_document_without_questions_is_judged_by_its_passages():
    evidence = Evidence(own={"a#1": 0.6}, document={"a#1": "a"})
    assert evidence.fused().dense == {"a": pytest.approx(0.6)}


def test_within_a_card_the_fitting_passage_leads():
    evidence = Evidence(own={"a#1": 0.2, "a#2": 0.6}, asked={"a": [0.9]}, words={"a#1": 1.0, "a#2": 3.0},
                        document={"a#1": "a", "a#2": "a"})
    assert list(evidence.fused().passages) == ["a#2", "a#1"]


def test_equal_scores_come_in_one_order_however_they_were_found():
    orders = {tuple(Evidence(own={f"{name}#1": 0.5 for name in found}, words={f"{name}#1": 1.0 for name in found},
                             document={f"{name}#1": name for name in found}).fused().documents)
              for found in permutations("abcd")}
    assert orders == {("a", "b", "c", "d")}


def test_nothing_found_is_no_order():
    assert Evidence().fused().passages == {}


@given(scores, scores, scores)
def test_scores_stay_between_0_and_1_and_fall(own, asked, words):
    evidence = Evidence(own=own, asked={key.upper(): [value] for key, value in asked.items()}, words=words,
                        document={key: key.upper() for key in own | words})
    for ranking in (evidence.fused().documents, evidence.fused().passages):
        values = list(ranking.values())
        assert values == sorted(values, reverse=True)
        assert all(0 <= value <= 1 + 1e-9 for value in values)


def test_equal_scores_normalise_to_1():
    assert normalised(np.array([3.0, 3.0])).tolist() == [1.0, 1.0]


def test_a_match_with_its_questions_lifts_a_card_and_lacking_questions_costs_a_file_little():
    found = {"own": {"a#1": 0.5, "b#1": 0.4}, "words": {"a#1": 2.0, "b#1": 2.0, "c#1": 1.0},
             "document": {"a#1": "a", "b#1": "b", "c#1": "c"}}
    assert list(Evidence(**found).fused().documents) == ["a", "b", "c"]
    assert list(Evidence(**found, matched={"a": 0.0, "b": 0.4}).fused().documents) == ["b", "a", "c"]
    assert list(Evidence(**found, matched={"b": 0.05, "c": 0.05}).fused().documents)[0] == "a"
