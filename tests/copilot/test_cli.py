"""The command line as people and scripts use it."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from copilot import cli, cli_output
from copilot.api.serve import CannotListen, web_socket
from copilot.serving import only_server
from copilot.settings import PLANNER
from knowledge.documents import read_cards
from tools.demo import Truth, write_demo

METRIC_FIELDS = {"metric", "unit", "rows", "n", "window", "filters", "as_of", "definition", "query"}
ROWS = [
    ["订单号", "下单时间", "会员ID", "实付金额", "渠道"],
    ["A1", "2025-01-05 10:00:00", "U1", "120.50", "天猫"],
    ["A2", "2025-01-06 11:30:00", "U2", "79.50", "抖音"],
    ["A3", "2025-01-07 09:00:00", "", "60", "天猫"],
    ["A4", "2025-02-30 09:00:00", "U3", "60", "天猫"],
]
CSV = "\n".join(",".join(row) for row in ROWS) + "\n"


ENTRY = "from copilot.cli import main; main()"


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def refusal(self) -> str:
        """The one sentence of a command that refused."""
        assert self.code == 2, self
        assert self.out == ""
        assert "Traceback" not in self.err
        assert len(self.err.strip().splitlines()) == 1, self.err
        return self.err.strip()


Run = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Call `wellspring ARGS` in this process, in an empty folder and an English system."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")

    def call(*arguments: str | Path) -> Ran:
        monkeypatch.setattr(sys, "argv", ["wellspring", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return Ran(ended.value.code, *capsys.readouterr())

    return call


@pytest.fixture
def small(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The same with the small workspace as default; commands here do not write data."""
    monkeypatch.setenv("WELLSPRING_HOME", str(home))
    monkeypatch.setenv("WELLSPRING_WORKSPACE", "small")
    return run


@pytest.mark.parametrize(("asked", "said"), [("zh", "没有名为"), ("en", "There is no metric")])
def test_a_refusal_speaks_the_language_asked_for(small: Run, asked: str, said: str) -> None:
    for written in (("--lang", asked), (f"--lang={asked}",)):
        assert said in small("metric", "revnue", *written).err
    assert "There is no metric" in small("metric", "revnue").err


def spawn(home: Path, *arguments: str, program: str = ENTRY) -> Ran:
    """Run a process of its own, as a shell does."""
    environment = {**os.environ, "WELLSPRING_HOME": str(home), "LC_ALL": "en_US.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], env=environment, capture_output=True, text=True, timeout=120
    )
    return Ran(done.returncode, done.stdout, done.stderr)


# --- load ---------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_load_says_what_it_took_and_what_it_set_aside(run: Run, tmp_path: Path, encoding: str) -> None:
    (tmp_path / "订单.csv").write_bytes(CSV.encode(encoding))
    report = run("load", tmp_path / "订单.csv", "--workspace", "shop", "--json").json
    assert (report["read"], report["kept"]) == (4, 2)
    assert report["set_aside"] == {"no_customer": 1, "bad_date": 1}
    assert report["columns"] == {
        "order_id": "订单号", "ordered_at": "下单时间", "customer_id": "会员ID", "amount": "实付金额", "channel": "渠道",
    }  # fmt: skip
    assert report["tables"]["orders"] == 2
    revenue = run("metric", "revenue", "--workspace", "shop", "--json").json
    assert revenue["value"] == 200


