"""Dates in the shapes that exports have; the order of day and month is settled per column."""

from __future__ import annotations

import re
from dataclasses import dataclass

import duckdb

from tools.errors import BadArgument
from tools.loading.values import quoted

_ORDERS = {"dmy": "%d-%m-%y", "mdy": "%m-%d-%y", "ymd": "%y-%m-%d"}
_NAMED = ["%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%y", "%b %d %Y", "%d-%b-%Y %H:%M:%S",
          "%d %b %Y %H:%M:%S", "%b %d, %Y %I:%M %p", "%d %b %Y %H:%M"]  # fmt: skip
ZONED = r"^\d{9,10}(\.\d+)?$|^\d{13}$|:\d\d(\.\d+)? ?(Z|[+-]\d\d(:?\d\d)?)$"
"""Values that mean an instant: epoch seconds or milliseconds, or a clock time with an offset."""

_SHORT = r"\d{1,2}-\d{1,2}-(\d{2}|\d{4})"


@dataclass(frozen=True)
class DateStyle:
    """How one column writes its dates, where the shape alone does not say."""

    order: str = ""
    """"dmy", "mdy" or "ymd" for values like 5/3/24; "" when there are none."""
    format: str = ""
    """strptime format that the user gave."""
    timezone: str = "Asia/Shanghai"
    """Of the workspace; epoch seconds and values with an offset are shown in it."""


def date_text(text: str) -> str:
    """Fold 2024年3月5日, 2024/3/5 and 2024.3.5T10:00 to 2024-3-5 10:00."""
    folded = rf"regexp_replace(replace(replace({text}, '上午', 'AM'), '下午', 'PM'), '(\d)T(\d)', '\1 \2')"
    for old, new in zip("年月日号时点分秒", ("-", "-", " ", " ", ":", ":", ":", ""), strict=True):
        folded = f"replace({folded}, '{old}', '{new}')"
    # Only the slashes and dots of the day itself: "10:00:00.5" keeps its dot.
    day = rf"regexp_replace({folded}, '^(\d{{1,4}})[/.-](\d{{1,2}})[/.-](\d{{1,4}})', '\1-\2-\3')"
    return rf"trim(regexp_replace(regexp_replace({day}, ':$', ''), '\s+', ' ', 'g'))"


def timestamp(text: str, style: DateStyle) -> str:
    """TIMESTAMP from folded text; NULL for what is no date or lies outside 1970-2100."""
    zone = quoted(style.timezone)
    choices = [
        rf"WHEN regexp_full_match({text}, '\d{{4}}-\d{{1,2}}-\d{{1,2}}( .*)?') THEN {_with_zone(text, zone)}",
        rf"WHEN regexp_full_match({text}, '\d{{8}}') THEN try_strptime({text}, '%Y%m%d')",
        rf"WHEN regexp_full_match({text}, '\d{{14}}') THEN try_strptime({text}, '%Y%m%d%H%M%S')",
        rf"WHEN regexp_full_match({text}, '\d{{9,10}}(\.\d+)?') THEN {_epoch(text, 1, zone)}",
        rf"WHEN regexp_full_match({text}, '\d{{13}}(\.0*)?') THEN {_epoch(text, 1000, zone)}",
        # A spreadsheet counts days from 1899-12-30.
        rf"WHEN regexp_full_match({text}, '\d{{5}}(\.\d+)?') THEN date_trunc('second', TIMESTAMP '1899-12-30' "
        rf"+ to_microseconds(CAST(round(CAST({text} AS DOUBLE) * 86400) * 1000000 + 1000 AS BIGINT)))",
    ]
    if style.order:
        short = _joined(_short(_day(text), style.order), text)
        choices.append(rf"WHEN regexp_full_match({text}, '{_SHORT}( .*)?') THEN {short}")
    choices.append(f"ELSE try_strptime({text}, [{', '.join(map(quoted, _NAMED))}])")
    found = f"CASE {' '.join(choices)} END"
    if style.format:
        found = f"coalesce({_plausible(f'try_strptime({text}, {quoted(_folded(style.format))})')}, {found})"
    return _plausible(found)


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
    """Split a `--map date=COLUMN:%d/%m/%y` value into column and format ("" without one)."""
    column, mark, rest = value.partition(":%")
    return (column, "%" + rest) if mark else (value, "")


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


def _joined(day: str, text: str) -> str:
    """A day plus the clock time behind it; a time that is none spoils the whole value."""
    clock = rf"trim(regexp_replace({text}, '^\S+', ''))"
    # 上午 and 下午 stand before the clock, AM and PM behind it.
    ordered = rf"regexp_replace({clock}, '^([AP]M) ?(.*)$', '\2 \1')"
    twelve = f"try_strptime(upper({ordered}), ['%I:%M %p', '%I:%M:%S %p', '%I:%M%p', '%I:%M:%S%p'])::TIME"
    time = f"CASE WHEN {clock} = '' THEN TIME '00:00' ELSE coalesce(TRY_CAST({clock} AS TIME), {twelve}) END"
    return f"(CAST({day} AS DATE) + ({time}))"


def _with_zone(text: str, zone: str) -> str:
    plain = _joined(f"try_strptime({_day(text)}, '%Y-%m-%d')", text)
    offset = rf"regexp_matches({text}, ':\d\d(\.\d+)? ?(Z|[+-]\d\d(:?\d\d)?)$')"
    return f"CASE WHEN {offset} THEN timezone({zone}, TRY_CAST({text} AS TIMESTAMPTZ)) ELSE {plain} END"


def _epoch(text: str, divisor: int, zone: str) -> str:
    return f"timezone({zone}, to_timestamp(CAST({text} AS DOUBLE) / {divisor}))"


def _plausible(moment: str) -> str:
    return f"CASE WHEN ({moment}) BETWEEN TIMESTAMP '1970-01-01' AND TIMESTAMP '2100-12-31' THEN ({moment}) END"
