"""Dates in the shapes that exports have; the order of day and month is settled per column."""

from __future__ import annotations

import re
from dataclasses import dataclass

import duckdb

from tools.errors import BadArgument
from tools.loading.values import let, quoted
from tools.schema import TIMEZONE

_ORDERS = {"dmy": "%d-%m-%y", "mdy": "%m-%d-%y", "ymd": "%y-%m-%d"}
_NAMED = ["%d %b %y", "%b %d %y", "%d %b %Y", "%b %d %Y", "%Y %b %d"]
_OFFSET = r":\d\d(\.\d+)? ?(Z|[+-]\d\d(:?\d\d)?)$"
ZONED = rf"^\d{{9,10}}(\.\d+)?$|^(\d{{13}}|\d{{16}}|\d{{19}})$|{_OFFSET}"
"""Values that mean an instant: epoch seconds (or milli-, micro-, nanoseconds), or a clock time with an offset."""

_PLAIN = r"\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?|\d{8,}(\.\d*)?"
_SHORT = r"\d{1,2}-\d{1,2}-(\d{2}|\d{4})"
_EPOCHS = {r"\d{9,10}(\.\d+)?": 1, r"\d{13}(\.0*)?": 1e3, r"\d{16}": 1e6, r"\d{19}": 1e9}

# What people and exports write around a date, in the order it is folded.
_FOLDS = [
    (r"[(（]?(星期|周|礼拜)[一二三四五六日天][)）]?", " "),
    (r"(?i)^(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?[,.]? +", ""),
    ("上午|凌晨|早上|中午", "AM"), ("下午|晚上|傍晚", "PM"),
    (r"AM ?(12:)", r"PM \1"),  # 中午12:30; in English AM stands behind the clock
    (r"(?i)(\d)(st|nd|rd|th)\b", r"\1"),
    (r"^(\d\d)年", r"20\1年"),
    ("[年月]", "-"), ("[日号]", " "), ("[时点分]", ":"), ("秒", ""),
    (r"(\d)T(\d)", r"\1 \2"),
    (r"^(\d{4})(\d\d)(\d\d) (\d)", r"\1-\2-\3 \4"),
    # Only the slashes and dots of the day itself: "10:00:00.5" keeps its dot.
    (r"^(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4})", r"\1-\2-\3"),
    (r"(?i) ?(UTC|GMT) ?([+-])(\d)(:|$)", r"\20\3\4"), (r"(?i) ?(UTC|GMT) ?([+-]\d\d)", r"\2"),
    (r"(?i) ?(UTC|GMT)$", "Z"),
    (r"^(\S+ +\d{1,2}):?$", r"\1:00"), (r"[:-]\s*$", ""), (r"\s+", " "),
]  # fmt: skip


@dataclass(frozen=True)
class DateStyle:
    """How one column writes its dates, where the shape alone does not say."""

    order: str = ""
    """"dmy", "mdy" or "ymd" for values like 5/3/24; "" when there are none."""
    format: str = ""
    """strptime format that the user gave."""
    timezone: str = TIMEZONE
    """Of the workspace; epoch seconds and values with an offset are shown in it."""


def date_text(text: str) -> str:
    """Fold 2024年3月5日 14点, 2024/3/5, March 5th, 2024 and 2024.3.5T10:00 to 2024-3-5 10:00."""
    folded = text
    for old, new in _FOLDS:
        folded = f"regexp_replace({folded}, {quoted(old)}, {quoted(new)}, 'g')"
    named = f"CASE WHEN regexp_matches(folded, '[A-Za-z]{{3}}') THEN {_without_month_name('folded')} END"
    return f"""CASE WHEN regexp_full_match({text}, '{_PLAIN}') THEN {text}
        ELSE {let("folded", f"trim({folded})", f"coalesce({named}, folded)")} END"""


