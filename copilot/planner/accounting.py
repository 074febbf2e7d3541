"""What the planned steps of a clause pass over: a figure must not stand for a question that it does not answer.

Whatever was read (a window, a filter, a tier, a split, a second metric, a cue such as "came back" or "most") has to
show in the arguments of a step, in its metric's name, or in what its tool always tells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from copilot.planner.daytimes import rest_of_week
from copilot.planner.described import described
from copilot.planner.lexicon import lexicon
from copilot.planner.matching import Match, blank
from copilot.planner.ordervalues import said_of_orders
from copilot.planner.phrased import phrased
from copilot.planner.slots import Slots
from copilot.planner.splits import TOP
from copilot.planner.step import Step
from copilot.planner.structure import unmet
from copilot.planner.vocabulary import Vocabulary
from tools import catalog
from tools.dimensions import ORDER_VALUE
from tools.time_words import normalise as timed
from tools.windows import locate_windows

_RFM = ("rfm", "recency_score", "frequency_score", "monetary_score")
"""How the names of RFM's dimensions begin."""
_TIMES = frozenset({"day", "week", "month", "quarter"})
_TIERS = frozenset({"tier_count", "tier_moved", "tier_trend", "tier_split", "tier_define", "migration", "why_tier",
                    "compare", "expected", "lifetime", "lifetime_why", "next_choices"})  # fmt: skip
"""Focuses whose answers tell tiers apart."""
_TABLES = _TIERS | {"define", "cohort", "repurchase", "rfm", "lifecycle", "tags", "identity", "segments"}
"""Focuses whose answers show shares, and every row."""
_OF_PEOPLE = frozenset({"cohort", "repurchase", "select", "tags", "lifetime", "lifetime_why", "next_choices"})
"""Focuses whose answers are about what people do again."""
_OF_NEW = re.compile(r"new_customer|second_order|repurchase_rate_\d|first|cac|acquisition|registration|prospects")
_BACK = re.compile(r"repurchase|repeat|returning|retention|reactivat|second_order|one_time|win_back|days_between")
_GONE = re.compile(r"churn|dormant|retention|active")
_GOALS = {
    "win_back": re.compile("reactivat|win_back|recall|churn|lift|conver|dormant"), "second_order": _OF_NEW,
    "repurchase": _BACK, "upsell": re.compile("aov|units_per|cross_sell"), "refer": re.compile("new_|acqui|cac"),
    "activate": re.compile("reactivat|active|new_|registration"),
}  # fmt: skip
"""What tells of a goal, by metric."""
_ALL = re.compile(r"\b(?:all|every|any|total)(?: (?:our|the|of))*\s*$|所有的?$|全部的?$|全$")
"""Before a split that is none: "across all campaigns"."""
_NEWNESS = frozenset({"new_customers", "returning_customers", "repeat_customers"})
_WEIGHTY = frozenset({"versus", "share", "trend"})
"""Cues that another word for the figure does not take the place of."""
_FREE = frozenset({"customers", "tier_customers", "tier_share", "users"})
"""Metrics whose names also just say who is meant."""
_MERGED = frozenset({"new_customers", "orders", "revenue", "aov"})
"""Metrics that another one's meaning holds ("revenue from new customers", "orders per customer")."""


def passed_over(slots: Slots, steps: list[Step], vocabulary: Vocabulary) -> list[str]:
    """The person's words for what no step takes up, in the order of the checks."""
    bare = _bare(slots, vocabulary)
    found = [
        *_idle_cues(slots, steps, bare), *_idle_windows(slots, steps, vocabulary),
        *_idle_values(slots, steps, bare, vocabulary), *_idle_metrics(slots, steps, vocabulary),
        *_idle_splits(slots, steps, vocabulary), *_idle_limit(slots, steps, bare),
        *unmet(slots, steps, bare, vocabulary),
    ]  # fmt: skip
    return list(dict.fromkeys(filter(None, found)))


def names_passed_over(slots: Slots, steps: list[Step], vocabulary: Vocabulary) -> list[str]:
    """The same of days, values, limits and what is set side by side alone: for what was heard otherwise than by the
    words for it.
    """
    bare = _bare(slots, vocabulary)
    plain = replace(slots, cues=slots.cues & _WEIGHTY)
    found = [*_idle_cues(plain, steps, bare), *_idle_windows(slots, steps, vocabulary),
             *_idle_values(slots, steps, bare, vocabulary), *_idle_limit(slots, steps, bare)]  # fmt: skip
    return list(dict.fromkeys(filter(None, found)))


def _bare(slots: Slots, vocabulary: Vocabulary) -> str:
    """The clause without the words that a slot took."""
    words, book = slots.text, lexicon()
    taken = [match for match in vocabulary.metrics.find(words) if match.key in slots.metrics]
    taken += [match for matcher in vocabulary.values.values() for match in matcher.find(words)]
    taken += [*vocabulary.dimensions.find(words), *book.tiers.find(words), *book.all_tiers.find(words)]
    taken += [*book.lifecycle.find(words), *rest_of_week(words)]
    taken += [*described(words, slots.cues), *phrased(words), *said_of_orders(words)]
    if slots.tags:
        taken += vocabulary.tags.find(words)
    return blank(words, taken)


