from __future__ import annotations

import itertools
import re
from datetime import date
from decimal import Decimal

import pytest

from tools.compliance import sms_segments
from tools.drafting import ANGLES, CHANNELS, GOALS, DraftBrief, diversity, draft_messages
from tools.drafting.library import patterns, plays
from tools.errors import BadArgument
from tools.merge_fields import FIELD, longest, merge_fields
from tools.offer import Offer, day, parse_offer
from tools.results import TIERS, Bilingual, Draft

BRANDS = {"zh": "山禾集", "en": "Shanhe"}
OFFER = Offer(kind="amount_off", value=Decimal(30), threshold=Decimal(199), end=date(2026, 6, 18))
FIGURE = re.compile(r"\d+|[一二三四五六七八九半]折|[两双二三]倍|half[- ]price")
PROMISE = {
    "zh": re.compile(r"优惠|折扣|免费|包邮|免邮|赠|立减|满减|红包|券|特价|打折|低价"),
    "en": re.compile(r"(?i)\b(discount|% off|free (?!to)|sale|bargain|coupon|voucher|gift with|deal)\b"),
}
INTERNAL = re.compile(r"沉睡|高价值|中价值|低价值|潜力用户|dormant|high[- ]value|low[- ]value|lapsed",
                      re.IGNORECASE)


def batch(tier="dormant", channel="sms", goal="win_back", language="zh", seed=0, **brief) -> list[Draft]:
    return draft_messages(DraftBrief(tier=tier, channel=channel, goal=goal, language=language, **brief),
                          brand=BRANDS[language], seed=seed)


def words(draft: Draft) -> str:
    """Everything the customer reads that the library wrote."""
    return FIELD.sub("", f"{draft.title}\n{draft.preheader}\n{draft.body}")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("channel", CHANNELS)
def test_the_whole_grid_is_sendable_and_varied(channel, language):
    for tier, goal, offer in itertools.product(TIERS, GOALS, (None, OFFER)):
        drafts = batch(tier, channel, goal, language, offer=offer)
        where = (tier, channel, goal, language, offer is not None)
        assert [d.angle for d in drafts if not d.sendable] == [], where
        assert len({d.angle for d in drafts}) == 3, where
        measured = diversity(drafts)
        assert measured.openings == 3, where
        assert measured.near_duplicates == [], where
        for draft in drafts:
            text = words(draft)
            given = day(offer.end, language) if offer else " "
            assert not FIGURE.search(text.replace(given, "")), text
            assert not INTERNAL.search(text), text
            assert set(FIELD.findall(draft.title + draft.preheader + draft.body)) == set(draft.merge_fields)
            assert set(draft.merge_fields) <= set(merge_fields())
            if offer is None:
                assert "offer" not in draft.merge_fields
                assert not PROMISE[language].search(text), text
            else:
                assert "{offer}" in draft.body


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("channel", CHANNELS)
def test_library_has_every_cell(channel, language):
    library = patterns(language, channel)
    for angle in ANGLES:
        assert set(library.hook[angle]) == set(TIERS)
        goals = library.title if channel in ("push", "banner") else library.core
        assert set(goals[angle]) == set(GOALS)
        assert set(library.shapes) == set(ANGLES)
    assert set(plays().tiers) == set(TIERS)
    assert set(plays().goals) == set(GOALS)


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("offer", [None, OFFER])
def test_chinese_sms_fits_one_segment_at_the_longest_values(tier, offer):
    for goal in GOALS:
        for draft in batch(tier, "sms", goal, offer=offer):
            counted = sms_segments(longest(draft.body, "zh", offer), market="cn")
            assert counted == (draft.characters, draft.segments, draft.encoding)
            assert draft.segments == 1, draft.body
            assert draft.body.startswith("【山禾集】")
            assert draft.body.endswith("拒收请回复R")


def test_what_cannot_fit_one_segment_says_so():
    news = "本周六山禾集老店重新开门，门口的桂花也开了，欢迎带家人一起来坐坐聊聊近况"
    (draft,) = batch(offer=OFFER, n=1, must_say=[news])
    assert draft.segments == 2
    assert [issue.rule for issue in draft.issues] == ["L11"]


