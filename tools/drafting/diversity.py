"""How different the messages of a batch are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations

from tools.merge_fields import FIELD
from tools.results import Draft, Frozen

_FRAME = re.compile(r"^【[^】]*】|拒收请回复R$|Reply STOP to opt out$")
_PUNCTUATION = re.compile(r"[\W_]+")
_GREETING = re.compile(r"^(?:hi|hello|您好)\b", re.IGNORECASE)
NEAR_DUPLICATE = 0.6


class Diversity(Frozen):
    openings: int
    """Different openings among `drafts`."""
    drafts: int
    highest_similarity: float
    """Of any two drafts, 0 to 1."""
    near_duplicates: list[tuple[int, int]]
    """Positions of pairs at or above 0.6."""


def diversity(drafts: Sequence[Draft]) -> Diversity:
    """Measure a batch by its openings and its most similar pair."""
    pairs = [(i, j, similarity(drafts[i].body, drafts[j].body)) for i, j in combinations(range(len(drafts)), 2)]
    return Diversity(
        openings=len({opening(draft.title, draft.body, draft.channel) for draft in drafts}),
        drafts=len(drafts),
        highest_similarity=round(max((score for *_, score in pairs), default=0.0), 3),
        near_duplicates=[(i, j) for i, j, score in pairs if score >= NEAR_DUPLICATE],
    )


def similarity(first: str, second: str) -> float:
    """Jaccard similarity of letter trigrams, without signature, opt-out and merge fields (0 to 1)."""
    one, two = _trigrams(first), _trigrams(second)
    return len(one & two) / len(one | two) if one | two else 1.0


def opening(title: str, body: str, channel: str, *, brand: str = "") -> str:
    """The first words a reader sees, without signature, salutation and merge fields."""
    text = body
    if channel == "push":
        text = title
    elif channel == "email":  # every e-mail greets alike; its first paragraph is the opening
        text = body.partition("\n\n")[2]
    elif brand and text.startswith(f"{brand}: "):
        text = text.removeprefix(f"{brand}: ")
    letters = _letters(_FRAME.sub("", text))
    letters = _GREETING.sub("", letters)
    return letters[:8] if re.match(r"[\u4e00-\u9fff]", letters) else letters[:16]


def _letters(text: str) -> str:
    return _PUNCTUATION.sub("", FIELD.sub("", text)).lower()


def _trigrams(text: str) -> set[str]:
    letters = _letters(_FRAME.sub("", text))
    return {letters[at : at + 3] for at in range(max(len(letters) - 2, 1))}
