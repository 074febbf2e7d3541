"""Questions about cohorts, tags, what lies ahead and selected people: right tool, right words, right figure, or a no."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from copilot.answer import Answer
from copilot.formatting import figure
from copilot.planner.leftover import leftover
from copilot.planner.step import Step
from copilot.planner.steps import plan
from copilot.planner.vocabulary import Vocabulary
from copilot.session import Copilot

CHINESE = [
    ("各月新客的留存怎么样", "cohort_retention", {}),
    ("2025年首单客户的留存", "cohort_retention", {"window": "2025"}),
    ("按周看新客留存", "cohort_retention", {"by": "week"}),
    ("按季度看LTV", "cohort_retention", {"by": "quarter", "measure": "ltv"}),
    ("抖音来的客户第3个月还剩多少", "cohort_retention", {"where": {"channel": ["抖音"]}}),
    ("首单后每30天的留存", "cohort_retention", {"age_days": 30}),
    ("上海新客的留存率", "cohort_retention", {"where": {"city": ["上海"]}}),
    ("高价值客户的同期群", "cohort_retention", {"where": {"tier": ["high"]}}),
    ("护肤首单客户的留存怎么样", "cohort_retention", {"where": {"category": ["护肤"]}}),
    ("同期群的人均消费", "cohort_retention", {"measure": "arpu"}),
    ("按首单月份看LTV", "cohort_retention", {"measure": "ltv"}),
    ("首单后90天复购率按渠道", "repurchase_curve", {"by": "channel"}),
    ("首单后180天内有多少人复购", "repurchase_curve", {"by": ""}),
    ("第二单到第三单要多久", "repurchase_curve", {"by": "", "after": 2}),
    ("新客多久会买第二单", "repurchase_curve", {"by": ""}),
    ("复购曲线按城市", "repurchase_curve", {"by": "city"}),
    ("2025年首购客户首单后60天复购", "repurchase_curve", {"by": "", "window": "2025"}),
    ("RFM分群各有多少人", "rfm_overview", {}),
    ("RFM人群分布", "rfm_overview", {}),
    ("各生命周期阶段有多少人", "lifecycle_overview", {}),
    ("衰退期的客户有多少", "lifecycle_overview", {}),
    ("下个月各层会有多少人", "expected_tiers", {}),
    ("预计下个月沉睡用户会有多少", "expected_tiers", {}),
    ("有哪些行为标签", "tag_overview", {}),
    ("折扣敏感的客户有多少", "tag_overview", {"tags": ["discount_seeker"]}),
    ("高价值客户里夜间下单的有多少", "tag_overview", {"tags": ["night_buyer"], "tier": "high"}),
    ("即将流失的客户有多少", "tag_overview", {"tags": ["lapsing"]}),
    ("发薪日下单的客户占比", "tag_overview", {"tags": ["payday_buyer"]}),
    ("哪个层级流失风险最高", "lifetime_outlook", {}),
    ("未来一年客户值多少钱", "lifetime_outlook", {"horizon_days": 365}),
    ("有哪些保存的人群", "list_segments", {}),
    ("一共有多少个真实的人", "linked_persons", {}),
    ("按人算有多少客户", "query_metric", {"metric": "customers", "count_by": "person"}),
    ("近180天没下单的客户有多少？", "select_customers", {"words": "近180天没下单的客户"}),
    ("近180天没下单、历史消费超过2000、偏好护肤、有短信授权的客户有多少", "select_customers", {"words": "近180天没下单、历史消费超过2000、偏好护肤、有短信授权的客户"}),
    ("买过护肤但没买过零食的客户有多少", "select_customers", {"words": "买过护肤但没买过零食的客户"}),
    ("消费超过1000的客户占比", "select_customers", {"words": "消费超过1000的客户"}),
    ("除了上海的客户有多少", "select_customers", {"words": "除了上海的客户"}),
    ("同时买护肤和零食的客户有多少", "select_customers", {"words": "同时买护肤和零食的客户"}),
    ("至少买过3次的客户，客单价是多少", "select_customers", {"words": "至少买过3次的客户"}),
    ("给我圈选近60天没下单的高价值客户", "select_customers", {"words": "给我圈选近60天没下单的高价值客户"}),
    ("金卡会员有多少人有短信授权", "select_customers", {"words": "金卡会员 有短信授权"}),
    ("只买过一次的客户里有多少有短信授权", "select_customers", {"words": "只买过一次的客户里 有短信授权"}),
    ("前10%的客户贡献了多少销售额", "select_customers", {"words": "消费前10%的客户"}),
    ("喜欢护肤的客户有多少", "select_customers", {"words": "喜欢护肤的客户"}),
    ("折扣敏感、近90天没下单的客户有多少？", "select_customers", {"words": "折扣敏感、近90天没下单的客户"}),
    ("去年下过单今年没下单的客户有多少", "select_customers", {"words": "去年下过单今年没下单的客户"}),
    ("把近180天没下单的客户存成「待唤醒」", "select_customers", {"words": "近180天没下单的客户", "save_as": "待唤醒"}),
    ("近90天没下单的客户画像", "select_customers", {"words": "近90天没下单的客户"}),
    ("能收到短信的沉睡用户有多少", "select_customers", {"words": "能收到短信的沉睡用户"}),
    ("40岁以上的女性客户有多少", "say.unread", {"condition": "40 · 岁 · 以上 · 女性"}),
    ("至少3单的客户的复购率", "say.people_metric", {"condition": "repurchase_rate"}),
    ("活动效果怎么样", "query_metric", {"metric": "conversion_lift", "by": ["campaign"]}),
    ("各活动的增量销售额", "query_metric", {"metric": "incremental_revenue", "by": ["campaign"]}),
    ("召回成本是多少", "query_metric", {"metric": "recall_cost"}),
    ("弃购率多少", "query_metric", {"metric": "cart_abandonment_rate"}),
    ("获客成本是多少", "query_metric", {"metric": "cac"}),
    ("帕累托占比", "query_metric", {"metric": "top20_revenue_share"}),
    ("按星期看销售额", "query_metric", {"metric": "revenue", "by": ["weekday"]}),
    ("哪个小时下单最多", "query_metric", {"metric": "orders", "by": ["hour"], "order": "top"}),
    ("周末的订单数", "query_metric", {"metric": "orders", "where": {"weekday": ["sat", "sun"]}}),
    ("晚上的销售额", "query_metric", {"metric": "revenue", "where": {"hour": ["18", "19", "20", "21", "22", "23"]}}),
    ("各首单月份的销售额", "query_metric", {"metric": "revenue", "by": ["cohort"]}),
    ("新老客销售额", "query_metric", {"metric": "revenue", "by": ["new_or_returning"], "window": "last_30_days"}),
    ("网站有多少访客", "query_metric", {"metric": "visitors"}),
    ("日均销售额", "query_metric", {"metric": "revenue_per_day"}),
    ("留存率是多少", "query_metric", {"metric": "retention_rate"}),
    ("授权率", "query_metric", {"metric": "consent_rate"}),
    ("NPS是多少", "query_metric", {"metric": "nps"}),
]  # fmt: skip

ENGLISH = [
    ("retention by cohort", "cohort_retention", {}),
    ("LTV by monthly cohort", "cohort_retention", {"measure": "ltv"}),
    ("quarterly cohorts", "cohort_retention", {"by": "quarter"}),
    ("weekly retention of new customers", "cohort_retention", {"by": "week"}),
    ("What is the 30-day period retention after the first order", "cohort_retention", {"age_days": 30}),
    ("how many new customers are still with us in month 6", "cohort_retention", {}),
    ("cohort retention for Tmall in 2025", "cohort_retention", {"where": {"channel": ["天猫"]}, "window": "2025"}),
    ("30-day cohorts", "cohort_retention", {"age_days": 30}),
    ("how fast do new customers buy again", "repurchase_curve", {"by": ""}),
    ("repurchase curve by channel", "repurchase_curve", {"by": "channel"}),
    ("how long until customers order again", "repurchase_curve", {"by": ""}),
    ("share who buy again within 60 days of their first order", "repurchase_curve", {"by": ""}),
    ("second to third order", "repurchase_curve", {"by": "", "after": 2}),
    ("RFM segments overview", "rfm_overview", {}),
    ("how many customers are in each RFM segment", "rfm_overview", {}),
    ("how many customers in each lifecycle stage", "lifecycle_overview", {}),
    ("share of customers in decline stage", "lifecycle_overview", {}),
    ("how many dormant customers will there be next month", "expected_tiers", {}),
    ("expected tier sizes next month", "expected_tiers", {}),
    ("which behaviour tags are there", "tag_overview", {}),
    ("how many discount seekers do we have", "tag_overview", {"tags": ["discount_seeker"]}),
    ("night buyers: how many?", "tag_overview", {"tags": ["night_buyer"]}),
    ("what is a window shopper", "tag_overview", {"tags": ["browse_no_buy"]}),
    ("how many customers are we about to lose", "lifetime_outlook", {}),
    ("churn risk by tier", "lifetime_outlook", {}),
    ("what segments have we saved", "list_segments", {}),
    ("how many unique people are behind our accounts", "linked_persons", {}),
    ("repurchase rate by person", "query_metric", {"metric": "repurchase_rate", "count_by": "person"}),
    ("how many customers bought skincare but not snacks this year and have SMS consent?", "select_customers", {"words": "customers bought skincare but not snacks this year and have sms consent"}),
    ("AOV of customers with at least 3 orders", "select_customers", {"words": "customers with at least 3 orders"}),
    ("how many customers have not ordered in the last 90 days but consent to SMS", "select_customers", {"words": "customers have not ordered in the last 90 days but consent to sms"}),
    ("customers who spent more than 1000 last year: how many?", "select_customers", {"words": "customers who spent more than 1000 last year"}),
    ("revenue from the top 10% of customers", "select_customers", {"words": "from the customers in the top 10% by spend"}),
    ("how many customers live in Shanghai and like skincare", "select_customers", {"words": "customers live in shanghai and like skincare"}),
    ("select customers with no order in 60 days and WeCom consent", "select_customers", {"words": "select customers with no order in 60 days and wecom consent"}),
    ('save customers with no order in 180 days as "sleepers"', 'select_customers', {'words': 'customers with no order in 180 days', 'save_as': 'sleepers'}),
    ("people who bought skincare and snacks, what do they look like", "select_customers", {"words": "people who bought skincare and snacks"}),
    ("how many gold members opted in to email", "select_customers", {"words": "gold members opted in to email"}),
    ("what share of customers spent less than 100", "select_customers", {"words": "customers spent less than 100"}),
    ("how many customers except those in Shanghai consent to SMS", "select_customers", {"words": "customers except those in shanghai consent to sms"}),
    ("how many women bought skincare", "say.condition", {"condition": "women"}),
    ("repurchase rate of customers who spent more than 500", "say.people_metric", {"condition": "repurchase_rate"}),
    ("ROI of each campaign", "query_metric", {"metric": "campaign_roi", "by": ["campaign"]}),
    ("What is our customer acquisition cost?", "query_metric", {"metric": "cac"}),
    ("did the campaigns work?", "query_metric", {"metric": "conversion_lift", "by": ["campaign"]}),
    ("incremental revenue last quarter", "query_metric", {"metric": "incremental_revenue", "window": "last_quarter"}),
    ("recall cost this year", "query_metric", {"metric": "recall_cost", "window": "this_year"}),
    ("cart abandonment rate", "query_metric", {"metric": "cart_abandonment_rate"}),
    ("revenue by weekday", "query_metric", {"metric": "revenue", "by": ["weekday"]}),
    ("orders by hour", "query_metric", {"metric": "orders", "by": ["hour"]}),
    ("orders on weekends", "query_metric", {"metric": "orders", "where": {"weekday": ["sat", "sun"]}}),
    ("what share of orders last month were placed after 8pm", "query_metric", {"metric": "orders", "where": {"hour": ["20", "21", "22", "23"]}, "window": "last_month", "share_over": "hour"}),
    ("morning orders last month", "query_metric", {"metric": "orders", "where": {"hour": ["06", "07", "08", "09", "10", "11"]}, "window": "last_month"}),
    ("new vs returning revenue last month", "query_metric", {"metric": "revenue", "by": ["new_or_returning"], "window": "last_month"}),
    ("revenue by cohort", "query_metric", {"metric": "revenue", "by": ["cohort"]}),
    ("conversion rate by campaign", "query_metric", {"metric": "conversion_rate", "by": ["campaign"]}),
    ("share of revenue from the top 20 percent", "query_metric", {"metric": "top20_revenue_share"}),
    ("median order value", "query_metric", {"metric": "median_order_value"}),
    ("consent rate", "query_metric", {"metric": "consent_rate"}),
    ("unsubscribe rate by campaign", "query_metric", {"metric": "unsubscribe_rate", "by": ["campaign"]}),
    ("gross margin", "query_metric", {"metric": "gross_margin"}),
    ("customer satisfaction score", "query_metric", {"metric": "satisfaction"}),
]  # fmt: skip


@pytest.mark.parametrize(("question", "tool", "arguments"), [*CHINESE, *ENGLISH])
def test_one_question_one_step(question: str, tool: str, arguments: dict, vocabulary: Vocabulary) -> None:
    (step,) = plan(question, vocabulary, None)
    said = step.arguments if step.tool else {"condition": step.slots.condition}
    assert (step.tool or step.focus, said) == (tool, arguments)
    assert step.slots.unused == ()


REVENUE = {"metric": "revenue"}
WEEKEND, WORKDAYS = ["sat", "sun"], ["mon", "tue", "wed", "thu", "fri"]
WHOLE = [  # every part of a question shows in a step: what it is set against, both sides, both days
    ("国庆那周抖音卖了多少钱，跟前一周比呢？",
     [REVENUE | {"where": {"channel": ["抖音"]}, "window": "2026-10-01..2026-10-07", "compare": "previous"}]),
    ("10月上旬卖了多少，跟前一周比", [
        REVENUE | {"window": "2026-10-01..2026-10-10"}, REVENUE | {"window": "2026-09-24..2026-09-30"}]),
    ("上半年 vs 去年下半年 GMV 涨了多少", [REVENUE | {"window": "2026-H1", "compare": "previous"}]),
    ("今年双11比去年双11卖得多吗",
     [REVENUE | {"window": "2026-11-01..2026-11-11"}, REVENUE | {"window": "2025-11-01..2025-11-11"}]),
    ("are weekend shoppers in Shanghai spending more per order than weekday ones?", [
        {"metric": "aov", "where": {"city": ["上海"], "weekday": WEEKEND}},
        {"metric": "aov", "where": {"city": ["上海"], "weekday": WORKDAYS}}]),
    ("how many high-value customers at the end of June, and how many now?", [{"as_of": "2026-06-30"}, {}]),
    ("Which tier pulled revenue down in September?",
     [REVENUE | {"window": "2026-09", "compare": "previous", "by": ["tier"]}]),
    ("高价值和潜力这两拨人9月各花了多少钱",
     [REVENUE | {"by": ["tier"], "where": {"tier": ["high", "potential"]}, "window": "2026-09"}]),
    ("how much did we spend on high-value customers",
     [{"metric": "marketing_cost", "where": {"tier": ["high"]}}]),
    ("Revenue per active customer in August", [{"metric": "arpu", "window": "2026-08"}]),
    ("一个客户一年大概买几次？", [{"metric": "purchase_frequency", "window": "last_12_months"}]),
    ("how many customers bought from both Tmall and Douyin",
     [{"words": "customers bought from tmall,bought from douyin"}]),
    ("how many customers live in Shanghai but never bought", [{"metric": "prospects", "where": {"city": ["上海"]}}]),
    ("2027年高价值用户有多少", [{"metric": "customers", "window": "2027"}]),
    ("给我写一句python代码算复购率", [{}]),
]  # fmt: skip


@pytest.mark.parametrize(("question", "told"), WHOLE)
def test_every_part_of_a_question_shows_in_a_step(question: str, told: list[dict], vocabulary: Vocabulary) -> None:
    steps = plan(question, vocabulary, None)
    assert [step.arguments for step in steps] == told
    assert not any(step.slots.unused for step in steps)


@pytest.mark.parametrize(
    ("first", "then", "tool", "arguments"),
    [
        ("各月新客的留存怎么样", "那按季度呢？", "cohort_retention", {"by": "quarter"}),
        ("各月新客的留存怎么样", "只看抖音", "cohort_retention", {"where": {"channel": ["抖音"]}}),
        ("retention by cohort", "only Tmall", "cohort_retention", {"where": {"channel": ["天猫"]}}),
        ("retention by cohort", "what about LTV?", "cohort_retention", {"measure": "ltv"}),
        ("抖音新客的留存", "看LTV呢", "cohort_retention", {"measure": "ltv", "where": {"channel": ["抖音"]}}),
        ("各月新客的留存怎么样", "每30天看呢", "cohort_retention", {"age_days": 30}),
        ("复购曲线", "按渠道呢", "repurchase_curve", {"by": "channel"}),
        ("repurchase curve by channel", "second to third order?", "repurchase_curve", {"by": "channel", "after": 2}),
        ("折扣敏感的客户有多少", "高价值的呢", "tag_overview", {"tags": ["discount_seeker"], "tier": "high"}),
        ("近180天没下单的客户有多少", "去掉最近30天触达过的", "select_customers",
         {"words": "近180天没下单的客户，排除最近30天触达过"}),
        ("近180天没下单的客户有多少", "其中有短信授权的有多少？", "select_customers",
         {"words": "近180天没下单的客户，有短信授权"}),
        ("近180天没下单的客户有多少", "只要天猫", "select_customers", {"words": "近180天没下单的客户，天猫"}),
        ("近180天没下单的客户有多少", "他们多少人能收到短信", "select_customers", {"words": "近180天没下单的客户"}),
        ("近180天没下单的客户有多少", "他们的客单价呢", "select_customers", {"words": "近180天没下单的客户"}),
        ("近180天没下单的客户有多少", "存成「待唤醒」", "select_customers",
         {"words": "近180天没下单的客户", "save_as": "待唤醒"}),
        ("customers who spent more than 1000: how many?", "without those messaged in the last 30 days", "select_customers",
         {"words": "customers who spent more than 1000, excluding those messaged in the last 30 days"}),
        ("customers who spent more than 1000: how many?", "only Tmall", "select_customers",
         {"words": "customers who spent more than 1000, tmall"}),
        ("customers who spent more than 1000: how many?", "how many of them can we text?", "select_customers",
         {"words": "customers who spent more than 1000"}),
        ("customers who spent more than 1000: how many?", "save it as Big Spenders", "select_customers",
         {"words": "customers who spent more than 1000", "save_as": "Big Spenders"}),
        ("沉睡用户有多少", "他们多少人能收到短信？", "select_customers", {"words": "沉睡用户"}),
        ("高价值用户有多少", "其中近30天没下单的有多少", "select_customers", {"words": "高价值用户，近30天没下单"}),
        ("how many dormant customers do we have", "how many of them can we e-mail?", "select_customers",
         {"words": "dormant customers"}),
        ("近180天没下单的客户有多少", "上个月收入多少", "query_metric", {"metric": "revenue", "window": "last_month"}),
        ("近180天没下单的客户有多少", "沉睡用户有多少", "tier_overview", {}),
    ],
)  # fmt: skip
def test_a_follow_up_leans_on_the_turn_before(
    first: str, then: str, tool: str, arguments: dict, vocabulary: Vocabulary
) -> None:
    earlier = Step.restore(plan(first, vocabulary, None)[-1].dump())
    (step,) = plan(then, vocabulary, earlier)
    assert (step.tool, step.arguments) == (tool, arguments)


@pytest.mark.parametrize(
    "question",
    ["预测明年收入", "how much will we sell next month", "明年沉睡用户会有多少", "what will revenue be next year"],
)
def test_other_figures_of_the_future_stay_refused(question: str, vocabulary: Vocabulary) -> None:
    assert [step.focus for step in plan(question, vocabulary, None)] == ["say.forecast"]


@pytest.mark.parametrize("question", ["周末的订单数", "晚上8点到10点的销售额", "即将流失的客户有多少", "新老客销售额", "churn risk by tier"])
def test_what_is_used_is_not_called_unused(question: str, vocabulary: Vocabulary) -> None:
    assert leftover(question, vocabulary) == []


# --- figures, against pandas over the loaded tables ----------------------------------------


class Tables:
    """The small workspace's tables, and what the questions below count in them."""

    def __init__(self, path: Path) -> None:
        with duckdb.connect(str(path), read_only=True) as con:
            self.all = {name: con.table(name).df() for name in ("orders", "order_items", "customers", "consents", "touches")}
        orders = self.all["orders"]
        self.sales = orders[(orders["kind"] == "sale") & orders["customer_id"].notna()].copy()
        self.sales["amount"] = self.sales["amount"].astype(float)
        self.day = self.sales["order_date"].max()
        per = self.sales.groupby("customer_id")
        self.people = pd.DataFrame({
            "orders": per.size(), "spend": per["amount"].sum(),
            "first": per["order_date"].min(), "last": per["order_date"].max(),
        })  # fmt: skip

    @property
    def gap(self) -> pd.Series:
        """Days since each customer's last order."""
        return (self.day - self.people["last"]).dt.days

    def bought(self, category: str) -> pd.Series:
        lines = self.all["order_items"]
        lines = lines[(lines["kind"] == "sale") & (lines["category"] == category)]
        return self.people.index.isin(lines["customer_id"])

    def consents(self, channel: str) -> pd.Series:
        rows = self.all["consents"]
        rows = rows[rows["channel"] == channel].sort_values(["updated_at", "consented"], ascending=[True, False])
        last = rows.groupby("customer_id")["consented"].last().astype(bool)
        return self.people.index.isin(last[last].index)

    def live_in(self, city: str) -> pd.Series:
        rows = self.all["customers"]
        return self.people.index.isin(rows.loc[rows["city"] == city, "customer_id"])

    def level(self, name: str) -> pd.Series:
        rows = self.all["customers"]
        return self.people.index.isin(rows.loc[rows["member_level"] == name, "customer_id"])

    def since(self, days: int) -> pd.Series:
        """Whether somebody ordered in the last days."""
        return self.gap < days

    def aov(self, who: pd.Series) -> float:
        return self.people.loc[who, "spend"].sum() / self.people.loc[who, "orders"].sum()

    def second(self) -> pd.DataFrame:
        """First and second order day of each customer."""
        days = self.sales[["customer_id", "order_date"]].drop_duplicates().sort_values("order_date")
        days["place"] = days.groupby("customer_id").cumcount()
        return days[days["place"] < 2].pivot(index="customer_id", columns="place", values="order_date")

    def retained(self, months: int) -> float:
        """Share of customers who ordered in the calendar month so long after that of their first order."""
        firsts = self.people["first"].dt.to_period("M")
        seen = firsts[firsts + months <= self.day.to_period("M")]
        asked = pd.MultiIndex.from_arrays([seen.index, seen + months])
        held = pd.MultiIndex.from_arrays([self.sales["customer_id"], self.sales["order_date"].dt.to_period("M")])
        return float(asked.isin(held).mean())


