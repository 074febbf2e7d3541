"""The makes of a message: orders of pieces that one angle can take in a channel.

The plain order stands in the channel's file. Beside it a message may open with the tier's own play, speak of the
season or the category, or go straight to its subject.
"""

from __future__ import annotations

from tools.drafting.brief import Angle, DraftBrief
from tools.drafting.library import patterns
from tools.drafting.pieces import options_of

_PLAYED: frozenset[Angle] = frozenset({"benefit", "belonging", "service"})
"""Angles that the tier's own play can open; the others have a subject that it would leave."""


def makes(brief: DraftBrief, angle: Angle) -> list[list[str]]:
    """Orders of pieces to choose from; one whose own piece has no line is left out.

    The plain one is first, or the category's where the brief names a category.
    """
    shape = list(patterns(brief.language, brief.channel).shapes[angle])
    if brief.must_say:
        shape.insert(shape.index("cta") if "cta" in shape else len(shape), "must_say")
    made = [shape, *_MADE[brief.channel](shape, angle, brief)]
    own = {"category", "season", "play", "called_play"}
    told = [way for way in made if all(options_of(piece, angle, brief) for piece in own.intersection(way))]
    return sorted(told, key=lambda way: "category" not in way)


def _sms(shape: list[str], angle: Angle, brief: DraftBrief) -> list[list[str]]:
    opened = [_opened(shape, "called")] if angle == "benefit" else []
    played = [_opened(shape, "called_play")] if angle in _PLAYED else []
    full = [shape, *opened, *played, _swapped(shape, "core", "category"), _swapped(shape, "core", "season")]
    # The offer calls by itself; a link or a referral needs its own words.
    spare = "core" if brief.link or brief.goal == "refer" else "cta"
    return [*full[1:], *(_without(way, spare) for way in full), _without(shape, "core")]


def _push(shape: list[str], angle: Angle, brief: DraftBrief) -> list[list[str]]:
    if angle == "benefit":
        return [_after(shape, "details", "reason"), _opened(shape, "opening"), _opened(shape, "play")]
    swapped = [_swapped(shape, "hook", piece) for piece in ("category", "season", *_play(angle))]
    return [_without(_after(shape, "hook", "reason"), "cta"), *swapped, _without(shape, "cta")]


def _banner(shape: list[str], angle: Angle, brief: DraftBrief) -> list[list[str]]:
    if angle == "benefit":
        return [_opened(shape, "opening"), _opened(shape, "play"), _opened(shape, "reason")]
    return [_swapped(shape, "hook", piece) for piece in ("category", "season", "reason", *_play(angle))]


def _wecom(shape: list[str], angle: Angle, brief: DraftBrief) -> list[list[str]]:
    direct = [piece if piece != "refusal" else "closing" for piece in _without(_opened(shape, "called"), "greet")]
    told = [direct, _after(shape, "core", "category"), _after(shape, "hook", "season")]
    if angle in _PLAYED:
        told += [_swapped(direct, "called", "called_play"), _swapped(shape, "core", "play")]
    return [*told, _after(direct, "core", "category"), _after(direct, "called", "season")]


def _email(shape: list[str], angle: Angle, brief: DraftBrief) -> list[list[str]]:
    told = _after(shape, "details" if angle == "benefit" else "hook", "play")
    return [_after(shape, "core", "category"), _after(shape, "hook", "season"), *([told] if _play(angle) else [])]


_MADE = {"sms": _sms, "push": _push, "banner": _banner, "wecom": _wecom, "email": _email}


def _play(angle: Angle) -> list[str]:
    return ["play"] if angle in _PLAYED else []


def _opened(shape: list[str], opening: str) -> list[str]:
    """The shape with an opening for its hook; an offer that the hook held then stands on its own."""
    opened = _swapped(shape, "hook", opening)
    return opened if "offer" in opened else _after(opened, opening, "gift")


def _without(shape: list[str], dropped: str) -> list[str]:
    return [piece for piece in shape if piece != dropped]


def _swapped(shape: list[str], old: str, new: str) -> list[str]:
    return [new if piece == old else piece for piece in shape]


def _after(shape: list[str], before: str, new: str) -> list[str]:
    place = shape.index(before) + 1
    return [*shape[:place], new, *shape[place:]]
