"""Campaigns on the command line and over HTTP."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from copilot import cli
from copilot.api.app import create_app
from copilot.settings import Settings

SENTENCE = "给潜力用户做一个二单转化活动，满199减30，企微加短信，2099年12月1日截止"


@pytest.fixture
def wellspring(copy_home: Callable[[], Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Call `wellspring ARGS --workspace small` as somebody in a role; gives exit code, output and error."""
    monkeypatch.setenv("WELLSPRING_HOME", str(copy_home()))
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")

    def call(*arguments: str, role: str = "operator") -> tuple[int, str, str]:
        monkeypatch.setenv("WELLSPRING_ROLE", role)
        monkeypatch.setenv("WELLSPRING_USER", f"the {role}")
        monkeypatch.setattr(sys, "argv", ["wellspring", *arguments, "--workspace", "small"])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code, *capsys.readouterr()

    return call


@pytest.fixture(scope="module")
def client(copy_home: Callable[[], Path]) -> Iterator[TestClient]:
    settings = Settings(_env_file=None, home=copy_home(), workspace="small", role="admin", user="r", four_eyes=False)
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as opened:
        yield opened


def test_the_command_line_from_sentence_to_approval(wellspring) -> None:  # noqa: ANN001
    code, said, _ = wellspring("campaign", "new", SENTENCE, "--json")
    made = json.loads(said)
    assert (code, made["id"], made["state"]) == (0, "campaign-1", "draft")
    code, said, _ = wellspring("campaign", "check", "1", "--json")
    found = json.loads(said)
    assert (found["ready"], [each["channel"] for each in found["reach"]["channels"]]) == (True, ["wecom", "sms"])
    code, said, _ = wellspring("campaign", "edit", "1", "exit=ordered", "must_not_say=甩卖,清仓", "--json")
    assert json.loads(said)["brief"]["must_not_say"] == ["甩卖", "清仓"]
    code, said, _ = wellspring("campaign", "diff", "1", "--lang", "zh")
    assert "退出规则：– → ordered" in said
    assert wellspring("campaign", "submit", "1", "--note", "looked at")[0] == 0
    code, said, error = wellspring("approve", "1")
    assert (code, said) == (2, "")
    assert error == "The role operator may not approve a campaign. Ask a colleague who may.\n"
    back = ("campaign", "return", "1", "9", "--reason", "再温和一点", "--lang", "zh")
    code, said, _ = wellspring(*back, role="reviewer")
    assert (code, said.splitlines()[0]) == (2, "1：已退回")  # the other one does not exist
    assert "没有活动「9」" in said
    assert wellspring("campaign", "submit", "1", "--note", "改过了")[0] == 0
    code, said, _ = wellspring("approve", "1", "--json", role="reviewer")
    assert (code, json.loads(said)["state"]) == (0, "approved")
    code, said, _ = wellspring("campaign", "list", "--state", "approved")
    assert said.startswith("campaign-1  approved  version 2")
    code, said, _ = wellspring("audit", "verify", "--json")
    assert (code, json.loads(said)["rows"], json.loads(said)["whole"]) == (0, 7, True)
    code, said, _ = wellspring("audit", "list", "--of", "campaign-1", "--lang", "zh")
    assert "refused:approved" in said
    code, said, error = wellspring("approve", "1", "9", role="reviewer")
    assert code == 2
    assert said.splitlines() == ["1: approved", "9: There is no campaign “9”. There are: campaign-1."]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("show", "7"), "7"), (("edit", "7", "end"), "field=value"), (("submit", "x"), "x"), (("diff", "3"), "3")],
)
def test_a_misuse_is_one_sentence(wellspring, arguments: tuple[str, ...], words: str) -> None:  # noqa: ANN001
    code, said, error = wellspring("campaign", *arguments)
    assert (code, said, error.count("\n")) == (2, "", 1)
    assert words in error


