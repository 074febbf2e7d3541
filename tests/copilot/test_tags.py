"""Behaviour tags as they are told: for people, models and scripts, in both languages."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from copilot import grounding
from copilot.api.app import create_app
from copilot.cli import main
from copilot.findings import Findings
from copilot.modeltext import for_model
from copilot.settings import Settings
from copilot.tagtext import tags_text
from copilot.toolbox.tags import TagTools
from tools.segment_data import SegmentData
from tools.traits.catalog import builtin

LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


@pytest.fixture(scope="module")
def settings(copy_home: Callable[[], Path]) -> Settings:
    return Settings(_env_file=None, home=copy_home(), workspace="small")


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as opened:
        yield opened


def called(settings: Settings, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setenv("WELLSPRING_HOME", str(settings.home))
    monkeypatch.setattr(sys, "argv", ["wellspring", *arguments, "--workspace", "small"])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


@LANGUAGES
def test_every_figure_told_is_in_its_evidence(data: SegmentData, language: str) -> None:
    item = data.traits.overview(tier="dormant")
    checked = grounding.check(
        tags_text(item, language), question="", evidence=[item], citations=[], drafts=[], language=language
    )
    assert [warning.message for warning in checked.warnings] == []


@LANGUAGES
def test_a_table_lists_the_tags_told_and_a_line_those_that_lack_data(data: SegmentData, language: str) -> None:
    item = data.traits.overview()
    words = tags_text(item, language)
    told, lacking = [row for row in item.rows if not row.lacks], [row for row in item.rows if row.lacks]
    assert lacking, "the small brand has no consents"
    assert all(f"| {getattr(row.title, language)} |" in words for row in told)
    assert all(getattr(row.title, language) in words for row in lacking)
    assert not any(f"| {getattr(row.title, language)} |" in words for row in lacking)


@LANGUAGES
def test_a_model_reads_every_tag_and_the_kind_survives_a_checkpoint(data: SegmentData, language: str) -> None:
    findings = TagTools(lambda: data).tag_overview(["lapsing", "夜猫子", "unreachable"], tier="高价值")
    words = for_model(findings, language)
    assert all(tag in words for tag in ("lapsing", "night_buyer", "unreachable: unavailable, needs consents"))
    assert Findings.restore(json.loads(json.dumps(findings.artifact()))) == findings


def test_the_api_lists_tags_and_traits(client: TestClient) -> None:
    found = client.get("/api/v1/tags", params={"tier": "dormant"}, headers={"Accept-Language": "zh"}).json()
    assert {row["tag"] for row in found["rows"]} == set(builtin().tags)
    assert found["filters"] == {"tier": ["dormant"]}
    assert all(row["customers"] is not None for row in found["rows"])
    traits = {trait["name"]: trait for trait in client.get("/api/v1/traits").json()}
    assert set(traits) == set(builtin().traits)
    assert traits["lapsing"]["rule"]["all"][0]["than"] == {"trait": "days_between_orders", "window": "", "times": 1.5}
    refused = client.get("/api/v1/tags", params={"tags": "nonsense"})
    assert refused.status_code == 400
    assert refused.json()["code"] == "unknown_tag"


def test_a_brands_own_file_is_read_at_each_call(
    client: TestClient, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = settings.directory / "traits.yaml"
    rule = "    all: [{trait: orders, op: '>=', value: 1}]\n"
    path.write_text("tags:\n  anyone:\n    title: {zh: 所有人, en: Anyone}\n    definition: {zh: 下过单。, en: Ordered.}\n" + rule, "utf-8")
    try:
        (row,) = client.get("/api/v1/tags", params={"tags": "anyone"}).json()["rows"]
        assert row["share"] == 1
        capsys.readouterr()
        assert called(settings, monkeypatch, "tags", "--tags", "anyone", "--json") == 0
        assert json.loads(capsys.readouterr().out)["rows"] == [row]
        path.write_text(path.read_text("utf-8").replace("orders", "oders"), "utf-8")
        assert called(settings, monkeypatch, "tags", "--lang", "en") == 2
        refused = capsys.readouterr()
        assert refused.out == ""
        assert refused.err.startswith("traits.yaml, line 5: the definition is wrong. ")
        assert client.get("/api/v1/tags").json()["code"] == "bad_definition"
        assert client.get("/api/v1/tiers").status_code == 200, "what needs no tag still answers"
    finally:
        path.unlink()