def test_load_reads_a_workbook(run: Run, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.save(tmp_path / "orders.xlsx")
    report = run("load", tmp_path / "orders.xlsx", "--workspace", "shop", "--json").json
    assert (report["read"], report["kept"]) == (4, 2)
    assert report["columns"]["amount"] == "实付金额"


@pytest.mark.parametrize(
    ("system", "parts"),
    [("zh_CN.UTF-8", ["读取 4 行", "实付金额", "隔离 1 行"]), ("en_US.UTF-8", ["read 4 rows", "实付金额", "set aside 1"])],
)
def test_load_reports_in_the_systems_language(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str, parts: list[str]
) -> None:
    (tmp_path / "orders.csv").write_text(CSV, encoding="utf-8")
    monkeypatch.setenv("LC_ALL", system)
    said = run("load", tmp_path / "orders.csv", "--workspace", "shop")
    assert said.code == 0
    assert all(part in said.out for part in parts), said.out


def test_a_missing_column_names_the_flag_that_settles_it(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("会员ID,下单时间,甲\nU1,2025-01-05,10\n", encoding="utf-8")
    refusal = run("load", path, "--workspace", "shop").refusal
    assert "--map amount=" in refusal
    assert "甲" in refusal
    mapped = run("load", path, "--workspace", "shop", "--map", "amount=甲", "--json").json
    assert (mapped["kept"], mapped["columns"]["amount"]) == (1, "甲")


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["missing.csv"], "missing.csv"),
        (["orders.csv", "--map", "amount"], "--map"),
        (["orders.csv", "--map", "amount=nowhere"], "nowhere"),
        (["orders.csv", "--map", "colour=渠道"], "colour"),
        (["orders.csv", "--currency", "yen!"], "yen!"),
        (["empty.csv"], "empty.csv"),
        (["."], "folder"),
        ([], "wellspring load --help"),
    ],
)
def test_load_refuses_in_one_sentence_and_loads_nothing(
    run: Run, tmp_path: Path, arguments: list[str], part: str
) -> None:
    (tmp_path / "orders.csv").write_text(CSV, encoding="utf-8")
    (tmp_path / "empty.csv").touch()
    assert part in run("load", *arguments, "--workspace", "shop").refusal
    assert "No order data" in run("metric", "revenue", *(["--workspace", "shop"] if arguments else [])).refusal


