"""Message drafts for a tier."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from copilot.findings import Findings
from copilot.language import LANGUAGE
from copilot.toolbox.data import Data
from copilot.toolbox.goals import USUAL_GOAL, Goal
from tools.drafting import DraftBrief, draft_messages
from tools.errors import BadArgument
from tools.offer import Offer, parse_offer
from tools.results import TIERS, Tier

Channel = Literal["sms", "push", "wecom", "email"]


class DraftTools:
    """Drafting; `brand` names the brand in a language."""

    def __init__(self, data: Data, brand: Callable[[str], str]) -> None:
        self._data = data
        self._brand = brand

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

    def _offer(self, said: str, language: str) -> Offer | None:
        """The offer as said; words that are no known kind of offer are kept as they are, never dropped."""
        if not said.strip():
            return None
        data = self._data()
        return parse_offer(said, language, as_of=data.last_day if data else None) or Offer(kind="text", said=said)
