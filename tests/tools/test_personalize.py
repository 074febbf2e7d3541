from __future__ import annotations

import re
from decimal import Decimal

import pytest

from tools.drafting import CHANNELS, GOALS, DraftBrief, draft_messages
from tools.merge_fields import FIELD
from tools.offer import Offer
from tools.personalize import awkward_customers, preview, render
from tools.results import TIERS, Bilingual, Draft

OFFER = Offer(kind="amount_off", value=Decimal(30), threshold=Decimal(199))
WHOLE = {"customer_id": "C1", "name": "王小明", "last_category": "护肤", "days_since_last_order": 45}


def draft(body, *, language="zh", channel="push", title=""):
    return Draft(id="x", tier="mid", channel=channel, goal="repurchase", language=language, angle="rhythm", title=title,
                 body=body, reason=Bilingual(zh="-", en="-"), merge_fields=[], characters=0, segments=0)


def shown(body, customer, language="zh", channel="push"):
    return render(body, customer, language=language, channel=channel)[0]


@pytest.mark.parametrize(("body", "expected"), [
    ("{name}，上次的{last_category}还在用吗？", "您好，上次的好物还在用吗？"),
    ("【山禾集】{name}，新品到了。", "【山禾集】您好，新品到了。"),
    ("{name}，您好：\n新品到了。", "您好：\n新品到了。"),
    ("猜猜看？{name}，答案在店里。", "猜猜看？答案在店里。"),
    ("想请教{name}一个问题。", "想请教您一个问题。"),
    ("离您上次下单有{days_since_last_order}天了，该看看余量了。", "该看看余量了。"),
    ("时间过得快，离上次有{days_since_last_order}天了。来看看吧。", "时间过得快。来看看吧。"),
])
@pytest.mark.parametrize("nothing", [None, "", "null", float("nan"), " "])
def test_missing_values_leave_no_gap_in_chinese(body, expected, nothing):
    customer = {"name": nothing, "last_category": nothing, "days_since_last_order": nothing}
    assert shown(body, customer) == expected


@pytest.mark.parametrize(("body", "expected"), [
    ("Hi {name}, time for {last_category}.", "Hi there, time for essentials."),
    ("We've missed you, {name}. Come by.", "We've missed you. Come by."),
    ("Good timing, {name}: new things.", "Good timing: new things."),
    ("Shop: {name}, take a look.", "Shop: Take a look."),
    ("It has been {days_since_last_order} days. Shall we check?", " Shall we check?"),
])
def test_missing_values_leave_no_gap_in_english(body, expected):
    assert shown(body, {}, "en") == expected


def test_values_are_filled_once_and_formatted():
    body = "{name}，{last_category}，{days_since_last_order}天"
    assert shown(body, WHOLE | {"days_since_last_order": 45.0}) == "王小明，护肤，45天"
    assert shown("{days_since_last_order} days ago.", {"days_since_last_order": 1}, "en") == "1 day ago."
    assert shown("{last_category}到了", {"last_category": "新品"}) == "新品到了"
    assert shown("Your {last_category} picks.", {"last_category": "Kitchen"}, "en") == "Your kitchen picks."


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "{offer}", "138****1234", "user_20931", "+cmd|calc", "🌸🌸",
                                  "https://a.b", "<b>x</b>"])
def test_a_value_that_is_no_name_is_not_shown(name):
    assert shown("【山禾集】{name}，到货了。", {"name": name}, channel="sms") == "【山禾集】您好，到货了。"


def test_emoji_leave_a_text_message_but_not_a_push():
    assert shown("{name}，到货了。", {"name": "小鹿🌸"}, channel="sms") == "小鹿，到货了。"
    assert shown("{name}，到货了。", {"name": "小鹿🌸"}) == "小鹿🌸，到货了。"


def test_a_name_beyond_gsm_7_leaves_an_english_text_message():
    assert shown("Shop: Hi {name}, new things.", {"name": "王小明"}, "en", "sms") == "Shop: Hi there, new things."
    assert shown("Shop: Hi {name}, new things.", {"name": "Zoë"}, "en", "sms") == "Shop: Hi there, new things."
    assert shown("Shop: Hi {name}, new things.", {"name": "José"}, "en", "sms") == "Shop: Hi José, new things."
    assert shown("Hi {name}, new things.", {"name": "王小明"}, "en") == "Hi 王小明, new things."


def test_length_is_checked_again_after_the_merge():
    text = "【山禾集】{name}，" + "到" * 50 + "拒收请回复R"
    short, long = preview(draft(text, channel="sms"), [{"name": "王芳"}, {"name": "阿卜杜热西提买买提艾力"}], None)
    assert (short.segments, [issue.rule for issue in short.issues]) == (1, [])
    assert (long.segments, [issue.rule for issue in long.issues]) == (2, ["L11"])


def test_words_that_come_with_the_data_are_checked():
    (message,) = preview(draft("{last_category}到货了。"), [{"last_category": "国家级毛巾"}], None)
    assert not message.sendable
    assert message.issues[0].rule == "L1"


def test_an_offer_left_out_drops_its_clause():
    (message,) = preview(draft("新品到了，现在{offer}。欢迎来看。"), [WHOLE], None)
    assert message.body == "新品到了。欢迎来看。"
    assert message.fallbacks == ["offer"]


def test_brand_fields_are_filled_from_the_brand():
    brief = DraftBrief(tier="mid", channel="email", goal="refer", language="en", n=1)
    (drafted,) = draft_messages(brief, brand="Shanhe")
    opened, filled = (preview(drafted, [WHOLE], None, brand="Shanhe", brand_fields=fields)[0]
                      for fields in ({}, {"brand_address": "12 Canal Street"}))
    assert "{brand_address}" in opened.body
    assert "12 Canal Street" in filled.body
    assert filled.issues == []


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("channel", CHANNELS)
def test_every_draft_reads_whole_for_awkward_customers(channel, language):
    brand = {"zh": "山禾集", "en": "Shanhe"}[language]
    customers = awkward_customers(language)
    for tier, goal in zip(TIERS, GOALS, strict=False):
        brief = DraftBrief(tier=tier, channel=channel, goal=goal, language=language, offer=OFFER, n=3)
        for drafted in draft_messages(brief, brand=brand):
            address = {"brand_address": "1 A Street"}
            for message in preview(drafted, customers, OFFER, brand=brand, brand_fields=address):
                text = f"{message.title}\n{message.preheader}\n{message.body}"
                assert not FIELD.search(text), text
                assert not re.search(r"null|None|nan|您您|您，您好|，，|。。|，。|  |您好，您好|^[，。]", text), text
                assert message.sendable, (text, message.issues)
