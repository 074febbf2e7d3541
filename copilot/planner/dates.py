"""Parts of a time and times beside one, as plain days: "first half of October", "双11前一周", "last 3 full months".

A phrase is a period and what is cut from it, or a step away from it or from today. `tools.phrases` reads the period and
every plain time; what is composed of them is worked out here and written as "2026-10-01..2026-10-15", which it reads.
"""

from __future__ import annotations

import re
from datetime import date
from functools import partial

from copilot.planner import datecuts as cut
from copilot.planner.daynames import dated as with_sale_days
from copilot.planner.daynames import spoken
from tools.errors import ToolError
from tools.windows import parse_window

_N = (
    r"(?P<n>\d{1,2}|[一二两三四五六七八九十]{1,3}|a couple of|couple of|an?\b|one|two|three|four|five|six|seven"
    r"|eight|nine|ten|twelve)"
)
_UNIT = r"(?P<unit>days?|weeks?|months?|quarters?|years?)\b"
_UNIT_ZH = r"个?(?P<unit>天|日|周|星期|礼拜|月|季度|年)"
_WHOLE_ZH = r"(?:个?(?:完整的?|整的?|自然)|整)个?(?P<unit>天|日|周|星期|礼拜|月|季度|年)"
_MONTHS = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_YEAR = r"(?:,?\s*(?:of |in )?(?:20\d\d|(?:this|last) year)\b)?"
_MONTH = (
    r"(?P<base>(?:(?:20\d\d年|今年|去年|前年)的?)?(?:\d{1,2}|[一二三四五六七八九十]{1,2})月份?(?!\d)|本月|这个?月|上个?月"
    rf"|\b{_MONTHS}{_YEAR}(?!\s*\d)|(?:this|last) month)"
)
_LONG = r"(?P<base>20\d\d年?|今年|去年|(?:this|last) year|(?:the|this) year)"
_DAY = (
    r"(?P<base>(?:(?:20\d\d年|今年|去年|前年)的?)?\d{1,2}月\d{1,2}[日号]"
    rf"|\b{_MONTHS}\s+\d{{1,2}}(?:st|nd|rd|th)?(?!\d){_YEAR}|\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of )?{_MONTHS}{_YEAR})"
)
_EVENT = (
    r"(?P<base>(?:(?:20\d\d年|今年|去年|前年)的?)?(?:双\s*(?:11|12|十一|十二)|618|国庆节?|五一|劳动节|春节|元宵节?|七夕|中秋节?"
    r"|端午节?|情人节|妇女节|母亲节|父亲节|六一|儿童节|教师节|圣诞节?|元旦)"
    rf"|(?:double (?:11|12|eleven|twelve)|singles'? day|618|golden week|national day|black friday|cyber monday"
    rf"|christmas|(?:mother|father|valentine|new year)'?s'? day|(?:chinese|lunar) new year|mid-autumn festival){_YEAR})"
)


_NUMERAL = re.compile(r"[\d〇零一二两三四五六七八九十百]")


def dated(words: str, last_day: date | None, first_day: date | None) -> str:
    """Normalised text with such phrases written as days; as it was where there is no data to count from."""
    words = _ALL_TIME.sub("有史以来", with_sale_days(spoken(words)))
    if last_day is None:
        return words
    for pattern, make in _RULES:
        words = pattern.sub(partial(_written, make=make, last_day=last_day, first_day=first_day), words)
    return words


def _written(match: re.Match[str], make: cut.Maker, last_day: date, first_day: date) -> str:
    base = match.groupdict().get("base") or match.groupdict().get("base_ended")
    try:
        period = parse_window(_plain(base), last_day, first_day) if base else None
        days = make(match, period, last_day)
    except ToolError:  # outside the data, or no time at all
        return match.group()
    if days is None:
        return match.group()
    first, last = days
    between = " " if match.group()[0].isascii() else ""
    after = between or " " * bool(_NUMERAL.match(match.string, match.end()))  # "上周末两天" has no day 252
    return f"{between}{first}..{last}{after}" if first != last else f"{between}{first}{after}"


