"""Which table a file is, and which of its columns is which canonical field.

Synonyms, tables and their needs are data: `columns.yaml` beside this file.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import yaml

from tools.errors import BadArgument


@cache
def rules() -> dict[str, Any]:
    return yaml.safe_load(resources.files("tools.loading").joinpath("columns.yaml").read_text(encoding="utf-8"))


_UNIT = re.compile(
    r"(?:[(\[【/_\s-]|\bin\b)\s*(?:人民币|rmb|cny|usd|us\$|[$¥])?\s*"
    r"(亿|千万|百万|十万|万|千|百|角|分|k|m|mn|'?000s?|thousands?|millions?|cents?|pence|fen)(?:元|圆|yuan)?\s*[)\]】]?$|(万|千|亿)元$"
)
_FACTORS = {
    "亿": "100000000", "千万": "10000000", "百万": "1000000", "十万": "100000", "万": "10000", "千": "1000",
    "百": "100", "角": "0.1", "分": "0.01", "fen": "0.01", "pence": "0.01", "cent": "0.01", "k": "1000", "000": "1000",
    "thousand": "1000", "m": "1000000", "mn": "1000000", "million": "1000000",
}  # fmt: skip


def _folded(header: str) -> str:
    return unicodedata.normalize("NFKC", header).strip().lower()


def normal(header: str) -> str:
    """Fold what does not distinguish headers: case, width, spaces, punctuation, units."""
    bare = re.sub(r"\(.*?\)|\[.*?\]|【.*?】", "", _UNIT.sub("", _folded(header)))
    return re.sub(r"[\W_]+", "", bare)


def unit_of(header: str) -> str:
    """What a header multiplies its numbers by: "10000" for "金额(万元)" and "0.01" for "amount_cents", else "1"."""
    found = _UNIT.search(_folded(header))
    return _FACTORS[(found.group(1) or found.group(2)).strip("'").removesuffix("s")] if found else "1"


@dataclass(frozen=True)
class TableRule:
    name: str
    files: list[str]
    needs: list[list[str]]
    key: list[str]
    columns: dict[str, str]
    """Field -> the synonyms it uses."""
    date: str | None = None
    once: bool = False
    without: list[str] = field(default_factory=list)
    told: list[list[str]] = field(default_factory=list)
    """Needs of a file whose name says what it is."""

    def is_structural(self, name: str) -> bool:
        """Whether a tie for this field must be asked about rather than left out."""
        return name == "order_id" or any(name in group for group in self.needs)


def _missing(needs: list[list[str]], taken: dict[str, int]) -> list[list[str]]:
    return [group for group in needs if not any(name in taken for name in group)]


@cache
def table_rules() -> dict[str, TableRule]:
    return {name: _table_rule(name, dict(rule)) for name, rule in rules()["tables"].items()}


def _table_rule(name: str, rule: dict[str, Any]) -> TableRule:
    columns: dict[str, str] = {}
    for entry in rule.pop("columns"):
        columns.update(entry if isinstance(entry, dict) else {entry: entry})
    return TableRule(name=name, columns=columns, **rule)


@cache
def _ranks(synonyms: str, name: str) -> dict[str, int]:
    """Normalised header -> rank (0 is the canonical name itself)."""
    ranks = {normal(name): 0}
    for rank, words in enumerate(rules()["synonyms"][synonyms], start=1):
        for word in words:
            ranks.setdefault(normal(str(word)), rank)
    return ranks


@cache
def known_headers() -> frozenset[str]:
    return frozenset(
        word
        for rule in table_rules().values()
        for name, synonyms in rule.columns.items()
        for word in _ranks(synonyms, name)
    )


@dataclass(frozen=True)
class Recognised:
    """The columns of one file read as one table: positions in the file's header."""

    rule: TableRule
    taken: dict[str, int]
    unclear: dict[str, list[int]]
    """Fields for which several columns tie."""

    def fits(self, *, hinted: bool) -> bool:
        """Whether the table's needs are met; a tie counts as met, since it can be settled."""
        settled = self.taken | {name: -1 for name in self.unclear}
        needs = self.rule.told if hinted and self.rule.told else self.rule.needs
        return not _missing(needs, settled) and not any(name in settled for name in self.rule.without)


