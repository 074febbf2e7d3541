"""What the agent can do: each method is one tool, its docstring is what a model reads of it.

The only adapter from typed methods to LangChain tools is `as_tools`. A tool returns short
text for the model and typed findings for people, grounding and evals.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from typing import Literal

from langchain_core.tools import BaseTool, StructuredTool

from copilot.answer import Citation
from copilot.findings import Findings, Lookup
from copilot.language import LANGUAGE
from copilot.modeltext import for_model
from knowledge.results import Document, Hit
from knowledge.search import KnowledgeIndex
from tools.drafting import DraftBrief, draft_messages
from tools.errors import BadArgument, NoData
from tools.offer import Offer, parse_offer
from tools.results import TIERS, Tier
from tools.segment_data import SegmentData

Channel = Literal["sms", "push", "wecom", "email"]
Goal = Literal["activate", "second_order", "repurchase", "upsell", "win_back", "refer"]


class Toolbox:
    """The copilot's tools over one workspace; `data()` gives the newest loaded data or None."""

    def __init__(
        self, data: Callable[[], SegmentData | None], knowledge: KnowledgeIndex, *, brand: Callable[[str], str]
    ) -> None:
        self._data = data
        self.knowledge = knowledge
        self._brand = brand

    def query_metric(
        self,
        metric: str,
        by: list[str] | None = None,
        where: dict[str, list[str]] | None = None,
        window: str = "",
        compare: Literal["", "previous", "last_year"] = "",
        order: Literal["", "top", "bottom"] = "",
        limit: int = 50,
    ) -> Findings:
        """Compute one metric of the catalogue, optionally split by one or two dimensions.

        Args:
            metric: Metric name, e.g. revenue, orders, customers, aov, arpu, repurchase_rate, churn_rate.
            by: Dimensions to split by, e.g. ["tier"], ["month"], ["month", "channel"].
            where: Filters, e.g. {"tier": ["dormant"], "channel": ["抖音"]}.
            window: Days to look at, e.g. last_30_days, last_month, 2024-11, 2024-11-01..2024-11-11; "" for the default.
            compare: Compare with the previous window of the same length, or with the same window last year.
            order: Keep the largest ("top") or smallest ("bottom") rows first.
            limit: How many rows at most.
        """
        result = self._loaded().query_metric(
            metric, by=by or [], where=where or {}, window=window, compare=compare, order=order, limit=limit
        )
        return Findings(evidence=[result])

    def tier_overview(self, as_of: str = "") -> Findings:
        """Count customers, revenue, AOV and recency in each of the five tiers on a day.

        Args:
            as_of: Day (2024-11-30); "" for the data's last day.
        """
        return Findings(evidence=[self._loaded().tier_overview(as_of=as_of)])

    def tier_migration(self, from_day: str = "", to_day: str = "") -> Findings:
        """Show how customers moved between tiers from one day to another.

        Args:
            from_day: First day (2024-10-31); "" for the month end before the last day.
            to_day: Second day (2024-11-30); "" for the data's last day.
        """
        return Findings(evidence=[self._loaded().tier_migration(from_day=from_day, to_day=to_day)])

    def compare_tiers(
        self, tiers: list[str] | None = None, metrics: list[str] | None = None, window: str = ""
    ) -> Findings:
        """Put tiers side by side over several metrics.

        Args:
            tiers: Tiers among high, potential, mid, low, dormant; empty for all five.
            metrics: Metric names; empty for the usual ones.
            window: Days to look at; "" for the default.
        """
        result = self._loaded().compare_tiers(tiers=tiers or [], metrics=metrics or [], window=window)
        return Findings(evidence=[result])

    def search_knowledge(
        self, query: str, kind: Literal["", "framework", "scenario", "case", "tier", "playbook"] = "", k: int = 4
    ) -> Findings:
        """Search the user-operations framework, cases, playbooks and the team's own documents.

        Args:
            query: What to look for, in the user's words.
            kind: Only this kind of material; "" for all.
            k: How many passages.
        """
        found = self.knowledge.search(query, k=k, language=LANGUAGE.get(), type=kind or None)
        citations = self._cite(found.results) if found.answerable else []
        return Findings(
            citations=citations,
            lookup=Lookup(query=query, answerable=found.answerable, confidence=found.confidence),
        )

    def tier_playbook(self, tier: Tier, goal: Goal | Literal[""] = "") -> Findings:
        """Fetch the playbook for a tier, next to the tier's own figures.

        Args:
            tier: One of high, potential, mid, low, dormant.
            goal: What to achieve: activate, second_order, repurchase, upsell, win_back, refer; "" for the usual one.
        """
        wanted = f"playbook-{tier}-{(goal or USUAL_GOAL[tier]).replace('_', '-')}"
        cards = {card.id: card for card in self.knowledge.documents() if card.language == LANGUAGE.get()}
        found = [cards[id] for id in (wanted, f"tier-{tier}") if id in cards]
        if wanted not in cards:
            known = [id for id in cards if id.startswith(f"playbook-{tier}-")]
            raise NoData("no_playbook", tier=tier, goal=goal, alternatives=known)
        data = self._data()
        return Findings(evidence=[data.tier_overview()] if data else [], citations=[cite(card) for card in found])

    def draft_messages(
        self,
        tier: Tier,
        channel: Channel = "sms",
        goal: Goal | Literal[""] = "",
        language: Literal["", "zh", "en"] = "",
        offer: str = "",
        angle: Literal["", "benefit", "rhythm", "belonging", "curiosity", "service", "new_product"] = "",
        n: int = 3,
    ) -> Findings:
        """Draft message templates for a tier; merge fields are filled locally later, never by a model.

        Args:
            tier: One of high, potential, mid, low, dormant.
            channel: sms, push, wecom (WeCom / WeChat) or email.
            goal: activate, second_order, repurchase, upsell, win_back, refer; "" for the tier's usual goal.
            language: Language of the message; "" for the conversation's.
            offer: The offer in words ("满199减30", "20% off"); "" for none. Never invent one.
            angle: What all variants speak of, e.g. new_product for arrivals, service for care; "" for different ones.
            n: How many variants, 1 to 6.
        """
        if tier not in TIERS:
            raise BadArgument("unknown_tier", given=tier, alternatives=list(TIERS))
        tongue = language or LANGUAGE.get()
        brief = DraftBrief(
            tier=tier,
            channel=channel,
            goal=goal or USUAL_GOAL[tier],
            language=tongue,
            offer=self._offer(offer, tongue),
            angles=[angle] if angle else [],
            n=max(1, min(n, 6)),
        )
        drafts = draft_messages(brief, brand=self._brand(tongue))
        return Findings(drafts=[draft.model_copy(update={"offer": offer.strip()}) for draft in drafts])

    def describe_data(self) -> Findings:
        """Say what data is loaded: tables, days covered, which metrics can be computed."""
        return Findings(evidence=[self._loaded().describe()])

    def _cite(self, hits: list[Hit]) -> list[Citation]:
        """One citation a document: our short cards whole, a longer document by its best passage."""
        best = {hit.document: hit for hit in reversed(hits)}
        return [self._citation(hit) for hit in hits if best[hit.document] is hit]

    def _citation(self, hit: Hit) -> Citation:
        if hit.trust == "card":
            return cite(self.knowledge.card(hit.document, hit.language)).model_copy(
                update={"id": hit.id, "score": hit.score}
            )
        return Citation(
            id=hit.id, title=hit.title, source=hit.source, quote=hit.text, score=hit.score, evidence_grade=hit.evidence
        )

    def _offer(self, said: str, language: str) -> Offer | None:
        """The offer as said; words that are no known kind of offer are kept as they are, never dropped."""
        if not said.strip():
            return None
        data = self._data()
        return parse_offer(said, language, as_of=data.last_day if data else None) or Offer(kind="text", said=said)

    def _loaded(self) -> SegmentData:
        data = self._data()
        if data is None:
            raise NoData("nothing_loaded")
        return data


