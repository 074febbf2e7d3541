"""Read a clause a second time, by what was learnt from examples, where its words led to no answer.

"I need net sales by channel for the board pack" has words that no list knows; what is asked is plain all the same. The
lists still read the days, the values and the numbers, and what they say of a metric counts beside what is heard. A
number, a name like those in the data or a condition that nothing took still stands in the way.
"""

from __future__ import annotations

import re
from dataclasses import replace

from copilot.planner.accounting import names_passed_over
from copilot.planner.building import BUILDERS
from copilot.planner.checking import quotes_a_message
from copilot.planner.hearing import Heard, hear
from copilot.planner.leaning import draft_focus
from copilot.planner.leftover import leftover
from copilot.planner.obstacles import is_bound, with_names
from copilot.planner.picked import picked
from copilot.planner.reading import read_slots
from copilot.planner.residue import narrows
from copilot.planner.router import Router
from copilot.planner.slots import Slots
from copilot.planner.spans import outside_data
from copilot.planner.step import Step
from copilot.planner.vocabulary import Vocabulary
from tools import catalog

SURE = 0.75
"""Least chance of the kind of question."""
_AGREED = 0.45
"""The same of a figure whose metric is beyond doubt and named by a word as well."""
_LIKELIER = 0.8
"""Chance that one of the two is asked, of picked people or of all."""
_DOUBTFUL = 0.15
"""Chance from which such a question may be for what the data does not have."""
_LIKELY = 0.7
"""The same of a check, where a message stands between quotes."""
_PEOPLE = 0.45
"""The same of people whose every condition is read."""
_MAYBE = 0.35
"""The same of such people where the words led to no answer."""
_ALONE = 0.65
"""Least chance of a metric that no word names."""
_UNNAMED = 0.7
"""The same where the words led to another, which none of them names."""
_AGAINST = 0.9
"""The same where a word names another."""
_BACKED = 0.4
"""Least chance of a metric that a word names."""
_WARNED = 0.85
"""Least chance of the kind where the words led elsewhere, as of what is never done."""
_ASKED = 0.9
"""The same where one short question would be asked back instead."""
_CERTAIN = 0.95
"""Least chance of a kind of question that is answered by words alone."""
_HARDLY = 0.03
"""Chance of a metric that a word names, from which the word is believed."""
_OPEN = frozenset({
    "say.condition", "say.unknown_metric", "say.unread", "ask.metric", "ask.figure", "ask.rate", "ask.people",
    "knowledge",
})  # fmt: skip
"""What is said, asked or looked up where a clause was not understood as one for a figure."""
_FOCUS = {
    "figure": "metric", "tiers": "tier_count", "moved": "tier_moved", "compare": "compare", "cohort": "cohort",
    "rfm": "rfm", "lifecycle": "lifecycle", "lifetime": "lifetime", "why": "why_metric", "why_tiers": "why_tier",
    "data": "data", "health": "health", "define": "define", "define_tiers": "tier_define",
}  # fmt: skip
"""What answers a kind of question."""
_SAID = {"send": "say.send", "personal": "say.personal", "talk": "say.help", "vague": "ask.subject"}
"""What is said to a question that asks for no figure. Another world, a forecast and what no shop's data has are not
among them: a team's own documents may tell of them, so those are searched.
"""
_NEVER = frozenset({"send", "personal"})
"""What is not done, whatever the words led to."""
_WRITES = re.compile(r"[写编拟]|起草|\b(?:write|draft|compose|word)\b")
"""Somebody wants words, which are not sent by that."""
_DOES = re.compile(r"\b(?:send|blast|text|push|delete|remove)\b|发给|发出|群发|推给|推送给|删|效果怎|效果如何")
"""Words for what is done by people alone, and of an effect of nothing."""
_OF_NOTHING = re.compile(r"(?:那|这)?效果")
"""Begins a question about the effect of who knows what."""
_UNCOUNTED = frozenset({"why", "why_tiers", "tiers", "define", "define_tiers", "data", "health"})
"""Kinds in which a number narrows nothing: "why are there 800 fewer", "how many are in each of the 5 tiers"."""
_OVERHEARD = frozenset({"ask.which", "ask.further", "say.send", *_OPEN})
"""What is said where a figure may be asked for in words that mean something else: "the blast we sent"."""
_OF_A_METRIC = frozenset({"figure", "why", "define"})
_PIECES = re.compile(r"[件包瓶盒袋个份只条]数|几[件包瓶盒袋个份只]|多少[件包瓶盒袋个份只]|[销数]量|按件|走量"
                     r"|\b(?:units?|pieces?|many|quantit\w+|volumes?|pcs|items)\b")  # fmt: skip