def test_own_files_replace_the_demo_and_the_demo_never_them(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.demo.write_demo", lambda directory: write_demo(directory, customers=150))
    made = run("demo")
    assert made.code == 0
    assert run("metric", "customers", "--json").json["value"] > 10
    (tmp_path / "orders.csv").write_text(CSV, encoding="utf-8")
    loaded = run("load", tmp_path / "orders.csv", "--json")
    assert loaded.json["tables"]["orders"] == 2
    assert loaded.json["tables"]["customers"] == 0
    assert "demo" in loaded.err
    assert run("metric", "revenue", "--json").json["value"] == 200
    assert "--workspace" in run("demo").refusal
    assert run("metric", "revenue", "--json").json["value"] == 200


def test_the_demo_is_recreated(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.demo.write_demo", lambda directory: write_demo(directory, customers=150))
    made = run("demo", "--json").json
    assert (made["workspace"], made["customers"]) == ("demo", 150)
    assert Path(made["directory"]).is_dir()
    first = run("metric", "revenue", "--json").json["value"]
    assert run("demo").code == 0
    assert run("metric", "revenue", "--json").json["value"] == first
    truth = Truth.model_validate_json((tmp_path / ".wellspring/demo/demo/truth.json").read_text(encoding="utf-8"))
    assert first == pytest.approx(truth.sale_revenue)


# --- ask ----------------------------------------------------------------------------------


def test_ask_in_a_process_of_its_own(home: Path, exports: tuple[Path, Truth]) -> None:
    ran = spawn(home, "ask", "沉睡用户有多少人？", "--workspace", "small", "--json")
    assert (ran.code, ran.err) == (0, "")
    answer = ran.json
    planted = exports[1].tiers["dormant"].customers
    assert f"{planted}" in answer["text"]
    assert (answer["language"], answer["model"], answer["warnings"]) == ("zh", PLANNER, [])
    [call] = answer["tool_calls"]
    assert (call["name"], call["arguments"], call["ok"]) == ("tier_overview", {}, True)
    [evidence] = answer["evidence"]
    assert set(evidence) >= {"kind", "metric", "value", "unit", "n", "window", "filters", "as_of", "definition"}
    assert {row["tier"]: row["customers"] for row in evidence["rows"]}["dormant"] == planted
    assert set(answer) >= {"citations", "drafts", "thread"}


def test_ask_cites_drafts_and_goes_on(small: Run) -> None:
    advice = small("ask", "What is the SMART model?", "--json", "--thread", "cli-1").json
    assert all(set(citation) >= {"id", "title", "source", "quote"} for citation in advice["citations"])
    assert advice["citations"]
    assert advice["thread"] == "cli-1"
    drafts = small("ask", "Draft two SMS for dormant customers", "--json", "--thread", "cli-1").json["drafts"]
    assert [(draft["tier"], draft["channel"]) for draft in drafts] == [("dormant", "sms")] * 2
    again = small("ask", "as e-mail", "--json", "--thread", "cli-1").json["drafts"]
    assert {(draft["tier"], draft["channel"]) for draft in again} == {("dormant", "email")}


def test_ask_prints_the_answer_and_obeys_the_language(small: Run) -> None:
    said = small("ask", "沉睡用户有多少人？", "--lang", "en")
    assert said.code == 0
    assert "Dormant customers number" in said.out


BROKEN = f"""
from copilot.planner import model
def broken(*_): raise ValueError('no such pot')
model._last_turn = broken
{ENTRY}
"""


def test_a_bug_shows_its_traceback_only_on_demand(home: Path) -> None:
    ask = ("ask", "五个层级各有多少人？", "--workspace", "small")
    quiet = spawn(home, *ask, program=BROKEN)
    assert "no such pot" not in quiet.refusal
    debug = spawn(home, *ask, "--debug", program=BROKEN)
    assert debug.code == 2
    assert "Traceback" in debug.err
    assert "no such pot" in debug.err


# --- metric, search, index ----------------------------------------------------------------


def test_metric_as_the_contract_says(small: Run, exports: tuple[Path, Truth]) -> None:
    whole = small("metric", "revenue", "--json").json
    assert set(whole) >= METRIC_FIELDS
    assert (whole["metric"], whole["unit"], whole["as_of"]) == ("revenue", "money", "2025-10-31")
    assert whole["rows"] == [{"dimensions": {}, "value": whole["value"], "n": whole["n"]}]
    assert whole["value"] == pytest.approx(exports[1].sale_revenue)


def test_metric_split_filtered_and_between_days(small: Run) -> None:
    days = ("--from", "2025-09-01", "--to", "2025-09-30")
    split = small("metric", "orders", "--by", "tier,channel", *days, "--json").json
    high = small("metric", "orders", "--where", "tier=high,potential", *days, "--json").json
    assert high["filters"] == {"tier": ["high", "potential"]}
    assert high["value"] == sum(
        row["value"] for row in split["rows"] if row["dimensions"]["tier"] in {"high", "potential"}
    )
    months = small("metric", "orders", "--by", "month,tier", "--json").json
    assert len(months["rows"]) > 50
    assert months["truncated"] is False


def test_metric_in_words(small: Run) -> None:
    said = small("metric", "aov", "--window", "2025-09", "--compare", "previous", "--lang", "zh")
    assert said.code == 0
    assert "客单价" in said.out
    assert re.search(r"比 2025-08-\S+", said.out)


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["metric", "gross_margin"], ["gross_margin", "Revenue"]),
        (["metric", "revenue", "--by", "weather"], ["weather", "Tier"]),
        (["metric", "revenue", "--where", "tier"], ["--where", "tier"]),
        (["metric", "revenue", "--where", "tier=platinum"], ["platinum", "High-value"]),
        (["metric", "revenue", "--from", "2025-10-01", "--to", "2025-09-01"], ["2025-10-01"]),
        (["metric", "revenue", "--window", "someday"], ["someday"]),
        (["metric", "revenue", "--compare", "sideways"], ["sideways", "previous"]),
        (["metric", "revenue", "--workspace", "nowhere"], ["nowhere", "small"]),
        (["metric", "revenue", "--workspace", "../../etc"], ["../../etc"]),
        (["metric"], ["wellspring metric --help"]),
        (["ask", "  "], ["question"]),
        (["ask", "Hi", "--lang", "fr"], ["fr"]),
        (["ask", "Hi", "--workspace", "nowhere"], ["nowhere", "small"]),
        (["ask", "Hi", "--colour", "red"], ["--colour", "wellspring ask --help"]),
        (["search", "SMART", "--k", "99"], ["--k"]),
        (["search", " "], ["question"]),
        (["index", "missing.docx"], ["missing.docx"]),
        (["fly"], ["fly", "wellspring --help"]),
        (["--version-of-nothing"], ["wellspring --help"]),
    ],
)
def test_a_misuse_is_one_sentence(small: Run, home: Path, arguments: list[str], parts: list[str]) -> None:
    refusal = small(*arguments).refusal
    assert all(part in refusal for part in parts), refusal
    assert not (home / "nowhere").exists()


