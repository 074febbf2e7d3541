"""Selecting people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from copilot.findings import Findings
from tools.errors import NoData
from tools.selection.desk import SegmentDesk


class SegmentTools:
    """Whom to talk to: select, save, list. A model reads sizes and averages, never who the people are."""

    def __init__(self, desk: Callable[[], SegmentDesk | None]) -> None:
        self._desk = desk

    def select_customers(self, words: str, save_as: str = "", of: str = "") -> Findings:
        """Select customers by plain words and describe them: how many, how they compare with the rest, whom one may message.

        Args:
            words: Who, in the user's own words, e.g. "近180天没下单、历史消费超过2000、偏好护肤、有短信授权".
            save_as: Name to save the segment under; "" for a preview only.
            of: Of whom a share is asked, in words, e.g. "10月有下单"; only those are selected. "" for all customers.
        """  # noqa: E501
        desk = self._opened()
        found = desk.preview(words, of=of)
        if save_as:
            saved = desk.save(save_as, found, said=words, at=datetime.now(UTC))
            found = found.model_copy(update={"name": saved.name, "version": saved.version})
        return Findings(evidence=[found])

    def list_segments(self) -> Findings:
        """List the saved segments with their rules and sizes."""
        return Findings(evidence=[self._opened().list()])

    def _opened(self) -> SegmentDesk:
        desk = self._desk()
        if desk is None:
            raise NoData("nothing_loaded")
        return desk
