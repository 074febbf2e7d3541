"""Who is to be erased, and what gives them away in texts."""

from __future__ import annotations

from collections.abc import Iterable

import ibis

from tools.errors import NoData
from tools.people import SHORTEST
from tools.results import Frozen
from tools.tables import table
from tools.warehouse import Warehouse

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
        """What of this stands in `words`, the longest first; empty where nothing does."""
        found = [value for value in self.telling if value in words]
        found += [name for name in self.names if found and name in words]
        return sorted(found, key=len, reverse=True)

    def blanked(self, words: str, stand_in: str) -> str:
        """`words` with `stand_in` for everything that gives the person away."""
        for value in self.named_in(words):
            words = words.replace(value, stand_in)
        return words


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
