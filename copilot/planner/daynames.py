"""Days that a question names through a sale or a month, put as plain dates: "双11当天", "since the end of June"."""

from __future__ import annotations

import re

from tools.time_words import MONTH, MONTHS

_SALES = {r"双\s*(?:11|十一)": (11, 11), r"双\s*(?:12|十二)": (12, 12), r"618|六一八": (6, 18), "国庆节?": (10, 1),
          "五一|劳动节": (5, 1)}  # fmt: skip
_SALES_EN = {r"double (?:11|eleven)|singles'? day|11\.11": (11, 11), r"double (?:12|twelve)": (12, 12), "618": (6, 18),
             "national day": (10, 1), "may day|labou?r day": (5, 1)}  # fmt: skip
_ITSELF = r"(?:,?\s*(?:just |only )?)(?:itself\b|(?:on )?the day itself\b|proper\b)"
_DAYS = [
    *((re.compile(rf"(?:{name})(?:[，,]?(?:就|只看|单看)?(?:当[天日]|那[一]?天|正日子?))"), f"{month}月{day}日")
      for name, (month, day) in _SALES.items()),
    *((re.compile(rf"(?:{name})(?:所在的?|那个?|当)月"), f"{month}月") for name, (month, _) in _SALES.items()),
    *((re.compile(rf"\b(?:{name})((?: (?:this|last) year| 20\d\d)?){_ITSELF}", re.IGNORECASE),
       rf"{MONTHS[month - 1]} {day}\1") for name, (month, day) in _SALES_EN.items()),
    *((re.compile(rf"\bon (?:{name})(?: day)?(?= (?:this|last) year| 20\d\d|[\s,.?!]*$)", re.IGNORECASE),
       f"on {MONTHS[month - 1]} {day}") for name, (month, day) in _SALES_EN.items()),
]  # fmt: skip
_SINCE_END = re.compile(rf"\bsince (?:the )?end of {MONTH}", re.IGNORECASE)
BETWEEN_ENDS = re.compile(
    rf"\b(?:between|from) (?:the )?end of {MONTH} (?:and|to|till|until) (?:the )?end of "
    rf"{MONTH.replace('?P<name>', '?P<to>')}"
    r"|(?P<zh>\d{1,2})月(?:底|末)\s*(?:到|至|-|~)\s*(?P<to_zh>\d{1,2})月(?:底|末)", re.IGNORECASE,
)  # fmt: skip
"""What happened between two month ends began with the month after the first."""
_POINTED = re.compile(r"[(（]?(?<![\d.¥$])(1[0-2]|[1-9])\.([12]\d|3[01]|[1-9])\s*[-~—–到至]\s*"
                      r"(1[0-2]|[1-9])\.([12]\d|3[01]|[1-9])"
                      r"(?![\d.%万元折])[)）]?")  # fmt: skip
"""Days as "10.1-10.7"."""
_SINCE_END_ZH = re.compile(r"(?:自从?)?(\d{1,2})月(?:底|末)(?:以来|至今|到现在|之后|以后)")


def dated(question: str) -> str:
    """The question with such days written as dates; what began after a month's end began with the next month."""
    for pattern, written in _DAYS:
        question = pattern.sub(written, question)
    question = _POINTED.sub(r" \1月\2日到\3月\4日 ", BETWEEN_ENDS.sub(_between, question))
    question = _SINCE_END.sub(lambda match: f"since {_after(_number(match['name']))}", question)
    return _SINCE_END_ZH.sub(lambda match: f"{int(match[1]) % 12 + 1}月以来", question)


def _between(ends: re.Match[str]) -> str:
    if ends["zh"]:
        return f"{int(ends['zh']) % 12 + 1}月1日到{ends['to_zh']}月底"
    last = MONTHS[_number(ends["to"]) - 1]
    return f"{_after(_number(ends['name']))} to {last}"


def _number(name: str) -> int:
    return next(number for number, month in enumerate(MONTHS, 1) if month.startswith(name[:3].lower()))


def _after(month: int) -> str:
    return MONTHS[month % 12].capitalize()


