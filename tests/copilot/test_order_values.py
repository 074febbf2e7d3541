"""What is said of the value of single orders becomes bands of the dimension order_value, or stands in the way."""

from __future__ import annotations

import pytest

from copilot.planner.matching import normalise
from copilot.planner.ordervalues import between_bands, order_values, said_of_orders
from copilot.planner.steps import plan
from copilot.planner.vocabulary import Vocabulary
from tools import catalog
from tools.dimensions import ORDER_VALUES


def test_the_bands_are_those_of_the_catalogue() -> None:
    assert [value.name for value in catalog.builtin().dimensions["order_value"].values] == [*ORDER_VALUES]


@pytest.mark.parametrize(("words", "first", "last"), [
    ("单笔500以上的订单有几单", "500-600", "5000+"), ("不到50块的小单占多少", "0-50", "0-50"),
    ("9月100到200元的订单", "100-150", "150-200"), ("orders over 1,000 in may", "1000-1500", "5000+"),
    ("baskets of 300 or more", "300-400", "5000+"), ("orders under 100", "0-50", "50-100"),
    ("orders between 200 and 400", "200-300", "300-400"), ("sub-50 orders", "0-50", "0-50"),
    ("单笔过一千的订单", "1000-1500", "5000+"), ("september orders on tmall came to under 100 yuan", "0-50", "50-100"),
])  # fmt: skip
def test_an_amount_of_single_orders_is_read(words: str, first: str, last: str) -> None:
    bands = order_values(normalise(words))
    assert bands == [*ORDER_VALUES[ORDER_VALUES.index(first) : ORDER_VALUES.index(last) + 1]]
    assert said_of_orders(normalise(words))


@pytest.mark.parametrize("words", ["今年下单满10单的客户", "满3单的", "消费满500的客户", "more than 5 orders", "9月的订单"])
def test_a_number_of_orders_and_what_people_spent_are_no_such_amount(words: str) -> None:
    assert order_values(normalise(words)) == []
    assert between_bands(normalise(words)) == ""


@pytest.mark.parametrize("words", ["单笔满99的订单有多少", "how many orders over 1234 did we get"])
def test_an_amount_within_a_band_stands_in_the_way(words: str, vocabulary: Vocabulary) -> None:
    assert between_bands(normalise(words))
    assert [step.focus for step in plan(words, vocabulary, None)] == ["say.condition"]


@pytest.mark.parametrize(("question", "arguments"), [
    ("9月100到200元的订单贡献了多少销售额",
     {"metric": "revenue", "where": {"order_value": ["100-150", "150-200"]}, "window": "2026-09"}),
    ("what share of September orders were under 50?",
     {"metric": "orders", "where": {"order_value": ["0-50"]}, "window": "2026-09", "share_over": "order_value"}),
])  # fmt: skip
def test_a_metric_counts_the_orders_of_such_an_amount(question: str, arguments: dict, vocabulary: Vocabulary) -> None:
    (step,) = plan(question, vocabulary, None)
    assert step.arguments == arguments
