"""Steps of the topics beside metrics and tiers: which tool to call with what."""

from __future__ import annotations

from dataclasses import replace

from copilot.planner.numbers import days_ahead
from copilot.planner.slots import Slots
from copilot.planner.spans import read_windows
from copilot.planner.step import Step
from copilot.planner.topics import TIMES
from copilot.planner.vocabulary import Vocabulary

_MEASURES = {"ltv_to_date": "ltv", "arpu": "arpu", "customers": "customers", "new_customers": "retention"}
_OF_FIRST_ORDER = ("channel", "city", "region", "category", "tier")


def cohort(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    slots = _in_a_later_month(slots, vocabulary)
    by = next((name for name in slots.dimensions if name in {"week", "month", "quarter"}), "")
    by = by or next((unit for unit in ("week", "quarter") if slots.period and _names(unit, slots.text)), "month")
    measure = next((_MEASURES[name] for name in slots.metrics if name in _MEASURES), "retention")
    if measure == "customers" and "retention" in slots.cues:
        measure = "retention"
    arguments = {"by": by, "measure": measure, "age_days": slots.age_days, "where": _where(slots),
                 "window": next(iter(slots.windows), "")}  # fmt: skip
    return [Step("cohort", "cohort_retention", _said(arguments), slots)]


def _in_a_later_month(slots: Slots, vocabulary: Vocabulary) -> Slots:
    """ "First bought in January, what share ordered in April": the third month after the first order."""
    read = read_windows(slots.windows, vocabulary)
    open_end = len(read) == 2 and read[1].days == 1  # "until now" is no month
    if slots.period or len(read) != 2 or open_end or any(window.start is None for window in read):
        return slots
    first, later = (window.start for window in read)
    return replace(slots, period=max(0, (later.year - first.year) * 12 + later.month - first.month))


def _names(unit: str, words: str) -> bool:
    return {"week": "周", "quarter": "季"}[unit] in words or unit in words


def repurchase(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    others = [name for name in slots.dimensions if name not in TIMES]
    by = "tier" if slots.all_tiers else next(iter([*others, *slots.dimensions]), "")
    # "Within 180 days of the first order" names no window of first orders.
    windows = [label for label in slots.windows if label != f"last_{slots.horizon}_days"]
    arguments = {"by": by, "after": slots.after or 1, "where": _where(slots), "window": next(iter(windows), "")}
    # Without a split the tool is told so: left out, it would cut by month.
    return [Step("repurchase", "repurchase_curve", {"by": by} | _said(arguments), slots)]


def _where(slots: Slots) -> dict[str, list[str]]:
    where = {name: list(values) for name, values in slots.filters.items() if name in _OF_FIRST_ORDER}
    return where | ({"tier": list(slots.tiers)} if slots.tiers else {})


def tags(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    arguments = {"tags": list(slots.tags), "tier": next(iter(slots.tiers), "")}
    return [Step("tags", "tag_overview", _said(arguments), slots)]


def rfm(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    return [Step("rfm", "rfm_overview", _as_of(slots, vocabulary), slots)]


def lifecycle(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    return [Step("lifecycle", "lifecycle_overview", _as_of(slots, vocabulary), slots)]


def expected(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    return [Step("expected", "expected_tiers", {}, slots)]


def lifetime(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    days = days_ahead(slots.text)
    return [Step("lifetime", "lifetime_outlook", {"horizon_days": days} if days else {}, slots)]


def lifetime_why(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    return [replace(step, focus="lifetime_why") for step in lifetime(slots, vocabulary)]


def identity(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    return [Step("identity", "linked_persons", {}, slots)]


def segments(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    return [Step("segments", "list_segments", {}, slots)]


def select(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    arguments = {"words": slots.words, "save_as": slots.save_as}
    return [Step("select", "select_customers", _said(arguments), slots)]


def _as_of(slots: Slots, vocabulary: Vocabulary) -> dict:
    read = read_windows(slots.windows[:1], vocabulary)
    return {"as_of": read[0].end.isoformat()} if read else {}


def _said(arguments: dict) -> dict:
    """Arguments beyond the tool's own defaults."""
    usual = {"by": "month", "measure": "retention", "after": 1}
    return {key: value for key, value in arguments.items() if value and usual.get(key) != value}


def next_choices(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    return [Step("next_choices", "next_best_choices", _said({"tier": next(iter(slots.tiers), "")}), slots)]


BUILDERS = {
    "cohort": cohort, "repurchase": repurchase, "tags": tags, "rfm": rfm, "lifecycle": lifecycle, "expected": expected,
    "lifetime": lifetime, "lifetime_why": lifetime_why, "identity": identity, "segments": segments, "select": select,
    "next_choices": next_choices,
}  # fmt: skip
