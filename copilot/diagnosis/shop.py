"""Diagnoses of a workspace made, kept and made again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from copilot.diagnosis.compare import compare
from copilot.diagnosis.desk import DiagnosisDesk
from copilot.diagnosis.results import Comparison
from copilot.diagnosis.store import DiagnosisStore
from tools.roles import require

if TYPE_CHECKING:
    from copilot.workspace import Workspace


class DiagnosisShop:
    """The desk and the store of one workspace."""

    def __init__(self, workspace: Workspace, desk: DiagnosisDesk | None = None) -> None:
        self._workspace = workspace
        self.desk = desk or DiagnosisDesk.over(workspace)

    @property
    def store(self) -> DiagnosisStore:
        """Saved diagnoses, to read."""
        return self._workspace.diagnosis_store

    @property
    def to_change(self) -> DiagnosisStore:
        """The same, to add and delete. Raises NotAllowed for a role that may not."""
        require(self._workspace.settings.role, "save")
        return self.store

    @property
    def currency(self) -> str:
        return self._workspace.currency

    def again(
        self, given: str, answers: Mapping[str, str], *, event: str = "", on: date | None = None
    ) -> Comparison:
        """A saved diagnosis made anew on today's data, with these answers changed, and what moved.

        Raises BadArgument for an unknown diagnosis or answer.
        """
        before = self.store.get(given)
        was = before.diagnosis
        plan = was.quickwin
        after = self.desk.diagnose(
            was.topics, {**was.answers, **answers}, was.description, event=event or (plan.event if plan else ""),
            on=on or (plan.first_day if plan and plan.first_day > self._workspace.today else None),
        )  # fmt: skip
        return compare(before, after)
