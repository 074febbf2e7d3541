"""Turn clauses into steps: which tool to call with what, and what the answer should lead with."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from copilot.planner.advice import asks_whether_usual
from copilot.planner.campaigning import STEPS as CAMPAIGNS
from copilot.planner.campaigning import campaigning
from copilot.planner.checking import STEPS as CHECKS
from copilot.planner.checking import checking
from copilot.planner.clauses import sentences, split_clauses
from copilot.planner.daytimes import WEEK
from copilot.planner.diagnosing import STEPS as DIAGNOSES
from copilot.planner.diagnosing import diagnosing
from copilot.planner.focus import EFFECT, decide
from copilot.planner.leftover import counts_something_else, leftover, tells_more_than_it_asks, unusable_condition
from copilot.planner.lexicon import lexicon
from copilot.planner.people import people_condition
from copilot.planner.population import BUILDERS
from copilot.planner.remember import STEPS, remembered
from copilot.planner.revising import as_drafted, revising
from copilot.planner.router import Router
from copilot.planner.searching import search_step, searched
from copilot.planner.slots import Slots, read_slots
from copilot.planner.spelling import corrected
from copilot.planner.step import Step
from copilot.planner.vocabulary import Vocabulary
from tools import catalog
from tools.calendar import month_end
from tools.windows import parse_window, previous_window, same_window_last_year

_OWN = STEPS | DIAGNOSES | CHECKS | CAMPAIGNS
"""Focuses that a later question does not lean on."""
_WHY_CUTS = ("tier", "channel", "category")
_FIGURES = frozenset({
    "metric", "tier_count", "tier_moved", "migration", "tier_split", "tier_trend", "compare", "why_metric", "why_tier",
    "cohort", "repurchase", "rfm", "lifecycle", "tags", "lifetime", "lifetime_why", "expected",
})  # fmt: skip
_AMOUNTS = frozenset({"amount", "count", "share", "trend", "moved", "migrate", "define", "criteria", "why", "money"})
"""Cues of somebody who wants a figure."""
_MEANING = frozenset({"define", "tier_define"})
"""What a figure or a tier means: without data to compute it from, the cards tell."""
_MANY = frozenset({"weekday", "hour"})
"""Parts of time: several of them are one condition, not a split."""
_ADDITIVE = frozenset({"revenue", "net_revenue", "orders", "refunds", "new_customers", "active_customers", "customers"})


def plan(
    question: str, vocabulary: Vocabulary, earlier: Step | None, router: Router | None = None,
    known: Step | None = None, made: Step | None = None,
) -> list[Step]:  # fmt: skip
    """Plan the steps of a question.

    `earlier` is the last step of the thread's previous turn; `router` places what the lexicon does not know.
    `known` is the thread's last diagnosis: what was answered in it need not be said again.
    `made` is the thread's last campaign: "submit it" means that one.
    """
    if step := checking(question, earlier):  # a pasted message is data, whatever it says
        return [step]
    if lesson := remembered(question, vocabulary, earlier):  # its words are quoted whole, whatever they name
        return [lesson]
    if proposed := campaigning(question, earlier, made):
        return proposed
    if step := revising(question, vocabulary, earlier):
        return [step]
    if step := diagnosing(question, earlier, known):  # a brand is described by the whole question
        return [step]
    earlier = None if earlier and earlier.focus in _OWN else as_drafted(earlier)
    steps: list[Step] = []
    wanted = corrected(question, vocabulary)
    clauses = split_clauses(wanted, vocabulary)
    for index, clause in enumerate(clauses):
        if step := diagnosing(clause, None, known):
            steps.append(step)
            continue
        slots = read_slots(clause, vocabulary)
        context = steps[-1] if steps else earlier
        steps += _steps(slots, context, vocabulary, router, same_question=index > 0)
    return _without_smalltalk(_unique(searched(steps, sentences(wanted, vocabulary), question, wanted)))


def _steps(
    slots: Slots, context: Step | None, vocabulary: Vocabulary, router: Router | None, *, same_question: bool
) -> list[Step]:
    focus, slots = decide(slots, context, router, vocabulary, same_question=same_question)
    if focus == "skip":
        return []
    if focus in _MEANING and vocabulary.last_day is None:
        focus = "knowledge"
    if focus in _FIGURES:
        condition = unusable_condition(slots.said, vocabulary) or people_condition(slots, vocabulary)
        if condition:
            return [Step("say.condition", slots=replace(slots, condition=condition))]
        slots = replace(slots, unused=_unused(slots, vocabulary))
        if focus == "metric" and slots.unused and not slots.metrics:  # what it is ranked by is not guessed
            return [Step("ask.metric", slots=slots)]
    counts = slots.cues & {"count", "share"} and "howto" not in slots.cues
    condition = unusable_condition(slots.said, vocabulary) if counts else ""
    if focus == "knowledge" and condition:
        return [Step("say.condition", slots=replace(slots, condition=condition))]
    if focus in _FIGURES and _is_no_figure(focus, slots):
        return [search_step(slots)]
    build = _BUILDERS.get(focus)
    steps = build(slots, vocabulary) if build else [Step(focus, slots=slots)]
    if focus in {"metric", "define"} and asks_whether_usual(slots.text):
        steps.append(search_step(slots))
    return steps


def _is_no_figure(focus: str, slots: Slots) -> bool:
    """Whether what is asked is not in the data, though a figure or a tier is named."""
    if focus == "metric" and counts_something_else(slots.text, slots.unused):  # "how many rounds of testing"
        return True
    narrowed = slots.windows or slots.filters or slots.dimensions or slots.compare or _AMOUNTS & slots.cues
    return not narrowed and tells_more_than_it_asks(slots.text, slots.unused)


def _unused(slots: Slots, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Content words that no slot took; what a campaign was for is no filter of its effect."""
    words = leftover(slots.said, vocabulary)[:4]
    if slots.goal and EFFECT in slots.metrics:
        words = [*words, *(slots.text[match.start : match.end] for match in lexicon().goals.find(slots.text))]
    return tuple(words)


