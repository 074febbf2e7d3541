"""Editing by talking: what is understood, what changes, what stays, what is refused."""

from __future__ import annotations

import itertools
from datetime import date

import pytest

from tools.drafting import DraftBrief, Revision, Taste, draft_messages, revise
from tools.drafting.changes import word_diff
from tools.drafting.tone import tone_of
from tools.drafting.wishes import read_wishes
from tools.errors import BadArgument
from tools.merge_fields import FIELD
from tools.offer import parse_offer
from tools.results import Draft

BRANDS = {"zh": "山禾集", "en": "Shanhe"}
OFFERS = {"zh": "满199减30，6月1日至6月18日", "en": "20% off, Jun 1 to Jun 18"}


def brief(channel="sms", language="zh", offer=True, **more) -> DraftBrief:
    said = parse_offer(OFFERS[language], language, as_of=date(2026, 5, 20)) if offer else None
    return DraftBrief(**{"tier": "dormant", "channel": channel, "goal": "win_back", "language": language, "offer": said,
                         "as_of": date(2026, 5, 20), "season": "summer"} | more)  # fmt: skip


def first(asked: DraftBrief, angle="service") -> Draft:
    return draft_messages(asked.model_copy(update={"angles": [angle], "n": 1}), brand=BRANDS[asked.language])[0]


def changed(wish: str, asked: DraftBrief | None = None, angle: str = "service", **how) -> tuple[Draft, Revision]:
    asked = asked or brief()
    draft = first(asked, angle)
    return draft, revise(draft, wish, brief=asked, brand=BRANDS[asked.language], **how)


@pytest.mark.parametrize(("wish", "edits"), [
    ("更活泼一点", ["lively"]), ("短一点", ["shorter"]), ("shorter, no emoji", ["shorter", "no_emoji"]),
    ("加上会员日", ["add"]), ("别提折扣", ["no_offer"]), ("更正式", ["formal"]), ("换个角度", ["angle"]),
    ("make it shorter and more formal", ["shorter", "formal"]), ("don't mention the discount", ["no_offer"]),
    ("把“新品”改成“秋季新品”", ["replace"]), ("换个说法", ["reword"]), ("太长了", ["shorter"]), ("去掉称呼", ["no_name"]),
    ("不要写积分", ["drop"]), ("try the service angle", ["angle"]), ("能不能更亲切一点", ["lively"]),
])  # fmt: skip
def test_everyday_wishes_are_read(wish, edits):
    assert [each.edit for each in read_wishes(wish)] == edits


@pytest.mark.parametrize("wish", ["换成英文", "translate it", "改成8折", "短一点，发给所有人", ""])
def test_what_is_no_edit_is_refused_with_what_can_be_asked(wish):
    with pytest.raises(BadArgument) as caught:
        read_wishes(wish)
    assert caught.value.code == "wish_unclear"
    assert "shorter" in caught.value.alternatives


def test_words_to_add_may_hold_a_comma():
    assert read_wishes("加上：周五会员日，到店有礼")[0].words == "周五会员日，到店有礼"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("channel", "wish"), [
    *itertools.product(["sms", "wecom", "email"], ["shorter", "more playful", "another angle", "reword it"]),
    *itertools.product(["push", "banner"], ["another angle", "reword it"]),  # one line has nothing to leave out
    ("wecom", "more formal"), ("email", "more formal"),
])  # fmt: skip
def test_facts_and_frame_stay_whatever_the_tone(channel, language, wish):
    asked = brief(channel, language)
    draft = first(asked, "new_product")
    made = revise(draft, wish, brief=asked, brand=BRANDS[language])
    new = made.draft
    assert new.sendable
    assert new.body.count("{offer}") == 1
    assert asked.offer.details(language).removeprefix("活动").rstrip("。.") in new.body
    assert {"{name}"} & set(FIELD.findall(draft.body)) <= set(FIELD.findall(new.body)) or wish in (
        "another angle", "reword it")  # fmt: skip
    if channel == "sms":
        assert new.body.startswith(("【山禾集】", "Shanhe: "))
        assert new.body.endswith(("拒收请回复R", "Reply STOP to opt out"))
    if channel == "email":
        assert ("退订" if language == "zh" else "unsubscribe") in new.body
    assert (new.version, new.parent) == (2, draft.id)
    assert new.id != draft.id
    assert made.changes


def test_shorter_is_shorter():
    draft, made = changed("短一点", brief("email"))
    assert len(made.draft.body) < len(draft.body)
    assert [each.kind for each in made.changes["body"] if each.kind == "added"] == []


def test_tone_moves_both_ways():
    _, lively = changed("更活泼一点", brief("wecom"))
    assert "您" not in lively.draft.body.split("\n\n")[0]
    _, formal = changed("more formal", brief("email", "en"))
    assert formal.draft.body.startswith("Dear {name},")
    assert "'" not in formal.draft.body.split("\n\n")[1]


def test_what_is_added_belongs_to_the_brief_and_fits_one_segment():
    draft, made = changed("加上会员日", brief())
    assert "会员日" in made.draft.body
    assert made.brief.must_say == ["会员日"]
    assert made.draft.segments == draft.segments == 1


def test_a_figure_that_the_person_adds_is_theirs_and_no_invention():
    _, made = changed("加上周五会员日积分3倍", brief("wecom"))
    assert not [issue for issue in made.draft.issues if issue.rule == "L25"]


