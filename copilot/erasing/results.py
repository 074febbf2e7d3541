"""What an erasure did, in numbers: it names nobody."""

from __future__ import annotations

from copilot.answer import Frozen


class Erased(Frozen):
    accounts: int
    deleted: dict[str, int]
    """Table -> rows that are gone."""
    made_anonymous: dict[str, int]
    """Table -> rows that stay under a number which leads nowhere, so that past figures stay right."""
    texts: dict[str, int]
    """Store -> texts in which the person is blanked now; "threads" are conversations the agent has forgotten."""
    files: dict[str, int]
    """File in the workspace -> rows taken out."""
    documents: list[str]
    """Titles of documents that mention the person: removed, or left for a person to decide."""
    documents_removed: bool
