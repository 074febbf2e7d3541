"""Reviewed sets of retrieval questions; `evals/README.md` describes the format."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from importlib import resources
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, model_validator

Kind = Literal["plain", "paraphrase", "typo", "mixed", "traditional", "cross", "near", "far"]
TUNED, BLIND, TRAIN, FACTS, REACH = (
    f"retrieval{name}" for name in ("", "-blind", "-train", "-facts", "-reach")
)


class Question(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    q: str
    language: Literal["zh", "en"]
    kind: Kind
    expect: list[str]
    """Ids of cards any of which answers it, `*` for anything; empty when the knowledge base has no answer."""
    written_in: Literal["zh", "en"] | None = None
    """Search only passages in this language."""
    set: str = ""

    @model_validator(mode="after")
    def _kind_fits(self) -> Question:
        if (self.kind in {"near", "far"}) == bool(self.expect):
            raise ValueError(f"{self.q}: only near and far questions have no card that answers them")
        if self.kind == "cross" and self.written_in in {None, self.language}:
            raise ValueError(f"{self.q}: a cross question is searched in the other language")
        return self

    def rank(self, cards: list[str]) -> int | None:
        """Return the place of the first card that answers it, from 1."""
        return next((place for place, card in enumerate(cards, start=1) if self._answered_by(card)), None)

    def _answered_by(self, card: str) -> bool:
        return any(fnmatchcase(card, wanted) for wanted in self.expect)


def sets() -> list[str]:
    """Return the sets that are measured, the blind one last."""
    return [name for name in (TUNED, BLIND) if _file(name).is_file()]


def load(name: str) -> list[Question]:
    """Return a set. Raises ValueError for an unknown set, and pydantic's error for a malformed question."""
    if not _file(name).is_file():
        raise ValueError(f"no set {name}")
    raw = yaml.safe_load(_file(name).read_text(encoding="utf-8"))["questions"]
    return [Question(**question, set=name) for question in raw]


def unknown_cards(questions: Iterable[Question], cards: Iterable[str]) -> list[str]:
    """Return what questions expect and no card is."""
    cards = list(cards)
    wanted = sorted({name for question in questions for name in question.expect})
    return [name for name in wanted if not any(fnmatchcase(card, name) for card in cards)]


def _file(name: str):
    return resources.files("evals").joinpath("cases", f"{name}.yaml")
