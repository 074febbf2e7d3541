"""Files to canonical tables, end to end, on generated data with sums known beforehand."""

import gzip
from datetime import date, datetime
from decimal import Decimal

import duckdb
import numpy as np
import openpyxl
import pandas as pd
import pytest

from copilot import catalogue
from copilot.refusals import worded
from tools.errors import BadArgument
from tools.generations import Generations
from tools.loading import load_files

NOW = datetime(2026, 11, 1)
HEADER = "订单号,会员ID,下单时间,实付金额"


@pytest.fixture
def store(tmp_path):
    return Generations(tmp_path / "data")


@pytest.fixture
def write(tmp_path):
    def write_file(name, text):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write_file


def load(store, *paths, **options):
    return load_files(list(paths), store, loaded_at=NOW, **options)


def rows(store, query):
    with duckdb.connect(str(store.current()), read_only=True) as con:
        return con.execute(query).fetchall()


def invoice_lines(seed=3, invoices=400):
    """Lines of a shop with unknown buyers, 'C' cancellations and free items, like a till's export."""
    rng = np.random.default_rng(seed)
    invoice = np.repeat(np.arange(invoices), rng.integers(1, 6, invoices))
    cancelled = rng.random(invoices)[invoice] < 0.1
    frame = pd.DataFrame({
        "InvoiceNo": [f"{'C' if back else ''}{536365 + n}" for n, back in zip(invoice, cancelled, strict=True)],
        "StockCode": rng.integers(10_000, 10_050, len(invoice)).astype(str),
        "Quantity": np.where(cancelled, -1, 1) * rng.integers(1, 12, len(invoice)),
        "InvoiceDate": pd.Timestamp("2010-12-01 08:26") + pd.to_timedelta(invoice * 37, "min"),
        "UnitPrice": rng.integers(1, 2000, len(invoice)) / 100,
        "CustomerID": (12_346.0 + rng.integers(0, 80, invoices))[invoice],
        "Country": np.array(["United Kingdom", "EIRE", "Germany"])[invoice % 3],
    })  # fmt: skip
    frame.loc[rng.random(invoices)[invoice] < 0.2, "CustomerID"] = np.nan
    frame.loc[~cancelled & (rng.random(len(frame)) < 0.03), "UnitPrice"] = 0.0
    return frame


def test_lines_fill_items_and_orders(store, tmp_path):
    frame = invoice_lines()
    path = tmp_path / "till.parquet"
    frame.to_parquet(path)
    report = load(store, path)
    known = frame.dropna(subset="CustomerID")
    sold = known[(known["Quantity"] > 0) & (known["UnitPrice"] > 0)]
    (file,) = report.files
    assert file.columns["amount"] == "Quantity x UnitPrice"
    assert file.set_aside == {
        "no_customer": len(frame) - len(known),
        "non_positive_amount": int((known["UnitPrice"] == 0).sum()),
    }
    assert report.read == len(frame) == report.kept + sum(report.set_aside.values())
    cents = (sold["Quantity"] * (sold["UnitPrice"] * 100).round()).sum()
    assert rows(store, "SELECT count(*), sum(amount) FROM order_items WHERE kind = 'sale'") == [
        (len(sold), Decimal(int(cents)) / 100)
    ]
    assert rows(store, "SELECT count(*), count(DISTINCT customer_id), sum(amount) FROM orders WHERE kind = 'sale'") == [
        (sold["InvoiceNo"].nunique(), sold["CustomerID"].nunique(), Decimal(int(cents)) / 100)
    ]
    assert rows(store, "SELECT bool_and(order_id LIKE 'C%' AND amount < 0) FROM orders WHERE kind = 'refund'") == [
        (True,)
    ]
    assert rows(store, "SELECT min(customer_id) FROM orders")[0][0].isdigit()
    assert len(rows(store, "SELECT DISTINCT as_of FROM tier_snapshots")) > 0


