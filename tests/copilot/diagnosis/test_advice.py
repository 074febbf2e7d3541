"""Focus, quick-win plan, answers in words: pure rules, no index."""

from __future__ import annotations

from datetime import date

import pytest

from copilot.diagnosis.answers import checked, described, reply
from copilot.diagnosis.cards import cards
from copilot.diagnosis.cases import cases, relative
from copilot.diagnosis.events import day_of, event, named_event
from copilot.diagnosis.evidence import Evidence
from copilot.diagnosis.focus import focus
from copilot.diagnosis.maturity import maturity
from copilot.diagnosis.quickwin import phases, quickwin, rounds
from copilot.diagnosis.results import Focus
from copilot.diagnosis.rules import rules
from copilot.diagnosis.verdicts import quadrant, stage
from tools.errors import BadArgument
from tools.segment_data import SegmentData

RULES, CARDS = rules(), cards()
NOTHING = Evidence(RULES, None)
DEVELOP = {"market_growth": "high", "relative_share": "established", "industry": "snacks"}


def plays(answers: dict[str, str], evidence: Evidence = NOTHING) -> dict[str, Focus]:
    shown, also = focus(RULES, CARDS, stage(RULES, answers, evidence), quadrant(RULES, answers, evidence), answers,
                        evidence)  # fmt: skip
    return {one.scenario: one for one in [*shown, *also]}


def reasons(one: Focus) -> dict[str, int]:
    return {reason.code: reason.points for reason in one.reasons}


def test_a_scenario_gets_points_for_each_reason() -> None:
    found = plays(DEVELOP | {"challenge": "newcomers"})
    assert reasons(found["co-creation"]) == {"stage": 3, "quadrant": 2, "case": 1}
    assert found["co-creation"].points == 6
    assert reasons(found["subsidy"]) == {"stage_too": 2, "challenge": 3}
    assert reasons(found["loyalty-programme"]) == {"stage": 3, "case": 1}
    assert reasons(found["dt-driven"]) == {"case": 1}


def test_the_trouble_named_moves_the_ranking() -> None:
    assert reasons(plays(DEVELOP | {"challenge": "value"})["cross-sell"])["challenge"] == 3
    assert reasons(plays(DEVELOP | {"challenge": "spread"})["social-marketing"])["challenge"] == 3
    assert reasons(plays(DEVELOP | {"challenge": "experience"})["journey-optimisation"])["challenge"] == 3
    assert "challenge" not in reasons(plays(DEVELOP)["cross-sell"])


def test_what_is_known_to_be_missing_costs_points() -> None:
    before, after = plays(DEVELOP)["co-creation"], plays(DEVELOP | {"community": "no"})["co-creation"]
    assert after.points == before.points - 2
    assert {need.id: need.standing for need in after.prerequisites}["community"] == "no"


def test_a_stage_still_open_weighs_less() -> None:
    open_ = plays({"market_growth": "slow", "relative_share": "established"})
    assert reasons(open_["co-creation"])["stage"] == 1


def test_the_short_list_carries_kpis_with_present_values(data: SegmentData) -> None:
    evidence = Evidence(RULES, data)
    found = plays(DEVELOP, evidence)
    kpis = {kpi.metric: kpi for one in found.values() for kpi in one.kpis}
    assert evidence.figures([kpis["refund_rate"].figure])
    assert kpis["contactable_customers"].needs == ["consents"]
    assert "category_mix" not in kpis, "it only exists by category"


def nearest(answers: dict[str, str], scores: dict[str, float]) -> list:
    place = stage(RULES, answers, NOTHING), quadrant(RULES, answers, NOTHING)
    short, _ = focus(RULES, CARDS, *place, answers, NOTHING)
    return cases(RULES, CARDS, *place, short, answers, NOTHING, scores)


def test_a_case_is_near_by_stage_quadrant_industry_plays_and_words() -> None:
    first = nearest(DEVELOP, {})[0]
    assert first.card == "case-yoghurt-brand"
    assert first.alike[:3] == ["stage", "quadrant", "industry"]
    assert set(first.alike[3:]) == {"scenario:social-marketing", "scenario:co-creation"}
    assert first.points == 2 + 2 + 2 + 1 + 1
    assert first.evidence == "consultant's claim"
    scores = {"case-fitness-app": 0.9, "case-yoghurt-brand": 0.1}
    assert nearest({}, scores)[0].card == "case-fitness-app"
    assert nearest({}, scores)[0].points == 4
    assert "words" in nearest({}, scores)[0].alike