"""Goods are counted, and not what was paid for them."""
_UNPICKED = frozenset({"prospects", "campaign_conversions", "win_back_conversions", "registered_customers"})
"""Metrics of people whom no selection picks: without an order, or after a message."""
_HEADS = frozenset({"customers", "active_customers", "new_customers", "returning_customers", "repeat_customers"})
"""Metrics that count people, whom more may be said of."""
_BY_NEWNESS = {"new_customers": "new", "returning_customers": "returning"}
_SHORT = 30
"""Characters of a clause that may lean on the turn before, at most."""


def unanswered(steps: list[Step]) -> bool:
    return all(step.focus in _OPEN for step in steps)


def names_nothing(steps: list[Step]) -> bool:
    """Whether the words of a clause led to no answer, or to a figure that none of them names."""
    return all(step.focus in _OPEN or (step.focus == "metric" and not step.slots.metrics) for step in steps)


def hears_a_check(question: str, vocabulary: Vocabulary) -> bool:
    """Whether a question with a message in it asks whether that may be sent."""
    heard = hear(question, vocabulary)
    named = read_slots(question, vocabulary).save_as  # 'save them as "sleepers"' quotes no message
    least = _LIKELY if quotes_a_message(question) else _CERTAIN
    return heard.kind == "check" and heard.sure >= least and not named


def heard_whole(
    question: str, context: Step | None, vocabulary: Vocabulary, router: Router | None
) -> list[Step]:
    """The steps of a question whose parts alone say too little: "how does AOV differ? past 90 days"; none where it is
    not heard.
    """
    unread = Step("knowledge", slots=read_slots(question, vocabulary))
    found = heard_again(question, [unread], context, vocabulary, router)
    return [step for step in found if step is not unread]


def heard_as_one(
    question: str, steps: list[Step], context: Step | None, vocabulary: Vocabulary, router: Router | None
) -> list[Step]:
    """The steps of a question that was read in parts, none of which gives what is heard in the whole: "which product
    comes back most often? count the units returned"; none where a part does, or it is not heard for sure.
    """
    parts = {"metric", *_OPEN}
    if router is None or vocabulary.last_day is None or not all(step.focus in parts for step in steps):
        return []
    heard = hear(question, vocabulary)
    sure = heard.kind == "figure" and heard.sure >= _CERTAIN and heard.metrics[heard.metric] >= _AGAINST
    told = {step.arguments["metric"] for step in steps if step.tool == "query_metric"}
    undated = {bool(step.arguments.get("window")) for step in steps if step.tool == "query_metric"} == {True, False}
    if not sure or (heard.metric in told and not undated):
        return []
    found = _read_anew(question, heard, context, vocabulary, router)
    return [] if any(len(step.slots.unused) > 1 for step in found) else found


def heard_again(
    clause: str, steps: list[Step], context: Step | None, vocabulary: Vocabulary, router: Router | None
) -> list[Step]:
    """The steps of the clause as it is heard; as they were, where they answer it or nothing is heard for sure."""
    if not steps or router is None or vocabulary.last_day is None:
        return steps
    named = not unanswered(steps) and _by_name(steps[0].slots, vocabulary)
    heard = hear(clause, vocabulary)
    if all(step.focus == "metric" for step in steps) and (others := _other_metrics(heard, steps, vocabulary)):
        return others
    if named and not _counts_people(steps) and not _DOES.search(clause.lower()):
        return steps
    if people := _picked(clause, steps, heard, context, vocabulary):
        return people
    if _is_another_kind(heard, steps) and (others := _read_anew(clause, heard, context, vocabulary, router)):
        return others
    if said := _said(heard, steps, context, vocabulary):
        return said
    unknown = "unknown_metric" in steps[0].slots.cues
    if unknown or set(steps[0].slots.metrics) & catalog.builtin().unsupported.keys():
        return steps
    if any(step.focus.startswith("ask.") for step in steps) and heard.sure < _ASKED:
        return steps
    told = heard.kind in _FOCUS.keys() - _OF_A_METRIC or heard.kind == "define"
    if told and heard.sure < _CERTAIN and all(step.focus == "knowledge" for step in steps):
        return steps  # cards may tell of it: "an image of how the parts hang together"
    if unanswered(steps) or (_is_a_figure(heard) and all(step.focus in _OVERHEARD for step in steps)):
        return _read_anew(clause, heard, context, vocabulary, router) or steps
    return steps if context or named else _corrected(heard, steps, vocabulary)


