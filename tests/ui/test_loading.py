"""Loading from the page: the mapping field, the report, refusals, and what is left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.settings import Settings
from copilot.workspace import Workspace
from ui.loading import BadMapping, load, parse_mapping


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(Settings(_env_file=None, home=tmp_path / "home", workspace="mine"))


def write(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


def run(workspace: Workspace, *files: str, mapping: str = "", language: str = "zh") -> str:
    return load(workspace, list(files), mapping, language, lambda stage, share: None)


def test_the_mapping_field_reads_lines_and_semicolons() -> None:
    assert parse_mapping("amount = 实付金额\n\ncustomer=会员；date=日期") == {
        "amount": "实付金额", "customer": "会员", "date": "日期",
    }  # fmt: skip
    with pytest.raises(BadMapping, match="amount"):
        parse_mapping("amount")


def test_the_report_counts_names_columns_and_says_why_rows_were_set_aside(workspace: Workspace, tmp_path: Path) -> None:
    file = write(tmp_path / "orders.csv", "订单号,下单时间,会员ID,实付金额\n1,2025-01-02,A,10\n2,2025-01-03,,20\n")
    report = run(workspace, file)
    assert "没有客户标识" in report
    assert all(f"<strong>{count}</strong>" in report for count in (2, 1))
    assert "实付金额" in report


def test_an_upload_is_deleted_once_loaded_and_kept_while_it_is_unclear(workspace: Workspace, tmp_path: Path) -> None:
    unclear = write(tmp_path / "unclear.csv", "a,b,c\nX,2025-01-02,10\n")
    refusal = run(workspace, unclear, language="en")
    assert "ws-failure" in refusal
    assert "Column mapping" in refusal
    assert "--map" not in refusal
    assert Path(unclear).exists()
    assert "ws-failure" not in run(workspace, unclear, mapping="customer=a\ndate=b\namount=c")
    assert not Path(unclear).exists()


def test_text_of_the_file_is_escaped(workspace: Workspace, tmp_path: Path) -> None:
    file = write(tmp_path / "o.csv", "<img src=x>,date,customer,amount\n1,2025-01-02,A,10\n2,never<script>,B,20\n")
    report = run(workspace, file)
    assert "<img" not in report
    assert "<script" not in report


@pytest.mark.parametrize(("files", "mapping"), [([], ""), (["nowhere.csv"], ""), (["x.csv"], "nonsense")])
def test_what_cannot_be_loaded_is_told_in_words(workspace: Workspace, files: list[str], mapping: str) -> None:
    assert 'role="alert"' in run(workspace, *files, mapping=mapping)