def test_the_api_from_sentence_to_approval(client: TestClient) -> None:
    base, key = "/api/v1/campaigns", {"idempotency-key": "k1"}
    made = client.post(base, json={"words": SENTENCE, "fields": {"exit": "ordered"}}, headers=key)
    assert made.status_code == 201
    id = made.json()["id"]
    assert client.post(base, json={"words": "别的活动"}, headers=key).json()["id"] == id
    drafts = client.get(f"{base}/{id}/drafts").json()["drafts"]
    other = next(draft for draft in drafts if draft["channel"] == "sms" and draft["body"] not in made.text)
    chosen = client.put(f"{base}/{id}/texts", json={"version": 1, "drafts": [other]}).json()
    assert (chosen["version"], chosen["state"]) == (2, "draft")
    late = client.patch(f"{base}/{id}?lang=zh", json={"version": 1, "fields": {"link": "https://a.example"}})
    assert (late.status_code, late.json()["code"]) == (400, "campaign_moved")
    assert client.get(f"{base}/{id}/check?lang=zh").json()["obstacles"] == []
    acted = client.post(f"{base}/{id}/acts", json={"act": "submit", "version": 2, "note": "x"}).json()
    assert acted["state"] == "in_review"
    assert client.post(f"{base}/{id}/comments", json={"words": "好"}).json()["history"][-1]["note"] == "好"
    done = client.post(f"{base}/bulk", json={"act": "approve", "ids": [id, "campaign-9"]}).json()["outcomes"]
    assert [each.get("state") or each["code"] for each in done] == ["approved", "campaign_unknown_id"]
    assert client.get(f"{base}/{id}").json()["approval_holds"] is True
    assert client.get(f"{base}/{id}/diff", params={"before": 1, "after": 2}).json()["texts"] != []
    assert client.get(f"{base}/campaign-9").status_code == 404
    assert client.post(f"{base}/{id}/acts", json={"act": "export", "version": 2}).status_code == 422
    written = client.post(f"{base}/{id}/export", json={"format": "xlsx", "sender": "aliyun-sms"}).json()["exports"]
    assert {each["channel"]: (each["sender"], each["approved"]) for each in written} == {
        "wecom": ("generic", True), "sms": ("aliyun-sms", True)}  # fmt: skip
    assert client.post(f"{base}/{id}/export", json={"sender": "nobody"}).json()["code"] == "sender_unknown"
    late = client.post(f"{base}/{id}/revise", json={"version": 2, "channel": "sms", "wish": "更活泼一点"})
    assert late.json()["code"] == "campaign_state"
    measured = client.post(f"{base}/{id}/measure", json={"sent_as": "C002"}).json()
    assert measured["state"] == "measured"
    audit = client.get(f"{base}/audit").json()
    assert (audit["whole"], len(audit["entries"])) == (True, 8)


def test_the_sender_s_details_are_set_and_read(wellspring, client: TestClient) -> None:  # noqa: ANN001
    code, said, _ = wellspring("profile", "address.zh=延平路1号", "unsubscribe_url=https://a.example/out", "--json")
    assert (code, json.loads(said)["address"]["zh"], json.loads(said)["lacks"]) == (0, "延平路1号", [])
    code, said, error = wellspring("profile", "unsubscribe_url=http://a.example", "--lang", "en")
    assert (code, said) == (2, "")
    assert wellspring("profile", "brand=别家", role="viewer")[0] == 2
    assert client.get("/api/v1/profile").json()["lacks"] == ["address", "unsubscribe_url"]
    changed = client.patch("/api/v1/profile", json={"fields": {"address": "1 Yanping Road"}}).json()
    assert (changed["address"]["en"], changed["lacks"]) == ("1 Yanping Road", ["unsubscribe_url"])
    emptied = client.patch("/api/v1/profile", json={"fields": {"address.en": ""}}).json()
    assert emptied["address"] == {"zh": "1 Yanping Road", "en": ""}
    emptied = client.patch("/api/v1/profile", json={"fields": {"address.zh": " "}}).json()
    assert emptied["lacks"] == ["address", "unsubscribe_url"]
    assert client.put("/api/v1/profile/rules", json={"text": "forbid: cheap"}).status_code == 400
    kept = client.put("/api/v1/profile/rules", json={"text": "forbid: [{words: cheap}]"}).json()
    assert (kept["forbid"][0]["words"], client.get("/api/v1/profile/rules").json()["text"]) == (
        "cheap", "forbid: [{words: cheap}]")  # fmt: skip
    assert client.put("/api/v1/profile/rules", json={"text": ""}).json()["forbid"] == []


def test_next_best_choices_are_counted_and_told_of_one_customer(wellspring, client: TestClient) -> None:  # noqa: ANN001
    code, said, _ = wellspring("next-best", "--tier", "potential", "--json")
    found = json.loads(said)
    assert (code, found["kind"], found["n"] > 0) == (0, "next_best", True)
    code, said, error = wellspring("next-best", "--customer", "nobody", "--lang", "zh")
    assert (code, said) == (2, "")
    assert client.get("/api/v1/next-best", params={"tier": "potential"}).json()["n"] == found["n"]
    assert client.get("/api/v1/next-best/nobody").status_code >= 400
