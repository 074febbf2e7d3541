"""Fills the merge fields of a draft for real customers, on this machine, without a model.

A missing value never shows: a fallback stands in, or the clause that needs the value goes.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence

from tools.compliance import check_message, sms_segments
from tools.compliance.sms import EMOJI
from tools.merge_fields import FIELD, merge_fields
from tools.offer import Language, Offer
from tools.results import Draft, Frozen, Issue

_NOTHING = frozenset({"", "null", "none", "nan", "nat", "n/a", "na", "undefined", "unknown", "-", "--",
                      "未知", "无", "空", "匿名"})
_CLAUSE = re.compile(r"[^，。！？；,.!?;\n]*[，。！？；,.!?;\n]?")
_ENDS = "。！？.!?\n"
_UNFIT = re.compile(r"[={}()<>\[\]【】@#$%^*/\\|_]|^[+-]|\d{3}|https?:")
"""Marks of a formula, a handle, a masked phone or a template: not something to greet a person by."""
_HAN = re.compile(r"[\u3400-\u9fff]")


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

    A customer is a mapping with any of customer_id, name, last_category, days_since_last_order.
    `brand_fields` fills the brand's own fields ("brand_address"); one without a value stays open.
    """
    shared = dict(brand_fields or {}) | ({"offer": offer.text(draft.language)} if offer else {})
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


def render(text: str, values: Mapping[str, object], *, language: Language, channel: str) -> tuple[str, list[str]]:
    """Return the text with its fields filled, and the fields that fell back. One pass: a value is never re-read."""
    usable = {name: _clean(values.get(name), name, language, channel) for name in set(FIELD.findall(text))}
    missing = [name for name in dict.fromkeys(FIELD.findall(text)) if name in merge_fields() and not usable[name]]
    for name in missing:
        text = _without(text, name, language)
    filled = FIELD.sub(lambda match: usable.get(match[1]) or match.group(), text)
    return (re.sub(r"\b1 days\b", "1 day", filled) if language == "en" else filled), missing


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


def _clean(value: object, field: str, language: Language, channel: str) -> str:
    """A value fit to show, or "" when there is none."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if field == "days_since_last_order":
        return _days(value)
    text = "".join(" " if letter.isspace() else letter for letter in str(value)
                   if letter.isspace() or unicodedata.category(letter) not in ("Cc", "Cf", "Co", "Cs"))
    if channel == "sms" and field != "offer":  # vendors refuse emoji
        text = EMOJI.sub("", text)
    text = re.sub(r"\s+", " ", text).strip()
    if field not in ("name", "last_category"):
        return text
    text = re.sub(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])", "", text.replace("\u2019", "'"))
    if field == "last_category" and language == "en" and text.capitalize() == text:
        text = text.lower()  # a label like "Kitchen" stands inside a sentence
    # A category in the other script would break the sentence; a name is the customer's own.
    foreign = field == "last_category" and language == "en" and _HAN.search(text)
    return "" if foreign or text.lower() in _NOTHING or _UNFIT.search(text) or not re.search(r"\w", text) else text


def _days(value: object) -> str:
    try:
        days = int(float(str(value)))
    except (ValueError, OverflowError):
        return ""
    return str(days) if days > 0 else ""


def _without(text: str, field: str, language: Language) -> str:
    for pattern, *replacement in merge_fields()[field].missing[language]:
        drop = pattern == "clause"
        text = _drop_clauses(text, "{" + field + "}") if drop else re.sub(pattern, replacement[0], text)
    return re.sub("\0(\\w)", lambda match: match[1].upper(), text).replace("\0", "")


def _drop_clauses(text: str, mark: str) -> str:
    """Remove each clause that holds `mark`; a clause before it takes over its full stop."""
    clauses = [clause for clause in _CLAUSE.findall(text) if clause]
    kept: list[str] = []
    for clause in clauses:
        if mark not in clause:
            kept.append(clause)
        elif clause[-1] in _ENDS and kept and kept[-1][-1] not in _ENDS:
            kept[-1] = kept[-1][:-1] + clause[-1]
    return "".join(kept)
