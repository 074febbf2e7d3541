"""Reads an offer out of what a person wrote: 满199减30, 八五折, "20% off orders over $50".

Keeps what was said and adds nothing: an unclear phrase stays as kind "text".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tools.numerals import DIGITS
from tools.offer.record import MONTHS, Language, Offer

_SIGN = {"¥": "CNY", "￥": "CNY", "$": "USD", "€": "EUR", "£": "GBP", "元": "CNY", "块": "CNY", "美元": "USD"}

_TO = r"\s*(?:[-–—~～至到]|to)\s*"
_N = r"(\d+(?:\.\d+)?)"
_SUM = rf"[¥￥]?\s*{_N}\s*(?:元|块)?"
_MONEY = rf"([¥￥$€£]?)\s*{_N}"
_ITEM = r"([一-龥A-Za-z0-9]{1,12}?)(?=$|[，。,.;；、！!\s]|[给的]|短信|企微|邮件)"


class Phrase(NamedTuple):
    pattern: re.Pattern[str]
    build: Callable[[re.Match[str]], dict]


def _phrase(pattern: str, build: Callable[[re.Match[str]], dict]) -> Phrase:
    return Phrase(re.compile(pattern, re.IGNORECASE), build)


def _share(figure: str) -> Decimal:
    """Share taken off for a 折 figure: "8" -> 0.2, "85" and "8.5" and "八五" -> 0.15, "五" -> 0.5."""
    digits = "".join(str(DIGITS.get(character, character)) for character in figure)
    rate = Decimal(digits)
    return 1 - (rate / 100 if rate > 10 else rate / 10)


def _threshold(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


# Order matters: the first phrase that covers a stretch of text wins it.
_CHINESE = [
    # A range is no figure: which of them is meant is for the author to say.
    _phrase(rf"[\d.]+折?{_TO}[\d.]+\s*折|[一二三四五六七八九]{{1,2}}折?{_TO}[一二三四五六七八九]{{1,2}}折"
            rf"|(?:满\s*{_SUM}\s*)?(?:立?减|立省|优惠)\s*[\d.]+{_TO}[\d.]+\s*(?:元|块)?", lambda m: {"kind": "text"}),
    _phrase(r"第[二三两2-9]件\s*(?:半价|免单|[\d.一二三四五六七八九]+折)|买[一二三两\d]+[件]?(?:送|赠|免)[一二三两\d]+[件]?"
            r"|满[一二三两\d]+件[^，。,；;\s]{1,10}|低至[\d.]+折", lambda m: {"kind": "text"}),
    _phrase(rf"满\s*{_SUM}\s*(?:立)?减\s*{_SUM}",
            lambda m: {"kind": "amount_off", "threshold": Decimal(m[1]), "value": Decimal(m[2])}),
    _phrase(rf"(?:满\s*{_SUM}\s*(?:享|打)?)?\s*([\d.]+|[一二三四五六七八九]{{1,2}})\s*折",
            lambda m: {"kind": "percent_off", "threshold": _threshold(m[1]), "value": _share(m[2])}),
    _phrase(rf"(?:满\s*{_SUM}\s*)?(?:享|送|得|有|领)?\s*(双|两|二|三|[\d.]+)倍积分|积分(?:翻倍|双倍)",
            lambda m: {"kind": "points", "threshold": _threshold(m[1]),
                       "value": Decimal({"双": "2", "两": "2", "二": "2", "三": "3", None: "2"}.get(m[2], m[2]))}),
    _phrase(rf"(?:满\s*{_SUM}\s*)?(?:免邮|包邮|免运费|免费配送)",
            lambda m: {"kind": "free_shipping", "threshold": _threshold(m[1])}),
    _phrase(rf"(?:立减|直降|直减|减免|优惠|减)\s*{_SUM}|[¥￥]?\s*(\d+(?:\.\d+)?)\s*元(?:无门槛)?(?:优惠)?券",
            lambda m: {"kind": "amount_off", "value": Decimal(m[1] or m[2])}),
    _phrase(r"([一-龥]{0,6}?)(?:抢先购|优先购|提前购|先享购)", lambda m: {"kind": "early_access", "item": m[1]}),
    _phrase(rf"(?:满\s*{_SUM}\s*)?(?:送|赠送|赠)(?!货|达|到|上门|出|礼物给)\s*(?:一份|一个|一件|您|你)?{_ITEM}",
            lambda m: {"kind": "gift", "threshold": _threshold(m[1]), "item": m[2]}),
]
_OVER = (r"(?:\s+(?:on\s+|for\s+|with\s+)?(?:all\s+|any\s+)?(?:orders?|purchases?|spend(?:ing)?)?\s*"
         rf"(?:over|above|of|from)\s+{_MONEY}\+?)?")
_ONE = r"(?:item|piece|one|unit)"
_NTH = rf"(?:the\s+|your\s+|every\s+|any\s+)?(?:second|2nd|third|3rd)\s+{_ONE}"
"""An offer on one item only, such as the second, is no offer on the order."""
_OFF = r"\d+\s*(?:%|percent)\s*off"
_YUAN = r"(?:\s*(?:yuan|rmb|cny)\b)?"
_ENGLISH = [
    _phrase(rf"[$£€¥]?[\d.]+%?{_TO}[$£€¥]?[\d.]+\s*(?:%|percent)?\s*off", lambda m: {"kind": "text"}),
    _phrase(rf"buy\s+\w+,?\s+get\s+(?:the\s+)?\w+(?:\s+{_ONE})?(?:\s+(?:free|half price|(?:at\s+)?{_OFF}))?|bogo"
            rf"|(?:{_OFF}|half\s+(?:price\s+on|off))\s+{_NTH}|{_NTH}(?:\s+(?:at|is|comes?))*\s+(?:half\s+off|free|{_OFF})"
            rf"|(?:second|2nd)\s+(?:{_ONE}\s+)?(?:at\s+)?half\s+price|up to \d+% off", lambda m: {"kind": "text"}),
    _phrase(rf"{_N}\s*(?:%|percent)\s*off{_OVER}",
            lambda m: {"kind": "percent_off", "value": Decimal(m[1]) / 100, "threshold": _threshold(m[3]),
                       "sign": m[2]}),
    _phrase(rf"(?:spend|buy(?: for)?)\s+{_MONEY}{_YUAN}(?:\s+or more)?,?\s*(?:and\s+|to\s+)?(?:get|save|take)\s+"
            rf"{_MONEY}{_YUAN}(?:\s*off)?(?!\s*%)|{_MONEY}{_YUAN}\s+minus\s+{_MONEY}{_YUAN}",
            lambda m: {"kind": "amount_off", "threshold": Decimal(m[2] or m[6]), "value": Decimal(m[4] or m[8]),
                       "sign": m[1] or m[3] or m[5] or m[7]}),
    _phrase(rf"{_MONEY}{_YUAN}\s*off\s+{_MONEY}(?!\s*%)",
            lambda m: {"kind": "amount_off", "value": Decimal(m[2]), "threshold": Decimal(m[4]),
                       "sign": m[1] or m[3]}),
    _phrase(rf"{_MONEY}{_YUAN}\s*off{_OVER}",
            lambda m: {"kind": "amount_off", "value": Decimal(m[2]), "threshold": _threshold(m[4]),
                       "sign": m[1] or m[3]}),
    _phrase(rf"free\s+(?:shipping|delivery){_OVER}",
            lambda m: {"kind": "free_shipping", "threshold": _threshold(m[2]), "sign": m[1]}),
    _phrase(rf"(double|triple|\d+x)\s+points{_OVER}",
            lambda m: {"kind": "points", "threshold": _threshold(m[3]), "sign": m[2],
                       "value": Decimal({"double": "2", "triple": "3"}.get(m[1].lower(), m[1].lower().rstrip("x")))}),
    _phrase(r"early\s+access(?:\s+to\s+([\w' -]{1,30}?)(?=$|[,.;!]))?",
            lambda m: {"kind": "early_access", "item": (m[1] or "").strip()}),
    _phrase(rf"(?:a\s+)?(?:free|complimentary)\s+(?!to\b|of\b|and\b|from\b|time\b|returns?\b)([a-z][\w-]*(?:\s+(?!with\b|on\b|for\b|over\b)[a-z][\w-]*)?)"
            rf"(?:\s+gift)?{_OVER}",
            lambda m: {"kind": "gift", "item": m[1], "threshold": _threshold(m[3]), "sign": m[2]}),
]
_NO_OFFER = re.compile(r"(?:没有|无|不打|不做|不给|不用|不要)\s*(?:折扣|优惠|折|任何优惠)|no (?:offer|discount)",
                       re.IGNORECASE)
_CODE = re.compile(r"(?:优惠码|折扣码|券码|口令|\bcode)\s*[:：]?\s*([A-Z0-9]{3,20})\b", re.IGNORECASE)
_UNTIL = r"\s*(?:至|到|—|–|-|~|～)\s*"
_PERIOD_ZH = re.compile(
    rf"(?:(?P<from_year>\d{{4}})年)?(?P<from_month>\d{{1,2}})(?:月|\.)(?P<from_day>\d{{1,2}})[日号]?{_UNTIL}"
    r"(?:(?P<year>\d{4})年)?(?:(?P<month>\d{1,2})(?:月|\.))?(?P<day>\d{1,2})(?:[日号]|(?![\d.%元折件]))"
)
_END_ZH = re.compile(r"(?:(?:至|到|截止|截至)\s*)?(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]"
                     r"(?:之前|前|截止|为止|止)?")
_MONTH_EN = rf"(?:{'|'.join(MONTHS)})[a-z]*\.?"
_PERIOD_EN = re.compile(
    rf"\b(?:from\s+)?(?P<from_month>{_MONTH_EN})\s+(?P<from_day>\d{{1,2}})\s*(?:to|until|till|through|-|–)\s*"
    rf"(?:(?P<month>{_MONTH_EN})\s+)?(?P<day>\d{{1,2}})\b(?:,?\s+(?P<year>\d{{4}}))?", re.IGNORECASE)
_END_EN = re.compile(rf"\b(?:until|till|through|ends?|by)\s+(?P<month>{_MONTH_EN})\s+(?P<day>\d{{1,2}})"
                     r"(?:,?\s+(?P<year>\d{4}))?", re.IGNORECASE)


def parse_offer(text: str, language: Language, *, as_of: date | None = None, currency: str = "CNY") -> Offer | None:
    """Return the offer said in `text`, or None when it names none.

    `as_of` places a day said without a year (the next such day); without it such a day stays in `terms`.
    `currency` is meant where no sign is written. Two promises at once are kept as said (kind "text").
    """
    if not text or _NO_OFFER.search(text):
        return None
    found = _matches(text, language)
    if not found:
        return None
    said = ("，" if language == "zh" else ", ").join(match.group().strip() for _, match in found)
    fields = found[0][0].build(found[0][1]) if len(found) == 1 else {"kind": "text"}
    sign = fields.pop("sign", "") or _written_sign(said)
    if fields["kind"] == "percent_off" and not 0 < fields["value"] < 1:
        return None
    return Offer(**fields, said=said, currency=_SIGN.get(sign, currency), code=_code(text), **_days(text, as_of))


def _matches(text: str, language: Language) -> list[tuple[Phrase, re.Match[str]]]:
    """Non-overlapping phrases in reading order; the other language's phrases count when ours find none."""
    order = (_CHINESE, _ENGLISH) if language == "zh" else (_ENGLISH, _CHINESE)
    for phrases in order:
        taken: list[tuple[Phrase, re.Match[str]]] = []
        for phrase in phrases:
            for match in phrase.pattern.finditer(text):
                if not any(match.start() < other.end() and other.start() < match.end() for _, other in taken):
                    taken.append((phrase, match))
        if taken:
            return sorted(taken, key=lambda pair: pair[1].start())
    return []


