"""The pattern library: `patterns/<language>/<channel>.yaml`, read once."""

from __future__ import annotations

from functools import cache
from importlib import resources

import yaml

from tools.drafting.brief import Angle, Channel, Goal
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
    refusal: list[str] = []
    sign: list[str] = []
    footer: list[str] = []


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
def plays() -> Plays:
    return Plays(**_read("angles.yaml"))


def _read(name: str) -> dict:
    path = resources.files("tools.drafting").joinpath("patterns").joinpath(name)
    return yaml.safe_load(path.read_text(encoding="utf-8"))
