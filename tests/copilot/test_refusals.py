"""Refusals are worded for people: titles instead of names of metrics, tables and columns."""

import re
from collections.abc import Callable

import pytest

from copilot.catalogue import LANGUAGES
from copilot.refusals import need_in_words, worded
from tools import catalog
from tools.errors import ToolError
from tools.segment_data import SegmentData


@pytest.fixture(scope="module")
def bare(brand: dict, open_tables: Callable) -> SegmentData:
    return open_tables({"orders": brand["orders"].drop(columns=["channel", "units", "list_amount"])})


def refusal(data: SegmentData, **call: object) -> dict[str, str]:
    with pytest.raises(ToolError) as refused:
        data.query_metric(**call)
    return {language: worded(refused.value, language) for language in LANGUAGES}


@pytest.mark.parametrize(
    ("call", "zh", "en"),
    [
        ({"metric": "revenue", "by": ["channel"]}, "「渠道」：已加载的数据里没有订单的「渠道」列",
         '"Channel" cannot be computed: the loaded data has no channel column in the orders'),
        ({"metric": "discount_rate"}, "「折扣率」：已加载的数据里没有订单的「标价金额」列",
         '"Discount rate" cannot be computed: the loaded data has no list price column in the orders'),
        ({"metric": "messages_sent"}, "「触达次数」：已加载的数据里没有触达记录", "has no messages sent"),
        ({"metric": "revenue", "by": ["国家"]}, "没有订单的「地区」列", "no region column in the orders"),
        ({"metric": "ltv_to_date", "by": ["month"]}, "「累计客户价值」不能按「月份」拆分",
         '"Lifetime value to date" cannot be split by "Month"'),
        ({"metric": "revenue", "where": {"tier": ["gold"]}}, "「用户分层」里没有「gold」。数据中有：高价值用户、潜力用户",
         '"Tier" has no value "gold". The data has: High-value, Potential'),
        ({"metric": "revenue", "by": ["month", "week"]}, "收到的是 月份、周", "got Month, Week"),
        ({"metric": "revenu"}, "销售额", "Revenue"),
    ],
)  # fmt: skip
def test_a_refusal_speaks_in_titles(bare: SegmentData, call: dict, zh: str, en: str) -> None:
    said = refusal(bare, **call)
    assert zh in said["zh"]
    assert en in said["en"]
    for sentence in said.values():
        assert "_" not in sentence
        assert not re.search(r"orders\.\w", sentence)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_need_has_words(language: str) -> None:
    needs = {need for metric in catalog.metrics().values() for either in metric.needs for need in either.split("|")}
    assert needs
    for need in needs:
        words = need_in_words(need, language)
        assert not {"_", "."} & set(words)
        assert language == "en" or not words.isascii()
