"""How well links agree with a known truth.

Pairs: precision and recall over pairs of accounts in one person. B-cubed: the same per account,
averaged over all accounts (Bagga, Baldwin 1998, "Algorithms for Scoring Coreference Chains"; Amigó
et al. 2009, Information Retrieval 12).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from pydantic import computed_field

from tools.errors import BadArgument
from tools.identity.clusters import Clustering, Edge, Pair
from tools.results import Frozen


class Score(Frozen):
    precision: float
    recall: float

    @computed_field
    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


class Agreement(Frozen):
    true_pairs: int
    found_pairs: int
    pairs: Score
    b_cubed: Score


def read_truth(path: Path) -> list[Pair]:
    """Pairs of accounts of one person from a JSON file: {"links": [{"one": …, "other": …}]}.

    Raises BadArgument for a file that is not so.
    """
    try:
        links = json.loads(path.read_text(encoding="utf-8"))["links"]
        return [(str(link["one"]), str(link["other"])) for link in links]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadArgument("bad_link_truth", file=path.name) from error


def closed(pairs: Iterable[Pair]) -> list[list[str]]:
    """Clusters that the pairs imply."""
    found = Clustering({}, rejected=[], largest=10**9)
    for one, other in pairs:
        found.join(Edge(*sorted((one, other)), rule="truth", probability=1.0))
    return found.clusters()


def agreement(found: list[list[str]], truth: list[list[str]], accounts: int) -> Agreement:
    """Compare two clusterings of `accounts` accounts; those in no cluster stand alone."""
    true_of, found_of = _by_member(truth), _by_member(found)
    both = sum(_pairs(len(part)) for part in _overlaps(found, true_of))
    in_found, in_truth = (sum(_pairs(len(cluster)) for cluster in side) for side in (found, truth))
    return Agreement(
        true_pairs=in_truth, found_pairs=in_found,
        pairs=Score(precision=both / in_found if in_found else 1.0, recall=both / in_truth if in_truth else 1.0),
        b_cubed=Score(precision=_b_cubed(found_of, true_of, accounts), recall=_b_cubed(true_of, found_of, accounts)),
    )  # fmt: skip


def _by_member(clusters: list[list[str]]) -> dict[str, frozenset[str]]:
    return {member: whole for cluster in clusters for whole in (frozenset(cluster),) for member in cluster}


def _overlaps(found: list[list[str]], true_of: dict[str, frozenset[str]]) -> list[frozenset[str]]:
    parts = []
    for cluster in found:
        members = frozenset(cluster)
        parts += {members & true_of[member] for member in cluster if member in true_of}
    return parts


def _b_cubed(of: dict[str, frozenset[str]], other: dict[str, frozenset[str]], accounts: int) -> float:
    """Mean over accounts of the share of its cluster in `of` that its cluster in `other` holds too."""
    shares = [len(cluster & other.get(member, frozenset({member}))) / len(cluster) for member, cluster in of.items()]
    return (sum(shares) + accounts - len(shares)) / accounts if accounts else 1.0


def _pairs(size: int) -> int:
    return size * (size - 1) // 2
