"""What a clause takes from further back than the turn before: the last figure, the people spoken of, the one before."""

from __future__ import annotations

import re
from dataclasses import replace

from copilot.catalogue import text
from copilot.language import language_of
from copilot.planner.advice import asks_whether_usual, bare
from copilot.planner.lexicon import lexicon
from copilot.planner.matching import normalise
from copilot.planner.slots import Slots
from copilot.planner.step import Step
from copilot.planner.thread import FIGURES, Thread
from tools import catalog

_NEAR = 3
"""Turns back in which "ours" may still be a figure of."""
_SHORT = 40
"""Characters of a clause that has no subject of its own, at most."""
_KNOWING = frozenset({
    "case", "howto", "what_is", "define", "others", "house_rules", "draft", "why", "personal", "send",
})  # fmt: skip
_OF_PEOPLE = frozenset({"select", "segments", "tags"})
"""Focuses whose people are words, not tiers."""
_BEFORE = re.compile(
    r"(?:和|跟|与|比|较)(?:一下)?(?:刚才|刚刚|之前|前面|上一?个|前一?个|上面|第一个)(?:问的|说的|看的"
    r"|查的)?(?:的)?(?:那个|那|个)?(?:数|月|渠道|层)?"
    r"|(?:这|那)?(?:两|俩)个?(?:数|月|比一?比|对比|放一?起)"
    r"|\b(?:vs\.?|versus|than|with|to|against) (?:the )?(?:previous|first|earlier|last|other) (?:one|figure"
    r"|number|answer)\b"
    r"|\b(?:the one|what we had|what i asked|the number) (?:before|earlier|just now)\b"
    r"|\b(?:compare|put) (?:them|these|those|the two|both)(?: two)?(?: (?:together|side by side|against each other))?\b"
    r"|\b(?:the|those|these) two (?:months|figures|numbers|channels)\b"
)
_APART = re.compile(
    r"(?:那|俩|两个?|这|它们|之间|,|，)*(?:差|相差|差距|差别|差额)(?:了|有|是)?(?:多少|多大|几)?(?:呢|啊|[?？])*"
    r"|(?:and |so )?(?:what's|what is|how (?:big|large|much)(?:'s| is)) the (?:difference|gap)\W*"
    r"|(?:the )?(?:difference|gap)\W*"
)
"""How far two figures are apart."""
_BETTER = re.compile(
    r"(?:所以|那|这|到底|[,，])*(?:是|算|有没有|有)?(?:变|涨|跌|升|降|增|减|好|差|多|少|高|低|还是|没有?|转|更"
    r"|了|吗|么|呢|[?？])+"
    r"|(?:so |and )*(?:is|are|did|has|have) (?:it|that|this|they|things) (?:been |got(?:ten)? |gone )?(?:up"
    r"|down|better|worse|improv\w+"
    r"|grow\w*|increas\w+|drop\w*|ris\w+|fall\w*)(?: or (?:up|down|better|worse|not|falling|rising|dropping))?\W*"
)
"""Whether the second of two figures is the better one."""
_WORTH = re.compile(
    r"(?:那|这|它|所以|到底|花得|钱)*(?:值不值得?|值(?:得|当)?|划(?:不划)?算|亏不亏|赚不赚|回本)(?:了)?(?:吗|么"
    r"|嘛|没|[?？])*"
    r"|(?:so |and |but )?(?:was|is|were) (?:it|that|this|they) worth (?:it|the money|doing)\W*|(?:so "
    r"|and )?did it pay (?:off|back)\W*"
)
"""Whether a campaign brought in what it cost."""
_FROM_WHERE = re.compile(
    r"(?:那|都|他们|她们|这些人|主要)*(?:是)?(?:从|打)?(?:哪(?:里|儿|个渠道|些渠道)?)(?:来|过来|进来)的?(?:呢"
    r"|啊|[?？])*"
    r"|(?:and |so )?where (?:do|did|are) (?:they|these|those)(?: people| customers)? (?:all )?(?:come|coming"
    r"|came) from\W*"
)
_HOW_MANY = re.compile(
    r"(?:那|这|一?共|总共|现在|大概|目前|他们|她们|这些人|这群人|这部分人|这层|这一层|的|有"
    r"|[,， ])*(?:有)?(?:多少|几|好多)(?:个|位|口)?(?:人|客户)?(?:了|呢|啊|呀)?\W*"
    r"|(?:那|他们|她们|这些人|这层|的|[,， ])*(?:一共|大概|总共)?占(?:了|比|的比例)?(?:是)?(?:多少|几成"
    r"|百分之几|多大)?(?:呢|啊)?\W*"
    r"|(?:and |so )?(?:what|which) (?:share|percent(?:age)?|proportion|fraction)(?: (?:is|are) (?:that|they"
    r"|it))?(?: of (?:all|the total))?\W*"
    r"|(?:and |so |but |ok,? )*(?:how many|what number)(?: (?:of them|of those|are they|are there|do we have"
    r"|have we got|is that|people"
    r"|customers|in it|in there|right now|now))*\W*"
)
_BUYS = re.compile(
    r"(?:都|一般|平时|以前|之前|通常|平常|主要|最|经常|常|过去)*(?:爱|喜欢)?(?:买|购买)(?:了|过|的)?(?:些"
    r"|的?都?是)?(?:什么|啥|哪些|哪类|哪种)(?!时候|渠道|价)"
    r"|\bwhat (?:\w+ )?(?:do|did|have|does|were|are) (?:\S+ ){1,4}?(?:usually |normally |mostly |typically "
    r"|really |like to |tend to |used to )*"
    r"(?:buy|order|purchase|bought|buying|get|into)\b"
)
"""What somebody buys."""
_AHEAD = re.compile(r"[这本下][周月]|今天|接下来|下一步|\b(?:week|month|today|next|first)\b")
"""Of the days to come."""
_OURS = re.compile(
    r"(?:那|那么)?(?:我们|咱们|咱|我们家|我家|咱家|自己)(?:自己)?(?:家)?的?(?:这个|该)?(?:是|有|现在|目前|呢"
    r"|多少|几|怎么样|咋样|如何|数|啊|[?？ ])*"
    r"|(?:and |so |but |ok,? )*(?:what(?:'s| is| are|s)|how(?:'s| is| are| about)) (?:ours|our (?:own|number"
    r"|figure|one|rate)|us|we)"
    r"(?: (?:doing|at|now|then|like|looking))*\W*"
    r"|(?:and )?(?:ours|for us)\W*"
)