def test_what_differs_is_said() -> None:
    found = {one.card: one for one in nearest(DEVELOP | {"community": "no"}, {})}
    assert "missing:community" in found["case-yoghurt-brand"].differs
    far = nearest(DEVELOP, {"case-boutique-gym": 1.0, "case-car-news": 0.0})
    gym = next(one for one in far if one.card == "case-boutique-gym")
    assert {"stage:acquire", "quadrant:high-penetration-high-frequency", "industry"} <= {*gym.differs}


def test_a_stage_that_nothing_was_answered_about_makes_no_case_near() -> None:
    assert nearest({"industry": "fitness"}, {})[0].alike == ["quadrant", "industry"]


def test_scores_are_comparable_within_one_search_only() -> None:
    assert relative({"a": 0.2, "b": 0.6, "c": 0.4}) == {"a": 0.0, "b": 1.0, "c": pytest.approx(0.5)}
    assert relative({"a": 0.3}) == {"a": 1.0}
    assert relative({}) == {}


TODAY = date(2026, 4, 1)


@pytest.mark.parametrize(
    ("name", "on", "first", "last"),
    [
        ("618", None, date(2026, 6, 1), date(2026, 6, 18)),
        ("双十一", None, date(2026, 11, 1), date(2026, 11, 11)),
        ("Double 11", date(2027, 5, 1), date(2027, 11, 1), date(2027, 11, 11)),
        ("品牌日", date(2026, 5, 20), date(2026, 5, 20), date(2026, 5, 20)),
    ],
)
def test_an_event_has_its_days(name: str, on: date | None, first: date, last: date) -> None:
    found = event(name, on, TODAY)
    assert (found.first_day, found.last_day) == (first, last)


def test_a_running_event_is_the_one_that_is_meant() -> None:
    assert event("双11", None, date(2026, 11, 5)).first_day == date(2026, 11, 1)
    assert event("双11", None, date(2026, 11, 11)).first_day == date(2027, 11, 1)


def test_an_event_without_a_day_or_in_the_past_is_refused() -> None:
    with pytest.raises(BadArgument, match="event_without_day"):
        event("品牌日", None, TODAY)
    with pytest.raises(BadArgument, match="event_over"):
        event("618", date(2026, 3, 1), TODAY)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("帮我做个双11快赢计划", ("双11", "", True)), ("618 quick-win plan", ("618", "", True)),
        ("品牌日 12月20日", ("品牌日", "12-20", True)), ("brand day on December 20", ("brand day", "12-20", True)),
        ("the 5th of May", ("", "05-05", True)), ("anniversary 2027-03-08", ("anniversary", "2027-03-08", True)),
        ("品牌日", ("品牌日", "", False)), ("a plan", ("", "", False)),
    ],
)  # fmt: skip
def test_words_name_an_event_and_its_day(words: str, found: tuple) -> None:
    assert named_event(words) == found


def test_a_day_without_a_year_is_the_next_one() -> None:
    assert day_of("12-20", TODAY) == date(2026, 12, 20)
    assert day_of("03-08", TODAY) == date(2027, 3, 8)
    assert day_of("2027-01-02", TODAY) == date(2027, 1, 2)
    assert day_of("", TODAY) is None
    with pytest.raises(BadArgument):
        day_of("02-30", TODAY)


def test_phases_are_counted_back_and_shrink_with_the_time_left() -> None:
    first = date(2026, 6, 1)
    full = phases(RULES.quickwin, first, TODAY)
    assert [(one.name, (first - one.start).days, (first - one.end).days) for one in full] == [
        ("assess", 42, 36), ("solve", 35, 15), ("prepare", 14, 3), ("pilot", 2, 1),
    ]  # fmt: skip
    near = phases(RULES.quickwin, first, date(2026, 5, 11))
    assert near[0].start == date(2026, 5, 11)
    assert near[-1].end == date(2026, 5, 31)
    assert all(one.start <= one.end for one in near)
    assert phases(RULES.quickwin, first, first) == []


