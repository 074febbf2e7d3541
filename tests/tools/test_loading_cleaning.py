"""From text to rows: what is no data, what is in doubt, and what the report says of it."""

from datetime import datetime

import duckdb
import openpyxl
import pytest

from tools.errors import BadArgument
from tools.generations import Generations
from tools.loading import load_files

HEADER = "订单号,会员ID,下单时间,实付金额"


@pytest.fixture
def load(tmp_path):
    """Load texts by file name; return the report, and a query over the tables."""
    store = Generations(tmp_path / "data")

    def load_them(mapping=None, timezone="Asia/Shanghai", **files):
        paths = []
        for name, text in files.items():
            paths.append(tmp_path / f"{name}.csv")
            paths[-1].write_text(text, encoding="utf-8")
        report = load_files(paths, store, loaded_at=datetime(2026, 11, 1), mapping=mapping, timezone=timezone)
        assert all(file.read == file.kept + sum(file.set_aside.values()) for file in report.files)
        return report

    def rows(query):
        with duckdb.connect(str(store.current()), read_only=True) as con:
            return con.execute(query).fetchall()

    load_them.rows = rows
    return load_them


def notes(report):
    return {note.key: note.params for file in report.files for note in file.notes}


def test_totals_and_headers_among_the_rows_are_set_aside(load):
    report = load(a=f"order_id,customer_id,date,amount\n{HEADER}\n1,U1,2024-03-05,10\n合计,,2024-03-31,10\n"
                    "order_id,customer_id,date,amount\n2,U2,2024-03-06,20\n,,Total:,20\n")  # fmt: skip
    assert report.set_aside == {"header_row": 2, "total_row": 2}
    assert load.rows("SELECT sum(amount)::INT FROM orders") == [(30,)]


def test_ids_that_lost_digits_are_never_joined(load):
    report = load(a=f"{HEADER}\n1,6.22202E+18,2024-03-05,10\n2.1E+17,U1,2024-03-05,10\n3,U1,2024-03-05,10\n")
    assert report.set_aside == {"unusable_id": 2}
    with pytest.raises(BadArgument, match="no_usable_rows"):
        load(b=f"{HEADER}\n1,6.22202E+18,2024-03-05,10\n")
    items = load(c="order_id,customer_id,date,product_id,quantity,unit_price\n9,U1,2024-03-05,1.2E+12,1,5\n")
    assert notes(items)["unusable_ids"] == {"column": "product_id", "count": 1}
    assert load.rows("SELECT product_id FROM order_items") == [(None,)]


def test_lost_zeros_are_pointed_out_and_filled_up_on_request(load):
    first = load(members="会员ID,姓名\n00123,a\n00456,b\n", a="会员ID,日期,金额\n123,2024-03-05,10\n456,2024-03-06,20\n")
    assert notes(first)["lost_zeros"] == {"column": "会员ID", "count": 2, "width": 5, "flag": "--map customer=会员ID:00000"}
    assert load.rows("SELECT count(*) FROM orders SEMI JOIN customers USING (customer_id)") == [(0,)]
    field, _, value = notes(first)["lost_zeros"]["flag"].removeprefix("--map ").partition("=")
    load(a="会员ID,日期,金额\n123,2024-03-05,10\n456,2024-03-06,20\n", mapping={field: value})
    assert load.rows("SELECT customer_id FROM orders ORDER BY 1") == [("00123",), ("00456",)]
    within = load(b="会员ID,日期,金额\n00123,2024-04-05,10\n99,2024-04-06,20\n")
    assert notes(within)["lost_zeros"]["count"] == 1


def test_amounts_in_other_currencies_are_set_aside(load):
    marks = load(a=f"{HEADER}\n1,U1,2024-03-05,¥10\n2,U1,2024-03-05,$20\n3,U1,2024-03-05,30元\n4,U1,2024-03-05,5\n")
    assert marks.set_aside == {"other_currency": 1}
    column = load(b=f"{HEADER},币种\n5,U1,2024-03-05,10,USD\n6,U1,2024-03-05,20,USD\n7,U1,2024-03-05,30,THB\n")
    assert column.set_aside == {"other_currency": 1}
    assert notes(column)["other_currencies"] == {"column": "实付金额", "currency": "USD", "count": 1, "others": "THB"}
    assert notes(load(c=f"{HEADER}\n8,U1,2024-03-05,£10\n"))["currency_named"]["currency"] == "GBP"


def test_decimals_in_doubt_are_asked_about_and_settled_by_the_flag(load):
    text = f"{HEADER}\n1,U1,2024-03-05,1.299\n2,U1,2024-03-05,2.500\n"
    with pytest.raises(BadArgument, match="unclear_number") as refusal:
        load(a=text)
    for flag, total in zip(refusal.value.alternatives, ("3.7990", "3799.0000"), strict=True):
        field, _, value = flag.removeprefix("--map ").partition("=")
        load(a=text, mapping={field: value})
        assert load.rows("SELECT sum(amount)::VARCHAR FROM orders") == [(total,)]
    with pytest.raises(BadArgument, match="bad_format"):
        load(a=text, mapping={"amount": "实付金额:%d"})


