"""The recurrent network of the second reader, run with numpy alone; `evals/hearing.py` and `marking.py` fit it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.blas import one_thread


@dataclass(frozen=True)
class Recurrent:
    """Weights as PyTorch names them (`inp`, `mix` and what reads their states), and the names of the classes."""

    weights: dict[str, np.ndarray]
    names: dict[str, list[str]]

    @classmethod
    def load(cls, file: Path) -> Recurrent:
        with np.load(file, allow_pickle=False) as kept:
            names = {name.removeprefix("names."): [str(each) for each in kept[name]]
                     for name in kept.files if name.startswith("names.")}  # fmt: skip
            weights = {name: kept[name].astype(np.float32) for name in kept.files if kept[name].dtype.kind == "f"}
        return cls(weights, names)

    def states(self, vectors: np.ndarray) -> np.ndarray:
        """The pieces in their order, read from both sides: shape (pieces, hidden)."""
        with one_thread():  # a question is short: threads would only wait for each other
            seen = np.maximum(self.linear("inp", vectors), 0)
            layer = 0
            while f"mix.weight_ih_l{layer}" in self.weights:
                ahead, back = self._read(seen, f"l{layer}"), self._read(seen[::-1], f"l{layer}_reverse")[::-1]
                seen = np.concatenate([ahead, back], axis=1)
                layer += 1
        return seen

    def linear(self, name: str, given: np.ndarray) -> np.ndarray:
        return given @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]

    def _read(self, seen: np.ndarray, way: str) -> np.ndarray:
        """A gated recurrent unit (Cho et al. 2014), as PyTorch's GRU lays its weights out."""
        w = self.weights
        given = seen @ w[f"mix.weight_ih_{way}"].T + w[f"mix.bias_ih_{way}"]
        kept, bias = w[f"mix.weight_hh_{way}"].T, w[f"mix.bias_hh_{way}"]
        size = len(bias) // 3
        state, states = np.zeros(size, dtype=np.float32), []
        for each in given:
            held = state @ kept + bias
            reset, update = np.split(sigmoid(each[: 2 * size] + held[: 2 * size]), 2)
            new = np.tanh(each[2 * size :] + reset * held[2 * size :])
            state = (1 - update) * new + update * state
            states.append(state)
        return np.array(states)


def softmax(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def sigmoid(scores: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(scores / 2))  # as 1 / (1 + e^-x), without its overflow
