"""Words near a question's, in both languages, and kept from one build to the next."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.thesaurus import Thesaurus

WORDS = ["仓库", "warehouse", "价格", "price", "隐私", "holiday"]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    directory = tmp_path_factory.mktemp("words")
    Thesaurus.write(directory, WORDS)
    return directory


def test_finds_the_same_word_in_the_other_language(place):
    related = Thesaurus.load(place).related(["仓库", "vacation"])
    assert related["仓库"] == ["warehouse"]
    assert related["vacation"] == ["holiday"]


def test_remembers_without_changing_its_answer(place):
    thesaurus = Thesaurus.load(place)
    together = thesaurus.related(["隐私", "vacation"])
    assert thesaurus.related(["隐私", "vacation"]) == together
    assert thesaurus.related(["仓库", "warehouse"]) == {"仓库": [], "warehouse": []}


def test_nothing_is_related_to_nothing(place, tmp_path):
    assert Thesaurus.load(place).related([]) == {}
    assert Thesaurus.load(tmp_path).related(["隐私"]) == {"隐私": []}


def test_words_that_stay_keep_their_vectors(place, tmp_path):
    Thesaurus.write(tmp_path, [*WORDS[:2], "a", "123"])
    Thesaurus.write(tmp_path, WORDS)
    old, new = (np.load(path / "words.npz") for path in (place, tmp_path))
    assert new["words"].tolist() == old["words"].tolist() == sorted(WORDS)
    np.testing.assert_allclose(new["vectors"], old["vectors"], atol=1e-3)