def _is_another_kind(heard: Heard, steps: list[Step]) -> bool:
    """Whether tiers, those who changed between them or the like are asked for, and a figure was read."""
    figures = all(step.focus == "metric" for step in steps)
    return figures and heard.kind in _FOCUS.keys() - _OF_A_METRIC and heard.sure >= _CERTAIN


def _is_a_figure(heard: Heard) -> bool:
    """Whether a figure is asked for, and which, beyond doubt."""
    return heard.kind == "figure" and heard.sure >= _CERTAIN and heard.metrics[heard.metric] >= _LIKELIER


def _read_anew(
    clause: str, heard: Heard, context: Step | None, vocabulary: Vocabulary, router: Router
) -> list[Step]:
    """The steps of a clause as it is heard; none where that is not sure, or something bars a figure."""
    names = with_names(clause, vocabulary, router)
    if names is None:
        return []
    clause, read_as = names
    if heard.kind == "draft" and heard.sure >= SURE:
        return _drafted(read_slots(clause, vocabulary), context, vocabulary)
    heard = hear(clause, vocabulary) if read_as else heard
    slots = read_slots(clause, vocabulary)
    heard = _of_people_or_not(heard)
    if heard.sure < (_AGREED if _agree(slots, heard) else SURE) or heard.kind not in _FOCUS:
        return []
    slots = _as_heard(slots, heard)
    if slots is None or is_bound(slots, vocabulary, router, counts=heard.kind not in _UNCOUNTED):
        return []
    if _FOCUS[heard.kind] == "cohort" and len(slots.windows) > 1:  # which months are looked at in which is not told
        return []
    if context and len(slots.text) <= _SHORT and not (slots.windows or slots.filters or slots.tiers):
        slots = slots.inherit(context.slots, "windows", "filters", "tiers")
    # What may have been a condition is told to be left out.
    told = heard.kind in {"data", "health", "define", "define_tiers"}  # nothing narrows what is told of these
    unused = () if told else tuple(word for word in leftover(clause, vocabulary) if narrows(word, slots.text))
    slots = replace(slots, read_as=read_as, unused=unused)
    # Where the days are not in the data, the refusal of a metric says which are.
    focus = "metric" if outside_data(slots.windows, vocabulary) else _FOCUS[heard.kind]
    found = BUILDERS[focus](slots, vocabulary)
    if slots.order == heard.order != "" and not any(step.arguments.get("by") for step in found):
        return []  # of what the best one is asked for, is not said
    return [] if names_passed_over(slots, found, vocabulary) else found


def _of_people_or_not(heard: Heard) -> Heard:
    """Whether a figure is of picked people is in doubt; where none were picked and its metric is sure, it is one."""
    figure, people = heard.chances["figure"], heard.chances["people"]
    doubtful = figure < _MAYBE and heard.metric not in _UNPICKED
    if doubtful or figure + people < _LIKELIER or heard.metrics[heard.metric] < _AGAINST:
        return heard
    return replace(heard, kind="figure", sure=min(figure + people, 1.0))


def _agree(slots: Slots, heard: Heard) -> bool:
    """Whether the metric that is heard beyond doubt is the one that the words name."""
    doubt = sum(heard.chances[kind] for kind in ("cannot", "forecast", "offtopic", "personal", "vague"))
    sure = heard.kind == "figure" and heard.metrics[heard.metric] >= _CERTAIN and doubt < _DOUBTFUL
    return sure and heard.metric in slots.metrics


