"""Reads what somebody wants changed: "短一点", "shorter, no emoji", 「加上会员日」, 把X改成Y."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Literal, NamedTuple, get_args

import yaml

from tools.definitions import LOADER
from tools.errors import BadArgument

Edit = Literal["lively", "formal", "calm", "shorter", "longer", "no_emoji", "no_offer", "no_name", "drop", "add",
               "replace", "angle", "reword"]
EDITS: tuple[Edit, ...] = get_args(Edit)
_CLAUSE = re.compile(
    r"\s*(?:[，,；;。!！\n]|(?<=\w)\.(?=\s|$)|\band\b|\bbut\b|但是?|并且|而且|然后|同时)\s*", re.IGNORECASE
)
_PART = re.compile(r"~(\w+)~")


class Wish(NamedTuple):
    edit: Edit
    words: str = ""
    """What to add, drop or replace; an angle's name, "" for another one."""
    new: str = ""
    """What replaces it."""


def read_wishes(wish: str) -> list[Wish]:
    """What is asked for, in order. What follows something to add belongs to it.

    Raises BadArgument `wish_unclear` for a part that is no edit we know: nothing is guessed.
    """
    clauses = [clause.strip() for clause in _CLAUSE.split(wish.strip()) if clause.strip()]
    whole = _read(wish.strip().rstrip("。.!！"))
    if whole and whole.edit in ("add", "replace") and not any(_read(clause) for clause in clauses[1:]):
        return [whole]  # its words may hold commas
    found: list[Wish] = []
    for clause in clauses:
        read = _read(clause)
        if read:
            found.append(read)
        elif found and found[-1].edit == "add":
            found[-1] = found[-1]._replace(words=f"{found[-1].words}，{clause}")
        else:
            raise BadArgument("wish_unclear", given=clause[:60], alternatives=list(EDITS))
    if not found:
        raise BadArgument("wish_unclear", given=wish.strip()[:60], alternatives=list(EDITS))
    return found


def _read(clause: str) -> Wish | None:
    for edit, pattern in _patterns():
        match = pattern.fullmatch(clause)
        if match:
            said = match.groupdict()
            words = _angle(said["angle"]) if said.get("angle") else (said.get("words") or "")
            return Wish(edit, words.strip(), (said.get("new") or "").strip())
    return None


def _angle(said: str) -> str:
    return next(name for name, words in _book()["angles"].items() if re.fullmatch(words, said, re.IGNORECASE))


@cache
def _patterns() -> list[tuple[Edit, re.Pattern[str]]]:
    return list(_compiled())


def _compiled() -> Iterator[tuple[Edit, re.Pattern[str]]]:
    book = _book()
    parts = {**book["parts"], "angle": "|".join(book["angles"].values())}
    for edit, patterns in book["readings"].items():
        for pattern in patterns:
            yield edit, re.compile(_PART.sub(lambda match: parts[match[1]], pattern), re.IGNORECASE)


@cache
def _book() -> dict:
    text = resources.files("tools.drafting").joinpath("wishes.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=LOADER)