def test_times_with_and_without_a_zone_are_told_apart(load):
    text = f"{HEADER}\n1,U1,2024-03-10T07:30:00Z,1\n2,U1,2024-11-03 05:30:00+00:00,1\n3,U1,2024-07-01 10:00,1\n"
    report = load(a=text, timezone="America/New_York")
    assert notes(report)["mixed_zones"] == {"column": "下单时间", "timezone": "America/New_York", "zoned": 2, "local": 1}
    assert [str(row[0]) for row in load.rows("SELECT ordered_at FROM orders ORDER BY order_id")] == [
        "2024-03-10 03:30:00", "2024-11-03 01:30:00", "2024-07-01 10:00:00",  # summer time began, then ended
    ]  # fmt: skip


def test_a_refunded_amount_beside_the_paid_one_is_a_refund_of_its_own(load):
    report = load(a=f"{HEADER},退款金额\n1,U1,2024-03-05,100,40\n2,U1,2024-03-05,80,\n")
    assert (report.kept, notes(report)["refunds_by_amount"]) == (2, {"count": 1})
    query = "SELECT order_id, kind, amount::INT FROM orders ORDER BY ALL"
    assert load.rows(query) == [("1", "refund", -40), ("1", "sale", 100), ("2", "sale", 80)]
    load(b=f"{HEADER},退款金额\n1,U1,2024-03-05,100,0\n2,U1,2024-03-05,80,80\n")
    assert load.rows(query) == [("1", "sale", 100), ("2", "refund", -80), ("2", "sale", 80)]


def test_negative_amounts_are_refunds_where_nothing_says_otherwise(load):
    assert notes(load(a="会员ID,日期,金额\nU1,2024-03-05,100\nU1,2024-03-06,-40\n"))["refunds_by_sign"] == {"count": 1}
    assert load(b=f"{HEADER},订单状态\n9,U1,2024-03-05,-3,已完成\n8,U1,2024-03-05,3,已完成\n").set_aside == {
        "non_positive_amount": 1
    }


def test_identical_lines_are_duplicates_only_with_a_line_id(load):
    lines = "order_id,customer_id,date,product_id,quantity,unit_price"
    kept = load(a=f"{lines}\n1,U1,2024-03-05,P1,1,5\n1,U1,2024-03-05,P1,1,5\n")
    assert (kept.set_aside, notes(kept)["identical_lines"]) == ({}, {"count": 1})
    told = load(b=f"{lines},line no\n2,U1,2024-03-05,P1,1,5,1\n2,U1,2024-03-05,P1,1,5,2\n2,U1,2024-03-05,P1,1,5,2\n")
    assert told.set_aside == {"duplicate": 1}


def test_values_far_above_the_others_are_mentioned(load):
    amounts = "".join(f"{at},U1,2024-03-05,{10 + at % 7}\n" for at in range(50))
    report = load(a=f"{HEADER}\n{amounts}99,U1,2024-03-05,99999\n")
    assert notes(report)["outliers"] == {"column": "实付金额", "count": 1, "largest": "99999.0000", "row": 52}
    assert "outliers" not in notes(load(b=f"{HEADER}\n{amounts}"))


def test_nobody_is_no_customer(load):
    report = load(a=f"{HEADER}\n1,游客,2024-03-05,10\n2,Guest,2024-03-05,10\n3,U1,2024-03-05,10\n")
    assert report.set_aside == {"no_customer": 2}


def test_a_month_without_a_header_is_never_left_out(tmp_path):
    book = openpyxl.Workbook()
    for row in (HEADER.split(","), ["1", "U1", "2024-03-05", 10]):
        book.active.append(row)
    book.create_sheet("续").append(["2", "U2", "2024-03-06", 20])
    book.save(tmp_path / "book.xlsx")
    with pytest.raises(BadArgument, match="no_header"):
        load_files([tmp_path / "book.xlsx"], Generations(tmp_path / "data"), loaded_at=datetime(2026, 11, 1))


def test_samples_of_a_file_without_header_show_no_person(load):
    with pytest.raises(BadArgument, match="no_header") as refusal:
        load(a="001,张三,13800000000,2024-03-05,12.5,a@b.com\n002,李四,13900000000,2024-03-06,8,c@d.com\n")
    shown = " ".join(refusal.value.alternatives)
    assert "2024-03-05" in shown
    assert not any(private in shown for private in ("张三", "13800000000", "a@b.com"))


@pytest.mark.parametrize("phone", ["138 0000 0000", "138-0000-0000", "021-5555 6666", "+86 138 0000 0000", "Amy"])
def test_no_way_to_write_a_phone_or_name_is_shown(load, phone):
    with pytest.raises(BadArgument, match="no_header") as refusal:
        load(a=f"001,{phone},2024/3/5,12.5\n002,{phone},2024/3/6,8\n")
    shown = " ".join(refusal.value.alternatives)
    assert phone not in shown
    assert "2024/3/5" in shown
    assert "12.5" in shown
