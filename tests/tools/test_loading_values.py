"""Cells: money, ids, booleans, dates and status words."""

from datetime import datetime
from decimal import Decimal

import duckdb
import pytest

from tools.errors import BadArgument
from tools.loading import dates, ids, numbers, values
from tools.loading.columns import unit_of


@pytest.fixture(scope="module")
def con():
    with duckdb.connect() as connection:
        yield connection


def values_of(con, expression, cells):
    con.execute("CREATE OR REPLACE TEMP TABLE cells AS SELECT unnest(?::VARCHAR[]) AS raw", [list(cells)])
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE cleaned AS SELECT raw, {values.present('trimmed')} AS cell "
        f"FROM (SELECT raw, {values.trimmed('raw')} AS trimmed FROM cells)"
    )
    return dict(con.execute(f"SELECT raw, {expression} FROM cleaned").fetchall())


def moments(con, style, cells):
    values_of(con, "cell", cells)
    con.execute(f"CREATE OR REPLACE TEMP TABLE folded AS SELECT raw, {dates.date_text('cell')} AS cell FROM cleaned")
    return dict(con.execute(f"SELECT raw, {dates.timestamp('cell', style)} FROM folded").fetchall())


MONEY = {
    "12.5": "12.5", "¥1,299.50": "1299.5", "￥88": "88", "$1,234,567.89": "1234567.89", "88元": "88", "1.2万": "12000",
    "3千": "3000", "0.5亿": "50000000", "(12.30)": "-12.3", "-¥5": "-5", "¥-5": "-5", "１，２９９．５": "1299.5",
    " 7 ": "7", "1e3": "1000", "CNY 12": "12", ".5": "0.5",
    "US$20": "20", "HK$5": "5", "人民币20元": "20", "20.00 CNY": "20", "12元整": "12", "€ 7": "7", "3.2 万元": "32000", "1.2M": "1200000",
    "2百万": "2000000", "1'299.50": "1299.5", "1 234 567": "1234567", "13.5-": "-13.5", "- 5": "-5",
    "12 34": None, "12%": None, "12角": None, "5-3": None,
    "12,50": None, "1,23,456": None, "12..5": None, "待确认": None, "nan": None, "": None, "1e40": None,
}  # fmt: skip

MOMENTS = {
    "2024-03-05": datetime(2024, 3, 5),
    "2024/3/5": datetime(2024, 3, 5),
    "2024.3.5": datetime(2024, 3, 5),
    "20240305": datetime(2024, 3, 5),
    "20240305103000": datetime(2024, 3, 5, 10, 30),
    "2024年3月5日": datetime(2024, 3, 5),
    "2024年3月5日 10时30分": datetime(2024, 3, 5, 10, 30),
    "2024年3月5日 下午3:20": datetime(2024, 3, 5, 15, 20),
    "２０２４－３－５": datetime(2024, 3, 5),
    "2024-03-05T10:30:15": datetime(2024, 3, 5, 10, 30, 15),
    "2024-03-05 10:30:15.250": datetime(2024, 3, 5, 10, 30, 15, 250_000),
    "2024/3/5 3:20 PM": datetime(2024, 3, 5, 15, 20),
    "5 March 2024": datetime(2024, 3, 5),
    "Mar 5, 2024": datetime(2024, 3, 5),
    "45356": datetime(2024, 3, 5),
    "45356.5": datetime(2024, 3, 5, 12),
    "1709604000": datetime(2024, 3, 5, 10),
    "1709604000.0": datetime(2024, 3, 5, 10),
    "1709604000000": datetime(2024, 3, 5, 10),
    "2024-03-05T02:00:00Z": datetime(2024, 3, 5, 10),
    "2024-03-05 10:00:00+08:00": datetime(2024, 3, 5, 10),
    "2024年3月5日 星期二": datetime(2024, 3, 5),
    "2024年3月5日(周二) 14:05": datetime(2024, 3, 5, 14, 5),
    "2024年3月5日 14点": datetime(2024, 3, 5, 14),
    "2024年3月5日中午12:30": datetime(2024, 3, 5, 12, 30),
    "2024年3月5日 晚上8:30": datetime(2024, 3, 5, 20, 30),
    "24年3月5日": datetime(2024, 3, 5),
    "5-Mar-24": datetime(2024, 3, 5),
    "05MAR2024": datetime(2024, 3, 5),
    "2024-Mar-05": datetime(2024, 3, 5),
    "March 5th, 2024 14:05:06": datetime(2024, 3, 5, 14, 5, 6),
    "Tuesday, March 5, 2024": datetime(2024, 3, 5),
    "Tue, 05 Mar 2024 06:05:00 GMT": datetime(2024, 3, 5, 14, 5),
    "20240305 14:05": datetime(2024, 3, 5, 14, 5),
    "202403051405": datetime(2024, 3, 5, 14, 5),
    "1709604000000000": datetime(2024, 3, 5, 10),
    "2024-03-05 10:00:00 UTC+8": datetime(2024, 3, 5, 10),
    "2024-03-05 10:00:00 +0800": datetime(2024, 3, 5, 10),
    **dict.fromkeys(["5 Foo 2024", "2024-03-05 10:00 CST", "1900-01-00", "2026-02-30", "2024-13-01", "2024-03-05 25:00", "昨天", "0024-01-01", "2024-03", "12"]),
}

