"""Fits the marks of conditions on people (`copilot/planner/marks.py`): `python -m evals.marking [--write]`.

The examples are the lines of `cases/heard/m*.txt`, whose conditions are written `<kind words>`. Needs PyTorch, as
`evals/hearing.py` does.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from copilot.planner.likenames import LikeNames
from copilot.planner.marks import FILE, OUTSIDE, chain, classes, runs, words_of
from copilot.planner.matching import normalise
from copilot.planner.templates import template
from copilot.planner.vocabulary import Vocabulary
from evals.hearing import FOLDS, HIDDEN, MARK, SEED, Example, demo_vocabulary, examples, fingerprint, padded, train
from knowledge.embedding import SentenceEncoder
from knowledge.token_vectors import DIMENSION, token_places, token_vectors
from tools.selection.reading.marked import BUYING

EPOCHS = 18
LAYERS = 2
_OF_BASE = 0.3
"""Of the loss of whether a mark is of a share's base."""
_NEAR = 3
"""Pieces that a mark may begin or end beside its place to be near it."""
_SEVERAL = 4
"""Questions in whose marks a word stands, at least, that is usual there."""
_OPEN, _CLOSE = 0xF000, "\uf8f0"
"""Signs of private use that stand for a mark's beginning and end while names and times are replaced."""


@dataclass(frozen=True)
class Tagged:
    """A question's pieces, with those before and behind them."""

    vectors: np.ndarray
    tags: np.ndarray
    """The class of each."""
    base: np.ndarray
    """Whether each is of a share's base."""


def main() -> None:
    """Tell how well the conditions of unseen questions are marked; with `--write`, fit on all and keep the weights."""
    vocabulary = demo_vocabulary()
    marked = [each for each in examples() if each.marked]
    told = [_tagged(each.marked, each.question, vocabulary) for each in marked]
    seen = [each for each in told if each is not None]
    if "--write" in sys.argv:
        store(fit(seen), usual_words(marked, vocabulary))
        return
    fold = np.random.default_rng(SEED).integers(0, FOLDS, len(seen))
    net = fit([each for each, out in zip(seen, fold, strict=True) if out])
    print(described(net, [each for each, out in zip(seen, fold, strict=True) if not out]))


def _tagged(marked: str, question: str, vocabulary: Vocabulary) -> Tagged | None:
    """The question with the class of each piece; None where those have no place, or a name goes over a mark's end."""
    text = template(question, vocabulary)
    found, places = _places_of_marks(marked, text, vocabulary), token_places(text)
    if found is None or not places:
        return None
    tags = np.full(len(places) + 2, OUTSIDE, dtype=np.int64)
    base = np.zeros(len(places) + 2, dtype=np.float32)
    for start, end, kind, of_base in found:
        inside = [at for at, (first, last) in enumerate(places, 1) if start <= (first + last - 1) / 2 < end]
        tags[inside] = classes().index(f"inner {kind}")
        tags[inside[:1]] = classes().index(f"first {kind}")
        base[inside] = of_base
    return Tagged(token_vectors(text).astype(np.float16), tags, base)


def _places_of_marks(marked: str, text: str, vocabulary: Vocabulary) -> list[tuple[int, int, str, bool]] | None:
    """Beginning, end, kind and whether it is of the base, of each mark in the template."""
    kinds = [(mark[2], bool(mark[1])) for mark in MARK.finditer(marked)]
    numbers = iter(range(len(kinds)))
    signed = template(MARK.sub(lambda mark: f"{chr(_OPEN + next(numbers))}{mark[3]}{_CLOSE}", marked), vocabulary)
    found, plain, begun = [], "", (0, 0)
    for sign in signed:
        if sign == _CLOSE:
            found.append((begun[1], len(plain), *kinds[begun[0]]))
        elif 0 <= ord(sign) - _OPEN < len(kinds):
            begun = (ord(sign) - _OPEN, len(plain))
        else:
            plain += sign
    return found if plain == text else None


def fit(seen: list[Tagged]):
    """Return the network of these examples."""
    import torch

    torch.manual_seed(SEED)
    return train(network(), seen, _loss, EPOCHS)


