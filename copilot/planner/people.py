"""Whether a clause selects people by conditions, in which words, and what it asks of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from copilot.planner.leftover import leftover, unusable_condition
from copilot.planner.lexicon import lexicon
from copilot.planner.matching import Match, normalise
from copilot.planner.naming import without_name
from copilot.planner.ordervalues import said_of_orders
from copilot.planner.phrased import phrased
from copilot.planner.slots import Slots
from copilot.planner.vocabulary import Vocabulary
from copilot.planner.wholly import contradicts, reads_wholly
from tools import catalog

if TYPE_CHECKING:
    from tools.selection.reading import Reading

PROFILED = {"aov": "aov", "purchase_frequency": "orders_per_customer", "arpu": "revenue_per_customer",
            "ltv_to_date": "revenue_per_customer", "recency": "recency_days", "revenue": "revenue"}  # fmt: skip
"""Metrics that a selection's profile tells, and by which of its figures."""
MIXED = {"tier": "tier", "category": "preferred_category", "channel": "preferred_channel", "city": "city"}
_AFTER_FIRST = re.compile(r"repurchase_rate_\d+d")
ACTS = frozenset({"draft", "why", "howto", "case", "define", "others", "health"})
_PEOPLE = re.compile(r"会员|用户|人群|\bmembers?\b|\baudience\b")
_FILTERS = frozenset({
    "tier", "lifecycle", "city", "region", "bought_channel", "bought_category", "bought_product",
})  # fmt: skip
"""What a metric can be filtered by as well."""
_COMPARED = re.compile(
    r"^\W*(?:是|of|is|was)?\W*(?:在|超过|高于|低于|大于|小于|不到|不足|不低于|不少于|不高于|不超过|至少|至多|最多|达到?|满|前|介于|"
    r"more|over|above|below|under|at|less|fewer|between|higher|lower|greater|up to|[<>=≥≤¥$\d])"
)
_COUNTED = re.compile(r"(?:\d|一|两|二|三|四|五|多|more|fewer|less|any|no)\s*(?:个|笔|次)?\s*$")
_YEAR = re.compile(  # "2025 revenue"; "spent over 2000 on skincare" is an amount
    r"(?<![\d.,¥$])(?<!over )(?<!than )(?<!above )(?<!least )(?<!under )(?<!below )(?<!spent )"
    r"(?:19|20)\d\d(?= (?:revenue|sales|orders?|customers?|spend)\b)"
)
_TOP_SHARE = re.compile(r"(?<!消费)(?<!金额)前\s*(\d{1,2})\s*(?:%|percent)\s*的?")
_TOP_SHARE_EN = re.compile(
    r"\btop\s*(\d{1,2})\s*(?:%|percent)\s*(?:of\s+)?(?:our\s+|all\s+)?(?:customers|buyers|users)"
)
_APART = re.compile(
    r"(?<=[单次元万以上以下过])\s*(?=(?:近|最近|过去)\s*\d+\s*(?:天|日|周|个月|月|年)(?:内|里)?(?:都|再)?[没未])"
    r"|(?<=[a-z0-9])\s+(?=(?:who\s+|that\s+)?(?:have not|haven't|has not|hasn't|did not|didn't)\b)"
)
"""Where a condition on orders meets another without a comma: "2单以上近60天没下单" are two, not one."""
_ORDERED = re.compile(r"下过单|who ordered|who bought|买过")
_GUESTS = re.compile(r"客人|顾客|买家|客官|消费者")
"""What the selection knows as customers."""
_AWAY = re.compile(r"([没未]再?)(?:回?来|光顾|出现|露面)过?了?(?![自源])")
"""Who has not come has bought nothing at all, whatever was bought before it."""
_BOTH_EN = re.compile(
    r"\b(?P<bought>bought|ordered|shopped|purchased)\s+(?P<by>(?:from|on|at|in|through|via)\s+)?both\s+(?:the\s+)?"
    r"(?P<one>.+?)\s+and\s+(?P<other>[^,.?]+)"
)
_ALSO = re.compile(
    r"(?:购?买过?了?)(?P<one>[^，,的]{1,10})的?(?:客户|用户|会员|人)(?:群)?(?:里|中|当中)?[面头]?[，,]?(?:有)?(?:多少|几个?|百分之几|几成)?"
    r"(?:个|比例)?(?:的)?(?:客户|用户|人)?(?:也|还|又|同时|顺带)(?:都|会)?购?买过?了?(?P<other>[^，,?？的]{1,10})(?:的)?"
    r"|(?P<one_en>[a-z]+) (?:buyers|customers|shoppers|people)(?: who)? also (?:bought|buy|ordered"
    r"|order) (?P<other_en>[a-z ]+)"
    r"|\b(?:bought|buy|ordered) (?P<first>[a-z ]+?),? how many(?: of them)? (?:have )?also (?:bought|buy"
    r"|ordered) (?P<then>[a-z ]+)"
)
"""Who of the buyers of one thing bought another, too."""
_TIMES = re.compile(
    r"\b(?:bought|ordered|purchased|shopped|placed)\b(?: \w+){0,4}? (?:\d+|two|three|four|five|six|ten) (?:or more "
    r"|or fewer )?(?:times|orders|purchases)\b"
)
"""How often somebody bought is a condition on people."""
_OR_MORE = re.compile(r"\b(\d+|two|three|four|five|six|ten) (times|orders|purchases) or more\b|\b(\d+|two|three"
    r"|four|five|six|ten) or more (times|orders|purchases)\b")
