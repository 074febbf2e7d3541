"""What a clause wants by its own words: the first rule that fits decides."""

from __future__ import annotations

import re

from copilot.planner.slots import Slots

_EXPLAIN = re.compile(r"\b(?:explain|describe)\b|解释|讲讲")
EFFECT = "conversion_lift"
"""Whether a campaign worked: messages sent know their campaign, not its goal."""
_AHEAD = re.compile(
    r"方向|走向|展望|(?:用户|客户)(?:运营|经营).{0,6}(?:趋势|怎么发展)|\b(?:heading|direction|outlook|evolve)\b"
)
"""Where the field is going is in the cards; a figure to come is not."""
MEASURES = re.compile(
    r"对照|不发|衡量|证明|有没有(?:用|效)|成本|多少钱|多大|案例|谁做过"
    r"|\b(?:hold ?out|control|measure|prove|know|tell|cost|big|large|who (?:has|have|did|does)(?! not)|case|example)\b"
)
"""Asks how a play is judged or who has done it, not for the play."""
_WENT = re.compile(
    r"\bhow(?:'s| is| are| was|s) .{2,24} (?:looking|going|doing|shaping up)\b|"
    r"\bhow(?:'d|'s| did| was| were| has| have)\b.{1,40}\b(?:go|do|doing|perform\w*|gone)\b"
    r"|(?:怎么样|咋样|如何|怎样)(?:了|啊|呀)?\W*$"
)
_HELP = re.compile(
    r"\b(?:what|how) can (?:i|we|you)\b.{0,12}\b(?:use (?:this|you|it)(?: for)?|do for (?:me|us)|help)\b"
    r"|\bwhat (?:are you|is this|is it) (?:good )?for\b"
    r"|你(?:都)?(?:能|会)(?:帮|干|做|看|查|答)(?:我|些|点|什么|啥|嘛)|干(?:嘛|什么|啥)用的"
)
_CHANGES = frozenset({"versus", "money", "moved"})
_WHICH_STEP = re.compile(r"第几|哪[一个]?(?:级|档|阶段)")
"""Asks which rung of a ladder, not how many."""
GOAL_TIER = {"win_back": "dormant", "second_order": "potential"}


def _asks_metric(slots: Slots) -> bool:
    if not slots.metrics:
        return False
    ranked = bool(slots.dimensions) and bool({"top", "bottom"} & slots.cues) and "case" not in slots.cues
    return ranked or not ({"howto", "case"} & slots.cues and not {"count", "amount"} & slots.cues)


def asks_where_it_goes(slots: Slots) -> bool:
    """How or where to, not a figure to come."""
    return bool({"howto", "what_is"} & slots.cues) or (not slots.metrics and bool(_AHEAD.search(slots.text)))


def _asks_for_a_goal(slots: Slots) -> bool:
    """ "How do we get a second order?" names no tier, but the goal has one."""
    return slots.goal in GOAL_TIER and "howto" in slots.cues and not (slots.tiers or MEASURES.search(slots.text))


def _asks_whether_it_works(slots: Slots) -> bool:
    """ "Does texting dormant customers work?" asks for experience: a campaign's effect is not known by tier."""
    named = slots.windows or slots.dimensions or set(slots.filters) - {"channel"}
    return slots.metrics == (EFFECT,) and bool(slots.tiers) and not named


def _asks_how_it_went(slots: Slots) -> bool:
    """ "How did Singles' Day go?" asks what was sold then."""
    which = set(slots.filters) - {"channel", "city", "region", "category", "product"}
    named = slots.metrics or slots.tiers or which or slots.dimensions or slots.goal
    if named or slots.cues & {"howto", "case", "what_is"}:
        return False
    return len(slots.windows) == 1 and bool(_WENT.search(slots.text))


def _asks_for_help(slots: Slots) -> bool:
    return bool(_HELP.search(slots.text)) and not (slots.metrics or slots.tiers or slots.goal)


RULES = (
    ("say.help", _asks_for_help),
    ("metric", _asks_how_it_went),
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
    (
        "tier_count",
        lambda s: (
            len(s.tiers) == 1 and "share" in s.cues and s.metrics == ("tier_revenue_share",) and not s.windows
        ),
    ),
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
    ("metric", lambda s: bool(s.windows) and bool(s.compare or _CHANGES & s.cues)),
    (
        "say.unknown_metric",
        lambda s: (
            {"self", "amount"} <= s.cues and not {"help", "greet", "who"} & s.cues and not _WHICH_STEP.search(s.text)
        ),
    ),
)
