"""Fits the second reader of questions (`copilot/planner/hearing.py`): `python -m evals.hearing [--write]`.

The examples are `cases/heard/*.txt`, lines of `label | question` that were written for this, none of them a case of an
evaluation. Needs PyTorch, which is in no lock, as nobody needs it who does not fit: `pip install torch`.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from copilot.planner.hearing import FILE, HEADS
from copilot.planner.templates import template
from copilot.planner.vocabulary import Vocabulary
from knowledge.token_vectors import DIMENSION, token_vectors
from tools.selection.reading.marked import KINDS

LINES = Path(__file__).parent / "cases" / "heard"
HIDDEN = 256
EPOCHS = 21
BATCH = 48
_WIDE = 20
"""Batches that are sorted by length together: padding costs time."""
RATE = 3e-3
FOLDS = 5
SEED = 0
_NO_METRICS = frozenset({"share", "list", "mix"})
COMPARES = ("", "previous", "last_year")
ORDERS = ("", "top", "bottom")
_ASIDES = re.compile(r"[{}\[\]]")
MARK = re.compile(rf"<(of\.)?({'|'.join(map(re.escape, sorted(KINDS, key=len, reverse=True)))}) ([^<>]+)>")
_WEIGHING = (1.0, 1.0, 2.0, 0.5, 0.5, 0.3, 0.3)
"""Of the heads' losses."""
_WITH_MARKS = "m"
"""Beginning of the names of the files whose lines have the conditions on people marked."""


@dataclass(frozen=True)
class Example:
    question: str
    kind: str
    metric: str = ""
    by: tuple[str, ...] = ()
    compare: str = ""
    order: str = ""
    share: bool = False
    second: str = ""
    """A second metric that is asked for beside the first."""
    counts: bool = True
    """Whether no more is asked of people than how many, what share or who they are."""
    marked: str = ""
    """The question with `<kind words>` round the conditions on people; "" where they are not told."""
    vectors: np.ndarray = field(default_factory=lambda: np.empty((0, DIMENSION)), compare=False)


def examples() -> list[Example]:
    """Return the examples of all files, in their order. Raises ValueError for a line that is none."""
    return [_example(line, path.name.startswith(_WITH_MARKS)) for path in _files() for line in _lines(path)]


