"""Making and changing campaigns: the brief and its texts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from copilot.brand_profile import voice_of
from copilot.campaigns import texts
from copilot.campaigns.aiming import Aim, aimed
from copilot.campaigns.amending import changes
from copilot.campaigns.brief import Brief, edited
from copilot.campaigns.office import Office
from copilot.campaigns.reading import read_brief
from copilot.campaigns.results import Campaign, Content, State, Step
from copilot.campaigns.seal import canonical, digest
from copilot.campaigns.wording import headline
from copilot.campaigns.words import clean, titled
from copilot.drafting.author import authored
from tools.drafting import Part
from tools.drafting.finish import Words
from tools.errors import BadArgument, NotAllowed
from tools.results import Draft

if TYPE_CHECKING:
    from copilot.campaigns.store import Change
    from copilot.lessons.results import Actor


_WRITTEN_FROM = ("language", "promise", "goal", "tier", "segment", "voice", "link", "must_say", "must_not_say")
"""Fields of a brief that a text is written from: with another value it is written anew."""
_UNSEEN: frozenset[State] = frozenset({"draft", "returned"})
"""States in which no reviewer looks at it or has approved it: there the agent may change it for its author."""


class Writing(Office):
    """What an author does, and the agent for one."""

    def read(self, words: str, fields: Mapping[str, Any] | None = None) -> Brief:
        """A brief from one sentence, on this workspace's segments and days, with fields set over it.

        Personal data is taken out. Raises BadArgument for a field that does not fit.
        """
        desk = self._workspace.segments()
        saved = [row.name for row in desk.list().rows] if desk else []
        plain = clean(self._workspace, words)
        as_of, currency = self.checks.as_of, self._workspace.currency
        said = read_brief(plain, as_of=as_of, segments=saved, currency=currency)
        said = said if said.voice else said.model_copy(update={"voice": voice_of(self._workspace)})
        return edited(said, fields, as_of=as_of, currency=currency) if fields else said

    def create(self, brief: Brief, at: datetime, *, drafts: Sequence[Draft] | None = None, key: str = "") -> Campaign:
        """Make a campaign, with texts where the brief says enough for them.

        Asked again with the same key, or on the same day by the same person with the same content, it gives the
        campaign that was made.
        """
        by = self._actor("created", at)
        key, content = self._begun(brief, by, at, drafts, key)
        return self._store.add(key, content, Step(action="created", by=by, at=at, version=1))

    def _begun(
        self, brief: Brief, by: Actor, at: datetime, drafts: Sequence[Draft] | None, key: str
    ) -> tuple[str, Content]:
        """What a new campaign holds, and the key that asking for it twice has twice."""
        brief = self._settled(brief)
        chosen = texts.first_of_each(self.variants(brief)) if drafts is None else list(drafts)
        # The brief and what was chosen of it, not what a writer came up with: asked again it may word it otherwise.
        asked = Content(brief=brief, texts=list(drafts or [])).model_dump(mode="json")
        same = canonical({"by": by.name, "day": f"{at:%Y-%m-%d}", "content": asked})
        return key or digest(same), Content(brief=brief, texts=chosen)

    def variants(self, brief: Brief, *, seed: int = 0) -> list[Draft]:
        """Texts to choose from, several a channel; none while audience, goal or channel is open.

        Raises BadArgument where the copywriter refuses the brief.
        """
        if not (brief.goal and brief.channels and (brief.tier or brief.segment)):
            return []
        tier = brief.tier or self._main_tier(brief)
        if not tier:
            return []
        write = partial(
            authored, brand=self._workspace.brand(brief.language), settings=self._workspace.settings,
            clean=partial(clean, self._workspace), taste=self.taste(brief.language), seed=seed,
            # An agent's own call must come back within seconds; a person may wait for a language model.
            writer="library" if self._reach == "agent" else "auto",
        )  # fmt: skip
        return texts.proposed(brief, tier=tier, goal=brief.goal, as_of=self.checks.as_of,
                              write=lambda asked: write(asked)[0])  # fmt: skip

    def edit(self, id: str, version: int, changes: Mapping[str, Any], at: datetime) -> Campaign:
        """Set fields of the brief; texts are written anew where the change leaves them without their channel,
        language or offer.

        Raises BadArgument for a field or value that does not fit, or where somebody changed the version meanwhile.
        """
        as_of, currency = self.checks.as_of, self._workspace.currency

        def change(content: Content) -> Content:
            before = content.brief
            brief = edited(before, changes, as_of=as_of, currency=currency)
            if brief.name == _headline(before):  # nobody named it: it goes by what it is
                brief = brief.model_copy(update={"name": ""})
            brief = self._settled(brief)
            return Content(brief=brief, texts=self._kept(content, brief))

        return self._edit(id, version, change, at)

    def amend(self, id: str, version: int, words: str, at: datetime) -> Campaign:
        """Complete or change a campaign by talking: the brief ("下周五到周日，企微加短信", "门槛改成满299"), else its
        texts ("短一点"), or one channel's text ("短信短一点").

        Raises BadArgument for words that change neither, and as `edit` does.
        """
        aims, said = aimed(clean(self._workspace, words))
        if aims:
            version = self.amend(id, version, said, at).version if said else version
            return self._edit(id, version, partial(self._aimed, aims), at)
        campaign = self._store.get(id)
        known = next((each.content for each in campaign.versions if each.number == version), campaign.content)
        desk = self._workspace.segments()
        found = changes(said, known.brief, as_of=self.checks.as_of, currency=self._workspace.currency,
                        segments=[row.name for row in desk.list().rows] if desk else [])  # fmt: skip
        if found:
            return self.edit(id, version, found, at)
        if not known.texts:
            raise BadArgument("campaign_unchanged", given=said[:60])

        def change(content: Content) -> Content:
            brief = content.brief
            revised = partial(texts.revised, wish=said, brief=brief, brand=self._brand(brief), as_of=self.checks.as_of)
            return content.model_copy(update={"texts": texts.each_revised(content.texts, revised)})

        return self._edit(id, version, change, at)

    def choose(self, id: str, version: int, drafts: Iterable[Draft], at: datetime) -> Campaign:
        """Take other texts, one or more a channel, instead of those of the channels that they are for."""
        new = list(drafts)
        channels = {draft.channel for draft in new}

        def change(content: Content) -> Content:
            kept = [draft for draft in content.texts if draft.channel not in channels]
            order = list(content.brief.channels)
            found = sorted([*kept, *new], key=lambda draft: order.index(draft.channel) if draft.channel in order else 9)
            return content.model_copy(update={"texts": found})

        return self._edit(id, version, change, at)

    def another(self, id: str, version: int, channel: str, at: datetime) -> Campaign:
        """Take the next variant of a channel's text. Raises BadArgument for a channel without text."""
        campaign = self._store.get(id)
        ways = [draft for draft in self.variants(campaign.brief) if draft.channel == channel]
        bodies = [draft.body for draft in ways]
        now = next((draft.body for draft in campaign.texts if draft.channel == channel), None)
        if not ways:
            raise BadArgument("campaign_no_text", channel=channel, alternatives=list(campaign.brief.channels))
        place = (bodies.index(now) + 1) % len(ways) if now in bodies else 0
        return self.choose(id, version, [ways[place]], at)

    def reword(self, id: str, version: int, channel: str, words: Words, at: datetime) -> Campaign:
        """Word a channel's text by hand; merge fields stay as {name}. Raises BadArgument for a channel without text."""
        clean_words = Words(*(clean(self._workspace, part, longest=5000) for part in words))

        def change(draft: Draft, brief: Brief) -> Draft:
            return texts.reworded(draft, clean_words, brief, brand=self._brand(brief), as_of=self.checks.as_of)

        return self._change_text(id, version, channel, change, at)

    def revise(
        self, id: str, version: int, channel: str, wish: str, at: datetime, *, locked: Collection[Part] = ()
    ) -> Campaign:  # fmt: skip
        """Change a channel's text by talking ("更活泼一点", "shorter, no emoji"); `locked` parts stay as they are.

        Raises BadArgument for a channel without text, and for a wish that `tools.drafting.revise` refuses.
        """
        said = clean(self._workspace, wish)
        if aimed(said)[0] and not locked:  # "短信短一点" is about the SMS, whichever text is looked at
            return self.amend(id, version, said, at)

        def change(draft: Draft, brief: Brief) -> Draft:
            return texts.revised(draft, wish=said, brief=brief, brand=self._brand(brief), as_of=self.checks.as_of,
                                 locked=locked)  # fmt: skip

        return self._change_text(id, version, channel, change, at)

    def _aimed(self, aims: Sequence[Aim], content: Content) -> Content:
        """The texts of the channels that the wishes name, changed as wished."""
        revised = partial(texts.revised, brand=self._brand(content.brief), as_of=self.checks.as_of)
        for channel, wish in aims:
            content = texts.with_changed(content, channel, partial(revised, wish=wish))
        return content

    def _change_text(
        self, id: str, version: int, channel: str, change: Callable[[Draft, Brief], Draft], at: datetime
    ) -> Campaign:  # fmt: skip
        return self._edit(id, version, lambda content: texts.with_changed(content, channel, change), at)

    def _edit(self, id: str, version: int, change: Callable[[Content], Content], at: datetime) -> Campaign:
        by, campaign = self._actor("edited", at, id), self._store.get(id)
        if self._reach == "agent" and campaign.state not in _UNSEEN:
            self._store.refused(by, at, "edited", campaign.id)
            raise NotAllowed("campaign_for_people", deed=titled("deed", "edited"))
        known = next((each.content for each in campaign.versions if each.number == version), campaign.content)
        content = change(known)

        def decide(now: Campaign) -> Change | None:
            if now.content == content:
                return None
            self._fits(now, version, "edited")
            step = Step(action="edited", by=by, at=at, version=version + 1, voids=now.state == "approved")
            return step, content

        return self._store.change(id, decide)

    def _settled(self, brief: Brief) -> Brief:
        """Free words without personal data, a name where none is given, and the segment in its version of now."""
        words = {name: clean(self._workspace, getattr(brief, name)) for name in ("name", "voice", "link")}
        words |= {name: [each for said in getattr(brief, name) if (each := clean(self._workspace, said))]
                  for name in ("must_say", "must_not_say")}  # fmt: skip
        if brief.segment and "@" not in brief.segment:
            saved = self._workspace.segments().saved(brief.segment)
            words["segment"] = f"{saved.name}@{saved.version}"
        settled = brief.model_copy(update=words)
        name = settled.name or _headline(settled)
        return settled.model_copy(update={"name": name})

    def _kept(self, content: Content, brief: Brief) -> list[Draft]:
        """The texts that still fit a changed brief; channels without one get new ones."""
        alike = all(getattr(content.brief, name) == getattr(brief, name) for name in _WRITTEN_FROM)
        kept = [draft for draft in content.texts if draft.channel in brief.channels] if alike else []
        held = {draft.channel for draft in kept}
        new = texts.first_of_each(self.variants(brief.model_copy(update={
            "channels": [channel for channel in brief.channels if channel not in held]
        })))  # fmt: skip
        order = list(brief.channels)
        return sorted([*kept, *new], key=lambda draft: order.index(draft.channel))

    def _brand(self, brief: Brief) -> str:
        return self._workspace.brand(brief.language)

    def _main_tier(self, brief: Brief) -> str:
        found = self.checks.reach(brief)
        return found.main_tier if found else ""


def _headline(brief: Brief) -> str:
    """The name of a campaign that nobody named."""
    return headline(brief, brief.language)[:60]
