"""What a clause leans on that nobody has said: then one short question is asked instead of guessing."""

from __future__ import annotations

import re
from dataclasses import replace

from copilot.planner.leftover import leftover
from copilot.planner.lexicon import lexicon
from copilot.planner.slots import Slots, messaging
from copilot.planner.step import Step
from copilot.planner.vocabulary import Vocabulary

ASKS = frozenset({"ask.subject", "ask.rate"})
"""Questions whose reply completes what was asked before."""
_WANTS = frozenset({"why", "moved", "versus", "compare_previous", "compare_year"})
_EFFECTS = frozenset({"conversion_rate", "holdout_conversion_rate", "conversion_lift", "incremental_revenue"})
_BESIDE = 3
"""Characters between a tier and the message that was for it, at most."""
_LONGEST = 60
_SAME = re.compile(
    r"^(?:那|这)个?(?:数|数字|数据|指标|结果)(?:怎么样|咋样|如何|怎样|好了没|呢)"
    r"|^(?:so |and )?how(?:'s| is| are) (?:that|those|the) (?:number|figure|result|thing)s?"
    r"(?: doing| looking| going)?\W*$"
    r"|\bsame (?:as|like) (?:last time|before|always|usual)\b|\b(?:the )?usual\W*$"
    r"|跟上次一样|和上次一样|同上次|照旧|老样子|还是上次那"
)
_THAT_CAMPAIGN = re.compile(
    r"(?:那|这)(?:个|次|场|波)活动|\b(?:that|this) campaign\b|\bdid the campaign (?:do|go|work)\b"
)
_RATE = re.compile(r"\b(?:the|our|their) rate\b(?! of)|^(?:那|我们的?)?(?:这个|那个)?率(?:是|有)?多少")
_THEM = re.compile(
    r"(?:给|对)(?:他们|她们|这些人|这群人|那些人|那批人)"
    r"|\b(?:to|for) (?:them|those people|these people)\b"
)
_ODD = re.compile(
    r"(?:\bnumbers?|\bfigures?|\bdata)\b.{0,10}\b(?:off|wrong|weird|strange|odd|funny|don't add up)\b"
    r"|(?:数|数据|数字)(?:好像|看着|看起来|感觉|是不是)?(?:有点|有些)?(?:不对|不准|怪|对不上|不太对|有问题)"
)


def unsaid(slots: Slots, context: Step | None, vocabulary: Vocabulary) -> str:
    """The focus of the question to ask back, or "" where enough is said."""
    asked_which = context is not None and context.focus == "ask.campaign"
    if asked_which and set(slots.metrics) & messaging() and not (slots.filters or slots.windows):
        return "ask.campaign"  # it is still not said
    begun = context is not None and not context.focus.startswith(("say.greet", "say.thanks", "say.help"))
    if begun or len(slots.text) > _LONGEST:
        return ""
    if _THAT_CAMPAIGN.search(slots.text) and "campaign" not in slots.filters and not slots.windows:
        return "ask.campaign"
    if _RATE.search(slots.text) and not slots.metrics:
        return "ask.rate"
    if _SAME.search(slots.text):
        return "ask.subject"
    named = slots.metrics or slots.tiers or slots.all_tiers or slots.filters or slots.dimensions or slots.windows
    if named or slots.offer or slots.channels or leftover(slots.said, vocabulary):
        return "ask.figure" if not named and _ODD.search(slots.text) else ""
    if _ODD.search(slots.text):
        return "ask.figure"
    if _THEM.search(slots.text) and "howto" not in slots.cues:
        return "ask.people"
    return "ask.subject" if slots.cues & _WANTS else ""


def means_a_campaign(slots: Slots) -> bool:
    """Whether the effect of "the mid tier push" or "the win-back SMS" is asked: that is a campaign, not who is in the
    tier at the end of it.
    """
    if not _EFFECTS & set(slots.metrics) or "campaign" in slots.filters:
        return False
    if slots.goal and slots.channels and "conversion_lift" not in slots.metrics:
        return True
    ends = [match.end for match in lexicon().tiers.find(slots.text)]
    sent = [match.start for match in lexicon().message_channels.find(slots.text)]
    return any(0 <= start - end <= _BESIDE for start in sent for end in ends)


def completed(slots: Slots, context: Step | None) -> Slots:
    """A reply to such a question, with what was asked before it."""
    which = context is not None and context.focus == "ask.campaign"
    if which and not slots.metrics and (slots.filters or slots.windows):
        return slots.inherit(context.slots, "metrics")
    if context is None or context.focus not in ASKS:
        return slots
    asked = replace(slots, cues=slots.cues | context.slots.cues & _WANTS)
    return asked.inherit(context.slots, "tiers", "filters", "windows")
