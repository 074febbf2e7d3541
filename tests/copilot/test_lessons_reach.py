"""Lessons on the command line, over HTTP, and in the chat."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from copilot import cli
from copilot.api.app import create_app
from copilot.bootstrap import open_copilot
from copilot.planner.matching import Matcher
from copilot.planner.remember import ASK, remembered
from copilot.planner.step import Step
from copilot.planner.vocabulary import Vocabulary
from copilot.settings import Settings


@pytest.fixture(scope="module")
def own_home(copy_home: Callable[[], Path]) -> Path:
    return copy_home()


@pytest.fixture
def wellspring(own_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Call `wellspring ARGS --workspace small` in a role; gives exit code, output and error."""
    monkeypatch.setenv("WELLSPRING_HOME", str(own_home))
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")

    def call(*arguments: str, role: str = "operator") -> tuple[int, str, str]:
        monkeypatch.setenv("WELLSPRING_ROLE", role)
        monkeypatch.setattr(sys, "argv", ["wellspring", *arguments, "--workspace", "small"])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code, *capsys.readouterr()

    return call


@pytest.fixture(scope="module")
def reviewer(copy_home: Callable[[], Path]) -> Iterator[TestClient]:
    settings = Settings(_env_file=None, home=copy_home(), workspace="small", role="reviewer", user="r")
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        yield client


def test_the_command_line_from_proposal_to_withdrawal(wellspring) -> None:  # noqa: ANN001
    code, said, _ = wellspring("lessons", "propose", "--campaign", "C002", "--note", "Plain words worked.", "--json")
    proposed = json.loads(said)
    assert (code, proposed["state"], proposed["evidence"]) == (0, "proposed", "controlled test")
    id = proposed["id"]
    code, said, error = wellspring("lessons", "approve", id)
    assert (code, said) == (2, "")
    assert "reviewer" in error
    code, said, _ = wellspring("lessons", "approve", id, "--valid-until", "2099-12-31", "--json", role="reviewer")
    approved = json.loads(said)
    assert (code, approved["state"]) == (0, "approved")
    assert approved["test"]["figure"]["value"] == proposed["test"]["figure"]["value"]
    _, said, _ = wellspring("passage", f"{id}#1", "--lang", "en")
    assert "approved lesson of " in said
    assert "controlled test" in said
    _, said, _ = wellspring("lessons", "list", "--state", "approved", "--lang", "zh")
    assert id in said
    assert "已批准" in said
    code, said, _ = wellspring("lessons", "withdraw", id, "--note", "outdated", "--json", role="admin")
    assert json.loads(said)["history"][-1]["note"] == "outdated"
    code, _, error = wellspring("passage", f"{id}#1")
    assert (code, error.count("\n")) == (2, 1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("propose",), "--note"),
        (("propose", "--campaign", "C404"), "C404"),
        (("approve", "lesson-77"), "lesson-77"),
        (("approve", "1", "--valid-until", "soon"), "soon"),
    ],
)
def test_a_misuse_is_one_sentence(wellspring, arguments: tuple[str, ...], words: str) -> None:  # noqa: ANN001
    code, said, error = wellspring("lessons", *arguments, role="admin")
    assert (code, said) == (2, "")
    assert words in error
    assert "Traceback" not in error


