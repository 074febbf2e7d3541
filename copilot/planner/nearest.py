"""The question that can be answered, beside a refusal: what was asked, without the words that stand in the way."""

from __future__ import annotations

import re

from copilot.planner.slots import Slots
from tools import catalog
from tools.time_words import MONTHS

_DAYS = {
    "last_month": "上个月", "this_month": "本月", "last_week": "上周", "this_week": "本周", "this_year": "今年",
    "last_year": "去年", "last_quarter": "上季度", "this_quarter": "本季度",
}  # fmt: skip
_UNITS = {"days": "天", "weeks": "周", "months": "个月", "years": "年"}


def nearest_question(slots: Slots, language: str) -> str:
    """Such as "AOV by channel, Shanghai, September"; "" where no metric was named."""
    known = catalog.metrics().get(slots.metrics[0]) if slots.metrics else None
    if known is None:
        return ""
    tiers = {value.name: value.title for value in catalog.dimensions()["tier"].values}
    people = [getattr(tiers[tier], language) for tier in slots.tiers[:1]]
    values = [value for name, each in slots.filters.items() if name not in {"weekday", "hour"} for value in each[:1]]
    days = [_said(label, language, slots.text) for label in slots.windows[:1]]
    if "" in days:
        return ""
    by = [getattr(catalog.dimensions()[name].title, language) for name in slots.dimensions[:1]]
    title = getattr(known.title, language)
    if language == "zh":
        return "".join([*days, *values, *people, *(f"各{name}的" for name in by), title])
    return ", ".join([" by ".join([title, *(name.lower() for name in by)]), *people, *values, *days])


def _said(label: str, language: str, words: str) -> str:
    """A window in words; a year only where the person said it. "" for days that have no short name."""
    if named := re.fullmatch(r"(?P<year>\d{4})-(?:Q(?P<quarter>\d)|(?P<month>\d\d))", label):
        year = named["year"] if named["year"] in words else ""
        if named["quarter"]:
            return f"{year}Q{named['quarter']}" if language == "zh" else f"Q{named['quarter']} {year}".strip()
        month = int(named["month"])
        return f"{year and year + '年'}{month}月" if language == "zh" else f"{MONTHS[month - 1]} {year}".strip().title()
    if rolling := re.fullmatch(r"last_(\d+)_(days|weeks|months|years)", label):
        return f"近{rolling[1]}{_UNITS[rolling[2]]}" if language == "zh" else label.replace("_", " ")
    if label in _DAYS:
        return _DAYS[label] if language == "zh" else label.replace("_", " ")
    return label if re.fullmatch(r"\d{4}(?:-\d\d-\d\d(?:\.\.\d{4}-\d\d-\d\d)?)?", label) else ""
