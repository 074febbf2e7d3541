"""Rows set aside, on the command line and over HTTP."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from copilot import cli
from copilot.api.app import create_app
from copilot.settings import Settings
from tools.demo import Truth


@pytest.fixture
def wellspring(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Call `wellspring ARGS --workspace small`; gives exit code, output and error."""
    monkeypatch.setenv("WELLSPRING_HOME", str(home))
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["wellspring", *arguments, "--workspace", "small"])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code, *capsys.readouterr()

    return call


def planted(truth: Truth) -> Counter[str]:
    """Reason -> rows that the demo's exports must lose."""
    return Counter(row.fate for row in truth.dirty_rows if row.fate != "kept")


def test_the_command_shows_every_planted_row(wellspring, exports) -> None:
    code, said, _ = wellspring("quarantine", "--json", "--limit", "1000")
    found = json.loads(said)
    assert code == 0
    assert Counter(row["reason"] for row in found["rows"]) == planted(exports[1])
    assert found["total"] == len(found["rows"]) == sum(count["rows"] for count in found["counts"])
    assert {row["why"] for row in found["rows"] if row["reason"] == "no_customer"} == {"没有客户标识"}
    assert {row["text"].count("|") > 3 for row in found["rows"]} == {True}


def test_the_book_of_loads_adds_up(wellspring) -> None:
    _, said, _ = wellspring("loads", "--json")
    loads: list[dict[str, Any]] = json.loads(said)["loads"]
    assert {load["source"] for load in loads} >= {"orders.csv", "customers.csv"}
    assert all(load["read"] == load["kept"] + sum(load["set_aside"].values()) for load in loads)
    _, lines, _ = wellspring("loads", "--lang", "en")
    assert sum(" read " in line for line in lines.splitlines()) == len(loads)


def test_people_read_counts_first_then_rows(wellspring, exports) -> None:
    _, said, _ = wellspring("quarantine", "--reason", "duplicate", "--limit", "2")
    lines = said.splitlines()
    assert lines[0] == f"共有 {planted(exports[1])['duplicate']} 行被单独存放，未计入数据。"
    assert sum("orders.csv 第" in line for line in lines) == 2
    assert lines[-1] == "后面还有：--offset 2"


def test_a_reason_without_rows_is_refused_with_those_that_have_some(wellspring) -> None:
    code, said, refused = wellspring("quarantine", "--reason", "ugly", "--lang", "zh")
    assert (code, said) == (2, "")
    assert "no_customer" in refused


def test_the_api_pages_through_the_same_rows(copy_home, exports) -> None:
    settings = Settings(_env_file=None, home=copy_home(), workspace="small")
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        rows, offset = [], 0
        while offset is not None:
            page = client.get("/api/v1/quarantine", params={"limit": 7, "offset": offset, "lang": "en"}).json()
            rows += page["rows"]
            offset = page["next_offset"]
        assert Counter(row["reason"] for row in rows) == planted(exports[1])
        assert len(client.get("/api/v1/loads").json()["loads"]) > 3
        refused = client.get("/api/v1/quarantine", params={"load": "999999"})
        assert (refused.status_code, refused.json()["code"]) == (400, "unknown_load")
        assert client.get("/api/v1/quarantine", params={"limit": 0}).status_code == 422


def test_a_viewer_of_the_command_line_sees_no_words_of_a_row(wellspring: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {}
    for role in ("viewer", "operator"):
        monkeypatch.setenv("WELLSPRING_ROLE", role)
        texts[role] = {row["text"] for row in json.loads(wellspring("quarantine", "--json")[1])["rows"]}
    assert texts["viewer"] == {""}
    assert "" not in texts["operator"]


def test_a_viewer_sees_no_words_of_a_row_and_loads_none(copy_home) -> None:
    settings = Settings(_env_file=None, home=copy_home(), workspace="small", role="viewer")
    file = ("orders.csv", "order_id,customer_id,ordered_at,amount\nX2,,2024-03-05,13812345678\n")
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        page = client.get("/api/v1/quarantine").json()
        loaded = client.post("/api/v1/load", files={"files": file})
    assert page["total"] == sum(count["rows"] for count in page["counts"]) > 0
    assert {row["text"] for row in page["rows"]} == {""}
    assert (loaded.status_code, loaded.json()["code"]) == (403, "role_not_allowed")
    assert "13812345678" not in loaded.text