_PLACED = re.compile(
    r"\bplaced? ((?:at least|at most|more than|fewer than|less than|over|exactly|only|just) )?(\d+|two|three|four"
    r"|five|six|ten) orders?\b"
)
_KINDS = re.compile(
    r"(?:\d|[两二三四五多几])个?(?:及|或)?(?:以上)?(?:不同)?的?(?:品类|类目|渠道)(?:以上)?"
    r"|\b(?:two|three|four|\d|several|multiple) (?:or more )?(?:different )?(?:categories|channels)(?: or more)?\b"
)
_WITH = re.compile(
    r"\bwith ((?:at least|at most|more than|fewer than|less than|over|exactly|only|just) )?(\d+|two|three|four|five"
    r"|six|ten)"
    r" (?:orders|purchases)\b"
)
_BOUGHT_NOTHING = re.compile(r"\b(?:bought|ordered|purchased) nothing\b")
_NEVER = re.compile(r"\bbut (?:never|didn't buy|did not buy|no) (?=[a-z]+\b)(?!in\b|on\b|since\b|ordered|bought"
    r"|have|placed|made|came|an?\b)")
_NOTHING = re.compile(r"\bbut (?:nothing|none|not once|not a thing)\s+(?=(?:in|for|over|within|during|since)\b)")
_WHEN_EN = re.compile(r"\s+(?:in|this|last|since|during|over|within|between|from|past)\b.*$")
_WHEN = (
    r"(?P<when>(?:今年|去年|上个?月|本月|这个月|近\d+个?[天周月年]"
    r"|(?:\d{1,2}|[一二三四五六七八九十]{1,2})月份?)(?:里|以来)?)?"
)
"""The time in which all of several things were bought."""
_ALL_OF = re.compile(rf"{_WHEN}(?P<one>[一-鿿]{{2,6}}?)(?:和|跟|与|、)(?P<other>[一-鿿]{{2,6}}?)(?:两样|两个|两类"
    r"|这两样)?都购?买[过了]")
_BOTH = re.compile(r"^(.*?)既(?:购)?买过?(了?[^又也，,]+)[，,]?[又也](?:购)?买过?了?")
"""Who bought the one and the other, both in the time that is named."""
_BINDS_A_NUMBER = re.compile(
    r"(?:more|less|fewer|greater) than|above|below|at (?:least|most)|超过|高于|低于|大于|小于|至少|不到|不足"
)
_A_NUMBER = re.compile(
    r"\W{0,2}(?:\d|[一二两三四五六七八九十百半]|(?:one|two|three|four|five|six|ten|once|twice|half|an?)\b)"
)
LONE = re.compile(r"^(?:of |for )|^[\s的，,、。?？!！:：.]+|[\s的，,、。?？!！:：.]+$|(?<=[，,、])[\s的，,、]+")


@dataclass(frozen=True)
class Wish:
    """Who is selected, and what is asked of them."""

    words: str
    asked: tuple[str, ...]


def selection(slots: Slots, vocabulary: Vocabulary) -> tuple[str, Slots] | None:
    """The focus of a clause that selects people by conditions, and its slots; None where it does not."""
    if slots.cues & ACTS:
        return None
    if any(match.key in slots.metrics for match in phrased(slots.text)) and not people_condition(slots, vocabulary):
        return None
    if any(_AFTER_FIRST.fullmatch(metric) for metric in slots.metrics):  # counted from each one's first order
        return None
    wish = wish_of(slots, vocabulary)
    if not _selects(slots, wish, vocabulary):
        return None
    return settled(slots, wish, vocabulary)


