"""Who is left out where a customer is a person of several accounts."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from tools.facts import build_facts
from tools.generations import Generations
from tools.identity.run import link_accounts
from tools.identity.settings import LinkSettings
from tools.segment_data import SegmentData
from tools.selection.desk import SegmentDesk
from tools.selection.rule import read_rule
from tools.selection.store import SegmentStore
from tools.warehouse import Warehouse
from tools.writing import changing

AT = datetime(2026, 11, 1, 9)


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A1 and A2 are one person by their member number, each with a phone and an e-mail of its own; A3 is alone."""
    store = Generations(tmp_path_factory.mktemp("linked") / "data")
    ids, day = ["A1", "A2", "A3"], pd.Timestamp("2024-05-01")
    customers = pd.DataFrame({
        "customer_id": ids, "member_no": ["M77", "M77", None], "name": ["王小明", "王小明", "李红"],
        "phone": ["13912345678", "13812345678", "13700000001"], "email": ["a@x.com", "b@x.com", "c@x.com"],
    })  # fmt: skip
    orders = pd.DataFrame({
        "order_id": ids, "customer_id": ids, "ordered_at": day, "order_date": day, "kind": "sale", "amount": 10,
    })  # fmt: skip
    with store.write() as path, changing(path) as con:
        for name, frame in (("customers", customers), ("orders", orders)):
            con.register("frame", frame)
            con.execute(f"INSERT INTO {name} BY NAME SELECT * FROM frame")
            con.unregister("frame")
        build_facts(con)
    link_accounts(store, settings=LinkSettings(), made_at=AT)
    return store.current()


@pytest.mark.parametrize(("entry", "by_account", "by_person"), [
    ("A2", 1, 1), ("+86 138-1234-5678", 1, 1), ("B@X.com", 1, 1), ("A1\nA2", 2, 1), ("a@x.com\n13812345678", 2, 1),
])  # fmt: skip
def test_whoever_is_listed_by_any_account_is_left_out(
    linked: Path, tmp_path: Path, entry: str, by_account: int, by_person: int
) -> None:
    path = tmp_path / "退订.csv"
    path.write_text(f"{entry}\n", encoding="utf-8")
    for count_by, everybody, out in (("account", 3, by_account), ("person", 2, by_person)):
        data = SegmentData(Warehouse.open(linked, row_cap=100, seconds=20, count_by=count_by))
        desk = SegmentDesk(data.selector, SegmentStore.open(tmp_path / count_by), "1")
        desk.keep_list(path, AT)
        everyone = read_rule("all: [{trait: orders, op: '>=', value: 1}]")
        found = desk.preview(rule=everyone, exclusions=desk.exclusions(["退订"]))
        assert (found.matched, found.excluded[0].customers, found.customers) == (everybody, out, everybody - out)


def test_data_made_anew_brings_no_old_membership_back(linked: Path, tmp_path: Path) -> None:
    found = []
    for place, hour in enumerate((9, 10)):
        path = tmp_path / str(place) / "000001.duckdb"
        path.parent.mkdir()
        shutil.copyfile(linked, path)
        with changing(path) as con:
            con.execute("INSERT INTO loads (load_id, loaded_at) VALUES ('1', ?)", [AT.replace(hour=hour)])
            con.execute("DELETE FROM orders WHERE customer_id = 'A3'" if place else "SELECT 1")
            build_facts(con)
        data = SegmentData(Warehouse.open(path, row_cap=100, seconds=20))
        desk = SegmentDesk(data.selector, SegmentStore.open(tmp_path / "segments"), path.stem)
        desk.save("买过", desk.preview(rule=read_rule("all: [{trait: orders, op: '>=', value: 1}]")), at=AT)
        found.append(desk.export(desk.show("买过"), tmp_path / "a.csv", role="operator", at=AT).rows)
    assert found == [3, 2]
