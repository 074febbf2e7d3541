"""Tiers, RFM and lifecycle as people, scripts and the agent ask for them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from copilot.api.app import create_app
from copilot.catalogue import entries
from copilot.cli import app
from copilot.language import LANGUAGE
from copilot.modeltext import for_model
from copilot.settings import Settings
from copilot.toolbox import Toolbox
from copilot.workspace import Workspace
from tools.lifecycle import STAGE_RULES
from tools.results import TIERS
from tools.tiers.membership import TIER_RULES

RFM = "segments:\n  best:\n    title: {zh: 最好的, en: The best}\n    recency: [5, 5]\n    advice: upsell\n"


@pytest.fixture(scope="module")
def settings(copy_home: Callable[[], Path]) -> Settings:
    return Settings(_env_file=None, home=copy_home(), workspace="small")


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as opened:
        yield opened


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Run `wellspring tiers …` on the small workspace; its standard output."""
    monkeypatch.setenv("WELLSPRING_HOME", str(settings.home))

    def run_it(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["tiers", *arguments], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    return run_it


def get(client: TestClient, path: str, **params: Any) -> dict[str, Any]:
    response = client.get(f"/api/v1/tiers{path}", params=params)
    assert response.status_code == 200, response.text
    return response.json()


def someone(client: TestClient) -> str:
    """The customer who spent most and went dormant last month."""
    return get(client, "/moved", source="high", target="dormant", from_day="2025-06-30", limit=1)["customers"][0]["customer_id"]


@pytest.mark.parametrize(
    ("arguments", "path", "params"),
    [
        ((), "", {}),
        (("migration", "2025-08-31..2025-09-30"), "/migration", {"from_day": "2025-08-31", "to_day": "2025-09-30"}),
        (("moved", "high:dormant", "2025-06-30..2025-10-31", "--limit", "3"), "/moved",
         {"source": "high", "target": "dormant", "from_day": "2025-06-30", "to_day": "2025-10-31", "limit": 3}),
        (("expected",), "/expected", {}),
        (("history", "4"), "/history", {"months": 4}),
        (("rfm", "--ties", "lower"), "/rfm", {"ties": "lower"}),
        (("lifecycle", "--as-of", "2025-06-30"), "/lifecycle", {"as_of": "2025-06-30"}),
        (("rules",), "/rules", {}),
    ],
)  # fmt: skip
def test_command_and_api_give_the_same_and_read_in_both_languages(
    run: Callable[..., str], client: TestClient, arguments: tuple[str, ...], path: str, params: dict
) -> None:
    place = ("--workspace", "small")
    assert json.loads(run(*arguments, *place, "--json", "--lang", "zh")) == get(client, path, lang="zh", **params)
    zh, en = (run(*arguments, *place, "--lang", language) for language in ("zh", "en"))
    assert zh != en
    assert "None" not in zh + en


def test_options_before_the_command_hold_for_it(run: Callable[..., str]) -> None:
    early = run("--workspace", "small", "--lang", "zh", "--as-of", "2025-06-30", "lifecycle", "--json")
    assert json.loads(early)["as_of"] == "2025-06-30"
    assert early == run("lifecycle", "--workspace", "small", "--lang", "zh", "--as-of", "2025-06-30", "--json")


def test_why_names_every_rule_with_value_and_threshold(run: Callable[..., str], client: TestClient) -> None:
    customer = someone(client)
    told = get(client, "/why", customer=customer, lang="en")
    assert (told["customer_id"], told["tier"]) == (customer, "dormant")
    assert [rule["outcome"] for rule in told["rules"]] == ["dormant", "high", "potential", "mid", "low"]
    for language, words in (("zh", "沉睡线为超过"), ("en", "dormant is more than")):
        written = run("why", customer, "--workspace", "small", "--lang", language)
        horizon = told["rules"][0]["groups"][0][0]["threshold"]
        assert words in written
        assert f"{horizon:.0f}" in written
        assert written.count("\n1. ") == 2


def test_every_test_of_a_rule_has_its_words() -> None:
    for rule in (*TIER_RULES, *STAGE_RULES):
        for group in rule.groups:
            for test in group:
                assert f"why.test.{test.value}.{test.threshold}" in entries()


def test_refusals_say_what_to_change(client: TestClient) -> None:
    for path, params, status, code in [
        ("/why", {"customer": "13800138000"}, 409, "unknown_customer"),
        ("/moved", {"source": "gold", "target": "dormant"}, 400, "unknown_value"),
        ("/history", {"months": 0}, 400, "bad_months"),
        ("/rfm", {"ties": "middle"}, 400, "bad_ties"),
        ("/rfm", {"cut_points": ["recency=1,2"]}, 400, "bad_cut_points"),
        ("", {"rules": "beef"}, 400, "unknown_rules_version"),
    ]:
        for lang in ("zh", "en"):
            response = client.get(f"/api/v1/tiers{path}", params=params | {"lang": lang})
            assert (response.status_code, response.json()["code"]) == (status, code)
            assert "13800138000" not in response.text


def test_what_a_model_reads_has_figures_and_no_customer(settings: Settings) -> None:
    workspace = Workspace(settings)
    tools = Toolbox.over(workspace).tools()
    people = {row.customer_id for row in workspace.data().tiers.moved("high", "dormant", limit=10_000).customers}
    assert people
    for name, words in (("rfm_overview", "核心客户"), ("lifecycle_overview", "流失期"), ("expected_tiers", "沉睡用户")):
        token = LANGUAGE.set("zh")
        read = for_model(tools[name](), "zh")
        LANGUAGE.reset(token)
        assert words in read
        assert not any(customer in read for customer in people)
    workspace.close()
    assert not {"why", "moved", "tier_moved", "why_customer"} & set(tools)


def test_a_brand_names_its_own_segments(run: Callable[..., str], client: TestClient, settings: Settings) -> None:
    file = settings.directory / "rfm.yaml"
    file.write_text(RFM, encoding="utf-8")
    try:
        assert [row["title"] for row in get(client, "/rfm", lang="zh")["segments"]] == ["最好的", "其他"]
        assert "提升客单" in run("rfm", "--workspace", "small", "--lang", "zh")
        file.write_text(RFM.replace("[5, 5]", "[5, 6]"), encoding="utf-8")
        problem = client.get("/api/v1/tiers/rfm")
        assert problem.status_code == 400
        assert "rfm.yaml, line 4" in problem.json()["detail"]
        get(client, "")  # tiers do not depend on it
    finally:
        file.unlink()


def test_a_changed_rule_is_a_new_version(run: Callable[..., str], client: TestClient) -> None:
    """Last: it changes the workspace of this module."""
    before = get(client, "", as_of="2025-06-30")
    run("rules", "--set", "dormancy_days=75", "--set", "high_share=10%", "--workspace", "small")
    after = get(client, "", as_of="2025-06-30")
    assert (after["dormancy_days"], after["notes"]) == (75, ["present_rules"])
    assert after["rules_version"] != before["rules_version"]
    again = get(client, "", as_of="2025-06-30", rules=before["rules_version"])
    assert again["rows"] == before["rows"]
    assert sum(row["customers"] for row in after["rows"]) == before["value"]
    changed = client.patch("/api/v1/tiers/rules", json={"dormancy_days": before["dormancy_days"], "high_share": "20%"})
    assert [each["in_force"] for each in changed.json()["versions"]] == [False, False, True]
    assert get(client, "", as_of="2025-06-30")["rows"] == before["rows"]
    refused = client.patch("/api/v1/tiers/rules", json={"dormancy_days": 0})
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_tier_rule")
    assert len(run("rules", "--workspace", "small").splitlines()) > 10
    assert set(TIERS) == {row["tier"] for row in before["rows"]}
