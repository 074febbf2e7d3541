"""What is asked of several answers of the thread at once, and what the people of before did in a time."""

from __future__ import annotations

import re
from dataclasses import replace

from copilot.planner.matching import Match
from copilot.planner.slots import Slots
from copilot.planner.step import Step

_LONGEST = 80
_ALL = re.compile(
    r"加(?:在)?[一1]?[起块]|加起来|合起来|合在一起|合计|相加|[两二三四俩2-4]个?(?:渠道|品类|城市|层)?(?:[一1]共"
    r"|总共|合计|加(?:在)?(?:[一1]?[起块])?)"
    r"|\b(?:together|combined|in total|sum(?:med)?|add(?:ed|ing)? (?:\w+ ){0,2}up|altogether|in all)\b"
)
"""The sum of what was asked one after the other."""
_EACH = re.compile(
    r"(?:这|那)?[两二俩三四2-4]个?(?:都|再|来|给我)*(?:比一?比|比较|对比|比一?下|放一?起|排个?序|排一?下)"
    r"|(?:哪[一1]?个|哪[一1]?边|哪[一1]?层|谁)(?:的|更|比较|涨|增|长|跌|降|掉|多|少|高|低|好|差|贵|强|弱|快|慢|大"
    r"|小|严重|厉害)|[这那]?[两二俩三23]个?(?:里|中|当中|之间)?.{0,3}(?:哪|谁)"
    r"|\bwhich (?:one|of (?:the|them|those|these)(?: two| three)?)\b|\bwho (?:grew|is ahead|did better)\b"
    r"|\bwhich(?:'s| is| was| are| has| had| did| does)? (?:the )?(?:\w+ )?(?:better|worse|higher|lower|bigger"
    r"|smaller|larger|stronger"
    r"|weaker|faster|slower|more|less|ahead|behind|growing|up|down)\b"
)
"""Which of them."""
_GROWS = re.compile(r"涨|增|长得|跌|降|掉|\b(?:grow|grew|growing|grown|up|down|rising|falling|gaining|losing)\b")
_BOUGHT = re.compile(
    r"\b(?:bought|ordered|purchased|shopped|buy(?:ing)?|orders?)\b|下过?单|买[过了]|消费过?|购买|成交"
)
_NOT = re.compile(r"[没未不]|\b(?:not|never|no)\b|n't\b")
_SAME_DAYS = re.compile(r"当[月天日周年]|同期|那[个天]|\bthat (?:day|week|month|quarter|year|time)\b")
_RATES = {("refund_amount", "revenue"): "refund_amount_rate", ("refunds", "orders"): "refund_rate",
          ("marketing_cost", "revenue"): "marketing_cost_ratio",
          ("new_customer_revenue", "revenue"): "new_customer_revenue_share"}  # fmt: skip
"""An amount and what it is a part of -> the metric of its share."""
_TIERS = frozenset({"tier_count", "tier_moved", "tier_define", "playbook"})


def continued(slots: Slots, context: Step) -> tuple[str, Slots] | None:
    """What a clause asks of the answers before it; None where it stands for itself."""
    return (together(slots, context) or bought_since(slots, context) or spent_on(slots, context)
            or share_of(slots, context))  # fmt: skip


def asks_which(words: str) -> bool:
    """Whether it is asked which of those before."""
    return bool(_EACH.search(words))


def joins(words: str) -> list[Match]:
    """Words that ask for several answers at once."""
    return [Match("joint", found.start(), found.end()) for each in (_ALL, _EACH) for found in each.finditer(words)]


def asks_together(words: str) -> bool:
    """Whether one figure over all that is named is asked for."""
    return bool(_ALL.search(words))


def exchanged(slots: Slots, context: Step) -> tuple[str, ...]:
    """The dimension whose one value a follow-up exchanges, and the values that the turns before asked of."""
    now, before = _narrowing(slots), _narrowing(context.slots)
    if len(now) != 1 or now.keys() != before.keys() or context.focus not in {"metric", "tier_count"}:
        return ()
    ((name, values),) = before.items()
    earlier = context.slots.beside[1:] if context.slots.beside[:1] == (name,) else ()
    return (name, *dict.fromkeys([*earlier, *values]))


def together(slots: Slots, context: Step) -> tuple[str, Slots] | None:
    """ "两个加一起多少", "which of the two grew faster": the figure of before, over the values asked of, or by them."""
    beside, asked = context.slots.beside or _several(context.slots), context.slots
    sold = "money" in slots.cues or context.focus == "metric"  # where none is named, sales are told
    usual = ("revenue",) if sold else ("customers",) if context.focus == "compare" else ()
    metrics = asked.metrics or usual
    others = slots.metrics not in {(), metrics} or _narrowing(slots)
    if not (beside and metrics) or others or len(slots.text) > _LONGEST:
        return None
    each = _EACH.search(slots.text)
    if not (each or _ALL.search(slots.text)):
        return None
    name, *values = beside
    values = list(dict.fromkeys([*values, *_narrowing(asked).get(name, [])]))
    compare = slots.compare or asked.compare or ("previous" if each and _GROWS.search(slots.text) else "")
    merged = replace(slots, metrics=metrics, windows=slots.windows or asked.windows, limit=0, order="",
                     compare=compare, dimensions=(name,) if each and name != "tier" else ())  # fmt: skip
    if name == "tier":
        return "metric", replace(merged, tiers=tuple(values), filters=asked.filters)
    return "metric", replace(merged, tiers=asked.tiers, filters=asked.filters | {name: values})


def _several(slots: Slots) -> tuple[str, ...]:
    """A dimension of which several values were asked of at once, and these."""
    return next(((name, *values) for name, values in _narrowing(slots).items() if len(values) > 1), ())


def bought_since(slots: Slots, context: Step) -> tuple[str, Slots] | None:
    """ "How many of them bought in the last 30 days?", after a tier: the tier's customers who did."""
    theirs = slots.metrics in {(), ("customers",), ("campaign_conversions",)} and not (slots.tiers or slots.filters)
    asks = {"their", "count"} <= slots.cues and slots.windows and theirs
    if not asks or context.focus not in _TIERS or not context.slots.tiers:
        return None
    if not _BOUGHT.search(slots.text) or _NOT.search(slots.text):
        return None
    return "metric", replace(slots, metrics=("customers",), tiers=context.slots.tiers)


def spent_on(slots: Slots, context: Step) -> tuple[str, Slots] | None:
    """ "花了多少钱来着", after a campaign: what it cost."""
    asks = slots.metrics == ("marketing_cost",) and not (slots.filters or slots.windows or slots.tiers)
    campaigns = context.slots.filters.get("campaign")
    if not asks or not campaigns or context.focus != "metric":
        return None
    return "metric", replace(slots, metrics=("campaign_cost",), filters={"campaign": campaigns})


def share_of(slots: Slots, context: Step) -> tuple[str, Slots] | None:
    """ "占当月销售额多少", after what was refunded or spent: the rate of the same days."""
    rates = [_RATES.get((name, *slots.metrics)) for name in context.slots.metrics]
    own = slots.tiers or slots.filters or slots.dimensions or (slots.windows and not _SAME_DAYS.search(slots.text))
    if context.focus != "metric" or "share" not in slots.cues or own or not any(rates):
        return None
    kept = replace(slots, metrics=tuple(filter(None, rates)), windows=(), cues=slots.cues - {"split"})
    return "metric", kept.inherit(context.slots, "tiers", "filters", "windows", "dimensions")


def _narrowing(slots: Slots) -> dict[str, list[str]]:
    return slots.filters | ({"tier": list(slots.tiers)} if slots.tiers else {})