@pytest.fixture(scope="module")
def tables(copilot: Copilot, tmp_path_factory: pytest.TempPathFactory) -> Tables:
    kept = copilot.workspace.data_store.current()
    return Tables(shutil.copyfile(kept, tmp_path_factory.mktemp("tables") / "data.duckdb"))


FIGURES: list[tuple[str, str, Callable[[Tables], float]]] = [
    ("近180天没下单的客户有多少？", "customers", lambda t: (~t.since(180)).sum()),
    ("近90天没下单、有短信授权的客户有多少", "customers", lambda t: (~t.since(90) & t.consents("sms")).sum()),
    ("消费超过1000的客户有多少", "customers", lambda t: (t.people["spend"] > 1000).sum()),
    ("消费超过500、近60天没下单的客户有多少", "customers", lambda t: ((t.people["spend"] > 500) & ~t.since(60)).sum()),
    ("买过护肤但没买过零食的客户有多少", "customers", lambda t: (t.bought("护肤") & ~t.bought("零食")).sum()),
    ("同时买护肤和零食的客户有多少", "customers", lambda t: (t.bought("护肤") & t.bought("零食")).sum()),
    ("除了上海的客户有多少", "customers", lambda t: (~t.live_in("上海")).sum()),
    ("至少买过3次的客户有多少", "customers", lambda t: (t.people["orders"] >= 3).sum()),
    ("只买过一次的客户里有多少有短信授权", "customers", lambda t: ((t.people["orders"] == 1) & t.consents("sms")).sum()),
    ("金卡会员有多少人有短信授权", "customers", lambda t: (t.level("金卡") & t.consents("sms")).sum()),
    ("至少买过3次的客户，客单价是多少", "money", lambda t: t.aov(t.people["orders"] >= 3)),
    ("消费超过1000的客户占比", "percent", lambda t: (t.people["spend"] > 1000).mean()),
    ("消费超过1000的客户贡献了多少销售额", "percent",
     lambda t: t.people.loc[t.people["spend"] > 1000, "spend"].sum() / t.people["spend"].sum()),
    ("近30天没下单的客户，他们的人均消费是多少", "money", lambda t: t.people.loc[~t.since(30), "spend"].mean()),
    ("各月新客的留存怎么样", "percent", lambda t: t.retained(1)),
    ("新客第3个月还剩多少", "percent", lambda t: t.retained(3)),
    ("第一单到第二单要多久", "days", lambda t: (t.second()[1] - t.second()[0]).dt.days.median()),
    ("周末的订单数", "orders", lambda t: (t.sales["order_date"].dt.day_of_week >= 5).sum()),
    ("凌晨的订单数", "orders", lambda t: (t.sales["ordered_at"].dt.hour < 6).sum()),
    ("晚上8点到10点的销售额", "money", lambda t: t.sales.loc[t.sales["ordered_at"].dt.hour.isin([20, 21]), "amount"].sum()),
    ("只买过一次的客户有多少", "customers", lambda t: (t.people["orders"] == 1).sum()),
    ("订单金额中位数", "money", lambda t: t.sales["amount"].median()),
    ("How many customers have not ordered in the last 180 days?", "customers", lambda t: (~t.since(180)).sum()),
    ("how many customers spent more than 1000 and consent to SMS", "customers",
     lambda t: ((t.people["spend"] > 1000) & t.consents("sms")).sum()),
    ("how many customers bought skincare but not snacks and have SMS consent?", "customers",
     lambda t: (t.bought("护肤") & ~t.bought("零食") & t.consents("sms")).sum()),
    ("AOV of customers with at least 3 orders", "money", lambda t: t.aov(t.people["orders"] >= 3)),
    ("orders per customer of customers who spent more than 500", "orders",
     lambda t: t.people.loc[t.people["spend"] > 500, "orders"].mean()),
    ("how many customers with SMS consent except those in Shanghai", "customers",
     lambda t: (~t.live_in("上海") & t.consents("sms")).sum()),
    ("how many gold members have WeCom consent", "customers", lambda t: (t.level("金卡") & t.consents("wecom")).sum()),
    ("what share of customers spent less than 100", "percent", lambda t: (t.people["spend"] < 100).mean()),
    ("how many customers have at least 5 orders", "customers", lambda t: (t.people["orders"] >= 5).sum()),
    ("how many customers with at least 2 orders have not ordered in the last 60 days", "customers",
     lambda t: ((t.people["orders"] >= 2) & ~t.since(60)).sum()),
    ("有2单以上近60天没下单的客户有多少", "customers", lambda t: ((t.people["orders"] >= 2) & ~t.since(60)).sum()),
    ("how many customers ordered in the last 30 days and consent to email", "customers",
     lambda t: (t.since(30) & t.consents("email")).sum()),
    ("retention by cohort", "percent", lambda t: t.retained(1)),
    ("how many new customers are still with us in month 6", "percent", lambda t: t.retained(6)),
    ("how long from the first to the second order", "days", lambda t: (t.second()[1] - t.second()[0]).dt.days.median()),
    ("orders on weekends", "orders", lambda t: (t.sales["order_date"].dt.day_of_week >= 5).sum()),
    ("morning revenue", "money", lambda t: t.sales.loc[t.sales["ordered_at"].dt.hour.between(6, 11), "amount"].sum()),
    ("how many customers bought only once", "customers", lambda t: (t.people["orders"] == 1).sum()),
    ("median order value", "money", lambda t: t.sales["amount"].median()),
    ("revenue per active day", "money", lambda t: t.sales["amount"].sum() / t.sales["order_date"].nunique()),
    ("customers who placed at least 2 orders and live in Shanghai: how many?", "customers",
     lambda t: ((t.people["orders"] >= 2) & t.live_in("上海")).sum()),
]  # fmt: skip


