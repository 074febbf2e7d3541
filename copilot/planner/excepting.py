"""What is left out is put as what remains: "除了天猫以外的渠道", "everything except Tmall" name the other channels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from copilot.planner.lexicon import lexicon
from copilot.planner.matching import Match, Matcher, normalise
from copilot.planner.vocabulary import Vocabulary

_BEFORE = re.compile(
    r"(?:除(?:了|去|掉|开)?|不算上?|不含|不包括|不包含|不计|剔除掉?|去掉|去除|刨[去除掉开]|不看|不管|不考虑|不提|忽略掉?|撇除"
    r"|扣[掉除]|排除掉?|抛[开去]|撇[开去])\s*(?:在|来自)?$"
    r"|\b(?:except(?:ing)?(?: for)?|exclud(?:ing|e)|not (?:counting|including)|other than|ignor(?:e|ing)"
    r"|disregard(?:ing)?|skip(?:ping)?|apart from|aside from|leav(?:ing|e) out|besides|outside(?: of)?|without"
    r"|(?:all|any|every)\w*\b(?: \w+){0,2} but)\s+(?:the |our |from |on |in )*$"
)
_AFTER = re.compile(
    r"类?(?:(?:这|那)?个?(?:渠道|品类|类目|城市|平台|大区|层级?))?(?P<out>除外|以外|之外|外|不算)?(?:的话)?的?(?:[,，]\s*)?"
    r"(?P<rest>其他|其它|别的|剩下|剩余|其余|另外)?的?(?:几个)?"
    r"|(?: (?:channel|category|city))?,?"
)
_SAID = re.compile(
    r"除|不看|不管|不考虑|不提|忽略|不算|不含|不包|不计|剔|去掉|刨|扣|抛|撇"
    r"|\b(?:except|exclud|not counting|not including|other than|ignor|disregard|skip|apart|aside|leav|besides"
    r"|outside|but|without)",
    re.IGNORECASE,
)
_ALONE = re.compile(r"^(?:这|那)?个?(?:渠道|品类|类目|城市|平台)?(?:除外|不算)")
"""After a value: "天猫除外"."""
_ALSO = re.compile(r"还|也|又|\balso\b|\btoo\b|\bas well\b")
"""Whoever bought skincare besides snacks bought both."""
_PEOPLE = re.compile(r"^(?:的|里的)?(?:客户|用户|会员|顾客|买家|人)|^ (?:customers|buyers|users|people|shoppers"
    r"|members)\b")
_JOIN = re.compile(r"\s*(?:、|,|，|和|跟|与|及|或|\band\b|\bor\b|&|/)\s*")
_CUT = ("channel", "category", "city", "region")
_MOST = 40
"""Values up to which the others can be told by their names."""
_TIERS = {"high": "高价值客户", "potential": "潜力客户", "mid": "中价值客户", "low": "低价值客户",
          "dormant": "沉睡客户"}  # fmt: skip
_TIERS_EN = {"high": "high-value", "potential": "potential", "mid": "mid-value", "low": "low-value",
             "dormant": "dormant"}  # fmt: skip
_WEEK = {"sat sun": "周末", "mon tue wed thu fri": "工作日"}
_WEEK_EN = {"sat sun": "weekends", "mon tue wed thu fri": "weekdays"}
_SAID_OF_WEEK = {"sat sun": ("周末", "weekend"), "mon tue wed thu fri": ("工作日", "weekday", "working day")}


def with_the_others(question: str, vocabulary: Vocabulary) -> str:
    """The question with values that it leaves out put as the other values of their dimension."""
    if not _SAID.search(question):
        return question
    words = normalise(question)
    for names, matcher in _dimensions(vocabulary, words):
        for run in _runs(matcher.find(words), words):
            if span := _left_out(run, words):
                others = [name for key, name in names.items() if key not in {each.key for each in run}]
                listed = ("、" if re.search("[㐀-鿿]", words[: span[0]] + words[span[1] :]) else ", ").join(others)
                return f"{words[: span[0]]}{listed} {words[span[1] :].lstrip()}".strip()
    return question


def _dimensions(vocabulary: Vocabulary, words: str) -> Iterator[tuple[Mapping[str, str], Matcher]]:
    """Each dimension's values as they are written, and the matcher that finds them."""
    for name in _CUT:
        matcher = vocabulary.values.get(name)
        keys = dict.fromkeys(matcher.terms.values()) if matcher else {}
        if matcher and 1 < len(keys) <= _MOST:
            yield {key: key for key in keys}, matcher
    week = _WEEK_EN if words.isascii() else _WEEK
    yield week, Matcher({key: [key, *_SAID_OF_WEEK[key]] for key in week})
    yield (_TIERS_EN if words.isascii() else _TIERS), lexicon().tiers


def _runs(found: list[Match], words: str) -> list[list[Match]]:
    """Values that are named one after the other."""
    runs: list[list[Match]] = []
    for match in found:
        if runs and _JOIN.fullmatch(words, runs[-1][-1].end, match.start):
            runs[-1].append(match)
        else:
            runs.append([match])
    return runs


def _left_out(run: list[Match], words: str) -> tuple[int, int] | None:
    """From where to where the words leave these values out; None where they do not."""
    start, end = run[0].start, run[-1].end
    if _PEOPLE.match(words[end:]) or _ALSO.search(words[end:]):
        return None
    if before := _BEFORE.search(words[:start]):
        after = _AFTER.match(words, end)
        if _PEOPLE.match(words[after.end() :]) and not after["rest"]:
            return None
        return before.start(), after.end()
    alone = _ALONE.match(words[end:])
    return (start, end + alone.end()) if alone else None