REFUNDED = ["已退款", "退款成功", "已取消", "Cancelled", "returned", "交易关闭", "refund"]
NOT_REFUNDED = ["已完成", "无退款", "未退款", "退款中", "部分退款", "退款失败", "no refund", "paid", "sale"]


def test_money_is_read_or_refused_never_guessed(con):
    expected = {cell: text and Decimal(text) for cell, text in MONEY.items()}
    assert values_of(con, values.money("cell"), MONEY) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [("实付金额(万元)", "12500"), ("实付金额（分）", "0.0125"), ("实付金额(元)", "1.25"), ("amount [千元]", "1250")],
)
def test_a_unit_in_the_header_scales_the_column(con, header, expected):
    assert values_of(con, values.money("cell", unit=unit_of(header)), ["1.25"]) == {"1.25": Decimal(expected)}


def test_words_for_nothing_are_null(con):
    blanks = ["NULL", "nan", "-", "N/A", "　", "无", "\t"]
    assert values_of(con, "cell", blanks) == dict.fromkeys(blanks)


def test_dates_in_the_usual_shapes(con):
    assert moments(con, dates.DateStyle(timezone="Asia/Shanghai"), MOMENTS) == MOMENTS


def settle(con, cells):
    con.execute("CREATE OR REPLACE TEMP TABLE days (cell VARCHAR)")
    con.executemany("INSERT INTO days VALUES (?)", [[cell] for cell in cells])
    con.execute(f"CREATE OR REPLACE TEMP TABLE folded AS SELECT {dates.date_text('cell')} AS cell FROM days")
    return dates.settle(con, "folded", "cell", latest="2026-11-01 00:00:00", flag="date", name="日期")


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["5/3/24", "25/3/24"], "dmy"),
        (["5/3/24", "3/25/24"], "mdy"),
        (["05/03/2024", "13/03/2024 10:00"], "dmy"),
        (["24/3/5", "24/3/28", "25/12/31"], "ymd"),
        (["2024-03-05"], ""),
        (["99/99/99"], ""),
    ],
)
def test_one_value_settles_day_and_month_for_the_column(con, cells, order):
    assert settle(con, cells) == order


def test_a_column_that_settles_nothing_is_asked_about(con):
    with pytest.raises(BadArgument) as refusal:
        settle(con, ["5/3/24", "6/4/24"])
    assert refusal.value.code == "unclear_date"
    assert refusal.value.alternatives == ["--map date=日期:%d/%m/%y", "--map date=日期:%m/%d/%y"]


def test_two_styles_in_one_column_are_refused(con):
    with pytest.raises(BadArgument, match="mixed_dates"):
        settle(con, ["25/3/2024", "3/25/2024"])


def test_a_given_format_decides(con):
    day_first, month_first = (dates.style_of(fmt, "Asia/Shanghai") for fmt in ("%d/%m/%y", "%m/%d/%y"))
    cells = ["5/3/24", "5/3/24 10:30"]
    assert moments(con, day_first, cells) == dict(
        zip(cells, [datetime(2024, 3, 5), datetime(2024, 3, 5, 10, 30)], strict=True)
    )
    assert moments(con, month_first, cells) == dict(
        zip(cells, [datetime(2024, 5, 3), datetime(2024, 5, 3, 10, 30)], strict=True)
    )
    with pytest.raises(BadArgument, match="bad_date_format"):
        dates.style_of("%Q", "Asia/Shanghai")


