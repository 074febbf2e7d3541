"""Writing and editing drafts for a workspace: its brand, its offer, its tier's figures, the playbook, its taste."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Literal

from copilot.brand_profile import voice_of
from copilot.campaigns.desk import CampaignDesk
from copilot.campaigns.words import clean
from copilot.drafting.author import Writer, authored
from copilot.drafting.shelf import Shelved
from copilot.goals import USUAL_GOAL
from knowledge.errors import BadQuery
from tools.drafting import (
    Angle,
    Channel,
    Diversity,
    DraftBrief,
    Goal,
    Part,
    Revision,
    Season,
    Taste,
    category_of,
    diversity,
    revise,
    season_of,
)
from tools.errors import BadArgument
from tools.offer import Offer, parse_offer
from tools.results import TIERS, Draft, Frozen, Playbook, Tier, TierFigure
from tools.roles import require

if TYPE_CHECKING:
    from copilot.workspace import Workspace
    from knowledge.search import KnowledgeIndex

Language = Literal["zh", "en"]
MOST = 12
"""Drafts in one batch."""
_SENT = 200
"""Texts of earlier campaigns that new drafts are compared with, the latest first."""
_UNITS = {"customers": "customers", "share": "percent", "revenue_share": "percent", "aov": "money",
          "orders_per_customer": "orders", "median_recency_days": "days"}  # fmt: skip


class Request(Frozen):
    """What is asked for, in the words of a person."""

    tier: Tier
    channel: Channel = "sms"
    goal: Goal | Literal[""] = ""
    """"" for the tier's usual goal."""
    language: Language = "zh"
    offer: str = ""
    """The offer in words; "" promises nothing."""
    angle: Angle | Literal[""] = ""
    n: int = 3
    category: str = ""
    season: Season | Literal["", "none"] = ""
    """"" for the season of the offer's first day or of the data; none speaks of none."""
    voice: str = ""
    """How the brand speaks; the library understands lively, formal and calm, a language model any words."""
    link: str = ""
    must_say: list[str] = []
    must_not_say: list[str] = []
    brand: str = ""
    """Who signs; "" for the workspace's brand."""
    writer: Writer = "auto"
    """auto lets a configured language model write, and the library where it cannot."""
    seed: int = 0


class Batch(Frozen):
    """Drafts of one request, with how different they are."""

    drafts: list[Draft]
    brief: DraftBrief
    diversity: Diversity
    fell_back: str = ""
    """Code of the fault for which the library wrote in a language model's place."""


