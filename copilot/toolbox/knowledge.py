"""The framework, its cases and playbooks, and the team's own documents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Literal

from copilot.answer import Citation
from copilot.documenttext import cited_source
from copilot.findings import Findings, Lookup
from copilot.goals import USUAL_GOAL, Goal
from copilot.language import LANGUAGE
from copilot.toolbox.data import Data
from knowledge.errors import BadQuery
from knowledge.filters import Quadrant, Stage
from knowledge.results import Document, Hit
from knowledge.search import KnowledgeIndex
from tools.errors import NoData
from tools.results import Tier

Kind = Literal["", "framework", "scenario", "case", "tier", "playbook", "lesson"]


NEARBY = 0.15
"""Confidence from which passages that do not answer are still named, as the nearest ones."""
NEAR = 3
"""Such passages at most."""
_CITED = {"id", "title", "score", "heading", "page", "page_kind", "valid_until", "expired", "flags"}


class KnowledgeTools:
    """Search and playbooks, each passage cited."""

    def __init__(self, index: KnowledgeIndex, data: Data, today: Callable[[], date]) -> None:
        self.index = index
        self._data = data
        self._today = today

    def search_knowledge(
        self,
        query: str,
        kind: Kind = "",
        k: int = 4,
        stage: Stage | Literal[""] = "",
        tier: Tier | Literal[""] = "",
        quadrant: Quadrant | Literal[""] = "",
        scenario: str = "",
        document: str = "",
        written_in: Literal["", "zh", "en"] = "",
    ) -> Findings:
        """Search the user-operations framework, cases, playbooks and the team's own documents.

        Args:
            query: What to look for, in the user's words.
            kind: Only this kind of material; "" for all.
            k: How many passages.
            stage: Only what concerns this growth stage; "" for all.
            tier: Only what concerns this tier; "" for all.
            quadrant: Only what concerns this industry quadrant; "" for all.
            scenario: Only what concerns this scenario, such as cross-sell; "" for all.
            document: Only this card or file; "" for all.
            written_in: Only passages written in this language; "" for both.
        """
        found = self.index.search(
            query, k=k, language=LANGUAGE.get(), as_of=self._today(), type=kind, stage=stage, tier=tier,
            quadrant=quadrant, scenario=scenario, document=document, written_in=written_in,
        )  # fmt: skip
        hits = found.results if found.answerable else found.results[:NEAR] if found.confidence >= NEARBY else []
        return Findings(
            citations=self._cite(hits),
            lookup=Lookup.model_validate(found, from_attributes=True),
        )

    def tier_playbook(self, tier: Tier, goal: Goal | Literal[""] = "") -> Findings:
        """Fetch the playbook for a tier, next to the tier's own figures.

        Args:
            tier: One of high, potential, mid, low, dormant.
            goal: What to achieve: activate, second_order, repurchase, upsell, win_back, refer; "" for the usual one.
        """
        wanted = f"playbook-{tier}-{(goal or USUAL_GOAL[tier]).replace('_', '-')}"
        try:
            found = [self.index.card(id, LANGUAGE.get()) for id in (wanted, f"tier-{tier}")]
        except BadQuery as error:
            known = {id for id, _ in self.index.documents() if id.startswith(f"playbook-{tier}-")}
            raise NoData("no_playbook", tier=tier, goal=goal, alternatives=sorted(known)) from error
        data = self._data()
        return Findings(evidence=[data.tier_overview()] if data else [], citations=[cite(card) for card in found])

    def _cite(self, hits: list[Hit]) -> list[Citation]:
        """One citation a document: our short cards whole, a longer document by its best passage."""
        best = {hit.document: hit for hit in reversed(hits)}
        return [self._citation(hit) for hit in hits if best[hit.document] is hit]

    def _citation(self, hit: Hit) -> Citation:
        if hit.trust == "card":
            return cite(self.index.card(hit.document, hit.language)).model_copy(
                update={"id": hit.id, "score": hit.score}
            )
        return Citation(
            source=cited_source(hit, LANGUAGE.get()), quote=hit.text, evidence_grade=hit.evidence,
            **hit.model_dump(include=_CITED),
        )  # fmt: skip


def cite(card: Document) -> Citation:
    """Cite a whole card by its first passage."""
    return Citation(
        id=f"{card.id}#1", title=card.title, source=card.source, quote=card.text, whole=True,
        evidence_grade=card.evidence,
    )