@pytest.mark.anyio
@pytest.mark.parametrize(("question", "unit", "expected"), FIGURES, ids=[question for question, *_ in FIGURES])
async def test_the_figure_is_the_one_counted_apart(
    question: str, unit: str, expected: Callable[[Tables], float], copilot: Copilot, tables: Tables
) -> None:
    answer = await copilot.ask(question)
    shown = figure(float(expected(tables)), unit, answer.language)
    assert f"**{shown}**" in answer.text
    assert answer.warnings == []


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("40岁以上的女性客户有多少", "女性"),
        ("how many left-handed customers consent to SMS", "left"),
        ("至少3单的客户的复购率", "复购率"),
        ("open rate of customers who spent more than 500", "Open rate"),
        ("各年龄段的复购率", "年龄"),
    ],
)
async def test_what_cannot_be_applied_is_named_and_no_figure_shown(question: str, said: str, copilot: Copilot) -> None:
    answer = await copilot.ask(question)
    assert said in answer.text
    assert "**" not in answer.text
    assert answer.evidence == []


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("question", "meaning"),
    [
        ("活跃、有短信授权的客户有多少", "近90天有下单"),
        ("活跃客户有多少", "「活跃」在这里指"),
        ("流失客户有多少", "「流失」在这里指"),
        ("新客有多少", "「新客」在这里指"),
        ("how many active customers", '"Active" means here'),
        ("churn rate last month", '"Churned" means here'),
    ],
)
async def test_the_default_meaning_of_an_ambiguous_word_is_said(question: str, meaning: str, copilot: Copilot) -> None:
    assert meaning in (await copilot.ask(question)).text


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("language", "questions"),
    [
        ("zh", ["RFM分群各有多少人", "各生命周期阶段有多少人", "有哪些行为标签", "折扣敏感的客户有多少", "下个月沉睡用户会有多少",
                "哪个层级流失风险最高", "未来一年客户值多少钱", "首单后90天复购率按渠道", "按季度看LTV", "有哪些保存的人群", "活动效果怎么样"]),
        ("en", ["RFM segments overview", "how many customers in each lifecycle stage", "which behaviour tags are there",
                "night buyers: how many?", "how many dormant customers will there be next month", "churn risk by tier",
                "customers worth over the next year", "repurchase curve by city", "weekly cohorts", "list segments",
                "did the campaigns work?"]),
    ],
)  # fmt: skip
async def test_every_topic_is_answered_in_both_languages(language: str, questions: list[str], copilot: Copilot) -> None:
    for question in questions:
        answer = await copilot.ask(question, language=language)
        assert [call.ok for call in answer.tool_calls] == [True], question
        assert answer.warnings == [], question
        assert _short_tables(answer), question


