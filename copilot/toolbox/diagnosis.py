"""Where the brand stands, what to focus on, which case is near, and a quick-win plan."""

from __future__ import annotations

from typing import Literal

from copilot.diagnosis.cards import cards
from copilot.diagnosis.desk import USUAL, DiagnosisDesk, leading
from copilot.diagnosis.events import day_of
from copilot.diagnosis.results import Diagnosis
from copilot.findings import Findings
from copilot.language import LANGUAGE
from copilot.toolbox.knowledge import cite


class DiagnosisTools:
    """Diagnoses, with the figures and cards that decided them."""

    def __init__(self, desk: DiagnosisDesk) -> None:
        self.desk = desk

    def diagnose(
        self,
        topics: list[Literal["stage", "quadrant", "maturity", "focus", "cases"]] | None = None,
        description: str = "",
        answers: dict[str, str] | None = None,
    ) -> Findings:
        """Diagnose the brand: growth stage, industry quadrant, maturity, what to focus on, which case is near.

        Says what decided each verdict, how sure it is, what contradicts it, and the one question to put next.
        Ask the user that question, and call again with all answers so far.

        Args:
            topics: What to diagnose; empty for stage, quadrant, focus and cases.
            description: The brand and its trouble in the user's own words.
            answers: Answers so far, e.g. {"market_growth": "slow", "relative_share": "leading", "industry": "snacks"}.
        """
        return _found(self.desk.diagnose(topics or USUAL, answers, description))

    def quick_win_plan(self, event: str = "", on: str = "", answers: dict[str, str] | None = None) -> Findings:
        """Lay out a quick-win plan for a shopping event: dates counted back from it, a holdout, rounds with decisions.

        Args:
            event: Name of the event, e.g. 双11, 618, brand day.
            on: Day of the event (2026-12-20, or 12-20) that the calendar does not know; "" otherwise.
            answers: Answers about maturity so far, e.g. {"tags": "yes", "one_id": "no"}.
        """
        return _found(self.desk.diagnose(["quickwin"], answers, event=event, on=day_of(on, self.desk.today)))


def _found(diagnosis: Diagnosis) -> Findings:
    language = LANGUAGE.get()
    return Findings(
        evidence=[diagnosis.figures[key] for key in leading(diagnosis) if key in diagnosis.figures],
        citations=[cite(cards().card(id, language)) for id in diagnosis.cards],
        diagnosis=diagnosis,
    )
