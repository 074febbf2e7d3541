"""Steps of a metric: its split, its filters, its window, what it is compared with."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from copilot.planner.daytimes import CLOCK, WEEK, weekday_groups
from copilot.planner.grammar import asks_difference, ranks_changes
from copilot.planner.lexicon import lexicon
from copilot.planner.ordervalues import said_of_orders
from copilot.planner.rules import EFFECT
from copilot.planner.slots import Slots
from copilot.planner.spans import read_windows
from copilot.planner.standards import beside_standard
from copilot.planner.step import Step
from copilot.planner.together import asks_together
from copilot.planner.vocabulary import Vocabulary
from tools import catalog
from tools.calendar import month_end, unit_start
from tools.windows import previous_window, same_window_last_year

_WHY_CUTS = ("tier", "channel", "category")
_PERIODS = frozenset({"month", "week", "day", "quarter"})
_MANY = frozenset({"weekday", "hour", "order_value"})
"""Parts of time, and bands of order values: several of them are one condition, not a split."""
_OF_A_DAY = {"revenue": "revenue_per_day", "orders": "orders_per_day"}
_SPANS = re.compile(r"(?P<month>[一每]个?月|\b(?:a|per|each|every) month\b)|[一每]年|\b(?:a|per|each|every) year\b")
_MONTH = re.compile(r"\d{4}-\d\d")
_QUARTER = 3
"""Months."""
_QUARTERS = re.compile(r"q[1-4]|季度|\bquarter\b")
_MUCH_LONGER = 5
_ADDITIVE = frozenset({"revenue", "net_revenue", "orders", "refunds", "new_customers", "active_customers", "customers"})
_OF_NEWNESS = {
    "returning_customer_revenue": "revenue", "returning_customers": "customers", "new_customers": "customers",
}  # fmt: skip
"""Metric of new or returning customers -> the one that is split by them for their share."""
_MIXES = {"channel_mix": "channel", "category_mix": "category"}
_ORDERS = re.compile(r"单|\borders?\b")
_SHARED = _ADDITIVE | {"units_sold", "refund_amount"}
"""Metrics of which a value's share may be asked."""


