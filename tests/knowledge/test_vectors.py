"""The nearest texts, of all and of those that a filter lets through, against an exact product."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from knowledge.exact import MANY, Exact
from knowledge.vectors import BESIDE

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


@pytest.fixture(scope="module")
def exact(vectors, tmp_path_factory):
    place = tmp_path_factory.mktemp("exact")
    assert not Exact.written(place)
    Exact.of(vectors).write(place)
    assert Exact.written(place)
    return Exact.load(place)


@pytest.mark.parametrize("step", [1, 2, round(1 / MANY) + 1, COUNT // 2, COUNT])
def test_finds_the_nearest_of_those_that_pass(vectors, exact, unit, step):
    question, passing = unit[7] + 0.1 * unit[8], range(0, COUNT, step)
    question /= np.linalg.norm(question)
    right = sorted(passing, key=lambda number: -float(unit[number] @ question))[:20]
    found = exact.nearest(question, 20, exact.rows([str(number) for number in passing] + ["unknown"]))
    assert list(found) == list(map(str, right))
    assert found[str(right[0])] == pytest.approx(float(unit[right[0]] @ question), abs=1e-5)
    if step == 1:
        near = vectors.nearest(question, 20)
        assert len(near.keys() & found.keys()) >= 19  # the graph of neighbours is approximate
        assert list(near.values()) == sorted(near.values(), reverse=True)


def test_nothing_passes(exact, unit):
    assert exact.nearest(unit[0], 5, exact.rows([])) == {}


WRITE_AND_READ = """
import sys
from pathlib import Path
import os
import subprocess
import sys

import numpy as np
from knowledge.vectors import BESIDE

generation, count = Path(sys.argv[1]), int(sys.argv[2])
written = BESIDE.write(generation, "library", None)
written.add([str(number) for number in range(count)], np.eye(count, 16, dtype=np.float32))
written.close()
if sys.argv[3] == "blank":
    BESIDE.blank(generation)
read = BESIDE.read(generation, "library")
assert read.nearest(np.eye(1, 16, dtype=np.float32)[0], 1).keys() == {"0"}
read.close()
"""


@pytest.mark.parametrize(("way", "leaks"), [("blank", False), ("leave", True)])
def test_no_memory_of_the_process_is_written(tmp_path, way, leaks):
    # glibc fills memory that was let go of, or taken and not written, with bytes told from this number.
    environment = os.environ | {"MALLOC_PERTURB_": "65", "PYTHONPATH": os.getcwd()}
    subprocess.run([sys.executable, "-c", WRITE_AND_READ, str(tmp_path), "7", way], env=environment, check=True)
    files = [path.read_bytes() for path in tmp_path.rglob("*.bin")]
    assert files
    assert any(byte * 32 in content for content in files for byte in (b"\x41", b"\xbe")) == leaks