def test_orders_take_the_region_of_their_lines(store, tmp_path):
    frame = invoice_lines()
    path = tmp_path / "till.parquet"
    frame.to_parquet(path)
    (file,) = load(store, path).files
    assert file.columns["region"] == "Country"
    sold = frame[frame["CustomerID"].notna() & (frame["Quantity"] > 0) & (frame["UnitPrice"] > 0)]
    spent = (sold["Quantity"] * sold["UnitPrice"]).groupby(sold["Country"]).sum().round(2)
    found = rows(store, "SELECT region, sum(amount) FROM orders WHERE kind = 'sale' GROUP BY 1")
    assert {region: float(amount) for region, amount in found} == pytest.approx(spent.to_dict())


def test_loading_adds_the_columns_that_an_earlier_version_lacked(store, write):
    load(store, write("a.csv", f"{HEADER},省份\n1,A,2024-05-01,10,浙江\n"))
    with duckdb.connect(str(store.current())) as con:
        con.execute("ALTER TABLE orders DROP COLUMN region")
    load(store, write("b.csv", f"{HEADER},省份\n2,B,2024-05-02,20,江苏\n"))
    assert rows(store, "SELECT order_id, region FROM orders ORDER BY 1") == [("1", None), ("2", "江苏")]


def test_columns_of_blanks_without_order_ids(store, write):
    path = write(
        "log.txt",
        " customer_id date cds dollar_value\n 00001 19970101 1 11.77\n 00001 19970101 1 11.77\n"
        " 00002 19970112 1 0.00\n",
    )
    report = load(store, path)
    assert report.set_aside == {"non_positive_amount": 1}
    assert {note.key: note.params.get("count") for note in report.files[0].notes} == {
        "unused_columns": None, "made_order_ids": 2, "identical_rows": 1,
    }  # fmt: skip
    assert (
        rows(store, "SELECT customer_id, amount, order_date FROM orders")
        == [("00001", Decimal("11.77"), date(1997, 1, 1))] * 2
    )
    assert rows(store, "SELECT count(DISTINCT order_id) FROM orders") == [(2,)]


def test_a_file_without_header_needs_the_mapping(store, write):
    path = write("log.txt", " 00004 0001 19970101 2 29.33\n 00021 0002 19970118 3 63.34\n")
    with pytest.raises(BadArgument) as refusal:
        load(store, path)
    assert refusal.value.code == "no_header"
    assert refusal.value.alternatives[2] == "col3 (19970101, 19970118)"
    assert "--map customer=" in refusal.value.params["flag"]
    load(store, path, mapping={"customer": "col1", "date": "col3", "amount": "col5"})
    assert rows(store, "SELECT customer_id, amount FROM orders ORDER BY 1") == [
        ("00004", Decimal("29.33")), ("00021", Decimal("63.34")),
    ]  # fmt: skip


def test_each_reason_keeps_the_rows_own_text(store, write):
    path = write(
        "orders.csv",
        f"{HEADER},订单状态\n1,U1,2024-03-05,10,已完成\n2,,2024-03-05,10,\n3,U1,2024-02-30,10,\n4,U1,2024-03-05,待定,\n"
        "5,U1,2031-01-01,10,\n6,U1,2024-03-05,0,\n7,U1,2024-03-05,-3,\n8,U1,2024-03-05,10,待付款\n"
        "1,U1,2024-03-05,10,已完成\n9,U1,2024-03-05\n",
    )
    report = load(store, path)
    assert (report.read, report.kept) == (10, 1)
    assert rows(store, "SELECT row_number, reason, row_text FROM quarantine ORDER BY 1") == [
        (3, "no_customer", "2 |  | 2024-03-05 | 10 | "),
        (4, "bad_date", "3 | U1 | 2024-02-30 | 10 | "),
        (5, "bad_amount", "4 | U1 | 2024-03-05 | 待定 | "),
        (6, "future_date", "5 | U1 | 2031-01-01 | 10 | "),
        (7, "non_positive_amount", "6 | U1 | 2024-03-05 | 0 | "),
        (8, "non_positive_amount", "7 | U1 | 2024-03-05 | -3 | "),
        (9, "not_paid", "8 | U1 | 2024-03-05 | 10 | 待付款"),
        (10, "duplicate", "1 | U1 | 2024-03-05 | 10 | 已完成"),
        (11, "ragged_row", "9 | U1 | 2024-03-05"),
    ]
    assert report.files[0].samples[0].row == 3


