"""Every line of the rules: what a reading points to, where one ends, and that the catalogue and the cards know it."""

from __future__ import annotations

import pytest

from copilot.catalogue import has
from copilot.diagnosis.answers import given
from copilot.diagnosis.cards import cards, need_titles
from copilot.diagnosis.rules import STAGES, band_of, rules
from copilot.diagnosis.tally import Count, changes, count, level
from tools import catalog

RULES = rules()


@pytest.mark.parametrize(
    ("line", "reading", "verdicts", "weight"),
    [
        ("market_growth", "high", {"acquire", "develop"}, 4),
        ("market_growth", "slow", {"breakthrough"}, 4),
        ("relative_share", "low", {"acquire"}, 4),
        ("relative_share", "established", {"develop"}, 4),
        ("relative_share", "leading", {"develop", "breakthrough"}, 4),
        ("newcomers", "rising", {"acquire", "develop"}, 1),
        ("newcomers", "flat", {"develop", "breakthrough"}, 1),
        ("newcomers", "falling", {"breakthrough"}, 1),
        ("new_revenue", "new_led", {"acquire"}, 1),
        ("new_revenue", "mixed", {"develop"}, 1),
        ("new_revenue", "repeat_led", {"develop", "breakthrough"}, 1),
        ("reach", "low", {"acquire"}, 1),
        ("reach", "middling", {"develop"}, 1),
        ("reach", "high", {"breakthrough"}, 1),
    ],
)
def test_a_reading_points_to_its_stages(line: str, reading: str, verdicts: set[str], weight: int) -> None:
    points = count(RULES.stage, {line: reading}, STAGES).points
    assert points == {stage: weight if stage in verdicts else 0 for stage in STAGES}


@pytest.mark.parametrize(
    ("growth", "share", "stage"),
    [
        ("high", "low", "acquire"), ("high", "established", "develop"), ("high", "leading", "develop"),
        ("slow", "leading", "breakthrough"), ("slow", "low", ""), ("slow", "established", ""),
    ],
)  # fmt: skip
def test_the_yardsticks_give_the_reports_stages_and_leave_its_gaps_open(growth: str, share: str, stage: str) -> None:
    assert count(RULES.stage, {"market_growth": growth, "relative_share": share}, STAGES).verdict == stage


@pytest.mark.parametrize("growth", ["high", "slow"])
@pytest.mark.parametrize("share", ["low", "established", "leading"])
def test_signs_in_the_data_never_overrule_both_yardsticks(growth: str, share: str) -> None:
    yardsticks = {"market_growth": growth, "relative_share": share}
    settled = count(RULES.stage, yardsticks, STAGES).verdict
    signs = [line for line in RULES.stage if line.id not in yardsticks]
    for first in signs[0].points:
        for second in signs[1].points:
            for third in signs[2].points:
                read = yardsticks | {signs[0].id: first, signs[1].id: second, signs[2].id: third}
                assert not settled or count(RULES.stage, read, STAGES).verdict == settled


@pytest.mark.parametrize(
    ("axis", "line", "weight"),
    [
        ("penetration", "industry", 2), ("penetration", "category_penetration", 3), ("frequency", "industry", 2),
        ("frequency", "interaction_frequency", 3), ("frequency", "order_frequency", 1), ("frequency", "visits", 1),
    ],
)  # fmt: skip
def test_an_axis_follows_each_of_its_inputs(axis: str, line: str, weight: int) -> None:
    for side, other in (("high", "low"), ("low", "high")):
        points = count(getattr(RULES, axis), {line: side}, ("high", "low")).points
        assert points == {side: weight, other: 0}


@pytest.mark.parametrize(
    ("signal", "value", "reading"),
    [
        ("newcomers", -0.11, "falling"), ("newcomers", -0.10, "flat"), ("newcomers", 0.09, "flat"),
        ("newcomers", 0.10, "rising"), ("new_revenue", 0.34, "repeat_led"), ("new_revenue", 0.35, "mixed"),
        ("new_revenue", 0.60, "new_led"), ("reach", 0.09, "low"), ("reach", 0.10, "middling"), ("reach", 0.40, "high"),
        ("order_frequency", 11.9, "low"), ("order_frequency", 12, "high"), ("visits", 11.9, "low"),
        ("visits", 12, "high"),
    ],
)  # fmt: skip
def test_a_figure_is_read_by_its_size(signal: str, value: float, reading: str) -> None:
    assert band_of(value, RULES.signals[signal].bands) == reading


@pytest.mark.parametrize(
    ("question", "number", "reading"),
    [
        ("market_growth", "0.099", "slow"), ("market_growth", "0.1", "high"), ("relative_share", "0.49", "low"),
        ("relative_share", "0.5", "established"), ("relative_share", "1", "leading"),
        ("category_penetration", "0.49", "low"), ("category_penetration", "0.5", "high"),
        ("interaction_frequency", "11", "low"), ("interaction_frequency", "12", "high"),
    ],
)  # fmt: skip
def test_a_number_answers_a_question(question: str, number: str, reading: str) -> None:
    assert given({question: number}, question).reading == reading


