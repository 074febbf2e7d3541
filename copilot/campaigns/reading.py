"""A brief from one sentence: "给潜力用户做一个二单转化活动，满199减30，企微加短信"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from copilot.campaigns.brief import Brief, Exit
from copilot.campaigns.days import absolute
from copilot.goals import USUAL_GOAL
from copilot.language import language_of
from copilot.planner.lexicon import lexicon
from copilot.planner.matching import blank, normalise
from tools.offer import Offer, parse_offer
from tools.offer.record import MONTHS

_LINK = re.compile(r"https?://[^\s，。；、）)]+")
_QUOTED = r"\s*[「“\"『]([^」”\"』]{1,40})[」”\"』]"
_MUST_NOT = re.compile(
    rf"(?:不要|不能|别|不得)(?:说|提|写|出现){_QUOTED}|(?:don't|do not|never) (?:say|mention){_QUOTED}", re.I
)
_MUST = re.compile(
    rf"(?<!不)(?:必须|一定要|要|需要)(?:说|提到|写上|写|加上|包含){_QUOTED}|must (?:say|mention){_QUOTED}", re.I
)
_VOICE = re.compile(
    r"(?:语气|口吻|口气|调性)(?:要|是|为|改成|换成|改为|得|再|更|请)*([一-龥]{2,8}?)(?:一点儿?|一些|点|些)?(?:就好|吧|的)?(?![一-龥])"
    r"|([一-龥]{2,4}?)(?:一点|一些|点)?的(?:语气|口吻|口气)"
    r"|(?:an? |more )([\w-]{3,20}) (?:tone|voice)\b"
    r"|(?:tone|voice)(?: of voice)?(?::| (?:to|should be|is))? (?:more )?([\w-]{3,20})", re.I,
)  # fmt: skip
_SHARE = r"(\d{1,2}(?:\.\d)?)\s*%"
_HOLDOUT = re.compile(
    rf"(?:留出?|对照组?)\D{{0,6}}?{_SHARE}|{_SHARE}\s*(?:的)?(?:留出|对照|holdout)|holdout (?:of )?{_SHARE}", re.I
)
_NO_HOLDOUT = re.compile(r"(?:不留|不设|不要)对照|no holdout", re.I)
_NO_OFFER = re.compile(
    r"(?:没有|无|不打|不做|不给|不用|不要)\s*(?:任何)?(?:折扣|优惠)|\bno (?:offer|discount)", re.I
)
_EVERY = re.compile(
    r"(?:每个|所有|全部|各个?|全)渠道都|多渠道(?:同时|都)发|on (?:every|all|each) (?:of the )?channels?", re.I
)
_STOCK = re.compile(
    r"(?:限量?|库存|共|前)\s*(\d{1,7})\s*(?:份|件|张|名|个)|(?:first|only|limited to) (\d{1,7})\b", re.I
)
_EXITS: dict[Exit, re.Pattern[str]] = {
    "ordered": re.compile(
        r"(?:下单|购买|买了?|转化)(?:之?后|的)?(?:就|即)?(?:不再|停|退出)"
        r"|stop (?:once|when|after) (?:they|an?) (?:order|buy)", re.I,
    ),
    "clicked": re.compile(
        r"点击(?:之?后)?(?:就|即)?(?:不再|停|退出)|stop (?:once|when|after) (?:they|a) click", re.I
    ),
}  # fmt: skip
_DAY = re.compile(
    r"(?P<y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})[日号]?"
    r"|(?P<m2>\d{1,2})月(?P<d2>\d{1,2})[日号]?"
    rf"|\b(?P<mon>{'|'.join(MONTHS)})[a-z]*\.?\s+(?P<d3>\d{{1,2}})(?:,?\s+(?P<y3>\d{{4}}))?", re.I)  # fmt: skip
_STARTS = re.compile(r"^\s*(?:开始|起|上线|onward|on\b)", re.I)
_FROM = re.compile(r"(?:从|自|from|start(?:s|ing)?|begin(?:s|ning)?|launch(?:es|ing)?)(?: on)?\s*$", re.I)

_MONEY = re.compile(
    r"门槛|优惠|折扣|券|满|立减|直减|减|打|折|送|元|块钱?|[%¥￥$€£]|\d+(?:\.\d+)?"
    r"|\b(?:threshold|minimum|offer|discount|off|orders?|over|spend|above)\b", re.I,
)  # fmt: skip
_BETWEEN = re.compile(
    r"campaign[- ]?\d*|[把将给用发走改换成为调到提高降变设加上再也还都只就先要去掉取消不别从自至和与跟及起]"
    r"|[那的了吧哦啊一下点些是在请这它个行嗯对好版做]"
    r"|开始|截止|结束|为止|上线|时间|日期|渠道|人群|目标|语言|活动|麻烦|帮我|可以|客户|用户|会员|另外|同时|之前|以前|收到?|落地页|链接"
    r"|\b(?:please|make|it|the|to|set|change|switch|use|by|via|and|on|in|for|from|until|till|through|with|only|also|add"
    r"|remove|drop|instead|send|as|an?|of|then|ok(?:ay)?|yes|starts?|starting|ends?|ending|channels?|dates?|campaign"
    r"|goal|audience|language|is|should|be|customers?|let's|now|raise|lower|no|without)\b", re.I,
)  # fmt: skip
_ANY_DAY = date(2024, 1, 1)
"""Only whether a day is said matters."""


def says_only_fields(words: str) -> bool:
    """Whether words set fields of a brief and say nothing else: "下周五到周日，企微加短信", "把门槛改成满299"."""
    book, rest = lexicon(), words
    said = (_LINK, _MUST_NOT, _MUST, _VOICE, _HOLDOUT, _NO_HOLDOUT, _NO_OFFER, _EVERY, _STOCK, *_EXITS.values())
    for pattern in said:
        rest = pattern.sub(" ", rest)
    rest = normalise(_DAY.sub(" ", absolute(rest, _ANY_DAY)))
    for matcher in (book.tiers, book.goals, book.message_channels, book.message_languages):
        rest = blank(rest, matcher.find(rest))
    told = _MONEY.sub(" ", rest)
    return told != normalise(words) and not re.search(r"\w", _BETWEEN.sub(" ", told))


def read_brief(
    words: str, *, as_of: date, segments: Sequence[str] = (), currency: str = "CNY", language: str = ""
) -> Brief:
    """What one sentence says of a campaign; what it does not say stays open.

    `as_of` places a day that is said without a year. `segments` are the names of saved segments that it may name;
    the longest one that is said stands for the audience. A tier said brings its usual goal where none is said.
    """
    plain, book = normalise(words), lexicon()
    spoken = language or language_of(words)
    segment = next((name for name in sorted(segments, key=len, reverse=True) if normalise(name) in plain), "")
    tier = None if segment else next(iter(book.tiers.keys(plain)), None)
    goal = next(iter(book.goals.keys(plain)), None) or USUAL_GOAL.get(tier or "")
    start, end = _days(words, as_of)
    offer = parse_offer(words, spoken, as_of=as_of, currency=currency)
    return Brief(
        goal=goal, tier=tier, segment=segment, channels=book.message_channels.keys(plain),
        every_channel=bool(_EVERY.search(words)),
        language=next(iter(book.message_languages.keys(plain)), spoken), offer=_dated(offer, start, end),
        no_offer=bool(_NO_OFFER.search(words)), stock=_number(_STOCK, words), start=start, end=end,
        voice=_said(_VOICE, words), must_say=_all(_MUST, words), must_not_say=_all(_MUST_NOT, words),
        link=_link(words), exit=next((name for name, said in _EXITS.items() if said.search(words)), None),
        **_holdout(words),
    )  # fmt: skip


def _dated(offer: Offer | None, start: date | None, end: date | None) -> Offer | None:
    """The offer runs as the campaign does; of two days a reader of offers knows only one."""
    return offer.model_copy(update={"start": start, "end": end, "terms": ""}) if offer and end else offer


def _days(words: str, as_of: date) -> tuple[date | None, date | None]:
    """First and last day said; a single day is the last one unless it is said to be the first."""
    words = absolute(words, as_of)
    found = [(match, day) for match in _DAY.finditer(words) if (day := _day(match, as_of))]
    if not found:
        return None, None
    if len(found) > 1:
        return _period(found[0], found[1][1])
    match, day = found[0]
    first = _STARTS.match(words[match.end():]) or _FROM.search(words[: match.start()])
    return (day, None) if first else (None, day)


def _period(first: tuple[re.Match[str], date], last: date) -> tuple[date, date]:
    """A period said without years may have begun already, or cross the turn of the year."""
    match, start = first
    if start > last and not (match["y"] or match["y3"]):
        return start.replace(year=start.year - 1), last
    return min(start, last), max(start, last)


def _day(match: re.Match[str], as_of: date) -> date | None:
    """A day; one without a year is the next such day."""
    said = match.groupdict()
    month = int(said["m"] or said["m2"] or 0) or [name.lower() for name in MONTHS].index(said["mon"][:3].lower()) + 1
    number, year = int(said["d"] or said["d2"] or said["d3"]), said["y"] or said["y3"]
    try:
        day = date(int(year or as_of.year), month, number)
        return day if year or day >= as_of else date(as_of.year + 1, month, number)
    except ValueError:  # 2月30日: there is no such day, so it is asked for
        return None


def _holdout(words: str) -> dict[str, float]:
    if _NO_HOLDOUT.search(words):
        return {"holdout": 0.0}
    share = _said(_HOLDOUT, words)
    return {"holdout": float(share) / 100} if share and float(share) <= 50 else {}


def _number(pattern: re.Pattern[str], words: str) -> int | None:
    return int(_said(pattern, words) or 0) or None


def _said(pattern: re.Pattern[str], words: str) -> str:
    match = pattern.search(words)
    return next((group for group in match.groups() if group), "") if match else ""


def _all(pattern: re.Pattern[str], words: str) -> list[str]:
    return [next(group for group in match.groups() if group) for match in pattern.finditer(words)]


def _link(words: str) -> str:
    match = _LINK.search(words)
    return match.group() if match else ""
