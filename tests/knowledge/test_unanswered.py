"""Questions without an answer are told by what they ask for, and kept with the index."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge import unanswered
from knowledge.unanswered import Unanswered


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    directory = tmp_path_factory.mktemp("unanswered")
    Unanswered.write(directory)
    return directory


@pytest.mark.parametrize(("without", "answered"), [
    ("请一家供应商做会员系统一年多少钱", "会员积分没人兑换怎么办"),
    ("which year was Costco founded", "why do people pay Costco before they shop"),
])
def test_a_question_for_a_price_or_a_founding_is_nearer_than_one_on_the_subject(place, embedder, without, answered):
    found = Unanswered.load(place)
    assert found.nearness(embedder.ask(without)) > found.nearness(embedder.ask(answered)) + 0.05


def test_is_written_again_when_the_questions_change(place, tmp_path, monkeypatch):
    assert Unanswered.written(place)
    monkeypatch.setattr(unanswered, "_questions", lambda: ["今天下雨吗？"])
    assert not Unanswered.written(place)
    Unanswered.write(tmp_path)
    assert Unanswered.written(tmp_path)


def test_nothing_is_near_where_nothing_was_written(tmp_path):
    assert not Unanswered.written(tmp_path)
    assert Unanswered.load(tmp_path).nearness(np.ones(512, dtype=np.float32)) == 0
