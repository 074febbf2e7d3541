"""A brief from one sentence, what is missing of it, and setting its fields."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from copilot.campaigns.amending import changes
from copilot.campaigns.brief import Brief, edited, gaps
from copilot.campaigns.reading import read_brief, says_only_fields
from tools.errors import BadArgument
from tools.offer import Offer

DAY = date(2026, 10, 31)
SAID = [
    ("给潜力用户做一个二单转化活动，满199减30，企微加短信",
     {"tier": "potential", "goal": "second_order", "channels": ["wecom", "sms"], "language": "zh", "end": None}),
    ("给沉睡用户做召回，11月1日到11月11日，8折，短信，下单后不再发，留出15%，不要说「最后一天」，链接 https://m.shanhe.example/a",
     {"tier": "dormant", "goal": "win_back", "start": date(2026, 11, 1), "end": date(2026, 11, 11), "exit": "ordered",
      "holdout": 0.15, "must_not_say": ["最后一天"], "must_say": [], "link": "https://m.shanhe.example/a"}),
    ("Win back dormant customers by e-mail, $20 off orders over $80 until Dec 18, stop once they order",
     {"tier": "dormant", "goal": "win_back", "channels": ["email"], "language": "en", "end": date(2026, 12, 18),
      "exit": "ordered"}),
    ("给「大客」做一场上新，推送", {"tier": None, "segment": "大客", "channels": ["push"], "offer": None}),
    ("给高价值会员做复购活动，没有优惠，语气温暖，要提到「会员日」，从12月1日开始",
     {"tier": "high", "no_offer": True, "offer": None, "voice": "温暖", "must_say": ["会员日"],
      "start": date(2026, 12, 1), "end": None}),
    ("中价值用户 短信 满199减30 限量500份 1月31日截止", {"tier": "mid", "stock": 500, "end": date(2027, 1, 31)}),
    ("Potential customers, second order, SMS, first 300, no holdout, 2026-12-05",
     {"tier": "potential", "stock": 300, "holdout": 0.0, "end": date(2026, 12, 5)}),
]  # fmt: skip


AMENDED = [
    ("下周五到周日，企微加短信", {"start": date(2026, 11, 6), "end": date(2026, 11, 8), "channels": ["wecom", "sms"]}),
    ("把门槛改成满299", {"offer": "满299减30"}),
    ("raise the threshold to 299", {"offer": "满299减30"}),
    ("改成减50", {"offer": "满199减50"}),
    ("优惠改成8折", {"offer": "8折"}),
    ("不给优惠了，没有优惠", {"offer": None, "no_offer": True}),
    ("口吻活泼一点", {"voice": "活泼"}),
    ("use a formal tone", {"voice": "formal"}),
    ("再加上推送", {"channels": ["email", "push"]}),
    ("不要邮件，改发短信", {"channels": ["sms"]}),
    ("改成沉睡用户", {"tier": "dormant", "goal": "win_back"}),
    ("明天到月底，下单后不再收到，对照组20%", {"start": date(2026, 11, 1), "exit": "ordered", "holdout": 0.2,
                                  "end": date(2026, 11, 30)}),
    ("until the end of next month", {"end": date(2026, 11, 30)}),
]  # fmt: skip


@pytest.mark.parametrize(("words", "expected"), AMENDED)
def test_a_later_sentence_changes_what_it_says(words: str, expected: dict) -> None:
    brief = read_brief("给潜力用户做一个二单转化活动，满199减30，邮件", as_of=DAY)
    found = changes(words, brief, as_of=DAY)
    told = {name: value.said if isinstance(value, Offer) else value for name, value in found.items()}
    assert told == expected
    assert says_only_fields(words)


@pytest.mark.parametrize(("words", "expected"), SAID)
def test_one_sentence_is_read(words: str, expected: dict) -> None:
    brief = read_brief(words, as_of=DAY, segments=["大客"])
    assert {name: getattr(brief, name) for name in expected} == expected


def test_the_offer_runs_as_long_as_the_campaign() -> None:
    brief = read_brief("潜力用户，11月1日到11月11日，满199减30", as_of=DAY)
    assert brief.offer == Offer(kind="amount_off", value=Decimal(30), threshold=Decimal(199), said="满199减30",
                                start=date(2026, 11, 1), end=date(2026, 11, 11))  # fmt: skip
    later = edited(Brief(tier="mid"), {"offer": "满199减30", "end": "2026-12-01"}, as_of=DAY, currency="CNY")
    assert later.promise.end == date(2026, 12, 1)


@pytest.mark.parametrize(
    "words",
    ["满199减30，11月27日到30日", "满199减30，11月27-30日", "30 off over 199, from November 27 to 30", "Nov 27th-30th",
     "27 to 30 November", "from the 27th to the 30th of November 2026"],
)  # fmt: skip
def test_a_month_said_once_holds_for_both_days(words: str) -> None:
    brief = read_brief(words, as_of=DAY)
    assert (brief.start, brief.end) == (date(2026, 11, 27), date(2026, 11, 30))


@pytest.mark.parametrize(
    ("words", "end"),
    [("until 30 November", date(2026, 11, 30)), ("11月27日-30元券", date(2026, 11, 27)),
     ("Nov 27 - 20% off", date(2026, 11, 27))],
)  # fmt: skip
def test_a_figure_after_a_day_is_no_second_day(words: str, end: date) -> None:
    brief = read_brief(words, as_of=DAY)
    assert (brief.start, brief.end) == (None, end)


def test_a_day_that_is_none_is_asked_for() -> None:
    assert read_brief("潜力用户，2月30日截止", as_of=DAY).end is None


def test_gaps_are_questions_in_both_languages_the_needed_ones_first() -> None:
    found = gaps(Brief())
    assert [gap.field for gap in found] == ["audience", "goal", "channels", "offer", "end", "exit", "link"]
    assert [gap.needed for gap in found] == [True] * 5 + [False] * 2
    assert all(gap.question.zh != gap.question.en for gap in found)
    whole = read_brief("给沉睡用户做召回，短信，满99减20，11月11日截止，下单后不再发，https://a.example/x", as_of=DAY)
    assert gaps(whole) == []
    assert [gap.field for gap in gaps(whole.model_copy(update={"holdout": 0.0}))] == ["holdout"]


def test_a_discount_without_its_base_price_is_asked_about() -> None:
    brief = edited(Brief(tier="mid"), {"offer": "8折"}, as_of=DAY, currency="CNY")
    assert "base_price" in [gap.field for gap in gaps(brief)]
    told = edited(brief, {"base_price": "199"}, as_of=DAY, currency="CNY")
    assert told.offer.base_price == Decimal(199)
    assert "base_price" not in [gap.field for gap in gaps(told)]


def test_fields_are_set_one_by_one() -> None:
    brief = edited(Brief(tier="mid"), {"channels": ["sms", "sms"], "offer": "none"}, as_of=DAY, currency="CNY")
    assert (brief.channels, brief.no_offer, brief.offer) == (["sms"], True, None)
    chosen = edited(brief, {"segment": "大客"}, as_of=DAY, currency="CNY")
    assert (chosen.tier, chosen.segment) == (None, "大客")
    back = edited(chosen, {"tier": "low"}, as_of=DAY, currency="CNY")
    assert (back.tier, back.segment) == ("low", "")


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"price": 1}, "campaign_field"), ({"end": "soon"}, "campaign_value"), ({"holdout": 0.9}, "campaign_value"),
     ({"channels": ["pigeon"]}, "campaign_value"), ({"start": "2026-12-02", "end": "2026-12-01"}, "days_reversed"),
     ({"base_price": "10"}, "campaign_value")],
)  # fmt: skip
def test_what_does_not_fit_is_refused(changes: dict, code: str) -> None:
    with pytest.raises(BadArgument, match=code):
        edited(Brief(), changes, as_of=DAY, currency="CNY")


@pytest.mark.parametrize("as_of", [date(2026, 10, 31), date(2026, 12, 28), date(2027, 1, 2)])
def test_a_campaign_may_cross_the_turn_of_the_year(as_of: date) -> None:
    brief = read_brief("给潜力用户做二单活动，满199减30，短信，12月20日到1月5日", as_of=as_of)
    assert (brief.start, brief.end) == (date(2026, 12, 20), date(2027, 1, 5))
    assert (brief.promise.start, brief.promise.end) == (brief.start, brief.end)


def test_quiet_hours_go_over_midnight() -> None:
    with pytest.raises(BadArgument, match="campaign_value"):
        edited(Brief(), {"quiet": {"start": "08:00", "end": "20:00"}}, as_of=DAY, currency="CNY")