def canonical(rule: TableRule, given: str) -> str | None:
    """Return the table's field that a `--map` key means, or None when the table has none."""
    key = given.strip().lower()
    if key == "date":
        return rule.date
    key = key if key in rule.columns else rules()["aliases"].get(key, key)
    return key if key in rule.columns else None


def recognise(rule: TableRule, headers: list[str], mapping: dict[str, int]) -> Recognised:
    """Read `headers` as the table of `rule`; `mapping` (`--map` key -> position) goes first."""
    taken = {name: at for given, at in mapping.items() if (name := canonical(rule, given))}
    unclear: dict[str, list[int]] = {}
    free = [at for at in range(len(headers)) if at not in mapping.values()]
    for name, synonyms in (rule.columns | {name: name for name in rule.without}).items():
        if name in taken:
            continue
        ranks = _ranks(synonyms, name)
        ranked = [(ranks[word], at) for at in free if (word := normal(headers[at])) in ranks]
        best = [at for rank, at in ranked if rank == min(ranked)[0]]
        if len(best) == 1:
            taken[name] = best[0]
        elif best:
            unclear[name] = best
    return Recognised(rule, taken, unclear)


def choose_table(source: str, headers: list[str], names: list[str], mapping: dict[str, int]) -> Recognised:
    """Pick the table a file is; `names` are the headers made unique, as the user must write them.

    Raises BadArgument `unclear_column` or `missing_column`, with the flag that settles it.
    """
    readings = {rule.name: recognise(rule, headers, mapping) for rule in table_rules().values()}
    hinted = hint(source)
    fitting = [reading for name, reading in readings.items() if reading.fits(hinted=name == hinted)]
    if not fitting:
        raise _refusal(source, headers, names, readings[hinted or "orders"])
    chosen = next((reading for reading in fitting if reading.rule.name == hinted), fitting[0])
    for name, positions in chosen.unclear.items():
        if chosen.rule.is_structural(name):
            raise _unclear(source, chosen.rule, name, [names[at] for at in positions])
    return chosen


def short_name(rule: TableRule, name: str) -> str:
    """The name of a field as one types it after --map."""
    short = {full: alias for alias, full in rules()["aliases"].items() if alias not in ("order_date", "kind")}
    return "date" if name == rule.date else short.get(name, name)


def hint(source: str) -> str | None:
    """The table that a file's or sheet's name means, such as "customers_2024.csv" or "book.xlsx[会员]"; else None."""
    stem = re.sub(r"(\.(csv|tsv|txt|dat|xlsx|xlsm|parquet|pq|gz))+$", "", source.lower())
    sheet = re.search(r"\[(.*)\]$", source)
    words = {re.sub(r"\d", "", normal(text)) for text in (sheet.group(1) if sheet else stem, stem.split(".xls")[0])}
    for extra in rules()["file_words"]:
        words = {word.removesuffix(extra).removeprefix(extra) for word in words}
    for rule in table_rules().values():
        if words & {normal(name) for name in rule.files}:
            return rule.name
    return None


def _refusal(source: str, headers: list[str], names: list[str], reading: Recognised) -> BadArgument:
    rule = reading.rule
    lacking = [group[0] for group in _missing(rule.needs, reading.taken)]
    for name in lacking:
        near = reading.unclear.get(name) or _near(rule, name, headers, set(reading.taken.values()))
        if near:
            return _unclear(source, rule, name, [names[at] for at in near])
    return BadArgument(
        "missing_column",
        alternatives=names,
        file=source,
        table=rule.name,
        fields=", ".join(short_name(rule, name) for name in lacking),
        flag=" ".join(f"--map {short_name(rule, name)}=COLUMN" for name in lacking),
    )


def _near(rule: TableRule, name: str, headers: list[str], used: set[int]) -> list[int]:
    """Positions of headers that contain a synonym ("amount1"), or that only a person may choose."""
    words = [word for word in _ranks(rule.columns[name], name) if len(word) > 1]
    proposals = {normal(word) for word in rules()["proposals"].get(name, [])}
    folded = {at: normal(header) for at, header in enumerate(headers) if at not in used}
    return [at for at, header in folded.items() if header in proposals or any(word in header for word in words)]


def _unclear(source: str, rule: TableRule, name: str, candidates: list[str]) -> BadArgument:
    short = short_name(rule, name)
    return BadArgument(
        "unclear_column",
        alternatives=candidates,
        file=source,
        field=short,
        candidates=", ".join(candidates),
        flag=f"--map {short}={candidates[0]}",
    )
