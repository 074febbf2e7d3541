"""What no list of words knows is heard by what was learnt; what may be a condition is still not passed over."""

from __future__ import annotations

import pytest

from copilot.planner.hearing import hear
from copilot.planner.matching import Matcher
from copilot.planner.router import Router
from copilot.planner.steps import plan
from copilot.planner.templates import template
from copilot.planner.vocabulary import Vocabulary
from knowledge.embedding import SentenceEncoder


@pytest.fixture(scope="module")
def router(encoder: SentenceEncoder) -> Router:
    return Router(encoder)


@pytest.mark.parametrize(("clause", "expected"), [
    ("抖音上个月护肤卖了几件", "某渠道某时某品类卖了几件"),
    ("Shanghai takings since July", "a city takings since some time"),
    ("给沉睡用户发什么", "给某层级发什么"),
])  # fmt: skip
def test_a_template_has_kinds_in_the_place_of_names(clause: str, expected: str, vocabulary: Vocabulary) -> None:
    assert template(clause, vocabulary) == expected


@pytest.mark.parametrize(("clause", "kind", "metric"), [
    ("上个月一共进账多少，老板要看", "figure", "revenue"),
    ("what did the average basket come to in September", "figure", "aov"),
    ("抖音这边上个月一共走了多少件", "figure", "units_sold"),
    ("how many people never opened a message but bought in May", "people", ""),
    ("怎么才能让老客多回来几趟", "advice", ""),
    ("why on earth did orders fall off in July", "why", "orders"),
    ("整段话术给没回来的新客，三句以内", "draft", ""),
])  # fmt: skip
def test_the_kind_and_the_metric_are_heard(clause: str, kind: str, metric: str, vocabulary: Vocabulary) -> None:
    heard = hear(clause, vocabulary)
    assert heard.kind == kind
    assert not metric or heard.metric == metric
    assert sum(heard.chances.values()) == pytest.approx(1, abs=1e-4)
    assert sum(heard.metrics.values()) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(("question", "arguments"), [
    ("I need net sales by channel for September, it's for the board pack",
     {"metric": "net_revenue", "by": ["channel"], "window": "2026-09"}),
    ("直播间力推的护肤，抖音上个月走了多少件", {"metric": "units_sold", "window": "last_month"}),
    ("takings in Shanghai, July onwards, month by month",
     {"metric": "revenue", "by": ["month"], "where": {"city": ["上海"]}, "window": "2026-07-01..2026-10-31"}),
])  # fmt: skip
def test_words_that_no_list_knows_are_no_obstacle(
    question: str, arguments: dict, vocabulary: Vocabulary, router: Router
) -> None:
    steps = [step for step in plan(question, vocabulary, None, router) if step.tool == "query_metric"]
    assert steps
    assert arguments.items() <= steps[0].arguments.items()


@pytest.mark.parametrize("question", [
    "花西子上个月卖了多少", "how many vegan customers bought in September", "单笔过1234的订单今年有多少笔",
    "net sales last month per sales rep", "保温杯上个月卖了几只",
])  # fmt: skip
def test_a_name_a_number_or_a_condition_that_is_unknown_is_not_passed_over(
    question: str, vocabulary: Vocabulary, router: Router
) -> None:
    assert "query_metric" not in {step.tool for step in plan(question, vocabulary, None, router)}


@pytest.mark.parametrize(("question", "focus"), [
    ("send the voucher to all the sleepers right now", "say.send"), ("is it better", "ask.subject"),
    ("仓库周几盘点", "knowledge"),
])  # fmt: skip
def test_what_is_no_question_for_a_figure_is_told_so(
    question: str, focus: str, vocabulary: Vocabulary, router: Router
) -> None:
    assert [step.focus for step in plan(question, vocabulary, None, router)] == [focus]


def test_words_for_a_text_are_not_taken_for_sending_it(vocabulary: Vocabulary, router: Router) -> None:
    assert "say.send" not in {step.focus for step in plan("帮我给沉睡客户编条短信", vocabulary, None, router)}


def test_a_message_between_quotes_is_checked_whatever_the_words_around_it(
    vocabulary: Vocabulary, router: Router
) -> None:
    question = 'Would this get us into trouble? "50% off tonight, best cream on earth, reply STOP"'
    (step,) = plan(question, vocabulary, None, router)
    assert (step.tool, step.arguments["message"]) == ("check_message", "50% off tonight, best cream on earth, reply STOP")


def test_a_name_in_another_language_is_read_as_the_data_writes_it(vocabulary: Vocabulary, router: Router) -> None:
    values = vocabulary.values | {"product": Matcher({name: [name] for name in ("芒果干", "铸铁煎锅", "保温杯")})}
    goods = Vocabulary(**{**vocabulary.__dict__, "values": values})
    (step,) = plan("how many ppl bought mango this yr", goods, None, router)
    assert step.arguments["where"] == {"product": ["芒果干"]}
    assert step.slots.read_as == ("mango", "芒果干")


@pytest.mark.parametrize(("question", "metrics"), [
    ("how many orders did Tmall get and what was the average basket", ["orders", "aov"]),
    ("what did it cost us to win one new customer this year?", ["cac"]),
    ("上个月天猫卖了多少，退了多少钱", ["revenue", "refund_amount"]),
    ("I'm trying to work out which channel sends most stuff back. Year to date, refund rate each please", ["refund_rate"]),
])  # fmt: skip
def test_every_figure_that_is_asked_for_is_told_and_no_other(
    question: str, metrics: list[str], vocabulary: Vocabulary, router: Router
) -> None:
    assert [step.arguments["metric"] for step in plan(question, vocabulary, None, router)] == metrics


@pytest.mark.parametrize(("question", "tool", "arguments"), [
    ("6月给高价值会员群发那次短信退订了几个", "query_metric", {"metric": "unsubscribes", "window": "2026-06"}),
    ("9月掉进沉睡的，原来都是什么层的", "tier_migration", {"from_day": "2026-08-31", "to_day": "2026-09-30"}),
    ("9月怎么比8月少卖了两万多？", "query_metric", {"metric": "revenue", "compare": "previous"}),
    ("听说二八原则，咱们最能花的那两成客户近一年扛了多少销售额？", "query_metric", {"metric": "top20_revenue_share"}),
    ("把这条看一下能不能发：【聪明泉】史上最低！全网第一的面霜，拒收请回复R", "check_message",
     {"message": "【聪明泉】史上最低！全网第一的面霜，拒收请回复R"}),
])  # fmt: skip
def test_what_is_heard_beyond_doubt_is_asked(
    question: str, tool: str, arguments: dict, vocabulary: Vocabulary, router: Router
) -> None:
    steps = plan(question, vocabulary, None, router)
    assert {step.tool for step in steps} == {tool}
    assert arguments.items() <= steps[0].arguments.items()


def test_nothing_is_looked_up_for_personal_data(vocabulary: Vocabulary, router: Router) -> None:
    question = "what's the phone number of our biggest spender? want to call him personally"
    assert [step.focus for step in plan(question, vocabulary, None, router)] == ["say.personal"]
