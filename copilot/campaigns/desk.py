"""The desk that every face of the product calls: writing as in `Writing`, and review, release and measurement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from copilot.campaigns import taste as tastes
from copilot.campaigns.checks import reached
from copilot.campaigns.results import Campaign, Check, Content, Outcome, Release, Step
from copilot.campaigns.words import clean, named, titled
from copilot.campaigns.writing import Writing
from tools.errors import BadArgument, NotAllowed, ToolError

if TYPE_CHECKING:
    from copilot.campaigns.brief import Brief
    from copilot.campaigns.store import Change
    from copilot.lessons.results import Actor


class CampaignDesk(Writing):
    """Campaigns of a workspace, reached through the command line, the API, the page or the agent."""

    def submit(self, id: str, version: int, at: datetime, *, note: str = "") -> Campaign:
        """Hand a version to review; `note` says why it may be sent where the rules warn.

        Raises BadArgument while something keeps it from review, or warnings are left without a reason.
        """
        by, campaign = self._actor("submitted", at, id), self._store.get(id)
        if campaign.state == "in_review" and campaign.version == version:
            return campaign.model_copy(update={"fresh": False})
        self._fits(campaign, version, "submitted")
        return self._do(id, version, self._handed_in(campaign.id, campaign.content, by, at, version, note))

    def propose(self, brief: Brief, at: datetime, *, note: str = "") -> Campaign:
        """Make a campaign and hand it to review as one thing: where review refuses it, nothing is made.

        Raises as `create` and `submit` do.
        """
        by = self._actor("submitted", at)
        key, content = self._begun(brief, by, at, None, "")
        first = Step(action="created", by=by, at=at, version=1)
        handed_in = self._handed_in(content.brief.name, content, by, at, 1, note)
        made = self._store.add(key, content, first, handed_in)
        return made if made.state != "draft" else self.submit(made.id, made.version, at, note=note)

    def _handed_in(self, name: str, content: Content, by: Actor, at: datetime, version: int, note: str) -> Step:
        """A submission. Raises BadArgument while something keeps the content from review; `name` says of what."""
        found, words = self.checks.check(content, learnt=False), clean(self._workspace, note)
        self._clear(name, found)
        if found.warnings and not words:
            raise BadArgument("campaign_warned", id=name, count=found.warnings)
        return Step(action="submitted", by=by, at=at, version=version, note=words, seal=self._seal(content),
                    rules=found.rules, reached=reached(found.reach))  # fmt: skip

    def approve(self, id: str, version: int, at: datetime, *, note: str = "") -> Campaign:
        """Approve exactly this version: texts, offer, audience and the rule set as it is now.

        Raises NotAllowed for a role that may not, for the agent, and for an author where two pairs of eyes are asked
        for; BadArgument where the version is not in review, or breaks a rule by now.
        """
        by, campaign = self._actor("approved", at, id), self._store.get(id)
        if self._workspace.settings.four_eyes and by.name in campaign.authors:
            self._store.refused(by, at, "approved", campaign.id)
            raise NotAllowed("campaign_four_eyes", id=campaign.id, by=by.name)
        if campaign.state == "approved" and campaign.version == version and self.holds(campaign):
            return campaign.model_copy(update={"fresh": False})
        self._fits(campaign, version, "approved")
        self._clear(campaign.id, self.checks.check(campaign.content, learnt=False))
        step = Step(action="approved", by=by, at=at, version=version, note=clean(self._workspace, note),
                    seal=self._seal(campaign.content), rules=self.checks.rules)  # fmt: skip
        return self._do(id, version, step)

    def send_back(
        self, id: str, version: int, reason: str, at: datetime, *, phrases: Sequence[str] = ()
    ) -> Campaign:  # fmt: skip
        """Return a version to its author with a reason; words of the texts that it quotes are not drafted again."""
        by, campaign = self._actor("returned", at, id), self._store.get(id)
        words = clean(self._workspace, reason)
        if not words:
            raise BadArgument("campaign_reason")
        if campaign.state == "returned" and campaign.version == version:
            return campaign.model_copy(update={"fresh": False})
        told = [clean(self._workspace, phrase) for phrase in phrases]
        turned_down = list(dict.fromkeys([*filter(None, told), *tastes.quoted(words, campaign.content)]))
        return self._do(id, version, Step(action="returned", by=by, at=at, version=version, note=words,
                                          phrases=turned_down))  # fmt: skip

    def comment(self, id: str, said: str, at: datetime) -> Campaign:
        """Say something of the version as it is; it changes no state."""
        by, words = self._actor("commented", at, id), clean(self._workspace, said)
        if not words:
            raise BadArgument("campaign_reason")

        def decide(campaign: Campaign) -> Change | None:
            last = campaign.history[-1]
            if (last.action, last.by.name, last.note, last.version) == ("commented", by.name, words, campaign.version):
                return None
            return Step(action="commented", by=by, at=at, version=campaign.version, note=words), None

        return self._store.change(id, decide)

    def release(self, id: str, at: datetime) -> Release:
        """An approved campaign for whoever renders it.

        Raises BadArgument where it is not approved, or something that the approval was given for has changed.
        """
        self._actor("exported", at, id)
        campaign = self._store.get(id)
        if campaign.state not in ("approved", "exported") or campaign.approval is None:
            raise BadArgument("campaign_state", id=campaign.id, stage=titled("state", campaign.state),
                              deed=titled("deed", "exported"))  # fmt: skip
        if not self.holds(campaign):
            raise BadArgument("campaign_void", id=campaign.id)
        brief, approval = campaign.brief, campaign.approval
        return Release(
            campaign=campaign.id, name=brief.name, version=campaign.version, texts=campaign.texts, offer=brief.promise,
            language=brief.language, channels=list(brief.channels), every_channel=brief.every_channel,
            audience=self.checks.audience(brief),
            tier=brief.tier or self._main_tier(brief), segment=brief.segment, cap=brief.cap, quiet=brief.quiet,
            holdout=brief.holdout, seed=campaign.number, approved_by=approval.by.name, approved_at=approval.at,
            rules=approval.rules, seal=approval.seal, trail=self._store.trail.hash_of(campaign.id, "approved"),
        )  # fmt: skip

    def exported(self, id: str, version: int, files: Mapping[str, str], at: datetime) -> Campaign:
        """Note that an approved version was written to files (name -> SHA-256); the same files are noted once."""
        by, sealed = self._actor("exported", at, id), self.release(id, at).seal

        def decide(campaign: Campaign) -> Change | None:
            known = {file for step in campaign.history if step.version == version for file in step.files.items()}
            if campaign.state == "exported" and known >= set(files.items()):
                return None
            self._fits(campaign, version, "exported")
            return Step(action="exported", by=by, at=at, version=version, files=dict(files), seal=sealed), None

        return self._store.change(id, decide)

    def measure(self, id: str, sent_as: str, at: datetime, *, metric: str = "") -> Campaign:
        """Note what the holdout test came to; `sent_as` names the campaign in the loaded messages, "" by its own id.

        Raises BadArgument or NoData where there is no such test, see `CampaignTests.test`.
        """
        by, campaign = self._actor("measured", at, id), self._store.get(id)
        if campaign.state == "measured":
            return campaign.model_copy(update={"fresh": False})
        test = self.checks.tests().test(sent_as.strip() or campaign.id, metric)
        step = Step(action="measured", by=by, at=at, version=campaign.version, test=test)
        return self._do(id, campaign.version, step)

    def each(self, ids: Iterable[str], act: Callable[[str], Campaign]) -> list[Outcome]:
        """Do one thing to several campaigns; what one refuses does not stop the others."""
        return [self._outcome(id, act) for id in dict.fromkeys(ids)]

    def _outcome(self, id: str, act: Callable[[str], Campaign]) -> Outcome:
        try:
            return Outcome(id=id, campaign=act(id))
        except ToolError as error:
            return Outcome(id=id, error=error)

    @staticmethod
    def _clear(name: str, found: Check) -> None:
        if found.obstacles:
            raise BadArgument("campaign_not_ready", id=name, why=named("obstacle", found.obstacles))