def test_a_figure_that_is_swapped_in_is_marked():
    asked = brief("wecom")
    draft = first(asked).model_copy(update={"body": "{name}，山禾集来问好。这次可享{offer}，活动6月1日至6月18日。新品到了。不想收到回我一声。"})
    made = revise(draft, "把新品改成5折新品", brief=asked, brand="山禾集")
    assert "L25" in {issue.rule for issue in made.draft.issues}
    assert not made.draft.sendable


def test_without_the_offer_nothing_is_promised():
    for angle in ("service", "benefit"):
        _, made = changed("别提折扣", brief("wecom"), angle)
        assert "{offer}" not in made.draft.body
        assert "6月18日" not in made.draft.body
        assert made.brief.offer is None
        assert made.draft.offer == ""


def test_locked_parts_stay():
    asked = brief("push")
    draft, made = changed("换个角度", asked, locked=["title"])
    assert made.draft.title == draft.title
    assert made.draft.body != draft.body
    with pytest.raises(BadArgument, match="wish_locked"):
        revise(draft, "把上次改成前次" if "上次" in draft.title else "换个角度", brief=asked, brand="山禾集",
               locked=["title", "body", "preheader", "button"])  # fmt: skip


@pytest.mark.parametrize(("wish", "code"), [
    ("别写{offer}", "wish_fixed"), ("别写拒收", "wish_fixed"), ("把不在的话改成别的", "wish_no_change"),
    ("别用表情", "wish_no_change"),
])  # fmt: skip
def test_what_cannot_be_done_says_why(wish, code):
    with pytest.raises(BadArgument) as caught:
        changed(wish)
    assert caught.value.code == code


def test_the_benefit_angle_needs_an_offer():
    with pytest.raises(BadArgument, match="wish_needs_offer"):
        changed("换成利益角度", brief(offer=False))


def test_the_difference_gives_both_versions_again():
    old, new = "给您理了一份清单。至6月18日。欢迎来挑。", "给您理了一份清单。至6月18日。另外，别忘了会员日。欢迎来挑。"
    diff = word_diff(old, new)
    assert "".join(each.words for each in diff if each.kind != "added") == old
    assert "".join(each.words for each in diff if each.kind != "removed") == new
    assert [each.words for each in diff if each.kind == "added"] == ["另外，别忘了会员日。"]


def test_rejected_phrases_are_not_said_again():
    asked = brief("wecom")
    phrase = first(asked).body.split("。")[1][:6]
    drafts = draft_messages(asked, brand="山禾集", taste=Taste(rejected=[phrase]))
    assert phrase not in "".join(draft.body for draft in drafts)
    assert len(drafts) == 3


def test_recent_sends_are_not_sent_again():
    asked = brief("sms")
    sent = draft_messages(asked, brand="山禾集")
    again = draft_messages(asked, brand="山禾集", recent=sent)
    assert {draft.body for draft in sent}.isdisjoint(draft.body for draft in again)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("channel", ["sms", "push", "wecom", "email", "banner"])
def test_a_category_is_spoken_of(channel, language):
    words = {"zh": ("护肤", ["护肤", "水乳", "精华", "肤质", "成分", "质地"]),
             "en": ("skin care", ["skin care", "Cleanser", "skin type", "textures"])}[language]
    drafts = draft_messages(brief(channel, language, offer=False, category=words[0], angles=["rhythm", "service"], n=2),
                            brand=BRANDS[language])  # fmt: skip
    assert all(any(word in draft.body for word in words[1]) for draft in drafts), [draft.body for draft in drafts]


def test_an_unknown_category_is_refused_with_those_known():
    with pytest.raises(BadArgument, match="draft_category"):
        draft_messages(brief(category="轮胎"), brand="山禾集")


@pytest.mark.parametrize(("said", "language", "start", "end"), [
    ("满199减30，6月1日至6月18日", "zh", (6, 1), (6, 18)), ("满199减30，6月1日-18日", "zh", (6, 1), (6, 18)),
    ("满199减30，6.1-6.18", "zh", (6, 1), (6, 18)), ("20% off, Jun 1 to Jun 18", "en", (6, 1), (6, 18)),
    ("20% off from June 1-18", "en", (6, 1), (6, 18)),
])  # fmt: skip
def test_a_period_has_both_its_days(said, language, start, end):
    offer = parse_offer(said, language, as_of=date(2026, 5, 20))
    assert (offer.start.month, offer.start.day) == start
    assert (offer.end.month, offer.end.day) == end


@pytest.mark.parametrize(("voice", "tone", "unknown"), [
    ("活泼、像老朋友", "lively", ["像老朋友"]), ("温和且专业", "formal", []), ("平和", "calm", []), ("", None, []),
    ("warm and playful", "lively", []), ("formal", "formal", []), ("calm, witty", "calm", ["witty"]),
])  # fmt: skip
def test_a_voice_in_words_is_a_tone(voice, tone, unknown):
    assert tone_of(voice) == (tone, unknown)


@pytest.mark.parametrize(("voice", "holds"), [("活泼", "～"), ("正式", "尊敬的")])
def test_a_brief_s_voice_is_heard_in_the_library(voice, holds):
    asked = DraftBrief(tier="potential", channel="wecom", goal="second_order", voice=voice, n=3)
    drafts = draft_messages(asked, brand="山禾集")
    assert any(holds in draft.body for draft in drafts)
    assert all(draft.sendable for draft in drafts)


@pytest.mark.parametrize("said", ["8.5-9折", "8折到9折", "八五到九折", "满199减30-50", "10-20% off"])
def test_a_range_is_kept_as_said(said):
    offer = parse_offer(said, "en" if said.isascii() else "zh")
    assert (offer.kind, offer.said, offer.value) == ("text", said, None)
