"""Days that a question names through a sale or a month, put as plain dates: "双11当天", "since the end of June"."""

from __future__ import annotations

import re

from tools.time_words import MONTH, MONTHS

_SALES = {r"双\s*(?:11|十一)": (11, 11), r"双\s*(?:12|十二)": (12, 12), r"618|六一八": (6, 18)}
_SALES_EN = {r"double (?:11|eleven)|singles'? day|11\.11": (11, 11), r"double (?:12|twelve)": (12, 12), "618": (6, 18)}
_ITSELF = r"\s*(?:itself\b|(?:on )?the day itself\b|proper\b)"
_DAYS = [
    *((re.compile(rf"(?:{name})(?:当[天日]|那[一]?天|正日子?)"), f"{month}月{day}日")
      for name, (month, day) in _SALES.items()),
    *((re.compile(rf"(?:{name})(?:所在的?|那个?|当)月"), f"{month}月") for name, (month, _) in _SALES.items()),
    *((re.compile(rf"\b(?:{name})((?: (?:this|last) year| 20\d\d)?){_ITSELF}", re.IGNORECASE),
       rf"{MONTHS[month - 1]} {day}\1") for name, (month, day) in _SALES_EN.items()),
]  # fmt: skip
_SINCE_END = re.compile(rf"\bsince (?:the )?end of {MONTH}", re.IGNORECASE)
_SINCE_END_ZH = re.compile(r"(?:自从?)?(\d{1,2})月(?:底|末)(?:以来|至今|到现在|之后|以后)")


def dated(question: str) -> str:
    """The question with such days written as dates; what began after a month's end began with the next month."""
    for pattern, written in _DAYS:
        question = pattern.sub(written, question)
    question = _SINCE_END.sub(lambda match: f"since {_after(_number(match['name']))}", question)
    return _SINCE_END_ZH.sub(lambda match: f"{int(match[1]) % 12 + 1}月以来", question)


def _number(name: str) -> int:
    return next(number for number, month in enumerate(MONTHS, 1) if month.startswith(name[:3].lower()))


def _after(month: int) -> str:
    return MONTHS[month % 12].capitalize()
