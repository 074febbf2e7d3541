"""Whether we are ahead of a month is a comparison of two: "are we ahead of october last year?"."""

from __future__ import annotations

import re

from tools.time_words import MONTH

_AHEAD = re.compile(
    r"\b(?:are|were) we (?:\w+ ){0,2}?(?:ahead of|behind|up on|down on|beating|better than|worse than)"
    rf" (?P<month>{MONTH}) (?:of )?last year\b",
    re.IGNORECASE,
)
_AHEAD_ZH = re.compile(
    r"(?:我们|咱们?)?(?:现在)?(?:有没有)?(?:超过|赶上|跑赢|落后于?|不如)去年(?:的)?(?P<month>1[0-2]|[1-9])月份?"
    r"(?:了)?(?:吗|没有?)?"
)


def as_comparison(question: str) -> str:
    """The question with both months of such a comparison named."""
    question = _AHEAD.sub(lambda said: f"revenue in {said['month']} versus {said['month']} last year", question)
    return _AHEAD_ZH.sub(lambda said: f"{said['month']}月销售额和去年{said['month']}月比", question)