def test_refunds_by_sign_by_word_and_by_quantity(store, write):
    path = write(
        "orders.csv",
        f"{HEADER},数量,退款状态\n1,U1,2024-03-05,100,1,无退款\n2,U1,2024-03-05,80,1,退款成功\n3,U1,2024-03-05,-30,1,退款成功\n"
        "C4,U1,2024-03-05,-20,1,\n5,U1,2024-03-05,-10,-1,\nC6,U1,2024-03-05,60,1,\n7,U1,2024-03-05,-5,1,\n",
    )
    report = load(store, path)
    assert report.set_aside == {"non_positive_amount": 1}
    assert rows(store, "SELECT order_id, kind, amount::INT FROM orders ORDER BY 1, 2") == [
        ("1", "sale", 100), ("2", "refund", -80), ("2", "sale", 80), ("3", "refund", -30), ("5", "refund", -10), ("C4", "refund", -20),
        ("C6", "sale", 60),
    ]  # fmt: skip
    assert [note.params for note in report.files[0].notes if note.key == "refunds_by_status"] == [{"count": 1}]


def test_ids_keep_their_zeros_and_lose_a_data_frames_point(store, write):
    load(
        store,
        write("a.csv", f"{HEADER}\n001,007,2024-03-05,1\n"),
        write("b.csv", f"{HEADER}\n9,17850.0,2024-03-05,1\n"),
    )
    assert rows(store, "SELECT order_id, customer_id FROM orders ORDER BY 1") == [("001", "007"), ("9", "17850")]


def test_the_same_file_twice_changes_nothing(store, write):
    path = write("orders.csv", f"{HEADER}\n1,U1,2024-03-05,10\n2,,2024-03-05,10\n")
    first, generation = load(store, path), store.current()
    again = load(store, path)
    assert store.current() == generation
    assert [note.key for note in again.files[0].notes] == ["already_loaded"]
    assert (again.read, again.kept, again.set_aside, again.tables) == (
        first.read,
        first.kept,
        first.set_aside,
        first.tables,
    )


def test_lines_loaded_before_their_orders_count_when_loaded_again(store, write):
    orders = write("orders.csv", f"{HEADER}\n1,U1,2024-03-05,10\n")
    items = write("items.csv", "order_id,product_id,quantity,unit_price\n1,P1,2,5\n9,P1,1,5\n9,P2,1,x\n8,P1,1,5\n")
    first, generation = load(store, items, orders), store.current()
    assert load(store, items).kept == first.files[1].kept == 1
    assert store.current() == generation, "no line has found its order yet"
    load(store, write("more.csv", f"{HEADER}\n9,U2,2024-03-06,5\n1,U1,2024-03-05,11\n"))
    again = load(store, items).files[0]
    assert (again.read, again.kept, again.set_aside) == (4, 2, {"bad_amount": 1, "unknown_order": 1})
    assert [(note.key, note.params) for note in again.notes if note.key == "healed_rows"] == [
        ("healed_rows", {"count": 1})
    ]
    lines = "SELECT order_id, customer_id, amount::INT FROM order_items ORDER BY 1"
    assert rows(store, lines) == [("1", "U1", 10), ("9", "U2", 5)]
    assert rows(store, "SELECT row_number, reason FROM quarantine ORDER BY 1") == [
        (4, "bad_amount"), (5, "unknown_order"),
    ]  # fmt: skip
    assert rows(store, "SELECT count(*), sum(rows_read), sum(rows_kept) FROM loads") == [(3, 7, 5)]