def _short_tables(answer: Answer) -> bool:
    rows = [line.count("|") - 1 for line in answer.text.splitlines() if line.startswith("|")]
    return len(rows) <= 18 and max(rows, default=0) <= 9


@pytest.mark.anyio
async def test_a_selection_is_narrowed_asked_about_and_saved_in_one_thread(copilot: Copilot, tables: Tables) -> None:
    ask = lambda words: copilot.ask(words, thread="selection")  # noqa: E731
    await ask("近90天没下单的客户有多少")
    narrowed = ~tables.since(90) & (tables.people["spend"] > 500)
    assert f"**{figure(int(narrowed.sum()), 'customers', 'zh')}**" in (await ask("其中消费超过500的有多少")).text
    textable = figure(int((narrowed & tables.consents("sms")).sum()), "customers", "zh")
    assert f"**{textable}**" in (await ask("他们多少人能收到短信")).text
    assert "「高潜」第 1 版" in (await ask("存成「高潜」")).text
    assert "高潜" in (await ask("有哪些保存的人群")).text


@pytest.mark.parametrize(
    ("question", "days"),
    [
        ("下季度会有多少订单", 91),
        ("How many orders should we expect next quarter?", 91),
        ("How much revenue will come from existing customers in the next 90 days?", 90),
        ("Will our regulars keep buying over the next six months?", 180),
        ("未来半年老客户会有多少订单", 182),
        ("What is a new customer worth over the next year?", 365),
        ("How far can I trust the churn predictions?", 0),
        ("Which tier is losing the most customers?", 0),
    ],
)
def test_what_todays_customers_will_do_is_looked_ahead_on(question: str, days: int, vocabulary: Vocabulary) -> None:
    (step,) = plan(question, vocabulary, None)
    assert step.tool == "lifetime_outlook"
    assert step.arguments == ({"horizon_days": days} if days else {})
    assert step.slots.unused == ()
