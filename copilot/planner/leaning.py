"""What a clause leaves out and takes from the turn, or the clause, before it."""

from __future__ import annotations

import re
from dataclasses import replace

from copilot.catalogue import text
from copilot.language import language_of
from copilot.planner.advice import bare
from copilot.planner.revising import tone
from copilot.planner.rules import GOAL_TIER, MEASURES
from copilot.planner.slots import Slots, messaging
from copilot.planner.step import Step
from copilot.planner.together import asks_which, exchanged
from tools import catalog

_CORE = frozenset({
    "draft", "why", "define", "migrate", "howto", "case", "mix", "data", "personal", "send", "forecast", "what_is",
    "greet", "thanks", "help", "health",
})  # fmt: skip
_TOPIC = ("metrics", "tiers", "windows", "filters", "dimensions", "compare", "channels", "goal", "message_language",
          "offer", "copies", "angle", "order", "limit", "age_days", "after", "horizon", "tags", "count_by")  # fmt: skip
_ASKED = frozenset({"ask.draft", "ask.metric"})
"""Questions whose reply fills in the slot that was missing."""
_READ = frozenset({"knowledge", "playbook"})
_LONGEST = 50
"""Characters of a question about a change of what was seen, at most."""
_SHORT = 20
"""Characters of a question that has no subject of its own, at most."""
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DAYS = re.compile(r"\d{4}-\d\d-\d\d(?:\.\.\d{4}-\d\d-\d\d)?")
REVERSED = re.compile(r"\bother way (?:a?round)\b|\bthe reverse\b|\bin reverse\b|反过来|反向|倒过来|反之")
"""The move from the second tier to the first."""
BEFORE = re.compile(
    r"^(?:and |what about )?the (?:month|week|quarter|day|period|one) before\W*$"
    r"|^(?:那)?再(?:往?前|前面?)一?个?(?:月|周|季度|天)?呢?\W*$"
    r"|^(?:那)?(?:它)?(?:的)?前一个?(?:月|周|季度|天|日)呢?\W*$|^(?:and )?the (?:day|week|month) before (?:that|it)\W*$"
)
"""The time before the one just looked at."""


_LAPSED = re.compile(
    r"(?:[半几一两三四五六\d]+(?:个?(?:月|年|周)|天)|[好很]久)(?:多|以上)?都?没(?:再?来|买|下单|回)"
    r"|\b(?:haven't|have not|hasn't|has not) (?:bought|ordered|been|shopped|come)\b|\bgone quiet\b|\blapsed\b"
)
_ONCE = re.compile(
    r"[只刚才](?:买|下)过?[一1](?:次|回|单)|\b(?:bought|ordered|shopped) (?:just |only )?once\b|\bfirst-time\b"
)
_BRIEF = re.compile(r"[^a-z,，。;；]{1,8}|[a-z' -]{1,20}\W*")
"""Names a figure and nothing else: it goes on from the people or days of before."""
_WHOLE = re.compile(r"总|全|整体|一共|我们|\b(?:all|total|overall|whole|everyone|our|we)\b")
"""Says that all of them are meant."""
_NOW = re.compile(
    r"^\W*(?:and |what about |how about |how many |how much |is it |are there |do we have |them |right )*"
    r"(?:now|today|currently|at present)\W*$"
    r"|^\W*(?:那么?|而)?(?:到?现在|目前|如今|今天|眼下|当前)(?:呢|还?有?多少|是多少|多少个?人?|[?？])*$"
)
_OF_A_DAY = frozenset({"tier_count", "rfm", "lifecycle", "expected"})
"""Focuses that tell how things stand on a day."""


def at_present(slots: Slots, context: Step) -> tuple[str, Slots] | None:
    """ "At the end of June …, and how many now?": the same of today."""
    if context.focus not in _OF_A_DAY or not _NOW.match(slots.text):
        return None
    return context.focus, replace(context.slots, said=slots.said, text=slots.text, windows=())


def _changes_a_draft(slots: Slots) -> bool:
    return bool(slots.channels or slots.tiers or slots.offer or slots.message_language or slots.copies or slots.goal)


def _switched(slots: Slots) -> bool:
    """ "转成邮件", after a draft: another channel or language of it, and no move of anybody."""
    asks = slots.cues & (_CORE - {"migrate", "what_is", "draft"}) or slots.metrics or slots.tiers
    return bool(slots.channels or slots.message_language) and not asks and len(slots.text) <= _SHORT


