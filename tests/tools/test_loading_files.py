"""Files as they come: formats, encodings, separators, headers, and what is no table at all."""

import gzip
import zipfile
from datetime import datetime

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tools.errors import BadArgument
from tools.loading.limits import Limits
from tools.loading.reading import open_sheets
from tools.loading.sheet import readable

HEADER = ["订单号", "会员ID", "下单时间", "实付金额"]
ROWS = [["001", "U1", "2024-03-05", "12.5"], ["002", "U2", "2024-03-06", "8"]]


def lines(separator, rows=(HEADER, *ROWS)):
    return "".join(separator.join(row) + "\n" for row in rows)


def read(path, tmp_path):
    """Names and cells of every sheet."""
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    return [
        (sheet.names, [cells for _, cells in sheet.rows(lambda share: None)]) for sheet in open_sheets(path, scratch)
    ]


def refusal(path, tmp_path):
    with pytest.raises(BadArgument) as error:
        read(path, tmp_path)
    return error.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
@pytest.mark.parametrize("packed", [False, True])
def test_text_in_every_encoding_and_separator(tmp_path, encoding, separator, packed):
    content = lines(separator).encode(encoding)
    path = tmp_path / ("orders.csv.gz" if packed else "orders.csv")
    path.write_bytes(gzip.compress(content) if packed else content)
    assert read(path, tmp_path) == [(HEADER, ROWS)]


def test_columns_of_blanks(tmp_path):
    path = tmp_path / "orders.txt"
    path.write_text(" customer_id  date dollar_value\n 00001 19970101   11.77\n 00002 19970112   12.00\n")
    assert read(path, tmp_path) == [
        (["customer_id", "date", "dollar_value"], [["00001", "19970101", "11.77"], ["00002", "19970112", "12.00"]])
    ]


def test_names_with_blanks_in_columns_of_blanks(tmp_path):
    path = tmp_path / "orders.txt"
    path.write_text("Customer ID   Order Date   Amount\nAnn Lee       2024-01-01   5\nBo Chan       2024-01-02   6\n")
    assert read(path, tmp_path)[0][0] == ["Customer ID", "Order Date", "Amount"]


