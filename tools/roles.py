"""Who may do what: the one table that every door asks.

A role may do everything that the roles before it may. What a role may not do does not exist for it in the chat: the
agent's tools ask the same table.
"""

from __future__ import annotations

from typing import Literal, get_args

from tools.errors import NotAllowed

Role = Literal["viewer", "operator", "reviewer", "admin"]
Deed = Literal[
    "load", "configure", "documents", "link", "select", "save", "draft", "propose", "export", "rows", "stories",
    "review", "personal", "erase", "people",
]  # fmt: skip
ROLES: tuple[Role, ...] = get_args(Role)
DEEDS: tuple[Deed, ...] = get_args(Deed)
LEAST: dict[Deed, Role] = {
    "load": "operator",  # files into the tables
    "configure": "operator",  # profile, tier rules, what a customer is
    "documents": "operator",  # the team's own material in the index
    "link": "operator",  # which accounts are one person
    "select": "operator",  # people by any rule, whose figures are exact
    "save": "operator",  # segments, lists, diagnoses
    "draft": "operator",
    "propose": "operator",  # campaigns and lessons, to whoever reviews
    "export": "operator",  # customer numbers, and approved send lists
    "rows": "operator",  # single rows in their own words, such as those set aside
    "stories": "operator",  # what was asked, sent and found for each answer of everybody's; asking it again
    "review": "reviewer",  # approve, return, withdraw
    "personal": "admin",  # names, phones and e-mails of a segment
    "erase": "admin",
    "people": "admin",  # who may sign in, and in which role
}
"""The least role for each deed. Asking, reading and metrics are everybody's, without few customers' figures for whom
rows are not (`tools.small_groups`)."""


def may(role: Role, deed: Deed) -> bool:
    return ROLES.index(role) >= ROLES.index(LEAST[deed])


def require(role: Role, deed: Deed) -> None:
    """Raise NotAllowed `role_not_allowed` where `role` may not."""
    if not may(role, deed):
        raise NotAllowed("role_not_allowed", deed=deed, role=role, least=LEAST[deed])
