"""What a checker looks at, and what it reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal, NamedTuple, get_args

from tools.compliance.brand_rules import BrandRules
from tools.compliance.normal import Normal, normalise
from tools.compliance.vendors import Vendor, VendorName, vendors
from tools.offer import Language, Offer

Channel = Literal["sms", "push", "wecom", "email", "banner"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)
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
    severity: str = ""
    """Other than the rule's own, where a brand's entry has one."""


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
    vendor_name: VendorName = "generic"
    own: BrandRules = BrandRules()
    """What the brand adds, switches off or weighs otherwise."""

    @property
    def vendor(self) -> Vendor:
        """What the one who carries the SMS accepts."""
        return vendors()[self.vendor_name]

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
    def texts(self) -> list[tuple[Part, str]]:
        """Both parts as written."""
        return [("title", self.title), ("body", self.text)]

    @property
    def promotes(self) -> bool:
        return self.kind == "promotion"
