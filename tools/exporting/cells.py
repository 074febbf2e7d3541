"""Cells that no spreadsheet runs, and the way back to the text."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

STARTS = r"^[\s\x{feff}\x{200b}]*[=+\-@＝＋－＠'\t\r\n]"
"""What a spreadsheet may take for the start of a formula, in any locale; and the apostrophe, so that there is one way
back."""
_ILLEGAL = r"[\x{0}-\x{8}\x{b}\x{c}\x{e}-\x{1f}\x{fffe}\x{ffff}]"
"""Characters that a workbook's XML cannot hold."""


def safe_cells(column: pa.Array) -> pa.Array:
    """Text that a spreadsheet shows as it is: a leading apostrophe before what it would run. Null stays null."""
    column = column.cast(pa.string())
    risky = pc.match_substring_regex(column, STARTS)
    if not pc.any(risky).as_py():
        return column
    return pc.if_else(risky, pc.binary_join_element_wise(pa.scalar("'"), column, ""), column)


def original(cell: str) -> str:
    """The text that `safe_cells` was given."""
    return cell[1:] if re.match(r"'[\s\ufeff\u200b]*[=+\-@＝＋－＠'\t\r\n]", cell) else cell


def workbook_cells(column: pa.Array) -> pa.Array:
    """`safe_cells` without the characters that a workbook cannot hold, line breaks as it writes them."""
    plain = pc.replace_substring_regex(column.cast(pa.string()), r"\r\n?", "\n")
    return safe_cells(pc.replace_substring_regex(plain, _ILLEGAL, ""))