def test_an_order_of_the_future_counts_once_its_day_has_come(store, write):
    path = write("orders.csv", f"{HEADER}\n1,U1,2024-03-05,10\n2,U1,2026-11-20,20\n3,,2024-03-05,5\n")
    load(store, path)
    load(store, write("later.csv", f"{HEADER}\n1,U1,2024-03-05,12\n"))
    healed = load_files([path], store, loaded_at=datetime(2026, 12, 1))
    assert (healed.kept, healed.set_aside) == (2, {"no_customer": 1})
    # The later file's figure for order 1 stays.
    assert rows(store, "SELECT order_id, amount::INT FROM orders ORDER BY 1") == [("1", 12), ("2", 20)]
    generation = store.current()
    load_files([path], store, loaded_at=datetime(2026, 12, 2))
    assert store.current() == generation


def test_a_later_file_replaces_the_orders_it_repeats(store, write):
    load(store, write("march.csv", f"{HEADER}\n1,U1,2024-03-05,10\n2,U2,2024-03-06,20\n"))
    load(store, write("april.csv", f"{HEADER}\n2,U2,2024-03-06,25\n3,U3,2024-04-01,30\n"))
    assert rows(store, "SELECT order_id, amount::INT FROM orders ORDER BY 1") == [("1", 10), ("2", 25), ("3", 30)]


def test_lines_loaded_again_follow_but_never_overrule_an_order_file(store, write):
    lines = "order_id,customer_id,date,product_id,quantity,unit_price\n"
    load(store, write("lines.csv", lines + "1,U1,2024-03-05,P1,2,5\n1,U1,2024-03-05,P2,1,4\n"))
    assert rows(store, "SELECT amount::INT, units FROM orders") == [(14, 3.0)]
    load(store, write("lines2.csv", lines + "1,U1,2024-03-05,P1,1,5\n"))
    assert rows(store, "SELECT amount::INT FROM orders") == [(5,)]
    load(store, write("orders.csv", f"{HEADER}\n1,U1,2024-03-05,3\n"))
    load(store, write("lines3.csv", lines + "1,U1,2024-03-05,P1,3,5\n"))
    assert rows(store, "SELECT amount::INT FROM orders") == [(3,)]
    assert rows(store, "SELECT sum(amount)::INT FROM order_items") == [(15,)]


def test_lines_without_customer_take_it_from_their_order(store, write):
    items = write("items.csv", "order_id,product_id,quantity,unit_price\n1,P1,2,5\n9,P1,1,5\n")
    report = load(store, items, write("orders.csv", f"{HEADER}\n1,U1,2024-03-05,10\n"))
    assert report.set_aside == {"unknown_order": 1}
    assert rows(store, "SELECT customer_id, order_date, amount::INT FROM order_items") == [("U1", date(2024, 3, 5), 10)]


def test_free_orders_are_kept_where_asked_for(store, write):
    path = write("orders.csv", f"{HEADER},状态\n1,U1,2024-03-05,10,\n2,U1,2024-03-06,0,\n3,U2,2024-03-07,-5,\n4,U2,2024-03-08,0,已退款\n")
    assert load(store, path).set_aside == {"non_positive_amount": 3}
    report = load(store, path, free_orders=True)  # another choice: not the load of before
    assert (report.kept, report.set_aside) == (2, {"non_positive_amount": 2})
    assert [note.params for note in report.files[0].notes if note.key == "free_orders"] == [{"count": 1}]
    assert rows(store, "SELECT order_id, kind, amount::INT FROM orders ORDER BY 1") == [("1", "sale", 10), ("2", "sale", 0)]


