"""What a checker looks at, and what it reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal, NamedTuple

from tools.compliance.normal import Normal, normalise
from tools.offer import Language, Offer

Channel = Literal["sms", "push", "wecom", "email"]
Kind = Literal["promotion", "notice"]
Part = Literal["title", "body"]


class Finding(NamedTuple):
    """One rule met at one place; offsets are in the original text of `part`."""

    rule: str
    """Key of the rule book, e.g. "L5-date"."""
    start: int
    end: int
    part: Part = "body"
    blanks: dict[str, str] = {}


@dataclass(frozen=True)
class Message:
    text: str
    channel: Channel
    language: Language
    title: str = ""
    offer: Offer | None = None
    brand: str = ""
    kind: Kind = "promotion"
    allowed: tuple[str, ...] | None = None
    """Texts whose figures may appear (brief, link, must-say); None when no brief is known."""
    as_of: date | None = None

    @cached_property
    def normal(self) -> Normal:
        return normalise(self.text, self._offer_text)

    @cached_property
    def normal_title(self) -> Normal:
        return normalise(self.title, self._offer_text)

    @property
    def _offer_text(self) -> str:
        return self.offer.text(self.language) if self.offer else ""

    @property
    def parts(self) -> list[tuple[Part, Normal]]:
        return [("title", self.normal_title), ("body", self.normal)]

    @property
    def promotes(self) -> bool:
        return self.kind == "promotion"