def _idle_cues(slots: Slots, steps: list[Step], bare: str) -> Iterator[str]:
    for cue, used in _USES.items():
        if cue in slots.cues and not any(used(slots, step) for step in steps):
            yield from _said(lexicon().cues[cue].find(bare), bare)


def _said(found: Iterable[Match], words: str) -> list[str]:
    return [words[match.start : match.end] for match in found][:1]


def _idle_windows(slots: Slots, steps: list[Step], vocabulary: Vocabulary) -> Iterator[str]:
    if vocabulary.last_day is None or len(slots.windows) < 1:
        return
    given = [str(value) for step in steps for value in step.arguments.values()]
    days = sum(name in step.arguments for step in steps[:1] for name in ("as_of", "from_day", "compare"))
    room = len({step.arguments["window"] for step in steps if "window" in step.arguments}) + days
    if len(slots.windows) <= room or any(step.focus in {"metric", "select", "cohort"} for step in steps):
        return
    clean = timed(slots.text, vocabulary.last_day)
    for start, end, span in locate_windows(clean, vocabulary.last_day, vocabulary.first_day):
        if span.label not in {*given, f"last_{slots.horizon}_days"} and span.label in slots.windows[room:]:
            yield clean[start:end]


def _idle_values(slots: Slots, steps: list[Step], bare: str, vocabulary: Vocabulary) -> Iterator[str]:
    """Filters, tiers, goals, tags and message channels that are in no step."""
    used = {name for step in steps for name in (*(step.arguments.get("where") or {}), *_by(step))}
    used |= {step.focus for step in steps} & {"lifecycle"} | ({"rfm_cell"} if "rfm" in slots.cues else set())
    for name in slots.filters:
        if name not in used:
            matcher = vocabulary.values.get(name) or {"weekday": lexicon().weekdays, "hour": lexicon().hours}.get(name)
            found = said_of_orders(slots.text) if name == ORDER_VALUE else matcher.find(slots.text) if matcher else []
            yield from _said(found, slots.text) if found else [", ".join(slots.filters[name])]
    if slots.tiers and not ("tier" in used or any(step.focus in _TIERS or "tier" in step.arguments for step in steps)):
        yield from _said(lexicon().tiers.find(slots.text), slots.text)
    told = slots.goal and any(_GOALS[slots.goal].search(name) for name in slots.metrics)
    if slots.goal and not told and steps[0].focus not in _OF_PEOPLE:
        yield from _said(lexicon().goals.find(bare), bare)
    if slots.tags and steps[0].focus not in _OF_PEOPLE:
        yield from _said(vocabulary.tags.find(bare), bare)
    if slots.channels and not ("channel" in used or slots.filters.get("channel") or "campaign" in slots.filters):
        plain = blank(slots.text, [match for each in vocabulary.values.values() for match in each.find(slots.text)])
        plain = blank(plain, [match for match in vocabulary.metrics.find(plain) if match.key in slots.metrics])
        yield from _said(lexicon().message_channels.find(plain), plain)


def _idle_metrics(slots: Slots, steps: list[Step], vocabulary: Vocabulary) -> Iterator[str]:
    """A second metric that the answer would leave out."""
    if any(step.focus not in {"metric", "why_metric", "define"} for step in steps) or not slots.metrics:
        return
    words = blank(slots.text, [*described(slots.text, slots.cues), *phrased(slots.text)])
    if slots.tiers:  # "沉睡客户" says of whom, not how many they are
        words = blank(words, lexicon().tiers.find(words))
    of_them = any(name.endswith("customer_revenue") for name in slots.metrics)
    if of_them or "new_or_returning" in {*slots.dimensions, *slots.filters}:
        words = blank(words, [match for match in vocabulary.metrics.find(words) if match.key in _NEWNESS])
    if "new_or_returning" in slots.dimensions:
        words = blank(words, vocabulary.dimensions.find(words))
    known = catalog.metrics()
    if slots.tiers and "revenue" in slots.metrics:  # "花了多少钱" of a tier is its spend
        known = {name: metric for name, metric in known.items() if name != "marketing_cost"}
    for match in vocabulary.metrics.find(words):
        if match.key not in {*slots.metrics, *_FREE, *_MERGED} and match.key in known:
            stems = {name.split("_")[0].rstrip("s") for name in slots.metrics}
            if match.key.split("_")[0].rstrip("s") not in stems and not _shares_words(match.key, slots.metrics):
                yield words[match.start : match.end]


def _shares_words(metric: str, others: Iterable[str]) -> bool:
    return any(set(metric.split("_")) & set(other.split("_")) for other in others)


