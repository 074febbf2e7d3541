"""How different the messages of a batch are, from each other and from what was sent lately."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations

from tools.merge_fields import FIELD
from tools.results import Draft, Frozen

_FRAME = re.compile(r"^【[^】]*】|拒收请回复R$|Reply STOP to opt out$"
                    r"|本邮件为[^\n]*$|这是[^\n]*发出的广告邮件[^\n]*$"
                    r"|This is an advertisement from[^\n]*$|You are reading promotional e-mail[^\n]*$")
"""What the law puts into every message alike."""
_PUNCTUATION = re.compile(r"[\W_]+")
_GREETING = re.compile(r"^(?:hi|hello|您好)\b", re.IGNORECASE)
NEAR_DUPLICATE = 0.6


class Diversity(Frozen):
    openings: int
    """Different openings among `drafts`."""
    drafts: int
    repeated_openings: dict[str, int] = {}
    """Opening -> how many drafts begin with it, for those of more than one."""
    highest_similarity: float
    """Of any two drafts, 0 to 1."""
    mean_similarity: float = 0.0
    """Over all pairs, 0 to 1."""
    near_duplicates: list[tuple[int, int]]
    """Positions of pairs at or above 0.6."""
    like_recent: list[tuple[int, int]] = []
    """(position of the draft, position among the recent ones) of pairs at or above 0.6, or with the same opening."""


def diversity(drafts: Sequence[Draft], recent: Sequence[Draft] = ()) -> Diversity:
    """Measure a batch by its openings and its pairs; drafts in two languages or channels are never alike.

    The similarity of two bodies is the Jaccard index of their sets of letter trigrams: shared trigrams over
    all trigrams of both, 0 (nothing in common) to 1 (the same letters), after signature, opt-out, e-mail footer,
    merge fields, punctuation and case are taken away. 0.6 and above counts as a near-duplicate. An opening is
    the first 8 Han, or 16 letters, that a reader sees (title, else body; of an e-mail its first paragraph).
    Broder, On the resemblance and containment of documents, 1997.
    """
    known = [_trigrams(draft.body) for draft in drafts]
    pairs = [(i, j, _jaccard(known[i], known[j])) for i, j in combinations(range(len(drafts)), 2)
             if _comparable(drafts[i], drafts[j])]
    starts = Counter((draft.language, draft.channel, opening_of(draft)) for draft in drafts)
    return Diversity(
        openings=len(starts),
        drafts=len(drafts),
        repeated_openings={start: n for (_, _, start), n in starts.most_common() if n > 1},
        highest_similarity=round(max((score for *_, score in pairs), default=0.0), 3),
        mean_similarity=round(sum(score for *_, score in pairs) / len(pairs), 3) if pairs else 0.0,
        near_duplicates=[(i, j) for i, j, score in pairs if score >= NEAR_DUPLICATE],
        like_recent=_like_recent(drafts, known, recent),
    )


def _like_recent(
    drafts: Sequence[Draft], known: list[frozenset[str]], recent: Sequence[Draft]
) -> list[tuple[int, int]]:
    earlier = [(_trigrams(draft.body), opening_of(draft)) for draft in recent]
    return [(i, j) for i, draft in enumerate(drafts) for j, (trigrams, start) in enumerate(earlier)
            if _comparable(draft, recent[j])
            and (opening_of(draft) == start or _jaccard(known[i], trigrams) >= NEAR_DUPLICATE)]


def _comparable(one: Draft, other: Draft) -> bool:
    return (one.language, one.channel) == (other.language, other.channel)


def similarity(first: str, second: str) -> float:
    """Jaccard index of two texts' letter trigrams (0 to 1); see `diversity`."""
    return _jaccard(_trigrams(first), _trigrams(second))


def _jaccard(one: frozenset[str], two: frozenset[str]) -> float:
    return len(one & two) / len(one | two) if one | two else 1.0


def opening_of(draft: Draft) -> str:
    return opening(draft.title, draft.body, draft.channel)


@lru_cache(maxsize=4096)
def opening(title: str, body: str, channel: str, *, brand: str = "") -> str:
    """The first words a reader sees, without signature, salutation and merge fields."""
    text = body
    if channel in ("push", "banner"):
        text = title
    elif channel == "email":  # every e-mail greets alike; its first paragraph is the opening
        text = body.partition("\n\n")[2]
    elif channel == "sms" and not body.startswith("【"):
        text = body.removeprefix(f"{brand}: ") if brand else re.sub(r"^[^\s:]{1,30}: ", "", body)
    letters = _letters(_FRAME.sub("", text))
    letters = _GREETING.sub("", letters)
    return letters[:8] if re.match(r"[\u4e00-\u9fff]", letters) else letters[:16]


def _letters(text: str) -> str:
    return _PUNCTUATION.sub("", FIELD.sub("", text)).lower()


@lru_cache(maxsize=4096)
def _trigrams(text: str) -> frozenset[str]:
    letters = _letters(_FRAME.sub("", text))
    return frozenset(letters[at : at + 3] for at in range(max(len(letters) - 2, 1)))