def _counts_people(steps: list[Step]) -> bool:
    """Whether customers are counted of whom more may be said than a metric can tell."""
    counted = steps[0].slots.cues & {"who", "count", "share", "newcomers", "again"}
    return all(step.focus in {"metric", "cohort"} for step in steps) and bool(counted)


def _picked(
    clause: str, steps: list[Step], heard: Heard, context: Step | None, vocabulary: Vocabulary
) -> list[Step]:
    """The people that a clause speaks of by conditions; none where it does not, or the words led to them already."""
    least = _MAYBE if unanswered(steps) else _PEOPLE
    if heard.chances["people"] < least:
        return []
    told = {step.arguments.get("metric", "") for step in steps if step.focus == "metric"} - _HEADS
    if told and len(told) == len(steps) and min(heard.metrics.get(name, 0) for name in told) >= _AGAINST:
        return []  # what is told of them is heard as well, as what those spent on average
    found = picked(clause, steps[0].slots, heard, context, vocabulary)
    if any(step.focus == "select" for step in steps):  # by the words alone; of whom a share is asked they do not tell
        return [step for step in found if "of" in step.arguments]
    return found


def picked_whole(
    question: str, steps: list[Step], context: Step | None, vocabulary: Vocabulary, router: Router | None
) -> list[Step]:
    """The people of a question whose parts were not all answered: "618来的人，后面又买了的占几成"."""
    open_ = any(step.focus in _OPEN for step in steps) and not any(step.focus == "select" for step in steps)
    if router is None or vocabulary.last_day is None or not open_:
        return []
    heard = hear(question, vocabulary)
    if heard.chances["people"] < _MAYBE:
        return []
    return picked(question, read_slots(question, vocabulary), heard, context, vocabulary)


def _drafted(slots: Slots, context: Step | None, vocabulary: Vocabulary) -> list[Step]:
    """The drafts that are wished for in words that name none: "WeCom to a VIP whose parcel came late"."""
    focus, slots = draft_focus(replace(slots, cues=slots.cues | {"draft"}), context)
    return BUILDERS[focus](slots, vocabulary) if focus in BUILDERS else [Step(focus, slots=slots)]


def _said(heard: Heard, steps: list[Step], context: Step | None, vocabulary: Vocabulary) -> list[Step]:
    """What is said or asked instead of a figure; none where something else is wanted, or it is not sure."""
    if heard.kind not in _SAID or heard.sure < SURE:
        return []
    slots = steps[0].slots
    if heard.kind in _NEVER:
        if _WRITES.search(slots.text) or any(step.focus == "draft" for step in steps):
            return []
        return [Step(_SAID[heard.kind], slots=slots)] if heard.sure >= _WARNED else []
    if heard.kind == "vague":
        metric = _by_name(slots, vocabulary) and not _OF_NOTHING.match(slots.text)
        named = slots.windows or slots.filters or slots.tiers or metric
        short = len(slots.text) <= _SHORT and heard.sure >= _CERTAIN
        looks_up = all(step.focus in {"knowledge", "metric"} for step in steps)
        return [Step("ask.subject", slots=slots)] if short and looks_up and not (context or named) else []
    if heard.sure < _CERTAIN or any(step.focus != "knowledge" for step in steps):
        return []  # what stands in the way is said already
    return [Step(_SAID[heard.kind], slots=slots)]


def _corrected(heard: Heard, steps: list[Step], vocabulary: Vocabulary) -> list[Step]:
    """The steps with the metric that is heard, where that is sure and the words named none or a most unlikely one."""
    slots, heard = steps[0].slots, _of_people_or_not(heard)
    if any(step.focus not in {"metric", "cohort"} or step.slots is not slots for step in steps):
        return steps
    of_people = steps[0].focus == "cohort"
    named = max((heard.metrics.get(name, 0) for name in slots.metrics), default=0)
    if heard.metric == "units_sold" and set(slots.metrics) <= {"revenue"} and not _PIECES.search(slots.text):
        return steps
    if of_people and len(slots.windows) > 1:
        return steps
    least = _AGAINST if slots.metrics else _UNNAMED
    sure = heard.kind == "figure" and heard.sure >= (_CERTAIN if of_people else _WARNED)
    if not sure or named >= _HARDLY or heard.metrics[heard.metric] < least:
        return steps
    meant = replace(slots, metrics=(heard.metric,), unused=())
    found = BUILDERS["metric"](meant, vocabulary)
    return steps if names_passed_over(meant, found, vocabulary) else found


