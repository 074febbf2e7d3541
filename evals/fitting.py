"""Fits the network that reads questions (`knowledge/transformer.py`): `python -m evals.fitting [--write]`.

Needs PyTorch, which is in no lock, as nobody needs it who does not fit: `pip install torch`. Takes 25 minutes on two
processors that compute with bfloat16.
"""

from __future__ import annotations

import sys

import numpy as np
import torch

from copilot.planner.hearing import HEADS as ASKED
from copilot.planner.marks import chain, runs
from copilot.planner.reader import FILE
from copilot.planner.templates import template
from evals.body import SEED, fitted, padded
from evals.heard import COMPARES, ORDERS, Example, demo_vocabulary, examples, fingerprint
from evals.network import Network, Seen, loss
from evals.tagging import tagged, usual_words
from knowledge.e5 import e5

FOLDS = 25
_NEAR = 3
"""Pieces that a mark may begin or end beside its place to be near it."""


def main() -> None:
    """Tell how well unseen questions are read; with `--write`, fit on all examples and keep the weights."""
    vocabulary = demo_vocabulary()
    every = examples()
    seen = [Seen(each, e5().numbers(template(each.question, vocabulary)), tagged(each, vocabulary)) for each in every]
    names = _names(every)
    if "--write" in sys.argv:
        store(fit(seen, names), names, usual_words([each for each in every if each.marked], vocabulary))
        return
    fold = np.random.default_rng(SEED).integers(0, FOLDS, len(seen))
    net = fit([each for each, out in zip(seen, fold, strict=True) if out], names)
    print(described(net, [each for each, out in zip(seen, fold, strict=True) if not out], names))


def fit(seen: list[Seen], names: dict[str, list[str]]) -> Network:
    """Return the network of these examples."""
    return fitted(lambda: Network(names), seen, lambda net, part: loss(net, part, names))


def described(net: Network, unseen: list[Seen], names: dict[str, list[str]]) -> str:
    """Tell how many of these are read rightly."""
    right: dict[str, list[bool]] = {"kind": [], "metric": [], "by": [], "second": [], "marks": [], "nearly": []}
    follows = net.follows.detach().numpy()
    with torch.no_grad():
        for each in unseen:
            asked, second, tags, _ = net(*padded([each]))
            scores = dict(zip(ASKED, [scores[0].numpy() for scores in asked], strict=True))
            _compare(right, scores, second[0].numpy(), each.example, names)
            if each.tags is not None:
                found = chain(tags[0].numpy(), follows)
                right["marks"].append(bool((found == each.tags.classes).all()))
                right["nearly"].append(_are_near(_runs(found), _runs(each.tags.classes)))
    return "read rightly, unseen: " + ", ".join(f"{name} {np.mean(hits):.3f} of {len(hits)}"
                                                for name, hits in right.items())  # fmt: skip


def _compare(
    right: dict[str, list[bool]], scores: dict[str, np.ndarray], second: np.ndarray, told: Example,
    names: dict[str, list[str]],
) -> None:  # fmt: skip
    right["kind"].append(names["kind"][scores["kind"].argmax()] == told.kind)
    two = names["metric"][second.argmax()] if scores["several"].argmax() else ""
    right["second"].append(two == told.second)
    if told.metric:
        right["metric"].append(names["metric"][scores["metric"].argmax()] == told.metric)
        right["by"].append({name for name, score in zip(names["by"], scores["by"], strict=True) if score > 0}
                           == set(told.by))  # fmt: skip


def _runs(tags: np.ndarray) -> list[tuple[int, int, int]]:
    """Kind, first piece and the one past the last of every mark."""
    return [(int(tags[first] + tags[first] % 2), first, last) for first, last in runs(tags)]


def _are_near(found: list[tuple[int, int, int]], wanted: list[tuple[int, int, int]]) -> bool:
    return [kind for kind, *_ in found] == [kind for kind, *_ in wanted] and all(
        abs(one - other) <= _NEAR for run, told in zip(found, wanted, strict=True)
        for one, other in zip(run[1:], told[1:], strict=True)
    )  # fmt: skip


def _names(every: list[Example]) -> dict[str, list[str]]:
    return {
        "kind": sorted({each.kind for each in every}), "metric": sorted({each.metric for each in every if each.metric}),
        "by": sorted({name for each in every for name in each.by}), "compare": list(COMPARES), "order": list(ORDERS),
        "share": ["", "share"], "several": ["", "several"],
    }  # fmt: skip


def store(net: Network, names: dict[str, list[str]], usual: dict[str, list[str]]) -> None:
    """Keep the weights that the product uses, and the usual words of marks."""
    told = {head: names[head] for head in ASKED if head not in ("share", "several")} | usual
    kept = net.kept() | {f"names.{name}": np.array(words) for name, words in told.items()}
    np.savez_compressed(FILE, fingerprint=np.array(fingerprint()), **kept)


if __name__ == "__main__":
    main()