def people_condition(slots: Slots, vocabulary: Vocabulary) -> str:
    """The first condition in the clause that only a selection of people can apply, or "".

    Who ordered at all is who a count of customers counts.
    """
    words = slots.text
    if any(_AFTER_FIRST.fullmatch(metric) for metric in slots.metrics):
        return ""
    taken = [*vocabulary.metrics.find(words), *vocabulary.tags.find(words), *said_of_orders(words)]
    said = phrased(words)
    for match in lexicon().people.find(words):
        told = words[match.start : match.end]
        counts = "count" in slots.cues and (not slots.metrics or _counts_people(slots.metrics))
        plain = counts and _ORDERED.fullmatch(told)
        if _BINDS_A_NUMBER.fullmatch(told) and not _A_NUMBER.match(words[match.end :]):
            continue  # "was that more than in Q2?"
        if not (plain or any(match.inside(other) for other in taken) or any(match.overlaps(other) for other in said)):
            return told
    several = (pattern.search(words) for pattern in (_BOTH_EN, _ALL_OF, _ALSO, _NEVER, _BOUGHT_NOTHING))
    both = next(filter(None, several), None) or _times_of_people(slots, words)
    return both.group() if both else ""


def _times_of_people(slots: Slots, words: str) -> re.Match[str] | None:
    return (_TIMES.search(words) or _WITH.search(words)) if "who" in slots.cues and not _AVERAGE.search(words) else None


_AVERAGE = re.compile(r"\b(?:average|typical|how (?:often|many times))\b")


def _selects(slots: Slots, wish: Wish, vocabulary: Vocabulary) -> bool:
    if "select" in slots.cues or slots.save_as:
        return bool(wish.words)
    if not wish.asked and reads_wholly(slots, wish.words, vocabulary):
        return True
    about_people = "who" in slots.cues or bool(_PEOPLE.search(slots.text)) or _counts_people(slots.metrics)
    if not about_people and not slots.tiers:
        return False
    if people_condition(slots, vocabulary) or _top_share(slots.text):
        return True
    if not (set(slots.metrics) <= {"customers"} and slots.cues & {"count", "share"} and "who" in slots.cues):
        return False
    reading = vocabulary.read(wish.words)
    if reading is None or reading.unknown:
        return False
    return any(_beyond_metrics(condition) for _, condition in reading.rule.conditions())


def _beyond_metrics(condition) -> bool:  # noqa: ANN001
    ordered = condition.trait == "orders" and (condition.op, condition.value) in {(">=", 1), (">", 0)}
    negative = condition.op in {"not_in", "!=", "is_not"}
    return negative or not (ordered or condition.trait in _FILTERS)


def settled(slots: Slots, wish: Wish, vocabulary: Vocabulary) -> tuple[str, Slots]:
    """Selected, or said why not: words that are not understood, or a figure that is not known of selected people."""
    slots = replace(slots, words=wish.words, asked=wish.asked)
    if kinds := _KINDS.search(wish.words):  # of how many categories somebody bought is no trait
        return "say.unread", replace(slots, condition=kinds.group())
    reading, held = vocabulary.read(wish.words), _named_as_held(wish.words, vocabulary)
    if reading is not None and reading.unknown and held != wish.words:
        reading, slots = vocabulary.read(held), replace(slots, words=held)
    if reading is not None and reading.rule.empty and not _says_more(slots, vocabulary):
        return "ask.people", slots
    if reading is not None and (reading.unknown or reading.rule.empty):
        return "say.unread", replace(slots, condition=" · ".join(reading.unknown) or wish.words)
    if reading is not None and contradicts([condition for _, condition in reading.rule.conditions()]):
        return "say.unread", replace(slots, condition=slots.words)
    if reading is not None and (year := _year_as_amount(slots, reading)):
        return "say.unread", replace(slots, condition=year)
    beyond = [name for name in wish.asked if name not in PROFILED and name not in MIXED]
    windows = {condition.window for _, condition in reading.rule.conditions()} if reading else set(slots.windows)
    if wish.asked and set(slots.windows) - windows and not _in_dates(slots, reading):
        beyond = beyond or list(wish.asked)
    if beyond:
        return "say.people_metric", replace(slots, condition=beyond[0])
    return "select", slots