def test_rounds_fill_the_event_and_each_ends_with_a_decision() -> None:
    found = rounds(RULES.quickwin, date(2026, 6, 1), date(2026, 6, 18))
    assert [one.share for one in found] == [0.25, 0.5, 0.75, 1.0]
    assert found[0].start == date(2026, 6, 1)
    assert found[-1].end == date(2026, 6, 18)
    assert all(one.decide == one.end for one in found)
    assert all((after.start - before.end).days == 1 for before, after in zip(found, found[1:], strict=False))
    tested = rounds(RULES.quickwin, date(2026, 6, 1), date(2026, 6, 18), 0.05)
    assert [one.share for one in tested] == [0.05, 0.25, 0.5, 1.0]
    assert [one.share for one in rounds(RULES.quickwin, TODAY, TODAY)] == [1.0]


def test_a_plan_holds_out_and_judges_once(data: SegmentData) -> None:
    evidence = Evidence(RULES, data)
    plan = quickwin(RULES.quickwin, CARDS, event("618", None, TODAY), TODAY, maturity(RULES, {}, evidence), evidence)
    assert (plan.holdout, plan.pilot) == (0.1, 0.05), "the card's own figures"
    assert plan.judged_on == date(2026, 7, 2)
    assert plan.group is None, "no consents are loaded"
    assert not plan.late
    assert [kpi.metric for kpi in plan.kpis if kpi.figure][:2] == ["conversion_rate", "holdout_conversion_rate"]
    assert plan.last_time == [], "the data ends before"
    late = quickwin(RULES.quickwin, CARDS, event("618", None, date(2026, 5, 30)), date(2026, 5, 30),
                    maturity(RULES, {}, evidence), evidence)  # fmt: skip
    assert late.late
    assert late.rounds[0].share == plan.pilot
    assert "pilot" not in [one.name for one in late.phases]


def test_the_same_event_a_year_before_is_shown_where_the_data_holds_it(data: SegmentData) -> None:
    today = date(2025, 3, 1)
    evidence = Evidence(RULES, data)
    plan = quickwin(RULES.quickwin, CARDS, event("618", None, today), today, maturity(RULES, {}, evidence), evidence)
    assert plan.last_event == [date(2024, 6, 1), date(2024, 6, 18)]
    assert [kpi.metric for kpi in plan.last_time] == ["revenue", "orders", "new_customers", "aov"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("我们是一个中型零食品牌，新客增长停滞", {"industry": "snacks", "newcomers": "flat", "challenge": "newcomers"}),
        ("a mid-size snack brand with flat new-customer growth",
         {"industry": "snacks", "newcomers": "flat", "challenge": "newcomers"}),
        ("母婴店，复购率低，市场饱和，我们份额领先",
         {"industry": "mother_and_baby", "challenge": "value", "market_growth": "slow", "relative_share": "leading"}),
        ("We are a young beauty brand in a booming market",
         {"industry": "beauty", "market_growth": "high"}),
        ("我们卖保险", {}),
    ],
)  # fmt: skip
def test_a_description_answers_what_it_says_plainly(words: str, found: dict) -> None:
    assert described(words) == found


@pytest.mark.parametrize(
    ("said", "asked", "answer"),
    [
        ("放缓了", "market_growth", "slow"), ("growing fast", "market_growth", "high"),
        ("not growing", "market_growth", "slow"), ("about 5%", "market_growth", "0.05"),
        ("第二梯队吧", "relative_share", "established"), ("我们是老大", "relative_share", "leading"),
        ("还没有", "one_id", "no"), ("部分有", "benefits", "partly"), ("yes we do", "tags", "yes"),
        ("不清楚", "tags", "unknown"), ("一年大概3次", "interaction_frequency", "3"), ("2000万", "market_size", "20000000"),
    ],
)  # fmt: skip
def test_a_reply_is_read_against_the_question(said: str, asked: str, answer: str) -> None:
    assert reply(said, asked) == {asked: answer}


def test_a_reply_without_an_answer_is_none() -> None:
    assert reply("给我三条短信", "market_growth") == {}


def test_answers_are_checked() -> None:
    assert checked({"market_growth": "12%", "industry": "snacks", "tags": ""}) == {
        "market_growth": "0.12", "industry": "snacks",
    }  # fmt: skip
    with pytest.raises(BadArgument, match="diagnosis_question"):
        checked({"shoe_size": "42"})
    with pytest.raises(BadArgument, match="diagnosis_answer"):
        checked({"relative_share": "blue"})
