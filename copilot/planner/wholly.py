"""Whether a clause that names no people is read whole as conditions on them: "7月买过、8月没来的有几个"."""

from __future__ import annotations

import re

from copilot.planner.slots import Slots
from copilot.planner.vocabulary import Vocabulary
from tools.selection.rule import Condition, Share

_HABITS = {"bought_category", "bought_product", "bought_channel"}
_KNOWN = _HABITS | {
    "orders", "categories", "channels", "first_channel", "city", "member_level", "tier", "last_order_day",
}  # fmt: skip
"""Traits whose words leave no doubt; money may be of one order or of all."""
_ELSEWHERE = frozenset({
    "money", "share", "top", "bottom", "trend", "their", "compare_previous", "compare_year", "what_is",
})  # fmt: skip
"""Cues of a clause that asks for something else than how many, or for a share of some of them."""
_TOGETHER = re.compile(
    r"都|也|又|还|\b(?:both|also|again|as well|in .+ and in)\b|\b(?:who|that|anyone|people|folks|customers|buyers)\b"
)
_BUYS = re.compile(r"[买购]|下单|消费|\b(?:b[uo][yu]|shop|order|purchas)")
"""Without a verb, "only Douyin" narrows a figure."""
_NOT_THEM = re.compile(r"[没未]再?买(?![一-鿿]?[^\W的过了有多几])")
"""After goods, "没买" says no more of them, or nothing at all."""
_MONTHS_AND = re.compile(r"\bAND\b")
_MANY = 50
"""Orders from which a bare number is hardly one of orders."""


def reads_wholly(slots: Slots, words: str, vocabulary: Vocabulary) -> bool:
    """Whether every word is understood, and the conditions are such that only a selection applies them together."""
    if slots.cues & _ELSEWHERE or set(slots.metrics) - {"customers"} or vocabulary.last_day is None:
        return False
    if "order_value" in slots.filters:
        return False
    reading = vocabulary.read(words) if words else None
    if reading is None or not reading.settled:
        return False
    conditions = [condition for _, condition in reading.rule.conditions()]
    if not all(map(_plain, conditions)):
        return False
    goods = any(condition.trait in _HABITS for condition in conditions)
    if goods and any(map(_none, conditions)) and _NOT_THEM.search(slots.text):
        return False
    denied = any(condition.op == "not_in" or _none(condition) for condition in conditions)
    later = any(condition.trait == "first_channel" for condition in conditions) and len(conditions) > 1
    alone = any(condition.trait in {"categories", "channels"} for condition in conditions) and _BUYS.search(slots.text)
    together = bool(_TOGETHER.search(slots.text) or _MONTHS_AND.search(slots.said))
    several = together and _several(conditions)
    return bool(denied or later or alone or several)


def contradicts(conditions: list[Condition]) -> bool:
    """Whether nobody can be meant: who never ordered at all has bought nothing."""
    never = any(_none(condition) and not condition.window for condition in conditions)
    return never and any(each.trait in _HABITS and each.op == "in" for each in conditions)


def _plain(condition: Condition) -> bool:
    if isinstance(condition.value, Share) or condition.trait not in _KNOWN:
        return False
    if condition.trait != "orders":
        return condition.op in {"in", "not_in", "=", "<", ">"}
    return condition.op != "!=" and condition.op != "between" and float(condition.value) < _MANY


def _none(condition: Condition) -> bool:
    return condition.trait == "orders" and (condition.op, condition.value) == ("=", 0)


def _several(conditions: list[Condition]) -> bool:
    """Whether things were bought, or times bought in, that one filter cannot ask for together."""
    buying = [condition for condition in conditions if condition.trait in {*_HABITS, "orders"}]
    bought = {condition.trait for condition in buying}
    if bought & _HABITS and len(bought) > 1:  # "skincare on JD but snacks on Tmall" is of one order each
        return False
    goods = len(buying) > 1 and bool(bought & _HABITS)
    windows = {condition.window for condition in buying}
    return goods or len(windows) > 1
