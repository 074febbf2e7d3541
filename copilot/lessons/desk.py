"""Where lessons are proposed and decided: who may, what personal data they lose, and what the index is told."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from copilot.language import language_of
from copilot.lessons.results import Actor, Decision, Lesson, Proposal, Reach, State, Verdict
from copilot.privacy import MASKED, mask, without_people
from knowledge.cleaning.script import visible
from knowledge.instructions import flags, invisible_flags
from knowledge.results import Flag
from tools.calendar import day_of
from tools.errors import BadArgument, Busy, NoData, NotAllowed
from tools.roles import Deed, may

if TYPE_CHECKING:
    from copilot.workspace import Workspace

LONGEST_NOTE = 2000
"""Characters of a note, so that a lesson stays one passage."""
LONGEST_TITLE = 60


class LessonDesk:
    """Lessons of a workspace, reached through the command line, the API, the page or the agent."""

    def __init__(self, workspace: Workspace, reach: Reach) -> None:
        self._workspace = workspace
        self._store = workspace.lesson_store
        self._reach: Reach = reach

    def all(self, at: datetime, state: State | str = "") -> list[Lesson]:
        """Lessons as they stand at a moment, the latest first; of one state where it is named."""
        return [lesson for lesson in self._store.all(day_of(at)) if state in ("", lesson.state)]

    def get(self, id: str, at: datetime) -> Lesson:
        """One lesson. Raises BadArgument for an unknown one."""
        return self._store.get(id, day_of(at))

    def propose_test(self, campaign: str, metric: str = "", note: str = "", *, language: str, at: datetime) -> Lesson:
        """Propose what a campaign's holdout test came to, with words on it or without.

        Raises BadArgument or NoData where there is no such test, see `CampaignTests.test`.
        """
        actor = self._actor("propose", "propose")
        data = self._workspace.data()
        if data is None:
            raise NoData("nothing_loaded")
        test = data.campaign_tests.test(campaign, metric)
        words, masked = self._words(note)
        title, masked_title = self._words(test.campaign.name)
        return self._propose(actor, at, Proposal(
            kind="test", language=language_of(words) if words else language, title=title, note=words, test=test,
            currency=self._workspace.currency, masked=sorted({*masked, *masked_title}), flags=_flags(note),
        ))  # fmt: skip

    def propose_note(self, note: str, *, at: datetime, title: str = "") -> Lesson:
        """Propose a person's own words; their first sentence is the title where none is given.

        Raises BadArgument for words that say nothing or are too long.
        """
        actor = self._actor("propose", "propose")
        words, masked = self._words(note)
        if len(MASKED.sub("", words)) < 4:
            raise BadArgument("lesson_empty")
        named, _ = self._words(title)
        return self._propose(actor, at, Proposal(
            kind="note", language=language_of(words), title=_short(named or words), note=words, masked=masked,
            flags=_flags(note),
        ))  # fmt: skip

    def decide(
        self, id: str, verdict: Verdict, *, at: datetime, note: str = "", valid_until: date | None = None
    ) -> Lesson:
        """Approve, reject or withdraw; the index follows at once, and search does so even before it.

        Raises NotAllowed for a role that may not, BadArgument where it is decided already or would be over today.
        """
        actor = self._actor("review", verdict)
        if valid_until is not None and valid_until < day_of(at):
            raise BadArgument("lesson_over", day=valid_until)
        until = valid_until if verdict == "approved" else None
        words, _ = self._words(note)
        lesson = self._store.decide(id, Decision(state=verdict, by=actor, at=at, note=words, valid_until=until))
        if verdict == "rejected":  # it never was in the index
            return lesson
        return lesson.model_copy(update={"indexed": self._index()})

    def _actor(self, deed: Deed, act: str) -> Actor:
        settings = self._workspace.settings
        # Only a person decides, whatever role the person has whom the agent answers.
        if not may(settings.role, deed) or (self._reach == "agent" and act != "propose"):
            raise NotAllowed("lesson_not_allowed", act=act, role=settings.role)
        return Actor(name=settings.user, role=settings.role, reach=self._reach)

    def _propose(self, actor: Actor, at: datetime, proposal: Proposal) -> Lesson:
        """Keep it, or return the one that says the same and is still open or in force."""
        for lesson in self._store.all(day_of(at)):
            if lesson.state in ("proposed", "approved") and _said(lesson) == _said(proposal):
                return lesson.model_copy(update={"fresh": False})
        return self._store.add(proposal, Decision(state="proposed", by=actor, at=at))

    def _words(self, given: str) -> tuple[str, list[str]]:
        """Words without personal data, and the kinds that were taken out."""
        if len(given) > LONGEST_NOTE:
            raise BadArgument("lesson_too_long", limit=LONGEST_NOTE)
        words = without_people(visible(given).strip(), self._workspace.people_in)
        return words, sorted(set(MASKED.findall(words)))

    def _index(self) -> bool:
        """Bring the index up to the lessons in force; False where somebody else is writing it."""
        try:
            self._workspace.build_index()
        except Busy:
            return False
        return True


def _flags(given: str) -> list[Flag]:
    """Words that speak to a model, masked like the rest."""
    found = [*flags(visible(given)), *invisible_flags(given)]
    return [flag.model_copy(update={"quote": mask(flag.quote)}) for flag in found]


def _said(proposal: Proposal) -> tuple:
    """What makes two proposals the same; a figure's last bit may differ from one computation to the next."""
    test = proposal.test
    return proposal.title, proposal.note, test and (test.campaign.id, test.figure.metric, test.figure.as_of)


def _short(words: str) -> str:
    """The first sentence, or its beginning."""
    sentence = re.split(r"(?<=[。！？!?])|(?<=\.)\s|\n", words.strip(), maxsplit=1)[0].strip()
    return sentence if len(sentence) <= LONGEST_TITLE else sentence[: LONGEST_TITLE - 1] + "…"
