"""A question finds the card whose everyday questions it resembles most, beside all others'."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.matching import Matcher, Questions

ASKED = Questions(
    keys=["1", "2", "3", "4"], cards=["fee", "fee", "recall", "recall"], languages=["zh", "en", "zh", "en"])


def unit(*values: float) -> np.ndarray:
    vector = np.array(values, dtype=np.float32)
    return vector / np.linalg.norm(vector)


VECTORS = np.array([unit(1, 0, 1), unit(1, 0.2, 1), unit(0, 1, 1), unit(0.1, 1, 1)])
"""The third direction is what all questions share."""


@pytest.fixture
def matcher(tmp_path):
    Matcher.write(tmp_path, ASKED, VECTORS, "model")
    return Matcher.load(tmp_path)


def test_what_all_questions_share_tells_nothing(matcher):
    both = matcher.match(unit(0, 0, 1))
    assert both["fee"] == pytest.approx(both["recall"], abs=0.05)
    found = matcher.match(unit(1, 0, 1))
    assert found["fee"] > 2 * found["recall"]
    assert all(0 <= score <= 1 for score in found.values())


def test_a_search_in_one_language_hears_its_questions_only(matcher, tmp_path):
    only = Questions(["1", "3"], ["fee", "recall"], ["zh", "zh"])
    Matcher.write(tmp_path, only, VECTORS[[0, 2]], "model")
    alone = Matcher.load(tmp_path)
    assert matcher.match(unit(1, 0.3, 1), "zh") == pytest.approx(alone.match(unit(1, 0.3, 1)))
    assert alone.match(unit(1, 0, 1), "en") == {}


def test_is_fitted_anew_for_other_questions_or_vectors(matcher, tmp_path):
    assert Matcher.written(tmp_path, ASKED, "model")
    assert not Matcher.written(tmp_path, ASKED, "other model")
    assert not Matcher.written(tmp_path, Questions(["1"], ["fee"], ["zh"]), "model")


def test_without_questions_nothing_matches(tmp_path):
    assert Matcher.load(tmp_path).match(unit(1, 0, 0)) == {}
    Matcher.write(tmp_path, Questions([], [], []), np.empty((0, 3), dtype=np.float32), "model")
    assert Matcher.load(tmp_path).match(unit(1, 0, 0)) == {}
