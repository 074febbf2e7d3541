from __future__ import annotations

import random
import re
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.compliance.rules import rule_book
from tools.compliance.segments import sms_segments
from tools.personalize import measure
from tools.personalize.bulk import Renderer, new_issues
from tools.personalize.columns import clean_column
from tools.personalize.screen import looser
from tools.personalize.template import Setting, Template, Text
from tools.personalize.values import clean
from tools.personalize.wording import render

SMS = Setting("sms", "zh", brand="山禾集")
BODY = "【山禾集】{name}，上次的{last_category}还在用吗？离您上次下单有{days_since_last_order}天了，来看看吧。拒收请回复R"
EMAIL = Text(id="e", title="{name}, time for {last_category}", preheader="It has been {days_since_last_order} days.",
             body="Hi {name},\nIt has been {days_since_last_order} days since your {last_category} order.\nAnna")  # fmt: skip
NAMES = ["王小明", "欧阳  娜娜", "", None, "null", "𠮷野", "🌸小鹿", "Alexandra", "=SUM(A1)", "微信用户", "张\u202e三", "O’Connor",
         "国家级", "最佳", "A\ue000B", "Ann Lee", "x" * 40, "138****1234", "李元", "Nan"]  # fmt: skip
CATEGORIES = ["护肤", "Kitchen", "最佳好物", None, "家居 香氛", "5折专区", "顶级", "skin care"]
DAYS = [45, 1, 0, None, 400, 7.0]


def batch(names, categories, days, text=0):
    size = len(names)
    return pa.record_batch({
        "customer_id": [f"C{at}" for at in range(size)], "text": pa.array([text] * size, pa.int32()),
        "name": pa.array(names, pa.string()), "last_category": pa.array(categories, pa.string()),
        "days_since_last_order": pa.array(days, pa.float64()),
    })  # fmt: skip


def mixed(size, seed=3):
    dice = random.Random(seed)
    return batch(*([dice.choice(each) for _ in range(size)] for each in (NAMES, CATEGORIES, DAYS)))


def rendered(text, setting, rows):
    (found,) = Renderer([text], setting).render([rows])
    return found.to_pylist()


@pytest.mark.parametrize(("text", "setting"), [(Text(id="a", body=BODY), SMS), (EMAIL, Setting("email", "en"))])
def test_many_at_once_read_as_one_by_one(text, setting):
    rows = mixed(400)
    for row, raw in zip(rendered(text, setting, rows), rows.to_pylist(), strict=True):
        for part in ("title", "preheader", "body"):
            one, _ = render(getattr(text, part), raw, language=setting.language, channel=setting.channel)
            assert row[part] == one


@pytest.mark.parametrize(("text", "setting"), [(Text(id="a", body=BODY), SMS), (EMAIL, Setting("email", "en"))])
def test_the_screen_lets_nothing_by_that_the_checker_stops(text, setting):
    rows = mixed(400)
    template = Template(text, setting)
    for row in rendered(text, setting, rows):
        missing = frozenset(name for name in template.fields if row[name] is None)
        wording = template.wording(missing)
        stopped = [issue.rule for issue in new_issues(wording, {name: row[name] for name in wording.usual})
                   if issue.severity == "block"]  # fmt: skip
        if row["reason"] in ("", *(f"rule:{rule}" for rule in stopped)):
            assert bool(stopped) == row["reason"].startswith("rule:")


WORDS = sorted({word for rule in rule_book().values() for pattern in rule.find
                for word in re.findall(r"[\u4e00-\u9fff]{2,6}", pattern)})  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(["", "王", "小明", "最", "A"]), st.sampled_from(WORDS), st.sampled_from(["", "先", "好"])),
                min_size=1, max_size=12))  # fmt: skip
def test_forbidden_words_in_names_are_found(pieces):
    names = ["".join(each) for each in pieces]
    text, setting = Text(id="a", body="您好，{name}，新品到店，欢迎来看。"), Setting("push", "zh")
    for row in rendered(text, setting, batch(names, ["护肤"] * len(names), [4] * len(names))):
        if row["name"] is None:
            continue
        wording = Template(text, setting).wording(frozenset())
        blocks = {f"rule:{issue.rule}" for issue in new_issues(wording, {"name": row["name"]}) if issue.severity == "block"}
        assert row["reason"] in (blocks or {""})


@given(st.lists(st.one_of(st.none(), st.text(max_size=12), st.sampled_from(NAMES)), min_size=1, max_size=20))
@pytest.mark.parametrize("field", ["name", "honorific", "last_category", "last_product"])
def test_columns_are_cleaned_as_single_values_are(field, values):
    for language in ("zh", "en"):
        column = clean_column(pa.array(values, pa.string()), field, replace(SMS, language=language))
        assert column.values.to_pylist() == [clean(value, field, language, "sms") or None for value in values]


@given(st.lists(st.text(st.sampled_from("a您{€🌸é\n ^你"), max_size=330), min_size=1, max_size=8), st.sampled_from(["zh", "en"]))
def test_segments_are_counted_as_single_messages_are(texts, language):
    characters, segments = measure.segments(pa.array(texts), language)
    one = [sms_segments(text, market="cn" if language == "zh" else "other") for text in texts]
    assert list(characters) == [each.characters for each in one]
    assert list(segments) == [each.segments for each in one]


def test_every_pattern_of_the_rule_book_can_be_loosened():
    for rule in rule_book().values():
        for pattern in rule.find:
            pc.match_substring_regex(pa.array(["x"]), looser(pattern))


@pytest.mark.parametrize(("pattern", "text"), [(r"\bzui(?=[一-鿿])", "zui好"), (r"^第一(?!次)", "第一次"), (r"[^\w(?=]x(a|b)", "!xa")])
def test_a_loosened_pattern_finds_at_least_as_much(pattern, text):
    assert pc.match_substring_regex(pa.array([text]), looser(pattern))[0].as_py()


def test_what_fails_is_counted_with_its_reason():
    renderer = Renderer([Text(id="a", body=BODY)], SMS)
    rows = batch(["王小明", "王\u2028明", "买买提" * 20], ["护肤", "顶级面霜", "护肤"], [45, 45, 45])
    (found,) = renderer.render([rows])
    assert found["reason"].to_pylist() == ["", "rule:L1", "more_segments"]
    assert found["words"].to_pylist()[1] == "顶级"
    assert dict(renderer.tally.failed) == {"rule:L1": 1, "more_segments": 1}


def test_a_text_that_blocks_by_itself_goes_to_nobody():
    renderer = Renderer([Text(id="a", body="【山禾集】{name}，国家级新品。拒收请回复R")], SMS)
    list(renderer.render([batch(["王芳", ""], ["护肤"] * 2, [3, 4])]))
    assert dict(renderer.tally.failed) == {"rule:L1": 2}


def test_two_texts_and_an_empty_batch():
    texts = [Text(id="a", body="{name}，新品到了，来看看。"), Text(id="b", body="上次的{last_category}，新到了补充装。")]
    renderer = Renderer(texts, Setting("push", "zh"))
    rows = batch(["王芳", "李雷"], ["护肤", None], [3, 4]).set_column(1, "text", pa.array([1, 0], pa.int32()))
    (found,) = renderer.render([rows])
    assert found["body"].to_pylist() == ["上次的护肤，新到了补充装。", "李雷，新品到了，来看看。"]
    (none,) = renderer.render([rows.slice(0, 0)])
    assert none.schema.names == found.column_names
    assert none.num_rows == 0
