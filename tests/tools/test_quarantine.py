"""Rows set aside and the book of loads, read back as they were written."""

from datetime import datetime
from pathlib import Path

import pytest

from tools.errors import BadArgument
from tools.generations import Generations
from tools.loading import LoadReport, load_files
from tools.quarantine import loads, quarantined
from tools.warehouse import Warehouse

NOW = datetime(2026, 11, 1, 9, 30)
HEADER = "order_id,customer_id,ordered_at,amount\n"
FIRST = f"{HEADER}1,U1,2024-03-05,10\n2,,2024-03-05,10\n3,,2024-03-06,20\n4,U2,2024-02-30,5\n5,U3,2024-03-07,0\n"
SECOND = f"{HEADER}6,U1,2024-04-05,10\n7,,2024-04-05,11\n"


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> tuple[list[LoadReport], Warehouse]:
    directory: Path = tmp_path_factory.mktemp("quarantine")
    store, found = Generations(directory / "data"), []
    for name, text in (("march.csv", FIRST), ("april.csv", SECOND)):
        (directory / name).write_text(text, encoding="utf-8")
        found.append(load_files([directory / name], store, loaded_at=NOW))
    return found, Warehouse.open(store.current(), row_cap=1000, seconds=20)


def test_every_load_can_be_seen_again_and_adds_up(reports):
    said, warehouse = reports
    book = loads(warehouse)
    assert [(load.source, load.table, load.loaded_at) for load in book] == [
        ("march.csv", "orders", NOW), ("april.csv", "orders", NOW),
    ]  # fmt: skip
    for load, report in zip(book, said, strict=True):
        assert (load.read, load.kept, load.set_aside, load.columns) == (
            report.read, report.kept, report.set_aside, report.files[0].columns,
        )  # fmt: skip
        assert load.read == load.kept + sum(load.set_aside.values())
        assert quarantined(warehouse, load=load.load_id).total == load.read - load.kept


def test_counts_come_first_then_the_rows_in_their_own_words(reports):
    found = quarantined(reports[1])
    assert [(count.source, count.reason, count.rows) for count in found.counts] == [
        ("march.csv", "no_customer", 2), ("april.csv", "no_customer", 1),
        ("march.csv", "bad_date", 1), ("march.csv", "non_positive_amount", 1),
    ]  # fmt: skip
    assert found.total == len(found.rows) == 5
    assert [(row.row, row.reason, row.text) for row in found.rows[:3]] == [
        (3, "no_customer", "2 |  | 2024-03-05 | 10"),
        (4, "no_customer", "3 |  | 2024-03-06 | 20"),
        (5, "bad_date", "4 | U2 | 2024-02-30 | 5"),
    ]
    assert found.next_offset is None


def test_pages_follow_each_other_and_filters_hold(reports):
    warehouse = reports[1]
    whole, pages, at = quarantined(warehouse).rows, [], 0
    while at is not None:
        page = quarantined(warehouse, limit=2, offset=at)
        assert page.total == 5
        pages += page.rows
        at = page.next_offset
    assert pages == whole
    chosen = quarantined(warehouse, table="orders", reason="no_customer", load="000002")
    assert [(row.source, row.row) for row in chosen.rows] == [("april.csv", 3)]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"table": "events"}, "unknown_aside"), ({"reason": "ugly"}, "unknown_aside"), ({"load": "9"}, "unknown_load"),
        ({"limit": 0}, "bad_page"), ({"offset": -1}, "bad_page"), ({"limit": 1001}, "bad_page"),
    ],
)  # fmt: skip
def test_refuses_what_it_does_not_hold(reports, given, code):
    with pytest.raises(BadArgument) as refused:
        quarantined(reports[1], **given)
    assert refused.value.code == code
