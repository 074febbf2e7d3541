"""What a check of a pasted text gives."""

from __future__ import annotations

from typing import Literal

from pydantic import computed_field

from tools.compliance.message import Channel, Kind
from tools.compliance.vendors import VendorName
from tools.offer import Language
from tools.results import Frozen, Issue


class TextCheck(Frozen):
    """One text with all that the rules say of it; offsets of the issues count in `text` or, by their part, `title`."""

    kind: Literal["text_check"] = "text_check"
    channel: Channel
    language: Language
    message_kind: Kind
    title: str
    text: str
    issues: list[Issue]
    characters: int
    """Billed units of an SMS, else characters of the body."""
    segments: int
    """SMS segments (0 for other channels)."""
    encoding: Literal["GSM-7", "UCS-2", ""]
    vendor: VendorName
    rules_version: str

    @computed_field
    @property
    def blocked(self) -> bool:
        """Whether any issue blocks sending."""
        return self.blocks > 0

    @computed_field
    @property
    def blocks(self) -> int:
        """How many issues block sending."""
        return sum(issue.severity == "block" for issue in self.issues)

    @computed_field
    @property
    def warns(self) -> int:
        """How many issues only ask for a look."""
        return len(self.issues) - self.blocks
