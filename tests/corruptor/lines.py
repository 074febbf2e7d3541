"""Damage to lines and headers: order, separators, quotes, extra and missing rows and columns."""

from __future__ import annotations

from random import Random

from tests.corruptor.base import (
    CUSTOMER,
    DAY,
    HEADER,
    ORDER,
    PAID,
    Broken,
    Row,
    kind,
    loaded,
    refused,
    some,
    text,
)  # fmt: skip

ENGLISH = ["Order ID", "Order Date", "Customer ID", "Paid Amount", "List Amount", "Units", "Channel", "City", "Order Status"]


def cells(row: Row) -> list[str]:
    return [row[name] for name in HEADER]


def put(rng: Random, rows: list[Row], extra: list[list[str]]) -> list:
    """The rows with others among them."""
    mixed: list = list(rows)
    for line in extra:
        mixed.insert(rng.randint(1, len(mixed)), line)
    return mixed


@kind
def shuffled_rows(rng: Random, rows: list[Row]) -> Broken:
    return loaded(text(rng.sample(rows, len(rows))), rows)


@kind
def shuffled_columns(rng: Random, rows: list[Row]) -> Broken:
    return loaded(text(rows, rng.sample(HEADER, len(HEADER))), rows)


@kind
def headers_in_english(rng: Random, rows: list[Row]) -> Broken:
    return loaded(text(rows, labels=[rng.choice([label, label.upper(), f" {label}*"]) for label in ENGLISH]), rows)


@kind
def headers_with_unseen_marks(rng: Random, rows: list[Row]) -> Broken:
    return loaded(text(rows, labels=[rng.choice(["\ufeff{}", "{}\n", "\u200b{}", " {} ", "{}　"]).format(h) for h in HEADER]), rows)


@kind
def a_needed_header_renamed(rng: Random, rows: list[Row]) -> Broken:
    lost = rng.choice([CUSTOMER, DAY, PAID])
    return refused(text(rows, labels=["X1" if name == lost else name for name in HEADER]), "missing_column", "unclear_column")


@kind
def a_needed_column_dropped(rng: Random, rows: list[Row]) -> Broken:
    lost = rng.choice([CUSTOMER, DAY, PAID])
    return refused(text(rows, [name for name in HEADER if name != lost]), "missing_column", "unclear_column")


@kind
def other_columns_dropped(rng: Random, rows: list[Row]) -> Broken:
    lost = rng.sample(["原价金额", "件数", "渠道", "城市"], 2)
    return loaded(text(rows, [name for name in HEADER if name not in lost]), rows)


@kind
def order_ids_dropped(rng: Random, rows: list[Row]) -> Broken:
    return loaded(text(rows, [name for name in HEADER if name != ORDER]), rows)


@kind
def the_amount_twice(rng: Random, rows: list[Row]) -> Broken:
    at = rng.randrange(len(HEADER))
    return refused(text([[*cells(row)[:at], "1", *cells(row)[at:]] for row in rows],
                        labels=[*HEADER[:at], PAID, *HEADER[at:]]), "unclear_column")  # fmt: skip


@kind
def blank_and_repeated_headers(rng: Random, rows: list[Row]) -> Broken:
    labels = [*HEADER, rng.choice(["", "备注"]), "备注", ""]
    return loaded(text([[*cells(row), "a", "b", "c"] for row in rows], labels=labels), rows)


@kind
def duplicated_rows(rng: Random, rows: list[Row]) -> Broken:
    hit = some(rng, rows, 15)
    return loaded(text(rows + [rows[at] for at in sorted(hit)]), rows, {"duplicate": len(hit)})


@kind
def the_header_again_and_again(rng: Random, rows: list[Row]) -> Broken:
    times = rng.randint(1, 4)
    return loaded(text(put(rng, rows, [HEADER] * times)), rows, {"header_row": times})


@kind
def a_second_header_in_english(rng: Random, rows: list[Row]) -> Broken:
    return loaded(text([ENGLISH, *rows]), rows, {"header_row": 1})


@kind
def totals_among_the_rows(rng: Random, rows: list[Row]) -> Broken:
    words = rng.choices(["合计", "小计", "总计：", "Total", "GRAND TOTAL", "合 计"], k=rng.randint(1, 3))
    place = rng.choice([HEADER.index(ORDER), HEADER.index(CUSTOMER)])
    lines = [[word if at == place else "2025-10-30" if at == 1 and place != 1 else "9999.99" if name == PAID else ""
              for at, name in enumerate(HEADER)] for word in words]  # fmt: skip
    return loaded(text(put(rng, rows, lines)), rows, {"total_row": len(lines)})


