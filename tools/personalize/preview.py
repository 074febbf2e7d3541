"""How a draft reads for some customers: every field filled, every finished text checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tools.compliance import check_message, sms_segments
from tools.offer import Language, Offer
from tools.personalize.template import PARTS, Setting, Template, Text
from tools.personalize.wording import render
from tools.results import Draft, Frozen, Issue


class Preview(Frozen):
    """One finished message, as this customer would get it. Holds personal data: never for a model."""

    customer_id: str = ""
    title: str = ""
    preheader: str = ""
    body: str
    button: str = ""
    characters: int
    segments: int
    """SMS segments (0 for other channels)."""
    encoding: str = ""
    fallbacks: list[str] = []
    """Merge fields that had no usable value."""
    issues: list[Issue] = []
    """What the finished text breaks, length included."""
    hollow: bool = False
    """Whether hardly a word is left without the values that are missing; such a message is not sent."""

    @property
    def sendable(self) -> bool:
        return not self.hollow and not any(issue.severity == "block" for issue in self.issues)


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
    setting = Setting(draft.channel, draft.language, offer, brand, brand_fields or {})
    return preview_text(Text.of(draft), setting, customers)


def preview_text(text: Text, setting: Setting, customers: Sequence[Mapping[str, object]]) -> list[Preview]:
    """Render an approved text for each customer and check every finished message again."""
    return [_preview(text, setting, customer) for customer in customers]


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


def _preview(text: Text, setting: Setting, customer: Mapping[str, object]) -> Preview:
    language, channel = setting.language, setting.channel
    values = dict(customer) | setting.shared
    written = {part: getattr(text, part) for part in PARTS}
    filled = {part: render(words, values, language=language, channel=channel) for part, words in written.items()}
    shown = {part: words for part, (words, _) in filled.items()}
    counted = sms_segments(shown["body"], market="cn" if language == "zh" else "other") if channel == "sms" else None
    # Figures of the template were traced when it was drafted; only those that data brought in are new.
    issues = check_message(shown["body"], title=shown["title"], channel=channel, language=language, offer=setting.offer,
                           brand=setting.brand, own=setting.own,
                           allowed=["\n".join(written.values()), *map(str, values.values())])  # fmt: skip
    fallbacks = list(dict.fromkeys(name for _, missing in filled.values() for name in missing))
    template = Template(text, setting)
    wording = template.wording(frozenset(fallbacks) & frozenset(template.fields))
    return Preview(
        customer_id=str(customer.get("customer_id", "")), **shown, issues=issues,
        characters=counted.characters if counted else len(shown["body"]), segments=counted.segments if counted else 0,
        encoding=counted.encoding if counted else "",
        fallbacks=fallbacks, hollow=template.hollow(wording),
    )  # fmt: skip