def test_english_sms_is_gsm7_with_brand_and_opt_out():
    for goal, offer in itertools.product(GOALS, (None, OFFER)):
        for draft in batch(goal=goal, language="en", offer=offer):
            assert draft.encoding == "GSM-7"
            assert draft.segments == 1
            assert draft.body.startswith("Shanhe: ")
            assert draft.body.endswith("Reply STOP to opt out")


def test_emails_carry_what_the_law_asks():
    for draft in batch(channel="email"):
        assert draft.title.startswith("广告")
        assert "退订" in draft.body
    for draft in batch(channel="email", language="en"):
        assert "unsubscribe" in draft.body
        assert [issue.rule for issue in draft.issues if issue.words == "{brand_address}"] == ["L20"]


def test_same_seed_same_drafts_other_seed_other_drafts():
    assert batch(seed=3) == batch(seed=3)
    assert [d.id for d in batch(seed=3)] != [d.id for d in batch(seed=4)]


def test_tiers_are_spoken_to_differently():
    texts = [draft.body for tier in TIERS for draft in batch(tier, "wecom", "repurchase", offer=OFFER)]
    assert len(set(texts)) == 15


def test_offer_decides_whether_benefit_leads():
    assert batch(offer=OFFER)[0].angle == "benefit"
    assert "benefit" not in {draft.angle for draft in batch(n=6)}


def test_brief_words_are_kept_and_avoided():
    plain = batch(n=1)[0]
    drafts = batch(must_say=["会员日在周五"], must_not_say=["客服", plain.body[5:15]], link="https://m.shanhe.example/a")
    for draft in drafts:
        assert "会员日在周五。" in draft.body
        assert "客服" not in draft.body
        assert "https://m.shanhe.example/a 拒收请回复R" in draft.body
        assert draft.sendable


def test_recent_openings_are_not_used_again():
    first = batch(channel="push", n=1)[0]
    again = batch(channel="push", n=1, avoid_openings=[first.title])[0]
    assert again.title != first.title


def test_more_drafts_than_angles_stay_different():
    drafts = batch(channel="wecom", n=8, offer=OFFER)
    assert len(drafts) == 8
    assert diversity(drafts).near_duplicates == []


def test_diversity_finds_a_near_duplicate():
    draft = batch(n=1)[0]
    twin = draft.model_copy(update={"body": draft.body.replace("。", "！", 1)})
    measured = diversity([draft, twin])
    assert measured.openings == 1
    assert measured.near_duplicates == [(0, 1)]


def test_a_bad_offer_is_shown_not_hidden():
    bad = Offer(kind="text", said="国家级好价")
    assert all(not draft.sendable for draft in batch(offer=bad))


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"must_not_say": ["拒收"]}, "draft_words_exclude_all"),
     ({"offer": OFFER, "as_of": date(2026, 6, 19)}, "offer_over")],
)
def test_impossible_briefs_are_refused(changes, code):
    with pytest.raises(BadArgument) as caught:
        batch(**changes)
    assert caught.value.code == code


def test_no_brand_is_refused():
    with pytest.raises(BadArgument, match="brand_missing"):
        draft_messages(DraftBrief(tier="low", channel="sms", goal="activate"), brand=" ")


def test_reason_is_bilingual_and_for_the_operator():
    reason = batch(n=1)[0].reason
    assert isinstance(reason, Bilingual)
    assert reason.zh
    assert reason.en