USUAL_GOAL: dict[str, Goal] = {
    "high": "repurchase",
    "potential": "second_order",
    "mid": "repurchase",
    "low": "activate",
    "dormant": "win_back",
}

NAMES = (
    "query_metric",
    "tier_overview",
    "tier_migration",
    "compare_tiers",
    "search_knowledge",
    "tier_playbook",
    "draft_messages",
    "describe_data",
)


def cite(card: Document) -> Citation:
    """Cite a whole card by its first passage."""
    return Citation(
        id=f"{card.id}#1", title=card.title, source=card.source, quote=card.text, evidence_grade=card.evidence
    )


def as_tools(toolbox: Toolbox) -> list[BaseTool]:
    """Wrap each method as a LangChain tool: (text for the model, findings as JSON)."""
    return [_as_tool(getattr(toolbox, name)) for name in NAMES]


def _as_tool(method: Callable[..., Findings]) -> BaseTool:
    @functools.wraps(method)
    async def call(**arguments: object) -> tuple[str, dict]:
        # A query blocks; the event loop must stay free for other chats.
        findings = await asyncio.to_thread(method, **arguments)
        return for_model(findings, LANGUAGE.get()), findings.artifact()

    return StructuredTool.from_function(
        coroutine=call,
        name=method.__name__,
        parse_docstring=True,
        error_on_invalid_docstring=True,
        response_format="content_and_artifact",
    )
