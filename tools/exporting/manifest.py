"""What goes with a send list: who approved what, whom it reaches, and why the others are not in it."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Literal

from tools.exporting.job import Approval, Audience, SendJob
from tools.personalize.template import PARTS, Text
from tools.results import Frozen

FORMAT = 1


class FileNote(Frozen):
    """One file of an export."""

    name: str
    role: Literal["messages", "set_aside", "arms"]
    rows: int
    bytes: int
    sha256: str
    columns: list[str]
    text: str = ""
    """The approved text that it is for, where the sender merges by itself."""
    template: str = ""
    """That text as the sender is to file it, for customers with a value for each of its fields."""


class TextNote(Frozen):
    """One approved text, and where it comes from: the mark of machine-made text goes wherever the text goes."""

    id: str
    tier: str
    draft_id: str
    ai_generated: bool
    writer: str
    model: str
    editor: str
    sha256: str
    """Of its parts, one below the other."""

    @classmethod
    def of(cls, text: Text) -> TextNote:
        written = "\n".join(getattr(text, part) for part in PARTS)
        return cls(id=text.id, tier=text.tier, draft_id=text.draft_id, ai_generated=text.writer == "model",
                   writer=text.writer, model=text.model, editor=text.editor,
                   sha256=hashlib.sha256(written.encode()).hexdigest())  # fmt: skip


class Draw(Frozen):
    """How customers were held out: enough to draw them again."""

    share: float
    seed: int
    salt: str
    method: str = "sha256(salt + ':holdout:' + customer_id), lowest first, per tier"
    customers: int
    by_tier: dict[str, list[int]]
    """Tier -> held out, eligible."""
    together: list[str] = []
    """Channels that it was drawn once for, from everybody whom one of them reaches."""


class Reached(Frozen):
    """Everybody of the audience, counted once."""

    audience: int
    left_out: dict[str, int]
    """Reason -> customers, those held out and those whose message failed among them."""
    sent: int
    failed_rules: dict[str, int] = {}
    """What messages failed for ("rule:L1", "more_segments", …); sums to left_out["failed_check"]."""


class Manifest(Frozen):
    """One export. Holds no personal data."""

    format: int = FORMAT
    export_id: str
    campaign: str
    campaign_id: str = ""
    approved: bool
    """Without it the files are a dry run: addresses are masked, file names say so."""
    approval: Approval | None
    channel: str
    language: str
    sender: str
    audience: Audience
    segment: str = ""
    segment_version: int | None = None
    exclusions: dict[str, int] = {}
    """Exclusion -> customers that it left out."""
    texts: list[TextNote]
    offer: str = ""
    rules_version: str
    """Rule set that the finished messages were checked with."""
    data_day: date
    data_version: str
    """Tells this data from any loaded later."""
    counted_by: str
    reached: Reached
    holdout: Draw
    warnings: dict[str, int] = {}
    """Rule -> messages that data brought a warning into; they were sent."""
    fallbacks: dict[str, int] = {}
    """Merge field -> messages without a value for it."""
    segments: int
    """SMS segments to be billed."""
    send_window: list[str]
    """The hours that it may go out in, e.g. ["08:00", "20:00"]."""
    send_at: datetime | None = None
    headers: dict[str, str] = {}
    """E-mail headers that every message has to carry."""
    files: list[FileNote]
    exported_at: datetime
    exported_by: str = ""


def headers_of(job: SendJob) -> dict[str, str]:
    """The headers of a one-click way out (RFC 8058); {} for other channels or without an address for it."""
    if job.channel != "email" or not job.unsubscribe_url:
        return {}
    return {"List-Unsubscribe": f"<{job.unsubscribe_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