def of_whom(question: str, thread: Thread) -> str:
    """ "Where do they come from?", after people were counted, asks for their channels, not for the figure's source."""
    known = catalog.metrics().get(thread.last.slots.metrics[0]) if thread.last and thread.last.slots.metrics else None
    if known is None or known.unit != "customers" or not _FROM_WHERE.fullmatch(normalise(question)):
        return question
    return text("planner.by_channel", language_of(question))


def recalled(slots: Slots, context: Step | None, thread: Thread) -> tuple[Slots, Step | None]:
    """The clause and what it leans on, with what it takes from further back."""
    if context is None:
        return slots, None
    if both := _with_the_one_before(slots, thread):
        return both, None
    asked = next((turn[-1] for turn in thread.turns[:_NEAR] if turn[-1].slots.metrics), context)
    if asked.slots.metrics and (_OURS.fullmatch(slots.text) or asks_whether_usual(slots.text) and not slots.metrics):
        theirs = replace(asked.slots, said=slots.said, text=slots.text, cues=frozenset({"amount"}), condition="")
        return theirs, None
    if _WORTH.fullmatch(slots.text) and "campaign" in context.slots.filters:
        worth = replace(context.slots, metrics=("campaign_roi", "conversion_lift"),
                        windows=(), cues=frozenset({"amount"}), condition="", unused=())  # fmt: skip
        return worth, None
    tiers = slots.tiers or _their_tiers(slots, context, thread)
    if tiers and not (slots.metrics or slots.dimensions or slots.cues & _KNOWING) and _BUYS.search(slots.text):
        kept = slots.cues - {"amount", "count", "follow"}
        return replace(slots, tiers=tiers, dimensions=("category",), order="top", cues=kept), None
    if "draft" in slots.cues and not (tiers or slots.all_tiers or "newcomers" in slots.cues):
        return replace(slots, tiers=thread.tiers), context
    if tiers and not slots.tiers:
        return replace(slots, tiers=tiers), None if _HOW_MANY.fullmatch(slots.text) else context
    if _narrows(slots) and context.focus not in FIGURES and _passing(context, slots) and thread.figures:
        return slots, thread.figures[0]
    return slots, context


