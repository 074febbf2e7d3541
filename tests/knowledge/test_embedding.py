import numpy as np
import pytest

from knowledge import embedding
from knowledge.errors import IndexProblem


def test_vectors_are_unit_length_and_close_in_meaning_across_languages(embedder):
    vectors = embedder.embed(["付费会员", "paid membership", "明天下雨"])
    assert vectors.shape == (3, 512)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2


def test_a_text_has_the_same_vector_alone_and_in_a_batch(embedder):
    together = embedder.embed(["复购率", "a much longer English sentence about loyalty"])
    assert np.allclose(together[0], embedder.embed(["复购率"])[0], atol=1e-5)
    assert embedder.embed([]).shape == (0, 512)


def test_refuses_other_weights(monkeypatch):
    monkeypatch.setattr(embedding, "WEIGHTS_SHA256", "0" * 64)
    with pytest.raises(IndexProblem, match="embedder_changed"):
        embedding.SentenceEncoder().embed(["会员"])
