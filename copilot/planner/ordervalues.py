"""Orders of some value that a clause names ("单笔500以上的", "orders under 50"), as values of a dimension."""

from __future__ import annotations

import re

from copilot.planner.matching import Match
from tools.dimensions import EDGES, ORDER_VALUES

_OVER = r"满|超过|超|过|大于|高于|达到|不低于|不少于|至少"
_UNDER = r"不到|低于|小于|少于|不足|没到|不超过|不满"
_ZH = re.compile(
    r"(?P<one>(?:单笔|每笔|每单|单个?订单|订单金额|单子金额)(?:金额|实付|消费)?(?:在)?)?"
    rf"(?:(?P<over>{_OVER})|(?P<under>{_UNDER}))?[¥￥]?(?P<from>\d[\d,]*[百千]?|[一二两三四五六八][百千])(?:(?:元|块钱?)?(?:到|至|-|~)(?P<to>\d[\d,]*[百千]?|[一二两三四五六八][百千]))?"
    r"(?P<unit>元|块钱?)?(?:(?P<up>(?:及|或)?以上|\+|起)|(?P<down>(?:及|或)?以[下内里]|之内))?(?:之间)?"
    r"(?P<of>的)?(?P<order>[小大]?(?:订单|单子|单(?![价位品日周月次独])))?"
)
_NOUN = r"(?:orders?|baskets?|tickets?|transactions?)"
_EN = re.compile(
    rf"\b{_NOUN}(?: (?:on|from|at) [^\W\d]+)?(?: (?:that )?(?:are|is|were|was|c[ao]me to))?"
    r"(?: worth| valued)?(?: (?:of|at))? ?(?:(?P<over>over|above|at least"
    r"|more than|exceeding|bigger than)|(?P<under>under|below|less than|smaller than|up to)|between)?"
    r" ?[¥$]?(?P<from>\d[\d,]*)(?: ?(?:to|and|-|–) ?[¥$]?(?P<to>\d[\d,]*))?(?: ?(?P<unit>yuan|rmb))?"
    r"(?: ?(?:(?P<up>\+|(?:or|and) (?:more|over|above|up))|(?P<down>(?:or|and) (?:less|under|below))))?"
    rf"|\b(?:(?P<over_it>over|above)|(?P<under_it>sub|under|below))[ -][¥$]?(?P<at>\d[\d,]*)(?: yuan| rmb)? {_NOUN}"
)
_TIMES = {"百": 100, "千": 1000}
_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "八": 8}
_LEAST = 20
"""A bare number from which it is an amount and no number of orders."""


def order_values(words: str) -> list[str]:
    """The bands of the order values that normalised words name; none where they name none, or cut one in two."""
    return next((bands for _, bands in _named(words) if bands), [])


def said_of_orders(words: str) -> list[Match]:
    """Where the words name such bands."""
    return [Match("order_value", found.start(), found.end()) for found, bands in _named(words) if bands]


def between_bands(words: str) -> str:
    """The words that name an order value at which no band begins or ends, "" for none."""
    return next((found.group().strip() for found, bands in _named(words) if not bands), "")


def _named(words: str) -> list[tuple[re.Match[str], list[str]]]:
    """What is said of orders' values, and the bands of it: none where it cuts one in two."""
    found = [(each, _range(each)) for pattern in (_ZH, _EN) for each in pattern.finditer(words)]
    return [(each, _bands(*limits)) for each, limits in found if limits]


def _range(found: re.Match[str]) -> tuple[int, int | None] | None:
    """From which amount to which, None for no end; None where no order's value is told."""
    said = found.groupdict()
    if found.re is _ZH and not (said["one"] or (said["order"] and (said["unit"] or said["of"]))):
        return None  # "满10单" counts orders
    first = _number(said.get("at") or said["from"])
    if not (said["unit"] or said.get("one")) and first < _LEAST:
        return None
    if said["to"]:
        return first, _number(said["to"])
    if said["under"] or said["down"] or said.get("under_it"):
        return 0, first
    return (first, None) if said["over"] or said["up"] or said.get("over_it") else None


def _bands(first: int, last: int | None) -> list[str]:
    if first not in EDGES or (last is not None and last not in EDGES):
        return []
    kept = zip(EDGES, ORDER_VALUES, strict=True)
    return [band for low, band in kept if low >= first and (last is None or low < last)]


def _number(said: str) -> int:
    digits = said.replace(",", "").rstrip("".join(_TIMES))
    return int(_DIGITS.get(digits, digits)) * _TIMES.get(said[-1], 1)