def _year_as_amount(slots: Slots, reading: Reading) -> str:
    """A year of the clause that a condition takes for an amount, "" for none."""
    values = {str(condition.value).removesuffix(".0") for _, condition in reading.rule.conditions()}
    return next((year for year in _YEAR.findall(slots.text) if year in values), "")


def _says_more(slots: Slots, vocabulary: Vocabulary) -> bool:
    """Whether there are words that could be a condition."""
    return bool(leftover(slots.said, vocabulary) or unusable_condition(slots.said, vocabulary))


def _in_dates(slots: Slots, reading) -> bool:  # noqa: ANN001
    values = [condition.value for _, condition in reading.rule.conditions()] if reading else []
    return all(any(window in str(value) for value in values) for window in slots.windows)


def wish_of(slots: Slots, vocabulary: Vocabulary) -> Wish:
    words = _BOTH.sub(r"\1买过\2，\1买过", normalise(without_name(slots.said)))
    words = _GUESTS.sub("客户", _AWAY.sub(r"\1下单", words))
    words = _ALL_OF.sub(lambda each: "{when}买过{one}，{when}买过{other}".format(**each.groupdict("")), words)
    words = _ALSO.sub(_bought_both, words)
    words = _OR_MORE.sub(lambda more: f"at least {more[1] or more[3]} {more[2] or more[4]}", words)
    words = _PLACED.sub(r"bought \1\2 times", words)
    words = _BOUGHT_NOTHING.sub("have not ordered", words)
    words = _NEVER.sub("but not bought ", words)
    words = _NOTHING.sub("but have not ordered ", words)
    words = _BOTH_EN.sub(_each_of_both, words)
    asked = [match for match in vocabulary.metrics.find(words) if _is_asked(match, words)]
    for match in reversed(asked):
        words = f"{words[: match.start]} {words[match.end :]}"
    names = list(dict.fromkeys(match.key for match in asked))
    if not names and "money" in slots.cues and re.search(r"贡献|卖了|bring|contribut|worth", words):
        names = ["revenue"]
    words = re.sub(r"贡献了?|带来了?|卖了|bring in|contributes?|contributed", " ", words) if names else words
    words = _TOP_SHARE.sub(r"消费前\1%的", words)
    words = _TOP_SHARE_EN.sub(r"customers in the top \1% by spend", words)
    return Wish(_apart(_without(words)), tuple(names))


def _named_as_held(words: str, vocabulary: Vocabulary) -> str:
    """Categories as the data writes them: the selection knows fewer of their other names."""
    goods = vocabulary.values.get("category")
    for match in reversed(goods.find(words) if goods else []):
        words = f"{words[: match.start]}{match.key}{words[match.end :]}"
    return words


def _each_of_both(both: re.Match[str]) -> str:
    """ "Bought both tea and snacks this year": each of them this year."""
    said = both.groupdict("")
    when = found.group() if (found := _WHEN_EN.search(said["other"])) else ""
    return "{bought} {by}{one}{when}, {bought} {by}{other}".format(when=when, **said)


def _bought_both(also: re.Match[str]) -> str:
    one, other = (next(filter(None, (also[name] for name in names))) for names in _ONE_AND_OTHER)
    return f"买过{one}，买过{other}" if also["one"] else f"customers who bought {one}, bought {other}"


_ONE_AND_OTHER = (("one", "one_en", "first"), ("other", "other_en", "then"))


def _apart(words: str) -> str:
    """A comma before a second condition; none right after "customers" or "who"."""
    comma = "，" if re.search(r"[一-鿿]", words) else ", "
    return _APART.sub(lambda match: comma if re.search(r"\d", words[: match.start()]) else match.group(), words)


def _is_asked(match: Match, words: str) -> bool:
    """Whether a metric is asked for, not part of a condition ("AOV over 200", "3 orders")."""
    metric = catalog.metrics().get(match.key)
    if metric is not None and metric.unit == "customers":
        return False
    return not (_COMPARED.match(words[match.end :]) or _COUNTED.search(words[: match.start]))


def _without(words: str) -> str:
    """The words without those that only ask."""
    for match in reversed(lexicon().asking.find(words)):
        words = f"{words[: match.start]} {words[match.end :]}"
    words = re.sub(r"\s+", " ", words)
    while (tidied := LONE.sub("", words)) != words:
        words = tidied
    return words


def _counts_people(metrics: tuple[str, ...]) -> bool:
    known = catalog.metrics()
    return any(name in known and known[name].unit == "customers" for name in metrics)


def _top_share(text: str) -> bool:
    return bool(_TOP_SHARE.search(text) or _TOP_SHARE_EN.search(text))