def follows_up(slots: Slots, context: Step) -> bool:
    """A clause that names slots but nothing to do with them leans on what came before."""
    if context.focus in _ASKED and not slots.cues & (_CORE - {"what_is", "draft"}):
        return True
    if context.focus == "say.condition" and (_part_of(slots) or _only_exchanges(slots, context)):
        return True
    if context.focus == "draft" and _switched(slots):
        return True
    side_by_side = "versus" in slots.cues and len(slots.tiers) > 1
    has_own_wish = slots.cues & (_CORE - {"what_is"}) or slots.metrics or side_by_side
    if has_own_wish or context.focus.startswith(("say.", "ask.")):
        return False
    if context.focus == "draft":
        return _changes_a_draft(slots)
    ranked = (context.slots.dimensions or context.slots.all_tiers) and (slots.order or "next_best" in slots.cues)
    if ranked or (context.focus == "migration" and REVERSED.search(slots.text)):
        return True
    if slots.channels and set(context.slots.metrics) & messaging():
        return True
    if context.focus == "metric" and slots.cues & {"moved", "compare_previous", "compare_year"} and _only_moves(slots):
        return True
    named = slots.tiers or slots.windows or slots.filters or slots.dimensions or slots.compare or slots.all_tiers
    quantity = slots.cues & {"count", "share", "amount"} and slots.tiers and context.focus not in {"metric", "compare"}
    return bool(named) and not quantity and context.focus not in {"knowledge", "case"}


def _only_exchanges(slots: Slots, context: Step) -> bool:
    """ "高价值那层呢", after a figure that could not be given: that figure of them, and no other one."""
    if slots.cues & _CORE:
        return False
    return bool(context.slots.metrics) and not slots.metrics and "follow" in slots.cues and len(slots.text) <= _SHORT


def _only_moves(slots: Slots) -> bool:
    """ "So is it up or down, and by how much?"."""
    return len(slots.text) < _LONGEST and not (slots.tiers or slots.filters or slots.dimensions)


def wants_a_play_for_them(slots: Slots, context: Step) -> bool:
    """ "What should we do?" after a tier was the subject."""
    asks = "howto" in slots.cues and "case" not in slots.cues and len(slots.text) < 40
    measured = MEASURES.search(slots.text)  # how it is judged is no play
    return asks and bool(context.slots.tiers) and not (slots.metrics or slots.tiers or measured)


def about(slots: Slots, context: Step | None) -> Slots:
    """ "Who has done it?" is searched together with what "it" was, "what should we do?" with what was told or seen."""
    if context is None or not (bare(slots.said) or (context.focus in _READ and len(slots.text) <= _SHORT)):
        return slots
    if context.focus in {"metric", "why_metric", "why_rate"} and (wish := _improving(context.slots)):
        return replace(slots, about=wish)
    return replace(slots, about=context.slots.about or context.slots.said)


def _improving(slots: Slots) -> str:
    """What to do about a figure, as a question: to raise what should be high, to lower what should be low."""
    known = catalog.metrics().get(slots.metrics[0]) if slots.metrics else None
    if known is None or known.direction == "neutral":
        return ""
    language = language_of(slots.said)
    return text(f"planner.improve.{known.direction}", language, title=getattr(known.title, language))


def leans(slots: Slots, context: Step, *, same_question: bool) -> bool:
    """ "And their AOV?" names a metric but means the people or days of before; so does a related metric without any."""
    if context.focus == "metric" and _related(slots.metrics, context.slots.metrics) and not slots.windows:
        return True
    own = slots.tiers or slots.filters or slots.all_tiers or set(slots.dimensions) - {"day", "week", "month", "quarter"}
    return not own and bool(
        "their" in slots.cues
        or (slots.cues & {"follow"} and len(slots.text) < 30)
        or (_BRIEF.fullmatch(slots.text) and not slots.windows and not _WHOLE.search(slots.text))
        or (same_question and not slots.windows)
    )


def keeps_split(slots: Slots, context: Step) -> bool:
    """ "Revenue by channel", "and orders?": by channel too; so are the AOV of "their" ranking."""
    if "their" in slots.cues and context.slots.order:
        return True
    if "versus" in slots.cues and "new_or_returning" in context.slots.dimensions:  # "and how far apart is their AOV"
        return True
    return "follow" in slots.cues and context.focus == "metric" and len(slots.text) < _SHORT and not slots.tiers


def _part_of(slots: Slots) -> bool:
    """ "占全部订单多少": the share of something that was named before."""
    return "share" in slots.cues and not (slots.windows or slots.filters or slots.dimensions or slots.tiers)


def _related(metrics: tuple[str, ...], before: tuple[str, ...]) -> bool:
    """Whether a figure is of the same thing as before: refunds and their rate, a campaign and its control group."""
    if set(metrics) & messaging() and set(before) & messaging():
        return True
    return bool({_stem(name) for name in metrics} & {_stem(name) for name in before})


def _stem(metric: str) -> str:
    return metric.split("_")[0].rstrip("s")


