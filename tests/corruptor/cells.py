"""Damage within cells: dates, amounts, ids and status words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from tests.corruptor.base import (
    CUSTOMER,
    DAY,
    HEADER,
    ORDER,
    PAID,
    STATUS,
    Broken,
    Row,
    changed,
    kind,
    loaded,
    refused,
    some,
    spoil,
    text,
)  # fmt: skip


def moment(row: Row) -> datetime:
    return datetime.fromisoformat(row[DAY])


def with_days(rows: list[Row], write) -> list[Row]:
    return [changed(row, day=write(moment(row))) for row in rows]


@kind
def dates_that_are_none(rng: Random, rows: list[Row]) -> Broken:
    return spoil(rng, rows, "bad_date", "day", ["2025-02-30 10:00:00", "昨天下午", "", "2025-13-01", "0000-00-00", "1e9x"])


@kind
def dates_in_the_future(rng: Random, rows: list[Row]) -> Broken:
    return spoil(rng, rows, "future_date", "day", ["2031-06-18 20:00:00", "2099年1月1日", "2026-01-01"])


@kind
def customers_blanked(rng: Random, rows: list[Row]) -> Broken:
    return spoil(rng, rows, "no_customer", "customer", ["", "  ", "NULL", "nan", "游客", "Guest", "\t"])


@kind
def amounts_that_are_none(rng: Random, rows: list[Row]) -> Broken:
    return spoil(rng, rows, "bad_amount", "paid", ["待确认", "——", "", "12..5", "abc", "12 34", "#REF!", "inf", "5%"])


@kind
def amounts_of_zero(rng: Random, rows: list[Row]) -> Broken:
    return spoil(rng, rows, "non_positive_amount", "paid", ["0", "0.00", "¥0", "-0.0"])


@kind
def negative_amounts_of_finished_orders(rng: Random, rows: list[Row]) -> Broken:
    return spoil(rng, rows, "non_positive_amount", "paid", ["-88.00", "(12.50)", "-¥5", "13.5-"])


@kind
def amounts_too_large_to_be_money(rng: Random, rows: list[Row]) -> Broken:
    return spoil(rng, rows, "bad_amount", "paid", ["1e30", "9" * 25, "99999999999999999亿"])


@kind
def huge_amounts(rng: Random, rows: list[Row]) -> Broken:
    hit = some(rng, rows, 1)
    rows = [changed(row, paid=f"{abs(Decimal(row[PAID])) * 100_000}", status="已完成") if at in hit else row
            for at, row in enumerate(rows)]  # fmt: skip
    return loaded(text(rows), rows)


@kind
def orders_not_paid(rng: Random, rows: list[Row]) -> Broken:
    return spoil(rng, rows, "not_paid", "status", ["待付款", "等待买家付款", "Unpaid", "awaiting payment"])


@kind
def orders_cancelled_by_a_word(rng: Random, rows: list[Row]) -> Broken:
    hit = {at for at in some(rng, rows) if not rows[at][PAID].startswith("-")}
    words = ["已取消", "退款成功", "交易关闭", "Refunded", "cancelled", "returned"]
    damaged = [changed(row, status=rng.choice(words)) if at in hit else row for at, row in enumerate(rows)]
    refunds = [changed(rows[at], paid=f"-{rows[at][PAID]}") for at in sorted(hit)]
    return loaded(text(damaged), rows, beside=refunds)  # paid first, refunded then


@kind
def refunds_in_a_column_of_their_own(rng: Random, rows: list[Row]) -> Broken:
    back = {at: f"{Decimal(rows[at][PAID]) / 2:.2f}" for at in some(rng, rows) if not rows[at][PAID].startswith("-")}
    damaged = [row | {"退款金额": back.get(at, rng.choice(["", "0", "0.00"]))} for at, row in enumerate(rows)]
    refunds = [changed(rows[at], paid=f"-{amount}") for at, amount in back.items()]
    return loaded(text(damaged, [*HEADER, "退款金额"]), rows, beside=refunds)


@kind
def ids_of_customers_in_powers_of_ten(rng: Random, rows: list[Row]) -> Broken:
    return spoil(rng, rows, "unusable_id", "customer", ["6.22202E+18", "1.2E+10", "1e+17"])


@kind
def ids_of_orders_in_powers_of_ten(rng: Random, rows: list[Row]) -> Broken:
    return spoil(rng, rows, "unusable_id", "order", ["2.02511E+17", "1E+20"])


@kind
def every_order_id_in_powers_of_ten(rng: Random, rows: list[Row]) -> Broken:
    return refused(text([changed(row, order="2.02511E+17") for row in rows]), "no_usable_rows")


@kind
def cells_marked_as_text(rng: Random, rows: list[Row]) -> Broken:
    write = rng.choice(["\t{}", '="{}"', " {}　", "{}\u200b"])
    return loaded(text([changed(r, order=write.format(r[ORDER]), customer=write.format(r[CUSTOMER])) for r in rows]), rows)


@kind
def signs_and_codes_of_one_currency(rng: Random, rows: list[Row]) -> Broken:
    write = rng.choice(["¥{}", "￥ {}", "{}元", "RMB {}", "{} CNY", "人民币{}元"])
    return loaded(text([changed(row, paid=write.format(row[PAID])) for row in rows]), rows)


@kind
def some_rows_in_another_currency(rng: Random, rows: list[Row]) -> Broken:
    hit = some(rng, rows)
    write = rng.choice(["${}", "US${}", "{} EUR", "£{}", "HK${}"])
    damaged = [changed(row, paid=(write if at in hit else "¥{}").format(row[PAID])) for at, row in enumerate(rows)]
    return loaded(text(damaged), [row for at, row in enumerate(rows) if at not in hit], {"other_currency": len(hit)})


@kind
def a_currency_column_with_two(rng: Random, rows: list[Row]) -> Broken:
    hit = some(rng, rows)
    damaged = [row | {"币种": "USD" if at in hit else "CNY"} for at, row in enumerate(rows)]
    kept = [row for at, row in enumerate(rows) if at not in hit]
    return loaded(text(damaged, [*HEADER, "币种"]), kept, {"other_currency": len(hit)})


@kind
def thousands_separated(rng: Random, rows: list[Row]) -> Broken:
    rows = [changed(row, paid=f"{Decimal(row[PAID]) * 100:.2f}") for row in rows]
    mark = rng.choice([",", " ", "'"])
    return loaded(text([changed(r, paid=f"{Decimal(r[PAID]):,.2f}".replace(",", mark)) for r in rows]), rows)


@kind
def decimal_commas(rng: Random, rows: list[Row]) -> Broken:
    rows = [changed(row, paid=f"{Decimal(row[PAID]) * 100:.2f}") for row in rows]
    swap = str.maketrans(",.", ".,")
    written = [changed(row, paid=f"{Decimal(row[PAID]):,.2f}".translate(swap)) for row in rows]
    return loaded(text(written, delimiter=rng.choice(";\t")), rows)


@kind
def thousands_or_decimals_nobody_can_tell(rng: Random, rows: list[Row]) -> Broken:
    return refused(text([changed(row, paid=f"{rng.randint(1, 9)}.{rng.randint(100, 999)}") for row in rows]), "unclear_number")


@kind
def two_decimal_marks(rng: Random, rows: list[Row]) -> Broken:
    return refused(text([changed(row, paid=row[PAID].replace(".", ",") if at % 2 else row[PAID])
                         for at, row in enumerate(rows)]), "mixed_numbers")  # fmt: skip


@kind
def amounts_in_wan(rng: Random, rows: list[Row]) -> Broken:
    unit, factor = rng.choice([("万", 10_000), ("千", 1000), ("k", 1000), ("w", 10_000)])
    hit = some(rng, rows, 20)
    return loaded(text([changed(row, paid=f"{Decimal(row[PAID]) / factor}{unit}") if at in hit else row
                        for at, row in enumerate(rows)]), rows)  # fmt: skip


@kind
def amounts_in_wan_by_the_header(rng: Random, rows: list[Row]) -> Broken:
    label, factor = rng.choice([("实付金额(万元)", 10_000), ("实付金额/千元", 1000), ("实付金额（分）", Decimal("0.01"))])
    labels = [label if name == PAID else name for name in HEADER]
    damaged = [changed(row, paid=f"{Decimal(row[PAID]) / factor:.6f}") for row in rows]
    damaged[0] = changed(rows[0], paid=f"{Decimal(rows[0][PAID]) / 10_000}万")
    return loaded(text(damaged, labels=labels), rows)


@kind
def full_width_digits(rng: Random, rows: list[Row]) -> Broken:
    wide = str.maketrans("0123456789.", "０１２３４５６７８９．")
    hit = some(rng, rows, 20)
    return loaded(text([changed(row, paid=row[PAID].translate(wide)) if at in hit else row for at, row in enumerate(rows)]), rows)


@kind
def dates_written_otherwise(rng: Random, rows: list[Row]) -> Broken:
    write = rng.choice([
        lambda d: f"{d.year}年{d.month}月{d.day}日 {d:%H:%M}", lambda d: f"{d:%Y/%m/%d %H:%M}", lambda d: f"{d:%d-%b-%y}",
        lambda d: f"{d:%B} {d.day}, {d.year}", lambda d: f"{d:%Y%m%d}", lambda d: f"{d:%d/%m/%Y}",
        lambda d: str((d - datetime(1899, 12, 30)).days), lambda d: str(int((d - timedelta(hours=8)).replace(tzinfo=UTC).timestamp())),
    ])  # fmt: skip
    rows[0] = changed(rows[0], day="2025-10-28 10:00:00")  # one day above 12 settles the order
    return loaded(text(with_days(rows, write)), rows)


@kind
def day_or_month_nobody_can_tell(rng: Random, rows: list[Row]) -> Broken:
    return refused(text(with_days(rows, lambda d: f"{d.day % 9 + 1}/{d.month}/{d:%y}")), "unclear_date")


@kind
def day_first_and_month_first(rng: Random, rows: list[Row]) -> Broken:
    rows = [changed(row, day="25/9/2025" if at % 2 else "9/25/2025") for at, row in enumerate(rows)]
    return refused(text(rows), "mixed_dates")


@kind
def some_times_with_a_zone(rng: Random, rows: list[Row]) -> Broken:
    hit = some(rng, rows, 20)
    utc = [f"{moment(row) - timedelta(hours=8):%Y-%m-%dT%H:%M:%S}Z" for row in rows]
    return loaded(text([changed(row, day=utc[at]) if at in hit else row for at, row in enumerate(rows)]), rows)


@kind
def values_swapped_in_some_rows(rng: Random, rows: list[Row]) -> Broken:
    hit = some(rng, rows)
    damaged = [changed(r, day=r[CUSTOMER], customer=r[DAY]) if at in hit else r for at, r in enumerate(rows)]
    return loaded(text(damaged), [row for at, row in enumerate(rows) if at not in hit], {"bad_date": len(hit)})


@kind
def values_swapped_in_every_row(rng: Random, rows: list[Row]) -> Broken:
    one, other = rng.choice([(DAY, CUSTOMER), (DAY, STATUS), (PAID, "城市")])
    return refused(text([row | {one: row[other], other: row[one]} for row in rows]), "no_usable_rows")
