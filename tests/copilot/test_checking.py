"""Checking pasted text: on the command line, over HTTP, in the chat, and what a model reads of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from copilot.api.app import create_app
from copilot.catalogue import text
from copilot.checking import LONGEST, Pasted, check_pasted, names_file, read_file
from copilot.checktext import check_text, rules_table
from copilot.cli import main
from copilot.findings import Findings
from copilot.modeltext import for_model
from copilot.settings import Settings
from copilot.toolbox.checking import CheckTools
from copilot.workspace import Workspace
from tools.errors import BadArgument

BAD = "【{brand}】国家级品质，夏装5折，点 t.cn/abc 拒收请回复R"


@pytest.fixture(scope="module")
def workspace(copy_home: Callable[[], Path]) -> Workspace:
    return Workspace(Settings(_env_file=None, home=copy_home(), workspace="small"))


@pytest.fixture(scope="module")
def client(workspace: Workspace) -> Iterator[TestClient]:
    with TestClient(create_app(workspace.settings), base_url="http://127.0.0.1") as opened:
        yield opened


@pytest.fixture
def called(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable:
    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setenv("WELLSPRING_HOME", str(workspace.settings.home))
        monkeypatch.setattr(sys, "argv", ["wellspring", "check", *arguments, "--workspace", "small"])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), *capsys.readouterr()

    return call


def bad(workspace: Workspace) -> str:
    return BAD.format(brand=workspace.brand("zh"))


def test_a_text_on_the_command_line(called: Callable, workspace: Workspace) -> None:
    words = bad(workspace)
    code, out, _ = called(words, "--channel", "sms", "--lang", "zh", "--json")
    found = json.loads(out)
    assert code == 0
    assert [issue["rule"] for issue in found["issues"]] == ["L1", "L4", "L14"]
    assert set(found["issues"][0]) >= {"rule", "severity", "words", "start", "end", "why", "fix", "source"}
    assert all(words[issue["start"] : issue["end"]] == issue["words"] for issue in found["issues"])
    assert (found["segments"], found["encoding"], found["blocked"]) == (1, "UCS-2", True)
    code, out, _ = called(words, "--lang", "zh")
    assert "必须修改 3 处" in out
    assert called("夏装到店", "--channel", "push", "--lang", "zh")[1].startswith("规则检查通过")


def test_files_hold_one_message_or_one_a_row(called: Callable, tmp_path: Path) -> None:
    note, table = tmp_path / "note.md", tmp_path / "batch.csv"
    note.write_text("夏装到店，绝对好看。\n", encoding="utf-8")
    table.write_text("编号,标题,文案\n1,到店,夏装到店\n2,上新,极品樱桃\n3,空,\n", encoding="utf-8-sig")
    _, out, _ = called(str(note), "--channel", "push", "--json")
    assert [issue["rule"] for issue in json.loads(out)["issues"]] == ["L2"]
    _, out, _ = called(str(table), "--channel", "push", "--lang", "zh", "--json")
    found = json.loads(out)
    assert [message["line"] for message in found["messages"]] == [2, 3]
    assert (found["blocked"], found["remarks"], found["messages"][1]["title"]) == (1, 0, "上新")
    assert "第 3 行" in called(str(table), "--channel", "push", "--lang", "zh")[1]


@pytest.mark.parametrize(("arguments", "code"), [
    (["  "], "check_empty"), (["nowhere.csv"], "check_no_file"), (["x" * (LONGEST + 1)], "check_too_long"),
])
def test_what_cannot_be_checked_is_refused_in_one_sentence(called: Callable, arguments: list[str], code: str) -> None:
    for language in ("zh", "en"):
        ended, out, err = called(*arguments, "--lang", language)
        assert (ended, out, err.count("\n")) == (2, "", 1)
        assert err.strip() == text(f"error.{code}", language, path="nowhere.csv", size=LONGEST + 1, limit=LONGEST)


def test_a_file_without_a_column_of_messages_says_what_to_name_it(tmp_path: Path) -> None:
    table = tmp_path / "batch.csv"
    table.write_text("编号,备注\n1,x\n", encoding="utf-8")
    with pytest.raises(BadArgument) as refusal:
        read_file(table)
    assert refusal.value.code == "check_no_column"
    assert "文案" in refusal.value.params["known"]
    single = tmp_path / "one.csv"
    single.write_text("whatever\nhello there\n", encoding="utf-8")
    assert [each.text for each in read_file(single)] == ["hello there"]
    assert not names_file("See the chart in size.csv\nor ask")


def test_a_brands_rules_reach_every_way_in(called: Callable, workspace: Workspace, client: TestClient) -> None:
    path = workspace.directory / "rules.yaml"
    path.write_text("forbid: [{words: 亲爱的, fix: 您好}]\n", encoding="utf-8")
    body = {"text": "亲爱的，夏装到店", "channel": "push"}
    try:
        found = client.post("/api/v1/check", json=body, params={"lang": "zh"}).json()
        assert [(issue["rule"], issue["fix"]) for issue in found["issues"]] == [("B1", "您好")]
        path.write_text("forbid: [{word: 亲爱的}]\n", encoding="utf-8")
        refused = client.post("/api/v1/check", json=body, params={"lang": "zh"})
        assert refused.status_code == 400
        assert "第 1 行" in refused.json()["detail"]
        ended, _, err = called("夏装到店", "--channel", "push", "--lang", "en")
        assert (ended, "rules.yaml" in err, "Traceback" in err) == (2, True, False)
    finally:
        path.unlink()


def test_over_http(client: TestClient, workspace: Workspace) -> None:
    found = client.post("/api/v1/check", json={"text": bad(workspace)}, params={"lang": "en"}).json()
    assert found["language"] == "zh"
    assert "advertising law" in found["issues"][0]["why"]
    assert client.post("/api/v1/check", json={"text": ""}).status_code == 400
    assert client.post("/api/v1/check", json={"text": "x", "channel": "fax"}).status_code == 422
    book = client.get("/api/v1/check/rules", params={"lang": "zh"}).json()
    assert {rule["key"].partition("-")[0] for rule in book["rules"]} >= {f"L{n}" for n in range(1, 32)}
    assert book["version"] == found["rules_version"]


def test_the_chats_tool_tells_a_model_what_is_wrong_but_no_personal_data(workspace: Workspace) -> None:
    found = check_pasted(workspace, Pasted("到店了，找13812345678取货，绝对好用"), channel="push")
    told = for_model(Findings(text_check=found), "zh")
    assert "13812345678" not in told
    assert "绝对" in told
    assert Findings.restore(Findings(text_check=found).artifact()).text_check == found
    asked = CheckTools(partial(check_pasted, workspace)).check_message("绝对好用", "push", "到店")
    assert "绝对" in for_model(asked, "zh")


def test_the_documented_rules_are_those_in_force(called: Callable) -> None:
    page = (Path(__file__).parents[2] / "docs/rules.md").read_text(encoding="utf-8")
    assert rules_table("en") in page, "run `wellspring check --rules --lang en` and put its table into docs/rules.md"
    assert json.loads(called("--rules", "--json")[1])["rules"][0]["source"]
    assert called("--rules", "--lang", "zh")[1].startswith("| 规则 |")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_verdict_is_told_in_both_languages(workspace: Workspace, language: str) -> None:
    passed = check_pasted(workspace, Pasted("夏装到店"), channel="push", language="zh")
    blocked = check_pasted(workspace, Pasted(bad(workspace)), channel="sms")
    assert check_text(passed, language) != check_text(blocked, language)
    assert check_text(blocked, language).count("\n") == len(blocked.issues)
