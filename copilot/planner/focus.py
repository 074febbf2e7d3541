"""Decide what a clause wants (its focus), leaning on the turn before where it leaves something out."""

from __future__ import annotations

import re
from dataclasses import replace

from copilot.planner.advice import bare
from copilot.planner.people import follow_selection, people_condition, selection
from copilot.planner.router import Router
from copilot.planner.slots import Slots
from copilot.planner.step import Step
from copilot.planner.topics import counted, follow_topic, topic
from copilot.planner.vocabulary import Vocabulary

_CORE = frozenset({
    "draft", "why", "define", "migrate", "howto", "case", "mix", "data", "personal", "send", "forecast", "what_is",
    "greet", "thanks", "help", "health",
})  # fmt: skip
_TOPIC = ("metrics", "tiers", "windows", "filters", "dimensions", "compare", "channels", "goal", "message_language",
          "offer", "copies", "angle", "order", "limit", "age_days", "after", "horizon", "tags", "count_by")  # fmt: skip
_KNOWING = frozenset({"case", "howto", "what_is", "define", "others", "house_rules"})
"""Cues of somebody who wants to understand, not to count."""
_EMPTY = frozenset({"share", "count", "amount", "follow", "self", "their", "split", "who"})
"""Cues that ask nothing by themselves."""
_TIER_FOCUS = frozenset({"tier_count", "tier_moved", "migration", "tier_trend", "why_tier"})
_EXPLAIN = re.compile(r"\b(?:explain|describe)\b|解释|讲讲")
_WHY_AT_ALL = (
    "why should", "why do we need", "why does", "why bother", "why care", "why invest", "why spend", "why would",
)  # fmt: skip
"""Asks what a thing is good for, not what moved a figure."""
_READ = frozenset({"knowledge", "playbook"})
_SHORT = 20
"""Characters of a question that has no subject of its own, at most."""
EFFECT = "conversion_lift"
"""Whether a campaign worked: messages sent know their campaign, not its goal."""
_HANDLING = re.compile(
    r"收集|采集|保存|存储|使用|隐私|合规|合法|授权|红线|\b(?:collect|store|stor|keep|use|using|privacy|legal|consent|complian)\w*"
)
"""How personal data may be handled is advice; the data itself is given to nobody."""
_AHEAD = re.compile(
    r"方向|走向|展望|(?:用户|客户)(?:运营|经营).{0,6}(?:趋势|怎么发展)|\b(?:heading|direction|outlook|evolve)\b"
)
"""Where the field is going is in the cards; a figure to come is not."""
_MEASURES = re.compile(
    r"对照|不发|衡量|证明|有没有(?:用|效)|成本|多少钱|多大|案例|谁做过"
    r"|\b(?:hold ?out|control|measure|prove|know|tell|cost|big|large|who (?:has|have|did|does)|case|example)\b"
)
"""Asks how a play is judged or who has done it, not for the play."""
_BEFORE = re.compile(
    r"^(?:and |what about )?the (?:month|week|quarter|day|period|one) before\W*$"
    r"|^(?:那)?再(?:往?前|前面?)一?个?(?:月|周|季度|天)?呢?\W*$"
)
"""The time before the one just looked at."""
_GOAL_TIER = {"win_back": "dormant", "second_order": "potential"}


def decide(
    slots: Slots, context: Step | None, router: Router | None, vocabulary: Vocabulary, *, same_question: bool
) -> tuple[str, Slots]:
    """Return the focus of a clause and its slots, filled up from the context.

    Words decide; what they leave open goes to the nearest example question.
    """
    focus, slots = _focus(slots, context, vocabulary, same_question=same_question)
    if focus in {"knowledge", "say.unknown_metric"} and not slots.cues & (_KNOWING | {"unknown_metric"}):
        return _routed(focus, slots, router)
    return focus, slots


def _routed(focus: str, slots: Slots, router: Router | None) -> tuple[str, Slots]:
    """Where the nearest example question points; else people who are counted are customers."""
    route = router.route(slots.said) if router else None
    if route:
        return ("metric", replace(slots, metrics=(route.metric,))) if route.metric else (route.label, slots)
    if {"who", "count"} <= slots.cues:
        return "metric", replace(slots, metrics=("customers",))
    return focus, slots


