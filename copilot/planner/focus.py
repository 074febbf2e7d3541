"""Decide what a clause wants (its focus), leaning on the turn before where it leaves something out."""

from __future__ import annotations

import re
from dataclasses import replace

from copilot.planner.advice import sizes_holdout
from copilot.planner.following import follow_selection
from copilot.planner.grammar import drags
from copilot.planner.leaning import (
    BEFORE,
    about,
    at_present,
    draft_focus,
    follows_up,
    inherit,
    keeps_split,
    leans,
    wants_a_play_for_them,
)
from copilot.planner.leftover import leftover
from copilot.planner.measures import quotient
from copilot.planner.offering import WHICH
from copilot.planner.people import people_condition, selection
from copilot.planner.router import Router
from copilot.planner.rules import GOAL_TIER, RULES, asks_where_it_goes
from copilot.planner.slots import Slots
from copilot.planner.step import Step
from copilot.planner.together import continued
from copilot.planner.topics import counted, follow_topic, topic
from copilot.planner.unsaid import completed, unsaid
from copilot.planner.vocabulary import Vocabulary

_KNOWING = frozenset({"case", "howto", "what_is", "define", "others", "house_rules"})
"""Cues of somebody who wants to understand, not to count."""
_EMPTY = frozenset({"share", "count", "amount", "follow", "self", "their", "split", "who"})
"""Cues that ask nothing by themselves."""
_TIER_FOCUS = frozenset({"tier_count", "tier_moved", "migration", "tier_trend", "why_tier"})
_WHY_AT_ALL = (
    "why should", "why do we need", "why does", "why bother", "why care", "why invest", "why spend", "why would",
)  # fmt: skip
"""Asks what a thing is good for, not what moved a figure."""
_CODE = re.compile(
    r"(?:写|编).{0,8}(?:代码|程序|脚本|宏|公式|sql|python|vba)"
    r"|\b(?:write|give me|show me|need)\b.{0,20}\b(?:python|sql|vba|code|script|query|macro|excel formula)\b"
)
"""Somebody wants a program, whatever it is to compute."""
_RIVAL = re.compile(
    r"竞品|竞争对手|同行(?:业)?|友商|别家|别的品牌|\b(?:competitors?|competition|rivals?|other brands?)\b"
)
"""Somebody else's figures are not in the data."""
_HANDLING = re.compile(
    r"收集|采集|保存|存储|使用|用来|拿(?:去|来)|分析|隐私|合规|合法|授权|红线|\b(?:collect|store|stor|keep|use|using|privacy|legal"
    r"|consent|complian)\w*"
)
"""How personal data may be handled is advice; the data itself is given to nobody."""


def decide(
    slots: Slots, context: Step | None, router: Router | None, vocabulary: Vocabulary, *, same_question: bool
) -> tuple[str, Slots]:
    """Return the focus of a clause and its slots, filled up from the context.

    Words decide; what they leave open goes to the nearest example question.
    """
    focus, slots = _focus(slots, context, vocabulary, same_question=same_question)
    if focus in {"knowledge", "say.unknown_metric"} and not slots.cues & (_KNOWING | {"unknown_metric"}):
        return _routed(focus, slots, router, vocabulary)
    return focus, slots


def _routed(focus: str, slots: Slots, router: Router | None, vocabulary: Vocabulary) -> tuple[str, Slots]:
    """Where the nearest example question points; else people who are counted are customers."""
    route = router.route(slots.said) if router else None
    figure = route is None or route.metric
    if router and figure and (either := router.either(slots.said)) and not leftover(slots.said, vocabulary):
        return WHICH, replace(slots, condition="", asked=either)
    if route:
        return ("metric", replace(slots, metrics=(route.metric,))) if route.metric else (route.label, slots)
    if {"who", "count"} <= slots.cues:
        return "metric", replace(slots, metrics=("customers",))
    return focus, slots