def network():
    """Return the network that `copilot.planner.marks` runs, untrained."""
    import torch
    from torch import nn

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inp = nn.Linear(DIMENSION, HIDDEN)
            self.mix = nn.GRU(HIDDEN, HIDDEN // 2, LAYERS, bidirectional=True, batch_first=True, dropout=0.3)
            self.tags, self.base = nn.Linear(HIDDEN, len(classes())), nn.Linear(HIDDEN, 1)
            self.follows = nn.Parameter(torch.zeros(len(classes()), len(classes())))
            self.few, self.many = nn.Dropout(0.2), nn.Dropout(0.35)

        def forward(self, vectors, held):
            seen = self.many(torch.relu(self.inp(self.few(vectors))))
            packed = nn.utils.rnn.pack_padded_sequence(seen, held.sum(1), batch_first=True, enforce_sorted=False)
            states, _ = nn.utils.rnn.pad_packed_sequence(self.mix(packed)[0], batch_first=True)
            kept = self.many(states)
            return self.tags(kept), self.base(kept)[:, :, 0]

    return Network()


def _loss(net, part: list[Tagged]):
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits as several
    from torch.nn.utils.rnn import pad_sequence

    vectors, held = padded(part)
    scores, base = net(vectors, held)
    tags = pad_sequence([torch.from_numpy(each.tags) for each in part], batch_first=True)
    of_base = pad_sequence([torch.from_numpy(each.base) for each in part], batch_first=True)
    inside = held & (tags != OUTSIDE)
    loss = (_all_chains(scores, net.follows, held) - _chain(scores, net.follows, tags, held)).sum() / held.sum()
    return loss + _OF_BASE * several(base[inside], of_base[inside]) if inside.any() else loss


def _all_chains(scores, follows, held):
    """The logarithm of the sum over all chains of classes, of each question."""
    import torch

    ahead = scores[:, 0]
    for at in range(1, scores.shape[1]):
        onward = torch.logsumexp(ahead[:, :, None] + follows[None], 1) + scores[:, at]
        ahead = torch.where(held[:, at, None], onward, ahead)
    return torch.logsumexp(ahead, 1)


def _chain(scores, follows, tags, held):
    """The score of the right chain of each question."""
    own = scores.gather(2, tags[:, :, None])[:, :, 0] * held
    return own.sum(1) + (follows[tags[:, :-1], tags[:, 1:]] * held[:, 1:]).sum(1)


def described(net, unseen: list[Tagged]) -> str:
    """Tell how many of these have all their conditions marked, and how many at least of the right kinds and places."""
    import torch

    follows = net.follows.detach().numpy()
    exact, near = [], []
    with torch.no_grad():
        for each in unseen:
            found = chain(net(*padded([each]))[0][0].numpy(), follows)
            exact.append(bool((found == each.tags).all()))
            near.append(_are_near(_runs(found), _runs(each.tags)))
    return f"of {len(unseen)} unseen questions marked whole {np.mean(exact):.3f}, nearly so {np.mean(near):.3f}"


def _runs(tags: np.ndarray) -> list[tuple[int, int, int]]:
    """Kind, first piece and the one past the last of every mark."""
    return [(int(tags[first] + tags[first] % 2), first, last) for first, last in runs(tags)]


def _are_near(found: list[tuple[int, int, int]], wanted: list[tuple[int, int, int]]) -> bool:
    return [kind for kind, *_ in found] == [kind for kind, *_ in wanted] and all(
        abs(one - other) <= _NEAR for run, told in zip(found, wanted, strict=True)
        for one, other in zip(run[1:], told[1:], strict=True)
    )  # fmt: skip


def usual_words(marked: Sequence[Example], vocabulary: Vocabulary) -> dict[str, list[str]]:
    """The words that stand in marks of several questions, where they say nothing of what was bought or done, and those
    around them where people are only counted. What is like the name of goods is not among them.
    """
    names = LikeNames(SentenceEncoder())
    inside = [[mark[3] for mark in MARK.finditer(each.marked) if mark[2] in BUYING] for each in marked]
    around = [[MARK.sub(" | ", each.marked)] for each in marked if each.counts]
    return {place: [word for word in _common(texts) if names.nearest(word, vocabulary) is None]
            for place, texts in (("inside", inside), ("around", around))}  # fmt: skip


def _common(texts: Iterable[list[str]]) -> list[str]:
    """The words, and the characters of Chinese ones, that several questions have."""
    counts: Counter[str] = Counter()
    for each in texts:
        words = {word for text in each for word in words_of(normalise(text))}
        counts.update(words | {sign for word in words if not word.isascii() for sign in word})
    return sorted(word for word, count in counts.items() if count >= _SEVERAL)


def store(net, usual: dict[str, list[str]]) -> None:
    """Keep the weights that the product uses, and the usual words of marks."""
    kept = {name: values.numpy().astype(np.float16) for name, values in net.state_dict().items()}
    kept |= {f"names.{place}": np.array(words) for place, words in usual.items()}
    np.savez_compressed(FILE, fingerprint=np.array(fingerprint(marked=True)), **kept)


if __name__ == "__main__":
    main()
