"""SQL expressions that turn the text of a cell into a value; what does not parse becomes NULL.

Each function takes and gives a SQL expression. Text goes in, so ids keep their zeros.
"""

from __future__ import annotations

import re
import unicodedata

from tools.loading.columns import rules
from tools.schema import MONEY

_WIDE = "".join(chr(code) for code in range(0xFF01, 0xFF5F)) + "\u3000\u00a0￥"
_NARROW = unicodedata.normalize("NFKC", _WIDE[:-1]) + "¥"

_NUMBER = r"[+-]?(\d+|\d{1,3}(,\d{3})+)?(\.\d*)?(e[+-]?\d+)?"


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def words(kind: str) -> str:
    return ", ".join(quoted(word) for word in rules()[kind])


def trimmed(cell: str) -> str:
    """Text without surrounding blanks and full-width forms."""
    # translate() is slow, so only cells that need it pay for it.
    narrow = (
        f"CASE WHEN regexp_matches({cell}, '[！-～\u3000\u00a0￥]') "
        f"THEN translate({cell}, {quoted(_WIDE)}, {quoted(_NARROW)}) ELSE {cell} END"
    )
    return f"trim({narrow}, ' ' || chr(9) || chr(10) || chr(13))"


def present(text: str) -> str:
    """NULL in place of trimmed text that is empty or a word like "null"."""
    return f"CASE WHEN lower({text}) NOT IN ('', {words('blank')}) THEN {text} END"


def whole_id(text: str) -> str:
    """Drop the ".0" that a spreadsheet or data frame put behind whole numbers."""
    return f"regexp_replace({text}, '\\.0$', '')"


def number(text: str) -> str:
    """DECIMAL(28,8) from "¥1,299.50", "(12)", "1.2万", "3千"; a misplaced comma gives NULL.

    A decimal comma ("12,50") is not guessed at, since it may as well be a damaged thousand.
    """
    bare = rf"regexp_replace(lower({text}), 'rmb|cny|usd|eur|gbp|[¥$€£元块\s]', '', 'g')"
    signed = rf"regexp_replace({bare}, '^\((.*)\)$', '-\1')"
    digits = rf"regexp_replace({signed}, '[万千亿wk]$', '')"
    factor = (
        f"CASE right({signed}, 1) WHEN '万' THEN 10000 WHEN 'w' THEN 10000 WHEN '千' THEN 1000 WHEN 'k' THEN 1000 "
        "WHEN '亿' THEN 100000000 ELSE 1 END"
    )
    parsed = f"TRY_CAST(replace({digits}, ',', '') AS DECIMAL(28,8))"
    return f"CASE WHEN regexp_full_match({digits}, '{_NUMBER}') THEN {parsed} * ({factor})::DECIMAL(9,0) END"


def money(text: str, header: str) -> str:
    """Money; a unit in the header, "金额(万元)" or "金额(分)", scales the whole column."""
    unit = re.search(r"[(（\[【]\s*(万|千|分)元?\s*[)）\]】]", header)
    factor = {"万": "10000", "千": "1000", "分": "0.01"}[unit.group(1)] if unit else "1"
    return f"TRY_CAST({number(text)} * {factor}::DECIMAL(7,2) AS {MONEY})"


def double(text: str) -> str:
    return f"TRY_CAST({number(text)} AS DOUBLE)"


def boolean(text: str) -> str:
    word = f"lower({text})"
    return f"CASE WHEN {word} IN ({words('true')}) THEN true WHEN {word} IN ({words('false')}) THEN false END"


def refund_word(text: str) -> str:
    """Whether a status says that the order was refunded, returned or cancelled for good."""
    yes, no = quoted(rules()["refund"]), quoted(rules()["no_refund"])
    return f"(regexp_matches(lower({text}), {yes}) AND NOT regexp_matches(lower({text}), {no}))"


def unpaid_word(text: str) -> str:
    return f"regexp_matches(lower({text}), {quoted(rules()['unpaid'])})"
