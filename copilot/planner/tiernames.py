"""Tiers that share a word are read each by its own name: "high, mid and low value customers", "高中低价值"."""

from __future__ import annotations

import re

_NAMES = {
    "high": "high-value", "top": "high-value", "mid": "mid-value", "middle": "mid-value", "medium": "mid-value",
    "low": "low-value", "potential": "potential", "dormant": "dormant",
    "高": "高价值", "中": "中价值", "低": "低价值",
}  # fmt: skip
_TIER = r"(?:high|top|mid(?:dle)?|medium|low|potential|dormant)"
_LISTED = re.compile(
    rf"\b(?:{_TIER}(?:[- ]value)?(?:,? (?:and|or|vs\.?|versus) |, ?|/| & )){{1,4}}{_TIER}(?:[- ]value)?\b"
    r"(?P<tiers>[- ](?:tiers?|customers?|users?|members?|buyers?|people))?",
    re.IGNORECASE,
)
_ONE = re.compile(rf"\b({_TIER})(?:[- ]value)?\b", re.IGNORECASE)
_SURE = re.compile(r"value|mid|potential|dormant", re.IGNORECASE)
"""Without any of these, "high and low" may be said of anything."""
_LISTED_ZH = re.compile(r"(?:[高中低][、,，/和跟与]?){1,2}[高中低]价值")


def with_tiers_named(question: str) -> str:
    """The question with each tier of such a list written out."""
    return _LISTED.sub(_written_out, _LISTED_ZH.sub(_written_out_zh, question))


def _written_out_zh(listed: re.Match[str]) -> str:
    return "、".join(_NAMES[one] for one in re.findall("[高中低]", listed.group()))


def _written_out(listed: re.Match[str]) -> str:
    if not (_SURE.search(listed.group()) or listed["tiers"]):
        return listed.group()
    tiers = " customers" if listed["tiers"] else ""
    words = listed.group().removesuffix(listed["tiers"] or "")
    return _ONE.sub(lambda one: _NAMES[one.group(1).lower()], words) + tiers