def _without_month_name(text: str) -> str:
    """"5-Mar-24 14:05" as "2024-03-05 14:05"; NULL when it is no date."""
    clock = rf"regexp_extract({text}, '\d{{1,2}}:\d\d.*$')"
    words = rf"regexp_replace(regexp_replace({text}, '\d{{1,2}}:\d\d.*$', ''), '[-/,.\s]+', ' ', 'g')"
    apart = rf"regexp_replace({words}, '^(\d{{1,2}})([A-Za-z]+)(\d+)$', '\1 \2 \3')"
    short = rf"trim(regexp_replace({apart}, '([A-Za-z]{{3}})[a-z]*', '\1'))"
    day = f"try_strptime({short}, [{', '.join(map(quoted, _NAMED))}])"
    return f"trim(strftime({day}, '%Y-%m-%d') || ' ' || {clock})"


def timestamp(text: str, style: DateStyle) -> str:
    """TIMESTAMP from folded text; NULL for what is no date or lies outside 1970-2100."""
    zone, long_day = quoted(style.timezone), f"try_strptime({_day(text)}, '%Y-%m-%d')"
    choices = [
        rf"WHEN regexp_full_match({text}, '\d{{4}}-\d{{1,2}}-\d{{1,2}}( .*)?') THEN {_joined(long_day, text, zone)}",
        rf"WHEN regexp_full_match({text}, '\d{{8}}') THEN try_strptime({text}, '%Y%m%d')",
        rf"WHEN regexp_full_match({text}, '\d{{12}}') THEN try_strptime({text}, '%Y%m%d%H%M')",
        rf"WHEN regexp_full_match({text}, '\d{{14}}') THEN try_strptime({text}, '%Y%m%d%H%M%S')",
        *(f"WHEN regexp_full_match({text}, '{shape}') THEN {_epoch(text, divisor, zone)}"
          for shape, divisor in _EPOCHS.items()),
        # A spreadsheet counts days from 1899-12-30.
        rf"WHEN regexp_full_match({text}, '\d{{5}}(\.\d+)?') THEN date_trunc('second', TIMESTAMP '1899-12-30' "
        rf"+ to_microseconds(CAST(round(CAST({text} AS DOUBLE) * 86400) * 1000000 + 1000 AS BIGINT)))",
    ]  # fmt: skip
    if style.order:
        short = _joined(_short(_day(text), style.order), text, zone)
        choices.append(rf"WHEN regexp_full_match({text}, '{_SHORT}( .*)?') THEN {short}")
    found = f"CASE {' '.join(choices)} END"
    if style.format:
        found = f"coalesce({plausible(f'try_strptime({text}, {quoted(_folded(style.format))})')}, {found})"
    return plausible(found)


def settle(con: duckdb.DuckDBPyConnection, table: str, column: str, *, latest: str, flag: str, name: str) -> str:
    """Return the order of day, month and year in a column of folded date text, "" when no value needs it.

    An order holds when it reads every value that any order can read. Raises BadArgument
    `unclear_date` when several hold, or none does (two styles are mixed).
    """
    day = _day(column)
    parts = [rf"regexp_extract(day, '^(\d+)-(\d+)-(\d+)$', {n})" for n in (1, 2, 3)]
    fits = {order: f"coalesce({_short('day', order)} <= TIMESTAMP '{latest}', false)" for order in _ORDERS}
    # A year is not written "5", and a column's years vary less than its days.
    sums = ", ".join(f"coalesce(sum(n) FILTER (WHERE {fit}), 0)" for fit in fits.values())
    row = con.execute(
        f"WITH days AS (SELECT {day} AS day, count(*) AS n FROM {table} "
        f"WHERE regexp_full_match({day}, '{_SHORT}') GROUP BY 1) "
        f"SELECT {sums}, coalesce(sum(n) FILTER (WHERE {' OR '.join(fits.values())}), 0), "
        f"coalesce(bool_or(length({parts[0]}) = 1), false) OR count(DISTINCT {parts[0]}) > count(DISTINCT {parts[2]}), "
        "min(day) FROM days"
    ).fetchone()
    assert row is not None
    *counts, readable, no_year_first, example = row
    if not readable:
        return ""
    holding = [order for order, count in zip(fits, counts, strict=True) if count == readable]
    if no_year_first and len(holding) > 1:
        holding = [order for order in holding if order != "ymd"]
    if len(holding) == 1:
        return holding[0]
    likely = holding or list(_ORDERS)
    raise BadArgument(
        "unclear_date" if holding else "mixed_dates",
        alternatives=[f"--map {flag}={name}:{_shown(order)}" for order in likely],
        column=name,
        example=example.replace("-", "/"),
        flag=f"--map {flag}={name}:{_shown(likely[0])}",
    )


