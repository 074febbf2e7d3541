"""multilingual-e5-small with what was learnt from examples on top, in numpy alone.

Of every linear layer only a small change was learnt, the product of two narrow matrices (LoRA, Hu et al. 2021), which
is added to its weights when they are read. A file of ours holds these changes, and the layers that tell something from
the states of a text's pieces; `python -m evals.fitting` fits them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.blas import one_thread
from knowledge.e5 import DIMENSION, E5, e5

LAYERS = 12
HEADS = 12
INNER = 1536
STRENGTH = 2.0
"""By which the product of the narrow matrices is multiplied."""
LINEAR = {"q": DIMENSION, "k": DIMENSION, "v": DIMENSION, "ao": DIMENSION, "fi": DIMENSION, "fo": INNER}
"""The linear layers of each layer, as the weights' file calls them, and how many numbers each is given."""


@dataclass(frozen=True)
class Layer:
    """Weights of shape (given, what comes out), so that states are multiplied from the left; each with its bias."""

    queries_keys_values: tuple[np.ndarray, np.ndarray]
    attended: tuple[np.ndarray, np.ndarray]
    wide: tuple[np.ndarray, np.ndarray]
    narrow: tuple[np.ndarray, np.ndarray]
    after_attention: tuple[np.ndarray, np.ndarray]
    after_wide: tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Transformer:
    learnt: dict[str, np.ndarray]
    names: dict[str, list[str]]
    """Of the classes that are told apart, and of words that examples have."""
    layers: tuple[Layer, ...]
    base: E5

    @classmethod
    def load(cls, file: Path) -> Transformer:
        """Read what was learnt. Raises IndexProblem where the weights that it was fitted on are not installed."""
        base = e5()
        with np.load(file, allow_pickle=False) as kept:
            names = {name.removeprefix("names."): [str(each) for each in kept[name]]
                     for name in kept.files if name.startswith("names.")}  # fmt: skip
            learnt = {name: kept[name].astype(np.float32) for name in kept.files if kept[name].dtype.kind == "f"}
        learnt["places"] = base.places()
        return cls(learnt, names, tuple(_layer(base, learnt, number) for number in range(LAYERS)), base)

    def states(self, text: str) -> np.ndarray:
        """The pieces of a text, each read among the others, with a sign before and behind: shape (pieces + 2, 384);
        of a longer text the first 510.
        """
        numbers = np.array(self.base.numbers(text))
        with one_thread():  # a question is short: threads would only wait for each other
            states = self.base.vectors(numbers) + self.learnt["places"][: len(numbers)]
            states = _normed(states, (self.learnt["eln.w"], self.learnt["eln.b"]))
            for layer in self.layers:
                states = _normed(states + _attention(layer, states), layer.after_attention)
                wide = _linear(states, layer.wide)
                wide *= 0.5 * (1 + _erf(wide * np.float32(0.5**0.5)))  # a Gaussian unit, Hendrycks and Gimpel 2016
                states = _normed(states + _linear(wide, layer.narrow), layer.after_wide)
        return (states - self.learnt["mid"]) * self.learnt["scale"]

    def told(self, head: str, states: np.ndarray, looking: int = 0) -> np.ndarray:
        """What a head tells from the pieces that `looking`, a column of the layer "att", looks at."""
        looks = softmax(self.linear("att", states)[:, looking])
        return self.linear(head, looks @ states)

    def linear(self, name: str, given: np.ndarray) -> np.ndarray:
        return given @ self.learnt[f"{name}.weight"].T + self.learnt[f"{name}.bias"]


def _layer(base: E5, learnt: dict[str, np.ndarray], number: int) -> Layer:
    of = {name: _changed(base, learnt, f"l{number}.{name}.w", f"layers.{number}.{name}", size)
          for name, size in LINEAR.items()}  # fmt: skip
    queries_keys_values = [np.ascontiguousarray(np.concatenate(parts, axis=-1))
                           for parts in zip(*(of[name] for name in "qkv"), strict=True)]  # fmt: skip
    norms = [(learnt[f"layers.{number}.{name}.w"], learnt[f"layers.{number}.{name}.b"]) for name in ("aln", "oln")]
    return Layer(tuple(queries_keys_values), of["ao"], of["fi"], of["fo"], *norms)


def _changed(
    base: E5, learnt: dict[str, np.ndarray], name: str, ours: str, given: int
) -> tuple[np.ndarray, np.ndarray]:
    change = STRENGTH * learnt.pop(f"{ours}.B") @ learnt.pop(f"{ours}.A")
    return np.ascontiguousarray((base.matrix(name, given) + change).T), learnt[f"{ours}.b"]


def _attention(layer: Layer, states: np.ndarray) -> np.ndarray:
    """What each piece takes from all pieces (Vaswani et al. 2017)."""
    size = DIMENSION // HEADS
    all_three = _linear(states, layer.queries_keys_values).reshape(len(states), 3, HEADS, size)
    queries, keys, values = all_three.transpose(1, 2, 0, 3)
    looks = softmax(queries @ keys.transpose(0, 2, 1) / np.float32(size**0.5))
    return _linear((looks @ values).transpose(1, 0, 2).reshape(len(states), DIMENSION), layer.attended)


def _linear(given: np.ndarray, layer: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    return given @ layer[0] + layer[1]


def _normed(states: np.ndarray, norm: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    middle = states - states.mean(axis=-1, keepdims=True)
    return middle / np.sqrt(np.mean(middle**2, axis=-1, keepdims=True) + np.float32(1e-12)) * norm[0] + norm[1]


def _erf(values: np.ndarray) -> np.ndarray:
    """The error function to seven digits (Abramowitz and Stegun 1964, 7.1.26): SciPy takes long to import."""
    size = np.abs(values)
    part = 1 / (1 + np.float32(0.3275911) * size)
    found = np.float32(1.061405429)
    for factor in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        found = found * part + np.float32(factor)
    return np.copysign(1 - found * part * np.exp(-size * size), values)


def softmax(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def sigmoid(scores: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(scores / 2))  # as 1 / (1 + e^-x), without its overflow