def plays(clause: str, thread: Thread) -> list[Step]:
    """ "What should we do?": the play for the tier that fell most, after a fall was explained; of a week to come, what
    moved and the play for those who are slipping away; [] where it is asked of something else.
    """
    if not bare(clause) or lexicon().cues["help"].find(normalise(clause)):
        return []
    slots = Slots(said=clause, text=normalise(clause), cues=frozenset({"howto"}), tiers=(thread.blamed or "dormant",))
    lead = "blamed" if thread.blamed not in {"", "dormant"} else "weekly"
    play = Step("playbook", "tier_playbook", {"tier": slots.tiers[0]}, slots, lead=lead)
    if thread.blamed:
        return [play]
    if thread.last is not None:
        return []
    return [Step("tier_moved", "tier_migration", {}, slots), play] if _AHEAD.search(slots.text) else [Step("ask.aim")]


def _with_the_one_before(slots: Slots, thread: Thread) -> Slots | None:
    """ "Is it more than the one before?": the last two figures, where they differ in days or one filter."""
    apart = _BEFORE.search(slots.text) or _APART.fullmatch(slots.text) or _BETTER.fullmatch(slots.text)
    if len(thread.figures) < 2 or len(slots.text) > _SHORT or not apart:
        return None
    now, then = thread.figures[0].slots, thread.figures[1].slots
    if slots.metrics or slots.windows or slots.filters or now.metrics != then.metrics:
        return None
    counted = {figure.focus for figure in thread.figures[:2]} == {"tier_count"}
    if now.tiers and counted and _BETTER.fullmatch(slots.text):
        days = now.windows if then.windows else ()  # against today, the month up to it
        return replace(now, cues=frozenset({"moved"}), windows=days)
    both = replace(now, cues=(slots.cues | {"versus"}) - {"moved"}, compare="", unused=())
    if now.windows != then.windows:
        if not (now.windows and then.windows):
            return None
        return replace(both, windows=(*now.windows[:1], *then.windows[:1]))
    if now.tiers != then.tiers:
        return replace(both, tiers=(*now.tiers, *then.tiers))
    names = [name for name in now.filters if then.filters.get(name, now.filters[name]) != now.filters[name]]
    if len(names) != 1:
        return None
    return replace(both, filters=now.filters | {names[0]: [*then.filters[names[0]], *now.filters[names[0]]]})


def _their_tiers(slots: Slots, context: Step, thread: Thread) -> tuple[str, ...]:
    """The tiers that "they" are, or that are counted without being named; () where somebody else is meant."""
    counted = _HOW_MANY.fullmatch(slots.text) and context.focus not in FIGURES - {"tier_define", "tier_count"}
    if slots.all_tiers or slots.filters or not ("their" in slots.cues or counted):
        return ()
    if context.focus in _OF_PEOPLE or context.slots.tiers and not counted and not _BUYS.search(slots.text):
        return ()
    return () if context.slots.dimensions else thread.tiers


def _narrows(slots: Slots) -> bool:
    """Whether a clause only says of which part, and of no figure of its own."""
    other_tier = "follow" in slots.cues and slots.tiers
    said = slots.filters or slots.windows or slots.dimensions or slots.compare or other_tier
    return bool(said) and not (slots.metrics or slots.cues & _KNOWING) and len(slots.text) <= _SHORT


def _passing(context: Step, slots: Slots) -> bool:
    """Whether the turn before left the figures where they were."""
    if context.focus == "knowledge":
        return not slots.tiers
    return context.focus.startswith("say.") or context.focus in {"ask.misread", "ask.further", "ask.subject"}
