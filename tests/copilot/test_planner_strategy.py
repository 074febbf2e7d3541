"""Strategy questions without a language model: looked up in the right words, quoted short, and led by what answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from copilot.answer import Citation
from copilot.findings import Findings, Lookup
from copilot.planner.advice import bare
from copilot.planner.compose import Outcome, compose
from copilot.planner.quoting import excerpt, quoted
from copilot.planner.searching import with_subject
from copilot.planner.step import Step
from copilot.planner.steps import plan
from copilot.planner.vocabulary import Vocabulary

CARD = """## 是什么
用户先付一笔费用，换来持续的优待。

## 引导问题（我们的）
- 多少人能回本？

## 例子
某仓储超市的会员留存率为 87%。

## 先做什么（我们的）
- 用订单模拟回本的人数。

## 什么时候用
复购频率够高，大多数会员能回本。
"""


def cited(id: str = "scenario-paid-membership#1", text: str = CARD, score: float = 1.0, title: str = "") -> Citation:
    return Citation(id=id, title=title or id, source="来源", quote=text, whole=True, score=score, evidence_grade="own")


@pytest.fixture
def told(vocabulary: Vocabulary) -> Callable[..., str]:
    """The answer to a question for which the search found these cards."""

    def tell(question: str, citations: list[Citation], *, answerable: bool = True, confidence: float = 0.9) -> str:
        step = Step("knowledge", "search_knowledge", {"query": question}, plan(question, vocabulary, None)[-1].slots)
        lookup = Lookup(query=question, answerable=answerable, confidence=confidence)
        return compose([Outcome(step, Findings(citations=citations, lookup=lookup))], "zh").text

    return tell


def focuses(question: str, vocabulary: Vocabulary, earlier: Step | None = None) -> list[str]:
    return [step.focus for step in plan(question, vocabulary, earlier)]


def calls(question: str, vocabulary: Vocabulary, earlier: Step | None = None) -> list[tuple[str, dict]]:
    return [(step.tool or step.focus, step.arguments) for step in plan(question, vocabulary, earlier)]


@pytest.mark.parametrize(
    ("question", "metric"),
    [
        ("Which channel brings customers who come back most often?", "repurchase_rate"),
        ("Which channel has the most loyal customers?", "repurchase_rate"),
        ("哪个品类的客户最忠诚", "repurchase_rate"),
        ("Which city has customers who spend most per order?", "aov"),
        ("Which channel brings the most valuable customers?", "ltv_to_date"),
        ("哪个渠道来的客户最值钱", "ltv_to_date"),
        ("Which channel loses most customers?", "churn_rate"),
        ("哪个城市的客户流失最快", "churn_rate"),
        ("which channel's customers buy most often", "purchase_frequency"),
        ("哪个渠道的客户最能花钱", "arpu"),
        ("哪个渠道留存最好", "retention_rate"),
        ("回头客最多的渠道是哪个", "returning_customers"),
        ("哪个渠道卖得最好", "revenue"),
    ],
)
def test_a_ranking_goes_by_the_figure_that_it_describes(question: str, metric: str, vocabulary: Vocabulary) -> None:
    (step,) = plan(question, vocabulary, None)
    assert step.arguments["metric"] == metric
    assert step.arguments["by"] != []
    assert step.slots.unused == ()


def test_a_ranking_by_something_unknown_is_asked_about_and_the_reply_is_understood(vocabulary: Vocabulary) -> None:
    (asked,) = plan("which channel is the most photogenic", vocabulary, None)
    assert asked.focus == "ask.metric"
    assert calls("AOV", vocabulary, asked) == [("query_metric", {"metric": "aov", "by": ["channel"], "order": "top"})]


@pytest.mark.parametrize("question", ["what share of customers is still active?", "还有多少比例的客户是活跃的"])
def test_a_share_of_active_customers_is_a_rate(question: str, vocabulary: Vocabulary) -> None:
    assert calls(question, vocabulary) == [("query_metric", {"metric": "active_rate"})]


@pytest.mark.parametrize(
    ("question", "query"),
    [
        ("我们有很多会员但不活跃。该怎么办？", "我们有很多会员但不活跃。该怎么办？"),
        ("Our members never open our messages. What can we do about it?", "Our members never open our messages. What can we do about it?"),
        ("要不要搞付费会员？什么样的品牌适合做？", "要不要搞付费会员？什么样的品牌适合做？"),
        ("How can customers be brought into product development?", "How can customers be brought into product development?"),
    ],
)  # fmt: skip
def test_what_is_told_is_searched_with_what_is_asked(question: str, query: str, vocabulary: Vocabulary) -> None:
    assert calls(question, vocabulary) == [("search_knowledge", {"query": query})]


def test_what_to_do_about_a_figure_is_looked_up_with_the_figure(vocabulary: Vocabulary) -> None:
    (figure,) = plan("复购率是多少", vocabulary, None)
    assert calls("那该怎么办？", vocabulary, figure) == [("search_knowledge", {"query": "怎么提升复购率。那该怎么办？"})]


def test_who_has_done_it_looks_at_more_passages_for_a_case(vocabulary: Vocabulary) -> None:
    (first,) = plan("怎么设计会员积分", vocabulary, None)
    assert calls("有案例吗", vocabulary, first) == [("search_knowledge", {"query": "怎么设计会员积分。有案例吗", "k": 8})]


@pytest.mark.parametrize(
    "question",
    [
        "How big should the control group be for a win-back email?", "how big a holdout for a win-back e-mail",
        "召回邮件要留多少对照组", "How big must my control group be to see a 2-point lift?", "may we merge till and web data",
        "会员日发多大的券", "收集顾客手机号和购买记录，隐私方面要注意什么？", "家电这种几年才买一次的生意，怎么跟用户保持联系？",
        "直播间买过的客人怎么沉淀成自己的会员？", "未来几年用户运营会往哪个方向走？", "How many rounds of testing fit into one sale?",
        "用户数和客单价是什么关系？", "预算只有这么多，先留老客还是先拉新客？", "我们想做会员分级，按消费金额分还是按互动分？",
        "小程序或支付平台给的流量入口，怎么用才划算？", "数据质量太差，口径每个部门都不一样，怎么治理？",
        "With a limited budget, keep existing customers or chase new ones?", "What does a yoghurt maker teach us about segments?",
        "Who should look after data quality here?", "We lost a loyal buyer to a rival. What do we do, and how soon?",
        "A tea brand doubled its members in a year. What exactly did they do?", "搞私域真的能把业绩做上去吗",
        "别家报告里的涨幅能不能直接写进我们的计划", "我们只会发短信，运营水平在第几级",
    ],
)  # fmt: skip
def test_advice_is_looked_up(question: str, vocabulary: Vocabulary) -> None:
    assert focuses(question, vocabulary) == ["knowledge"]


@pytest.mark.parametrize(
    ("question", "play"),
    [
        ("第一次下单的顾客怎么让他尽快再买第二次？", {"tier": "potential", "goal": "second_order"}),
        ("高价值客户除了打折还能给什么？", {"tier": "high"}),
        ("How should mid-tier buyers be moved up?", {"tier": "mid"}),
        ("沉睡用户越来越多。该怎么办？", {"tier": "dormant"}),
        ("客户刚进入沉睡，什么时候联系最好、说什么？", {"tier": "dormant"}),
    ],
)
def test_a_goal_or_a_tier_gets_its_play(question: str, play: dict, vocabulary: Vocabulary) -> None:
    assert calls(question, vocabulary) == [("tier_playbook", play)]


def test_a_figure_to_be_judged_is_told_and_looked_up(vocabulary: Vocabulary) -> None:
    assert [tool for tool, _ in calls("召回率多少算正常", vocabulary)] == ["query_metric", "search_knowledge"]


def test_an_event_to_prepare_for_in_chinese_gets_a_plan(vocabulary: Vocabulary) -> None:
    assert focuses("双十一前一个月要准备哪些事情？", vocabulary) == ["quickwin"]


@pytest.mark.parametrize("question", ["把张三的手机号给我", "我要客户名单", "what is the phone number of customer 12"])
def test_personal_data_itself_is_still_refused(question: str, vocabulary: Vocabulary) -> None:
    assert focuses(question, vocabulary) == ["say.personal"]


@pytest.mark.parametrize("question", ["预测明年收入", "明年会卖多少"])
def test_a_figure_to_come_is_still_refused(question: str, vocabulary: Vocabulary) -> None:
    assert focuses(question, vocabulary) == ["say.forecast"]


@pytest.mark.parametrize(("question", "why"), [("我们处在哪个增长阶段？", "为什么？"), ("Which growth stage are we in?", "why?")])
def test_why_after_a_diagnosis_explains_it(question: str, why: str, vocabulary: Vocabulary) -> None:
    (stage,) = plan(question, vocabulary, None)
    (explained,) = plan(why, vocabulary, stage, known=stage)
    assert explained.focus == "diagnosis_why"
    assert explained.arguments["topics"] == ["stage"]


@pytest.mark.parametrize(("question", "why"), [("哪个层级流失风险最高", "为什么"), ("churn risk by tier", "why?")])
def test_why_after_churn_risk_tells_what_goes_with_it(question: str, why: str, vocabulary: Vocabulary) -> None:
    (risk,) = plan(question, vocabulary, None)
    (reasons,) = plan(why, vocabulary, risk)
    assert reasons.focus == "lifetime_why"
    assert reasons.tool == "lifetime_outlook"


def test_why_of_a_figure_looks_at_the_days_that_it_was_told_for(vocabulary: Vocabulary) -> None:
    (figure,) = plan("流失率是多少", vocabulary, None)
    assert {step.arguments["window"] for step in plan("为什么", vocabulary, figure)} == {"last_30_days"}


def test_a_filter_stays_when_another_one_is_added(vocabulary: Vocabulary) -> None:
    (city,) = plan("revenue in 上海 last month", vocabulary, None)
    (both,) = plan("only Douyin", vocabulary, city)
    where = {"city": ["上海"], "channel": ["抖音"]}
    assert both.arguments == {"metric": "revenue", "where": where, "window": "last_month"}
    (before,) = plan("and the month before?", vocabulary, both)
    assert before.arguments == both.arguments | {"compare": "previous"}
    (other,) = plan("那天猫呢", vocabulary, both)
    assert other.arguments["where"] == {"city": ["上海"], "channel": ["天猫"]}


@pytest.mark.parametrize(("sentence", "is_bare"), [
    ("该怎么办？", True), ("那我们应该怎么做", True), ("What can we do about it?", True), ("how should we react?", True),
    ("沉睡用户怎么办", False), ("What should we do about churn?", False),
])  # fmt: skip
def test_a_question_without_a_subject_is_told_from_one_with(sentence: str, is_bare: bool) -> None:
    assert bare(sentence) is is_bare


def test_everyday_words_are_searched_with_what_the_cards_call_it() -> None:
    assert with_subject("怎么说服老板") == "怎么说服老板 (为什么现在必须做用户运营)"
    assert with_subject("With no holdout, would they have bought anyway?").endswith("anyway?")  # it is named already


@pytest.mark.parametrize(
    ("question", "cues", "heading"),
    [
        ("什么是付费会员", {"what_is"}, "是什么"),
        ("付费会员怎么做", {"howto"}, "先做什么（我们的）"),
        ("付费会员有案例吗", {"case"}, "例子"),
        ("付费会员值得做吗", {"howto"}, "什么时候用"),
    ],
)
def test_the_section_that_answers_comes_first_and_no_aside(question: str, cues: set, heading: str) -> None:
    found = quoted(cited(), question, cues, "zh")
    assert found[0].heading == heading
    assert "引导问题（我们的）" not in [part.heading for part in found]


def test_an_excerpt_keeps_whole_sentences_around_the_words_asked_for() -> None:
    words = "第一句说天气。第二句说地点。留存率是 87%，见年报。第四句说结尾。"
    assert excerpt(words, {"留存率"}, 16) == "… 留存率是 87%，见年报。 …"


def test_an_answer_is_short_and_every_quote_carries_its_passage(told: Callable[..., str]) -> None:
    answer = told("付费会员怎么做", [cited(), cited("tier-high#1", "## 谁\n买得多的人。", 0.3)])
    assert answer.startswith("**scenario-paid-membership#1 · 先做什么（我们的）**")
    assert "先做什么（我们的）**\n\n- 用订单模拟回本的人数。 [scenario-paid-membership#4]" in answer
    assert "换来持续的优待。 [scenario-paid-membership#1]" in answer
    assert "tier-high" not in answer  # it fits far worse


def test_a_case_leads_where_cases_are_asked_for(told: Callable[..., str]) -> None:
    answer = told("快消品牌有案例吗", [cited(), cited("case-yoghurt-brand#1", "## 做法\n请用户试吃。", 0.8)])
    assert answer.startswith("**case-yoghurt-brand#1 · 做法**")


def test_a_play_that_suits_no_such_tier_comes_last_where_no_tier_is_named(told: Callable[..., str]) -> None:
    odd = cited("playbook-dormant-refer#1", "## 先说清楚\n不要找他们。", 1.0)
    assert told("怎么让老客带新客", [odd, cited("scenario-social-marketing#1", score=0.9)]).startswith("**scenario-social")


def test_the_nearest_cards_are_offered_as_such(told: Callable[..., str]) -> None:
    listed = told("系统多少钱", [cited()], answerable=False, confidence=0.2)
    assert "没有直接回答" in listed
    assert "[scenario-paid-membership#1]" in listed
