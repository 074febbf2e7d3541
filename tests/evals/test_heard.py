"""The examples that the second reader is fitted on: well formed, of our catalogue, and no case of an evaluation."""

from __future__ import annotations

import re

import numpy as np

from copilot.planner.matching import normalise
from copilot.planner.reader import FILE
from evals.heard import COMPARES, ORDERS, examples, fingerprint
from evals.planner_cases import SETS, parse
from evals.planner_cases import _text as written
from tools import catalog

LONG = 6
"""English words, or pairs of Chinese characters, from which two people hardly type the same by chance."""


def test_the_weights_are_fitted_on_the_examples_as_they_are() -> None:
    with np.load(FILE, allow_pickle=False) as kept:
        assert str(kept["fingerprint"]) == fingerprint(), "python -m evals.fitting --write"


def test_every_example_names_what_there_is() -> None:
    found, known = examples(), catalog.builtin()
    assert {each.metric for each in found if each.metric} <= known.metrics.keys()
    assert {name for each in found for name in each.by} <= known.dimensions.keys()
    assert {each.compare for each in found} <= {*COMPARES}
    assert {each.order for each in found} <= {*ORDERS}
    assert all(each.metric for each in found if each.kind == "figure")


def test_both_languages_have_as_many_examples() -> None:
    chinese = [not each.question.isascii() for each in examples()]
    assert 0.4 < np.mean(chinese) < 0.62


def test_no_example_is_a_question_of_a_planner_set() -> None:
    asked = {normalise(case.question) for stem in SETS.values() for language in ("zh", "en")
             for case in parse(written(f"{stem}-{language}"), language)}
    trained = {normalise(each.question) for each in examples()}
    assert [question for question in asked & trained if _length(question) > LONG] == []


def _length(question: str) -> float:
    han = sum("一" <= sign <= "鿿" for sign in question)
    return han / 2 + len(re.findall(r"[a-z]+", question))
