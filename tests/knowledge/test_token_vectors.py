"""The vectors of a text's pieces are those that the sentence encoder itself sums up."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.embedding import SentenceEncoder, encoder
from knowledge.token_vectors import DIMENSION, token_vectors


@pytest.mark.parametrize("text", ["复购率上个月多少", "how many customers came back in September?", "hi", "GMV 跌了多少 vs 8月"])
def test_they_sum_up_to_the_sentence_vector(text: str) -> None:
    vectors, model = token_vectors(text), encoder()._model
    assert vectors.shape[1] == DIMENSION
    count = len(vectors)
    mean = (vectors.sum(axis=0) @ model.cnn_W + count * model.cnn_b) / np.sqrt(count)
    hidden = np.maximum(mean @ model.p1 + np.maximum(mean @ model.d0, 0) @ model.d1, 0)
    summed = np.tanh(hidden @ model.p3 + np.maximum(hidden @ model.d2, 0) @ model.d3)
    assert summed / np.linalg.norm(summed) == pytest.approx(SentenceEncoder().ask(text), abs=1e-4)


def test_a_word_has_another_vector_beside_other_words() -> None:
    alone, beside = token_vectors("net")[1], token_vectors("net sales")[1]
    assert not np.allclose(alone, beside, atol=1e-2)
