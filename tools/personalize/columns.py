"""A column of customers' values made fit to show: each distinct value is looked at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tools.merge_fields import merge_fields
from tools.personalize.screen import ORDINARY, TELLING, normal
from tools.personalize.template import Setting
from tools.personalize.values import NOBODY, NOTHING, clean, is_narrow

_LATIN = "[A-Z][a-z]{1,19}(?: [A-Z][a-z]{1,19})?"
_HAN = r"[\x{3400}-\x{4dbf}\x{4e00}-\x{9ffc}]{2,8}"


@dataclass(frozen=True)
class Column:
    """Values of one field, a row a customer."""

    values: pa.Array
    """Fit to show; null where there is none."""
    normal: pa.Array
    """In the form that rules match on."""
    odd: np.ndarray
    """Whether a value may break a rule that is no word list."""

    def take(self, rows: pa.Array) -> Column:
        return Column(self.values.take(rows), self.normal.take(rows), self.odd[rows.to_numpy()])


def clean_column(raw: pa.Array, field: str, setting: Setting) -> Column:
    """Clean a column of raw values (text or numbers), as `clean` does one by one."""
    coded = raw.dictionary_encode()
    kind = merge_fields()[field].kind
    distinct = _cleaned(coded.dictionary, field, kind, setting)
    odd = _odd(distinct) if kind != "count" else np.zeros(len(distinct), dtype=bool)
    place = coded.indices.fill_null(0).to_numpy(zero_copy_only=False)
    known = raw.is_valid().to_numpy(zero_copy_only=False)
    flags = odd[place] & known if len(distinct) else np.zeros(len(raw), dtype=bool)
    return Column(pc.take(distinct, coded.indices), pc.take(normal(distinct), coded.indices), flags)


def _cleaned(values: pa.Array, field: str, kind: str, setting: Setting) -> pa.Array:
    raw = values.to_pylist()
    plain = [False] * len(raw)
    if kind == "name" and pa.types.is_string(values.type):
        shapes = _LATIN if is_narrow(setting.language, setting.channel) else f"{_LATIN}|{_HAN}"
        fits = pc.match_substring_regex(values, f"^(?:{shapes})$")
        plain = pc.and_not(fits, pc.is_in(values, value_set=_no_names())).to_pylist()
    fit = [value if same else clean(value, field, setting.language, setting.channel) or None
           for value, same in zip(raw, plain, strict=True)]  # fmt: skip
    return pa.array(fit, pa.string())


@cache
def _no_names() -> pa.Array:
    """`clean` leaves every other name of these shapes as it is."""
    return pa.array(sorted({form for word in NOTHING | NOBODY for form in (word, word.capitalize(), word.title())}))


def _odd(values: pa.Array) -> np.ndarray:
    ordinary = pc.match_substring_regex(values, ORDINARY)
    telling = pc.match_substring_regex(values, TELLING)
    odd = pc.or_(pc.invert(ordinary), telling).fill_null(False)
    return odd.to_numpy(zero_copy_only=False)
