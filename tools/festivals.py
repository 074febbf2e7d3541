"""Festivals, holidays and sales by the names that people call them, and their days in a year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from tools.calendar import Span
from tools.errors import BadArgument

DaysOf = Callable[[int], Span]

# Days of the lunisolar calendar: the new year (1/1), dragon boats (5/5), qixi (7/7), mid-autumn (8/15) and the double
# ninth (9/9) as month and day. Worked out with two independent implementations of the calendar, which agree.
_LUNISOLAR = {
    2015: "0219 0620 0820 0927 1021", 2016: "0208 0609 0809 0915 1009", 2017: "0128 0530 0828 1004 1028",
    2018: "0216 0618 0817 0924 1017", 2019: "0205 0607 0807 0913 1007", 2020: "0125 0625 0825 1001 1025",
    2021: "0212 0614 0814 0921 1014", 2022: "0201 0603 0804 0910 1004", 2023: "0122 0622 0822 0929 1023",
    2024: "0210 0610 0810 0917 1011", 2025: "0129 0531 0829 1006 1029", 2026: "0217 0619 0819 0925 1018",
    2027: "0206 0609 0808 0915 1008", 2028: "0126 0528 0826 1003 1026", 2029: "0213 0616 0816 0922 1016",
    2030: "0203 0605 0805 0912 1005", 2031: "0123 0624 0824 1001 1024", 2032: "0211 0612 0812 0919 1012",
    2033: "0131 0601 0801 0908 1001", 2034: "0219 0620 0820 0927 1020", 2035: "0208 0610 0810 0916 1009",
    2036: "0128 0530 0828 1004 1027", 2037: "0215 0618 0817 0924 1017", 2038: "0204 0607 0807 0913 1007",
    2039: "0124 0527 0826 1002 1026", 2040: "0212 0614 0814 0920 1014",
}  # fmt: skip
_NEW_YEAR, _DRAGON_BOATS, _QIXI, _MID_AUTUMN, _DOUBLE_NINTH = range(5)
_SUNDAY = 6


def _days(first: tuple[int, int], last: tuple[int, int] | None = None) -> DaysOf:
    return lambda year: Span.between(date(year, *first), date(year, *(last or first)))


def _lunar(festival: int, first: int = 0, last: int | None = None) -> DaysOf:
    """From so many days after a lunisolar one to so many after it. Raises BadArgument beyond the table."""

    def days_of(year: int) -> Span:
        if year not in _LUNISOLAR:
            raise BadArgument("unknown_window", given=str(year), alternatives=[])
        said = _LUNISOLAR[year].split()[festival]
        day = date(year, int(said[:2]), int(said[2:]))
        return Span.between(day + timedelta(first), day + timedelta(first if last is None else last))

    return days_of


def _nth(month: int, weekday: int, n: int, after: int = 0) -> DaysOf:
    """So many days after the nth such weekday of a month."""

    def days_of(year: int) -> Span:
        first = date(year, month, 1)
        day = first + timedelta((weekday - first.weekday()) % 7 + 7 * (n - 1) + after)
        return Span.between(day, day)

    return days_of


def _week_of(days_of: DaysOf) -> DaysOf:
    def week(year: int) -> Span:
        monday = days_of(year).end - timedelta(days_of(year).end.weekday())
        return Span.between(monday, monday + timedelta(6))

    return week


def _qingming(year: int) -> Span:
    """Clear and Bright, as the sun stands: the rule of thumb for this century."""
    of_century = year % 100
    day = int(of_century * 0.2422 + 4.81) - of_century // 4
    return Span.between(date(year, 4, day), date(year, 4, day))


_BLACK_FRIDAY = r"(?:黑5|黑色星期5|black\s*friday)"
_CNY = r"(?:\b(?:chinese|lunar)\s*new\s*year|\bspring\s*festival|\bcny\s*(?=holiday|week|period|season))"
_FREE = r"(?:假期|黄金周|小长假|长假|放假)"

FESTIVALS: dict[str, DaysOf] = {
    r"(?:双\s*11|double\s*(?:11|eleven)|singles?'?s?\s*day|(?<![\d.])11\.11(?!\d))": _days((11, 1), (11, 11)),
    r"(?:双\s*12|double\s*(?:12|twelve))": _days((12, 1), (12, 12)),
    r"(?:(?<!\d)618(?!\d)|(?<![\d.])6\.18(?!\d))": _days((6, 1), (6, 18)),
    rf"(?:国庆(?:节|黄金周|{_FREE})?|national\s*day|golden\s*week)": _days((10, 1), (10, 7)),
    r"(?:圣诞节?当[天日]|christmas\s*day|\bxmas\s*day)": _days((12, 25)),
    r"(?:圣诞节?|christmas|\bxmas\b)": _days((12, 24), (12, 26)),
    r"(?:平安夜|christmas\s*eve)": _days((12, 24)),
    r"\bboxing\s*day\b": _days((12, 26)),
    _BLACK_FRIDAY: _nth(11, 3, 4, after=1),
    rf"(?:{_BLACK_FRIDAY}\s*(?:[那这当]?1?个?(?:周|星期)|week\b)|week\s+of\s+{_BLACK_FRIDAY})":
        _week_of(_nth(11, 3, 4, after=1)),
    r"(?:网络?星期1|cyber\s*monday)": _nth(11, 3, 4, after=4),
    r"(?:感恩节|\bthanksgiving\b)": _nth(11, 3, 4),
    r"(?:万圣节?|\bhalloween\b)": _days((10, 31)),
    r"(?:元旦节?|\bnew\s*year'?s?'?\s*day\b)": _days((1, 1)),
    r"(?:跨年夜?|\bnew\s*year'?s?'?\s*eve\b)": _days((12, 31)),
    r"(?:(?<!白色)情人节|\bvalentine'?s?'?(?:\s*day)?\b)": _days((2, 14)),
    r"(?:(?<!\d)38(?:妇女|女神|女王)?节|(?:妇女|女神|女王)节|\b(?:international\s*)?wom[ae]n'?s?'?\s*day\b)":
        _days((3, 8)),
    rf"(?:劳动节{_FREE}?|\b(?:may|labou?r)\s*day\b(?!\s+by))": _days((5, 1), (5, 5)),
    r"(?:母亲节|\bmother'?s?'?\s*day\b)": _nth(5, _SUNDAY, 2),
    r"(?:父亲节|\bfather'?s?'?\s*day\b)": _nth(6, _SUNDAY, 3),
    r"(?:儿童节|\bchildren'?s?'?\s*day\b)": _days((6, 1)),
    r"(?:教师节|\bteacher'?s?'?\s*day\b)": _days((9, 10)),
    r"(?:清明节?|\b(?:qingming|tomb\s*sweeping\s*day))": _qingming,
    rf"(?:春节{_FREE}?|{_CNY})": _lunar(_NEW_YEAR, -1, 6),
    rf"(?:春节当[天日]|(?:大年|正月)初1(?!\d)|{_CNY}'?s?\s*day\b)": _lunar(_NEW_YEAR),
    rf"(?:除夕|大年30(?!\d)|{_CNY}'?s?\s*eve\b)": _lunar(_NEW_YEAR, -1),
    r"(?:元宵节?|\blantern\s*festival\b)": _lunar(_NEW_YEAR, 14),
    r"(?:端午节?|\bdragon\s*boat(?:\s*(?:festival|day))?\b)": _lunar(_DRAGON_BOATS),
    r"(?:7夕节?|\bqi\s*xi(?:\s*festival)?\b|\bchinese\s*valentine'?s?'?(?:\s*day)?\b)": _lunar(_QIXI),
    r"(?:中秋节?|\bmid[- ]?autumn(?:\s*(?:festival|day))?\b|\bmoon\s*(?:cake\s*)?festival\b)": _lunar(_MID_AUTUMN),
    r"(?:重阳节?|\bdouble\s*ninth\b)": _lunar(_DOUBLE_NINTH),
}  # fmt: skip
"""Name (its number words already digits) -> its days; one that raises is not known for that year."""


def known_in(days_of: DaysOf, year: int) -> bool:
    """Whether a festival's days are known for a year and for the year before it."""
    try:
        return bool(days_of(year) and days_of(year - 1))
    except BadArgument:
        return False
