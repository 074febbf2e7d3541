"""People with roles of their own: everything is done in the name of whoever signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from copilot.api.app import create_app
from copilot.settings import Settings
from copilot.team import FILE, Team
from tools.errors import BadArgument
from ui import signing

SENTENCE = "给潜力用户做一个二单转化活动，满199减30，短信，2099年12月1日截止"
CAMPAIGNS, PAGE = "/api/v1/campaigns", "/chat/"


def _with_the_way_in(app: FastAPI) -> FastAPI:
    app.include_router(signing.routes("/chat", app))
    return app


@pytest.fixture(scope="module")
def client(copy_home: Callable[[], Path]) -> Iterator[TestClient]:
    settings = Settings(_env_file=None, home=copy_home(), workspace="small", user="starter")
    app = create_app(settings, mounts=(_with_the_way_in,))
    with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) as opened:
        yield opened


def test_each_acts_in_their_own_name_and_role(client: TestClient) -> None:
    team: Team = client.app.state.copilot.workspace.team
    assert client.get(CAMPAIGNS).status_code == 200  # with nobody named, nobody signs in
    author = ("小李", team.add("小李", "operator"))
    reviewer = ("小韩", team.add("小韩", "reviewer", "a long secret"))
    reader = ("小客", team.add("小客", "viewer"))
    for wrong in (None, ("小李", "a long secret"), ("nobody", "x")):
        refused = client.get(CAMPAIGNS, auth=wrong)
        assert (refused.status_code, refused.json()["code"]) == (401, "sign_in")
    assert client.get("/healthz").status_code == 200
    assert client.post(CAMPAIGNS, json={"words": SENTENCE}, auth=reader).status_code == 403
    made = client.post(CAMPAIGNS, json={"words": SENTENCE}, auth=author).json()
    acts, approval = f"{CAMPAIGNS}/{made['id']}/acts", {"act": "approve", "version": 1}
    submitted = client.post(acts, json={"act": "submit", "version": 1, "note": "看过"}, auth=author)
    assert submitted.json()["state"] == "in_review"
    assert client.post(acts, json=approval, auth=author).json()["code"] == "campaign_not_allowed"
    done = client.post(acts, json=approval, auth=reviewer).json()
    assert [(step["by"]["name"], step["by"]["role"]) for step in done["history"]] == [
        ("小李", "operator"), ("小李", "operator"), ("小韩", "reviewer"),
    ]  # fmt: skip
    assert client.app.state.copilot.workspace.settings.user == "starter"


def test_a_session_ends_with_the_secret_that_opened_it(client: TestClient) -> None:
    team: Team = client.app.state.copilot.workspace.team
    secret = team.add("小周", "operator")
    turned_away = client.get(PAGE, headers={"accept": "text/html"})
    assert (turned_away.status_code, turned_away.headers["location"]) == (303, "/chat/signin")
    form = client.get("/chat/signin", headers={"accept-language": "zh-CN"})
    assert "口令" in form.text
    assert client.post("/chat/signin", data={"name": "小周", "secret": "no"}).status_code == 401
    opened = client.post("/chat/signin", data={"name": "小周", "secret": secret})
    assert {"HttpOnly", "SameSite=strict"} <= set(opened.headers["set-cookie"].split("; "))
    assert client.get(CAMPAIGNS).status_code == 200
    team.change("小周", secret="")
    assert client.get(CAMPAIGNS).status_code == 401
    client.cookies.clear()


def test_a_list_that_cannot_be_read_lets_nobody_in(client: TestClient, tmp_path: Path) -> None:
    team = Team(tmp_path)
    for name, secret in (("a:b", ""), ("", ""), ("ok", "short")):
        with pytest.raises(BadArgument):
            team.add(name, "viewer", secret)
    team.add("ok", "viewer")
    with pytest.raises(BadArgument, match="person_known"):
        team.add("ok", "admin")
    assert "viewer" in (tmp_path / FILE).read_text(encoding="utf-8")
    file = client.app.state.copilot.workspace.directory / FILE
    file.write_text("people: [{name: 小李, role: boss}]", encoding="utf-8")
    assert client.get(CAMPAIGNS).json()["code"] == "people_file"
