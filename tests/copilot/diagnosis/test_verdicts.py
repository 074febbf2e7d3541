"""Stage, quadrant and maturity over real data and answers: what decided, what contradicts, what is missing."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from copilot.diagnosis.evidence import Evidence, standing
from copilot.diagnosis.maturity import maturity, reached, stands
from copilot.diagnosis.rules import rules
from copilot.diagnosis.verdicts import quadrant, stage
from tools.segment_data import SegmentData

RULES = rules()
NOTHING = Evidence(RULES, None)


def orders(*counts: int, each: int = 1) -> dict[str, pd.DataFrame]:
    """Years of new customers, so many in each, with `each` orders a customer in that year; 100 a sale."""
    rows = []
    for year, new in enumerate(counts):
        for customer in range(new):
            for n in range(each):
                day = pd.Timestamp(2022 + year, 1, 1) + pd.Timedelta(days=(customer * 7 + n * 28) % 364)
                rows.append((f"C{year}-{customer:03d}", day))
    last = pd.Timestamp(2022 + len(counts) - 1, 12, 31)
    rows += [("C0-000", last)]  # the data ends with the year
    frame = pd.DataFrame(rows, columns=["customer_id", "order_date"])
    frame["order_id"] = [f"O{i}" for i in range(len(frame))]
    return {"orders": frame.assign(ordered_at=frame["order_date"], kind="sale", amount=100.0)}


@pytest.fixture(scope="module")
def growing(open_tables: Callable) -> SegmentData:
    return open_tables(orders(40, 60, 120))


@pytest.fixture(scope="module")
def shrinking(open_tables: Callable) -> SegmentData:
    return open_tables(orders(90, 60, 20))


def test_the_stage_follows_the_answers_without_any_data() -> None:
    found = stage(RULES, {"market_growth": "high", "relative_share": "low"}, NOTHING)
    assert found.verdict == "acquire"
    assert found.level == "firm"
    assert (found.points_for, found.points_against, found.points_open) == (8, 0, 3)
    assert {one.id for one in found.inputs if one.source == "answer"} == {"market_growth", "relative_share"}
    assert found.missing == ["market_size"]


def test_without_answers_or_data_the_stage_is_open_and_everything_is_missing() -> None:
    found = stage(RULES, {}, NOTHING)
    assert found.verdict == ""
    assert found.between == []
    assert found.level == "open"
    assert found.missing == ["market_growth", "relative_share", "market_size"]


def test_data_alone_leans_no_further_than_open(growing: SegmentData) -> None:
    evidence = Evidence(RULES, growing)
    found = stage(RULES, {}, evidence)
    trend = next(one for one in found.inputs if one.id == "newcomers")
    assert trend.reading == "rising"
    assert trend.value == pytest.approx(1.0, abs=0.05)
    assert trend.figure in evidence.figures([trend.figure])
    assert next(one for one in found.inputs if one.id == "new_revenue").reading == "new_led"
    assert found.verdict == "acquire"
    assert found.level == "open"


def test_answers_that_the_data_contradicts_are_told(shrinking: SegmentData) -> None:
    answers = {"market_growth": "high", "relative_share": "low", "newcomers": "flat"}
    found = stage(RULES, answers, Evidence(RULES, shrinking))
    assert found.verdict == "acquire"
    assert found.level == "leaning", "the data speaks against it"
    told = {(one.input, one.of): (one.answer, one.data) for one in found.contradictions}
    assert told["newcomers", "answer"] == ("flat", "falling")


def test_penetration_needs_the_size_of_the_market(growing: SegmentData) -> None:
    evidence = Evidence(RULES, growing)
    reach = {one.id: one for one in stage(RULES, {}, evidence).inputs}["reach"]
    assert reach.reading == ""
    small = {one.id: one for one in stage(RULES, {"market_size": "200"}, evidence).inputs}["reach"]
    assert small.reading == "high"
    assert small.value == pytest.approx(120 / 200, abs=0.02)


def test_a_short_history_gives_no_trend(open_tables: Callable) -> None:
    evidence = Evidence(RULES, open_tables(orders(40)))
    assert evidence.signal("newcomers") is None
    assert evidence.signal("new_revenue") is None


def test_the_quadrant_comes_from_the_industry_and_yields_to_the_brand() -> None:
    by_kind = quadrant(RULES, {"industry": "snacks"}, NOTHING)
    assert by_kind.verdict == "high-penetration-low-frequency"
    assert by_kind.inputs[0].source == "card"
    own = quadrant(RULES, {"industry": "snacks", "interaction_frequency": "24"}, NOTHING)
    assert own.verdict == "high-penetration-high-frequency"
    assert own.points_against == 2


def test_one_known_axis_leaves_two_quadrants() -> None:
    found = quadrant(RULES, {"category_penetration": "low"}, NOTHING)
    assert found.verdict == ""
    assert found.between == ["low-penetration-high-frequency", "low-penetration-low-frequency"]
    assert "industry" in found.missing


def test_orders_contradict_a_claim_of_frequent_dealings(growing: SegmentData) -> None:
    found = quadrant(RULES, {"industry": "fitness", "interaction_frequency": "high"}, Evidence(RULES, growing))
    assert found.verdict == "high-penetration-high-frequency"
    assert [(one.input, one.answer, one.data) for one in found.contradictions] == [("order_frequency", "high", "low")]


def test_frequent_orders_speak_for_high_frequency(open_tables: Callable) -> None:
    often = open_tables(orders(30, 30, each=13))
    found = quadrant(RULES, {"category_penetration": "high"}, Evidence(RULES, often))
    assert found.verdict == "high-penetration-high-frequency"


@pytest.mark.parametrize(
    ("readings", "stood"),
    [(["yes", "yes", "yes", ""], True), (["yes", "yes", "", ""], False), (["yes", "yes", "yes", "no"], False),
     (["yes", "yes", "yes", "partly"], True), (["yes", "partly", "partly", "yes"], False)],
)  # fmt: skip
def test_a_level_stands_on_more_than_half_and_no_no(readings: list[str], stood: bool) -> None:
    assert stands(readings) is stood


@pytest.mark.parametrize("found", [1, 2, 3, 4])
def test_the_level_is_the_last_of_an_unbroken_run(found: int) -> None:
    upto = {sign: "yes" for step in RULES.maturity if step.level <= found for sign in step.signs}
    assert reached(RULES, upto) == found
    without_first = {sign: "yes" for step in RULES.maturity if step.level > 1 for sign in step.signs}
    assert reached(RULES, without_first) == 1


@pytest.mark.parametrize("step", RULES.maturity, ids=lambda step: f"level {step.level}")
def test_every_sign_counts_on_its_level(step) -> None:  # noqa: ANN001
    everything = {sign: "yes" for each in RULES.maturity for sign in each.signs}
    for sign in step.signs:
        assert reached(RULES, everything | {sign: "no"}) == max(step.level - 1, 1)


def test_maturity_from_answers_says_what_is_missing_and_what_would_lift_it() -> None:
    answers = {"benefits": "yes", "messages": "yes", "tags": "yes", "different_content": "no"}
    found = maturity(RULES, answers, NOTHING)
    assert found.verdict == "1"
    assert "experiments" in found.missing
    assert "tags" not in found.missing
    assert "maturity-fine-tiering" in found.cards


def test_what_the_loaded_data_shows_counts(data: SegmentData) -> None:
    evidence = Evidence(RULES, data)
    assert evidence.sign("orders")[0] == "yes"
    assert evidence.sign("order_lines")[0] == "yes"
    assert evidence.sign("member_accounts")[0] == "yes"
    assert evidence.sign("messages")[0] == "yes"
    assert evidence.sign("experiments")[0] == "yes"
    assert evidence.sign("repeat_purchase")[0] == "yes"
    assert evidence.sign("one_id")[0] == "no", "three channels, and nobody linked the accounts"
    assert evidence.sign("consent") == ("unknown", ""), "no consents are loaded"
    assert evidence.sign("events") == ("unknown", "")
    assert evidence.sign("tags") == ("unknown", ""), "none saved here says nothing of tags kept elsewhere"
    assert evidence.sign("partner") == ("unknown", "")


def test_orders_once_a_year_are_no_repeat_purchase(growing: SegmentData) -> None:
    assert Evidence(RULES, growing).sign("repeat_purchase")[0] == "no"


def test_an_answer_counts_as_far_as_it_can_be_shown(data: SegmentData) -> None:
    evidence = Evidence(RULES, data)
    assert standing("one_id", {"one_id": "yes"}, evidence, RULES)[::3] == ("partly", True)
    assert standing("experiments", {"experiments": "no"}, evidence, RULES)[::3] == ("yes", True)
    assert standing("messages", {"messages": "yes"}, evidence, RULES)[::3] == ("yes", False)
    assert standing("tags", {"tags": "yes"}, evidence, RULES)[:2] == ("yes", "answer")
    assert standing("tags", {}, evidence, RULES)[:2] == ("unknown", "none")
    found = maturity(RULES, {"one_id": "yes"}, evidence)
    assert [(one.input, one.answer, one.data) for one in found.contradictions] == [("one_id", "yes", "no")]
