"""Damage to workbooks and Parquet files."""

from __future__ import annotations

import io
from datetime import datetime
from decimal import Decimal
from random import Random

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tests.corruptor.base import CUSTOMER, DAY, HEADER, ORDER, PAID, Broken, Row, changed, kind, loaded, refused, some

BOOK, PARQUET = "orders.xlsx", "orders.parquet"


def typed(row: Row) -> list[object]:
    """The row as a spreadsheet holds it."""
    values = {DAY: datetime.fromisoformat(row[DAY]), PAID: float(row[PAID]), "件数": float(row["件数"])}
    return [values.get(name, row[name]) for name in HEADER]


def book(sheets: dict[str, list[list[object]]], hide: str = "") -> tuple[openpyxl.Workbook, dict]:
    out = openpyxl.Workbook()
    out.remove(out.active)
    made = {title: out.create_sheet(title) for title in sheets}
    for title, rows in sheets.items():
        for row in rows:
            made[title].append(row)
    if hide:
        made[hide].sheet_state = "hidden"
    return out, made


def saved(workbook: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def sheet(rows: list[Row]) -> list[list[object]]:
    return [list(HEADER), *map(typed, rows)]


@kind
def a_workbook_with_a_cover(rng: Random, rows: list[Row]) -> Broken:
    covers = {"封面": [["十月订单"], ["制表", "王"]], "说明": [["字段", "含义"], [ORDER, "唯一"], [CUSTOMER, "会员"]]}
    title = rng.choice(list(covers))
    return loaded(saved(book({title: covers[title], "数据": sheet(rows)})[0]), rows, name=BOOK)


@kind
def a_workbook_with_a_hidden_sheet(rng: Random, rows: list[Row]) -> Broken:
    old = [changed(row, order=f"OLD{row[ORDER]}") for row in rows]
    return loaded(saved(book({"十月": sheet(rows), "旧": sheet(old)}, hide="旧")[0]), rows, name=BOOK)


@kind
def orders_on_two_sheets(rng: Random, rows: list[Row]) -> Broken:
    cut = rng.randrange(5, len(rows) - 5)
    return loaded(saved(book({"上半月": sheet(rows[:cut]), "下半月": sheet(rows[cut:])})[0]), rows, name=BOOK)


@kind
def a_workbook_with_title_and_totals(rng: Random, rows: list[Row]) -> Broken:
    total = ["合计", None, None, 99999.0]
    workbook, made = book({"订单": [["十月订单明细"], ["基本信息", None, None, "金额"], *sheet(rows), total]})
    made["订单"].merge_cells("A1:I1")
    made["订单"].merge_cells("A2:C2")
    return loaded(saved(workbook), rows, {"total_row": 1}, name=BOOK)


@kind
def formulas_that_nobody_calculated(rng: Random, rows: list[Row]) -> Broken:
    hit = {0, *some(rng, rows)}
    cells = sheet(rows)
    for at in hit:
        cells[at + 1][HEADER.index(PAID)] = f"=E{at + 2}-10"
    kept = [row for at, row in enumerate(rows) if at not in hit]
    return loaded(saved(book({"订单": cells})[0]), kept, {"bad_amount": len(hit)}, name=BOOK)


@kind
def customers_merged_down(rng: Random, rows: list[Row]) -> Broken:
    first, more = rng.randrange(5, 15), rng.randint(1, 5)
    workbook, made = book({"订单": sheet(rows)})
    column = "ABCDEFGHI"[HEADER.index(CUSTOMER)]
    made["订单"].merge_cells(f"{column}{first + 2}:{column}{first + 2 + more}")
    return loaded(saved(workbook), rows[: first + 1] + rows[first + 1 + more :], {"no_customer": more}, name=BOOK)


@kind
def dates_as_numbers_and_amounts_as_text(rng: Random, rows: list[Row]) -> Broken:
    cells = sheet(rows)
    for at in some(rng, rows, 20):
        cells[at + 1][HEADER.index(DAY)] = 45_950.5
        cells[at + 1][HEADER.index(PAID)] = f"¥{Decimal(rows[at][PAID]):,}"
    return loaded(saved(book({"订单": cells})[0]), rows, name=BOOK)


@kind
def a_workbook_cut_or_scrambled(rng: Random, rows: list[Row]) -> Broken:
    content = bytearray(saved(book({"订单": sheet(rows)})[0]))
    if rng.random() < 0.5:
        return refused(bytes(content[: rng.randrange(200, len(content) - 100)]), "unreadable_file", name=BOOK)
    at = content.index(b"sheet1.xml") + 30
    content[at : at + 60] = rng.randbytes(60)
    return refused(bytes(content), "unreadable_file", name=BOOK)


@kind
def a_workbook_named_text_and_back(rng: Random, rows: list[Row]) -> Broken:
    content = saved(book({"订单": sheet(rows)})[0])
    return refused(content, "wrong_format", "unsupported_format", name=rng.choice(["orders.csv", "orders.parquet", "orders.xls"]))


@kind
def a_workbook_behind_a_password(rng: Random, rows: list[Row]) -> Broken:
    return refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + rng.randbytes(4000), "protected_file", name=BOOK)


def frame(rows: list[Row]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=HEADER)


def parquet(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


@kind
def parquet_of_other_types(rng: Random, rows: list[Row]) -> Broken:
    table = pa.Table.from_pandas(frame(rows), preserve_index=False)
    days = pd.to_datetime(frame(rows)[DAY])
    amounts = [Decimal(row[PAID]) for row in rows]
    paid = rng.choice([pa.array(amounts, pa.decimal128(12, 2)), pa.array([float(a) for a in amounts])])
    at = rng.choice([
        pa.array(days), pa.array(days.dt.tz_localize("Asia/Shanghai").dt.tz_convert("UTC")), pa.array(days.dt.date),
        pa.array(days.astype("datetime64[ns]")),
    ])  # fmt: skip
    for name, column in {DAY: at, PAID: paid, CUSTOMER: table[CUSTOMER].dictionary_encode(),
                         ORDER: table[ORDER].cast(pa.binary())}.items():  # fmt: skip
        table = table.set_column(HEADER.index(name), name, column)
    return loaded(parquet(table), rows, name=PARQUET)


@kind
def parquet_of_text(rng: Random, rows: list[Row]) -> Broken:
    hit = some(rng, rows)
    damaged = [changed(row, paid="待确认") if at in hit else changed(row, paid=f"¥{row[PAID]}") for at, row in enumerate(rows)]
    kept = [row for at, row in enumerate(rows) if at not in hit]
    content = parquet(pa.Table.from_pandas(frame(damaged), preserve_index=False))
    return loaded(content, kept, {"bad_amount": len(hit)}, name=PARQUET)


@kind
def parquet_cut_or_scrambled(rng: Random, rows: list[Row]) -> Broken:
    content = bytearray(parquet(pa.Table.from_pandas(frame(rows), preserve_index=False)))
    if rng.random() < 0.5:
        return refused(bytes(content[: rng.randrange(10, len(content) - 1)]), "unreadable_file", name=PARQUET)
    content[4:200] = rng.randbytes(196)
    return refused(bytes(content), "unreadable_file", name=PARQUET)
