"""Which mark a column's numbers have before their decimals: a point ("1,299.50") or a comma ("1.299,50")."""

from __future__ import annotations

import duckdb

from tools.errors import BadArgument
from tools.loading import values

POINT, COMMA = "decimal-point", "decimal-comma"

_SIGN = r"^[+-]?"
# Shapes that only one of the two marks makes a number of; money has no three decimals after a comma.
_ONLY_POINT = (
    rf"{_SIGN}(\d{{1,3}}(,\d{{3}})+(\.\d*)?|\d*\.(\d{{0,2}}|\d{{4,}})|(0\d*|\d{{4,}})?\.\d{{3}})([^\d.,].*)?$"
)
_ONLY_COMMA = rf"{_SIGN}(\d{{1,3}}(\.\d{{3}})+,\d*|\d{{1,3}}(\.\d{{3}}){{2,}}|\d+,(\d{{1,2}}|\d{{4,}}))([^\d.,].*)?$"
_EITHER = rf"{_SIGN}[1-9]\d{{0,2}}\.\d{{3}}([^\d.,].*)?$"

_RARE = 0.1
"""Up to this share, numbers in the other style count as damaged rather than as a second style."""


def settle(con: duckdb.DuckDBPyConnection, field: str, *, flag: str, name: str) -> str:
    """Return POINT or COMMA for the column `field` of `cleaned`.

    Raises BadArgument `unclear_number` when every value reads either way ("1.299"), `mixed_numbers`
    when both styles are common.
    """
    shapes = {"point": _ONLY_POINT, "comma": _ONLY_COMMA, "either": _EITHER}
    sums = ", ".join(
        f"coalesce(sum(n) FILTER (WHERE {kind}), 0), min(text) FILTER (WHERE {kind})" for kind in shapes
    )
    flags = ", ".join(f"regexp_matches(bare, {values.quoted(shape)}) AS {kind}" for kind, shape in shapes.items())
    row = con.execute(
        f"WITH texts AS (SELECT {field} AS text, count(*) AS n FROM cleaned "
        f"WHERE regexp_matches({field}, '[.,]') GROUP BY 1), "
        f"shaped AS (SELECT text, n, {flags} FROM (SELECT text, n, {values.bare_number('text')} AS bare FROM texts)) "
        f"SELECT {sums} FROM shaped"
    ).fetchone()
    assert row is not None
    point, point_text, comma, comma_text, either, either_text = row
    if not comma and (point or not either):
        return POINT
    if not point and comma:
        return COMMA
    if min(point, comma) and min(point, comma) <= _RARE * (point + comma):
        return POINT if point > comma else COMMA
    raise BadArgument(
        "mixed_numbers" if comma else "unclear_number",
        alternatives=[f"--map {flag}={name}:{style}" for style in (POINT, COMMA)],
        column=name,
        example=f"{point_text} / {comma_text}" if comma else either_text,
        flag=f"--map {flag}={name}:{POINT}",
    )
