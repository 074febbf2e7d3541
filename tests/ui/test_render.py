"""Result cards and charts from real results, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import pytest

from copilot.formatting import figure
from ui.charts import chart
from ui.render import foot, head, provenance

Evidence = Callable[[str], dict[str, dict]]
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


@LANGUAGES
def test_every_result_shows_where_it_comes_from(evidence: Evidence, language: str) -> None:
    for name, item in evidence(language).items():
        words = provenance(item, language)
        for part in (item["definition"], f"{item['n']:,}", item["as_of"], item["query"]):
            assert escape(part) in words, name


@LANGUAGES
def test_headline_and_table_write_figures_in_the_house_style(evidence: Evidence, language: str) -> None:
    item = evidence(language)["bars"]
    assert figure(item["value"], "money", language) in head(item, language, "CNY")
    table = foot(item, language, "CNY")
    assert all(figure(row["value"], "money", language) in table for row in item["rows"])
    assert "€" in head(item, language, "EUR")


@LANGUAGES
def test_tiers_are_named_not_coded(evidence: Evidence, language: str) -> None:
    found = evidence(language)
    name = {"zh": "沉睡用户", "en": "Dormant"}[language]
    for kind in ("tier_overview", "tier_migration", "tier_comparison"):
        assert name in foot(found[kind], language, "CNY")
        assert name in str(chart(found[kind], language, "CNY").to_dict())


def test_text_of_the_data_is_escaped(evidence: Evidence) -> None:
    item = evidence("en")["bars"]
    row = {**item["rows"][0], "dimensions": {"channel": "<img src=x>"}}
    assert "<img" not in foot({**item, "rows": [row]}, "en", "CNY")


def test_each_shape_gets_its_chart(evidence: Evidence) -> None:
    found = {name: chart(item, "en", "CNY") for name, item in evidence("en").items()}
    assert found["single"] is None
    assert found["data_description"] is None
    assert [trace.type for trace in found["line"].data] == ["scatter"]
    assert {trace.orientation for trace in found["bars"].data} == {"h"}
    assert len(found["bars"].data) == 2, "the period compared with has its own bars"
    assert found["stack"].layout.barmode == "stack"
    assert found["group"].layout.barmode == "group", "averages do not stand on each other"
    assert found["tier_migration"].data[0].type == "heatmap"


def test_the_chart_shows_the_figures_of_the_result(evidence: Evidence) -> None:
    item = evidence("en")["line"]
    drawn = chart(item, "en", "CNY").data[0]
    assert dict(zip(drawn.x, drawn.y, strict=True)) == {
        row["dimensions"]["month"]: row["value"] for row in item["rows"]
    }
    stack = evidence("en")["stack"]
    heights = sum(value or 0 for trace in chart(stack, "en", "CNY").data for value in trace.y)
    assert heights == pytest.approx(sum(row["value"] for row in stack["rows"]))
