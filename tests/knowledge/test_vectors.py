"""The nearest texts, of all and of those that a filter lets through, against an exact product."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.vectors import BESIDE, FEW

COUNT = 3000


@pytest.fixture(scope="module")
def unit():
    found = np.random.default_rng(5).normal(size=(COUNT, 16)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def vectors(unit, tmp_path_factory):
    opened = BESIDE.write(tmp_path_factory.mktemp("generation"), "library", None)
    opened.add([str(number) for number in range(COUNT)], unit)
    yield opened
    opened.close()


@pytest.mark.parametrize("step", [1, 2, 10, COUNT // FEW])
def test_finds_the_nearest_of_those_that_pass(vectors, unit, step):
    question, passing = unit[7] + 0.1 * unit[8], range(0, COUNT, step)
    question /= np.linalg.norm(question)
    exact = sorted(passing, key=lambda number: -float(unit[number] @ question))[:20]
    found = vectors.nearest(question, 20, None if step == 1 else [str(number) for number in passing])
    assert len(set(found) & set(map(str, exact))) >= 19  # the graph of neighbours is approximate
    assert list(found.values())[:20] == sorted(found.values(), reverse=True)[:20]
    assert found[str(exact[0])] == pytest.approx(float(unit[exact[0]] @ question), abs=1e-5)


def test_nothing_passes(vectors, unit):
    assert vectors.nearest(unit[0], 5, []) == {}
