"""The whole copilot with a language model behind it: a scripted server speaks the protocol, right and wrong."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import time
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import duckdb
import pytest

from copilot.answer import Event, Failed, Notice, TextDelta, ToolStarted
from copilot.bootstrap import open_copilot
from copilot.catalogue import text
from copilot.faults import FAULTS, fault_message
from copilot.prompts import load_prompt
from copilot.session import AnswerFailed, Copilot
from copilot.settings import PLANNER, Settings
from copilot.testing import MISBEHAVIOURS, Behaviour, Call, Hang, Reply, ScriptedServer, Stage, call, refuse, say
from copilot.testing.misbehaviours import LEAK
from knowledge.documents import CONTENT
from tools.demo import Truth
from tools.results import TIERS

pytestmark = pytest.mark.anyio

KEY = "sk-test-5d1c0ffee"
MODEL = "scripted-1"


def told(body: dict[str, Any]) -> str:
    """What the tools told the model last."""
    return "\n".join(message["content"] for message in body["messages"] if message["role"] == "tool")


def words(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


async def events_of(copilot: Copilot, question: str, **how: str) -> list[Event]:
    return [event async for event in copilot.stream(question, **how)]


# --- a server that behaves ----------------------------------------------------------------


async def test_a_call_in_fragments_becomes_an_answer_with_evidence_and_citation(
    served: Copilot, stage: Stage, server: ScriptedServer, exports: tuple[Path, Truth]
) -> None:
    calls = (
        Call("query_metric", {"metric": "revenue", "window": "all"}, id="a"),
        Call("search_knowledge", {"query": "how to win back dormant customers"}, id="b"),
    )

    def answer(body: dict[str, Any]) -> Behaviour:
        figure = re.search(r"total: (\S+)", told(body))[1]
        passage = re.search(r"^\[(\S+)\]", told(body), re.MULTILINE)[1]
        return say(f"All-time revenue is {figure}; for dormant customers see [{passage}].")

    stage.play([Reply(text="Let me look.", calls=calls), answer])
    events = await events_of(served, "Our revenue so far, and how to win back dormant customers?")
    done = events[-1].answer
    assert done.model == MODEL
    assert [(item.name, item.ok) for item in done.tool_calls] == [("query_metric", True), ("search_knowledge", True)]
    assert done.evidence[0]["value"] == pytest.approx(exports[1].sale_revenue)
    assert f"{exports[1].sale_revenue:,.2f}" in done.text
    assert any(f"[{citation.id}]" in done.text for citation in done.citations)
    assert done.warnings == []
    assert len(server.bodies) == 2
    last_call = max(place for place, event in enumerate(events) if isinstance(event, ToolStarted))
    assert words(events[last_call:]) == done.text


async def test_the_rules_the_data_and_the_tools_are_sent(
    served: Copilot, stage: Stage, server: ScriptedServer
) -> None:
    stage.play([say("好的。"), say("Fine.")])
    await served.ask("你好")
    await served.ask("Hello")
    zh, en = server.bodies
    for body, language in ((zh, "zh"), (en, "en")):
        system = body["messages"][0]
        assert system["role"] == "system"
        note = served.workspace.data_note(language)
        assert system["content"] == load_prompt("system", language=language, data_note=note)
        assert [tool["function"]["name"] for tool in body["tools"]] == ["more", *served.toolbox.tools()]
        assert all(tool["function"]["description"] for tool in body["tools"])
        assert body["model"] == MODEL
        assert body["stream"] is True
    assert "Figures come from tools" in en["messages"][0]["content"]
    assert "2025-10-31" in en["messages"][0]["content"]
    arguments = {tool["function"]["name"]: tool["function"]["parameters"]["properties"] for tool in en["tools"]}
    assert arguments["tier_playbook"]["tier"]["enum"] == list(TIERS)
    assert all(field.get("description") for fields in arguments.values() for field in fields.values())


async def test_the_thread_goes_along_and_survives_closing(
    stage: Stage, server: ScriptedServer, model_settings: Callable[..., Settings]
) -> None:
    settings = model_settings()
    stage.play([say("First answer."), say("Second answer.")])
    async with open_copilot(settings) as copilot:
        await copilot.ask("First question", thread="kept")
    async with open_copilot(settings) as copilot:
        await copilot.ask("Second question", thread="kept")
    sent = [(message["role"], message["content"]) for message in server.bodies[1]["messages"][1:]]
    assert sent == [("user", "First question"), ("assistant", "First answer."), ("user", "Second question")]


@pytest.mark.parametrize(
    ("wrong", "language", "alternative"),
    [
        ({"metric": "sales_total"}, "en", "revenue"),
        ({"metric": "gmv总额"}, "zh", "销售额"),
        ({"metric": "revenue", "where": {"channel": ["天猫超市"]}}, "zh", "天猫"),
        ({"metric": "revenue", "window": "sometime"}, "en", "last_30_days"),
        ({"metric": "revenue", "limit": "many"}, "en", "limit"),
        ({"window": "last_month"}, "en", "metric"),
    ],
)
async def test_wrong_arguments_go_back_with_the_way_out_and_are_mended(
    served: Copilot, stage: Stage, server: ScriptedServer, wrong: dict, language: str, alternative: str
) -> None:
    def answer(body: dict[str, Any]) -> Behaviour:
        return say(f"It was {re.findall(r'total: (.+)', told(body))[-1]}.")

    right = {"metric": "revenue", "window": "last_month"}
    stage.play([call("query_metric", wrong), call("query_metric", right), answer])
    result = await served.ask("Revenue last month?", language=language)
    back = server.bodies[1]["messages"][-1]
    assert back["role"] == "tool"
    assert alternative in back["content"]
    assert "Traceback" not in back["content"]
    assert [item.ok for item in result.tool_calls] == [False, True]
    assert len(result.evidence) == 1
    assert result.warnings == []


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_an_invented_figure_is_marked_and_listed(served: Copilot, stage: Stage, language: str) -> None:
    def answer(body: dict[str, Any]) -> Behaviour:
        figure = re.search(r"total: (\S+)", told(body))[1]
        return say(f"Revenue: {figure}. It will be ¥987,654.32 next month, with 61.7% coming back.")

    stage.play([call("query_metric", {"metric": "revenue", "window": "last_month"}), answer])
    result = await served.ask("Revenue last month?", language=language)
    mark = text("grounding.mark", language)
    assert f"987,654.32{mark}" in result.text
    assert f"61.7%{mark}" in result.text
    assert result.text.count(mark) == 2
    assert [warning.code for warning in result.warnings] == ["W-UNMATCHED"] * 2
    assert "61.7%" in result.warnings[1].message


async def test_what_nobody_asked_for_is_refused_in_the_agent(served: Copilot, stage: Stage) -> None:
    stage.play([call("propose_lesson", {"note": "总是给全场1折"}), say("好的。")])
    result = await served.ask("我们学到过什么？")
    assert [item.ok for item in result.tool_calls] == [False]


# --- a server that does not ---------------------------------------------------------------

NAMED = [
    "unauthorised", "rate_short", "rate_long", "quota", "error_500", "error_502_page", "error_503", "hang", "stall",
    "cut", "cut_at_once", "content_empty", "choices_empty", "tool_json_always", "tool_json_truncated",
    "wrong_types_always", "unknown_tool_always", "html_page", "error_in_stream", "bad_line",
]  # fmt: skip
DEAD_KEY = {"unauthorised"}
QUESTIONS = {"zh": "沉睡用户有多少人？", "en": "How many dormant customers do we have?"}


def shown(events: list[Event]) -> str:
    return "\n".join(event.model_dump_json() for event in events)


@pytest.mark.parametrize("name", NAMED)
async def test_a_fault_ends_in_the_planners_answer_marked_as_such(
    served: Copilot, stage: Stage, exports: tuple[Path, Truth], caplog: pytest.LogCaptureFixture, name: str
) -> None:
    language = "zh" if NAMED.index(name) % 2 else "en"
    stage.play(MISBEHAVIOURS[name])
    began = time.monotonic()
    events = await events_of(served, QUESTIONS[language], thread=f"fallback-{name}")
    assert time.monotonic() - began < 60
    for secret in (LEAK, KEY, "Traceback"):
        assert secret not in shown(events)
    assert LEAK not in caplog.text
    assert KEY not in caplog.text
    if name in DEAD_KEY:  # not papered over: somebody must mend the key
        assert isinstance(events[-1], Failed)
        assert events[-1].message == fault_message("E-LLM-AUTH", language)
        return
    answer = events[-1].answer
    assert answer.model == PLANNER
    assert f"{exports[1].tiers['dormant'].customers}" in answer.text
    notices = [event for event in events if isinstance(event, Notice)]
    assert notices[-1].restart  # what the model had begun to say is dropped
    assert notices[-1].code in FAULTS
    assert notices[-1].code in [warning.code for warning in answer.warnings]
    after = events[events.index(notices[-1]) :]
    assert words(after) == answer.text


@pytest.mark.parametrize("name", NAMED)
async def test_a_fault_ends_in_a_clear_message_and_a_usable_thread(alone: Copilot, stage: Stage, name: str) -> None:
    language = "en" if NAMED.index(name) % 2 else "zh"
    thread = f"alone-{name}"
    stage.play(MISBEHAVIOURS[name])
    events = await events_of(alone, QUESTIONS[language], thread=thread)
    failed = events[-1]
    assert isinstance(failed, Failed)
    assert failed.code in FAULTS
    assert re.search(r"[一-鿿]", failed.message) if language == "zh" else failed.message.isascii()
    assert LEAK not in shown(events)
    stage.play([call("tier_overview"), say("Here they are.")])
    answer = await alone.ask(QUESTIONS[language], thread=thread)
    assert answer.text == "Here they are."
    assert answer.evidence
    assert [turn.state for turn in alone.store.turns(thread)] == ["failed", "done"]


async def test_a_failure_says_how_long_to_wait(alone: Copilot, stage: Stage) -> None:
    stage.play(refuse(429, "slow down", code="rate_limit_exceeded", retry_after=1200))
    with pytest.raises(AnswerFailed) as caught:
        await alone.ask("Revenue last month?")
    assert caught.value.event.code == "E-LLM-RATE"
    assert "20 min" in caught.value.event.message


async def test_the_planner_takes_over_in_mid_turn_and_keeps_what_was_found(served: Copilot, stage: Stage) -> None:
    stage.play([call("tier_overview"), Hang()])
    answer = await served.ask("How many dormant customers do we have?")
    assert answer.model == PLANNER
    assert answer.text
    assert "dormant" in answer.text.lower()
    assert [warning.code for warning in answer.warnings] == ["E-LLM-TIMEOUT"]


async def test_a_cut_answer_says_so(served: Copilot, stage: Stage) -> None:
    stage.play(say("The framework has", finish="length"))
    answer = await served.ask("What is the framework?")
    assert answer.text == "The framework has"
    assert [warning.code for warning in answer.warnings] == ["E-LLM-LENGTH"]


async def test_stopping_a_stream_hangs_up_and_leaves_the_thread_usable(
    served: Copilot, stage: Stage, server: ScriptedServer
) -> None:
    before = server.hang_ups
    stage.play(say("The answer is", ending="stall"))
    async with aclosing(served.stream("Hello?", thread="stopped")) as events:
        async for event in events:
            if isinstance(event, TextDelta):
                break
    deadline = time.monotonic() + 20
    while server.hang_ups == before and time.monotonic() < deadline:
        await asyncio.sleep(0.01)
    assert server.hang_ups == before + 1
    stage.play(say("Fine."))
    assert (await served.ask("Again?", thread="stopped")).text == "Fine."
    assert [turn.state for turn in served.store.turns("stopped")] == ["interrupted", "done"]


# --- personal data ------------------------------------------------------------------------

CONVERSATION: list[tuple[str, list[Call]]] = [
    ("上个月营业额是多少？", [Call("query_metric", {"metric": "revenue", "window": "last_month", "by": ["channel"]})]),
    ("Which cities buy most?", [Call("query_metric", {"metric": "revenue", "by": ["city"], "order": "top"})]),
    ("Who are our best customers? Names please.", [Call("query_metric", {"metric": "revenue", "by": ["customer_id"]})]),
    ("List names and phones", [Call("query_metric", {"metric": "customers", "by": ["name"]}),
                               Call("query_metric", {"metric": "customers", "by": ["phone"]}, id="call_2")]),
    ("五个层级各有多少人？", [Call("tier_overview")]),
    ("上个月谁变沉睡了？", [Call("tier_migration")]),
    ("Compare tiers", [Call("compare_tiers")]),
    ("怎么召回沉睡用户？", [Call("search_knowledge", {"query": "召回沉睡用户"}),
                   Call("tier_playbook", {"tier": "dormant"}, id="call_2")]),
    ("给沉睡用户写短信，满199减30", [Call("draft_messages", {"tier": "dormant", "offer": "满199减30"})]),
    ("Draft an e-mail for the best ones", [Call("draft_messages", {"tier": "high", "channel": "email"})]),
    ("第一条短一点，加上会员日", [Call("revise_draft", {"wish": "短一点，加上会员日"})]),
    ("有哪些数据？", [Call("describe_data")]),
    ("各月新客的留存怎么样？", [Call("cohort_retention", {"where": {"channel": ["天猫"]}})]),
    ("How fast do they come back, by city?", [Call("repurchase_curve", {"by": "city"})]),
    ("How are the RFM segments and stages?", [Call("rfm_overview"), Call("lifecycle_overview", id="call_2")]),
    ("下个月各层会有多少人？", [Call("expected_tiers")]),
    ("有哪些行为标签？", [Call("tag_overview")]),
    ("上海、消费超过3000的客户有多少？存成「大客」", [Call("select_customers", {"words": "上海、消费超过3000的客户", "save_as": "大客"})]),
    ("Which segments are saved?", [Call("list_segments")]),
    ("Who are we about to lose?", [Call("lifetime_outlook")]),
    ("数据有没有问题？", [Call("data_health")]),
    ("How many people are behind the accounts?", [Call("linked_persons")]),
    ("我们该重点抓什么，谁做过？", [Call("diagnose", {"topics": ["stage", "focus", "cases"], "description": "零食品牌"})]),
    ("Plan Double 11 with me", [Call("quick_win_plan", {"event": "Double 11"})]),
    ("给潜力用户做一个二单转化活动，满199减30，企微加短信", [Call("propose_campaign", {"words": "给潜力用户做一个二单转化活动，满199减30，企微加短信"})]),
    ("帮我检查这条短信：【悦购】全网最低价，拒收请回复R", [Call("check_message", {"message": "【悦购】全网最低价，拒收请回复R"})]),
    ("潜力用户接下来该提什么、几点发？", [Call("next_best_choices", {"tier": "potential"})]),
    ("记下：沉睡用户的短信早上发更好", [Call("propose_lesson", {"note": "沉睡用户的短信早上发更好"})]),
]  # fmt: skip


async def test_no_customer_is_ever_sent_to_a_model(
    served: Copilot, stage: Stage, server: ScriptedServer, tmp_path: Path
) -> None:
    people = _people(served, tmp_path)
    phone, email = re.sub(r"\D", "", people["phone"][0])[-11:], people["email"][0]
    typed = [
        f"客户 {phone} 上次什么时候下单？",
        f"What did {email} buy? Call {phone[:3]}-{phone[3:7]}-{phone[7:]} or +86 {phone}.",
    ]
    threads = set()
    for number, (question, calls) in enumerate([*CONVERSATION, *((question, []) for question in typed)]):
        threads.add(thread := f"private-{number // 11}")  # in one, each request would repeat all before it
        # The copywriter asks the model too; it says nothing that can be read, and the library writes.
        written = [say("No.") for made in calls if made.name == "draft_messages"]
        stage.play([Reply(calls=tuple(calls)), *written, say("Done.")] if calls else say("Done."))
        assert (await served.ask(question, thread=thread)).text == "Done."
    # Every request repeats the ones before it: each message and the tools are looked at once.
    sent = [part for body in server.bodies for part in (*body["messages"], *body.get("tools", []))]
    wire = "\n".join({json.dumps(part, ensure_ascii=False) for part in sent})
    turns = [turn for thread in threads for turn in served.store.turns(thread)]
    assert {item.name for turn in turns for item in turn.answer.tool_calls} == set(served.toolbox.tools())
    assert len(people["customer_id"]) == 1200
    # A surname and a given name may also stand in our own words: 周一 in "一周一版".
    ours = "\n".join(card.read_text(encoding="utf-8") for card in CONTENT.glob("zh/*.md"))
    for column, values in people.items():
        assert [value for value in values if value in wire and value not in ours] == [], column
    assert "[phone-1]" in wire
    assert "[email-1]" in wire
    assert phone[-4:] not in wire


def _people(copilot: Copilot, folder: Path) -> dict[str, list[str]]:
    """Every value in the personal columns; read from a copy, as the original is locked down while it is open."""
    copy = shutil.copyfile(copilot.workspace.data_store.current(), folder / "data.duckdb")
    with duckdb.connect(str(copy), read_only=True) as con:
        return {name: _values(con, name) for name in ("customer_id", "name", "phone", "email")}


def _values(con: duckdb.DuckDBPyConnection, column: str) -> list[str]:
    rows = con.execute(f"SELECT DISTINCT {column} FROM customers WHERE {column} <> '' ORDER BY 1").fetchall()
    return [value for (value,) in rows]


async def test_a_tool_that_the_role_may_not_use_is_not_shown(
    model_settings: Callable[..., Settings], stage: Stage, server: ScriptedServer
) -> None:
    stage.play([call("draft_messages", {"tier": "dormant", "channel": "sms", "language": "zh"}), say("不能起草。")])
    async with open_copilot(model_settings(role="viewer")) as viewer:
        answer = await viewer.ask("给沉睡用户写条短信")
    shown = [tool["function"]["name"] for tool in server.bodies[0]["tools"]]
    assert "query_metric" in shown
    assert not {"draft_messages", "revise_draft", "propose_campaign", "propose_lesson", "select_customers"} & {*shown}
    assert [called.ok for called in answer.tool_calls] == [False]  # and called all the same, it is refused
    assert not answer.drafts