_TO_NOW = re.compile(
    r"[，,]?\s*(?:数据)?(?:算到|截至到?|截止到?|统计到|截到)(?:今[天日儿]|现在|目前|最新)(?:为止)?"
    r"|(?<=[，, ])到(?:今[天日]|现在|目前)为止"
    r"|(?<=[人户客员批，,])到(?:现在|目前|如今)(?![还有])|[,]?\s*\b(?:as of|up to|up until) (?:today|now|this moment)\b"
)
"""Every window ends with the data anyway."""
_SAME_DAY = r"\b(?:on )?(?:the )?same (?:day|weekday) (?:last week|(?:of )?the week before)\b"
_SAME_DAY_ZH = r"上个?(?:周|星期|礼拜)的?(?:同一天|同日|今天|这天)"
_FEW = r"(?:the |these )?(?:last|past|previous)"
_THIRD = "上旬|中旬|下旬|上半月|下半月"
_SPOKEN = [(re.compile(said), plain) for said, plain in (
    (r"\b(how (?:did|was|were|has)) (.{3,30}?) (go|do|look|sell|been|gone) (?:in )?((?:this|last) year|20\d\d)\b",
     r"\1 \2 \4 \3"),
    (rf"(\d{{1,2}}月|上个?月|这个?月|本月)份?的?({_THIRD})(\s*(?:跟|和|与|比|对比|相比|较|、|vs\.?)\s*)({_THIRD})",
     r"\1\2\3\1\4"),
    (rf"\b((?:first|second) half of )({MONTH}|last month|this month)(.{{1,14}}?)((?:first|second|other) half)\b(?! of)",
     r"\1\2\4\5 of \2"),
    (r"国庆(?:节|假期|长假|黄金周)?[七7]天(?:假期|长假|乐)?", "国庆"),
    (r"去年(?:的)?同(?:月|周|日|一?时期|样的?时候|样时间|样的?月份)", "去年同期"),
    (r"\b(?:the )?same (?:months?|weeks?|period|days?|times?|quarters?|stretch) (?:of |in )?"
     r"(?:last year|a year ago|the year before|the previous year)\b", "same period last year"),
    (r"\b(?:of|in|for) the (year|month|quarter)(?: so far| to date)?\b(?! (?:of|before|after|ago|in|\d))", r"this \1"),
    (r"\bthis (week|month|quarter|year)\b(.{0,20}?)\b(vs\.?|versus|against|than|compared (?:to|with)) last\b(?! \w)",
     r"this \1\2\3 last \1"),
    (r"\b(?:than|vs\.?|versus|against|compared (?:to|with)) (?:it was )?(?:a|one) year (?:ago|before"
        r"|earlier)\b(?! today)",
     "year over year"),
    (r"(?<=国庆|五一|中秋|春节|端午|元旦|十一)(?:节)?(?:当周|那一周|那个?(?:星期|礼拜))", "那周"),
    (r"\b(this|last) years(?= [a-z])(?! (?:ago|back|running))", r"\1 year"),
    (r"昨儿个?|昨个(?!月)|昨晚", "昨天"), (r"今儿个?|今个(?!月)", "今天"), (r"前儿个?", "前天"), (r"上礼拜", "上周"),
    (r"(?<=今年|本年|本月|本周|本季)(?:度)?到(?:现在|目前|如今|今天)(?:为止)?"
     r"|(?<=这个月|这季度)到(?:现在|目前|如今|今天)(?:为止)?", " "),
    (r"(?:最近|近|过去|前)?的?[这那]?俩个?(月|季度|星期|礼拜|周)|[这那][两2]个?(月|季度|星期|礼拜"
        r"|周)(?!末)", r"近2个\1\2"),
    (r"(?:最近|近|过去|前)?的?(?:这几|这两三)个?(月|季度|星期|礼拜)", r"近3个\1"),
    (r"(?:最近|近|过去)的?几个?(月|季度|星期|礼拜)", r"近3个\1"), (r"(?:最近|近|过去)(?:这)?几(周|年|天)", r"近3\1"),
    (rf"\b{_FEW} (?:few|handful of) (days|weeks|months|quarters|years)\b", r"last 3 \1"),
    (rf"\b{_FEW} (?:couple|couple of) (days|weeks|months|quarters|years)\b", r"last 2 \1"),
    (rf"\b(yesterday\b.*?){_SAME_DAY}", r"\g<1>8 days ago"),
    (rf"((?:昨天|昨日).*?){_SAME_DAY_ZH}", r"\g<1>8天前"),
    (rf"{_SAME_DAY}|{_SAME_DAY_ZH}", "7 days ago"),
)]  # fmt: skip
"""Everyday words for days, and small numbers of them that are not counted: "few" is read as three."""


def spoken(words: str) -> str:
    """Normalised text with everyday words for days put as plain ones."""
    words = _TO_NOW.sub(" ", words)
    for said, plain in _SPOKEN:
        words = said.sub(plain, words)
    return words
