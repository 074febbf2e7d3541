"""What a load will do: each file's sheets, their tables and their columns, settled before anything is written."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path

from tools.errors import BadArgument
from tools.loading import dates, numbers
from tools.loading.cleaning import Source, kind_of
from tools.loading.columns import TableRule, canonical, choose_table, hint, normal, rules, short_name, table_rules
from tools.loading.reading import open_sheets
from tools.loading.sheet import Sheet
from tools.loading.workbook import left_out
from tools.schema import MONEY, TABLES

# Lines may need their orders' customers, so orders go first.
_SEQUENCE = ["products", "customers", "orders", "order_items"]


def plan(
    files: list[Path], mapping: dict[str, str], scratch: Path, *, currency: str = "", free_orders: bool = False
) -> list[Source]:
    """Open every file and settle its table and columns before anything is written.

    Args:
        mapping: canonical or short name -> the file's column, with its format where it has one.
        scratch: directory for unpacked copies.
        currency, free_orders: as in `load_files`.

    Raises BadArgument for a file, column or mapping that the caller must mend.
    """
    if not files:
        raise BadArgument("no_files")
    wanted = {key: dates.split_format(value) for key, value in mapping.items()}
    _check_keys(wanted)
    books = [open_sheets(path, scratch) for path in files]
    _check_columns(wanted, [sheet for book in books for sheet in book])
    text = json.dumps(mapping, sort_keys=True) + ("free orders" if free_orders else "")
    sources = [
        replace(source, currency=currency, free_orders=free_orders)
        for book in books
        for source in _sources(book, wanted, text)
    ]
    for key in wanted:
        if not any(canonical(source.reading.rule, key) for source in sources):
            raise BadArgument("unknown_field", alternatives=list(sources[0].reading.rule.columns), given=key)
    order = [*_SEQUENCE, *(name for name in TABLES if name not in _SEQUENCE)]
    return sorted(sources, key=lambda source: order.index(source.table))


def _check_keys(wanted: dict[str, tuple[str, str]]) -> None:
    for key in wanted:
        if not any(canonical(rule, key) for rule in table_rules().values()):
            names = [*rules()["aliases"], "date", *{name for rule in table_rules().values() for name in rule.columns}]
            raise BadArgument("unknown_field", alternatives=sorted(names), given=key)


def _check_columns(wanted: dict[str, tuple[str, str]], sheets: list[Sheet]) -> None:
    for key, (column, _) in wanted.items():
        if not any(_position(sheet, column) is not None for sheet in sheets):
            names = list(dict.fromkeys(name for sheet in sheets for name in sheet.names))
            raise BadArgument("unknown_column", alternatives=names, given=column, field=key)


def _position(sheet: Sheet, column: str) -> int | None:
    if column in sheet.names:
        return sheet.names.index(column)
    same = [at for at, name in enumerate(sheet.names) if normal(name) == normal(column)]
    return same[0] if len(same) == 1 else None


def _sources(book: list[Sheet], wanted: dict[str, tuple[str, str]], mapping: str) -> list[Source]:
    """The sheets of one file that are tables; covers and the like are left out and named, if any other is one."""
    found: list[Source] = []
    refused: dict[str, BadArgument] = {}
    for sheet in book:
        try:
            found.append(_source(sheet, wanted, mapping))
        except BadArgument as error:
            if not _is_no_table(sheet, error):
                raise
            refused[sheet.part.strip("[]")] = error
    if not found:
        raise next(iter(refused.values()))
    if refused:
        found[0].sheet.notes.append(left_out(list(refused)))
    return found


def _is_no_table(sheet: Sheet, error: BadArgument) -> bool:
    """Whether a sheet lacks so much that it was not meant as a table: it is then no loss to leave it out."""
    if hint(sheet.part):
        return False
    if not sheet.has_header:
        return len(sheet.headers) < 3
    return error.code == "missing_column" and ", " in str(error.params["fields"])


def _source(sheet: Sheet, wanted: dict[str, tuple[str, str]], mapping: str) -> Source:
    positions = {key: at for key, (column, _) in wanted.items() if (at := _position(sheet, column)) is not None}
    try:
        reading = choose_table(sheet.source, sheet.headers, sheet.names, positions)
    except BadArgument as error:
        raise error if sheet.has_header else _no_header(sheet) from error
    given = {key: fmt for key, (_, fmt) in wanted.items() if fmt and key in positions}
    formats = {field: fmt for key, fmt in given.items() if (field := canonical(reading.rule, key))}
    for name, fmt in formats.items():
        _check_format(reading.rule, name, fmt)
    return Source(sheet, reading, _digest(sheet, mapping), formats)


def _check_format(rule: TableRule, field: str, fmt: str) -> None:
    """Raise BadArgument `bad_format` unless dates have %d…, numbers decimal-…, and ids 000."""
    kind = kind_of(rule.name, field)
    if kind in ("TIMESTAMP", "DATE"):
        suits = fmt.startswith("%")
    elif kind in ("DOUBLE", MONEY):
        suits = fmt in (numbers.POINT, numbers.COMMA)
    else:
        suits = field.endswith("_id") and fmt.startswith("0")
    if not suits:
        raise BadArgument("bad_format", given=fmt, field=short_name(rule, field))


def _no_header(sheet: Sheet) -> BadArgument:
    columns = []
    for at, name in enumerate(sheet.names):
        cells = [_without_person(str(row[at])) for row in sheet.samples if at < len(row)]
        columns.append(f"{name} ({', '.join(cells)})")
    flag = "--map customer=COLUMN --map date=COLUMN --map amount=COLUMN"
    return BadArgument("no_header", alternatives=columns, file=sheet.source, flag=flag)


_DAY = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})"
_AMOUNT = r"[-+]?[¥￥$€£]? ?(\d{1,8}|\d{1,3}(,\d{3}){1,2})(\.\d{1,4})?"
_SHOWN = re.compile(rf"[A-Za-z]{{1,3}}\d{{1,9}}|{_AMOUNT}|({_DAY})( \d{{1,2}}(:\d\d){{1,2}})?")
"""Ids, amounts and days: no phone number, with or without blanks and dashes, is written like them."""


def _without_person(cell: str) -> str:
    """A sample cell; what may be a name, phone or address is shown by its shape only ("aaa@aaa.aaa")."""
    if _SHOWN.fullmatch(cell):
        return cell
    return re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", cell))[:30]


def _digest(sheet: Sheet, mapping: str) -> str:
    """Same bytes, same sheet, same mapping and choices: the same load."""
    with sheet.path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    digest.update(f"{sheet.part}{mapping}".encode())
    return digest.hexdigest()