def split_format(value: str) -> tuple[str, str]:
    """Split a `--map` value like COLUMN:%d/%m/%y, COLUMN:decimal-comma or COLUMN:00000 ("" without a format)."""
    found = re.fullmatch(r"(.+):(%.+|decimal-(?:point|comma)|0{2,})", value)
    return (found.group(1), found.group(2)) if found else (value, "")


def style_of(fmt: str, timezone: str) -> DateStyle:
    """The style that a user's format asks for; the day's separators do not matter.

    Raises BadArgument `bad_date_format`.
    """
    try:
        with duckdb.connect() as con:
            con.execute("SELECT try_strptime('', ?)", [_folded(fmt)])
    except duckdb.Error as error:
        raise BadArgument("bad_date_format", given=fmt, flag="--map date=COLUMN:%d/%m/%y") from error
    letters = "".join(re.findall(r"%-?([dmyY])", fmt)).lower()
    return DateStyle(order=letters if letters in _ORDERS else "", format=fmt, timezone=timezone)


def _shown(order: str) -> str:
    return _ORDERS[order].replace("-", "/")


def _folded(fmt: str) -> str:
    return re.sub(r"(?<=%[dmyY])[/.](?=%)", "-", fmt).replace("%-", "%")


def _day(text: str) -> str:
    return rf"regexp_extract({text}, '^\S+')"


def _short(day: str, order: str) -> str:
    """TIMESTAMP of a day like 5-3-24 or 5-3-2024; with a four-digit year at the end "ymd" cannot hold."""
    two = _ORDERS[order]
    long_year = f"try_strptime({day}, '{two.replace('%y', '%Y')}')" if order != "ymd" else "NULL"
    return (
        rf"CASE WHEN regexp_full_match({day}, '\d{{1,2}}-\d{{1,2}}-\d{{4}}') THEN {long_year} "
        rf"WHEN regexp_full_match({day}, '\d{{1,2}}-\d{{1,2}}-\d{{2}}') THEN try_strptime({day}, '{two}') END"
    )


def _joined(day: str, text: str, zone: str) -> str:
    """A day plus the clock time behind it; a time that is none spoils the whole value."""
    clock = rf"trim(regexp_replace({text}, '^\S+', ''))"
    # 上午 and 下午 stand before the clock, AM and PM behind it.
    ordered = rf"regexp_replace({clock}, '^([AP]M) ?(.*)$', '\2 \1')"
    twelve = f"try_strptime(upper({ordered}), ['%I:%M %p', '%I:%M:%S %p', '%I:%M%p', '%I:%M:%S%p'])::TIME"
    time = f"CASE WHEN {clock} = '' THEN TIME '00:00' ELSE coalesce(TRY_CAST({clock} AS TIME), {twelve}) END"
    instant = f"strftime({day}, '%Y-%m-%d ') || replace({clock}, ' ', '')"
    return f"""CASE WHEN regexp_matches({text}, '{_OFFSET}')
        THEN timezone({zone}, TRY_CAST({instant} AS TIMESTAMPTZ)) ELSE CAST({day} AS DATE) + ({time}) END"""


def _epoch(text: str, divisor: float, zone: str) -> str:
    return f"timezone({zone}, to_timestamp(CAST({text} AS DOUBLE) / {divisor:.0f}))"


def plausible(moment: str) -> str:
    """SQL: the moment, NULL where it lies outside 1970-2100."""
    return f"CASE WHEN ({moment}) BETWEEN TIMESTAMP '1970-01-01' AND TIMESTAMP '2100-12-31' THEN ({moment}) END"