def test_a_refusal_speaks_the_systems_language(small: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    for arguments in (["metric", "gross_margin"], ["metric", "revenue", "--workspace", "没有"], ["fly"]):
        assert re.search(r"[一-鿿]{2}", small(*arguments).refusal.replace("没有", "", 1))


def test_search_as_the_contract_says(small: Run) -> None:
    found = small("search", "怎么召回沉睡用户", "--k", "3", "--json").json
    assert found["answerable"] is True
    assert 1 <= len(found["results"]) <= 3
    assert all(set(hit) >= {"id", "title", "source", "score", "text"} for hit in found["results"])
    english = small("search", "怎么召回沉睡用户", "--k", "3", "--lang", "en", "--json").json
    assert [hit["id"] for hit in english["results"]] == [hit["id"] for hit in found["results"]]
    assert not re.search(r"[一-鿿]", english["results"][0]["text"])
    nothing = small("search", "How do I repair a bicycle chain?")
    assert nothing.code == 0
    assert "no answer" in nothing.out


def test_index_adds_a_document_that_search_then_finds(
    run: Run, copy_home: Callable[[], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WELLSPRING_HOME", str(copy_home()))
    note = tmp_path / "club.md"
    note.write_text("# 银杏俱乐部\n\n银杏俱乐部的会员每季度可以预约一次门店茶会，需提前七天报名。\n", encoding="utf-8")
    report = run("index", note, "--workspace", "small", "--json").json
    assert (report["changed"], len(report["added"])) == (True, 1)
    assert run("index", note, "--workspace", "small", "--json").json["changed"] is False
    found = run("search", "银杏俱乐部的茶会要提前几天报名？", "--workspace", "small", "--json").json
    assert found["answerable"] is True
    assert "银杏" in found["results"][0]["text"]


# --- doctor, up, help ---------------------------------------------------------------------


def test_doctor_says_what_works_and_how_to_mend_the_rest(
    small: Run, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    well = small("doctor", "--json")
    assert well.code == 0
    assert all(finding["ok"] for finding in well.json)
    monkeypatch.setenv("WELLSPRING_HOME", str(tmp_path / "bare"))
    ill = small("doctor", "--json")
    assert ill.code == 1
    broken = [finding for finding in ill.json if not finding["ok"]]
    assert len(broken) == 2
    assert all("wellspring" in finding["mend"] for finding in broken)
    assert not (tmp_path / "bare").exists()
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{closed.getsockname()[1]}/v1")
        unreachable = small("doctor")
    assert unreachable.code == 1
    assert "OPENAI_BASE_URL" in unreachable.out


def test_up_on_a_taken_port_refuses_before_any_work(run: Run, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refusal = run("up", "--port", port).refusal
    assert port in refusal
    assert "--port" in refusal
    assert not (tmp_path / ".wellspring").exists()


def test_an_address_is_listened_on_once() -> None:
    with web_socket("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(CannotListen, match="port_taken"):
            web_socket("127.0.0.1", port)


@pytest.mark.parametrize(("asked", "part"), [("zh", "正由进程"), ("en", "already served by process")])
def test_a_second_server_over_a_workspace_is_refused_at_once(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str, part: str
) -> None:
    monkeypatch.setenv("LC_ALL", asked)
    with web_socket("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    with only_server(tmp_path / ".wellspring" / "shop", "http://127.0.0.1:8000"):
        began = time.monotonic()
        refusal = run("up", "--workspace", "shop", "--port", str(port)).refusal
        assert time.monotonic() - began < 10
    assert part in refusal
    assert str(os.getpid()) in refusal
    assert "http://127.0.0.1:8000" in refusal
    with only_server(tmp_path / ".wellspring" / "shop", "http://127.0.0.1:8000"):
        """Free again."""


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [(["--host", "192.0.2.1"], ["192.0.2.1:8000", "--host"]), (["--host", "no.such.invalid"], ["no.such.invalid"]),
     (["--port", "0"], ["--port", "1"]), (["--port", "70000"], ["--port", "65535"])],
)  # fmt: skip
def test_up_says_why_an_address_cannot_be_had(run: Run, tmp_path: Path, arguments: list[str], parts: list[str]) -> None:
    refusal = run("up", *arguments).refusal
    assert all(part in refusal for part in parts), refusal
    assert "in use" not in refusal
    assert not (tmp_path / ".wellspring").exists()


def test_a_lost_generation_is_told_by_every_command(
    run: Run, copy_home: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = copy_home()
    monkeypatch.setenv("WELLSPRING_HOME", str(home))
    (home / "small" / "data" / "CURRENT").write_text("000099.duckdb", encoding="utf-8")
    assert "000099.duckdb" in run("metric", "revenue", "--workspace", "small").refusal
    found = run("doctor", "--workspace", "small", "--json")
    assert found.code == 1
    assert ["000099.duckdb" in finding["detail"] for finding in found.json if not finding["ok"]] == [True]


@pytest.mark.parametrize("command", [("ask", "什么是SMART模型？"), ("search", "SMART")])
def test_a_first_index_shows_how_far_it_is(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: tuple[str, str]
) -> None:
    cards = [card for card in read_cards() if card.id == "smart-model"] or read_cards()[:2]
    monkeypatch.setattr("knowledge.index.read_cards", lambda content: cards)
    monkeypatch.setattr(cli_output.err, "_force_terminal", True)
    ran = run(*command)
    assert ran.code == 0
    assert "Indexing knowledge" in ran.err
    assert "100%" in ran.err


def test_settings_from_a_wrong_environment_are_named(small: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WELLSPRING_TURN_SECONDS", "soon")
    assert "turn_seconds" in small("metric", "revenue").refusal


HEAVY = """
import sys
try:
    from copilot.cli import main
    main()
except SystemExit:
    heavy = {"chromadb", "duckdb", "gradio", "ibis", "langchain", "langgraph", "openai", "pandas"}
    print(*sorted(heavy & set(sys.modules)))
"""


def test_help_names_every_command_and_loads_nothing_heavy(home: Path) -> None:
    ran = spawn(home, "--help", program=HEAVY)
    assert ran.out.splitlines()[-1] == ""
    for command in ("up", "load", "ask", "metric", "search", "index", "doctor", "demo"):
        assert re.search(rf"^\s+{command}\s", ran.out, re.MULTILINE), command


def test_a_metric_loads_only_what_it_queries_with(home: Path) -> None:
    ran = spawn(home, "metric", "revenue", "--workspace", "small", "--json", program=HEAVY)
    assert ran.out.splitlines()[-1] == "duckdb ibis"
