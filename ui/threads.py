"""Past conversations: the list, and one of them as it was."""

from __future__ import annotations

from copilot.store import Store
from ui.turns import Previewer, Shown

LONGEST = 34


def choices(store: Store) -> list[tuple[str, str]]:
    """(title, thread id), the most recent first."""
    return [(_title(thread.title), thread.id) for thread in store.threads()]


def reopen(store: Store, thread: str, *, currency: str, preview: Previewer) -> list[Shown]:
    """Every turn of a thread with its charts, citations and drafts."""
    if not store.may_see(thread):
        return []
    turns = [turn for turn in store.turns(thread) if turn.state != "running"]
    return [Shown.saved(turn, currency=currency, preview=preview) for turn in turns]


def _title(question: str) -> str:
    line = " ".join(question.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