def test_status_words(con):
    found = values_of(con, values.refund_word("cell"), REFUNDED + NOT_REFUNDED)
    assert found == dict.fromkeys(REFUNDED, True) | dict.fromkeys(NOT_REFUNDED, False)


@pytest.mark.parametrize(
    ("cells", "style"),
    [
        (["12.5", "1,234"], "decimal-point"), (["1,234.50"], "decimal-point"), (["0.500", "1.500"], "decimal-point"),
        (["1,234"], "decimal-point"), (["100"], "decimal-point"), (["1.234,56", "20,50"], "decimal-comma"),
        (["1234,5", "1.234"], "decimal-comma"), (["1.234.567"], "decimal-comma"), (["9.5"] * 10 + ["9,5"], "decimal-point"),
        (["1.234", "20.500"], "unclear_number"), (["1,234.50", "1.234,50"], "mixed_numbers"), (["1,5", "1.5"], "mixed_numbers"),
    ],
)  # fmt: skip
def test_decimals_are_settled_per_column_or_asked_about(con, cells, style):
    con.execute("CREATE OR REPLACE TEMP TABLE cleaned AS SELECT unnest(?::VARCHAR[]) AS amount", [cells])
    if style.startswith("decimal"):
        assert numbers.settle(con, "amount", flag="amount", name="金额") == style
        return
    with pytest.raises(BadArgument, match=style) as refusal:
        numbers.settle(con, "amount", flag="amount", name="金额")
    assert refusal.value.alternatives == ["--map amount=金额:decimal-point", "--map amount=金额:decimal-comma"]


def test_money_with_a_decimal_comma(con):
    expected = {"1.234,56": "1234.56", "20,5": "20.5", "€ 7": "7", "1.234.567": "1234567", "12.5": None, "1,234.50": None}
    found = values_of(con, values.money("cell", comma=True), expected)
    assert found == {cell: text and Decimal(text) for cell, text in expected.items()}


def test_a_cells_own_unit_goes_before_the_headers(con):
    found = values_of(con, values.money("cell", unit="10000"), ["1.5", "1.5万", "1.5千"])
    assert found == {"1.5": Decimal(15000), "1.5万": Decimal(15000), "1.5千": Decimal(1500)}


def test_currencies_are_named(con):
    expected = {"¥5": "CNY", "5元": "CNY", "US$5": "USD", "$5": "USD", "HK$5": "HKD", "5 EUR": "EUR", "£5": "GBP", "5港币": "HKD", "5": None}
    assert values_of(con, values.currency("cell"), expected) == expected


def test_what_happened_to_ids(con):
    cells = ["6.22202E+18", "1.2e+10", "123.0", "E+5", "1.5", "00123", "U1"]
    assert values_of(con, ids.unusable("cell"), cells) == {cell: cell in cells[:2] for cell in cells}
    assert values_of(con, ids.whole("cell"), ["123.0", "12.50", "U1.0"]) == {"123.0": "123", "12.50": "12.50", "U1.0": "U1.0"}
    assert values_of(con, ids.padded("cell", "00000"), ["123", "00123", "U1", "1234567"]) == {
        "123": "00123", "00123": "00123", "U1": "U1", "1234567": "1234567",
    }  # fmt: skip


def test_marks_that_keep_text_as_text_go(con):
    cells = ['="00123"', "'00123", "`00123", "\t00123", "\u200b00123\ufeff", "　00123"]
    assert values_of(con, "cell", cells) == dict.fromkeys(cells, "00123")


def test_split_format():
    assert dates.split_format("金额:decimal-comma") == ("金额", "decimal-comma")
    assert dates.split_format("会员ID:00000") == ("会员ID", "00000")
    assert dates.split_format("下单时间:%d/%m/%y") == ("下单时间", "%d/%m/%y")
    assert dates.split_format("Order: date") == ("Order: date", "")
