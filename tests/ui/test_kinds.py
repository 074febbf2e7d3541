"""Every kind of result as a card: chart, table, words above it, and the table as a file."""

from __future__ import annotations

import csv
import io
from typing import get_args
from urllib.parse import unquote

import pytest

from copilot.catalogue import localise
from copilot.profiletext import rfm_cells
from copilot.workspace import Workspace
from tools.data_result import DataResult
from tools.results import Evidence
from ui.charts import chart
from ui.render import foot, head
from ui.tabulation import _TABLES, tabulated
from ui.tabulation.people import typed

LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


@pytest.fixture(scope="module")
def results(workspace: Workspace) -> dict[str, Evidence]:
    data, desk = workspace.data(), workspace.segments()
    chosen = desk.preview("消费超过300、喜欢猫")
    found = [
        data.health.report(workspace.today), data.tiers.expected(), data.tiers.rfm(), data.tiers.lifecycle(),
        data.cohorts.repurchase("channel"), data.traits.overview([], "", ""), data.lifetime.report(), chosen,
        desk.overlap_of(chosen, []), desk.list(),
    ]  # fmt: skip
    return {result.kind: result for result in found}


def localised(result: Evidence, language: str) -> dict:
    return localise(result.model_dump(mode="json"), language)


def test_no_kind_that_a_chat_can_carry_is_without_a_table() -> None:
    kinds = {kind.model_fields["kind"].default for kind in get_args(get_args(DataResult)[0])}
    assert kinds == set(_TABLES)


@LANGUAGES
def test_each_kind_has_its_card(results: dict[str, Evidence], language: str) -> None:
    for kind, result in results.items():
        item = localised(result, language)
        card = head(item, language, "EUR") + foot(item, language, "EUR")
        assert item["definition"] in card.replace("&quot;", '"').replace("&#x27;", "'"), kind
        assert "¥" not in card, kind
        figure = chart(item, language, "EUR")
        assert figure is None or figure.data, kind


def test_localised_evidence_makes_the_same_cells_as_the_result(results: dict[str, Evidence]) -> None:
    rfm = results["rfm_overview"]
    assert typed(type(rfm), localised(rfm, "en")).model_copy(update={"definition": rfm.definition}).cells == rfm.cells
    assert tabulated(localised(rfm, "en"), "en", "CNY")[:2] == rfm_cells(rfm, "en")


def test_words_that_were_not_understood_stand_above_the_chart(results: dict[str, Evidence]) -> None:
    assert "猫" in head(localised(results["selection"], "zh"), "zh", "CNY")


def test_charts_show_the_figures_of_the_result(results: dict[str, Evidence]) -> None:
    (heat,) = chart(localised(results["rfm_overview"], "en"), "en", "CNY").data
    assert sum(map(sum, heat.customdata)) == results["rfm_overview"].value
    (bars,) = chart(localised(results["lifecycle_overview"], "en"), "en", "CNY").data
    assert sum(bars.y) == results["lifecycle_overview"].value


def test_the_table_can_be_taken_as_a_file(results: dict[str, Evidence]) -> None:
    item = localised(results["tag_overview"], "en")
    address = foot(item, "en", "CNY").split('href="data:text/csv;charset=utf-8,')[1].split('"')[0]
    rows = list(csv.reader(io.StringIO(unquote(address).removeprefix("\ufeff"))))
    header, cells, _ = tabulated(item, "en", "CNY")
    assert rows == [header, *cells]