def metric(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    if held := beside_standard(slots):
        return [replace(step, slots=held[0]) for each in held for step in _metric(each, vocabulary)]
    return _metric(slots, vocabulary)


def _metric(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    slots = _seen_again(_taken_together(_by_newness(_of_mix(slots, vocabulary), vocabulary), vocabulary), vocabulary)
    slots = _against_second_window(_of_cohort(slots, vocabulary), vocabulary)
    if len(slots.filters.get("weekday", [])) == len(WEEK) and not slots.dimensions:
        steps = [step for days in weekday_groups(slots.text) for step in _metric(_of_days(slots, days), vocabulary)]
        return [replace(step, slots=slots) for step in steps]
    if len(slots.windows) > 1 and "versus" in slots.cues and not slots.compare:  # set against each other, no other days
        slots = replace(slots, cues=slots.cues - {"moved"})
    steps = []
    for name in slots.metrics or ("revenue",):
        for number, window in enumerate(slots.windows or ("",)):
            # "September vs the month before, and October": only the first window is compared.
            asked = replace(slots, compare="", cues=slots.cues - {"moved"}) if number else slots
            for compare in _comparisons(asked):
                arguments = _metric_arguments(replace(asked, compare=compare), name, window)
                arguments |= _share_over(arguments, asked, vocabulary)
                steps.append(Step("metric", "query_metric", arguments, slots))
    return steps


def _of_mix(slots: Slots, vocabulary: Vocabulary) -> Slots:
    """ "Of Douyin's orders, what share came after eight" is no channel's share: of them, what another filter keeps."""
    for mix, own in _MIXES.items():
        last = max(slots.filters, key=lambda name: _place(name, slots, vocabulary), default=own)
        if slots.metrics == (mix,) and own in slots.filters and last != own:
            metric = "orders" if _ORDERS.search(slots.text) else "revenue"
            return replace(slots, metrics=(metric,), cues=slots.cues | {"share"})
    return slots


def _seen_again(slots: Slots, vocabulary: Vocabulary) -> Slots:
    """ "Of Q2's buyers, how many came again in Q3" is Q3's retention, which looks back at Q2 by itself."""
    read = sorted(read_windows(slots.windows, vocabulary), key=lambda window: window.end)
    if slots.metrics != ("retention_rate",) or len(read) != 2:
        return slots
    before = previous_window(read[1])
    follows = before is not None and (before.start, before.end) == (read[0].start, read[0].end)
    return replace(slots, windows=(read[1].label,)) if follows else slots


def _comparisons(slots: Slots) -> tuple[str, ...]:
    """ "同比环比" asks for both."""
    both = slots.compare and {"compare_year", "compare_previous"} <= slots.cues
    return ("previous", "last_year") if both else (slots.compare,)


def _of_cohort(slots: Slots, vocabulary: Vocabulary) -> Slots:
    """What "January's newcomers" are worth to date: of the customers who first bought then, all their orders."""
    worth = {"ltv_to_date", "arpu"} & set(slots.metrics)
    months = [label for label in slots.windows if _MONTH.fullmatch(label)]
    if not worth or "new_customers" not in slots.metrics or not months:
        return slots
    return replace(slots, metrics=("ltv_to_date",), windows=(), filters=slots.filters | {"cohort": months[:1]})


def _share_over(arguments: dict, slots: Slots, vocabulary: Vocabulary) -> dict:
    """What the figure is to be a share of where no split tells it: "of Douyin's orders, how many after eight"."""
    where, known = arguments.get("where", {}), catalog.metrics().get(arguments["metric"])
    amount = getattr(known, "is_amount", False)
    if "share" not in slots.cues or not amount or arguments.get("by") or arguments.get("compare"):
        return {}
    places = {name: _place(name, slots, vocabulary) for name in where}
    return {"share_over": max(places, key=places.__getitem__)} if places else {}


def _place(dimension: str, slots: Slots, vocabulary: Vocabulary) -> int:
    """Where a clause last names a value of a dimension, -1 for nowhere."""
    book = lexicon()
    if dimension == "order_value":
        return max([match.end for match in said_of_orders(slots.text)], default=-1)
    own = {"hour": book.hours, "weekday": book.weekdays, "tier": book.tiers, "lifecycle": book.lifecycle}
    matcher = own.get(dimension) or vocabulary.values.get(dimension)
    named = matcher.find(slots.text) if matcher else []
    clock = [match.start() for match in CLOCK.finditer(slots.text)] if dimension == "hour" else []
    return max([*(match.start for match in named), *clock], default=-1)


def _by_newness(slots: Slots, vocabulary: Vocabulary) -> Slots:
    """ "How much of it came from returning customers": their share stands beside that of the new ones."""
    whole = [_OF_NEWNESS.get(name, name) for name in slots.metrics]
    of_them = set(_OF_NEWNESS) & set(slots.metrics) and set(whole) <= {"revenue", "customers"}
    if "share" not in slots.cues or slots.dimensions or not of_them:
        return slots
    new = [match.start for match in vocabulary.metrics.find(slots.text) if match.key == "new_customers"]
    first = min(new, default=len(slots.text))
    if "new_customers" in slots.metrics and any(_place(name, slots, vocabulary) > first for name in slots.filters):
        return slots  # "how many of the new customers came from Douyin"
    return replace(slots, metrics=tuple(dict.fromkeys(whole)), dimensions=("new_or_returning",))


def _taken_together(slots: Slots, vocabulary: Vocabulary) -> Slots:
    """ "July and August together": one window, where one begins as the other ends."""
    if len(slots.windows) < 2 or not asks_together(slots.text) or slots.cues & {"versus", "trend"}:
        return slots
    read = sorted(read_windows(slots.windows, vocabulary), key=lambda window: window.end)
    joined = all(each.start == before.end + timedelta(days=1) for before, each in zip(read, read[1:], strict=False))
    if not read or not joined or read[0].start is None:
        return slots
    return replace(slots, windows=(f"{read[0].start}..{read[-1].end}",))


def _of_days(slots: Slots, days: list[str]) -> Slots:
    """Weekends and weekdays are compared with each other: one figure each, and of a day, for they are two and five."""
    metrics = [each for name in slots.metrics for each in (name, _OF_A_DAY.get(name, name))]
    return replace(slots, filters=slots.filters | {"weekday": days}, metrics=tuple(dict.fromkeys(metrics)), compare="")


def _against_second_window(slots: Slots, vocabulary: Vocabulary) -> Slots:
    """ "October versus September" is October compared with the window before it."""
    slots = _end_to_end(slots, vocabulary)
    if len(slots.windows) != 2 or slots.compare or not slots.cues & {"versus", "moved", "why"}:
        return slots
    read = read_windows(slots.windows, vocabulary)
    if not read:
        return slots
    if "why" in slots.cues:  # what moved is asked of the later one
        read.sort(key=lambda window: window.end, reverse=True)
    for first, second in (read, read[::-1] if asks_difference(slots.text) else read):
        for compare, earlier in (("previous", previous_window(first)), ("last_year", same_window_last_year(first))):
            if earlier and (earlier.start, earlier.end) == (second.start, second.end):
                return replace(slots, windows=(first.label,), compare=compare)
    return slots


def unequal(slots: Slots, vocabulary: Vocabulary) -> bool:
    """Whether two windows are set against each other of which one is many times as long: "618 … just the 18th"."""
    if len(slots.windows) != 2:
        return False
    lengths = [window.days or 0 for window in read_windows(slots.windows, vocabulary)]
    return bool(lengths) and max(lengths) > _MUCH_LONGER * min(lengths)


def _end_to_end(slots: Slots, vocabulary: Vocabulary) -> Slots:
    """What changed "from September to October" is asked of October against September, not of both together."""
    if len(slots.windows) != 1 or slots.compare or not slots.cues & {"moved", "why"}:
        return slots
    if not (read := read_windows(slots.windows, vocabulary)):
        return slots
    (both,) = read
    if both.start and ".." in both.label and both.start == unit_start("quarter", both.start):
        later = unit_start("quarter", both.end)
        apart = (later.year - both.start.year) * 12 + later.month - both.start.month
        if apart == _QUARTER and _QUARTERS.search(slots.text):
            return replace(slots, windows=(f"{later.year}-Q{(later.month + 2) // 3}",), compare="previous")
    second = both.end.replace(day=1)
    two_months = both.start and both.start.day == 1 and month_end(both.start) == second - timedelta(days=1)
    if ".." not in both.label or not two_months:
        return slots
    return replace(slots, windows=(f"{second:%Y-%m}",), compare="previous")


def _metric_arguments(slots: Slots, metric: str, window: str) -> dict:
    by = list(slots.dimensions)
    where = {name: list(values) for name, values in slots.filters.items() if name not in by or len(values) > 1}
    if slots.all_tiers or len(slots.tiers) > 1:
        by = [*by, "tier"][:2]
    if slots.tiers:
        where["tier"] = list(slots.tiers)
    if not by and metric == EFFECT:
        by = ["campaign"]  # what worked is a question about each
    if "share" in slots.cues and not by and (name := _shared(metric, where)):
        by, where = [name], {}  # the share of one channel is told beside the others
    against = [name for name, values in where.items() if len(values) > 1 and name not in _MANY]
    if "versus" in slots.cues and against:  # "WeCom vs SMS across all campaigns" is by channel alone
        by = [*(name for name in by if name in _PERIODS), against[0]][:2]
    for name, values in where.items():
        if len(values) > 1 and name not in by and len(by) < 2 and name not in _MANY:
            by.append(name)
    if by[:1] == ["month"] and "trend" in slots.cues and window.endswith("_weeks"):
        by = ["week", *by[1:]]
    if by and by[0] in {"month", "week", "day", "quarter"} and not window:
        window = {
            "month": "last_12_months",
            "quarter": "last_12_months",
            "week": "last_90_days",
            "day": "last_30_days",
        }[by[0]]
    if not window and metric == "purchase_frequency" and (span := _SPANS.search(slots.text)):
        window = "last_30_days" if span["month"] else "last_12_months"  # how often a year
    if not window and "new_or_returning" in {*by, *where}:
        window = "last_30_days"  # over all history everybody is new
    moves = ranks_changes(slots.text)
    changes = moves or slots.compare or "business" in slots.cues
    own = getattr(catalog.metrics().get(metric), "window", "") or ""
    rolls = own.startswith("last_") and slots.compare == "last_year"  # "now against a year ago" of its own days
    if not window and changes and not rolls and (not by or (moves and not _PERIODS & {*by})):
        window = _present(slots)
    compare = slots.compare or ("previous" if slots.cues & {"moved", "business"} and not by else "")
    order, rows = slots.order, slots.limit
    if by and moves:  # every row is needed: which of them moved most is told from their changes
        compare, order, rows = compare or "previous", "", 0
    known = catalog.metrics().get(metric)  # a brand's own is not among ours
    if order == "bottom" and "worst" in slots.cues and known and known.direction == "down":
        order = "top"  # the worst refund rate is the highest one
    if metric == "refund_amount":  # below nothing: the most paid back comes last
        order = {"top": "bottom", "bottom": "top"}.get(order, "")
    arguments = {
        "metric": metric,
        "by": by,
        "where": where,
        "window": window,
        "compare": compare,
        "order": order if by else "",
        "limit": (rows if by else 0) or 50,
        "count_by": slots.count_by,
    }
    return {key: value for key, value in arguments.items() if value and not (key == "limit" and value == 50)}


def _shared(metric: str, where: dict) -> str:
    """The only dimension filtered by, where the share that is asked for is of an amount over its values."""
    known = catalog.metrics().get(metric)
    adds = known is not None and known.unit in {"money", "orders", "items", "customers"} and metric in _SHARED
    several = any(len(values) > 1 for values in where.values())  # "what part was skincare, and what part snacks"
    lines = metric in {"units_sold", "refund_amount"} or (metric == "revenue" and several)
    cuts = {"channel", "city", "region"} | ({"category"} if lines else set())
    return next(iter(where), "") if adds and len(where) == 1 and set(where) <= cuts else ""


def _present(slots: Slots) -> str:
    """The window that "than last month" is set against."""
    for unit in ("month", "week", "quarter"):
        if unit in slots.text or {"month": "月", "week": "周", "quarter": "季"}[unit] in slots.text:
            return f"this_{unit}"
    return "this_year" if slots.compare == "last_year" else "last_30_days"


def why_metric(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    metric = slots.metrics[0]
    slots = _against_second_window(slots, vocabulary)
    window = next(iter(slots.windows), "") or _usual_window(metric)
    where = {name: list(values) for name, values in slots.filters.items()}
    if slots.tiers:
        where["tier"] = list(slots.tiers)
    base = {"metric": metric, "window": window, "compare": slots.compare or "previous"} | (
        {"where": where} if where else {}
    )
    asked = (*slots.dimensions, *(("tier",) if slots.all_tiers else ()))  # "which tier drove it?"
    cuts = [cut for cut in asked if cut in _WHY_CUTS or cut in vocabulary.values] or [
        cut for cut in _WHY_CUTS if cut not in where and (cut == "tier" or cut in vocabulary.values)
    ]
    focus = "why_metric" if metric in _ADDITIVE else "why_rate"
    return [Step(focus, "query_metric", base | {"by": [cut]}, slots) for cut in cuts]


def _usual_window(metric: str) -> str:
    """The days that a figure is told for when none are named; the last whole month where that is all history."""
    known = catalog.metrics().get(metric)
    window = getattr(known, "window", "") or ""
    return window if window.startswith("last_") else "last_month"
