"""Every fault of a language model, as a caller of the API and a user of the command line meets it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from copilot import cli
from copilot.api.app import create_app
from copilot.faults import FAULTS, fault_message
from copilot.settings import PLANNER, Settings
from copilot.testing import ENDS_IN, MISBEHAVIOURS, ScriptedServer, Stage, call, refuse, say
from copilot.testing.misbehaviours import LEAK
from tools.segment_data import SegmentData

KEY = "sk-test-5d1c0ffee"
QUESTIONS = {"zh": "我们的情况怎么样？", "en": "How are we doing?"}
SILENT = {"hang", "stall"}
ONE_EACH = {code: name for name, code in ENDS_IN.items() if name not in SILENT | {"rate_short"}}
"""A misbehaviour for each code, none that takes a wait."""


CANARIES = {
    "api_key_2": "sk-canary-second", "embedding_api_key": "canary-embedding", "rerank_api_key": "canary-rerank",
    "engine_url": "postgresql://reader:canary-engine@127.0.0.1:1/brand",
}  # fmt: skip


def language_of(name: str) -> str:
    return "zh" if list(MISBEHAVIOURS).index(name) % 2 else "en"


@pytest.fixture(scope="module")
def client(model_settings: Callable[..., Settings]) -> Iterator[TestClient]:
    settings = model_settings(fallback="none", **CANARIES)
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as opened:
        yield opened


def test_every_fault_has_a_misbehaviour_that_ends_in_it() -> None:
    assert set(FAULTS) - set(ENDS_IN.values()) == {"E-BUDGET", "E-BUG"}  # ours: tested with usage and session


@pytest.mark.parametrize("name", ENDS_IN)
def test_the_api_names_the_fault_and_the_thread_goes_on(client: TestClient, stage: Stage, name: str) -> None:
    language, thread = language_of(name), f"api-{name}"
    body = {"question": QUESTIONS[language], "thread": thread, "language": language}
    stage.play(MISBEHAVIOURS[name])
    answer = client.post("/api/v1/chat", json=body)
    problem = answer.json()
    assert answer.status_code == 502
    assert problem["code"] == ENDS_IN[name]
    assert problem["log_id"]
    if problem["code"] != "E-LLM-RATE":  # that one says how long to wait
        assert problem["detail"] == fault_message(problem["code"], language, log_id=problem["log_id"])
    assert LEAK not in answer.text
    assert KEY not in answer.text
    stage.play(say("Fine."))
    assert client.post("/api/v1/chat", json=body).json()["text"] == "Fine."
    turns = client.get(f"/api/v1/threads/{thread}").json()
    assert [turn["state"] for turn in turns] == ["failed", "done"]


@pytest.mark.parametrize("name", ["cut", "no_finish_reason", "unauthorised"])
def test_a_stream_of_the_api_ends_in_the_fault(client: TestClient, stage: Stage, name: str) -> None:
    stage.play(MISBEHAVIOURS[name])
    with client.stream("POST", "/api/v1/chat/stream", json={"question": "Well?"}) as response:
        lines = [line for line in response.iter_lines() if line.startswith(("event:", "data:"))]
    assert lines[-2] == "event: failed"
    last = json.loads(lines[-1].removeprefix("data:"))
    assert last["code"] == ENDS_IN[name]
    assert last["partial"] == ("" if name == "unauthorised" else "The answer is 12")


@pytest.mark.parametrize(("language", "part"), [("zh", "没有算出结果"), ("en", "fault in the program")])
def test_a_tool_that_breaks_is_named_beside_the_answer(
    client: TestClient, stage: Stage, monkeypatch: pytest.MonkeyPatch, language: str, part: str
) -> None:
    monkeypatch.setattr(SegmentData, "tier_overview", lambda self: 1 / 0)
    stage.play([call("tier_overview"), say("Fine.")])
    answer = client.post("/api/v1/chat", json={"question": "Well?", "language": language}).json()
    [warning] = answer["warnings"]
    assert (warning["code"], answer["text"]) == ("E-TOOL", "Fine.")
    assert part in warning["message"]
    assert "division" not in json.dumps(answer)


def test_an_endless_loop_stops_at_the_limit_and_every_call_is_counted(
    client: TestClient, stage: Stage, server: ScriptedServer
) -> None:
    stage.play(call("tier_overview"))
    problem = client.post("/api/v1/chat", json={"question": "Well?", "thread": "loop"}).json()
    assert problem["code"] == "E-STEPS"
    assert len(server.bodies) == 4
    assert client.get("/api/v1/usage/loop").json()["calls"] == 4


# --- the command line ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def own_home(model_settings: Callable[..., Settings]) -> Path:
    return model_settings().home


@pytest.fixture
def ask(
    own_home: Path, running_server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Callable[..., tuple[int, str, str]]:
    """`wellspring ask …` with the scripted model; what it exits with and prints."""
    monkeypatch.chdir(tmp_path)
    settings = {
        "OPENAI_BASE_URL": running_server.base_url, "OPENAI_API_KEY": KEY, "WELLSPRING_MODEL": "scripted-1",
        "WELLSPRING_HOME": str(own_home), "WELLSPRING_WORKSPACE": "small", "WELLSPRING_MODEL_CALLS": "4",
        "WELLSPRING_RETRY_AFTER_SECONDS": "1",
    }  # fmt: skip
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    def run(question: str, *options: str, fallback: str = "none") -> tuple[int, str, str]:
        monkeypatch.setenv("WELLSPRING_FALLBACK", fallback)
        monkeypatch.setattr("sys.argv", ["wellspring", "ask", question, *options])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code, *capsys.readouterr()

    return run


@pytest.mark.parametrize("code", ONE_EACH)
def test_the_command_line_says_the_fault_in_one_sentence(ask: Callable, stage: Stage, code: str) -> None:
    language = language_of(ONE_EACH[code])
    stage.play(MISBEHAVIOURS[ONE_EACH[code]])
    status, out, err = ask(QUESTIONS[language], "--lang", language, "--thread", "cli")
    assert (status, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
    if code != "E-LLM-RATE":
        assert err.strip() == fault_message(code, language)
    assert LEAK not in err


def test_after_all_these_faults_the_thread_of_the_command_line_goes_on(ask: Callable, stage: Stage) -> None:
    stage.play(say("Fine."))
    status, out, err = ask("And now?", "--thread", "cli")
    assert (status, out.strip()) == (0, "Fine.")
    assert err.strip() == "scripted-1 · system 1 · 1 model call(s) · 11 tokens in, 7 out"


def test_the_command_line_tells_that_the_planner_answered(ask: Callable, stage: Stage) -> None:
    stage.play(refuse(503, "down"))
    status, out, err = ask("How many dormant customers do we have?", fallback="planner")
    assert status == 0
    assert "Dormant" in out
    assert fault_message("E-LLM-UP", "en") in err
    assert "built-in planner answers instead" in err
    answer = json.loads(ask("How many dormant customers do we have?", "--json", fallback="planner")[1])
    assert (answer["model"], answer["fallback_from"]) == (PLANNER, "E-LLM-UP")


def test_no_secret_is_told_or_kept(client: TestClient, stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    told = []
    for name in ("unauthorised", "error_500", "error_in_stream"):
        stage.play(MISBEHAVIOURS[name])
        told.append(client.post("/api/v1/chat", json={"question": QUESTIONS["en"], "thread": "secrets"}).text)
    stories = client.get("/api/v1/traces", params={"thread": "secrets"}).json()
    told += [client.get(f"/api/v1/traces/{story['id']}").text for story in stories]
    told += [client.get("/healthz").text, caplog.text]
    place = client.app.state.copilot.workspace.directory
    kept = b"".join(path.read_bytes() for path in (place / "store").rglob("*") if path.is_file())
    assert len(stories) == 3
    for secret in ("canary", KEY):
        assert secret not in "\n".join(told)
        assert secret.encode() not in kept
