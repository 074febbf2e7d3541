"""Selecting people as it is told: for people, models and scripts, in both languages; what each may not see."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

from copilot import grounding
from copilot.api.app import create_app
from copilot.cli import main
from copilot.findings import Findings
from copilot.modeltext import for_model
from copilot.segmenttext import list_lines, overlap_lines, segment_lines
from copilot.settings import Settings
from copilot.toolbox.segments import SegmentTools
from copilot.workspace import Workspace
from tools.data_result import DataResult
from tools.errors import BadArgument

WORDS = "近180天没下单、消费超过300、有短信授权"


@pytest.fixture(scope="module")
def settings(copy_home: Callable[[], Path]) -> Settings:
    return Settings(_env_file=None, home=copy_home(), workspace="small")


@pytest.fixture(scope="module")
def workspace(settings: Settings) -> Workspace:
    return Workspace(settings)


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as opened:
        yield opened


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> Callable[..., tuple]:
    """Run `wellspring segment …`; its exit code, standard output and standard error."""

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setenv("WELLSPRING_HOME", str(settings.home))
        monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")  # refusals speak the system's language
        monkeypatch.setattr(sys, "argv", ["wellspring", "segment", *arguments, "--workspace", "small", "--lang", "zh"])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return call


def test_the_model_reads_sizes_and_nobody_s_number(workspace: Workspace) -> None:
    findings = SegmentTools(workspace.segments).select_customers(WORDS, save_as="模型存的")
    told = for_model(findings, "zh")
    members = workspace.segments()._members(workspace.segments().saved("模型存的")).selected["customer_id"].to_pylist()
    assert len(members) >= 10
    assert f"{len(members):,} 位客户" in told
    assert not [number for number in members if number in told]
    assert not [number for number in members if number in json.dumps(findings.artifact(), ensure_ascii=False)]


def test_the_model_reads_less_than_ten_as_such(workspace: Workspace) -> None:
    desk = workspace.segments()
    few = next(found for amount in range(800, 60_000, 200) if 0 < (found := desk.preview(f"消费超过{amount}")).customers < 10)
    told = for_model(Findings(evidence=[few]), "zh")
    assert "不足10 位客户" in told
    assert "客单价" not in told
    assert f"：{few.customers} 位客户" in "\n".join(segment_lines(few, "zh"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_figure_told_is_in_its_evidence(workspace: Workspace, language: str) -> None:
    item = workspace.segments().preview("消费前20%，近90天下过单")
    text = "\n".join(segment_lines(item, language))
    checked = grounding.check(text, question="", evidence=[item], citations=[], drafts=[], language=language)
    assert [warning.message for warning in checked.warnings] == []


def test_results_come_back_from_plain_data(workspace: Workspace) -> None:
    desk = workspace.segments()
    preview = desk.preview("高消费，金卡，养猫")
    found = [preview, desk.list(), desk.overlap_of(preview, [])]
    adapter = TypeAdapter(DataResult)
    assert [adapter.validate_python(item.model_dump(mode="json")) for item in found] == found
    assert overlap_lines(found[2], "en")
    assert list_lines(found[1], "en")


def test_command_previews_saves_lists_and_shows(run: Callable[..., tuple], tmp_path: Path) -> None:
    code, out, _ = run(WORDS, "--json")
    body = json.loads(out)
    assert code == 0
    assert body["customers"] == body["matched"] > 0
    assert body["rule"]["all"][0] == {"trait": "orders", "op": "=", "value": 0, "window": "last_180_days"}
    assert body["words"] == "近180天没有下单，消费金额超过300，有短信授权"
    assert run(WORDS, "--save", "唤醒", "--owner", "小王")[0] == 0
    left = tmp_path / "员工.txt"
    left.write_text("19911112222\n", encoding="utf-8")
    code, out, _ = run(WORDS, "--exclude", "近30天触达过", "--exclude", str(left), "--save", "唤醒", "--json")
    assert json.loads(out)["saved"]["version"] == 2
    assert [row["reason"] for row in json.loads(out)["excluded"]] == ["近30天触达过", "员工"]
    rows = json.loads(run("--list", "--json")[1])["rows"]
    assert {row["name"]: row["version"] for row in rows}["唤醒"] == 2
    shown = run("--show", "唤醒@1")[1]
    assert "第 1 版" in shown
    assert "小王" in shown


def test_command_exports_personal_data_for_an_admin_only(
    run: Callable[..., tuple], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(WORDS, "--export", str(tmp_path / "a.csv"))[0] == 0
    assert (tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()[0] == "customer_id"
    monkeypatch.delenv("WELLSPRING_ROLE", raising=False)
    code, _, said = run(WORDS, "--export", str(tmp_path / "b.csv"), "--with-personal-data")
    assert code == 2
    assert "WELLSPRING_ROLE" in said
    assert not (tmp_path / "b.csv").exists()
    monkeypatch.setenv("WELLSPRING_ROLE", "admin")
    assert run(WORDS, "--export", str(tmp_path / "b.csv"), "--with-personal-data")[0] == 0
    assert (tmp_path / "b.csv").read_text(encoding="utf-8-sig").splitlines()[0] == "customer_id,name,phone,email"


@pytest.mark.parametrize(("arguments", "said"), [
    ((), "二者取一"),
    (("养猫的人",), "没有看懂"),
    (("金卡，养猫", "--save", "x"), "还不能保存"),
    (("金卡，养猫", "--export", "x.csv"), "还不能导出"),
    (("金卡", "--exclude", "随便什么人"), "不知道要排除什么"),
    (("--show", "没有的"), "没有名为"),
    (("金卡", "--export", "a.doc"), "不能导出"),
    (("金卡", "--save", "a/b"), "不能作为名称"),
])  # fmt: skip
def test_command_refuses_in_one_sentence(run: Callable[..., tuple], arguments: tuple, said: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_command_takes_a_rule_file(run: Callable[..., tuple], tmp_path: Path) -> None:
    path = tmp_path / "rule.yaml"
    path.write_text("all:\n- {trait: spend, op: '>', value: 300}\n", encoding="utf-8")
    assert json.loads(run("--rule", str(path), "--json")[1])["words"] == "消费金额超过300"
    path.write_text("all:\n- {trait: city, op: '>', value: 300}\n", encoding="utf-8")
    code, _, err = run("--rule", str(path))
    assert (code, "all[0]" in err, "不能用" in err) == (2, True, True)


def test_api_previews_saves_compares_and_exports(client: TestClient) -> None:
    body = client.post("/api/v1/segments/preview?lang=en", json={"words": "spent over 300"}).json()
    assert body["words"] == "spend more than 300"
    again = client.post("/api/v1/segments/preview?lang=en", json={"rule": body["rule"]}).json()
    assert again["customers"] == body["customers"] > 0
    saved = client.post("/api/v1/segments", json={"words": "spent over 300", "name": "big"})
    assert (saved.status_code, saved.json()["version"]) == (201, 1)
    assert "big" in [row["name"] for row in client.get("/api/v1/segments").json()["rows"]]
    assert client.get("/api/v1/segments/big").json()["customers"] == body["customers"]
    overlap = client.get("/api/v1/segments/big/overlap").json()["rows"]
    assert sum(row["both"] for row in overlap if row["kind"] == "tier") == body["customers"]
    wrote = client.get("/api/v1/segments/big/export")
    assert wrote.content.decode("utf-8-sig").splitlines()[0] == "customer_id"
    assert len(wrote.content.splitlines()) == body["customers"] + 1


def test_api_exports_nothing_to_a_viewer(copy_home: Callable[[], Path]) -> None:
    home, wanted = copy_home(), {"words": "spent over 300", "name": "big"}
    for role, saved in (("viewer", 403), ("operator", 201)):
        settings = Settings(_env_file=None, home=home, workspace="small", role=role)
        with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
            assert client.post("/api/v1/segments", json=wanted).status_code == saved
    viewer = Settings(_env_file=None, home=home, workspace="small", role="viewer")
    with TestClient(create_app(viewer), base_url="http://127.0.0.1") as client:
        refused = client.get("/api/v1/segments/big/export")
    assert (refused.status_code, refused.json()["code"]) == (403, "role_not_allowed")


def test_api_reads_no_file_of_this_machine(client: TestClient, tmp_path: Path) -> None:
    path = tmp_path / "secret.txt"
    path.write_text("19911112222\n", encoding="utf-8")
    answer = client.post("/api/v1/segments/preview", json={"words": "spent over 300", "exclude": [str(path)]})
    assert answer.status_code == 400
    assert answer.json()["code"] == "exclusion_unclear"


@pytest.mark.parametrize("body", [{}, {"words": "a", "rule": {}}, {"words": "养猫"}, {"rule": {"every": []}},
                                  {"rule": {}}, {"rule": {"all": [{}]}},
                                  {"rule": {"all": [{"trait": "x", "op": ">", "value": 1}]}}])  # fmt: skip
def test_api_refuses_with_a_problem_document(client: TestClient, body: dict) -> None:
    answer = client.post("/api/v1/segments/preview", json=body)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


def test_saving_unclear_words_is_refused_to_the_model_too(workspace: Workspace) -> None:
    with pytest.raises(BadArgument, match="selection_unclear"):
        SegmentTools(workspace.segments).select_customers("金卡，养猫", save_as="x")
