"""Which accounts are one person."""

from __future__ import annotations

from copilot.findings import Findings
from copilot.toolbox.data import Data, loaded


class IdentityTools:
    """One ID."""

    def __init__(self, data: Data) -> None:
        self._data = data

    def linked_persons(self) -> Findings:
        """Say how many persons the accounts are (One ID): accounts linked, by which evidence, pairs left to review."""
        return Findings(evidence=[loaded(self._data, "account").links.overview()])
