"""Message drafts for a tier, and editing them by talking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from copilot.drafting.desk import DraftDesk, Request
from copilot.findings import Findings
from copilot.goals import Goal
from copilot.language import LANGUAGE
from tools.results import Tier

Channel = Literal["sms", "push", "wecom", "email", "banner"]
_MOST = 6


class DraftTools:
    """Drafting."""

    def __init__(self, desk: Callable[[], DraftDesk]) -> None:
        self._desk = desk

    def draft_messages(
        self,
        tier: Tier,
        channel: Channel = "sms",
        goal: Goal | Literal[""] = "",
        language: Literal["", "zh", "en"] = "",
        offer: str = "",
        angle: Literal["", "benefit", "rhythm", "belonging", "curiosity", "service", "new_product"] = "",
        n: int = 3,
        category: str = "",
        voice: str = "",
    ) -> Findings:
        """Draft message templates for a tier; merge fields are filled locally later, never by a model.

        Args:
            tier: One of high, potential, mid, low, dormant.
            channel: sms, push, wecom (WeCom / WeChat), email or banner (in the app).
            goal: activate, second_order, repurchase, upsell, win_back, refer; "" for the tier's usual goal.
            language: Language of the message; "" for the conversation's.
            offer: The offer in words ("满199减30，6月1日至6月18日", "20% off"); "" for none. Never invent one.
            angle: What all variants speak of, e.g. new_product for arrivals, service for care; "" for different ones.
            n: How many variants, 1 to 6.
            category: Product category they are about, as the user says it ("护肤", "snacks"); "" for none.
            voice: How it should sound, as the user says it ("活泼", "formal", "calm"); "" for the usual voice.
        """
        batch = self._desk().write(Request.model_construct(
            tier=tier, channel=channel, goal=goal, language=language or LANGUAGE.get(), offer=offer, angle=angle,
            n=max(1, min(n, _MOST)), category=category, voice=voice,
        ))  # fmt: skip
        return Findings(drafts=batch.drafts)

    def revise_draft(self, wish: str, draft: str = "") -> Findings:
        """Change a draft as the user asks: shorter, livelier, more formal, another angle, words added or left out.

        It keeps offer, merge fields, signature and opt-out, checks the new version and keeps the old one.

        Args:
            wish: What to change, in the user's own words ("更活泼一点", "shorter, no emoji", "加上会员日").
            draft: Id of the draft; "" for the one written last.
        """
        return Findings(drafts=[self._desk().revise(draft, wish).draft])