def inherit(slots: Slots, context: Step) -> tuple[str, Slots]:
    if context.focus == "say.condition":
        return context.focus, replace(slots, condition=context.slots.condition)
    focus = context.focus.removeprefix("ask.")
    if slots.channels and set(context.slots.metrics) & messaging():
        slots = replace(slots, filters=slots.filters | {"channel": list(slots.channels)}, channels=())
        others = {name: values for name, values in context.slots.filters.items() if name != "campaign"}
        context = replace(context, slots=replace(context.slots, filters=others))  # "and the WeCom one?" is another
    if focus == "migration" and REVERSED.search(slots.text):
        return focus, replace(context.slots, said=slots.said, text=slots.text, tiers=context.slots.tiers[::-1])
    slots = replace(slots, windows=_in_that_year(slots.windows, context.slots.windows))
    if slots.windows == ("last_year",) and all(_DAYS.fullmatch(label) for label in context.slots.windows or ("",)):
        slots = replace(slots, windows=(), compare="last_year")  # "and last year?", of a week: that week of it
    slots = replace(slots, beside=exchanged(slots, context))
    merged = slots.inherit(context.slots, *_TOPIC)
    merged = replace(merged, filters=context.slots.filters | slots.filters)  # "only Douyin" stays in Shanghai
    if "versus" in slots.cues:
        merged = _side_by_side(merged, slots, context.slots)
    if "versus" in slots.cues and slots.windows and len(context.slots.windows) == 1:
        merged = replace(merged, windows=(*context.slots.windows, *slots.windows), compare="")
    if slots.all_tiers:
        merged = replace(merged, tiers=())
    if context.slots.all_tiers and not slots.tiers and (slots.order or asks_which(slots.text)):  # "and the least?"
        merged = replace(merged, all_tiers=True)
    if focus == "playbook" and slots.tiers:  # another tier has a usual goal of its own
        merged = replace(merged, goal=slots.goal)
    if focus == "tier_count" and slots.filters:  # "and in Hangzhou?"
        return "tier_split", merged
    if focus == "tier_count" and slots.windows and slots.cues & {"moved", "compare_previous"}:
        return "tier_moved", merged
    if focus == "metric" and "moved" in slots.cues and not (merged.compare or merged.dimensions):
        merged = replace(merged, compare="previous")
    if "next_best" in slots.cues:
        merged = replace(merged, limit=max(2, merged.limit))
    elif slots.dimensions:
        merged = replace(merged, order=slots.order)
    elif slots.filters:  # "and Shenzhen?" wants one city, no longer all of them
        merged = replace(merged, dimensions=tuple(name for name in merged.dimensions if name not in slots.filters))
    if focus == "draft":  # "shorter, and make it WeCom": the tone is for the draft to come
        return draft_focus(replace(merged, condition=tone(slots.said)), None)
    return focus, merged


def _side_by_side(merged: Slots, slots: Slots, before: Slots) -> Slots:
    """ "And against JD?" sets the one asked of before beside the new one."""
    both = {name: [*before.filters[name], *values] for name, values in slots.filters.items()
            if name in before.filters and not set(values) & set(before.filters[name])}  # fmt: skip
    tiers = (*before.tiers, *slots.tiers) if before.tiers and not set(slots.tiers) & set(before.tiers) else merged.tiers
    return replace(merged, filters=merged.filters | both, tiers=tiers)


def _in_that_year(windows: tuple[str, ...], before: tuple[str, ...]) -> tuple[str, ...]:
    """ "And in 2024?" after one day, month or quarter means that one of 2024."""
    if len(windows) != 1 or len(before) != 1 or not _YEAR.fullmatch(windows[0]) or _YEAR.fullmatch(before[0]):
        return windows
    years = set(_YEAR.findall(before[0]))
    return (_YEAR.sub(windows[0], before[0]),) if len(years) == 1 else windows


def _welcomed(context: Step | None) -> bool:
    """Whether newcomers were spoken of, and nobody else."""
    return context is not None and "newcomers" in context.slots.cues and {*context.slots.metrics} <= {"new_customers"}


def draft_focus(slots: Slots, context: Step | None) -> tuple[str, Slots]:
    if context:
        slots = slots.inherit(context.slots, "tiers")
    if not slots.tiers and not slots.goal:  # told by what they did
        goals = (("win_back", _LAPSED), ("second_order", _ONCE))
        slots = replace(slots, goal=next((goal for goal, did in goals if did.search(slots.text)), ""))
    if not slots.tiers and ("newcomers" in slots.cues or _welcomed(context)):
        slots = replace(slots, goal=slots.goal or "second_order", cues=slots.cues | {"newcomers"})
    if not slots.tiers and slots.goal in GOAL_TIER:
        slots = replace(slots, tiers=(GOAL_TIER[slots.goal],))
    return ("draft" if slots.tiers or slots.all_tiers else "ask.draft"), slots
