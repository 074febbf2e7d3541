"""Who is to be erased, and what gives them away in texts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import ibis

from tools.errors import NoData
from tools.people import SHORTEST
from tools.results import Frozen
from tools.tables import table
from tools.warehouse import Warehouse

_HAN = re.compile("[\u4e00-\u9fff]{2,6}")
_PARTED = r"[ \u3000._/·-]{0,2}"
_WIDE = 0xFEE0
"""From a digit to its full-width form."""
KEYS = ("customer_id", "phone", "email", "member_no")
"""Columns by which a person may be named; a name may be several people's."""
TELLING = ("phone", "email", "member_no", "device_id", "name")


class Subject(Frozen):
    """Accounts of one person, and every value that a text may know them by."""

    accounts: list[str]
    telling: list[str]
    """Ids, phones, e-mails, numbers and long names: wherever one stands, the person is meant."""
    names: list[str]
    """Short names, which other people and common words share: they count only beside one of `telling`."""

    def named_in(self, words: str) -> list[str]:
        """What of this stands in `words`, the longest first, however it is parted; empty where nothing does."""
        found = [value for value in self.telling if spelt(value).search(words)]
        found += [name for name in self.names if found and spelt(name).search(words)]
        return sorted(found, key=len, reverse=True)

    def perhaps_in(self, kept: str) -> bool:
        """Whether anything of this stands in what a program wrote, where letters may be marks of its own."""
        return any(spelt(value, bare=True).search(kept) for value in self.telling)

    def blanked(self, words: str, stand_in: str) -> str:
        """`words` with `stand_in` for everything that gives the person away."""
        for value in self.named_in(words):
            words = spelt(value).sub(lambda found: stand_in, words)
        return words


@lru_cache(maxsize=1024)
def spelt(value: str, *, bare: bool = False) -> re.Pattern[str]:
    """A value as people write it: digits of any width in groups, a name with a mark in it. Numbers and Latin words
    are no parts of longer ones, unless `bare`."""
    if "\\" in value:  # letters by their numbers, as JSON writes them: what follows may be a letter too
        return re.compile(re.escape(value))
    left = r"(?<![0-9A-Za-z])" if value[0].isascii() and value[0].isalnum() and not bare else ""
    right = r"(?![0-9A-Za-z])" if value[-1].isascii() and value[-1].isalnum() and not bare else ""
    if value.isascii() and value.isdigit() and len(value) >= SHORTEST["phone"]:
        digits = (f"[{digit}{chr(ord(digit) + _WIDE)}]" for digit in value)
        return re.compile(rf"{left}(?:(?:\+|00)?86[ -]?)?{_PARTED.join(digits)}{right}")
    if _HAN.fullmatch(value):
        return re.compile("[ ·_-]?".join(value))
    return re.compile(f"{left}{re.escape(value)}{right}")


def subject_of(warehouse: Warehouse, named: Iterable[str]) -> Subject:
    """The accounts with one of these numbers, phones, e-mails or member numbers, and those linked with them as one
    person. Raises NoData where there is none."""
    accounts = _linked(warehouse, _accounts(warehouse, [value.strip() for value in named if value.strip()]))
    if not accounts:
        raise NoData("nobody_to_erase")
    customers = table("customers")
    rows = warehouse.run(customers.filter(customers.customer_id.isin(accounts)).select(*TELLING)).records
    values = {value for row in rows for column in TELLING if (value := row[column]) and len(value) >= _least(column)}
    names = {row["name"] for row in rows if row["name"]}
    telling = {value for value in values | {*accounts} if value not in names or _is_rare(value)}
    return Subject(accounts=sorted(accounts), telling=sorted(telling), names=sorted(names - telling))


def _least(column: str) -> int:
    return SHORTEST.get(column, 4)


def _is_rare(name: str) -> bool:
    """Three Chinese characters or a first and a last name; two characters are too often a word or another person."""
    return len(name) >= 3 if not name.isascii() else " " in name.strip()


def _accounts(warehouse: Warehouse, values: list[str]) -> set[str]:
    found: set[str] = set()
    customers = table("customers")
    for column in KEYS:
        rows = customers.filter(customers[column].isin(values)).select("customer_id").distinct()
        found |= {row["customer_id"] for row in warehouse.run(rows).records}
    for name in ("orders", "events", "touches", "consents"):  # accounts without a row of their own
        rows = table(name)
        ids = rows.filter(rows.customer_id.isin(values)).select("customer_id").distinct()
        found |= {row["customer_id"] for row in warehouse.run(ids).records}
    return found


def _linked(warehouse: Warehouse, accounts: set[str]) -> set[str]:
    if not accounts or "persons" not in warehouse.tables():
        return accounts
    runs, persons = table("link_runs"), table("persons")
    latest = warehouse.run(runs.filter(~runs.undone).agg(run=runs.run.max())).records[0]["run"]
    if latest is None:
        return accounts
    present = persons.filter(persons.run == ibis.literal(latest))
    theirs = present.filter(present.customer_id.isin(sorted(accounts))).select("person_id")
    rows = present.filter(present.person_id.isin(theirs.person_id)).select("customer_id").distinct()
    return accounts | {row["customer_id"] for row in warehouse.run(rows).records}