def _idle_splits(slots: Slots, steps: list[Step], vocabulary: Vocabulary) -> Iterator[str]:
    used = {name for step in steps for name in _by(step)}
    if any(step.focus not in {"metric", "why_metric", "tier_count", "tier_moved", "migration"} for step in steps):
        return
    for name in slots.dimensions:
        if name not in used | {"tier"}:
            found = [match for match in vocabulary.dimensions.find(slots.text) if match.key == name]
            words = [match for match in found if not _ALL.search(slots.text[: match.start])]
            yield from _said(words, slots.text)


def _idle_limit(slots: Slots, steps: list[Step], bare: str) -> Iterator[str]:
    """ "Top 3" where nothing is ranked."""
    ranked = any("limit" in step.arguments or _by(step) for step in steps)
    if slots.limit > 1 and not ranked and all(step.focus == "metric" for step in steps) and (top := TOP.search(bare)):
        yield top.group()


def _by(step: Step) -> list[str]:
    by = step.arguments.get("by") or []
    return [by] if isinstance(by, str) else list(by)


def _narrowed(step: Step) -> list[str]:
    return [*(step.arguments.get("where") or {}), *_by(step)]


def _is(*focuses: str) -> Callable[[Slots, Step], bool]:
    return lambda slots, step: step.focus in focuses


def _named(pattern: re.Pattern[str], *focuses: str) -> Callable[[Slots, Step], bool]:
    return lambda slots, step: step.focus in focuses or any(pattern.search(name) for name in slots.metrics)


def _units(slots: Slots, step: Step) -> set[str]:
    known = catalog.metrics()
    return {known[name].unit for name in (*slots.metrics, step.arguments.get("metric", "")) if name in known}


def _tells_money(slots: Slots, step: Step) -> bool:
    named = (*slots.metrics, step.arguments.get("metric", ""))
    return any("money" in unit for unit in _units(slots, step)) or any("revenue" in name for name in named)


def _shows_change(slots: Slots, step: Step) -> bool:
    if step.focus in {"tier_moved", "migration", "why_tier", "why_metric", "why_rate", "tier_trend", "expected"}:
        return True
    return "compare" in step.arguments or bool(_TIMES & set(_by(step))) or len(slots.windows) > 1


def _sets_side_by_side(slots: Slots, step: Step) -> bool:
    several = any(len(values) > 1 for values in slots.filters.values()) or len(slots.metrics) > 1
    return several or bool(_by(step)) or step.focus in _TABLES or _shows_change(slots, step)


def _ranks(slots: Slots, step: Step) -> bool:
    return step.focus in _TABLES or bool(_by(step) or described(slots.text, slots.cues) or slots.limit)


_USES: dict[str, Callable[[Slots, Step], bool]] = {
    "again": _named(_BACK, "repurchase", "cohort", "select", "define", "lifetime"),
    "retention": _named(_BACK, "cohort", "select", "lifetime"),
    "newcomers": lambda slots, step: (
        _named(_OF_NEW, "cohort", "repurchase", "select", "lifetime")(slots, step)
        or "new_or_returning" in _narrowed(step)
    ),
    "after_first": _named(_OF_NEW, "repurchase", "cohort"),
    "how_fast": _named(re.compile("days_|recency"), "repurchase"),
    "alike": _is("lifetime_why"),
    "lifetime": _named(_GONE, "lifetime", "lifetime_why", "expected"),
    "forecast": _is("lifetime", "lifetime_why", "expected"),
    "far_ahead": _is("lifetime", "lifetime_why"),
    "month_ahead": _is("lifetime", "lifetime_why", "expected"),
    "reach": _named(re.compile("contactable|consent|reached|delivery"), "select"),
    "identity": _is("identity"),
    "profile": _is("select", "tags"),
    "cohort": _is("cohort", "repurchase"),
    "curve": _is("repurchase"),
    "rfm": lambda slots, step: step.focus == "rfm" or any(name.startswith(_RFM) for name in _narrowed(step)),
    "migrate": _named(re.compile("churn|reactivat"), "migration", "tier_moved", "why_tier", "expected", "tier_trend"),
    "unknown_metric": lambda slots, step: bool(slots.metrics) and "unknown_metric" not in slots.cues,
    "moved": _shows_change,
    "compare_previous": _shows_change,
    "compare_year": _shows_change,
    "versus": _sets_side_by_side,
    "top": _ranks,
    "bottom": _ranks,
    "trend": lambda slots, step: step.focus in _TABLES or bool(_TIMES & set(_by(step))),
    "share": lambda slots, step: (  # a change is told in percent
        step.focus in _TABLES or bool(set(_by(step)) - _TIMES) or "percent" in _units(slots, step)
        or step.arguments.keys() & {"compare", "share_over"}
    ),
    "money": lambda slots, step: step.focus in _TABLES or _tells_money(slots, step),
}  # fmt: skip
"""What a cue must lead to; the other cues ask for nothing that a figure could leave out."""
