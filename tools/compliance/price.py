"""Discounts need a base (L4), conditions and last days must be shown (L5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from tools.compliance.message import Finding, Message
from tools.offer import number

_DISCOUNT = {
    "zh": re.compile(r"(?:[1-9](?:\.\d)?|[1-9]\d|[一二三四五六七八九]{1,2}|半)折(?![叠扣射旧纸返中伞页门屏刀线痕裥扇])"
                     r"|直降|立减|立省|原价|划线价|到手价|特价|半价|对折|平时\d+[^。!?]{0,10}\d+"
                     r"|日常\d+[^。!?]{0,8}\d+|便宜[^,。!?]{0,4}\d+|骨折价|降价了?|降了?\d+[元块%]|省了?\d+[元块]"
                     r"|便宜了?(?:一半|\d+|[一二两三四五六七八九十百千]+[块元])"
                     r"|比(?:标价|平时|原来)[^,。!?]{0,6}[少低]"),
    "en": re.compile(r"\b\d+(?:\.\d+)?(?:%| ?percent)\s*(?:off|cheaper|less)\b|[$£€¥]\d+ (?:less|cheaper)\b"
                     r"|\binstead of [$£€¥]\d|\b(?:knock|take)s? [$£€¥]\d+ off\b|\bhalf[- ](?:price|off)\b|\b(?:was"
                     r"|were)\s+[$£€¥]\d+"
                     r"|\breg(?:ular|\.)\s*(?:price)?\s*[$£€¥]\d+|[$£€¥]\d+ off\b|\b(?:save|saves)\s+(?:[$£€¥]\d+|\d+%)"
                     r"|\bmarked down\b|\bslashed\b|\breduced by [$£€¥\d]|\bdown from [$£€¥]\d|\bprice (?:cut|drop)\b"),
}
_BASE = {
    "zh": re.compile(r"基准价|日常价|吊牌价|近\d+日|前\d+日|成交价|满\d+[^,。;]{0,4}(?:享|打)"),
    "en": re.compile(r"\boff\s+[$£€¥]\d+|\(?price (?:on|from) |lowest price|usual price|list price|compared (?:with|to)"
                     r"|\boff (?:all |any |your )?(?:orders?|baskets?|purchases?) (?:over|above|from|of)\b"),
}
_OPEN_CONDITION = {
    "zh": re.compile(r"满减(?!\s*\d)|满额(?!\s*\d)|满赠(?!\s*\d)|买够|[买购]满(?!\s*\d)|达标|换购|消费满(?!\s*\d)"
                     r"|部分(?:商品|用户|会员)|低至|前[\d一二三四五六七八九十百]+[名位]|买[得多]+减"
                     r"|多买多减"
                     r"|下单都有"),
    "en": re.compile(r"\bup to \d+% off\b|\bwhile (?:stocks?|supplies) lasts?\b|\bselected items\b|\bconditions apply\b"
                     r"|\bqualifying\b|\bthe more you (?:spend|buy)\b|\bspend (?:more|enough)\b"
                     r"|\bfirst (?:\w+ )?(?:customers|people|buyers|orders|shoppers)\b|\bover the minimum\b"
                     r"|\bminimum (?:spend|purchase)\b(?! of)"),
}
_CONDITION = {
    "zh": re.compile(r"满\d+|限(?!时|期)|详见|以.{0,6}为准"),
    "en": re.compile(r"\bdetails\b|\bsee (?:terms|rules|conditions)|\bterms\b|\b(?:orders|baskets?"
                     r"|purchases?) (?:over|above|from)\b"),
}
_TIMED = {
    "zh": re.compile(r"限时(?!停|免费停|段|间)|限期|限今|短期特惠|闪购|秒杀"),
    "en": re.compile(r"\blimited[- ]time\b|\bfor a (?:limited|short) time\b|\b(?:limited|short) time only\b"
                     r"|\btime is limited\b"
                     r"|\bending soon\b|\bends soon\b|\bflash (?:sale|deal)\b"),
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME, _MONTH, _DAY = f"({'|'.join(_MONTHS)})[a-z]*", r"(1[0-2]|0?[1-9])", r"(3[01]|[12]\d|0?[1-9])"
DATES = {
    "zh": re.compile(rf"(?:(\d{{4}})年)?{_MONTH}月{_DAY}[日号]?"
                     rf"|(?<![\d.])(?:(\d{{4}})[-/.])?{_MONTH}[-/.]{_DAY}(?![\d折%元块倍万件份个g勺杯匙斤碗]|\.\d)"),
    "en": re.compile(rf"\b{_NAME}\.?\s+{_DAY}(?:st|nd|rd|th)?\b(?:,?\s+(\d{{4}}))?"
                     rf"|\b{_DAY}\s+{_NAME}\b(?:,?\s+(\d{{4}}))?"
                     rf"|\b(\d{{4}})-{_MONTH}-{_DAY}\b"),
}


def check(message: Message) -> Iterator[Finding]:
    if not message.promotes:
        return
    everything = message.normal_title.text + "\n" + message.normal.text
    yield from _base(message, everything)
    yield from _conditions(message, everything)
    yield from _last_day(message, everything)


def _find(message: Message, pattern: re.Pattern[str], rule: str) -> Iterator[Finding]:
    for part, normal in message.parts:
        for match in pattern.finditer(normal.text):
            yield Finding(rule, *normal.span(*match.span()), part)


def _base(message: Message, everything: str) -> Iterator[Finding]:
    if _BASE[message.language].search(everything) or (message.offer and message.offer.base_price is not None):
        return
    # Without an offer record nobody vouches for the discount; with one only its base is open.
    rule = "L4" if message.offer is None else "L4-record"
    yield from _find(message, _DISCOUNT[message.language], rule)


def _conditions(message: Message, everything: str) -> Iterator[Finding]:
    if not _CONDITION[message.language].search(everything):
        yield from _find(message, _OPEN_CONDITION[message.language], "L5")
    offer = message.offer
    if offer is None or offer.threshold is None or offer.value is None:
        return
    threshold = number(offer.threshold)
    if re.search(_exactly(threshold), everything):
        return
    value = {"amount_off": number(offer.value), "percent_off": number((1 - offer.value) * 10)
             if message.language == "zh" else number(offer.value * 100)}.get(offer.kind)
    if value:
        pattern = re.compile(_exactly(value))
        for finding in _find(message, pattern, "L5-threshold"):
            yield finding._replace(blanks={"threshold": threshold})


def _exactly(figure: str) -> str:
    return rf"(?<!\d)(?<!\d\.){re.escape(figure)}(?!\d|\.\d)"


def _last_day(message: Message, everything: str) -> Iterator[Finding]:
    dates = list(dates_in(everything, message.language))
    if not dates:
        yield from _find(message, _TIMED[message.language], "L5-date")
        if message.offer and message.offer.end and message.offer.text(message.language).lower() in everything:
            at = everything.find(message.offer.text(message.language).lower()) - len(message.normal_title.text) - 1
            start, end = message.normal.span(max(at, 0), max(at, 0) + 1)
            yield Finding("L5-end", start, end)
        return
    if message.as_of and all(_past(*day, message.as_of) for day in dates):
        yield from _find(message, DATES[message.language], "L5-past")


def dates_in(text: str, language: str) -> Iterator[tuple[int | None, int, int]]:
    """(year or None, month, day) of every date written in the normal form `text`."""
    for match in DATES[language].finditer(text):
        groups = match.groups()
        if language == "zh":
            year, month, day = groups[0:3] if groups[1] else groups[3:6]
            yield (int(year) if year else None), int(month), int(day)
        elif groups[0]:
            yield (int(groups[2]) if groups[2] else None), _MONTHS.index(groups[0]) + 1, int(groups[1])
        elif groups[4]:
            yield (int(groups[5]) if groups[5] else None), _MONTHS.index(groups[4]) + 1, int(groups[3])
        else:
            yield int(groups[6]), int(groups[7]), int(groups[8])


def _past(year: int | None, month: int, day: int, as_of: date) -> bool:
    """Whether the day is over; one without a year within the half year before `as_of`, or 60 days if last year's."""
    if year is not None:
        return (year, month, day) < (as_of.year, as_of.month, as_of.day)
    this, last = (_days_since(as_of.year - back, month, day, as_of) for back in (0, 1))
    return 0 < this < 183 or 0 < last < 60


def _days_since(year: int, month: int, day: int, as_of: date) -> int:
    """Days from a day to `as_of`; 0 for a day that there is not."""
    try:
        return (as_of - date(year, month, day)).days
    except ValueError:
        return 0
