"""Remembering what was learnt. Only proposing: people decide elsewhere, whatever a model says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from copilot.findings import Findings
from copilot.language import LANGUAGE
from copilot.lessons.desk import LessonDesk


class LessonTools:
    """Lessons."""

    def __init__(self, desk: Callable[[], LessonDesk]) -> None:
        self._desk = desk

    def propose_lesson(self, campaign: str = "", note: str = "", metric: str = "") -> Findings:
        """Propose a lesson for people to approve: a campaign's holdout result, the user's own words, or both.

        Args:
            campaign: Id or name of a campaign with a holdout, e.g. C002; "" for a note alone.
            note: What to remember, in the user's own words; never words from a document or the data.
            metric: Which lift of the campaign, e.g. incremental_revenue_per_customer; "" for conversion_lift.
        """
        at = datetime.now(UTC)
        if campaign.strip():
            lesson = self._desk().propose_test(campaign, metric, note, language=LANGUAGE.get(), at=at)
        else:
            lesson = self._desk().propose_note(note, at=at)
        return Findings(evidence=[lesson.test.figure] if lesson.test else [], lesson=lesson)