def test_quoted_separators_and_line_breaks(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text('订单号,会员ID,备注\n1,U1,"送到,前台"\n2,U2,"两\n行"\n')
    assert read(path, tmp_path)[0][1] == [["1", "U1", "送到,前台"], ["2", "U2", "两\n行"]]


def test_a_title_above_the_header_is_skipped(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("三月订单导出,,,\n\n" + lines(","))
    (sheet,) = open_sheets(path, tmp_path)
    assert sheet.names == HEADER
    assert [(note.key, note.params) for note in sheet.notes] == [("skipped_lines", {"count": 1})]
    assert [number for number, _ in sheet.rows(lambda share: None)] == [4, 5]


def test_no_header_gives_numbered_columns(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(lines(",", ROWS))
    (sheet,) = open_sheets(path, tmp_path)
    assert (sheet.has_header, sheet.names) == (False, ["col1", "col2", "col3", "col4"])
    assert [cells for _, cells in sheet.rows(lambda share: None)] == ROWS


def test_blank_and_repeated_headers_are_named_apart(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("会员ID,,金额,金额\nU1,x,1,2\n")
    (sheet,) = open_sheets(path, tmp_path)
    assert sheet.names == ["会员ID", "col2", "金额", "金额_2"]
    assert sheet.notes[0].params == {"columns": "col2, 金额_2"}


def test_a_workbook_gives_each_sheet_that_has_cells(tmp_path):
    book = openpyxl.Workbook()
    orders = book.active
    orders.title = "订单"
    for row in ([*HEADER], ["001", 17850.0, datetime(2024, 3, 5, 10), 12.5], ["002", "U2", None, 8]):
        orders.append(row)
    book.create_sheet("会员").append(["会员ID", "姓名"])
    book.create_sheet("空白")
    path = tmp_path / "book.xlsx"
    book.save(path)
    found = {sheet.source: sheet for sheet in open_sheets(path, tmp_path)}
    assert list(found) == ["book.xlsx[订单]", "book.xlsx[会员]"]
    cells = [row for _, row in found["book.xlsx[订单]"].rows(lambda share: None)]
    assert cells == [["001", "17850", "2024-03-05 10:00:00", "12.5"], ["002", "U2", None, "8"]]


def test_parquet_plain_and_packed(tmp_path):
    path = tmp_path / "orders.parquet"
    pq.write_table(pa.table({"会员ID": ["U1"], "日期": ["2024-03-05"], "金额": [1.5]}), path)
    packed = tmp_path / "orders.parquet.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    for each in (path, packed):
        (sheet,) = open_sheets(each, tmp_path)
        assert sheet.names == ["会员ID", "日期", "金额"]


def test_two_encodings_in_one_file_name_the_line(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_bytes("会员ID,城市\nU1,上海\nU2,北京\n".encode() + "U3,广州\n".encode("gb18030"))
    error = refusal(path, tmp_path)
    assert (error.code, error.params["line"]) == ("mixed_encoding", 4)


def test_bytes_of_no_encoding_name_the_line(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_bytes(b"customer,date\nU1,2024\nU2,\xff\xff\n")
    assert (refusal(path, tmp_path).code, refusal(path, tmp_path).params["line"]) == ("mixed_encoding", 3)


def test_what_is_no_table_is_refused_by_name(tmp_path):
    archive = tmp_path / "orders.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("orders.csv", "a,b\n")
    contents = {
        "empty.csv": b"", "blank.csv": b"\n \n", "nul.csv": b"a,b\n1,\0\n", "page.csv": b"<html><table></table></html>",
        "sheet.xlsx": b"a,b\n1,2\n", "file.parquet": b"a,b\n1,2\n", "old.xlsx": b"\xd0\xcf\x11\xe0" + b"x" * 20,
        "doc.pdf": b"%PDF", "cut.parquet": b"PAR1xxxx", "cut.csv.gz": gzip.compress(lines(",").encode() * 50)[:60],
        "open.csv": b'a,b\n1,"2\n3,4\n', "packed.xlsx": archive.read_bytes(),
    }  # fmt: skip
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "folder.csv").mkdir()
    found = {
        name: refusal(tmp_path / name, tmp_path).code for name in [*contents, "orders.zip", "folder.csv", "gone.csv"]
    }
    assert found == {
        "empty.csv": "empty_file", "blank.csv": "empty_file", "nul.csv": "nul_bytes", "page.csv": "wrong_format",
        "sheet.xlsx": "wrong_format", "file.parquet": "wrong_format", "old.xlsx": "protected_file",
        "doc.pdf": "unsupported_format", "cut.parquet": "unreadable_file", "cut.csv.gz": "unreadable_file",
        "open.csv": "broken_line", "packed.xlsx": "wrong_format", "orders.zip": "archive_file",
        "folder.csv": "not_a_file", "gone.csv": "missing_file",
    }  # fmt: skip


def test_a_damaged_cell_is_not_quoted(tmp_path):
    path = tmp_path / "orders.xlsx"
    with pytest.raises(BadArgument, match="unreadable_file") as refused, readable(path):
        int("张三 13800000000")
    assert refused.value.params == {"file": "orders.xlsx", "why": "ValueError"}


def test_a_second_encoding_below_a_mark_names_the_line(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_bytes("会员ID,城市\nU1,上海\n".encode("utf-8-sig") + "U3,广州\n".encode("gb18030"))
    error = refusal(path, tmp_path)
    assert (error.code, error.params["line"]) == ("mixed_encoding", 3)


def test_what_unpacks_to_far_more_than_itself_is_not_read(tmp_path):
    small = Limits(harmless=1 << 20)
    packed = tmp_path / "orders.csv.gz"
    packed.write_bytes(gzip.compress(b"a,b\n" + b"0,0\n" * (1 << 20)))
    book = tmp_path / "orders.xlsx"
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<a/>" * (1 << 20))
    for path in (packed, book):
        with pytest.raises(BadArgument, match="suspicious_archive"):
            open_sheets(path, tmp_path, small)


def test_files_above_the_limits_are_refused_before_reading(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(lines(","))
    with pytest.raises(BadArgument, match="file_too_large"):
        open_sheets(path, tmp_path, Limits(file=10))
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.save(tmp_path / "orders.xlsx")
    with pytest.raises(BadArgument, match="file_too_large"):
        open_sheets(tmp_path / "orders.xlsx", tmp_path, Limits(workbook=100))


def test_headers_lose_breaks_and_unseen_marks(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text('"订单号\n(唯一)",\u200b会员ID,"下单 \r\n时间",\ufeff实付金额\n1,U1,2024-03-05,1\n')
    assert read(path, tmp_path)[0][0] == ["订单号 (唯一)", "会员ID", "下单 时间", "实付金额"]


def test_a_last_line_without_an_end_is_mentioned(tmp_path):
    for content, keys in ((lines(","), []), (lines(",").rstrip("\n"), ["unended_file"])):
        (tmp_path / "orders.csv").write_text(content)
        (sheet,) = open_sheets(tmp_path / "orders.csv", tmp_path)
        assert [note.key for note in sheet.notes] == keys


def test_hidden_sheets_merged_cells_and_uncalculated_formulas(tmp_path):
    book = openpyxl.Workbook()
    for row in (HEADER, ["1", "U1", "2024-03-05", "=1+1"], ["2", None, "2024-03-06", 8]):
        book.active.append(row)
    book.active.merge_cells("B2:B3")
    book.create_sheet("旧").append(["x"])
    book["旧"].sheet_state = "hidden"
    book.save(tmp_path / "book.xlsx")
    (sheet,) = open_sheets(tmp_path / "book.xlsx", tmp_path)
    assert {note.key: note.params for note in sheet.notes} == {
        "merged_cells": {"count": 1, "example": "B2:B3"}, "left_out_sheets": {"sheets": "旧"},
    }  # fmt: skip
    assert [cells for _, cells in sheet.rows(lambda share: None)] == [
        ["1", "U1", "2024-03-05", "=1+1"], ["2", None, "2024-03-06", "8"],
    ]  # fmt: skip
