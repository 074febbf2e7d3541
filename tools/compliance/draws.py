"""Prize draws (L7): prize, odds, dates and organiser are stated, and the top prize stays within the limit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.compliance.message import Finding, Message
from tools.compliance.price import DATES

TOP_PRIZE = 50_000
"""Yuan."""

_DRAW = {
    "zh": re.compile(r"抽(?:大奖|奖|红包|免单|取(?:幸运|一|\d))|抽\d+[位名人]|抽[一两三]位"
                     r"|抽[\d一二三四五六七八九十百]+[位名人]|每天抽|摇号|[拆开]福袋|幸运(?:粉丝|顾客|观众)"
                     r"|赢[^,。!?]{0,4}(?:金条|手机|车|奖|礼|免单|红包|游)|中奖|赢(?:取|大奖"
                     r"|好礼|豪礼|了就)"
                     r"|转盘|天天有奖|免单名额|有机会[^,。!?]{0,2}(?:抽|赢|中)|抽中|砸金蛋|能?砸一次|刮(?:一次|刮乐"
                     r"|奖)|摇奖|开盲[盒袋]|锦鲤|幸运(?:免单|转盘|儿|之星)"),
    "en": re.compile(r"\benters? (?:\w+ )?to win\b|\benters? (?:our|the|a) (?:\w+ )?(?:giveaway|sweepstakes?|raffle"
                     r"|draw)\b"
                     r"|\b(?:could|may|might|chance to) win\b|(?:^|[.!?|:]\s*)win (?:a|an|one|big|\$)|\bprize draw\b"
                     r"|\blucky draw\b|\braffle\b|\bsweepstakes?\b|\bgiveaway\b|\bspin (?:the wheel|to win|and win)\b"
                     r"|\bscratch and win\b|\bclaim your prize\b|\byou have won\b|\beveryone wins\b|\bmystery box\b"
                     r"|\bcontest\b|\bwinner of\b|\bticket (?:for|to) (?:our|the) \w* ?(?:raffle|draw)\b"
                     r"|\blucky you\b|\band win\b"
                     r"|\bis an entry\b", re.M),
}
# What has to be stated: its name in Chinese and English, and how it is written; "" is a date.
_NEEDED = {
    "zh": [("奖品", "prize", r"奖品|奖项|[一二三]等奖"), ("中奖概率", "odds", r"概率|中奖率[^,。]{0,3}\d"),
           ("日期", "dates", ""), ("主办方", "organiser", r"主办|举办方|承办")],
    "en": [("无需购买", "no purchase necessary", r"no purchase (?:is )?(?:necessary|needed|required)"),
           ("参加资格", "who may enter", r"open to|eligib|18\+|residents"), ("日期", "dates", ""),
           ("规则", "rules", r"rules|terms")],
}
_DATE_EN = re.compile(r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d")
_PRIZE = re.compile(r"(?:一等奖|特等奖|头奖|大奖|最高|奖品)[^,。;]{0,6}?(\d[\d,]*(?:\.\d+)?"
                    r"|[一二三四五六七八九十]+)\s*(万)?\s*元?")
_HAN = {character: value for value, character in enumerate("零一二三四五六七八九十")}


def check(message: Message) -> Iterator[Finding]:
    if not message.promotes:
        return
    zh = message.language == "zh"
    everything = message.normal_title.text + "\n" + message.normal.text
    missing = [names for *names, pattern in _NEEDED[message.language] if not _stated(pattern, everything, zh)]
    chinese, english = ("、".join(name for name, _ in missing), ", ".join(name for _, name in missing))
    blanks = {"missing": chinese, "missing_en": english}
    for part, normal in message.parts:
        for match in _DRAW[message.language].finditer(normal.text) if missing else ():
            yield Finding("L7" if zh else "L7-en", *normal.span(*match.span()), part, blanks)
        for match in _PRIZE.finditer(normal.text) if zh and _DRAW["zh"].search(everything) else ():
            if _yuan(match[1], match[2]) > TOP_PRIZE:
                yield Finding("L7-top", *normal.span(*match.span()), part)


def _stated(pattern: str, text: str, zh: bool) -> bool:
    if pattern:
        return bool(re.search(pattern, text))
    return bool((DATES["zh"] if zh else _DATE_EN).search(text))


def _yuan(digits: str, scale: str | None) -> float:
    value = float(digits.replace(",", "")) if digits[0].isdigit() else float(_HAN[digits[0]])
    return value * 10_000 if scale else value