def _other_metrics(heard: Heard, steps: list[Step], vocabulary: Vocabulary) -> list[Step]:
    """The one metric that is heard where the words named what it is made of ("what it cost to win one customer"), or
    two where they gave one; none where the steps tell what is heard.
    """
    told = {step.arguments["metric"] for step in steps}
    second = max(heard.seconds, key=heard.seconds.__getitem__, default="")
    first, other = heard.metrics[heard.metric], heard.seconds.get(second, 0)
    one = len(told) > 1 and not second and heard.metric not in told and min(heard.sure, first) >= _CERTAIN
    two = told < {heard.metric, second} and heard.sure >= SURE and min(first, other) >= _AGAINST
    wanted = {heard.metric, second}
    named = {match.key for match in vocabulary.metrics.find(steps[0].slots.text)}
    rest = max((heard.metrics.get(name, 1) + heard.seconds.get(name, 0) for name in told - wanted), default=1)
    instead = bool(told & wanted) and rest < _HARDLY and not (told - wanted) & named
    two = two or (instead and min(first, other) >= _LIKELIER and heard.sure >= _CERTAIN)
    if heard.kind != "figure" or not (one or two):
        return []
    meant = replace(steps[0].slots, metrics=tuple(filter(None, (heard.metric, second))), unused=())
    found = BUILDERS["metric"](meant, vocabulary)
    return [] if names_passed_over(meant, found, vocabulary) else found


def _by_name(slots: Slots, vocabulary: Vocabulary) -> bool:
    """Whether the clause calls one of its metrics by its very name."""
    return any(match.key in slots.metrics for match in vocabulary.metrics.find(slots.text))


def _as_heard(slots: Slots, heard: Heard) -> Slots | None:
    """The slots with what is heard in the place of what no word names; None where no metric is sure."""
    if heard.kind not in _OF_A_METRIC:
        return slots
    metric = _metric(slots, heard)
    if not metric or ({"who", "count"} <= slots.cues and _is_no_count(metric, slots, heard)):
        return None
    if metric not in _BY_NEWNESS and (named := [_BY_NEWNESS[name] for name in slots.metrics if name in _BY_NEWNESS]):
        slots = replace(slots, filters=slots.filters | {"new_or_returning": named})
    second = max(heard.seconds, key=heard.seconds.__getitem__, default="")
    several = second and second != metric and heard.seconds[second] >= SURE
    metrics = (metric, second) if several else (metric,)
    share = heard.share or "share" in slots.cues
    by = [name for name in dict.fromkeys([*heard.by, *slots.dimensions])
          if not (share and name in slots.filters)]  # fmt: skip  # "what share came in after 8 pm"
    return replace(
        slots, metrics=metrics, dimensions=tuple(by[:2]),
        compare=slots.compare or heard.compare, order=slots.order or heard.order,
        cues=slots.cues | ({"share"} if heard.share else set()),
    )  # fmt: skip


def _is_no_count(metric: str, slots: Slots, heard: Heard) -> bool:
    """Whether a metric is money, or a rate that is not asked for, where people are counted."""
    if heard.sure >= _CERTAIN and heard.metrics[metric] >= _CERTAIN:
        return False
    unit = catalog.metrics()[metric].unit
    return "money" in unit or (unit == "percent" and not (heard.share or "share" in slots.cues))


def _metric(slots: Slots, heard: Heard) -> str:
    if heard.metric == "units_sold" and (slots.order or heard.order) and not _PIECES.search(slots.text):
        return "revenue"  # "what sells best" goes by revenue, and says so
    if heard.metrics[heard.metric] >= _ALONE:
        return heard.metric
    named = [name for name in slots.metrics if heard.metrics.get(name, 0) >= _BACKED]
    return max(named, key=heard.metrics.__getitem__, default="")
