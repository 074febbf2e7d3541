"""Small words that bind others: "per store", "not", "before", "平时": what they bind must show in a step."""

from __future__ import annotations

import re
from collections.abc import Iterator

from copilot.planner.advice import asks_whether_usual
from copilot.planner.described import described
from copilot.planner.matching import blank
from copilot.planner.numbers import days_ahead
from copilot.planner.phrased import phrased
from copilot.planner.slots import Slots
from copilot.planner.spans import read_windows
from copilot.planner.standards import USUAL
from copilot.planner.step import Step
from copilot.planner.vocabulary import Vocabulary
from tools import catalog
from tools.time_words import MONTH
from tools.windows import blank_windows

_PER = re.compile(
    r"\b(?:per|for each|for every|each|every) (?:(?:active|paying|unique|buying) )?"
    r"(?P<unit>(?!other\b|one\b|of\b|day\b|week\b|month\b|time\b)[a-z]+)"
    r"|(?P<zh>每(?:一)?[个家张款辆条](?!月|季|周|星期)[一-鿿]{1,3})"
)
_EACH = re.compile(r"每一?[家间](?=\s|$)")
"""Before a value of the data, which is one and has no parts."""
_BOUND = re.compile(
    r"\b(?:over|above|under|below|more than|less than|fewer than|at least|at most|exceeding) [¥$]?\d[\d,.]*(?: \w+)?"
    r"|\d[\d,.]*\s*(?:元|块钱?|件|次|单|笔|个)?\s*(?:以上|以下|以内|起)|(?:超过|高于|低于|大于|小于|不到|不足|至少|满)\s*\d+"
    r"|(?:超|过|破|高于|低于|不到|不足)(?:了)?[一二两三四五六七八九十百]+[百千万亿]"
)
_CUT = re.compile(
    r"\b(?:last|past|previous|first|final|next|prior|opening|closing|early|late|mid)\b(?: \w+){0,2}? (?:days|weeks?"
    r"|months?|quarters?|weekends?|fortnights?)\b"
    r"|(?:[上前后头末初]|最[后初])(?:\d+|[一两二三四五六七八九十几])个?(?:天|周|月|季度|星期|礼拜|旬)"
)
_HOW_MANY = re.compile(
    r"(?<![高低多少差涨跌贵])多少(?!次)|(?<![哪好高低多少差])几(?=[单件人笔成])|\bhow (?:many|much)\b(?! (?:more"
    r"|less|fewer|higher|lower|better|worse|bigger|of))"
)
_WHOLE = frozenset({"cohort", "repurchase", "lifetime", "expected"})
"""Focuses whose answers show every period."""
_NUMBERED = frozenset({"hour", "rfm_cell", "campaign", "order_value"})
"""Filters whose values have numbers."""
_NUMBER = re.compile(r"(?<![\d.\-:a-z])\d[\d,.]*(?![\d.\-:])")
_PEOPLE = re.compile(r"customers?|buyers?|shoppers?|users?|people|persons?|heads?|orders?|baskets?|purchases?|cust")
_NOT = re.compile(
    r"(?<!or )(?<!why )(?<!if )\b(?:not|without|never|no longer|non|besides|apart from|instead of)\b"
    r"(?! (?:sure|know|clear|including refunds)\b)"
    r"|(?<![有是能可行对])(?:没有?(?=[^\W\d?？])|未(?!来)|非(?!常)|除(?!了?以?外?$))(?![什么]|错|多少)"
)
_USUAL = re.compile(
    r"(?:比|跟|和|与|较)?(?:平时|往常|平常|平日里|以往|一贯)"
    r"|\b(?:than|compared (?:to|with)) (?:usual|normal)\b|\bthe usual\b"
)
_EARLIER = re.compile(
    rf"\b(?:before|until|prior to|ahead of)\s+(?:(?:the|end|of)\s+)*(?:\d|{MONTH.replace('?P<name>', '?:')}|q[1-4])"
    r"|(?:\d+|[今去前]?)[年月日号度季](?:之前|以前)"
)


_ASKED = {
    "money": re.compile(
        r"多少块?钱|几块钱|多少元"
        r"|\bhow much (?:money|(?:d(?:id|o|oes)|have|has) [\w ]{1,24}(?:cost|spend|spent|pay|earn))\b"
    ),
    "days": re.compile(r"有(?:多少|几)天(?!没)|\bhow many days\b"),
    "customers": re.compile(
        r"(?:多少|几)个?(?:人|位|客户|顾客|用户)(?![均次天])|\bhow many (?:people|customers|shoppers|buyers|users)\b"
    ),
}
"""Unit -> how it is asked for; a figure of another kind is no answer to that."""
_COMMA = re.compile(r"[，,；;]\s*\S{3}")
_TOLD = {"money": ("money",), "days": ("days",), "customers": ("customers", "events")}