@pytest.mark.parametrize(("amounts", "currency", "said"), [
    (["£10", "£20", "30"], "CNY", "GBP"), (["US$10", "$20", "US$3"], "AUD", "USD"), (["20 jpy"], "CNY", "JPY"),
    (["£10", "£20", "30"], "GBP", {}), (["$10", "$20", "$3"], "AUD", {}), (["¥10", "30円"], "JPY", {}),
    (["10", "20", "£30"], "CNY", {"other_currency": 1}), (["CNY 9", "£20", "¥2"], "CNY", {"other_currency": 1}),
])  # fmt: skip
def test_a_file_in_another_currency_than_the_workspaces_is_refused(store, write, amounts, currency, said):
    lines = "".join(f"{at},U1,2024-03-05,{amount}\n" for at, amount in enumerate(amounts))
    path = write("orders.csv", f"{HEADER}\n{lines}")
    if isinstance(said, dict):
        assert load(store, path, currency=currency).set_aside == said
        return
    with pytest.raises(BadArgument) as refused:
        load(store, path, currency=currency)
    for language in ("zh", "en"):
        sentence = worded(refused.value, language)
        assert said in sentence
        assert currency in sentence
    assert store.current() is None


def test_any_order_of_rows_gives_the_same_tables(tmp_path):
    frame = invoice_lines(invoices=60)
    tables = []
    for seed in (0, 1):
        path = tmp_path / f"till{seed}.csv"
        frame.sample(frac=1, random_state=seed).to_csv(path, index=False)
        store = Generations(tmp_path / f"data{seed}")
        load(store, path)
        tables.append(
            rows(store, "SELECT * FROM orders ORDER BY ALL") + rows(store, "SELECT * FROM order_items ORDER BY ALL")
        )
    assert tables[0] == tables[1]


def test_epoch_seconds_are_shown_in_the_workspaces_time_zone(store, tmp_path):
    path = tmp_path / "behavior.csv.gz"
    path.write_bytes(gzip.compress(b"user_id,item_id,category_id,behavior,ts\n1,2,3,pv,1511544070.0\n1,2,3,buy,\n"))
    report = load(store, path, timezone="Asia/Shanghai")
    assert report.files[0].table == "events"
    assert report.set_aside == {"bad_date": 1}
    assert rows(store, "SELECT customer_id, event_type, event_at FROM events") == [
        ("1", "pv", datetime(2017, 11, 25, 1, 21, 10))
    ]


def test_a_workbook_fills_several_tables(store, tmp_path):
    book = openpyxl.Workbook()
    sheets = {
        "订单": [HEADER.split(","), ["001", "U1", datetime(2024, 3, 5), 10], ["002", "U1", 45357, "1.2万"]],
        "会员": [["会员ID", "姓名", "注册时间"], ["U1", "测试", "2024年1月2日"], ["U1", "测试二", "2024年1月3日"]],
        "授权": [["会员ID", "渠道", "是否授权"], ["U1", "sms", "是"], ["U1", "email", "否"]],
    }
    for title, cells in sheets.items():
        sheet = book.create_sheet(title)
        for row in cells:
            sheet.append(row)
    book.remove(book.worksheets[0])
    book.save(tmp_path / "book.xlsx")
    report = load(store, tmp_path / "book.xlsx")
    assert {file.source: file.table for file in report.files} == {
        "book.xlsx[会员]": "customers", "book.xlsx[订单]": "orders", "book.xlsx[授权]": "consents",
    }  # fmt: skip
    assert report.set_aside == {"repeated_key": 1}
    assert rows(store, "SELECT order_date, amount::INT FROM orders ORDER BY 1") == [
        (date(2024, 3, 5), 10), (date(2024, 3, 6), 12_000),
    ]  # fmt: skip
    assert rows(store, "SELECT name FROM customers") == [("测试二",)]
    assert rows(store, "SELECT consented FROM consents ORDER BY channel") == [(False,), (True,)]


