"""Cuts a sentence into tokens: windows, numbers, known words, and what is not known."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tools.selection.reading.lexicon import COMPARISONS, Lexicon
from tools.windows import locate_windows


@dataclass(frozen=True)
class Token:
    """One piece of the sentence; `key` says which of its kind."""

    kind: str
    start: int
    end: int
    key: Any = None
    english: bool = False
    """Whether it was said in English."""


@dataclass(frozen=True)
class Number:
    """A figure as said: its unit is one of money, orders, days, percent, items, points, or "" for none."""

    value: float
    unit: str = ""
    upper: float | None = None
    """Upper end of a range."""


_UNITS = {
    "money": r"元|块钱?|rmb|人民币|yuan|dollars?|usd|cny|pounds?|gbp|euros?",
    "orders": r"笔订单|个订单|单|笔|次|回|orders?|times?|purchases?|transactions?",
    "days": r"天|日|days?",
    "items": r"件|个|items?|units?|pieces?",
    "percent": r"%|percent|per cent",
    "points": r"分|points?",
}
_UNIT = "|".join(f"(?P<{name}>{words})" for name, words in _UNITS.items())
_SPAN_UNITS = {
    "天": "days",
    "日": "days",
    "周": "weeks",
    "星期": "weeks",
    "个月": "months",
    "月": "months",
    "年": "years",
}
_SPAN_UNIT = r"(?P<unit>天|日|周|星期|个?月|年|(?:day|week|month|quarter|year)s?\b)"
_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_NUMBER = re.compile(
    r"(?P<sign>[¥￥$€£])?\s*(?P<figure>(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?)\s*(?P<scale>[万千百]|[kw](?![a-z]))?(?P<rest>(?<=[万千])\d(?!\d))?"
    rf"\s*(?:{_UNIT})?(?![a-z])"
)
_TO = re.compile(r"\s*(?:到|至|~|-|–|—|to|and|和)\s*")
_SCALES = {"万": 10_000, "w": 10_000, "千": 1000, "k": 1000, "百": 100}
_TIMES = re.compile(r"\b(once|twice|thrice)\b")
_COUNTED = re.compile(
    rf"\b({'|'.join(_WORDS)})\s+"
    r"(?=(?:orders?|times?|purchases?|or more|categories|channels|items?|refunds?|messages?)\b)"
)
_SHARE = re.compile(
    r"(?P<top>前|top|(?:最高|最多|最大|highest|biggest|best)的?)\s*(?P<share>\d+(?:\.\d+)?)\s*(?:%|percent)"
    r"|(?P<bottom>后|倒数|bottom|(?:最低|最少|lowest)的?)\s*(?P<low>\d+(?:\.\d+)?)\s*(?:%|percent)"
)
_ORDINAL = re.compile(
    r"第(?P<zh>\d)[单次](?:下单|购买|消费|订单)?|\b(?P<en>second|third|fourth|2nd|3rd|4th)\s+(?:order|purchase)s?\b"
)
_ORDINALS = {"second": 2, "third": 3, "fourth": 4, "2nd": 2, "3rd": 3, "4th": 4}
_BACK = re.compile(r"(?:近|过去|最近|last|past)\s*(?P<count>\d+)(?![\d.]|\s*[%万千]|\s*[单笔次])")
_DURATION = re.compile(rf"(?P<count>\d+)\s*{_SPAN_UNIT}(?!\d)")
_SCORE = re.compile(
    r"(?<![a-z])(?P<which>[rfm])\s*(?:分值?|值|[- ]?scores?)?\s*(?P<op>>=|<=|>|<|=|≥|≤|是|为|:|of)?\s*"
    r"(?P<score>[1-5])\s*分?"
    r"(?P<more>\s*(?:及?以上|or (?:more|above|higher)|\+))?(?P<less>\s*(?:及?以下|or (?:less|below|lower)))?(?![\da-z])"
)
_SEPARATORS = {
    **dict.fromkeys(",;:—。\n", "comma"), "、": "pause", "(": "open", ")": "close",
}  # fmt: skip


def scan(clean: str, lexicon: Lexicon, as_of: date, first_day: date) -> list[Token]:
    """Every token of a normalised sentence but spaces and words that ask for nothing, in order."""
    windows = {start: (end, span) for start, end, span in locate_windows(clean, as_of, first_day)}
    tokens: list[Token] = []
    place = 0
    while place < len(clean):
        token = _next(clean, place, windows, lexicon, tokens)
        if token.kind == "unknown" and tokens and tokens[-1].kind == "unknown" and _touch(tokens[-1], token, clean):
            token = Token("unknown", tokens.pop().start, token.end)
        if token.kind != "space":
            tokens.append(token)
        place = token.end
    return [
        replace(token, english=clean[token.start : token.end].isascii()) for token in tokens if token.kind != "filler"
    ]


def _touch(before: Token, token: Token, clean: str) -> bool:
    return before.end == token.start


def _next(clean: str, at: int, windows: dict, lexicon: Lexicon, before: list[Token]) -> Token:
    if clean[at] in " \t'\"「」“”‘’《》【】!?！？":
        return Token("space", at, at + 1)
    found = [token for token in (
        _window(clean, at, windows, before), _ordinal(clean, at), _score(clean, at), _share(clean, at),
        _once(clean, at), _back(clean, at), _number(clean, at, before), _term(clean, at, lexicon),
    ) if token is not None]  # fmt: skip
    if found:
        return max(found, key=lambda token: token.end)
    if clean[at] in _SEPARATORS:
        return Token(_SEPARATORS[clean[at]], at, at + 1)
    if clean[at] == ".":
        return Token("comma", at, at + 1)
    word = re.compile(r"[a-z0-9][a-z0-9'’-]*|.", re.ASCII).match(clean, at)
    return Token("unknown", at, word.end())


def _term(clean: str, at: int, lexicon: Lexicon) -> Token | None:
    found = lexicon.at(clean, at)
    if found is None:
        return None
    end, term = found
    if term.kind in COMPARISONS:
        return Token("op", at, end, (COMPARISONS[term.kind], term.kind))
    return Token(term.kind, at, end, term.key)


def _window(clean: str, at: int, windows: dict, before: list[Token]) -> Token | None:
    if at not in windows:
        return None
    end, span = windows[at]
    said = clean[at:end].strip()
    # "超过2000" is an amount, "in 2000" a year; "618" is a sale unless something is compared with it.
    if re.fullmatch(r"\d+", said):
        compared = bool(before) and before[-1].kind in ("op", "pay", "buy", "between")
        lead = re.search(
            r"(?:\b(?:in|since|of|during|for|from|before|after|until|by)|在|自|从|于|至|到)\s*$", clean[:at]
        )
        followed = _NUMBER.match(clean, at)
        counted = followed is not None and any(followed[name] for name in _UNITS)
        if (
            compared
            or counted
            or (len(said) == 4 and not lead)
            or re.match(r"\s*(?:以上|以下|以内|\+|or )", clean[end:])
        ):
            return None
    return Token("window", at, end, span)


def _ordinal(clean: str, at: int) -> Token | None:
    match = _ORDINAL.match(clean, at)
    if match is None:
        return None
    number = int(match["zh"]) if match["zh"] else _ORDINALS[match["en"]]
    return Token("ordinal", at, match.end(), number) if number > 1 else None


def _score(clean: str, at: int) -> Token | None:
    match = _SCORE.match(clean, at)
    if match is None:
        return None
    said = {"≥": ">=", "≤": "<=", None: "=", "是": "=", "为": "=", ":": "=", "of": "="}
    op = ">=" if match["more"] else "<=" if match["less"] else said.get(match["op"], match["op"])
    trait = {"r": "recency_score", "f": "frequency_score", "m": "monetary_score"}[match["which"]]
    return Token("score", at, match.end(), (trait, op, int(match["score"])))


def _share(clean: str, at: int) -> Token | None:
    match = _SHARE.match(clean, at)
    if match is None:
        return None
    end = "top" if match["top"] else "bottom"
    share = float(match["share"] or match["low"]) / 100
    return Token("share", at, match.end(), (end, share)) if 0 < share < 1 else None


def _once(clean: str, at: int) -> Token | None:
    if match := _TIMES.match(clean, at):
        return Token("number", at, match.end(), Number({"once": 1, "twice": 2, "thrice": 3}[match[1]], "orders"))
    if match := _COUNTED.match(clean, at):
        unit = re.compile(r"(?:orders?|times?|purchases?)\b").match(clean, match.end())
        end = unit.end() if unit else match.end()
        return Token("number", at, end, Number(_WORDS[match[1]], "orders" if unit else ""))
    return None


def _back(clean: str, at: int) -> Token | None:
    """Days back without a unit, "the last 30" (as in the window before), or without a word for back, "90天"."""
    if match := _BACK.match(clean, at):
        return Token("back", at, match.end(), int(match["count"]))
    if match := _DURATION.match(clean, at):
        unit = match["unit"]
        unit = _SPAN_UNITS.get(unit) or unit.rstrip("s") + "s"
        return Token("duration", at, match.end(), (int(match["count"]), unit))
    return None


def _number(clean: str, at: int, before: list[Token]) -> Token | None:
    first = _NUMBER.match(clean, at)
    if first is None:
        return None
    between = bool(before) and before[-1].kind == "between"
    joined = _TO.match(clean, first.end())
    last = _NUMBER.match(clean, joined.end()) if joined else None
    if last and (between or joined[0].strip() not in ("and", "和") or clean[last.end() :].startswith("之间")):
        unit = _unit(first) or _unit(last)
        low, high = _value(first, last["scale"]), _value(last)
        if low <= high:
            return Token("number", at, last.end(), Number(low, unit, high))
    return Token("number", at, first.end(), Number(_value(first), _unit(first)))


def _unit(match: re.Match[str]) -> str:
    if match["sign"]:
        return "money"
    return next((name for name in _UNITS if match[name]), "")


def _value(match: re.Match[str], scale_after: str | None = None) -> float:
    scale = _SCALES.get(match["scale"] or "", 1)
    value = float(match["figure"].replace(",", ""))
    rest = int(match["rest"] or 0) * scale / 10  # 1万5 = 15,000
    if scale_after and not match["scale"] and value < 100:  # 1到2千
        scale = _SCALES[scale_after]
    return value * scale + rest
