"""From links to persons: connected components, grown from the strongest link down, with guards.

A link that a guard stops stays as one to review. Strongest first makes the outcome independent
of the order of rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Decision = Literal["linked", "review", "accepted", "rejected"]
Reason = Literal["", "weak", "conflict", "size", "rejected"]

Pair = tuple[str, str]


@dataclass(frozen=True)
class Edge:
    """A candidate link, one < other; `rule` is "" for a probabilistic one."""

    one: str
    other: str
    rule: str
    probability: float
    said: Literal["", "accepted", "rejected"] = ""
    """What a person decided."""

    @property
    def pair(self) -> Pair:
        return self.one, self.other

    @property
    def strength(self) -> tuple:
        """Sorts the strongest first: a person's word, then certain links, then the likelier ones."""
        return self.said != "accepted", not self.rule, -self.rule.count("+"), -self.probability, self.pair


@dataclass
class Cluster:
    members: set[str]
    phones: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)


class Clustering:
    """Accounts joined one link at a time.

    Args:
        known: account -> phone and name, normalised, either of which may be None.
        rejected: pairs that must not end in one cluster.
    """

    def __init__(self, known: dict[str, tuple[str | None, str | None]], rejected: Iterable[Pair], largest: int) -> None:
        self._known = known
        self._largest = largest
        self._apart: dict[str, set[str]] = {}
        for one, other in rejected:
            self._apart.setdefault(one, set()).add(other)
            self._apart.setdefault(other, set()).add(one)
        self._of: dict[str, Cluster] = {}

    def _cluster(self, account: str) -> Cluster:
        if account not in self._of:
            phone, name = self._known.get(account, (None, None))
            self._of[account] = Cluster({account}, {phone} if phone else set(), {name} if name else set())
        return self._of[account]

    def join(self, edge: Edge) -> Reason:
        """Join the two ends' clusters; "" when they are one now, else what stands against it."""
        left, right = self._cluster(edge.one), self._cluster(edge.other)
        if left is right:
            return ""
        if against := self._against(edge, left, right):
            return against
        if len(left.members) < len(right.members):
            left, right = right, left
        left.members |= right.members
        left.phones |= right.phones
        left.names |= right.names
        self._of.update(dict.fromkeys(right.members, left))
        return ""

    def _against(self, edge: Edge, left: Cluster, right: Cluster) -> Reason:
        if any(self._apart.get(member, set()) & right.members for member in left.members):
            return "rejected"
        if edge.said == "accepted":
            return ""
        if len(left.members) + len(right.members) > self._largest:
            return "size"
        two_phones = left.phones and right.phones and not left.phones & right.phones
        two_names = left.names and right.names and not left.names & right.names
        return "conflict" if not edge.rule and two_phones and two_names else ""

    def clusters(self) -> list[list[str]]:
        """Clusters of two accounts or more, each sorted, in the order of their first account."""
        found = {id(cluster): cluster for cluster in self._of.values()}.values()
        return sorted(sorted(cluster.members) for cluster in found if len(cluster.members) > 1)


def person_ids(clusters: list[list[str]], former: dict[str, str]) -> dict[str, str]:
    """Account -> person, for accounts in a cluster.

    A person keeps the id of the former run as long as that account is in the cluster (the smallest of
    several); a new one takes its smallest account's id. An id is always a member's: no two persons share one.
    """
    heads = set(former.values())
    return {
        account: next((member for member in members if member in heads), members[0])
        for members in clusters
        for account in members
    }