@pytest.mark.parametrize(
    ("industry", "quadrant", "named"),
    [
        ("consumer_goods", "high-penetration-low-frequency", True), ("snacks", "high-penetration-low-frequency", False),
        ("food_and_drink", "high-penetration-low-frequency", False), ("dairy", "high-penetration-low-frequency", True),
        ("beauty", "high-penetration-low-frequency", True),
        ("personal_care", "high-penetration-low-frequency", False),
        ("household", "high-penetration-low-frequency", False), ("apparel", "high-penetration-low-frequency", False),
        ("mother_and_baby", "high-penetration-high-frequency", True),
        ("fitness", "high-penetration-high-frequency", True), ("niche_video", "low-penetration-low-frequency", True),
        ("online_community", "low-penetration-low-frequency", True),
        ("specialist_news", "low-penetration-high-frequency", True),
        ("online_education", "low-penetration-high-frequency", True),
    ],
)  # fmt: skip
def test_a_kind_of_business_has_its_quadrant(industry: str, quadrant: str, named: bool) -> None:
    kind = RULES.industries[industry]
    assert kind.quadrant == quadrant
    assert kind.named is named
    assert all(quadrant in cards().card(case).quadrant for case in kind.cases)


def test_every_kind_of_business_is_tested_above() -> None:
    tested = test_a_kind_of_business_has_its_quadrant.pytestmark[0].args[1]
    assert {row[0] for row in tested} == set(RULES.industries)


def test_sureness_is_the_share_of_points_that_speak_for_it() -> None:
    assert level("develop", 8, 0, 3, RULES.sureness) == "firm"
    assert level("develop", 8, 1, 2, RULES.sureness) == "leaning"
    assert level("develop", 4, 2, 5, RULES.sureness) == "leaning"
    assert level("develop", 3, 0, 8, RULES.sureness) == "open"
    assert level("develop", 4, 4, 3, RULES.sureness) == "open"
    assert level("", 8, 0, 3, RULES.sureness) == "open"


def test_a_draw_has_no_verdict_and_nothing_read_has_no_leader() -> None:
    assert Count({"a": 2, "b": 2, "c": 1}).verdict == ""
    assert Count({"a": 2, "b": 2, "c": 1}).leaders == ["a", "b"]
    assert Count({"a": 0}).leaders == []


def test_what_would_change_a_verdict_is_found_by_trying() -> None:
    found = changes(RULES.stage, {"market_growth": "high", "relative_share": "low"}, STAGES)
    assert ("relative_share", "established", "develop") in {(one.input, one.reading, one.verdict) for one in found}
    assert all(one.verdict != "acquire" for one in found)


def test_cards_metrics_and_words_of_the_rules_exist() -> None:
    lines = [*RULES.stage, *RULES.penetration, *RULES.frequency]
    named = [id for line in lines for id in line.cards] + [id for each in RULES.questions.values() for id in each.cards]
    named += [step.card for step in RULES.maturity] + list(RULES.propositions.values())
    named += [id for phase in RULES.quickwin.phases for id in phase.cards] + [RULES.quickwin.card]
    for id in named:
        assert cards().card(id, "zh").title
    asked = [sign.metric for sign in RULES.signs.values() if sign.metric not in {"segment_list", "one_id"}]
    asked += [signal.metric for signal in RULES.signals.values()]
    asked += [*RULES.quickwin.kpis, *RULES.quickwin.last_time, RULES.quickwin.audience]
    assert set(asked) <= set(catalog.metrics())


def test_everything_that_is_asked_or_read_can_be_said() -> None:
    for key, question in RULES.questions.items():
        assert has(f"diagnosis.input.{key}")
        assert not question.offered or has(f"diagnosis.question.{key}")
        assert all(has(f"diagnosis.reading.{option}") for option in question.options)
    for line in [*RULES.stage, *RULES.penetration, *RULES.frequency]:
        assert has(f"diagnosis.input.{line.id}")
        assert all(has(f"diagnosis.reading.{reading}") for reading in line.points)
    assert all(has(f"diagnosis.industry.{industry}") for industry in RULES.industries)
    assert all(has(f"diagnosis.quickwin.words.{phase.name}") for phase in RULES.quickwin.phases)


def test_every_scenario_has_four_weeks_and_what_it_rests_on_has_a_name() -> None:
    ids = cards().ids("scenario-")
    assert len(ids) == 12
    for id in ids:
        slug = id.removeprefix("scenario-")
        assert all(has(f"diagnosis.weeks.{slug}.{week}") for week in (1, 2, 3, 4))
        assert all(has(f"diagnosis.input.{need}") or need in need_titles() for need in cards().card(id).prerequisites)


def test_the_staircase_holds_what_the_cards_say_a_level_needs() -> None:
    asked = {sign for step in RULES.maturity for sign in step.signs}
    needed = {need for step in RULES.maturity for need in cards().card(step.card).prerequisites}
    assert needed <= asked
    assert len(RULES.asked("maturity")) == 8
