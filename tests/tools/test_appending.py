"""A load changes what its days decide, and nothing else: appends, late rows, corrections, split and repeated files."""

from datetime import date, datetime
from itertools import count

import duckdb
import pandas as pd
import pytest

from tools.facts import reestimate_rules
from tools.generations import Generations
from tools.loading import load_files

NOW = datetime(2026, 11, 1)
FACTS = ("tier_snapshots", "customer_months", "customer_facts")


@pytest.fixture(scope="module")
def orders(brand):
    """Orders of five months, a refund beside its order's id, as an export writes them."""
    found = brand["orders"][brand["orders"]["order_date"] < "2023-08-01"]
    return found[["order_id", "customer_id", "ordered_at", "amount", "channel", "kind"]]


@pytest.fixture
def store(tmp_path):
    return Generations(tmp_path / "data")


@pytest.fixture
def load(tmp_path):
    numbers = count()

    def load_frames(store: Generations, *frames: pd.DataFrame, name: str = "orders"):
        paths = [tmp_path / f"{name} {next(numbers)}.csv" for _ in frames]
        for path, frame in zip(paths, frames, strict=True):
            frame.to_csv(path, index=False)
        return load_files(paths, store, loaded_at=NOW)

    return load_frames


def rows(store: Generations, query: str) -> list[tuple]:
    with duckdb.connect(str(store.current()), read_only=True) as con:
        return con.execute(query).fetchall()


def everything(store: Generations, *tables: str) -> dict[str, list[tuple]]:
    return {name: rows(store, f"SELECT * FROM {name} ORDER BY ALL") for name in tables}


def mark_july_and_before(store: Generations) -> None:
    """A mark that only a rebuilt snapshot would lose."""
    with duckdb.connect(str(store.current())) as con:
        con.execute("UPDATE tier_snapshots SET spend_365 = -1 WHERE as_of < '2023-07-01'")


def marked(store: Generations) -> set[date]:
    return {row[0] for row in rows(store, "SELECT DISTINCT as_of FROM tier_snapshots WHERE spend_365 = -1")}


ENDS = [date(2023, 3, 31), date(2023, 4, 30), date(2023, 5, 31), date(2023, 6, 30)]


def test_a_month_appended_changes_only_that_month(store, load, orders, tmp_path):
    july = orders["ordered_at"] >= "2023-07-01"
    load(store, orders[~july])
    before = rows(store, "SELECT * FROM tier_snapshots WHERE as_of IN ('2023-05-31', '2023-04-30') ORDER BY ALL")
    load(store, orders[july])
    assert rows(store, "SELECT * FROM tier_snapshots WHERE as_of IN ('2023-05-31', '2023-04-30') ORDER BY ALL") == before
    assert len(rows(store, "SELECT DISTINCT rules_version FROM tier_rules")) == 1
    afresh = Generations(tmp_path / "afresh")
    load(afresh, orders)
    assert everything(store, *FACTS[1:], "orders") == everything(afresh, *FACTS[1:], "orders")
    # The horizon is kept from the first load until somebody asks for a new one; then all is as if loaded at once.
    former = rows(store, "SELECT * FROM tier_snapshots ORDER BY ALL")
    rules = reestimate_rules(store)
    assert rows(afresh, "SELECT rules_version FROM tier_rules") == [(rules.version,)]
    now = rows(store, "SELECT * FROM tier_snapshots ORDER BY ALL")
    assert [row for row in now if row[-1] == rules.version] == rows(afresh, "SELECT * FROM tier_snapshots ORDER BY ALL")
    assert [row for row in now if row[-1] != rules.version] == [row for row in former if row[-1] != rules.version]


def test_an_append_leaves_earlier_snapshots_untouched(store, load, orders):
    july = orders["ordered_at"] >= "2023-07-01"
    load(store, orders[~july], orders[july].iloc[:5])
    mark_july_and_before(store)
    load(store, orders[july].iloc[5:])
    assert marked(store) == set(ENDS)


def test_late_rows_of_an_earlier_month_change_it_and_what_follows(store, load, orders, tmp_path):
    late = orders[orders["ordered_at"].dt.month == 5].sample(frac=0.3, random_state=1)
    load(store, orders.drop(late.index))
    mark_july_and_before(store)
    load(store, late)
    assert marked(store) == {end for end in ENDS if end < late["ordered_at"].min().date()} == set(ENDS[:2])
    afresh = Generations(tmp_path / "afresh")
    load(afresh, orders)
    assert everything(store, *FACTS[1:], "orders") == everything(afresh, *FACTS[1:], "orders")


def test_a_load_without_new_orders_keeps_all_facts(store, load, orders, brand):
    load(store, orders)
    mark_july_and_before(store)
    before = everything(store, *FACTS)
    load(store, brand["customers"], name="customers")
    load(store, orders.assign(note="exported again"))
    assert everything(store, *FACTS) == before
    assert marked(store) == set(ENDS)