@kind
def lines_above_the_header(rng: Random, rows: list[Row]) -> Broken:
    above = rng.choice(["十月订单导出\n", "门店报表,,,\n制表：王\n\n", "\n\n", "# exported 2025-11-01\n"])
    return loaded(text(rows, above=above), rows)


@kind
def a_spreadsheets_separator_line(rng: Random, rows: list[Row]) -> Broken:
    return loaded(text(rows, delimiter=";", above="sep=;\n"), rows)


@kind
def another_separator(rng: Random, rows: list[Row]) -> Broken:
    return loaded(text(rows, delimiter=rng.choice("\t;|"), encoding=rng.choice(["utf-8", "gb18030", "utf-16"])), rows)


@kind
def another_separator_in_some_rows(rng: Random, rows: list[Row]) -> Broken:
    hit = some(rng, rows)
    damaged = [[";".join(cells(row))] if at in hit else row for at, row in enumerate(rows)]
    return loaded(text(damaged), [row for at, row in enumerate(rows) if at not in hit], {"ragged_row": len(hit)})


@kind
def cells_lost_or_added(rng: Random, rows: list[Row]) -> Broken:
    hit = some(rng, rows)
    damaged = [(cells(row)[:-2] if rng.random() < 0.5 else [*cells(row), "x"]) if at in hit else row
               for at, row in enumerate(rows)]  # fmt: skip
    return loaded(text(damaged), [row for at, row in enumerate(rows) if at not in hit], {"ragged_row": len(hit)})


@kind
def commas_behind_every_row(rng: Random, rows: list[Row]) -> Broken:
    return loaded(text([[*cells(row), ""] for row in rows]), rows)


@kind
def blank_lines_between(rng: Random, rows: list[Row]) -> Broken:
    return loaded(text(put(rng, rows, [[] for _ in range(4)] + [[""] * len(HEADER)])), rows)


@kind
def other_line_ends(rng: Random, rows: list[Row]) -> Broken:
    return loaded(text(rows, end=rng.choice(["\r\n", "\r", "\n\n"])), rows)


@kind
def cut_within_the_last_row(rng: Random, rows: list[Row]) -> Broken:
    whole, last = text(rows[:-1]), ",".join(cells(rows[-1]))
    cut = last[: rng.randint(1, last.rindex(",") - 1)]
    return loaded(whole + cut.encode(), rows[:-1], {"ragged_row": 1})


@kind
def a_quote_never_closed(rng: Random, rows: list[Row]) -> Broken:
    at = rng.randrange(len(rows) - 1)
    lines = text(rows).decode().splitlines(keepends=True)
    place = rng.randrange(len(HEADER))
    parts = lines[at + 1].split(",")
    parts[place] = '"' + parts[place]
    lines[at + 1] = ",".join(parts)
    return refused("".join(lines).encode(), "broken_line")


@kind
def a_quote_closed_rows_later(rng: Random, rows: list[Row]) -> Broken:
    lines = text(rows).decode().splitlines(keepends=True)
    at = rng.randrange(1, len(rows) - 6)
    lines[at] = '"' + lines[at]
    lines[at + rng.randint(2, 5)] += '",x\n'
    return refused("".join(lines).encode(), "broken_line")


@kind
def stray_quotes_within_cells(rng: Random, rows: list[Row]) -> Broken:
    lines = text(rows).decode().replace(",上海,", ',上"海,').replace(",已完成", ',已"完"成')
    return loaded(lines.encode(), rows)


@kind
def separators_and_breaks_within_quotes(rng: Random, rows: list[Row]) -> Broken:
    notes = ["送到,前台", "两\n行", '说"好"', "a,b\nc,d"]
    return loaded(text([row | {"备注": rng.choice(notes)} for row in rows], ["备注", *HEADER]), rows)


@kind
def only_a_header(rng: Random, rows: list[Row]) -> Broken:
    return refused(text([]), "no_rows")


@kind
def no_header(rng: Random, rows: list[Row]) -> Broken:
    return refused(text(rows[1:], labels=cells(rows[0])), "no_header")