def _focus(
    slots: Slots, context: Step | None, vocabulary: Vocabulary, *, same_question: bool
) -> tuple[str, Slots]:
    """Decide what the clause wants; inherits from the context what a follow-up leaves out."""
    cues = slots.cues
    if "personal" in cues and not ("howto" in cues and _HANDLING.search(slots.text)):
        return "say.personal", slots
    if "offtopic" in cues and not (slots.metrics or slots.tiers):
        return "say.out_of_scope", slots
    if "send" in cues and "draft" not in cues:
        return "say.send", slots
    if found := _about_people(slots, context, vocabulary):
        return found
    if context and context.slots.windows and _BEFORE.match(slots.text):
        slots = replace(slots, compare="previous")
    if context and _follows_up(slots, context):
        return _inherit(slots, context)
    if "draft" in cues:
        return _draft_focus(slots, context)
    if "forecast" in cues and not _asks_where_it_goes(slots):
        return "say.forecast", slots
    if "why" in cues and not slots.text.startswith(_WHY_AT_ALL):
        return _why_focus(slots, context)
    if context and _wants_a_play_for_them(slots, context):
        return "playbook", slots.inherit(context.slots, "tiers")
    if {"others", "house_rules", "relation"} & cues:  # another company's figures, a contract: written or nowhere
        return "knowledge", slots
    if "framework" in cues and cues & (_KNOWING | {"versus"}):
        return "knowledge", slots
    slots = counted(slots)
    if context and slots.metrics and _leans(slots, same_question=same_question):
        slots = slots.inherit(context.slots, "tiers", "filters", "windows")
    for focus, wanted in _RULES:
        if wanted(slots):
            if focus == "goal_play":  # the goal says whom it is for
                return "playbook", replace(slots, tiers=(_GOAL_TIER[slots.goal],))
            return focus, _about(slots, context) if focus == "knowledge" else slots
    for cue, focus in (("help", "say.help"), ("data", "data"), ("thanks", "say.thanks"), ("greet", "say.greet")):
        if cue in cues:
            return focus, slots
    if same_question and len(slots.text) < 12 and cues <= _EMPTY:
        return "skip", slots  # "and the share?": what came before has said it
    return "knowledge", _about(slots, context)


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


def _asks_metric(slots: Slots) -> bool:
    if not slots.metrics:
        return False
    return not ({"howto", "case"} & slots.cues and not {"count", "amount"} & slots.cues)


def _asks_where_it_goes(slots: Slots) -> bool:
    """How or where to, not a figure to come."""
    return bool({"howto", "what_is"} & slots.cues) or (not slots.metrics and bool(_AHEAD.search(slots.text)))


def _asks_for_a_goal(slots: Slots) -> bool:
    """ "How do we get a second order?" names no tier, but the goal has one."""
    return slots.goal in _GOAL_TIER and "howto" in slots.cues and not (slots.tiers or _MEASURES.search(slots.text))


def _asks_whether_it_works(slots: Slots) -> bool:
    """ "Does texting dormant customers work?" asks for experience: a campaign's effect is not known by tier."""
    named = slots.windows or slots.dimensions or set(slots.filters) - {"channel"}
    return slots.metrics == (EFFECT,) and bool(slots.tiers) and not named


_RULES = (
    ("health", lambda s: "health" in s.cues and "howto" not in s.cues),
    ("data", lambda s: "data" in s.cues and not s.metrics and "howto" not in s.cues),
    (
        "say.unknown_metric",
        lambda s: (
            "unknown_metric" in s.cues
            and not s.metrics
            and bool({"amount", "count", "self"} & s.cues)
            and not {"howto", "case"} & s.cues
        ),
    ),
    ("tier_count", lambda s: len(s.tiers) == 1 and "share" in s.cues and s.metrics == ("revenue",) and not s.windows),
    # "Dormant, lost and high-value: how many people?" counts tiers, whatever rate "lost" also names.
    ("tier_count", lambda s: bool(s.tiers) and {"who", "count"} <= s.cues and s.metrics == ("churn_rate",)),
    (
        "tier_count",
        lambda s: (
            s.all_tiers
            and {"who", "count"} <= s.cues
            and set(s.metrics) <= {"revenue", "customers"}
            and not s.windows
            and not s.dimensions
        ),
    ),
    ("define", lambda s: bool(s.metrics) and "define" in s.cues),
    ("migration", lambda s: "migrate" in s.cues and bool(s.tiers) and "howto" not in s.cues),
    ("tier_define", lambda s: bool(s.tiers or s.all_tiers) and bool({"define", "criteria"} & s.cues) and not s.metrics),
    (
        "tier_define",
        lambda s: (
            (bool(s.tiers) or (s.all_tiers and bool(_EXPLAIN.search(s.text))))
            and "what_is" in s.cues
            and not s.metrics
            and not {"count", "share", "howto", "case", "trend"} & s.cues
        ),
    ),
    ("compare", lambda s: (len(s.tiers) >= 2 or s.all_tiers) and "versus" in s.cues),
    ("knowledge", _asks_whether_it_works),
    ("metric", _asks_metric),
    (
        "tier_split",
        lambda s: (
            bool(s.tiers)
            and bool(set(s.dimensions) - {"month", "week", "day", "quarter"} or s.filters)
            and not {"howto", "what_is", "define", "case"} & s.cues
        ),
    ),
    ("tier_trend", lambda s: bool(s.tiers) and "trend" in s.cues),
    ("playbook", lambda s: bool(s.tiers) and "howto" in s.cues and "case" not in s.cues),
    ("goal_play", _asks_for_a_goal),
    ("tier_moved", lambda s: bool(s.tiers) and "moved" in s.cues),
    (
        "knowledge",
        lambda s: (
            bool(s.tiers) and bool({"what_is", "define", "howto", "case"} & s.cues) and not {"count", "share"} & s.cues
        ),
    ),
    (
        "tier_count",
        lambda s: bool(s.tiers) or s.all_tiers or ("mix" in s.cues and not {"what_is", "case", "howto"} & s.cues),
    ),
    ("knowledge", lambda s: bool({"case", "howto", "what_is"} & s.cues)),
    ("metric", lambda s: bool(s.dimensions and {"top", "bottom", "trend"} & s.cues)),  # by what, is said or asked
    ("metric", lambda s: bool(s.windows) and bool(s.compare or {"versus", "money"} & s.cues)),
    ("say.unknown_metric", lambda s: {"self", "amount"} <= s.cues and not {"help", "greet", "who"} & s.cues),
)