def fingerprint(*, marked: bool = False) -> str:
    """Return the hash of the examples, or of the marked ones alone, which the weights are kept with."""
    files = [path for path in _files() if path.name.startswith(_WITH_MARKS) or not marked]
    lines = [line for path in files for line in _lines(path)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _files() -> list[Path]:
    return sorted(LINES.glob("*.txt"))


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")]


def _example(line: str, with_marks: bool) -> Example:
    label, bar, question = line.partition("|")
    kind, *fields = label.split()
    if not bar or not question.strip() or re.search("[<>]", MARK.sub("", question)):
        raise ValueError(f"not `label | question`: {line}")
    told = dict(each.split("=", 1) for each in fields if "=" in each)
    plain = [each for each in fields if "=" not in each and each not in _NO_METRICS]
    metric, second = [*plain, "", ""][:2]
    said = _ASIDES.sub("", question).strip()
    if metric == "tiers":  # "why tiers", "define tiers"
        kind, metric = f"{kind}_tiers", ""
    return Example(
        question=MARK.sub(r"\3", said), marked=said if with_marks else "", kind=kind,
        counts=kind == "people" and not metric and "mix" not in fields, metric=metric,
        by=tuple(name for name in told.get("by", "").split(",") if name),
        compare={"year": "last_year"}.get(told.get("cmp", ""), told.get("cmp", "")),
        order=told.get("ord", ""), share="share" in fields, second=told.get("two", second),
    )  # fmt: skip


def main() -> None:
    """Tell how well unseen clauses are heard; with `--write`, fit on all examples and keep the weights."""
    vocabulary = demo_vocabulary()
    seen = [_seen(each, vocabulary) for each in examples()]
    names = _names(seen)
    if "--write" in sys.argv:
        store(fit(seen, names), names)
        return
    fold = np.random.default_rng(SEED).integers(0, FOLDS, len(seen))
    net = fit([each for each, out in zip(seen, fold, strict=True) if out], names)
    print(described(net, [each for each, out in zip(seen, fold, strict=True) if not out], names))


def _seen(example: Example, vocabulary: Vocabulary) -> Example:
    vectors = token_vectors(template(example.question, vocabulary))
    return replace(example, vectors=vectors.astype(np.float16))


def fit(seen: list[Example], names: dict[str, list[str]]):
    """Return the network of these examples."""
    import torch

    torch.manual_seed(SEED)
    return train(network(names), seen, lambda net, part: _loss(net(*padded(part)), part, names), EPOCHS)


def train(net, seen: list, loss: Callable, epochs: int):
    """Return the network after as many looks at the examples, whose `vectors` tell how long they are; `loss` takes it
    and a batch of them.
    """
    import torch

    steps = epochs * -(-len(seen) // BATCH)
    optimiser = torch.optim.AdamW(net.parameters(), weight_decay=0.02)
    rates = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    order = np.random.default_rng(SEED)
    for _ in range(epochs):
        for part in _batches(seen, order):
            optimiser.zero_grad()
            loss(net, part).backward()
            optimiser.step()
            rates.step()
    return net.eval()


def _batches(seen: list, order: np.random.Generator) -> list[list]:
    """The examples in batches at random, those of a batch about as long as each other."""
    shuffled = [seen[at] for at in order.permutation(len(seen))]
    wide = BATCH * _WIDE
    sorted_ = [each for start in range(0, len(seen), wide)
               for each in sorted(shuffled[start : start + wide], key=lambda each: len(each.vectors))]  # fmt: skip
    parts = [sorted_[start : start + BATCH] for start in range(0, len(seen), BATCH)]
    return [parts[at] for at in order.permutation(len(parts))]


def network(names: dict[str, list[str]]):
    """Return the network that `copilot.planner.hearing` runs, untrained."""
    import torch
    from torch import nn

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inp = nn.Linear(DIMENSION, HIDDEN)
            self.mix = nn.GRU(HIDDEN, HIDDEN // 2, bidirectional=True, batch_first=True)
            self.att = nn.Linear(HIDDEN, len(HEADS) + 1)  # the last looks for a second metric
            self.heads = nn.ModuleList([nn.Linear(HIDDEN, len(names[head])) for head in HEADS])
            self.few, self.many = nn.Dropout(0.2), nn.Dropout(0.35)

        def forward(self, vectors, held):
            seen = self.many(torch.relu(self.inp(self.few(vectors))))
            lengths = held.sum(1)
            packed = nn.utils.rnn.pack_padded_sequence(seen, lengths, batch_first=True, enforce_sorted=False)
            states, _ = nn.utils.rnn.pad_packed_sequence(self.mix(packed)[0], batch_first=True)
            looks = self.att(states).masked_fill(~held[:, :, None], -1e9).softmax(1)
            found = self.many(torch.einsum("btk,bth->bkh", looks, states))
            of_heads = [head(found[:, number]) for number, head in enumerate(self.heads)]
            second = self.heads[HEADS.index("metric")](found[:, -1])
            return *of_heads, second

    return Network()


def described(net, unseen: list[Example], names: dict[str, list[str]]) -> str:
    """Tell how many of these are heard rightly."""
    import torch

    right: dict[str, list[bool]] = {"kind": [], "metric": [], "by": [], "second": []}
    sure = []
    with torch.no_grad():
        for start in range(0, len(unseen), BATCH):
            part = unseen[start : start + BATCH]
            kinds, metrics, by, *_, several, second = net(*padded(part))
            right["kind"] += [names["kind"][at] == each.kind for at, each in zip(kinds.argmax(1), part, strict=True)]
            right["second"] += [not each.second and bool(two[0] > two[1]) or bool(each.second) and bool(two[1] > two[0])
                                and names["metric"][at] == each.second
                                for two, at, each in zip(several, second.argmax(1), part, strict=True)]  # fmt: skip
            chances = metrics.softmax(1).max(1)
            for at, chance, cut, each in zip(metrics.argmax(1), chances.values, by, part, strict=True):
                if each.metric:
                    right["metric"].append(names["metric"][at] == each.metric)
                    sure.append(float(chance))
                    cuts = {name for name, score in zip(names["by"], cut, strict=True) if score > 0}
                    right["by"].append(cuts == set(each.by))
    ranked = np.array(right["metric"])[np.argsort(-np.array(sure))]
    half = ranked[: len(ranked) // 2].mean()
    told = ", ".join(f"{name} {np.mean(hits):.3f} of {len(hits)}" for name, hits in right.items())
    return f"heard rightly, unseen: {told}; metric in the surer half {half:.3f}"


def store(net, names: dict[str, list[str]]) -> None:
    """Keep the weights that the product uses."""
    kept = {name: values.numpy().astype(np.float16) for name, values in net.state_dict().items()}
    kept |= {f"names.{head}": np.array(names[head]) for head in HEADS if head not in ("share", "several")}
    np.savez_compressed(FILE, fingerprint=np.array(fingerprint()), **kept)


def _names(seen: list[Example]) -> dict[str, list[str]]:
    return {
        "kind": sorted({each.kind for each in seen}), "metric": sorted({each.metric for each in seen if each.metric}),
        "by": sorted({name for each in seen for name in each.by}), "compare": list(COMPARES), "order": list(ORDERS),
        "share": ["", "share"], "several": ["", "several"],
    }  # fmt: skip


def padded(part: list[Example]):
    """Vectors and which of them are there: shapes (examples, longest, 1280) and (examples, longest)."""
    import torch

    vectors = [torch.from_numpy(each.vectors.astype(np.float32)) for each in part]
    lengths = torch.tensor([len(each) for each in vectors])
    padded = torch.nn.utils.rnn.pad_sequence(vectors, batch_first=True)
    return padded, torch.arange(padded.shape[1])[None, :] < lengths[:, None]


def _loss(scores, part: list[Example], names: dict[str, list[str]]):
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits as several
    from torch.nn.functional import cross_entropy as one

    *of_heads, second = scores
    by_name = dict(zip(HEADS, of_heads, strict=True))
    told = torch.tensor([bool(each.metric) for each in part])
    metric = torch.tensor([names["metric"].index(each.metric) for each in part if each.metric])
    by = torch.tensor([[float(name in each.by) for name in names["by"]] for each in part])
    losses = [
        one(by_name["kind"], torch.tensor([names["kind"].index(each.kind) for each in part])),
        one(by_name["metric"][told], metric) if told.any() else torch.zeros(()),
        several(by_name["by"], by),
        one(by_name["compare"], torch.tensor([names["compare"].index(each.compare) for each in part])),
        one(by_name["order"], torch.tensor([names["order"].index(each.order) for each in part])),
        one(by_name["share"], torch.tensor([int(each.share) for each in part])),
        one(by_name["several"], torch.tensor([int(bool(each.second)) for each in part])),
    ]
    two = torch.tensor([bool(each.second) for each in part])
    if two.any():
        losses[1] = losses[1] + 0.5 * one(second[two], torch.tensor(
            [names["metric"].index(each.second) for each in part if each.second]
        ))
    return sum(weight * loss for weight, loss in zip(_WEIGHING, losses, strict=True))


def demo_vocabulary() -> Vocabulary:
    """Names that the examples have in them are the demo brand's: `wellspring demo --workspace demo` makes it."""
    from copilot.commands.options import settings_for
    from copilot.workspace import Workspace

    return Workspace(settings_for("demo")).vocabulary()


if __name__ == "__main__":
    main()
