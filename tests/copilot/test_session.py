"""One question in, typed events out, over a real workspace with the built-in planner."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import aclosing
from pathlib import Path

import pytest

from copilot.answer import (
    CitationFound,
    Done,
    DraftsReady,
    Event,
    EvidenceFound,
    Failed,
    TextDelta,
    ToolFinished,
    ToolStarted,
)
from copilot.bootstrap import open_copilot
from copilot.session import AnswerFailed, Copilot
from copilot.settings import PLANNER, Settings
from copilot.testing import ScriptedModel
from tools.demo import Truth

pytestmark = pytest.mark.anyio


async def events_of(copilot: Copilot, question: str, **how: str) -> list[Event]:
    return [event async for event in copilot.stream(question, **how)]


@pytest.mark.parametrize(
    ("question", "language"), [("沉睡用户有多少人？", "zh"), ("How many dormant customers do we have?", "en")]
)
async def test_a_figure_is_the_planted_one(
    copilot: Copilot, exports: tuple[Path, Truth], question: str, language: str
) -> None:
    answer = await copilot.ask(question)
    planted = exports[1].tiers["dormant"].customers
    overview = answer.evidence[0]
    assert (answer.language, answer.model) == (language, PLANNER)
    assert [(call.name, call.ok) for call in answer.tool_calls] == [("tier_overview", True)]
    assert {row["tier"]: row["customers"] for row in overview["rows"]}["dormant"] == planted
    assert f"{planted:,}" in answer.text
    assert overview["n"] == sum(tier.customers for tier in exports[1].tiers.values())
    assert answer.warnings == []


@pytest.mark.parametrize("question", ["历史累计销售额是多少？", "What is our revenue of all time?"])
async def test_revenue_of_all_days_is_the_planted_sum(
    copilot: Copilot, exports: tuple[Path, Truth], question: str
) -> None:
    answer = await copilot.ask(question)
    assert answer.evidence[0]["metric"] == "revenue"
    assert answer.evidence[0]["window"]["label"] == "all"
    assert answer.evidence[0]["value"] == pytest.approx(exports[1].sale_revenue)
    assert f"{exports[1].sale_revenue:,.2f}" in answer.text


async def test_evidence_carries_what_a_reader_needs_to_check_it(copilot: Copilot) -> None:
    [figure] = (await copilot.ask("上个月营业额是多少？")).evidence
    assert figure["unit"] == "money"
    assert (figure["window"]["start"], figure["window"]["end"]) == ("2025-09-01", "2025-09-30")
    assert figure["filters"] == {}
    assert isinstance(figure["definition"], str)
    assert "SELECT" in figure["query"].upper()
    assert figure["n"] > 0


async def test_events_come_in_order(copilot: Copilot) -> None:
    question = "How many dormant customers do we have, and what does the framework advise for them?"
    events = await events_of(copilot, question)
    kinds = [type(event) for event in events]
    assert kinds[0] is ToolStarted
    assert kinds[-1] is Done
    assert kinds.count(Done) == 1
    assert Failed not in kinds
    for started in (event for event in events if isinstance(event, ToolStarted)):
        place = events.index(started)
        assert any(isinstance(event, ToolFinished) and event.id == started.id for event in events[place:])
    for found in (event for event in events if isinstance(event, EvidenceFound)):
        before = events[: events.index(found)]
        assert any(isinstance(event, ToolFinished) and event.id == found.tool_call for event in before)
    last_result = max(place for place, kind in enumerate(kinds) if kind in (ToolFinished, EvidenceFound, CitationFound))
    assert last_result < kinds.index(TextDelta)


async def test_the_stream_and_the_answer_tell_the_same(copilot: Copilot) -> None:
    events = await events_of(copilot, "五个层级现在各有多少人？")
    answer = events[-1].answer
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == answer.text
    assert [event.id for event in events if isinstance(event, ToolStarted)] == [call.id for call in answer.tool_calls]
    assert [event.evidence for event in events if isinstance(event, EvidenceFound)] == answer.evidence


@pytest.mark.parametrize(
    "question",
    [
        "沉睡用户有多少人？怎么召回？再给他们写两条短信。",
        "How many dormant customers do we have, how do we win them back, and write two SMS for them in Chinese",
    ],
)
async def test_every_part_of_a_question_is_answered(copilot: Copilot, question: str) -> None:
    answer = await copilot.ask(question)
    assert [(call.name, call.ok) for call in answer.tool_calls] == [
        ("tier_overview", True), ("tier_playbook", True), ("draft_messages", True),
    ]  # fmt: skip
    assert any("dormant" in citation.id for citation in answer.citations)
    assert [(draft.tier, draft.channel, draft.language) for draft in answer.drafts] == [("dormant", "sms", "zh")] * 2


async def test_drafts_travel_as_an_event(copilot: Copilot) -> None:
    events = await events_of(copilot, "Draft three push notifications for high-value customers")
    [ready] = [event for event in events if isinstance(event, DraftsReady)]
    assert [draft.channel for draft in ready.drafts] == ["push"] * 3
    assert ready.drafts == events[-1].answer.drafts


async def test_a_citation_opens_the_passage_it_names(copilot: Copilot) -> None:
    answer = await copilot.ask("什么是SMART模型？")
    assert answer.citations
    for citation in answer.citations:
        assert copilot.toolbox.knowledge.index.passage(citation.id, language="zh").id == citation.id


async def test_a_follow_up_leans_on_the_question_before(copilot: Copilot, exports: tuple[Path, Truth]) -> None:
    first = await copilot.ask("沉睡用户有多少人？")
    second = await copilot.ask("那高价值用户呢？", thread=first.thread)
    assert second.thread == first.thread
    assert [call.name for call in second.tool_calls] == ["tier_overview"]
    assert f"{exports[1].tiers['high'].customers} 人" in second.text
    assert [turn.question for turn in copilot.store.turns(first.thread)] == ["沉睡用户有多少人？", "那高价值用户呢？"]


async def test_a_caveat_of_the_data_is_not_taken_for_an_invented_figure(copilot: Copilot) -> None:
    answer = await copilot.ask("2025年10月31日的销售额是多少？")
    assert answer.evidence[0]["notes"] == ["small_sample"]
    assert "30" in answer.text
    assert answer.warnings == []


async def test_threads_do_not_know_of_each_other(copilot: Copilot) -> None:
    await copilot.ask("9月抖音的销售额是多少？", thread="one")
    answer = await copilot.ask("那天猫呢？", thread="other")
    assert not any(call.arguments.get("window") for call in answer.tool_calls)


async def test_memory_survives_closing(settings: Settings) -> None:
    async with open_copilot(settings) as copilot:
        first = await copilot.ask("What was revenue last month?")
    async with open_copilot(settings) as copilot:
        second = await copilot.ask("And by channel?", thread=first.thread)
        turns = copilot.store.turns(first.thread)
    [call] = second.tool_calls
    assert call.name == "query_metric"
    assert call.arguments["metric"] == "revenue"
    assert call.arguments["by"] == ["channel"]
    assert second.evidence[0]["window"] == first.evidence[0]["window"]
    assert sum(row["value"] for row in second.evidence[0]["rows"]) == pytest.approx(first.evidence[0]["value"])
    assert [turn.answer.text for turn in turns] == [first.text, second.text]


async def test_a_stream_left_early_is_an_interrupted_turn(copilot: Copilot) -> None:
    async with aclosing(copilot.stream("上个月营业额是多少？", thread="left")) as events:
        async for event in events:
            if isinstance(event, ToolStarted):
                break
    assert [turn.state for turn in copilot.store.turns("left")] == ["interrupted"]
    answer = await copilot.ask("沉睡用户有多少人？", thread="left")
    assert [call.ok for call in answer.tool_calls] == [True]
    assert [turn.state for turn in copilot.store.turns("left")] == ["interrupted", "done"]


async def test_a_cancelled_question_leaves_a_usable_thread(copilot: Copilot) -> None:
    started = asyncio.Event()

    async def read() -> None:
        async for event in copilot.stream("What was revenue last month?", thread="cancelled"):
            if isinstance(event, ToolStarted):
                started.set()

    task = asyncio.create_task(read())
    await asyncio.wait_for(started.wait(), 20)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert copilot.store.turns("cancelled")[0].state == "interrupted"
    assert (await copilot.ask("How many dormant customers are there?", thread="cancelled")).evidence


@pytest.mark.parametrize(
    ("question", "part"),
    [("上个月的毛利率是多少？", "目前算不了"), ("What was our gross margin last month?", "not supported yet")],
)
async def test_what_the_data_cannot_tell_is_said_without_a_figure(copilot: Copilot, question: str, part: str) -> None:
    answer = await copilot.ask(question)
    assert part in answer.text
    assert answer.evidence == []


@pytest.mark.parametrize(
    ("language", "arguments", "parts"),
    [
        ("zh", {"metric": "cheerfulness"}, ["没有", "cheerfulness", "可用的有"]),
        ("en", {"metric": "cheerfulness"}, ["no metric", "cheerfulness", "Available"]),
        ("en", {"metric": "revenue", "window": "2031-02"}, ["2031"]),
        ("en", {"metric": "revenue", "by": ["weather"]}, ["weather", "Tier"]),
    ],
)
async def test_a_refused_call_goes_back_in_words(
    settings: Settings, language: str, arguments: dict, parts: list[str]
) -> None:
    model = ScriptedModel(script=[[("query_metric", arguments)], "I cannot tell."])
    async with open_copilot(settings, model=model) as copilot:
        answer = await copilot.ask("?", language=language)
    told = model.seen[1][-1].content
    assert all(part in told for part in parts), told
    [call] = answer.tool_calls
    assert (call.name, call.ok) == ("query_metric", False)
    assert told == f"<data>\n{call.summary}\n</data>"  # it may quote the data, so a model gets it fenced
    assert answer.text == "I cannot tell."


async def test_a_tool_that_does_not_exist_goes_back_with_those_that_do(settings: Settings) -> None:
    model = ScriptedModel(script=[[("send_sms", {"to": "all"})], "I only draft."])
    async with open_copilot(settings, model=model) as copilot:
        answer = await copilot.ask("Send it to everybody")
    told = model.seen[1][-1].content
    assert "send_sms" in told
    assert "draft_messages" in told
    assert [call.ok for call in answer.tool_calls] == [False]


@pytest.mark.parametrize(("language", "part"), [("zh", "还没有加载"), ("en", "No order data")])
async def test_without_data_the_copilot_says_so_and_still_knows_the_framework(
    settings: Settings, language: str, part: str
) -> None:
    shutil.rmtree(settings.directory / "data")
    revenue = {"zh": "上个月营业额是多少？", "en": "Revenue last month?"}[language]
    model = {"zh": "什么是SMART模型？", "en": "What is the SMART model?"}[language]
    async with open_copilot(settings) as copilot:
        figure = await copilot.ask(revenue)
        framework = await copilot.ask(model)
    assert part in figure.text
    assert figure.evidence == []
    assert framework.citations


async def test_a_bug_ends_in_words_with_a_log_id(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    model = ScriptedModel(script=[RuntimeError("secret /srv/path")])
    quiet = settings.model_copy(update={"fallback": "none"})
    async with open_copilot(quiet, model=model) as copilot:
        with pytest.raises(AnswerFailed) as caught:
            await copilot.ask("营业额？", thread="bug")
        [turn] = copilot.store.turns("bug")
    event = caught.value.event
    assert event.code == "E-BUG"
    assert event.log_id in event.message
    assert "secret" not in event.message
    assert "secret" in caplog.text
    assert turn.state == "failed"
