"""Which metrics a clause names, in the catalogue's words, in everyday ones, or by what it says of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from copilot.planner.lexicon import lexicon
from copilot.planner.matching import Match
from copilot.planner.numbers import HORIZON, number
from copilot.planner.phrased import phrased, unless_named
from copilot.planner.splits import likes
from copilot.planner.vocabulary import Vocabulary

_SPAN = re.compile(r"(?:近|过去|最近|这|last|past|previous|trailing)\s*(?:\d+\s*(?:天|日|days?)|半年)")
_NEW_AND_OLD = re.compile(
    r"新老(?:客户|用户|顾客|客)?|新客(?:户)?(?:和|与|、|跟)?老客(?:户)?"
    r"|new (?:vs\.?|versus|and|or) (?:returning|old|existing)(?: customers)?"
)
_POPULAR = re.compile(r"受欢迎|热门|抢手|吃香|\bpopular\b|\bin demand\b")
_ORDERED = re.compile(
    r"\bwhen (?:do|does|did)\b.{1,30}\b(?:most|least)\b|什么时候.{0,8}(?:下单|买|单).{0,4}最"
    r"|\b(?:busiest|quietest)\b|最[忙闲]|下单|订单|单最多|单最少|order(?:ed|s)? (?:the )?(?:most|least)"
)
_HOW_MANY = re.compile(r"(?:多少|几)个?(?:人|客户|用户|顾客)|\bhow many\b")
_SPLIT = re.compile(r"哪个?(?:渠道|城市|平台)|(?:渠道|城市|平台)是?哪|\b(?:which|what) (?:channel|city|platform)\b")
_OF_REFUNDS = re.compile(r"退[款货](?:金额|额)?(?:里|中|当中)[面头]?.{0,12}占|\b(?:share|percent\w*|part"
    r"|how much) of (?:our |the |all )?refunds\b")
_BARE_ORDERS = re.compile(r"(?:订单|单子)(?:情况|数据|表现)?\W*$")
_OTHERWISE = frozenset({"define", "howto", "what_is", "case", "draft", "why", "share", "data", "health", "relation"})
"""Cues of a question that names orders without counting them."""
_OF_NEW = re.compile(r"repurchase_rate_\d+d|second_order_rate|days_to_second_order")
_WHO = frozenset({"customer", "customers", "user", "users", "buyer", "buyers", "shopper", "shoppers", "people"})
"""Words of a metric that also just name who is meant; a figure is meant only when something is counted."""
_BUSINESS = ("revenue", "orders", "active_customers", "aov")
"""What "how is business?" asks for."""
_WITHIN = frozenset({30, 60, 90, 180})
"""Days after the first order within which the catalogue knows a repurchase rate."""
_SHARES = {
    "one_time_customers": "one_time_customer_share", "new_customer_revenue": "new_customer_revenue_share",
    "active_customers": "active_rate", "refunds": "refund_rate", "refund_amount": "refund_amount_rate",
}  # fmt: skip
"""Metric -> the metric of its share."""
_MIXES = {"category": "category_mix", "channel": "channel_mix"}
_PER_DAY = re.compile(r"日均|平均每天|每天平均|\b(?:per day|daily average|a day|average day)\b")
_DAILY = {"revenue": "revenue_per_day", "orders": "orders_per_day"}
PER = re.compile(r"\bper (?:(?:active|paying|unique|buying) )?(?P<unit>orders?|customers?|buyers?|heads?|person)\b")
_QUOTIENTS = {
    ("campaign_cost", "customer"): "cost_per_conversion", ("campaign_cost", "order"): "cost_per_conversion",
    ("revenue", "order"): "aov", ("orders", "customer"): "purchase_frequency",
    ("units_sold", "order"): "units_per_order", ("units_sold", "customer"): "units_per_customer",
    **{("revenue", unit): "arpu" for unit in ("customer", "buyer", "head", "person")},
}  # fmt: skip
_ON_MARKETING = re.compile(r"营销|推广|投放|广告|活动|身上|我们|\b(?:marketing|campaigns?|ads?|advertising|on them)\b")
_WE_SPEND = re.compile(r"\bwe (?:\w+ )?spen[dt]\b|我们.{0,12}身上花")
_PART = re.compile(r"[，,;；:：]| - ")
_FACETS = {
    "refunds": re.compile(r"笔数|单数|次数|\bcount\b|\bnumber\b"),
    "refund_amount": re.compile(r"金额|多少钱|\b(?:amount|value)\b"),
    "refund_rate": re.compile(r"率|比例|占比|\b(?:rate|ratio|percent\w*|share)\b"),
}  # fmt: skip
_FIRST = re.compile(r"首单|首购|第一[次单]|新客|\bfirst\b|\bnew (?:customers|buyers|people)\b")
_FIRST_AT = re.compile(
    r"(?:首单|首购|第一[单次](?:下?单|购买)?)(?:是)?(?:在|来自|从)|\b(?:acquired|first (?:bought|ordered|order"
    r"|purchase)) (?:was |came )?"
    r"(?:on|from|via|through|at|in)\b"
)
"""Of those whose first order was there, the rate is that of a second order."""
_BOUGHT = re.compile(r"买|\b(?:bought|buy|buys|buying)\b")
_AND_SHARE = re.compile(r"\band (?:what|how)\b.*\b(?:percent\w*|share|proportion)\b|[，,].{0,6}(?:占|比例|几成)")
_SPENT = re.compile(r"花|成本|费用|烧了|\b(?:cost|costs|spend|spent|paid)\b")
_SOLD = re.compile(r"\bsold\b|\bsell\b|卖了|卖出|卖掉|卖得")


@dataclass(frozen=True)
class Taken:
    """What other slots have taken of a clause."""

    tiers: tuple[Match, ...] = ()
    ranked: tuple[Match, ...] = ()
    """Metrics that a ranking describes."""


def named_metrics(
    words: str, vocabulary: Vocabulary, taken: Taken, cues: frozenset[str], filters: Mapping[str, list[str]]
) -> tuple[str, ...]:
    """Return the metrics of a normalised clause, in the order in which they are named."""
    if taken.ranked and not {"howto", "case", "define"} & cues:  # it says which, whatever other one its words name
        return tuple(match.key for match in taken.ranked[:1])
    if within := _repurchase_within(words, cues):
        return (within,)
    found = _found(words, vocabulary, taken, cues, filters)
    narrowed = _narrowed(found, words, cues, filters)
    if "campaign" in filters:
        narrowed = ["campaign_cost" if name == "marketing_cost" else name for name in narrowed]
    if _WE_SPEND.search(words):  # what we spent, not they
        narrowed = ["marketing_cost" if name == "revenue" else name for name in narrowed]
    elif taken.tiers and not _ON_MARKETING.search(words):
        narrowed = ["revenue" if name == "marketing_cost" else name for name in narrowed]
    if narrowed == ["revenue"] and "share" in cues and len(taken.tiers) == 1:
        narrowed = ["tier_revenue_share"]
    return tuple(dict.fromkeys(narrowed))


def quotient(words: str, before: tuple[str, ...]) -> tuple[str, ...]:
    """The metrics of before divided by what a clause names: "and per order?" after revenue is AOV."""
    per = PER.search(words)
    divided = [_QUOTIENTS.get((name, per["unit"].rstrip("s"))) for name in before] if per else []
    return tuple(filter(None, divided))


def strictly_inside(inner: Match, outer: Match) -> bool:
    return inner.inside(outer) and (inner.start, inner.end) != (outer.start, outer.end)


def _found(
    words: str, vocabulary: Vocabulary, taken: Taken, cues: frozenset[str], filters: Mapping[str, list[str]]
) -> list[str]:
    found = _matches(words, vocabulary, taken)
    strong = [m.key for m in found if words[m.start : m.end] not in _WHO]
    if not strong and "count" in cues:
        strong = [m.key for m in found]
    if not strong and "business" in cues and "howto" not in cues:
        return list(_BUSINESS)
    if not strong and "product" in filters and _SOLD.search(words) and "count" in cues and "money" not in cues:
        return ["units_sold"]
    if not strong and "campaign" in filters and _SPENT.search(words):
        return ["campaign_cost"]
    if not strong and "money" in cues and (cues & {"top", "bottom", "amount", "count", "share", "versus"} or filters):
        return ["revenue"]
    if not strong and {"who", "count"} <= cues and cues & {"top", "bottom"}:  # "by how many people bought"
        return ["customers"]
    if not strong and _POPULAR.search(words) and cues & {"top", "bottom", "split", "follow"}:
        return ["units_sold"]
    if not strong and likes(words):
        return ["new_customers" if _FIRST.search(words) else "units_sold"]
    if not strong and "share" in cues and "category" in filters and _BOUGHT.search(words):
        return ["category_penetration"]
    if not strong and "share" in cues and len(taken.tiers) == 1 and vocabulary.dimensions.find(words):
        return ["tier_share"]
    if not strong and cues & {"top", "bottom"} and "category" in filters and _BOUGHT.search(words):
        return ["units_sold"]
    if not strong and "share" in cues and {"who", "count"} & cues and set(filters) & {"city", "region", "channel"}:
        return ["customers"]
    if not strong and "share" in cues and "category" in filters and _SPLIT.search(words):
        return ["revenue"]
    if not strong and "share" in cues and (mix := _mix_of(words, vocabulary, filters)):
        return [mix]
    if not strong and _ORDERED.search(words) and cues & {"top", "bottom", "daily", "weekly", "trend"}:
        return ["orders"]
    if not strong and _BARE_ORDERS.search(words) and not cues & _OTHERWISE:
        return ["orders"]
    return strong


def _mix_of(words: str, vocabulary: Vocabulary, filters: Mapping[str, list[str]]) -> str:
    """The share of revenue that "各渠道占比" means without naming it."""
    named = [*vocabulary.dimensions.keys(words), *filters]
    return next((metric for name, metric in _MIXES.items() if name in named), "")


def _matches(words: str, vocabulary: Vocabulary, taken: Taken) -> list[Match]:
    """Names of metrics that nothing else covers; what the catalogue lacks wins over a part of its name."""
    said = unless_named(phrased(words), vocabulary.metrics.find(words))
    for phrase in (_SPAN, _NEW_AND_OLD):  # "last 90 days" is no "90-day" metric
        words = phrase.sub(lambda match: " " * len(match.group()), words)
    others = [*taken.tiers, *lexicon().cues["unknown_metric"].find(words), *said]
    wider = [*vocabulary.tags.find(words), *vocabulary.dimensions.find(words)]
    wider += [Match("per", per.start(), per.end()) for per in PER.finditer(words)]
    for matcher in vocabulary.values.values():
        wider += matcher.find(words)
    found = [
        match for match in vocabulary.metrics.find(words)
        if not any(match.overlaps(other) for other in others)
        and not any(strictly_inside(match, other) for other in wider)
    ]  # fmt: skip
    if said:  # "how many customers went dormant" counts those
        first = min(match.start for match in said)
        found = [match for match in found if match.key != "customers" or _PART.search(words[match.end : first])]
    return sorted([*said, *found], key=lambda match: match.start)


def _narrowed(
    names: list[str], words: str, cues: frozenset[str], filters: Mapping[str, list[str]]
) -> list[str]:
    """The metric that two of them mean together, or that one means as a share or a day's average."""
    if names == ["refunds"] and len(facets := _facets(words)) > 1:
        names = facets
    if "repurchase_rate" in names and ("new_customers" in names or _FIRST_AT.search(words)):
        names = ["second_order_rate" if name == "repurchase_rate" else name for name in names]
    if names == ["new_customers"] and {"newcomers", "again", "share"} <= cues:
        names = ["second_order_rate"]
    if "second_order_rate" in names and _HOW_MANY.search(words):  # how many there were, and which part of them
        return ["new_customers", *(name for name in names if name != "new_customers")]
    if any(_OF_NEW.fullmatch(name) for name in names):  # "new customers' 90-day repurchase rate" is one figure
        names = [name for name in names if name != "new_customers"]
    if {"orders", "aov"} <= set(names) and cues & {"moved", "why"} and "revenue" not in names:
        names = ["revenue", *names]  # more orders, or larger ones?
    if per := PER.search(words):
        names = [_QUOTIENTS.get((name, per["unit"].rstrip("s")), name) for name in names]
    if _PER_DAY.search(words):
        names = [_DAILY.get(name, name) for name in names]
    if "share" not in cues:
        return names
    if {"revenue", "new_customers"} <= set(names):
        renamed = {"revenue": "new_customer_revenue_share"}
        names = [renamed.get(name, name) for name in names if name != "new_customers"]
    split = _SPLIT.search(words)  # "which channel is tea's largest, and what share": of tea, over the channels
    mixes = [metric for name, metric in _MIXES.items() if len(filters.get(name, [])) == 1 and not split]
    if names == ["revenue"] and len(mixes) == 1:
        return mixes
    if _OF_REFUNDS.search(words) and set(names) & {"refunds", "refund_amount"} and filters:
        return ["refund_amount"]  # "of the refunds, how much is skincare"
    if _AND_SHARE.search(words):  # "how much was refunded, and what share is that?"
        return [each for name in names for each in dict.fromkeys((name, _SHARES.get(name, name)))]
    return [_SHARES.get(name, name) for name in names]


def _facets(words: str) -> list[str]:
    """The metrics of refunds that a list after them names: "returns last month, amount and rate"."""
    *_, listed = _PART.split(words)
    return [metric for metric, said in _FACETS.items() if said.search(listed)]


def _repurchase_within(words: str, cues: frozenset[str]) -> str:
    """ "Of those who first bought in March, who came back within 90 days": the rate after the first order."""
    asks = {"share", "count"} & cues or re.search(r"率|\brate\b|\brepurchase\b|\brepeat\b", words)
    days = number(HORIZON, words)
    if days not in _WITHIN or not asks or not ("again" in cues and {"newcomers", "after_first"} & cues):
        return ""
    return f"repurchase_rate_{days}d"
