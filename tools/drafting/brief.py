"""What is asked of the copywriter."""

from __future__ import annotations

from datetime import date
from typing import Literal, get_args

from pydantic import Field

from tools.offer import Language, Offer
from tools.results import Frozen, Tier

Channel = Literal["sms", "push", "wecom", "email", "banner"]
Goal = Literal["activate", "second_order", "repurchase", "upsell", "win_back", "refer"]
Angle = Literal["benefit", "rhythm", "belonging", "curiosity", "service", "new_product"]
Season = Literal["spring", "summer", "autumn", "winter"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)
GOALS: tuple[Goal, ...] = get_args(Goal)
ANGLES: tuple[Angle, ...] = get_args(Angle)
SEASONS: tuple[Season, ...] = get_args(Season)


class DraftBrief(Frozen):
    tier: Tier
    channel: Channel
    goal: Goal
    language: Language = "zh"
    offer: Offer | None = None
    """What may be promised; without it no draft promises anything."""
    n: int = Field(3, ge=1, le=12)
    angles: list[Angle] = []
    """Angles to use, in order; empty lets the tier and the goal choose."""
    category: str = ""
    """What the message is about, as people say it ("护肤", "snacks"); see `tools.drafting.category_of`."""
    season: Season | None = None
    """When it is sent; some drafts then speak of the time of year."""
    voice: str = ""
    """How the brand speaks, in words; see `tools.drafting.tone.tone_of` for those that the library understands."""
    link: str = ""
    must_say: list[str] = []
    must_not_say: list[str] = []
    avoid_openings: list[str] = []
    """Openings of recent sends; no draft starts like one of them."""
    as_of: date | None = None
    """Day of the data; an offer that ended before it is refused."""


class Taste(Frozen):
    """What a brand's reviewers decided on earlier drafts; the caller keeps it."""

    accepted: list[str] = []
    """Drafts that were approved: examples of the brand's voice. Templates, never merged messages."""
    rejected: list[str] = []
    """Phrases that were turned down: no later draft says them."""


def season_of(day: date) -> Season:
    """Season of a day by calendar quarter from March on, in the northern hemisphere."""
    return SEASONS[(day.month % 12) // 3 - 1]
