"""The network that reads questions, for fitting: what it reads, and how far off it is."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from copilot.planner.hearing import HEADS as ASKED
from copilot.planner.hearing import METRIC
from copilot.planner.marks import OUTSIDE, classes
from evals.body import Body, padded
from evals.heard import Example
from evals.tagging import Tags
from knowledge.e5 import DIMENSION

_WEIGHING = (1.0, 1.0, 2.0, 0.5, 0.5, 0.3, 0.3)
"""Of the losses of what is asked, in the order of `ASKED`."""
_OF_MARKS, _OF_SECOND, _OF_BASE = 2.0, 0.5, 0.3
"""Of the losses of the marks, of a second metric and of whether a mark is of a share's base."""


@dataclass(frozen=True)
class Seen:
    """An example as the network reads it."""

    example: Example
    numbers: list[int]
    tags: Tags | None


class Network(Body):
    def __init__(self, names: dict[str, list[str]]) -> None:
        super().__init__()
        self.att = nn.Linear(DIMENSION, len(ASKED) + 1)  # the last looks for a second metric
        self.heads = nn.ModuleList([nn.Linear(DIMENSION, len(names[head])) for head in ASKED])
        self.tags, self.base = nn.Linear(DIMENSION, len(classes())), nn.Linear(DIMENSION, 1)
        self.follows = nn.Parameter(torch.zeros(len(classes()), len(classes())))
        self.many = nn.Dropout(0.2)

    def forward(self, vectors, held):
        """Scores of what is asked, of a second metric, of the pieces' classes and of whether they are of the base."""
        states = self.states(vectors, held)
        looks = self.att(states).masked_fill(~held[:, :, None], -1e9).softmax(1)
        found = self.many(torch.einsum("btk,bth->bkh", looks, states))
        asked = [head(found[:, number]) for number, head in enumerate(self.heads)]
        kept = self.many(states)
        return asked, self.heads[METRIC](found[:, -1]), self.tags(kept), self.base(kept)[:, :, 0]


def loss(net: Network, part: list[Seen], names: dict[str, list[str]]):
    """How far the network is off on a batch."""
    vectors, held = padded(part)
    asked, second, tags, base = net(vectors, held)
    return _of_asked(asked, second, [each.example for each in part], names) + _of_marks(
        net.follows, tags, base, held, part
    )


def _of_asked(asked, second, part: list[Example], names: dict[str, list[str]]):
    by_name = dict(zip(ASKED, asked, strict=True))
    metric, told = _numbers([each.metric for each in part], names["metric"])
    two, several = _numbers([each.second for each in part], names["metric"])
    one = functional.cross_entropy
    losses = {
        "kind": one(by_name["kind"], _numbers([each.kind for each in part], names["kind"])[0]),
        "metric": one(by_name["metric"][told], metric) if told.any() else torch.zeros(()),
        "by": functional.binary_cross_entropy_with_logits(
            by_name["by"], torch.tensor([[float(name in each.by) for name in names["by"]] for each in part])
        ),
        "compare": one(by_name["compare"], torch.tensor([names["compare"].index(each.compare) for each in part])),
        "order": one(by_name["order"], torch.tensor([names["order"].index(each.order) for each in part])),
        "share": one(by_name["share"], torch.tensor([int(each.share) for each in part])),
        "several": one(by_name["several"], several.long()),
    }
    found = sum(weight * losses[head] for weight, head in zip(_WEIGHING, ASKED, strict=True))
    return found + _OF_SECOND * one(second[several], two) if several.any() else found


def _numbers(labels: list[str], names: list[str]):
    """The numbers of those labels that are told, and which are."""
    return torch.tensor([names.index(label) for label in labels if label], dtype=torch.long), torch.tensor(
        [bool(label) for label in labels]
    )


def _of_marks(follows, tags, base, held, part: list[Seen]):
    marked = torch.tensor([each.tags is not None for each in part])
    if not marked.any():
        return torch.zeros(())
    tags, base, held = tags[marked], base[marked], held[marked]
    told = [each.tags for each in part if each.tags is not None]
    right, of_base = torch.zeros(held.shape, dtype=torch.long), torch.zeros(held.shape)
    for row, each in enumerate(told):
        right[row, : len(each.classes)] = torch.from_numpy(each.classes)
        of_base[row, : len(each.base)] = torch.from_numpy(each.base)
    inside = held & (right != OUTSIDE)
    found = _OF_MARKS * (_all_chains(tags, follows, held) - _chain(tags, follows, right, held)).sum() / held.sum()
    if not inside.any():
        return found
    return found + _OF_BASE * functional.binary_cross_entropy_with_logits(base[inside], of_base[inside])


def _all_chains(scores, follows, held):
    """The logarithm of the sum over all chains of classes, of each question."""
    ahead = scores[:, 0]
    for at in range(1, scores.shape[1]):
        onward = torch.logsumexp(ahead[:, :, None] + follows[None], 1) + scores[:, at]
        ahead = torch.where(held[:, at, None], onward, ahead)
    return torch.logsumexp(ahead, 1)


def _chain(scores, follows, tags, held):
    """The score of the right chain of each question."""
    own = scores.gather(2, tags[:, :, None])[:, :, 0] * held
    return own.sum(1) + (follows[tags[:, :-1], tags[:, 1:]] * held[:, 1:]).sum(1)