def _changes_a_draft(slots: Slots) -> bool:
    return bool(slots.channels or slots.tiers or slots.offer or slots.message_language or slots.copies or slots.goal)


def _follows_up(slots: Slots, context: Step) -> bool:
    """A clause that names slots but nothing to do with them leans on what came before."""
    if context.focus.startswith("ask.") and not slots.cues & (_CORE - {"what_is", "draft"}):
        return True
    has_own_wish = slots.cues & (_CORE - {"what_is"}) or slots.metrics or (slots.cues & {"versus"} and slots.tiers)
    if has_own_wish or context.focus.startswith("say."):
        return False
    if context.focus == "draft":
        return _changes_a_draft(slots)
    named = slots.tiers or slots.windows or slots.filters or slots.dimensions or slots.compare or slots.all_tiers
    quantity = slots.cues & {"count", "share", "amount"} and slots.tiers and context.focus not in {"metric", "compare"}
    return bool(named) and not quantity and context.focus not in {"knowledge", "case"}


def _wants_a_play_for_them(slots: Slots, context: Step) -> bool:
    """ "What should we do?" after a tier was the subject."""
    asks = "howto" in slots.cues and "case" not in slots.cues and len(slots.text) < 40
    return asks and bool(context.slots.tiers) and not (slots.metrics or slots.tiers)


def _about(slots: Slots, context: Step | None) -> Slots:
    """ "Who has done it?" is searched together with what "it" was, "what should we do?" with what was told or seen."""
    if context is None or not (bare(slots.said) or (context.focus in _READ and len(slots.text) <= _SHORT)):
        return slots
    return replace(slots, about=context.slots.about or context.slots.said)


def _leans(slots: Slots, *, same_question: bool) -> bool:
    """ "And their AOV?" names a metric but means the people or days of before."""
    own = slots.tiers or slots.filters or slots.all_tiers or slots.dimensions
    return not own and bool(
        "their" in slots.cues
        or (slots.cues & {"follow"} and len(slots.text) < 30)
        or (same_question and not slots.windows)
    )


def _inherit(slots: Slots, context: Step) -> tuple[str, Slots]:
    focus = context.focus.removeprefix("ask.")
    merged = slots.inherit(context.slots, *_TOPIC)
    merged = replace(merged, filters=context.slots.filters | slots.filters)  # "only Douyin" stays in Shanghai
    if "versus" in slots.cues and slots.windows and len(context.slots.windows) == 1:
        merged = replace(merged, windows=(*context.slots.windows, *slots.windows), compare="")
    if slots.all_tiers:
        merged = replace(merged, tiers=())
    if focus == "playbook" and slots.tiers:  # another tier has a usual goal of its own
        merged = replace(merged, goal=slots.goal)
    if slots.dimensions:
        merged = replace(merged, order=slots.order)
    elif slots.filters:  # "and Shenzhen?" wants one city, no longer all of them
        merged = replace(merged, dimensions=tuple(name for name in merged.dimensions if name not in slots.filters))
    return _draft_focus(merged, None) if focus == "draft" else (focus, merged)


def _draft_focus(slots: Slots, context: Step | None) -> tuple[str, Slots]:
    if context:
        slots = slots.inherit(context.slots, "tiers")
    if not slots.tiers and slots.goal in _GOAL_TIER:
        slots = replace(slots, tiers=(_GOAL_TIER[slots.goal],))
    return ("draft" if slots.tiers or slots.all_tiers else "ask.draft"), slots


def _why_focus(slots: Slots, context: Step | None) -> tuple[str, Slots]:
    if "lifetime" in slots.cues:
        return "lifetime_why", slots
    if context and context.focus in {"lifetime", "lifetime_why"} and not (slots.metrics or slots.tiers):
        return "lifetime_why", context.slots
    if context and not (slots.metrics or slots.tiers):
        slots = slots.inherit(context.slots, "metrics", "tiers", "windows", "filters", "compare")
        if context.focus in _TIER_FOCUS:
            slots = replace(slots, metrics=())
    if slots.windows and not (slots.metrics or slots.tiers):
        slots = replace(slots, metrics=("revenue",))
    if slots.metrics:
        return "why_metric", slots
    return ("why_tier" if slots.tiers else "knowledge"), slots