def _written_sign(said: str) -> str:
    return next((sign for sign in ("$", "€", "£", "¥", "￥") if sign in said), "")


def _code(text: str) -> str:
    match = _CODE.search(text)
    return match[1].upper() if match else ""


def _days(text: str, as_of: date | None) -> dict:
    """`end`, and `start` where a period is said; the words as `terms` where the last day is not certain."""
    matches = (pattern.search(text) for pattern in (_PERIOD_ZH, _PERIOD_EN, _END_ZH, _END_EN))
    match = next((found for found in matches if found), None)
    if match is None:
        return {}
    said = match.groupdict()
    try:
        end = _next_day(said["year"], said["month"] or said["from_month"], said["day"], as_of)
        if end:
            return {"end": end} | ({"start": _day_before(said, end)} if said.get("from_day") else {})
    except ValueError:  # 2月30日: no such day, so it is kept as said
        pass
    return {"terms": match.group().strip()}


def _next_day(year: str | None, month: str, day: str, as_of: date | None) -> date | None:
    """The day said; without a year the first such day from `as_of` on, None where that is unknown."""
    if year:
        return date(int(year), _month(month), int(day))
    if as_of is None:
        return None
    this_year = date(as_of.year, _month(month), int(day))
    return this_year if this_year >= as_of else date(as_of.year + 1, _month(month), int(day))


def _day_before(said: dict[str, str | None], end: date) -> date:
    """First day of a period that ends on `end`: in the year said, else the last such day before its end."""
    month, day = _month(said["from_month"] or ""), int(said["from_day"] or 0)
    if said.get("from_year"):
        return date(int(said["from_year"] or 0), month, day)
    start = date(end.year, month, day)
    return start if start <= end else date(end.year - 1, month, day)


def _month(said: str) -> int:
    return int(said) if said.isdigit() else MONTHS.index(said.capitalize()[:3]) + 1
