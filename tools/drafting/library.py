"""The pattern library: `patterns/<language>/<channel>.yaml` and what every channel shares, read once."""

from __future__ import annotations

from functools import cache
from importlib import resources

import yaml

from tools.definitions import LOADER
from tools.drafting.brief import Angle, Channel, Goal, Season
from tools.errors import BadArgument
from tools.offer import Language
from tools.results import Bilingual, Frozen, Tier


class Patterns(Frozen):
    """Sentences of one channel in one language; each list holds ways to say the same thing."""

    shapes: dict[Angle, list[str]]
    """Order of the pieces, by angle."""
    after: dict[str, str] = {}
    before: dict[str, str] = {}
    """What separates a piece from its neighbour, where it is not the language's own blank."""
    title_prefix: str = ""
    title: dict[Angle, dict[Goal, list[str]]] = {}
    preheader: dict[Angle, list[str]] = {}
    greet: dict[Angle, list[str]] = {}
    hook: dict[Angle, dict[Tier, list[str]]]
    core: dict[Angle, dict[Goal, list[str]]] = {}
    offer: dict[Angle, list[str]]
    cta: dict[Angle, list[str]]
    cta_link: dict[Angle, list[str]] = {}
    cta_goal: dict[Goal, list[str]] = {}
    """Calls of a goal that asks for something of its own, whatever the angle."""
    cta_link_goal: dict[Goal, list[str]] = {}
    button: dict[Angle, list[str]] = {}
    """What a banner's button says."""
    button_goal: dict[Goal, list[str]] = {}
    refusal: list[str] = []
    closing: list[str] = []
    """Who writes, and how to stop it, where no greeting has said who."""
    sign: list[str] = []
    footer: list[str] = []


class CategoryLines(Frozen):
    words: list[str]
    """Other words for the category, lower case; the first is its name."""
    lines: dict[Angle, list[str]]


class Shared(Frozen):
    """Sentences that fit any channel: short, with <we> where an adviser says I and a brand says we."""

    speaker: dict[str, dict[str, str]]
    """Channel, or "others" -> what <we>, <We> and <us> read."""
    season: dict[Season, dict[Angle, list[str]]]
    play: dict[Tier, dict[Goal, list[str]]]
    """What this tier needs to hear for this goal, whatever the angle."""
    category: dict[str, CategoryLines]
    opening: dict[Angle, dict[Tier, list[str]]]
    reason: dict[Angle, dict[Goal, list[str]]]
    gift: list[str]
    """The offer after an opening of the angle benefit."""
    salute: str


class TierPlay(Frozen):
    angles: list[Angle]
    reason: Bilingual


class Plays(Frozen):
    """Which angles suit whom, and why."""

    tiers: dict[Tier, TierPlay]
    goals: dict[Goal, Angle]
    angles: dict[Angle, Bilingual]


@cache
def patterns(language: Language, channel: Channel) -> Patterns:
    return Patterns(**_read(f"{language}/{channel}.yaml"))


@cache
def shared(language: Language) -> Shared:
    return Shared(**_read(f"{language}/shared.yaml"))


def category_of(said: str) -> str:
    """The library's name of a category that people name in either language; "" for none.

    Raises BadArgument `draft_category` for one that the library has no lines on.
    """
    wanted = said.strip().casefold()
    if not wanted:
        return ""
    for language in ("zh", "en"):
        for name, entry in shared(language).category.items():
            if wanted == name or wanted in entry.words:
                return name
    known = [entry.words[0] for language in ("zh", "en") for entry in shared(language).category.values()]
    raise BadArgument("draft_category", given=said.strip()[:40], known=", ".join(known), alternatives=known)


@cache
def plays() -> Plays:
    return Plays(**_read("angles.yaml"))


def _read(name: str) -> dict:
    path = resources.files("tools.drafting").joinpath("patterns").joinpath(name)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)
