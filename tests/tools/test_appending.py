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
FACTS = ("tier_snapshots", "customer_months", "customer_channels", "customer_facts")


@pytest.fixture(scope="module")
def orders(brand):
    """Orders of five months, a refund beside its order's id, as an export writes them."""
    found = brand["orders"][brand["orders"]["order_date"] < "2023-08-01"]
    found = found.assign(city=[None if n % 3 else ("成都", "上海")[n % 2] for n in range(len(found))])
    return found[["order_id", "customer_id", "ordered_at", "amount", "channel", "city", "kind"]]


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
    # Somebody who first pays in July sent something back before: no fact of theirs is stored until then.
    comer = sorted({*orders.customer_id[july]} - {*orders.customer_id[~july]})[0]
    back = {"order_id": "R-1", "customer_id": comer, "ordered_at": pd.Timestamp("2023-06-20"), "amount": -9.0,
            "channel": "门店", "city": "拉萨", "kind": "refund"}  # fmt: skip
    orders = pd.concat([orders[~july], pd.DataFrame([back]), orders[july]], ignore_index=True)
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


def test_a_load_into_a_file_of_an_earlier_version_fills_its_new_columns(store, load, orders, tmp_path):
    load(store, orders[:-20])
    with duckdb.connect(str(store.current())) as con:
        con.execute("ALTER TABLE customer_facts DROP COLUMN preferred_channel")
    load(store, orders[-20:])
    whole = Generations(tmp_path / "whole")
    load(whole, orders)
    assert everything(store, "customer_facts") == everything(whole, "customer_facts")


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


def random_touches() -> pd.DataFrame:
    sent = pd.DataFrame({
        "campaign_id": "K1", "customer_id": [f"C{n % 9}" for n in range(27)], "channel": "sms", "arm": "treated",
        "sent_at": [f"2024-06-0{1 + n // 9} 10:00:00" for n in range(27)], "opened": [n % 2 for n in range(27)],
    })  # fmt: skip
    held = sent.iloc[:4].assign(arm="holdout", customer_id=[f"H{n}" for n in range(4)], sent_at=None, opened=None)
    return pd.concat([sent, held], ignore_index=True)


def tables_to_split(brand) -> dict[str, pd.DataFrame]:
    days = [f"2024-06-{1 + n % 20:02d}" for n in range(60)]
    return {
        "orders": brand["orders"].iloc[::9][["order_id", "customer_id", "ordered_at", "amount", "kind"]],
        "customers": brand["customers"].iloc[:50],
        "touches": random_touches(),
        "events": pd.DataFrame({
            "customer_id": [f"C{n % 7}" for n in range(60)], "event_type": "view", "event_at": days,
            "product_id": [f"P{n // 20}" for n in range(60)],
        }),
        "costs": pd.DataFrame({"cost_date": days[:20], "channel": "sms", "campaign_id": "K1", "amount": 12.5}),
        "consents": pd.DataFrame({
            "customer_id": [f"C{n}" for n in range(20)], "channel": "sms", "consented": "是", "updated_at": days[:20],
        }),
    }  # fmt: skip


def test_whole_split_overlapping_and_permuted_files_give_the_same_tables(store, load, brand, tmp_path):
    """For every table: one file; two overlapping halves; the rows in another order; and each of them once more."""
    stores = [store, Generations(tmp_path / "split"), Generations(tmp_path / "permuted")]
    for name, frame in tables_to_split(brand).items():
        permuted = frame.sample(frac=1, random_state=5)
        halves = permuted.iloc[: len(frame) * 2 // 3], permuted.iloc[len(frame) // 3 :]
        for target, parts in zip(stores, ([frame], halves, [permuted]), strict=True):
            for part in parts:
                load(target, part, name=name)
        found = [everything(target, name)[name] for target in stores]
        assert found[0] == found[1] == found[2]
        assert len(found[0]) == len(frame)
        load(store, permuted, name=name)
        assert everything(store, name)[name] == found[0]


def test_a_corrected_month_replaces_what_it_names(store, load, orders):
    load(store, orders)
    may = orders[orders["ordered_at"].dt.month == 5]
    load(store, may.assign(amount=may["amount"] * 2))
    wanted = orders.assign(amount=orders["amount"].where(orders["ordered_at"].dt.month != 5, orders["amount"] * 2))
    assert rows(store, "SELECT count(*), sum(amount)::DOUBLE FROM orders") == [
        (len(orders), pytest.approx(wanted["amount"].sum()))
    ]


SALE = pd.DataFrame({"order_id": ["1"], "customer_id": ["U"], "ordered_at": ["2024-03-05"], "amount": [100]})
BACK = SALE.assign(ordered_at="2024-04-02", amount=-100, status="退款成功")
LINE = pd.DataFrame({
    "order_id": ["1"], "customer_id": ["U"], "ordered_at": ["2024-03-05"], "product_id": ["P"], "quantity": [2],
    "unit_price": [50],
})  # fmt: skip
KINDS = "SELECT kind, amount::INT, month(order_date) FROM {} ORDER BY 1"


@pytest.mark.parametrize("order", [(SALE, BACK), (BACK, SALE), (SALE, BACK, SALE.assign(note=""))])
def test_a_refund_dated_on_its_own_leaves_its_sale(store, load, order):
    for frame in order:
        load(store, frame)
    assert rows(store, KINDS.format("orders")) == [("refund", -100, 4), ("sale", 100, 3)]


def test_a_status_that_turned_sets_a_refund_against_the_sale(store, load):
    load(store, SALE.assign(status="已完成"))
    load(store, SALE.assign(status="退款成功"))
    assert rows(store, KINDS.format("orders")) == [("refund", -100, 3), ("sale", 100, 3)]


@pytest.mark.parametrize("target", ["orders", "order_items"])
def test_refunded_lines_follow_the_same_rule(store, load, target):
    load(store, LINE, name="order_items")
    load(store, LINE.assign(ordered_at="2024-04-02", quantity=-2), name="order_items")
    assert rows(store, KINDS.format(target)) == [("refund", -100, 4), ("sale", 100, 3)]
    load(store, LINE.assign(status="退款成功"), name="order_items")
    assert rows(store, KINDS.format(target)) == [("refund", -100, 3), ("sale", 100, 3)]


def test_of_several_rows_with_one_id_the_newest_counts_in_any_order(store, load, tmp_path):
    people = pd.DataFrame({
        "customer_id": ["A", "A", "B", "B", "C", "C"], "name": ["x", "y", "x", "y", None, "y"],
        "registered_at": ["2024-01-02", "2024-01-01", "2024-01-01", "2024-01-01", None, None],
    })  # fmt: skip
    other = Generations(tmp_path / "other")
    report = load(store, people, name="customers")
    load(other, people.iloc[::-1], name="customers")
    assert report.set_aside == {"repeated_key": 3}
    found = everything(store, "customers")
    assert found == everything(other, "customers")
    assert [row[1] for row in found["customers"] if row[0] != "B"] == ["x", "y"]


def test_an_older_consent_never_overrules_a_newer_one(store, load):
    given = pd.DataFrame(
        {"customer_id": ["A", "B"], "channel": "sms", "consented": "否", "updated_at": ["2024-05-01", "2024-05-01"]}
    )
    load(store, given, name="consents")
    older = given.assign(consented="是", updated_at=["2024-04-01", "2024-06-01"])
    assert load(store, older, name="consents").set_aside == {"outdated": 1}
    assert rows(store, "SELECT customer_id, consented FROM consents ORDER BY 1") == [("A", False), ("B", True)]