def _focus(
    slots: Slots, context: Step | None, vocabulary: Vocabulary, *, same_question: bool
) -> tuple[str, Slots]:
    """Decide what the clause wants; inherits from the context what a follow-up leaves out."""
    slots = completed(slots, context)
    cues = slots.cues
    if "personal" in cues and not ("howto" in cues and _HANDLING.search(slots.text)):
        return "say.personal", slots
    if _CODE.search(slots.text) or ("offtopic" in cues and not (slots.metrics or slots.tiers)):
        return "say.out_of_scope", slots
    if ("versus" in cues or not cues & _KNOWING) and _RIVAL.search(slots.text):
        return "say.rivals", slots
    if "send" in cues and "draft" not in cues and not sizes_holdout(slots.text):
        return "say.send", slots
    if missing := unsaid(slots, context, vocabulary):
        return missing, slots
    if context and (further := at_present(slots, context) or continued(slots, context)):
        return further
    if found := _about_people(slots, context, vocabulary):
        return found
    if context and context.slots.windows and BEFORE.match(slots.text):
        slots = replace(slots, compare="previous", windows=())
    if context and not slots.metrics and (divided := quotient(slots.text, context.slots.metrics)):
        return "metric", replace(slots, metrics=divided).inherit(context.slots, "tiers", "filters", "windows")
    if context and follows_up(slots, context):
        return inherit(slots, context)
    if "draft" in cues:
        return draft_focus(slots, context)
    if "forecast" in cues and not asks_where_it_goes(slots):
        return "say.forecast", slots
    if "why" in cues and not slots.text.startswith(_WHY_AT_ALL):
        return _why_focus(slots, context)
    if context and wants_a_play_for_them(slots, context):
        return "playbook", slots.inherit(context.slots, "tiers")
    if {"others", "house_rules", "relation"} & cues:  # another company's figures, a contract: written or nowhere
        return "knowledge", slots
    if "framework" in cues and cues & (_KNOWING | {"versus"}):
        return "knowledge", slots
    slots = counted(slots)
    if {"rfm_cell", "rfm_segment"} & set(slots.filters) and not slots.metrics:
        slots = replace(slots, metrics=("customers",))
    if context and slots.metrics and leans(slots, context, same_question=same_question):
        # "Top 3 cities by new customers", "and their AOV?": of the cities, not of everybody.
        theirs = ("dimensions",) if keeps_split(slots, context) else ()
        slots = slots.inherit(context.slots, "tiers", "filters", "windows", *theirs)
    for focus, wanted in RULES:
        if wanted(slots):
            if focus == "goal_play":  # the goal says whom it is for
                return "playbook", replace(slots, tiers=(GOAL_TIER[slots.goal],))
            return focus, about(slots, context) if focus == "knowledge" else slots
    for cue, focus in (("help", "say.help"), ("data", "data"), ("thanks", "say.thanks"), ("greet", "say.greet")):
        if cue in cues:
            return focus, slots
    if same_question and len(slots.text) < 12 and cues <= _EMPTY and not leftover(slots.said, vocabulary):
        return "skip", slots  # "and the share?": what came before has said it
    return "knowledge", about(slots, context)


def _about_people(slots: Slots, context: Step | None, vocabulary: Vocabulary) -> tuple[str, Slots] | None:
    """A topic of its own, people selected by conditions, or what either of them is followed up by."""
    followed = context and (follow_topic(slots, context) or follow_selection(slots, context, vocabulary))
    if followed:
        return followed
    if focus := topic(slots):
        # A further condition narrows the tag's customers: then they are selected.
        narrowed = focus == "tags" and people_condition(slots, vocabulary)
        return (narrowed and selection(slots, vocabulary)) or (focus, slots)
    return selection(slots, vocabulary)


def _why_focus(slots: Slots, context: Step | None) -> tuple[str, Slots]:
    if "lifetime" in slots.cues:
        return "lifetime_why", slots
    if context and context.focus == "knowledge" and not (slots.metrics or slots.tiers or slots.windows):
        return "knowledge", about(slots, context)  # "what happened there?", of a case
    if context and context.focus in {"lifetime", "lifetime_why"} and not (slots.metrics or slots.tiers):
        return "lifetime_why", context.slots
    if context and not (slots.metrics or slots.tiers):
        slots = slots.inherit(context.slots, "metrics", "tiers", "windows", "filters", "compare")
        if context.focus in _TIER_FOCUS:
            slots = replace(slots, metrics=())
    if (slots.windows or drags(slots.text)) and not (slots.metrics or slots.tiers):
        slots = replace(slots, metrics=("revenue",))
    if slots.metrics:
        return "why_metric", slots
    return ("why_tier" if slots.tiers else "knowledge"), slots
