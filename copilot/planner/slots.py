"""What one clause says: metrics, tiers, windows, filters, channel, goal, offer …"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache

from tools import catalog

_MESSAGING = frozenset({"touches", "outcomes", "consents", "campaigns"})
"""Relations whose channel is that of a message."""


@dataclass(frozen=True)
class Slots:
    said: str = ""
    """The clause as the person wrote it."""
    text: str = ""
    """The clause normalised."""
    cues: frozenset[str] = frozenset()
    metrics: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    all_tiers: bool = False
    dimensions: tuple[str, ...] = ()
    filters: dict[str, list[str]] = field(default_factory=dict)
    windows: tuple[str, ...] = ()
    compare: str = ""
    order: str = ""
    limit: int = 0
    channels: tuple[str, ...] = ()
    goal: str = ""
    message_language: str = ""
    offer: str = ""
    copies: int = 0
    angle: str = ""
    about: str = ""
    """What a clause without a subject of its own leans on."""
    condition: str = ""
    """A condition that no tool can apply."""
    offered: tuple[str, ...] = ()
    """Values that the data has where one is asked for that it has not."""
    unused: tuple[str, ...] = ()
    """Content words that no slot took."""
    read_as: tuple[str, ...] = ()
    """Unknown words and what they were read as, by turns."""
    tags: tuple[str, ...] = ()
    count_by: str = ""
    age_days: int = 0
    """Length of a cohort's periods in days; 0 for calendar periods."""
    period: int = 0
    """The period after the first that is asked about."""
    after: int = 0
    """The order that days are counted from."""
    horizon: int = 0
    """Days within which somebody orders again."""
    save_as: str = ""
    beside: tuple[str, ...] = ()
    """The dimension that a follow-up exchanged, and its values before: "天猫9月卖了多少", then "京东呢"."""
    words: str = ""
    """Whom a selection asks for."""
    asked: tuple[str, ...] = ()
    """What is asked of the selected people: metrics, message channels, dimensions."""

    def inherit(self, earlier: Slots, *names: str) -> Slots:
        """Take the named slots from an earlier clause where this one leaves them empty."""
        return replace(self, **{name: getattr(self, name) or getattr(earlier, name) for name in names})


@cache
def messaging() -> frozenset[str]:
    """Metrics of messages, consents and campaigns, whose channel is the message's."""
    known = catalog.metrics().values()
    return frozenset(metric.name for metric in known for each in metric.bases if each.of in _MESSAGING)