@pytest.mark.parametrize(
    ("said", "language", "zh", "en"),
    [
        ("满199减30", "zh", "满199减30", "¥30 off orders over ¥199"),
        ("给潜力用户做二单转化，满199元减30元，企微加短信", "zh", "满199减30", "¥30 off orders over ¥199"),
        ("8折", "zh", "8折", "20% off"), ("八五折", "zh", "8.5折", "15% off"), ("打85折", "zh", "8.5折", "15% off"),
        ("立减20元", "zh", "立减20元", "¥20 off"), ("送小样", "zh", "小样赠礼", "a free sample"),
        ("满299送小样", "zh", "满299送小样", "a free sample on orders over ¥299"),
        ("免邮", "zh", "免邮", "free shipping"), ("双倍积分", "zh", "双倍积分", "double points"),
        ("20% off", "en", "8折", "20% off"), ("$10 off over $50", "en", "满50美元减10美元", "$10 off orders over $50"),
        ("free shipping", "en", "免邮", "free shipping"),
        ("buy one get one", "en", "buy one get one", "buy one get one"),
        ("第二件半价", "zh", "第二件半价", "第二件半价"),
        ("write a push with second item 20% off", "en", "second item 20% off", "second item 20% off"),
        ("20% off the second piece", "en", "20% off the second piece", "20% off the second piece"),
        ("20% off your second order", "en", "8折", "20% off"),
        ("满199减30再送小样", "zh", "满199减30，送小样", "满199减30，送小样"),
        ("free shipping on orders over $35", "en", "满35美元包邮", "free shipping on orders over $35"),
    ],
)
def test_offers_are_read_from_everyday_phrases(said, language, zh, en):
    offer = parse_offer(said, language)
    assert (offer.text("zh"), offer.text("en")) == (zh, en)


@pytest.mark.parametrize(("said", "language"), [
    ("写三条唤醒短信", "zh"), ("不打折", "zh"), ("送货上门", "zh"), ("", "zh"), ("三个月没买的人", "zh"),
    ("write three texts", "en"), ("feel free to write", "en"), ("no discount please", "en"),
])
def test_no_offer_is_made_up(said, language):
    assert parse_offer(said, language) is None


def test_last_day_and_code_are_kept():
    offer = parse_offer("满300减50，至6月18日，优惠码SUMMER", "zh", as_of=date(2026, 5, 1))
    assert (offer.end, offer.code) == (date(2026, 6, 18), "SUMMER")
    assert offer.details("zh") == "活动至6月18日，优惠码SUMMER。"
    assert offer.details("en") == "Ends Jun 18, code SUMMER."
    assert parse_offer("满300减50，至6月18日", "zh").terms == "至6月18日"
    assert parse_offer("20% off until Jan 5", "en", as_of=date(2026, 5, 1)).end == date(2027, 1, 5)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("channel", CHANNELS)
def test_one_angle_alone_still_gives_different_drafts(channel, language):
    drafts = batch("mid", channel, "repurchase", language, angles=["new_product"])
    assert len({draft.body for draft in drafts}) == len(drafts) >= 2
    assert {draft.angle for draft in drafts} == {"new_product"}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("channel", ["sms", "wecom", "email"])
def test_a_referral_asks_to_pass_it_on_and_nothing_else(channel, language):
    library = patterns(language, channel)
    for angle in ANGLES:
        others = {line for goal, lines in library.cta_goal.items() if goal != "refer" for line in lines}
        (draft,) = batch("high", channel, "refer", language, angles=[angle], offer=OFFER, n=1)
        assert any(line in draft.body for line in library.cta_goal["refer"]), draft.body
        assert not any(line in draft.body for line in {*library.cta[angle], *others}), draft.body


@pytest.mark.parametrize("channel", CHANNELS)
def test_chinese_words_suit_a_shop_without_a_counter(channel):
    for tier, goal in itertools.product(TIERS, GOALS):
        for draft in batch(tier, channel, goal, n=6):
            assert not re.search(r"店里|来店|老地方|货架|好物|猜|。\{name\}", draft.title + draft.body), draft.body


@pytest.mark.parametrize("as_of", [date(2026, 10, 31), date(2026, 12, 28), date(2027, 1, 2)])
@pytest.mark.parametrize(("said", "language", "told"), [
    ("满199减30，12月20日至1月5日", "zh", "活动12月20日至1月5日"),
    ("$30 off orders over $199, Dec 20 to Jan 5", "en", "Dec 20 to Jan 5"),
])
def test_an_offer_that_crosses_the_turn_of_the_year_is_one_period(as_of, said, language, told):
    offer = parse_offer(said, language, as_of=as_of, currency="CNY" if language == "zh" else "USD")
    assert (offer.start, offer.end) == (date(2026, 12, 20), date(2027, 1, 5))
    assert told in offer.details(language)
    drafts = batch(language=language, offer=offer, as_of=as_of, n=3)
    assert [draft.issues for draft in drafts if not draft.sendable] == []
    with pytest.raises(BadArgument, match="offer_over"):
        batch(language=language, offer=offer, as_of=date(2027, 1, 6))
