"""The pretrained network of `knowledge/transformer.py` with PyTorch, and how what is on top of it is fitted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from knowledge.e5 import DIMENSION, e5
from knowledge.transformer import HEADS, LAYERS, LINEAR, STRENGTH

RANK = 32
"""Of the narrow matrices whose product changes a linear layer."""
EPOCHS = 5
BATCH = 64
RATE, RATE_OF_HEADS = 1e-3, 2e-3
SEED = 0
_WIDE = 20
"""Batches that are sorted by length together: padding costs time."""


class Read(Protocol):
    """An example as the network reads it."""

    numbers: list[int]
    """Of the text's pieces."""


class Changed(nn.Module):
    """A linear layer whose weights stay as they are, but for the product of two narrow matrices."""

    def __init__(self, weight: np.ndarray, bias: np.ndarray) -> None:
        super().__init__()
        self.register_buffer("weight", torch.from_numpy(weight), persistent=False)
        self.b = nn.Parameter(torch.from_numpy(bias))
        self.A = nn.Parameter(torch.randn(RANK, weight.shape[1]) / weight.shape[1] ** 0.5)
        self.B = nn.Parameter(torch.zeros(weight.shape[0], RANK))

    def forward(self, given):
        change = functional.linear(functional.linear(given, self.A), self.B)
        return functional.linear(given, self.weight, self.b) + STRENGTH * change


class Norm(nn.Module):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.w, self.b = (nn.Parameter(torch.from_numpy(e5().plain(f"{name}.{part}"))) for part in "wb")

    def forward(self, given):
        return functional.layer_norm(given, (DIMENSION,), self.w, self.b, 1e-12)


class Layer(nn.Module):
    def __init__(self, number: int) -> None:
        super().__init__()
        for name, size in LINEAR.items():
            ours = f"l{number}.{name}"
            setattr(self, name, Changed(e5().matrix(f"{ours}.w", size), e5().plain(f"{ours}.b")))
        self.aln, self.oln = Norm(f"l{number}.aln"), Norm(f"l{number}.oln")
        self.few = nn.Dropout(0.1)

    def forward(self, states, held):
        many, longest, _ = states.shape
        heads = [each(states).view(many, longest, HEADS, -1).transpose(1, 2) for each in (self.q, self.k, self.v)]
        taken = functional.scaled_dot_product_attention(*heads, attn_mask=held[:, None, None, :])
        states = self.aln(states + self.few(self.ao(taken.transpose(1, 2).reshape(many, longest, DIMENSION))))
        return self.oln(states + self.few(self.fo(functional.gelu(self.fi(states)))))


class Body(nn.Module):
    """What tells the states of a text's pieces; heads are put on it."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("places", torch.from_numpy(e5().places()), persistent=False)
        self.eln = Norm("emb.ln")
        self.layers = nn.ModuleList([Layer(number) for number in range(LAYERS)])
        self.mid, self.scale = nn.Parameter(torch.zeros(DIMENSION)), nn.Parameter(torch.ones(DIMENSION))
        self.few = nn.Dropout(0.1)

    def states(self, vectors, held):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states = self.few(self.eln(vectors + self.places[: vectors.shape[1]]))
            for layer in self.layers:
                states = layer(states, held)
        return (states.float() - self.mid) * self.scale

    def centre(self, part: Sequence[Read]) -> None:
        """Let states begin with mean 0 and deviation 1: those of E5 lie close together, far from 0."""
        vectors, held = padded(part)
        with torch.no_grad():
            states = self.states(vectors, held)[held]
        self.mid.data, self.scale.data = states.mean(0), 1 / states.std(0)

    def kept(self) -> dict[str, np.ndarray]:
        """The weights that the product needs."""
        return {name: values.numpy().astype(np.float16) for name, values in self.state_dict().items()}


Each = TypeVar("Each", bound=Read)
Net = TypeVar("Net", bound=Body)


def padded(part: Sequence[Read]):
    """Vectors of pieces and which of them are there: shapes (examples, longest, 384) and (examples, longest)."""
    held = np.zeros((len(part), max(len(each.numbers) for each in part)), dtype=bool)
    numbers = np.zeros(held.shape, dtype=np.int64)
    for row, each in enumerate(part):
        held[row, : len(each.numbers)], numbers[row, : len(each.numbers)] = True, each.numbers
    return torch.from_numpy(e5().vectors(numbers)), torch.from_numpy(held)


def fitted(make: Callable[[], Net], seen: list[Each], loss: Callable[[Net, list[Each]], torch.Tensor]) -> Net:
    """Return the network that `make` gives, fitted to these examples by `loss` of a batch."""
    torch.manual_seed(SEED)
    net = make()
    net.centre(seen[:: max(len(seen) // 300, 1)])
    fresh = [value for name, value in net.named_parameters() if not name.startswith(("layers", "eln"))]
    changed = [value for name, value in net.named_parameters() if name.startswith(("layers", "eln"))]
    optimiser = torch.optim.AdamW([{"params": changed}, {"params": fresh}], weight_decay=0.02)
    steps = EPOCHS * -(-len(seen) // BATCH)
    rates = torch.optim.lr_scheduler.OneCycleLR(optimiser, [RATE, RATE_OF_HEADS], total_steps=steps, pct_start=0.1)
    order = np.random.default_rng(SEED)
    for _ in range(EPOCHS):
        for part in _batches(seen, order):
            optimiser.zero_grad()
            loss(net, part).backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            rates.step()
    return net.eval()


def _batches(seen: list[Each], order: np.random.Generator) -> list[list[Each]]:
    """The examples in batches at random, those of a batch about as long as each other."""
    shuffled = [seen[at] for at in order.permutation(len(seen))]
    wide = BATCH * _WIDE
    sorted_ = [each for start in range(0, len(seen), wide)
               for each in sorted(shuffled[start : start + wide], key=lambda each: len(each.numbers))]  # fmt: skip
    parts = [sorted_[start : start + BATCH] for start in range(0, len(seen), BATCH)]
    return [parts[at] for at in order.permutation(len(parts))]