def _other_unit(slots: Slots, steps: list[Step]) -> Iterator[str]:
    """ "今年拉一个新客要花多少钱" is not answered by how many there are."""
    known = catalog.metrics()
    units = [known[step.arguments["metric"]].unit for step in steps if step.arguments.get("metric") in known]
    if not units or any(step.focus != "metric" for step in steps):
        return
    for unit, asked in _ASKED.items():
        match = asked.search(slots.text)
        if match and "share" in slots.cues and not _COMMA.search(slots.text, match.end()):
            continue  # "多少人复购": one question; "多少人加购，几成买了": two
        if match and not any(each.startswith(_TOLD[unit]) for each in units):
            yield match.group()


def unmet(slots: Slots, steps: list[Step], bare: str, vocabulary: Vocabulary) -> Iterator[str]:
    """Words of `bare` (the clause with what slots took blanked out) that bind something no step has."""
    if any(step.focus in {"select", "tags"} for step in steps):  # a selection reads its conditions itself
        return
    for match in _PER.finditer(bare):
        if match["zh"] or not _PEOPLE.fullmatch(match["unit"]):
            yield slots.text[match.start() : match.end()]
    patterns = (_EACH, _NOT, _BOUND) if _sets_against_usual(steps) else (_EACH, _NOT, _USUAL, _BOUND)
    for pattern in patterns:
        if match := pattern.search(bare):
            yield _with_next(slots.text, match)
    if match := _EARLIER.search(slots.text):
        yield match.group()
    yield from _other_unit(slots, steps)
    yield from _idle_times(slots, steps, vocabulary)
    yield from _idle_questions(slots, steps)
    yield from _idle_numbers(slots, steps, vocabulary)


def _idle_times(slots: Slots, steps: list[Step], vocabulary: Vocabulary) -> Iterator[str]:
    """Words that cut a time and that no window took: "the first ten days", "最后三周"."""
    plain = all(step.focus == "metric" and "compare" not in step.arguments for step in steps)
    if vocabulary.last_day is None or slots.compare or not plain:
        return
    rest = blank_windows(slots.text, vocabulary.last_day, vocabulary.first_day)
    rest = blank(rest, [*vocabulary.metrics.find(rest), *phrased(rest), *described(rest, slots.cues)])
    if found := _CUT.search(rest):
        yield found.group()


def _idle_questions(slots: Slots, steps: list[Step]) -> Iterator[str]:
    """A second "how many" that no figure answers."""
    asked = [*_HOW_MANY.finditer(slots.text)]
    told = len(steps) + sum(len(step.arguments.get("by") or []) + ("compare" in step.arguments) for step in steps)
    if len(asked) > max(told, len(slots.metrics)) and all(step.focus == "metric" for step in steps):
        yield slots.text[asked[-1].start() : asked[-1].end() + 6].strip()


def _sets_against_usual(steps: list[Step]) -> bool:
    return any(step.arguments.get("window") == USUAL for step in steps) and len(steps) > 1


def _idle_numbers(slots: Slots, steps: list[Step], vocabulary: Vocabulary) -> Iterator[str]:
    """Numbers that neither a time nor a slot took."""
    if vocabulary.last_day is None or asks_whether_usual(slots.text):
        return
    if steps[0].focus in _WHOLE or slots.filters.keys() & _NUMBERED:
        return
    used = {slots.limit, slots.horizon, slots.period, slots.age_days, slots.after, slots.copies, days_ahead(slots.text)}
    rest = blank_windows(slots.text, vocabulary.last_day, vocabulary.first_day)  # writes numerals as digits
    rest = blank(rest, [*vocabulary.metrics.find(rest), *phrased(rest), *described(rest, slots.cues)])
    said = set(_NUMBER.findall(slots.text)) - set(slots.windows)  # "which month in 2026"
    for each in _NUMBER.findall(rest):
        if each in said and not (each.isdigit() and (int(each) in used or _is_length(int(each), slots, vocabulary))):
            yield each


def _is_length(number: int, slots: Slots, vocabulary: Vocabulary) -> bool:
    """Whether a window has so many days: "国庆7天"."""
    return any(window.days == number for window in read_windows(slots.windows, vocabulary))


def _with_next(words: str, match: re.Match[str]) -> str:
    """The word and what it binds."""
    pattern = r"\S+(?:\s+\S+){0,2}" if match.group()[0].isascii() else r"[一-鿿]{1,6}"
    return re.match(pattern, words[match.start() :]).group()
