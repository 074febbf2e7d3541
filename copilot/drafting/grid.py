"""Every tier, channel, goal and language at once: what the library can do, measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Literal

from copilot.drafting.desk import DraftDesk, Request
from tools.drafting import CHANNELS, Channel, Diversity, Goal, diversity, draft_messages
from tools.drafting.diversity import NEAR_DUPLICATE
from tools.results import TIERS, Draft, Frozen

GOALS: tuple[Goal, ...] = ("second_order", "repurchase", "win_back")
"""Goals of the grid: each suits tiers that differ."""


class Grid(Frozen):
    """All drafts, with what the rules and the diversity measure say of them."""

    drafts: list[Draft]
    offer: dict[str, str]
    """The offer as each language words it."""
    sendable: int
    """Drafts that break no blocking rule."""
    invented: int
    """Drafts with a price, date, discount, code or link that neither offer nor brief holds (rule L25)."""
    remarks: dict[str, int]
    """Rule -> drafts with that warning."""
    diversity: Diversity
    threshold: float = NEAR_DUPLICATE


def grid(
    desk: DraftDesk, offer: dict[Literal["zh", "en"], str], *, channels: Sequence[Channel] = CHANNELS,
    goals: Sequence[Goal] = GOALS, n: int = 3, seed: int = 0, progress: Callable[[int, int], None] | None = None,
) -> Grid:  # fmt: skip
    """Draft by the library for every tier, channel, goal and language; each draft knows those before it and what was
    sent lately.

    Raises BadArgument where the workspace has no brand, or the offer is over.
    """
    cells = list(product(offer, channels, goals, TIERS))
    drafts: list[Draft] = []
    sent = [draft for language, channel in product(offer, channels) for draft in desk.sent(language, channel)]
    for done, batch in enumerate(_batches(desk, offer, cells, drafts, sent, n, seed), 1):
        drafts += batch
        if progress:
            progress(done, len(cells))
    warned = [rule for draft in drafts for rule in {issue.rule for issue in draft.issues if issue.severity == "warn"}]
    return Grid(
        drafts=drafts, offer={language: words for language, words in offer.items()},
        sendable=sum(draft.sendable for draft in drafts),
        invented=sum(any(issue.rule.startswith("L25") for issue in draft.issues) for draft in drafts),
        remarks={rule: warned.count(rule) for rule in sorted(set(warned))}, diversity=diversity(drafts, sent),
    )  # fmt: skip


def _batches(
    desk: DraftDesk, offer: dict, cells: list, drafts: list[Draft], sent: list[Draft], n: int, seed: int
) -> Iterator[list[Draft]]:  # fmt: skip
    for language, channel, goal, tier in cells:
        asked = Request(tier=tier, channel=channel, goal=goal, language=language, offer=offer[language], n=n)
        alike = [draft for draft in (*drafts, *sent) if (draft.language, draft.channel) == (language, channel)]
        yield draft_messages(desk.brief(asked), brand=desk.brand(language), seed=seed, recent=alike)