def _plain(base: str) -> str:
    return "this year" if base == "the year" else base


_ALL_TIME = re.compile(r"(?:自?有数据|有记录|数据开始|开店)以来")
_SINCE_YEAR = r"(?:since|from) the (?:start|beginning) of (?:the|this) "
_OF = r"\s*(?:of|in)\s+"
_RULES: list[tuple[re.Pattern[str], cut.Maker]] = [(re.compile(pattern), make) for pattern, make in [
    (rf"{_EVENT}[^（(,，。]{{0,4}}[（(]\s*(?:\d{{1,2}}月|\d{{1,2}}\.)?(?P<from>\d{{1,2}})[号日]?\s*[-~—–到至]\s*"
     r"(?:\d{1,2}月|\d{1,2}\.)?(?P<to>\d{1,2})[号日]?\s*[）)]", cut.days_in_it),
    (rf"{_EVENT}(?:期间|那几天|那周|大促)? (?P<from_month>\d{{1,2}})月(?P<from>\d{{1,2}})日到"
     r"(?P<to_month>\d{1,2})月(?P<to>\d{1,2})日", cut.days_in_it),
    (rf"{_EVENT}(?:的|去年|今年|前年)*(?:当天|当日)", cut.its_last_day),
    (r"\b(?:the )?day before yesterday\b", cut.back("day", 2)),
    (r"\b(?:over |in |during )?the (?:past|last) year\b(?! and)", cut.rolling(months=12)),
    (r"(?P<back>上上|上|这|本)个?(?:周|星期|礼拜)(?P<zh>[一二三四五六日天])(?:到|至|-|~)(?:上|这|本)?(?:周|星期|礼拜)?(?P<zh_last>[一二三四五六日天])(?![0-9])"
     r"|\b(?P<which>last|past|this) (?P<en>(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
     r" (?:to|through|thru|till|until|and|-|–) (?P<en_last>(?:mon|tues|wednes|thurs|fri|satur"
     r"|sun)day)\b", cut.weekdays),
    # "上周一共", "上周日均" and "上周天猫" name no day.
    (r"(?P<back>上上|上|这|本)个?(?:周|星期|礼拜)(?P<zh>[一二三四五六日天])(?![到至、和个名次共直起般样季年月均报活内种位家款张单条千百十万猫气])"
     r"|\b(?P<which>last|past|this)\s+(?P<en>(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b", cut.weekday),
    (r"上上个?(?:周|星期|礼拜)(?!末)|\b(?:the )?week before last\b", cut.back("week", 2)),
    (r"\b(?:the )?month before last\b", cut.back("month", 2)),
    (r"上上个?季度|\b(?:the )?quarter before last\b", cut.back("quarter", 2)),
    (r"(?:一年前|去年)的?(?:今天|今日|同一天|这一?天)"
     r"|\b(?:a year ago today|(?:this|the same) day last year)\b", cut.year_ago),
    (rf"{_SINCE_YEAR}year\b", cut.this("year")),
    (rf"{_SINCE_YEAR}month\b|月初(?:至今|以来|到现在|到今天)", cut.this("month")),
    (rf"{_SINCE_YEAR}quarter\b", cut.this("quarter")),
    (r"\b(?P<which>last|past|this)\s+weekend\b|(?P<which_zh>[上这本])个?周末", cut.weekend),
    (r"\b(?:the )?(?:last|past)\s+fortnight\b", cut.rolling(days=14)),
    (r"(?:近|过去|最近)(?:1|一)年半|\b(?:the )?(?:last|past) (?:year and a half|18 months)\b", cut.rolling(months=18)),
    (r"半年(?:之|以)?前", cut.half_year_ago),
    (r"(?:(?P<year>20\d\d年|[今去前]年)的?|(?<![\d.月年-]))(?P<from>\d{1,2}|[一二三四五六七八九十]{1,2})月?份?\s*[-~—–到至]\s*"
     r"(?P<to>\d{1,2}|[一二三四五六七八九十]{1,2})月份?(?!\s*\d)", cut.months_through),
    (rf"\b(?:the )?(?:last|past|previous) {_N} (?:full|complete|whole|calendar|entire) {_UNIT}", cut.last_full),
    (r"\b(?:the )?(?:last|past|previous) (?:full|complete|whole|calendar|entire) (?P<unit>day|week|month|quarter"
        r"|year)\b"
     r"|上一?个?(?:完整的?|整的?)(?P<unit_zh>周|星期|月|季度|年)", cut.last_full),
    (rf"(?:最近|近|过去|前)的?{_N}{_WHOLE_ZH}", cut.last_full),
    (rf"(?:自|从|自从)?{_EVENT}(?:一)?(?:结束|过完|过后|之后|以后|完)(?:了)?(?:到|至)?(?:以来|至今|现在|目前"
        rf"|今天)(?:为止)?", cut.since_over),
    (rf"\bsince (?:the )?(?:end of {_EVENT}|{_EVENT.replace('?P<base>', '?P<base_ended>')} (?:ended|was over"
        rf"|finished))", cut.since_over),
    # "抖音上10月" names the month: months, quarters and years are counted with 个 where digits tell how many.
    (rf"(?<!上)上(?!\d{{1,2}}[月季年]){_N}{_UNIT_ZH}", cut.before_this),
    (r"(?<![年的])前(?P<n>[二两三23])季度(?!前)", cut.first_quarters),
    (rf"\b{_N} (?P<unit>days?|weeks?|months?|quarters?) ago\b", cut.ago), 
    (rf"(?<![前近今去])(?<!\d){_N}(?:(?P<unit>天|周|年)|个(?P<unit_zh>月|季度|星期|礼拜))(?:之|以)?前", cut.ago),
    (rf"\b(?:the )?(?P<part>first half|second half|latter half|back half){_OF}{_MONTH}", cut.part),
    (rf"{_MONTH}的?(?P<part>上半月|下半月|上半(?!年)|下半(?!年)|上旬|中旬|下旬)", cut.part),
    (rf"\b(?:the )?(?P<n>first|second|third|fourth|1st|2nd|3rd|4th) week{_OF}{_MONTH}", cut.nth_week),
    (rf"{_MONTH}的?第(?P<n>[1-4一二三四])个?(?:周|星期)", cut.nth_week),
    (rf"\b(?:the )?last (?:(?P<n>\d|two|three) )?(?P<unit>days?|weeks?){_OF}{_MONTH}", cut.last_of),
    (rf"{_MONTH}的?最后(?P<n>\d|[一两三])?个?(?P<unit>天|周|星期)", cut.last_of),
    (rf"\b(?:the )?first {_N} {_UNIT}{_OF}(?:{_LONG})", cut.first_of),
    (rf"\b(?:the )?first {_N} (?P<unit>days?|weeks?){_OF}{_MONTH}", cut.first_of),
    (rf"\b(?:the )?last (?:(?P<n>\d|two|three) )?(?P<unit>quarters?|months?){_OF}(?:{_LONG})", cut.last_of),
    (rf"{_LONG}的?(?:前|头){_N}{_UNIT_ZH}", cut.first_of),
    (rf"{_MONTH}的?(?:前|头){_N}个?(?P<unit>天|周|星期)", cut.first_of),
    (rf"\b(?:the )?week of (?:the )?{_EVENT}", cut.week_of), (rf"{_EVENT}(?:那|所在的?|当)一?(?:周|星期)", cut.week_of),
    (rf"\b(?:the )?week of (?:the )?{_DAY}", cut.week_of), (rf"{_DAY}(?:那|所在的?|当)一?(?:周|星期)", cut.week_of),
    (rf"\b(?:the )?(?:{_N} )?{_UNIT} (?:right |just )?before {_EVENT}", cut.before),
    (rf"{_EVENT}(?:之)?前{_N}{_UNIT_ZH}", cut.before),
    (rf"\b(?:the )?(?:{_N} )?{_UNIT} (?:right |just )?after {_EVENT}", cut.after_it),
    (rf"{_EVENT}(?:之)?后{_N}{_UNIT_ZH}", cut.after_it),
]]  # fmt: skip

