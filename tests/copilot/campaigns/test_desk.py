"""Review: who may do what, what an approval is bound to, each thing done once, and what later drafts learn."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from copilot.campaigns.desk import CampaignDesk
from copilot.campaigns.diff import difference
from copilot.campaigns.results import Campaign
from copilot.campaigns.wording import check_lines, difference_lines, outcome_line, whole
from copilot.findings import Findings
from copilot.modeltext import for_model
from copilot.refusals import worded
from copilot.toolbox import Toolbox, as_tools
from copilot.toolbox.campaigns import CampaignTools
from tools.drafting.finish import Words
from tools.errors import BadArgument, NotAllowed

SENTENCE = "给潜力用户做一个二单转化活动，满199减30，企微加短信"
NOW = datetime(2025, 11, 1, 9, tzinfo=UTC)
Open = Callable[..., CampaignDesk]


def actions(campaign: Campaign) -> list[str]:
    return [step.action for step in campaign.history]


def words(campaign: Campaign, channel: str) -> str:
    return next(draft.body for draft in campaign.texts if draft.channel == channel)


# --- brief and check


def test_a_sentence_becomes_a_brief_with_texts_and_a_counted_audience(open_as: Open) -> None:
    desk = open_as()
    campaign = desk.create(desk.read(SENTENCE), NOW)
    assert [draft.channel for draft in campaign.texts] == ["wecom", "sms"]
    assert all(draft.sendable for draft in campaign.texts)
    found = desk.check(campaign)
    assert found.obstacles == ["gaps"]
    size = found.reach.value
    assert size == desk._workspace.data().query_metric("tier_customers", where={"tier": ["potential"]}).value
    for each in found.reach.channels:
        assert each.customers + sum(row.customers for row in each.left_out) == size
        assert each.customers > 0
    told = "\n".join(check_lines(found, "zh", "CNY"))
    assert "待定（提交前必填）：活动到哪一天结束？" in told
    assert f"人群 {size:,.0f} 人" in told
    assert [test.campaign.tier for test in found.earlier] == ["potential"] * len(found.earlier)


def test_an_open_brief_has_no_texts_and_cannot_be_submitted(open_as: Open) -> None:
    desk = open_as()
    campaign = desk.create(desk.read("做个活动"), NOW)
    assert campaign.texts == []
    with pytest.raises(BadArgument, match="campaign_not_ready") as refused:
        desk.submit(campaign.id, 1, NOW)
    assert "还有必填项没定" in worded(refused.value, "zh")


def test_personal_data_is_taken_out_of_a_sentence(open_as: Open) -> None:
    desk = open_as()
    campaign = desk.create(desk.read("给潜力用户做复购活动，短信，要提到「客服13812345678」"), NOW)
    assert campaign.brief.must_say == ["客服[phone]"]


def test_a_saved_segment_is_pinned_to_its_version(open_as: Open) -> None:
    desk = open_as()
    segments = desk._workspace.segments()
    segments.save("大客", segments.preview("消费超过300"), at=NOW)
    campaign = desk.create(desk.read("给「大客」做复购，短信，没有优惠"), NOW)
    assert campaign.brief.segment == "大客@1"
    segments.save("大客", segments.preview("消费超过500"), at=NOW)
    size = desk.check(campaign).reach.value
    assert size == segments.preview("消费超过300").customers
    assert size > segments.preview("消费超过500").customers


# --- the way through review


def test_the_way_from_draft_to_measured(open_as: Open, approved: Campaign) -> None:
    desk = open_as()
    assert (approved.state, desk.holds(approved)) == ("approved", True)
    released = desk.release(approved.id, NOW)
    assert (released.approved_by, released.seed, released.channels) == ("reviewer", 1, ["wecom", "sms"])
    assert [draft.body for draft in released.texts] == [draft.body for draft in approved.texts]
    assert desk.exported(approved.id, approved.version, {"sms.csv": "0" * 64}, NOW).state == "exported"
    assert desk.exported(approved.id, approved.version, {"wecom.csv": "1" * 64}, NOW).fresh
    assert not desk.exported(approved.id, approved.version, {"sms.csv": "0" * 64}, NOW).fresh
    assert desk.release(approved.id, NOW) == released
    done = desk.measure(approved.id, "C002", NOW)
    assert (done.state, done.history[-1].test.campaign.id) == ("measured", "C002")
    assert actions(done) == ["created", "submitted", "approved", "exported", "exported", "measured"]
    assert "reviewer（审核人，页面）批准（第 1 版）" in whole(done, "zh")
    assert desk._store.verify().whole


def test_nothing_leaves_before_it_is_approved(open_as: Open, ready: Campaign) -> None:
    desk = open_as("admin", "boss")
    for act in (lambda: desk.release(ready.id, NOW), lambda: desk.exported(ready.id, 1, {}, NOW),
                lambda: desk.approve(ready.id, 1, NOW), lambda: desk.measure(ready.id, "C002", NOW)):  # fmt: skip
        with pytest.raises(BadArgument, match="campaign_state"):
            act()
    desk.submit(ready.id, 1, NOW, note="x")
    with pytest.raises(BadArgument, match="campaign_state"):
        desk.release(ready.id, NOW)


@pytest.mark.parametrize(("role", "writes", "decides"), [
    ("viewer", False, False), ("operator", True, False), ("reviewer", True, True), ("admin", True, True),
])  # fmt: skip
def test_roles(open_as: Open, ready: Campaign, role: str, writes: bool, decides: bool) -> None:
    open_as().submit(ready.id, 1, NOW, note="x")
    desk = open_as(role, "somebody else")
    for may, act in (
        (writes, lambda: desk.create(desk.read("给高价值用户做复购"), NOW)),
        (writes, lambda: desk.comment(ready.id, "看过了", NOW)),
        (decides, lambda: desk.approve(ready.id, 1, NOW)),
        (decides, lambda: desk.send_back(ready.id, 1, "重写", NOW)),
    ):
        if may:
            act()
        else:
            with pytest.raises(NotAllowed, match="campaign_not_allowed"):
                act()
    refused = [entry for entry in desk._store.trail.entries() if entry.action.startswith("refused:")]
    assert len(refused) == 4 - 2 * writes - 2 * decides


def test_the_author_does_not_approve_unless_four_eyes_are_off(open_as: Open) -> None:
    desk = open_as("admin", "小林")
    made = desk.create(desk.read(SENTENCE, {"end": "2099-12-01"}), NOW)
    desk.submit(made.id, 1, NOW, note="x")
    with pytest.raises(NotAllowed, match="campaign_four_eyes"):
        desk.approve(made.id, 1, NOW)
    assert desk.get(made.id).state == "in_review"
    assert desk._store.trail.entries()[-1].action == "refused:approved"
    assert open_as("admin", "小林", four_eyes=False).approve(made.id, 1, NOW).state == "approved"


def test_who_edits_is_an_author_too(open_as: Open, ready: Campaign) -> None:
    reviewer = open_as("reviewer", "陈审")
    changed = reviewer.edit(ready.id, 1, {"must_not_say": ["甩卖"]}, NOW)
    open_as().submit(ready.id, changed.version, NOW, note="x")
    with pytest.raises(NotAllowed, match="campaign_four_eyes"):
        reviewer.approve(ready.id, changed.version, NOW)


def test_the_agent_only_proposes(open_as: Open, ready: Campaign) -> None:
    agent = open_as("admin", "boss", "agent", four_eyes=False)
    agent.submit(ready.id, 1, NOW, note="x")
    for act in (lambda: agent.approve(ready.id, 1, NOW), lambda: agent.send_back(ready.id, 1, "no", NOW),
                lambda: agent.edit(ready.id, 1, {"link": "https://evil.example"}, NOW),
                lambda: agent.comment(ready.id, "x", NOW), lambda: agent.release(ready.id, NOW),
                lambda: agent.exported(ready.id, 1, {}, NOW), lambda: agent.measure(ready.id, "C002", NOW)):  # fmt: skip
        with pytest.raises(NotAllowed, match="campaign_for_people"):
            act()
    assert agent.get(ready.id).state == "in_review"
    names = [tool.name for tool in as_tools(Toolbox.over(agent._workspace))]
    assert [name for name in names if "campaign" in name or "approve" in name or "export" in name] == [
        "propose_campaign"
    ]


# --- what an approval is bound to


CHANGES = {
    "text": lambda desk, one: desk.reword(one.id, 1, "sms", Words("", "", words(one, "sms") + "！", ""), NOW),
    "another text": lambda desk, one: desk.another(one.id, 1, "wecom", NOW),
    "offer": lambda desk, one: desk.edit(one.id, 1, {"offer": "满199减31"}, NOW),
    "audience": lambda desk, one: desk.edit(one.id, 1, {"tier": "mid"}, NOW),
    "exclusion": lambda desk, one: desk.edit(one.id, 1, {"exclusions": ["消费超过300"]}, NOW),
    "last day": lambda desk, one: desk.edit(one.id, 1, {"end": "2099-12-24"}, NOW),
    "holdout": lambda desk, one: desk.edit(one.id, 1, {"holdout": 0.2}, NOW),
}


@pytest.mark.parametrize("change", CHANGES)
def test_any_edit_voids_an_approval(open_as: Open, approved: Campaign, change: str) -> None:
    desk = open_as()
    after = CHANGES[change](desk, approved)
    assert (after.state, after.version, after.history[-1].voids) == ("draft", 2, True)
    assert (after.approval, desk.holds(after)) == (None, False)
    with pytest.raises(BadArgument, match="campaign_state"):
        desk.release(approved.id, NOW)
    with pytest.raises(BadArgument, match="campaign_moved"):
        open_as("reviewer").approve(approved.id, 1, NOW)
    assert difference_lines(difference(after, 1, 2), "zh") != ["两版没有差别。"]


def test_another_rule_set_voids_an_approval(open_as: Open, approved: Campaign) -> None:
    desk = open_as()
    rules = desk._workspace.directory / "rules.yaml"
    rules.write_text("forbid: [{words: 甩卖}]", encoding="utf-8")
    assert not desk.holds(desk.get(approved.id))
    for act in (lambda: desk.release(approved.id, NOW), lambda: desk.exported(approved.id, 1, {}, NOW)):
        with pytest.raises(BadArgument, match="campaign_void"):
            act()


def test_a_text_that_breaks_a_rule_is_not_submitted(open_as: Open, ready: Campaign) -> None:
    desk = open_as()
    made = desk.reword(ready.id, 1, "sms", Words("", "", "【山禾集】全网最低价，国家级品质！拒收请回复R", ""), NOW)
    assert "blocked" in desk.check(made).obstacles
    with pytest.raises(BadArgument, match="campaign_not_ready"):
        desk.submit(made.id, 2, NOW, note="x")
    invented = desk.reword(ready.id, 2, "sms", Words("", "", "【山禾集】{name}，满199减300。拒收请回复R", ""), NOW)
    assert "blocked" in desk.check(invented).obstacles


def test_what_must_and_must_not_be_said(open_as: Open, ready: Campaign) -> None:
    desk = open_as()
    made = desk.edit(ready.id, 1, {"must_say": ["会员日"]}, NOW)
    made = desk.reword(ready.id, 2, "sms", Words("", "", "【山禾集】{name}，满199减30。拒收请回复R", ""), NOW)
    assert "must_say" in desk.check(made).obstacles


# --- each thing once


def test_doing_a_thing_twice_does_it_once(open_as: Open, ready: Campaign) -> None:
    desk, reviewer = open_as(), open_as("reviewer")
    again = desk.create(ready.brief, NOW)
    assert (again.id, again.fresh) == (ready.id, False)
    for act in (
        lambda: desk.submit(ready.id, 1, NOW, note="x"), lambda: desk.comment(ready.id, "好", NOW),
        lambda: reviewer.approve(ready.id, 1, NOW), lambda: desk.exported(ready.id, 1, {"a": "b"}, NOW),
        lambda: desk.measure(ready.id, "C002", NOW),
    ):  # fmt: skip
        first, second = act(), act()
        assert (first.fresh, second.fresh) == (True, False)
        assert len(first.history) == len(second.history)
    assert len(desk._store.trail.entries()) == 6


def test_an_edit_asked_for_twice_makes_one_version(open_as: Open, ready: Campaign) -> None:
    desk = open_as()
    first, second = (desk.edit(ready.id, 1, {"voice": "温暖"}, NOW) for _ in range(2))
    assert (first.version, second.version, second.fresh) == (2, 2, False)
    with pytest.raises(BadArgument, match="campaign_moved"):
        desk.edit(ready.id, 1, {"voice": "活泼"}, NOW)


def test_of_many_approvals_at_once_one_is_kept(open_as: Open, ready: Campaign) -> None:
    open_as().submit(ready.id, 1, NOW, note="x")
    many = [open_as("reviewer", f"r{number}") for number in range(4)]
    gate, ended = threading.Barrier(len(many)), []

    def approve(desk: CampaignDesk) -> None:
        gate.wait()
        ended.append(desk.approve(ready.id, 1, NOW).fresh)

    threads = [threading.Thread(target=approve, args=(desk,)) for desk in many]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == [False, False, False, True]
    assert actions(open_as().get(ready.id)) == ["created", "submitted", "approved"]


def test_several_at_once_tell_what_each_came_to(open_as: Open, ready: Campaign) -> None:
    desk, reviewer = open_as(), open_as("reviewer")
    other = desk.create(desk.read("给高价值用户做复购活动，没有优惠，推送", {"end": "2099-12-01"}), NOW)
    desk.submit(ready.id, 1, NOW, note="x")
    found = reviewer.each([ready.id, other.id, "campaign-77", ready.id], lambda id: reviewer.approve(id, 1, NOW))
    assert [bool(outcome.campaign) for outcome in found] == [True, False, False]
    assert [outcome.error.code for outcome in found if outcome.error] == ["campaign_state", "campaign_unknown_id"]
    assert outcome_line(found[1], "zh") == "campaign-2：campaign-2 目前是「草稿」，不能批准活动。"


# --- what is learnt, and what a model sees


def test_a_return_needs_a_reason_and_its_words_are_not_drafted_again(open_as: Open, ready: Campaign) -> None:
    desk, reviewer = open_as(), open_as("reviewer")
    desk.submit(ready.id, 1, NOW, note="x")
    with pytest.raises(BadArgument, match="campaign_reason"):
        reviewer.send_back(ready.id, 1, " ", NOW)
    phrase = words(ready, "sms").split("】")[1].split("{offer}")[-1].strip("，。")[:6]
    back = reviewer.send_back(ready.id, 1, f"别再写「{phrase}」，也别写「没出现过」", NOW)
    assert (back.state, back.history[-1].phrases) == ("returned", [phrase])
    assert desk.taste("zh").rejected == [phrase]
    assert all(phrase not in draft.body for draft in desk.variants(back.brief))
    assert desk.taste("en").rejected == []


def test_approved_texts_are_kept_as_taste(open_as: Open, approved: Campaign) -> None:
    assert open_as().taste("zh").accepted == [draft.body for draft in approved.texts]


def test_the_agents_proposal_waits_and_hides_small_counts(open_as: Open) -> None:
    tools = CampaignTools(lambda: open_as("operator", "小林", "agent"))
    found = tools.propose_campaign(words=SENTENCE)
    assert found.campaign.campaign.state == "draft"
    assert found.evidence[0].kind == "audience"
    assert Findings.restore(json.loads(json.dumps(found.artifact()))) == found
    small = found.evidence[0].model_copy(update={"channels": [
        each.model_copy(update={"customers": 7}) for each in found.evidence[0].channels
    ]})  # fmt: skip
    assert "<10" in for_model(Findings(evidence=[small]), "zh")
    with pytest.raises(BadArgument, match="campaign_not_ready"):
        tools.propose_campaign(campaign="latest", submit=True)
    said = f"{SENTENCE}，2099年12月1日截止"
    handed = tools.propose_campaign(words=said, submit=True).campaign.campaign
    assert (handed.state, handed.history[-1].by.reach) == ("in_review", "agent")


def test_the_agent_changes_a_draft_by_talking_but_nothing_under_review(open_as: Open) -> None:
    tools = CampaignTools(lambda: open_as("operator", "小林", "agent"))
    made = tools.propose_campaign(words=SENTENCE).campaign.campaign
    told = {"campaign": made.id}
    changed = tools.propose_campaign(words="2099年12月1日截止，门槛改成满299", **told).campaign.campaign
    assert (changed.version, changed.brief.offer.said, str(changed.brief.end)) == (2, "满299减30", "2099-12-01")
    assert "满299减30" in changed.brief.name  # nobody named it, so it goes by what it is
    worded = tools.propose_campaign(words="更正式", **told).campaign.campaign
    assert worded.texts != changed.texts
    with pytest.raises(BadArgument, match="campaign_unchanged|wish_unclear"):
        tools.propose_campaign(words="天气不错", **told)
    tools.propose_campaign(submit=True, note="看过了", **told)
    with pytest.raises(NotAllowed, match="campaign_for_people"):
        tools.propose_campaign(words="门槛改成满399", **told)


def test_what_review_refuses_is_not_made(open_as: Open) -> None:
    tools = CampaignTools(lambda: open_as("operator", "小林", "agent"))
    with pytest.raises(BadArgument, match="campaign_not_ready"):
        tools.propose_campaign(words=SENTENCE, submit=True)
    assert open_as().all() == []
    handed = tools.propose_campaign(words=f"{SENTENCE}，2099年12月1日截止", submit=True, note="看过了").campaign.campaign
    assert [step.action for step in handed.history] == ["created", "submitted"]
    assert handed.history[-1].note == "看过了"
    assert open_as()._store.verify().flaws == []


def test_a_trail_row_holds_no_words_of_a_message(open_as: Open, approved: Campaign) -> None:
    open_as().comment(approved.id, "这句话不该进审计", NOW)
    rows = "\n".join(entry.model_dump_json() for entry in open_as()._store.trail.entries())
    for part in ("这句话不该进审计", "满199", *(draft.body[:12] for draft in approved.texts)):
        assert part not in rows


def test_a_record_changed_behind_the_trail_is_found(open_as: Open, approved: Campaign) -> None:
    store = open_as()._store
    with store._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE versions SET body = replace(body, '199', '99')")
    assert [flaw.code for flaw in store.verify().flaws] == ["records"]
    desk = open_as("admin", "boss")
    assert not desk.holds(desk.get(approved.id))


def test_no_customer_number_reaches_the_release(open_as: Open, approved: Campaign, tmp_path: Path) -> None:
    released = open_as().release(approved.id, NOW).model_dump_json()
    assert "customer_id" not in released


# --- changed by talking

def test_a_text_is_changed_by_talking_and_locked_parts_stay(open_as: Open, approved: Campaign) -> None:
    desk = open_as()
    changed = desk.revise(approved.id, 1, "sms", "更活泼一点", NOW)
    assert (changed.version, changed.state) == (2, "draft")
    assert words(changed, "sms") != words(approved, "sms")
    assert words(changed, "wecom") == words(approved, "wecom")
    assert desk.revise(approved.id, 1, "sms", "更活泼一点", NOW).version == 2
    with pytest.raises(BadArgument, match="wish_locked"):
        desk.revise(approved.id, 2, "sms", "短一点", NOW, locked=["body"])
    with pytest.raises(BadArgument, match="wish_unclear"):
        desk.revise(approved.id, 2, "sms", "蓝色的大象", NOW)
    with pytest.raises(BadArgument, match="campaign_no_text"):
        desk.revise(approved.id, 2, "email", "短一点", NOW)


# --- a wish for one channel


def test_a_wish_changes_the_text_of_the_channel_that_it_names(open_as: Open) -> None:
    desk = open_as()
    made = desk.create(desk.read(SENTENCE), NOW)
    changed = desk.amend(made.id, 1, "短信加上会员日", NOW)
    assert "会员日" in words(changed, "sms")
    assert words(changed, "wecom") == words(made, "wecom")
    assert changed.brief == made.brief
    both = desk.amend(made.id, 2, "企微加上周三，短信换个说法", NOW)
    assert "周三" in words(both, "wecom")
    assert words(both, "sms") != words(changed, "sms")
    assert both.version == 3
    later = desk.amend(made.id, 3, "短信加上新店，活动到2099年12月5日", NOW)
    assert "新店" in words(later, "sms")
    assert (f"{later.brief.end}", later.brief.channels) == ("2099-12-05", ["wecom", "sms"])
    shown = desk.revise(made.id, later.version, "wecom", "短信去掉称呼", NOW)  # the SMS, whatever is looked at
    assert "{name}" not in words(shown, "sms")
    assert words(shown, "wecom") == words(later, "wecom")
    with pytest.raises(BadArgument, match="campaign_no_text"):
        desk.amend(made.id, shown.version, "邮件短一点", NOW)
