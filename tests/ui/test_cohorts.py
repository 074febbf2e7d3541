"""The cohort card: a triangle in colour, its table, and a headline that says what it is."""

from __future__ import annotations

import pytest

from copilot.catalogue import localise
from tools.segment_data import SegmentData
from ui.charts import chart
from ui.render import foot, head


def localised(result: object, language: str) -> dict:
    return localise(result.model_dump(mode="json"), language)


@pytest.mark.parametrize("measure", ["retention", "ltv", "orders"])
def test_the_triangle_is_drawn_with_the_oldest_cohort_on_top(data: SegmentData, measure: str) -> None:
    item = localised(data.cohorts.table(by="quarter", measure=measure), "en")
    (heat,) = chart(item, "en", "EUR").data
    assert heat.y[-1].startswith(item["rows"][0]["cohort"])
    assert heat.z[-1][1] == item["rows"][0]["cells"][1][measure]
    assert heat.z[0][-1] is None, "the youngest cohort has no such period yet"
    assert heat.text[0][0].endswith("*")
    assert ("€" in heat.text[-1][0]) == (measure == "ltv")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_cards_hold_the_table_and_name_the_headline(data: SegmentData, language: str) -> None:
    table = localised(data.cohorts.table(by="quarter"), language)
    curve = localised(data.cohorts.repurchase(by="tier"), language)
    assert {"zh": "首单后下一期的加权平均", "en": "weighted average of the period after"}[language] in head(table, language, "CNY")
    assert "90" in head(curve, language, "CNY")
    assert all(row["cohort"] in foot(table, language, "CNY") for row in table["rows"])
    assert {"zh": "沉睡用户", "en": "Dormant"}[language] in foot(curve, language, "CNY")


def test_the_curve_is_drawn_for_everybody_and_each_group(data: SegmentData) -> None:
    item = localised(data.cohorts.repurchase(by="channel"), "en")
    drawn = chart(item, "en", "EUR").data
    assert len(drawn) == len(item["rows"]) + 1
    assert list(drawn[-1].y) == [point["share"] for point in item["total"]["curve"]]
    assert chart(localised(data.cohorts.repurchase(by=""), "en"), "en", "EUR").layout.showlegend is False


def test_a_single_cohort_needs_no_picture(data: SegmentData) -> None:
    assert chart(localised(data.cohorts.table(window="2024-05"), "en"), "en", "CNY") is None