def test_the_api_from_proposal_to_search(reviewer: TestClient) -> None:
    campaigns = reviewer.get("/api/v1/lessons/campaigns").json()["campaigns"]
    assert "C002" in {each["id"] for each in campaigns}
    made = reviewer.post("/api/v1/lessons?lang=en", json={"campaign": "C002"})
    assert made.status_code == 201
    id = made.json()["id"]
    asked = {"q": made.json()["test"]["campaign"]["name"], "type": "lesson"}
    assert reviewer.get("/api/v1/knowledge/search", params=asked).json()["results"] == []
    assert reviewer.post(f"/api/v1/lessons/{id}/decisions", json={"verdict": "approved"}).json()["state"] == "approved"
    (hit,) = reviewer.get("/api/v1/knowledge/search", params=asked | {"lang": "zh"}).json()["results"]
    assert (hit["document"], hit["evidence"], hit["trust"]) == (id, "controlled test", "lesson")
    refused = reviewer.post(f"/api/v1/lessons/{id}/decisions?lang=zh", json={"verdict": "rejected"})
    assert (refused.status_code, refused.json()["code"]) == (400, "lesson_state")
    assert "已批准" in refused.json()["detail"]
    assert reviewer.get("/api/v1/lessons/lesson-404").status_code == 404
    assert reviewer.post("/api/v1/lessons", json={}).status_code == 422
    assert reviewer.post(f"/api/v1/lessons/{id}/decisions", json={"verdict": "expired"}).status_code == 422
    assert [each["id"] for each in reviewer.get("/api/v1/lessons?state=approved").json()["lessons"]] == [id]


@pytest.mark.anyio
async def test_the_chat_proposes_and_only_people_approve(copy_home: Callable[[], Path]) -> None:
    settings = Settings(_env_file=None, home=copy_home(), workspace="small", role="admin")
    async with open_copilot(settings) as copilot:
        answer = await copilot.ask("把 C002 的结果记为经验")
        store, today = copilot.workspace.lesson_store, copilot.workspace.calendar_day
        (lesson,) = store.all(today)
        assert (lesson.state, lesson.proposed.by.reach) == ("proposed", "agent")
        assert f"{lesson.test.figure.value:.1%}" in answer.text
        assert lesson.id in answer.text
        assert answer.warnings == []
        await copilot.ask("批准 lesson-1")
        assert store.all(today)[0].state == "proposed"
        answer = await copilot.ask("Save this as a lesson: postcards on Fridays bring members back.")
        assert "postcards on Fridays bring members back." in answer.text
        assert store.all(today)[0].note == "postcards on Fridays bring members back."
        after = await copilot.ask("How many dormant customers are there?", thread=answer.thread)
        assert [call.name for call in after.tool_calls] == ["tier_overview"]


NAMED = Vocabulary(
    metrics=Matcher({}), dimensions=Matcher({}), values={"campaign": Matcher({"春日唤醒": ["春日唤醒"]})}
)


@pytest.mark.parametrize(
    ("question", "arguments"),
    [
        ("记下这条经验：周三发短信，点击最好。别发周末！", {"note": "周三发短信，点击最好。别发周末！"}),
        ("请提交一条经验，Q4 发券别太密", {"note": "Q4 发券别太密"}),
        ("把 C002 的结果记为经验", {"campaign": "C002"}),
        ("把春日唤醒的结果保存成经验：值得再做", {"campaign": "春日唤醒", "note": "值得再做"}),
        ("save the result of C002 as a lesson", {"campaign": "C002"}),
        ("Remember this lesson: never text on Sundays.", {"note": "never text on Sundays."}),
    ],
)
def test_what_is_to_be_remembered_is_heard(question: str, arguments: dict[str, str]) -> None:
    step = remembered(question, NAMED, None)
    assert (step.tool, step.arguments) == ("propose_lesson", arguments)


@pytest.mark.parametrize("question", ["有什么经验可以借鉴？", "沉睡用户有多少", "what lessons have we saved?", "保存这个人群"])
def test_other_questions_are_left_alone(question: str) -> None:
    assert remembered(question, NAMED, None) is None


def test_this_means_the_campaign_that_was_just_asked_about() -> None:
    before = Step("metric", "query_metric", {"metric": "conversion_lift", "where": {"campaign": ["春日唤醒"]}})
    assert remembered("把这个存为经验", NAMED, before).arguments == {"campaign": "春日唤醒"}
    assert remembered("把这个存为经验", NAMED, None).focus == ASK
    assert remembered("周三发短信点击最好", NAMED, Step(ASK)).arguments == {"note": "周三发短信点击最好"}
    assert remembered("沉睡用户有多少？", NAMED, Step(ASK)) is None
