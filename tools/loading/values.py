"""SQL expressions that turn the text of a cell into a value; what does not parse becomes NULL.

Each function takes and gives a SQL expression. Text goes in, so ids keep their zeros.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from tools.loading.columns import rules
from tools.schema import MONEY

_WIDE = "".join(chr(code) for code in range(0xFF01, 0xFF5F)) + "\u3000\u00a0￥"
_NARROW = unicodedata.normalize("NFKC", _WIDE[:-1]) + "¥"

_BLANKS = "' ' || chr(9) || chr(10) || chr(13) || chr(8203) || chr(65279)"  # two of no width
_MARKS = ['^="(.*)"$', r"^['`](\d)"]
_ODD = "[！-～\u3000\u00a0￥]|^\\s*[='`]"
_NUMBER = r"[+-]?(\d+|\d{1,3}(,\d{3})+)?(\.\d*)?(e[+-]?\d+)?"
# The longer word first where one ends in another.
_FACTORS = {"百万": 1_000_000, "亿": 100_000_000, "万": 10_000, "w": 10_000, "千": 1000, "k": 1000, "m": 1_000_000}


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def let(name: str, value: str, body: str) -> str:
    """SQL `body` in which `name` stands for `value`, computed once however often it occurs."""
    return f"list_transform([{value}], lambda {name}: {body})[1]"


def words(kind: str) -> str:
    return ", ".join(quoted(word) for word in rules()[kind])


FEW = 1000
"""Different texts that a column of words may hold."""
PLAIN = r"[A-Za-z0-9_-]*[0-9][A-Za-z0-9_-]*"


def plain(text: str) -> str:
    """Whether text is nothing but letters, digits, - and _, a digit among them: there is nothing to clean."""
    return f"regexp_full_match({text}, '{PLAIN}')"


def is_one(text: str, words: Iterable[str]) -> str:
    """Whether text is one of the words, in any case.

    One pattern, not IN: of a view, DuckDB joins the words of an IN to every row, even of a column nobody asks for.
    """
    return f"regexp_full_match(lower({text}), {quoted('|'.join(map(re.escape, words)))})"


def trimmed(cell: str) -> str:
    """Text without surrounding blanks, full-width forms and the marks that keep a spreadsheet from counting ids.

    Those marks are ="00123", '00123 and `00123.
    """
    bare = f"trim(translate({cell}, {quoted(_WIDE)}, {quoted(_NARROW)}), {_BLANKS})"
    for mark in _MARKS:
        bare = f"regexp_replace({bare}, {quoted(mark)}, {quoted(chr(92) + '1')})"
    # Few cells need all this, so one look decides.
    return f"CASE WHEN regexp_matches({cell}, {quoted(_ODD)}) THEN {bare} ELSE trim({cell}, {_BLANKS}) END"


def present(text: str) -> str:
    """NULL in place of trimmed text that is empty or a word like "null"."""
    return f"CASE WHEN NOT {is_one(text, ['', *rules()['blank']])} THEN {text} END"


def bare_number(text: str) -> str:
    """Sign, digits, marks and unit of "¥ 1,299.50", "(12)", "13.5-", "1'299.50 CHF", "3 件", in lower case."""
    steps = [
        ("|".join([*rules()["currencies"].values(), rules()["counters"]]), ""),
        (r"[\s'’](\d{3})\b", r"\1"), (r"\s+(\D|$)", r"\1"), (r"(^|\D)\s+", r"\1"),
        (r"^\((.*)\)$", r"-\1"), (r"^([\d.,]+)-$", r"-\1"),
    ]  # fmt: skip
    bare = f"lower({text})"
    for old, new in steps:
        bare = f"regexp_replace({bare}, {quoted(old)}, {quoted(new)}, 'g')"
    return bare


def number(text: str, *, comma: bool = False, unit: str = "1") -> str:
    """DECIMAL(27,8) from "¥1,299.50", "(12)", "1.2万", "3千"; a misplaced mark gives NULL.

    With `comma` the decimal mark is a comma ("1.299,50"). `unit` multiplies cells that name no unit themselves.
    """
    digits = f"regexp_replace(bare, '({'|'.join(_FACTORS)})$', '')"
    if comma:
        digits = f"translate({digits}, '.,', ',.')"
    named = " ".join(f"WHEN ends_with(bare, '{word}') THEN {by}" for word, by in _FACTORS.items())
    parsed = "TRY_CAST(replace(digits, ',', '') AS DECIMAL(27,8))"
    scaled = f"TRY_CAST({parsed} * (CASE {named} ELSE {unit} END)::DECIMAL(11,2) AS DECIMAL(27,8))"
    value = f"CASE WHEN regexp_full_match(digits, '{_NUMBER}') THEN {scaled} END"
    return let("bare", bare_number(text), let("digits", digits, value))


def typed(value: str, kind: str, *, unit: str = "1") -> str:
    """A value of `kind` (money or DOUBLE) from a number that is one by type, rounded as its text would be."""
    if kind != MONEY:
        return f"TRY_CAST({value} AS {kind})" if unit == "1" else f"{value} * {unit}"
    near, number = f"TRY_CAST({value} AS {MONEY})", f"TRY_CAST({value} AS DECIMAL(27,8))"
    exact = f"TRY_CAST({number} * {unit}::DECIMAL(11,2) AS {MONEY})"
    # Arithmetic on wide decimals is slow, and hardly any amount has more places than money.
    return f"CASE WHEN CAST({near} AS DOUBLE) = {value} THEN {near} ELSE {exact} END" if unit == "1" else exact


def money(text: str, *, comma: bool = False, unit: str = "1") -> str:
    return f"TRY_CAST({number(text, comma=comma, unit=unit)} AS {MONEY})"


def double(text: str, *, comma: bool = False, unit: str = "1") -> str:
    return f"TRY_CAST({number(text, comma=comma, unit=unit)} AS DOUBLE)"


def currency(text: str) -> str:
    """The currency that a cell names, such as "USD" for "US$20"; NULL for none."""
    marks = rules()["currencies"].items()
    cases = " ".join(f"WHEN regexp_matches(lower({text}), {quoted(mark)}) THEN '{name}'" for name, mark in marks)
    return f"CASE {cases} END"


def boolean(text: str) -> str:
    word = f"lower({text})"
    return f"CASE WHEN {word} IN ({words('true')}) THEN true WHEN {word} IN ({words('false')}) THEN false END"


def refund_word(text: str) -> str:
    """Whether a status says that the order was refunded, returned or cancelled for good."""
    yes, no = quoted(rules()["refund"]), quoted(rules()["no_refund"])
    return f"(regexp_matches(lower({text}), {yes}) AND NOT regexp_matches(lower({text}), {no}))"


def unpaid_word(text: str) -> str:
    return f"regexp_matches(lower({text}), {quoted(rules()['unpaid'])})"
