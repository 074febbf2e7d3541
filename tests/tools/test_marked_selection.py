"""Marked words become conditions, by the kind of their mark."""

from __future__ import annotations

from datetime import date

import pytest

from tools.selection.reading import RuleReader
from tools.selection.rule import Condition, Group
from tools.traits.catalog import builtin

VALUES = {
    "category": ["护肤", "零食"], "channel": ["天猫", "抖音"], "city": ["上海"], "member_level": ["金卡"],
    "product": ["芒果干"], "campaign": ["六月唤醒"],
}  # fmt: skip


@pytest.fixture(scope="module")
def reader() -> RuleReader:
    return RuleReader(builtin(), VALUES, as_of=date(2026, 10, 31), first_day=date(2024, 1, 1))


def conditions(group: Group) -> list[tuple]:
    return [(each.trait, each.op, each.value, each.window) for _, each in group.conditions()]


@pytest.mark.parametrize(("marks", "expected"), [
    ([("did", "8月下过单"), ("not", "再没来")],
     [("orders", ">=", 1, "2026-08"), ("orders", "=", 0, "2026-09-01..2026-10-31")]),
    ([("first", "7月 the newcomers"), ("not", "never came back")],
     [("first_order_day", "in", "2026-07", ""), ("order_days", "=", 1, "")]),
    ([("did", "9月买过"), ("not", "never bought before")],
     [("orders", ">=", 1, "2026-09"), ("orders", "=", 0, "2024-01-01..2026-08-31")]),
    ([("first", "首单在抖音"), ("again", "又在天猫买了")], []),  # after which order is not said of an undated first
    ([("only", "只在天猫买")], [("bought_channel", "in", ["天猫"], ""), ("channels", "=", 1, "")]),
    ([("did", "ordered in August AND September")],
     [("orders", ">=", 1, "2026-08"), ("orders", ">=", 1, "2026-09")]),
    ([("did", "spent over 2000 this year"), ("not", "nothing for 60 days")],
     [("spend", ">", 2000, "this_year"), ("orders", "=", 0, "last_60_days")]),
    ([("did", "至少3单"), ("is", "上海"), ("is.not", "金卡")],
     [("orders", ">=", 3, ""), ("city", "in", ["上海"], ""), ("member_level", "not_in", ["金卡"], "")]),
    ([("once", "bought exactly twice")], [("orders", "=", 2, "")]),
    ([("did", "买过护肤和零食")],
     [("bought_category", "in", ["护肤"], ""), ("bought_category", "in", ["零食"], "")]),
    ([("did", "9月买过护肤"), ("not", "没买零食")],
     [("bought_category", "in", ["护肤"], "2026-09"), ("bought_category", "not_in", ["零食"], "2026-09")]),
    ([("did", "bought from 3 or more categories")], [("categories", ">=", 3, "")]),
    ([("did", "在两个以上渠道下过单")], [("channels", ">=", 2, "")]),
    ([("did", "2026 buyers")], []),  # a year is no amount
    ([("did", "买过三款以上")], []),
    ([("refund", "退过两次以上")], [("refunds", ">=", 2, "")]),
    ([("can", "短信能发"), ("cannot", "no push")], [("consent_sms", "is", True, ""), ("consent_push", "is", False, "")]),
    ([("last", "last bought over 90 days ago")], [("recency_days", ">", 90, "")]),
    ([("order", "单笔超过500")], [("largest_order", ">", 500, "")]),
    ([("order", "one order of 300 yuan or more this year")], [("largest_order", ">=", 300, "this_year")]),
    ([("order", "every order under 100")], []),  # the largest one tells of one order at least
    ([("msg", "收到六月唤醒没打开")],
     [("got_campaign", "in", ["六月唤醒"], ""), ("opened_campaign", "not_in", ["六月唤醒"], "")]),
    ([("msg", "opened 六月唤醒 but didn't click")],
     [("opened_campaign", "in", ["六月唤醒"], ""), ("clicked_campaign", "not_in", ["六月唤醒"], "")]),
    ([("msg", "opened a message in June")], [("opened", ">=", 1, "2026-06")]),
    ([("msg", "从来没收到过消息")], [("touches", "=", 0, "")]),
    ([("msg", "没回复")], []),  # of answers no trait tells
    ([("msg", "opened the SMS")], []),
    ([("cart", "加购过零食")], [("carted_category", "in", ["零食"], "")]),
    ([("cart", "did not put anything in the basket in June")], [("carts", "=", 0, "2026-06")]),
    ([("cart", "把芒果干加进购物车")], []),
    ([("joined", "2025年注册")], [("registered_at", "in", "2025", "")]),
])  # fmt: skip
def test_each_mark_asks_for_its_conditions(reader: RuleReader, marks: list, expected: list) -> None:
    reading = reader.read_marks([(kind, words, False) for kind, words in marks])
    if expected:
        assert conditions(reading.rule) == expected
        assert reading.unread == []
    else:
        assert reading.unread


def test_whom_a_share_is_asked_of_is_told_apart(reader: RuleReader) -> None:
    reading = reader.read_marks([("did", "10月买过", True), ("did", "9月也买过", False)])
    assert conditions(reading.base) == [("orders", ">=", 1, "2026-10")]
    assert conditions(reading.rule) == [("orders", ">=", 1, "2026-09")]


@pytest.mark.parametrize(("kind", "words"), [
    ("did", "在天猫买过护肤"),  # of one order each: two traits would not say so
    ("did", "护肤买过3次"), ("again", "came back within 30 days"), ("other", "单笔过500"), ("only", "只买芒果干"),
    ("first", "first bought skincare 护肤"), ("last", "最后买的护肤"),
])  # fmt: skip
def test_what_no_trait_tells_is_not_read(reader: RuleReader, kind: str, words: str) -> None:
    assert reader.read_marks([("first", "6月", False), (kind, words, False)]).unread == [words]


def test_only_in_two_spans_is_in_one_of_them_and_never_else(reader: RuleReader) -> None:
    rule = reader.read_marks([("only", "only in 2026-06 and 2026-08", False)]).rule
    assert rule.any == [
        Condition(trait="orders", op=">=", value=1, window=window) for window in ("2026-06", "2026-08")
    ]
    assert [each.window for each in rule.all] == [
        "2024-01-01..2026-05-31", "2026-07-01..2026-07-31", "2026-09-01..2026-10-31",
    ]


def test_unknown_words_are_told(reader: RuleReader) -> None:
    assert "pan" in reader.read_marks([("did", "bought the pan in May", False)]).unknown
