"""How a draft reads for some customers: every field filled, every finished text checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tools.compliance import check_message, sms_segments
from tools.merge_fields import offer_fields
from tools.offer import Language, Offer
from tools.personalize.wording import render
from tools.results import Draft, Frozen, Issue


class Preview(Frozen):
    """One finished message, as this customer would get it. Holds personal data: never for a model."""

    customer_id: str = ""
    title: str = ""
    preheader: str = ""
    body: str
    characters: int
    segments: int
    """SMS segments (0 for other channels)."""
    encoding: str = ""
    fallbacks: list[str] = []
    """Merge fields that had no usable value."""
    issues: list[Issue] = []
    """What the finished text breaks, length included."""

    @property
    def sendable(self) -> bool:
        return not any(issue.severity == "block" for issue in self.issues)


def preview(
    draft: Draft,
    customers: Sequence[Mapping[str, object]],
    offer: Offer | None,
    *,
    brand: str = "",
    brand_fields: Mapping[str, str] | None = None,
) -> list[Preview]:
    """Render `draft` for each customer and check every finished text again.

    A customer is a mapping with customer_id and the values of merge fields, any of them missing.
    `brand_fields` fills the brand's own fields ("brand_address"); one without a value stays open.
    """
    shared = dict(brand_fields or {}) | offer_fields(offer, draft.language)
    return [_preview(draft, customer, shared, offer, brand) for customer in customers]


def awkward_customers(language: Language) -> list[dict[str, object]]:
    """Made-up customers that break naive merges: no name, a very long one, emoji, another script, a formula."""
    names = {
        "zh": ["阿卜杜热西提·买买提艾力", "🌸小鹿🌸", "Alexandra", "", "null", "𠮷野䶮", "=HYPERLINK(1)", "王  芳"],
        "en": ["Bartholomew-Maximilian", "Zoë 🌸", "王小明", "", "None", "O’Connor", "=SUM(A1)", "ann  lee"],
    }[language]
    category, days = {"zh": ("护肤", 45), "en": ("skin care", 45)}[language]
    rows = [{"customer_id": f"awkward-{at}", "name": name, "last_category": category, "days_since_last_order": days}
            for at, name in enumerate(names, 1)]
    return [*rows, {"customer_id": "awkward-empty", "name": None, "last_category": float("nan"),
                    "days_since_last_order": None}]


def _preview(draft: Draft, customer: Mapping[str, object], shared: dict, offer: Offer | None, brand: str) -> Preview:
    values = dict(customer) | shared
    (title, a), (preheader, b), (body, c) = (
        render(text, values, language=draft.language, channel=draft.channel)
        for text in (draft.title, draft.preheader, draft.body)
    )
    sms = draft.channel == "sms"
    counted = sms_segments(body, market="cn" if draft.language == "zh" else "other")
    issues = check_message(body, title=title, channel=draft.channel, language=draft.language, offer=offer, brand=brand,
                           allowed=[_figures_of(draft), *map(str, values.values())])
    return Preview(customer_id=str(customer.get("customer_id", "")), title=title, preheader=preheader, body=body,
                   characters=counted.characters if sms else len(body), segments=counted.segments if sms else 0,
                   encoding=counted.encoding if sms else "", fallbacks=list(dict.fromkeys(a + b + c)), issues=issues)


def _figures_of(draft: Draft) -> str:
    """Figures of the template were traced when it was drafted; only those that data brought in are new."""
    return f"{draft.title}\n{draft.preheader}\n{draft.body}"
