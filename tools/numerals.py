"""Chinese numerals."""

from __future__ import annotations

DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}


def chinese_number(written: str) -> str:
    """Chinese digits as Arabic ones: 一百九十九 as 199, 零八五 as 085. Raises KeyError for anything else."""
    if not set(written) & {*_UNITS, "万"}:
        return "".join(str(DIGITS[digit]) for digit in written)
    whole, total, digit = 0, 0, None
    for character in written:
        if character == "万":
            whole, total, digit = (whole + total + (digit or 0)) * 10_000, 0, None
        elif character in _UNITS:
            total, digit = total + (1 if digit is None else digit) * _UNITS[character], None
        else:
            digit = DIGITS[character]
    return str(whole + total + (digit or 0))
