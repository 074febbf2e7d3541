"""Cohorts as they are told: every figure said is in the evidence, in both languages, for people, models and scripts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from copilot import grounding
from copilot.api.app import create_app
from copilot.cohorttext import cohort_text, repurchase_text
from copilot.findings import Findings
from copilot.modeltext import for_model
from copilot.settings import Settings
from tools.cohorts.results import MEASURES, CohortTable
from tools.segment_data import SegmentData

LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


@pytest.fixture(scope="module")
def client(copy_home: Callable[[], Path]) -> Iterator[TestClient]:
    settings = Settings(_env_file=None, home=copy_home(), workspace="small")
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as opened:
        yield opened


def unmatched(words: str, item: CohortTable, language: str) -> list[str]:
    checked = grounding.check(
        words, question="", evidence=[item], citations=[], drafts=[], language=language
    )
    return [warning.message for warning in checked.warnings]


@LANGUAGES
@pytest.mark.parametrize("measure", MEASURES)
def test_every_figure_of_a_triangle_is_in_its_evidence(data: SegmentData, measure: str, language: str) -> None:
    for age_days in (0, 30):
        item = data.cohorts.table(by="quarter", measure=measure, age_days=age_days)
        assert unmatched(cohort_text(item, language), item, language) == []


@LANGUAGES
@pytest.mark.parametrize("after", [1, 2])
def test_every_figure_of_a_curve_is_in_its_evidence(data: SegmentData, after: int, language: str) -> None:
    item = data.cohorts.repurchase(by="channel", after=after)
    assert unmatched(repurchase_text(item, language), item, language) == []


@LANGUAGES
def test_a_model_reads_every_cohort_and_the_kind_survives_a_checkpoint(data: SegmentData, language: str) -> None:
    table, curve = data.cohorts.table(), data.cohorts.repurchase(by="tier")
    findings = Findings(evidence=[table, curve])
    words = for_model(findings, language)
    assert all(row.cohort in words for row in table.rows)
    assert Findings.restore(json.loads(json.dumps(findings.artifact()))) == findings


def test_a_partial_period_is_marked_and_an_average_is_not(data: SegmentData) -> None:
    lines = [line for line in cohort_text(data.cohorts.table(), "en").splitlines() if line.startswith("|")]
    last = [cell.strip() for cell in lines[-2].split("|")[3:4]]
    assert last[0].endswith("*"), "the last cohort has only begun"
    assert "*" not in lines[-1]


def test_the_api_answers_as_the_tools_do(client: TestClient) -> None:
    data = client.app.state.copilot.workspace.data()
    found = client.get("/api/v1/cohorts", params={"by": "quarter", "age": 30, "lang": "en"}).json()
    item = data.cohorts.table("quarter", age_days=30)
    assert found["rows"] == item.model_dump(mode="json")["rows"]
    assert found["definition"] == item.definition.en
    curve = client.get("/api/v1/repurchase", params={"by": "", "after": 2, "from": "2024-01-01"}).json()
    expected = data.cohorts.repurchase("", 2, window=data.days("2024-01-01", ""))
    assert curve["total"] == expected.total.model_dump(mode="json")
    refused = client.get("/api/v1/cohorts", params={"by": "channel", "lang": "en"})
    assert (refused.status_code, refused.json()["code"]) == (400, "unknown_cohort_unit")
    assert "quarter" in refused.json()["detail"]