class DraftDesk:
    """What chat, page, API and command line call."""

    def __init__(self, workspace: Workspace, index: KnowledgeIndex | None = None) -> None:
        self._workspace = workspace
        self._index = index

    def write(self, asked: Request) -> Batch:
        """Write, check and keep a batch. Raises BadArgument for what `draft_messages` refuses."""
        require(self._workspace.settings.role, "draft")
        if asked.tier not in TIERS:
            raise BadArgument("unknown_tier", given=asked.tier, alternatives=list(TIERS))
        brief = self.brief(asked)
        brand = asked.brand.strip() or self.brand(brief.language)
        taste, sent = self._lessons(brief)
        drafts, fault = authored(brief, brand=brand, settings=self._workspace.settings, clean=self._clean, taste=taste,
                                 recent=sent, seed=asked.seed, writer=asked.writer)  # fmt: skip
        told = [self._told(draft, asked.offer) for draft in drafts]
        self._workspace.draft_shelf.keep(*(Shelved(draft=draft, brief=brief, brand=brand) for draft in told))
        return Batch(drafts=told, brief=brief, diversity=diversity(told, sent), fell_back=fault)

    def brief(self, asked: Request) -> DraftBrief:
        """The request as the copywriter's brief: offer read, season told, free words without personal data."""
        as_of = self._workspace.today
        offer = self.offer(asked.offer, asked.language)
        day = (offer.start if offer and offer.start else None) or as_of
        if offer and offer.start and offer.start <= as_of:  # it has begun: only its last day is news
            offer = offer.model_copy(update={"start": None})
        season = None if asked.season == "none" else asked.season or season_of(day)
        return DraftBrief(
            tier=asked.tier, channel=asked.channel, goal=asked.goal or USUAL_GOAL[asked.tier], language=asked.language,
            offer=offer, n=max(1, min(asked.n, MOST)), angles=[asked.angle] if asked.angle else [],
            category=category_of(asked.category), season=season, link=asked.link.strip(), as_of=as_of,
            voice=self._clean(asked.voice or voice_of(self._workspace)),
            must_say=[self._clean(words) for words in asked.must_say],
            must_not_say=[self._clean(words) for words in asked.must_not_say],
        )  # fmt: skip

    def brand(self, language: Language) -> str:
        """Who signs in a language."""
        return self._workspace.brand(language)

    def offer(self, said: str, language: Language) -> Offer | None:
        """The offer as said; words that are no known kind of offer are kept as they are, never dropped."""
        if not said.strip():
            return None
        as_of, currency = self._workspace.today, self._workspace.currency
        return parse_offer(said, language, as_of=as_of, currency=currency) or Offer(kind="text", said=said.strip())

    def revise(self, id: str, wish: str, *, locked: Collection[Part] = ()) -> Revision:
        """Change a kept draft as wished and keep the new version; "" or "latest" is the draft kept last.

        Raises BadArgument: `draft_unknown`, `draft_none`, and what `tools.drafting.revise` raises.
        """
        require(self._workspace.settings.role, "draft")
        shelf = self._workspace.draft_shelf
        held = shelf.latest() if id.strip() in ("", "latest") else shelf.get(id)
        made = revise(held.draft, self._clean(wish), brief=held.brief, brand=held.brand, locked=locked)
        shelf.keep(Shelved(draft=made.draft, brief=made.brief, brand=held.brand, wish=made.wish))
        return made

    def history(self, id: str) -> list[Shelved]:
        """The versions that led to a draft. Raises BadArgument `draft_unknown`."""
        return self._workspace.draft_shelf.history(id)

    def figures(self, tier: Tier) -> list[TierFigure]:
        """The tier's own figures; [] where no orders are loaded."""
        data = self._workspace.data()
        if data is None or "orders" not in data.tables:
            return []
        row = next((row for row in data.tier_overview().rows if row.tier == tier), None)
        return [TierFigure(name=name, value=value, unit=unit) for name, unit in _UNITS.items()
                if row and (value := getattr(row, name)) is not None]  # fmt: skip

    def sent(self, language: Language, channel: Channel) -> list[Draft]:
        """Texts of exported campaigns, the latest first."""
        sent = [draft for campaign in self._campaigns.all() if campaign.state in ("exported", "measured")
                for draft in campaign.texts if (draft.language, draft.channel) == (language, channel)]
        return sent[:_SENT]

    def playbook(self, tier: Tier, goal: str, language: Language) -> Playbook | None:
        """The card on this tier and goal."""
        if self._index is None:
            return None
        try:
            card = self._index.card(f"playbook-{tier}-{goal.replace('_', '-')}", language)
        except BadQuery:
            return None
        return Playbook(id=f"{card.id}#1", title=card.title, source=card.source)

    def _told(self, draft: Draft, offer: str) -> Draft:
        book = self.playbook(draft.tier, draft.goal, draft.language)
        return draft.model_copy(update={"offer": offer.strip(), "figures": self.figures(draft.tier), "playbook": book})

    def _lessons(self, brief: DraftBrief) -> tuple[Taste, list[Draft]]:
        """The reviewers' taste in the brief's language, and what was sent on its channel."""
        return self._campaigns.taste(brief.language), self.sent(brief.language, brief.channel)

    @property
    def _campaigns(self) -> CampaignDesk:
        return CampaignDesk(self._workspace, "agent")

    def _clean(self, words: str) -> str:
        return clean(self._workspace, words)
