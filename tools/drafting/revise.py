"""Editing by talking: a draft and a wish give the next version, checked like the first."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from tools.drafting.brief import DraftBrief
from tools.drafting.changes import Change, changes
from tools.drafting.edits import Text, edited
from tools.drafting.finish import Words, check, finished
from tools.drafting.wishes import Wish, read_wishes
from tools.errors import BadArgument
from tools.results import Draft, Frozen

_STANDING = frozenset({"no_emoji", "no_offer", "no_name", "drop"})
"""Wishes that a text may fulfil already: beside another wish that is no reason to refuse."""
Part = Literal["title", "preheader", "body", "button"]


class Revision(Frozen):
    """One step of editing: the new version beside what it was asked by."""

    draft: Draft
    brief: DraftBrief
    """The brief that the new version answers to: an offer dropped or words added are in it."""
    wish: str
    read_as: list[str]
    """The edits as understood, e.g. ["shorter", "no_emoji"]."""
    changes: dict[Part, list[Change]]
    """By part that changed: the words that stayed, went and came, in order."""


def revise(draft: Draft, wish: str, *, brief: DraftBrief, brand: str, locked: Collection[Part] = ()) -> Revision:
    """Return `draft` changed as `wish` says: one version on, its id kept as `parent`, checked again.

    Pure: the same arguments give the same result. `locked` parts stay as they are; so do, in every part, merge
    fields, offer, link, signature and the way to refuse, unless the wish names them.

    Raises BadArgument: `wish_unclear` for words that are no edit we know, `wish_no_change` where the draft already
    is as wished, `wish_fixed` where the wish is about what must stay, `wish_locked` where only locked parts
    would change, and what `draft_messages` raises.
    """
    wishes = read_wishes(wish)
    text = first = Text(Words(draft.title, draft.preheader, draft.body, draft.button), brief, draft.angle)
    for each in wishes:
        text = _applied(text, each, brand, locked)
    if text == first:
        raise BadArgument("wish_no_change", edit=wishes[0].edit, words=wishes[0].words)
    words = text.words
    new = finished(words, text.brief, text.angle, check(words, text.brief, brand), **_kept(draft, text.brief))
    return Revision(draft=new, brief=text.brief, wish=wish, read_as=[each.edit for each in wishes],
                    changes=changes(draft, new))


def _applied(text: Text, wish: Wish, brand: str, locked: Collection[Part]) -> Text:
    new = edited(text, wish, brand)
    if new == text and wish.edit not in _STANDING:
        raise BadArgument("wish_no_change", edit=wish.edit, words=wish.words)
    held = new.words._replace(**{part: getattr(text.words, part) for part in locked})
    if held == text.words and new.words != text.words:
        raise BadArgument("wish_locked", parts=", ".join(locked))
    return new._replace(words=held)


def _kept(draft: Draft, brief: DraftBrief) -> dict[str, object]:
    return {"version": draft.version + 1, "parent": draft.id, "offer": draft.offer if brief.offer else "",
            "writer": draft.writer, "figures": draft.figures, "playbook": draft.playbook}