# --- builders: focus -> steps -------------------------------------------------------------


def _metric(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    slots = _against_second_window(slots, vocabulary)
    steps = []
    for metric in slots.metrics or ("revenue",):
        for number, window in enumerate(slots.windows or ("",)):
            # "September vs the month before, and October": only the first window is compared.
            asked = replace(slots, compare="", cues=slots.cues - {"moved"}) if number else slots
            steps.append(Step("metric", "query_metric", _metric_arguments(asked, metric, window), slots))
    return steps


def _against_second_window(slots: Slots, vocabulary: Vocabulary) -> Slots:
    """ "October versus September" is October compared with the window before it."""
    slots = _end_to_end(slots, vocabulary)
    if len(slots.windows) != 2 or slots.compare or not slots.cues & {"versus", "moved", "why"}:
        return slots
    first, second = (parse_window(label, vocabulary.last_day, vocabulary.first_day) for label in slots.windows)
    for compare, earlier in (("previous", previous_window(first)), ("last_year", same_window_last_year(first))):
        if earlier and (earlier.start, earlier.end) == (second.start, second.end):
            return replace(slots, windows=slots.windows[:1], compare=compare)
    return slots


def _end_to_end(slots: Slots, vocabulary: Vocabulary) -> Slots:
    """What changed "from September to October" is asked of October against September, not of both together."""
    if len(slots.windows) != 1 or slots.compare or not slots.cues & {"moved", "why"}:
        return slots
    both = parse_window(slots.windows[0], vocabulary.last_day, vocabulary.first_day)
    second = both.end.replace(day=1)
    two_months = both.start and both.start.day == 1 and month_end(both.start) == second - timedelta(days=1)
    if ".." not in both.label or not two_months:
        return slots
    return replace(slots, windows=(f"{second:%Y-%m}",), compare="previous")


def _metric_arguments(slots: Slots, metric: str, window: str) -> dict:
    by = list(slots.dimensions)
    where = {name: list(values) for name, values in slots.filters.items() if name not in by or len(values) > 1}
    if len(where.get("weekday", [])) == len(WEEK):
        del where["weekday"]
    if slots.all_tiers or len(slots.tiers) > 1:
        by = [*by, "tier"][:2]
    if slots.tiers:
        where["tier"] = list(slots.tiers)
    if not by and metric == EFFECT:
        by = ["campaign"]  # what worked is a question about each
    for name, values in where.items():
        if len(values) > 1 and name not in by and len(by) < 2 and name not in _MANY:
            by.append(name)
    if by and by[0] in {"month", "week", "day", "quarter"} and not window:
        window = {
            "month": "last_12_months",
            "quarter": "last_12_months",
            "week": "last_90_days",
            "day": "last_30_days",
        }[by[0]]
    if not window and "new_or_returning" in by:
        window = "last_30_days"  # over all history everybody is new
    if not window and not by and (slots.compare or "business" in slots.cues):
        window = _present(slots)
    compare = slots.compare or ("previous" if slots.cues & {"moved", "business"} and not by else "")
    order = slots.order
    known = catalog.metrics().get(metric)  # a brand's own is not among ours
    if order == "bottom" and "worst" in slots.cues and known and known.direction == "down":
        order = "top"  # the worst refund rate is the highest one
    arguments = {
        "metric": metric,
        "by": by,
        "where": where,
        "window": window,
        "compare": compare,
        "order": order if by else "",
        "limit": (slots.limit if by else 0) or 50,
        "count_by": slots.count_by,
    }
    return {key: value for key, value in arguments.items() if value and not (key == "limit" and value == 50)}


def _present(slots: Slots) -> str:
    """The window that "than last month" is set against."""
    for unit in ("month", "week", "quarter"):
        if unit in slots.text or {"month": "月", "week": "周", "quarter": "季"}[unit] in slots.text:
            return f"this_{unit}"
    return "this_year" if slots.compare == "last_year" else "last_30_days"


def _define(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    return [Step("define", "query_metric", {"metric": metric}, slots) for metric in slots.metrics[:2]]


def _tier_count(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    day = _day(slots, vocabulary)
    return [Step("tier_count", "tier_overview", {"as_of": day} if day else {}, slots)]


def _tier_define(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    return [Step("tier_define", "tier_overview", {}, slots)]


def _tier_moved(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    return [Step("tier_moved", "tier_migration", _days(slots, vocabulary), slots)]


def _migration(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    return [Step("migration", "tier_migration", _days(slots, vocabulary), slots)]


def _tier_trend(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    arguments = {
        "metric": "tier_share",
        "by": ["month"],
        "where": {"tier": list(slots.tiers)},
        "window": next(iter(slots.windows), "last_12_months"),
    }
    if len(slots.tiers) > 1:
        arguments["by"] = ["month", "tier"]
    return [Step("metric", "query_metric", arguments, slots)]


def _tier_split(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    """How many of a tier there are by channel, city or category."""
    return _metric(replace(slots, metrics=("tier_customers",)), vocabulary)


def _compare(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    arguments = {"tiers": list(slots.tiers), "metrics": list(slots.metrics), "window": next(iter(slots.windows), "")}
    return [Step("compare", "compare_tiers", {key: value for key, value in arguments.items() if value}, slots)]


def _why_metric(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    metric = slots.metrics[0]
    slots = _against_second_window(slots, vocabulary)
    window = next(iter(slots.windows), "") or _usual_window(metric)
    where = {name: list(values) for name, values in slots.filters.items()}
    if slots.tiers:
        where["tier"] = list(slots.tiers)
    base = {"metric": metric, "window": window, "compare": slots.compare or "previous"} | (
        {"where": where} if where else {}
    )
    cuts = [cut for cut in _WHY_CUTS if cut not in where and (cut == "tier" or cut in vocabulary.values)]
    focus = "why_metric" if metric in _ADDITIVE else "why_rate"
    return [Step(focus, "query_metric", base | {"by": [cut]}, slots) for cut in cuts]


def _usual_window(metric: str) -> str:
    """The days that a figure is told for when none are named; the last whole month where that is all history."""
    known = catalog.metrics().get(metric)
    window = getattr(known, "window", "") or ""
    return window if window.startswith("last_") else "last_month"


def _why_tier(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    steps = [Step("why_tier", "tier_migration", _days(slots, vocabulary), slots)]
    if "dormant" in slots.tiers:
        window = next(iter(slots.windows), "last_month")
        cut = next((name for name in ("channel", "category") if name in vocabulary.values), "")
        arguments = {"metric": "churn_rate", "window": window, "compare": "previous"} | ({"by": [cut]} if cut else {})
        steps.append(Step("why_rate", "query_metric", arguments, slots))
    return steps


def _playbook(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    goal = {"goal": slots.goal} if slots.goal else {}
    return [Step("playbook", "tier_playbook", {"tier": tier} | goal, slots) for tier in slots.tiers[:2]]


def _knowledge(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    return [search_step(slots)]


def _draft(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    common = {
        "goal": slots.goal,
        "language": slots.message_language,
        "offer": slots.offer,
        "angle": slots.angle,
        "n": slots.copies if slots.copies > 1 else 0,  # of one message people still want a choice
    }
    common = {key: value for key, value in common.items() if value}
    tiers = slots.tiers or ("high", "potential", "mid", "low", "dormant")
    return [
        Step("draft", "draft_messages", {"tier": tier, "channel": channel} | common, slots)
        for tier in tiers
        for channel in slots.channels or ("sms",)
    ]


def _data(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    return [Step("data", "describe_data", {}, slots)]


def _health(slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    return [Step("health", "data_health", {}, slots)]


_BUILDERS = BUILDERS | {
    "health": _health,
    "metric": _metric,
    "define": _define,
    "tier_count": _tier_count,
    "tier_moved": _tier_moved,
    "migration": _migration,
    "tier_define": _tier_define,
    "tier_split": _tier_split,
    "tier_trend": _tier_trend,
    "compare": _compare,
    "why_metric": _why_metric,
    "why_rate": _why_metric,
    "why_tier": _why_tier,
    "playbook": _playbook,
    "knowledge": _knowledge,
    "draft": _draft,
    "data": _data,
}


def _day(slots: Slots, vocabulary: Vocabulary) -> str:
    if not slots.windows or vocabulary.last_day is None:
        return ""
    return parse_window(slots.windows[0], vocabulary.last_day, vocabulary.first_day).end.isoformat()


def _days(slots: Slots, vocabulary: Vocabulary) -> dict:
    """The day before a window and its last day: who was where, before and after it."""
    if not slots.windows or vocabulary.last_day is None:
        return {}
    window = parse_window(slots.windows[0], vocabulary.last_day, vocabulary.first_day)
    start = window.start or vocabulary.first_day
    if "_" not in window.label and (window.end - start).days > 31:  # "from September to October": end to end
        return {"from_day": month_end(start).isoformat(), "to_day": window.end.isoformat()}
    return {"from_day": (start - timedelta(days=1)).isoformat(), "to_day": window.end.isoformat()}


def _unique(steps: list[Step]) -> list[Step]:
    kept: list[Step] = []
    for step in steps:
        if not any(step.tool and (step.tool, step.arguments) == (other.tool, other.arguments) for other in kept):
            kept.append(step)
    return kept


def _without_smalltalk(steps: list[Step]) -> list[Step]:
    """A greeting before a real question needs no reply of its own."""
    real = [step for step in steps if step.focus not in {"say.greet", "say.thanks"}]
    return real or steps[:1]