def test_a_sheet_that_is_no_table_is_left_out_and_named(store, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    book.active.append(["1", "U1", "2024-03-05", 1])
    book.create_sheet("说明").append(["本表由系统导出"])
    book.save(tmp_path / "book.xlsx")
    report = load(store, tmp_path / "book.xlsx")
    assert [file.source for file in report.files] == ["book.xlsx[Sheet]"]
    assert [note.params for note in report.files[0].notes] == [{"sheets": "说明"}]


def test_an_ambiguous_date_column_is_settled_by_the_mapping(store, write):
    path = write("orders.csv", f"{HEADER}\n1,U1,5/3/24,10\n2,U1,6/4/24,10\n")
    with pytest.raises(BadArgument) as refusal:
        load(store, path)
    assert refusal.value.code == "unclear_date"
    field, _, value = refusal.value.params["flag"].removeprefix("--map ").partition("=")
    load(store, path, mapping={field: value})
    assert rows(store, "SELECT order_date FROM orders ORDER BY 1") == [(date(2024, 3, 5),), (date(2024, 4, 6),)]


def test_an_error_leaves_the_earlier_data_whole(store, write):
    load(store, write("good.csv", f"{HEADER}\n1,U1,2024-03-05,10\n"))
    before = store.current()
    bad = [
        write("date.csv", f"{HEADER}\n1,U1,5/3/24,99\n"),
        write("none.csv", f"{HEADER}\n1,,2024-03-05,99\n"),
        write("head.csv", f"{HEADER}\n"),
        write("quote.csv", f"{HEADER}\n" + "2,U1,2024-03-05,1\n" * 300 + '3,"U1,2024-03-05,1\n'),
    ]
    codes = []
    for path in bad:
        with pytest.raises(BadArgument) as refusal:
            load(store, write("more.csv", f"{HEADER}\n5,U1,2024-03-05,10\n"), path)
        codes.append(refusal.value.code)
    assert codes == ["unclear_date", "no_usable_rows", "no_rows", "broken_line"]
    assert store.current() == before
    assert rows(store, "SELECT order_id FROM orders") == [("1",)]


def test_a_mapping_must_name_columns_and_fields(store, write):
    path = write("orders.csv", f"{HEADER}\n1,U1,2024-03-05,10\n")
    with pytest.raises(BadArgument) as refusal:
        load(store, path, mapping={"amount": "毛额"})
    assert (refusal.value.code, refusal.value.alternatives) == ("unknown_column", HEADER.split(","))
    for key in ("colour", "campaign_id"):
        with pytest.raises(BadArgument) as refusal:
            load(store, write("more.csv", f"{HEADER},备注\n1,U1,2024-03-05,10,\n"), mapping={key: "备注"})
        assert refusal.value.code == "unknown_field"
        assert "amount" in refusal.value.alternatives


def test_progress_goes_from_nothing_to_all(store, write):
    seen = []
    load(
        store,
        write("a.csv", f"{HEADER}\n1,U1,2024-03-05,10\n"),
        progress=lambda stage, share: seen.append((stage, share)),
    )
    shares = [share for _, share in seen]
    assert shares == sorted(shares)
    assert seen[-1] == ("done", 1.0)


def test_every_refusal_reason_and_note_has_words(store, write):
    with pytest.raises(BadArgument) as refusal:
        load(store, write("a.csv", "会员ID,用户ID,日期,金额\nU1,U2,2024-03-05,1\n"))
    assert "--map customer=会员ID" in worded(refusal.value, "zh")
    assert "会员ID, 用户ID" in worded(refusal.value, "en")
    report = load(store, write("b.csv", f"{HEADER},备注\n1,,2024-03-05,1,\n2,U1,2024-03-05,1,\n"))
    for file in report.files:
        for language in catalogue.LANGUAGES:
            assert all(catalogue.text(f"reason.{reason}", language) for reason in file.set_aside)
            assert all(catalogue.text(f"note.{note.key}", language, **note.params) for note in file.notes)
