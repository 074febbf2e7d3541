"""The story of every answer: as it was sent, masked, kept for a while, and asked again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import grpc
import pytest
from fastapi.testclient import TestClient
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc

from copilot.answer import Caution, Usage
from copilot.api.app import create_app
from copilot.bootstrap import open_copilot
from copilot.catalogue import text
from copilot.faults import Fault, ModelFault
from copilot.prompts import prompt_version
from copilot.session import AnswerFailed, Copilot
from copilot.settings import PLANNER, Settings
from copilot.testing import Hang, ScriptedServer, call, refuse, say
from copilot.tracing.apart import model_call
from copilot.tracing.recorder import RECORDER, text_of
from copilot.tracing.replay import answering, replay
from copilot.tracing.results import Ending, ModelCall, NoticeGiven, ToolRun, Trace, TraceSummary
from copilot.tracing.store import TraceStore
from copilot.tracing.text import compared, whole
from tools.errors import BadArgument

pytestmark = pytest.mark.anyio

PHONE = "13812345678"
ASKED = f"上个月的销售额是多少？手机号{PHONE}"


def served(home: Path, server: ScriptedServer, **more: object) -> Settings:
    return Settings(_env_file=None, home=home, workspace="small", base_url=server.base_url, api_key="sk-test",
                    model="scripted-1", **more)  # fmt: skip


def of_kind(trace: Trace, kind: type) -> list:
    return [step for step in trace.steps if isinstance(step, kind)]


async def test_the_planners_answer_has_its_plan_queries_and_the_origin_of_its_figures(copilot: Copilot) -> None:
    answer = await copilot.ask(ASKED)
    trace = copilot.tracer.store.get(answer.id[:8])
    assert (trace.id, trace.state, trace.model, trace.tools) == (answer.id, "done", PLANNER, ["query_metric"])
    assert trace.question.text == "上个月的销售额是多少？手机号[phone-1]"
    plan, composed = of_kind(trace, ModelCall)
    assert [each.name for each in plan.reply.calls] == ["query_metric"]
    assert composed.reply.text.text == answer.text
    [run] = of_kind(trace, ToolRun)
    assert [each.query.text for each in run.found] == [item["query"] for item in answer.evidence]
    assert plan.at < run.at < composed.at
    assert {each.evidence for each in trace.ending.figures} == {run.found[0].evidence}
    assert PHONE not in trace.model_dump_json()


async def test_a_models_requests_are_kept_as_they_went_over_the_wire(copy_home: Callable[[], Path]) -> None:
    home = copy_home()
    script = [call("query_metric", {"metric": "revenue", "window": "last_month"}), say("Revenue was 1,234,567.")]
    with ScriptedServer(script) as server:
        async with open_copilot(served(home, server, price_input=1.0, price_output=1.0)) as copilot:
            answer = await copilot.ask(ASKED)
            trace = copilot.tracer.store.get(answer.id)
    for step, body in zip(of_kind(trace, ModelCall), server.bodies, strict=True):
        assert [(each.role, each.text.text) for each in step.messages] == [
            (each["role"], each["content"] or "") for each in body["messages"]
        ]
        assert step.tools == [each["function"]["name"] for each in body["tools"]]
        assert (step.model, step.prompt) == ("scripted-1", prompt_version("system"))
        assert (step.input_tokens, step.output_tokens) == (11, 7)
    assert trace.usage.cost == answer.usage.cost
    assert [each.code for each in trace.ending.verdicts] == [each.code for each in answer.warnings]
    assert "W-UNMATCHED" in {each.code for each in trace.ending.verdicts}
    for path in (home / "small" / "store").glob("traces.sqlite*"):
        assert PHONE.encode() not in path.read_bytes()


async def test_what_went_wrong_is_told_too(copy_home: Callable[[], Path]) -> None:
    script = [refuse(500, "down"), refuse(500, "down"), refuse(401, "no"), Hang()]
    with ScriptedServer(script) as server:
        async with open_copilot(served(copy_home(), server)) as copilot:
            instead = await copilot.ask("How many dormant customers are there?")
            with pytest.raises(AnswerFailed) as failed:
                await copilot.ask("How many dormant customers are there?")
            async with aclosing(copilot.stream("Hello?", thread="left")) as events:
                pending = anext(events)
                with pytest.raises(TimeoutError):
                    await _within(0.6, pending)
            fallback, broken, left = (copilot.tracer.store.get(id) for id in (
                instead.id, failed.value.event.log_id, copilot.tracer.store.latest(thread="left")[0].id
            ))  # fmt: skip
    assert [step.fault for step in of_kind(fallback, ModelCall)] == ["E-LLM-UP", "E-LLM-UP", "", ""]
    assert [step.code for step in of_kind(fallback, NoticeGiven)] == ["E-LLM-UP"]
    assert fallback.ending.fallback_from == "E-LLM-UP"
    assert (broken.state, broken.fault, broken.ending.text) == ("failed", "E-LLM-AUTH", None)
    assert (left.state, [step.fault for step in of_kind(left, ModelCall)]) == ("interrupted", ["cancelled"])


async def _within(seconds: float, pending) -> None:  # noqa: ANN001
    import asyncio

    await asyncio.wait_for(pending, seconds)


async def test_without_bodies_no_words_are_kept_and_zero_days_keep_nothing(copy_home: Callable[[], Path]) -> None:
    home = copy_home()
    settings = Settings(_env_file=None, home=home, workspace="small", trace_bodies=False)
    async with open_copilot(settings) as copilot:
        answer = await copilot.ask("Revenue of 天猫 last month?")
        trace = copilot.tracer.store.get(answer.id)
    shown = whole(trace, "en")
    assert trace.question == text_of("Revenue of 天猫 last month?", bodies=False)
    assert trace.ending.text.text is None
    assert text_of(answer.text, bodies=False).hash in shown
    assert "SELECT" not in shown
    with closing(sqlite3.connect(home / "small" / "store" / "traces.sqlite")) as sql:
        assert sql.execute("SELECT count(*) FROM texts").fetchone() == (0,)
    async with open_copilot(settings.model_copy(update={"trace_days": 0})) as copilot:
        assert copilot.tracer.store.latest() == []
        await copilot.ask("Revenue last month?")
        assert copilot.tracer.store.latest() == []


def head(id: str, words: str, began_at: datetime) -> TraceSummary:
    return TraceSummary(
        id=id, thread="t", question=text_of(words, bodies=True), language="en", began_at=began_at
    )


def test_old_stories_go_and_words_that_a_later_one_holds_stay(tmp_path: Path) -> None:
    store = TraceStore.open(tmp_path / "traces.sqlite")
    now = datetime(2026, 5, 1, 12, tzinfo=UTC)
    for id, words, days in (("a" * 32, "shared", 40), ("b" * 32, "only the old one says so", 35), ("c" * 32, "shared", 1)):
        began_at = now - timedelta(days=days)
        store.put(head(id, words, began_at))
        store.add(head(id, words, began_at), 0, Ending(at=1.0, text=text_of(f"{words}!", bodies=True)))
    assert store.sweep(now - timedelta(days=30)) == 2
    [kept] = store.latest()
    assert (kept.id, kept.question.text) == ("c" * 32, "shared")
    assert store.get("c" * 32).ending.text.text == "shared!"
    assert store.get("a" * 32) is None
    store.close()
    for path in tmp_path.iterdir():
        assert b"only the old one" not in path.read_bytes()


def test_an_id_needs_to_be_one_story_and_a_dead_process_leaves_an_interrupted_one(tmp_path: Path) -> None:
    store = TraceStore.open(tmp_path / "traces.sqlite")
    for id in ("abcdef01", "abcdef02"):
        store.put(head(id, "q", datetime.now(UTC)))
    assert store.get("abcdef") is None
    assert store.get("abcd") is None
    assert store.get("abcdef02").state == "running"
    assert store.mark_interrupted() == 2
    assert store.get("abcdef02").state == "interrupted"
    assert [each.state for each in store.latest(state="interrupted")] == ["interrupted", "interrupted"]
    store.close()


async def test_a_store_that_fails_costs_the_story_and_not_the_answer(settings: Settings, caplog) -> None:  # noqa: ANN001
    async with open_copilot(settings) as copilot:
        with closing(sqlite3.connect(copilot.workspace.traces_path)) as sql:
            sql.execute("DROP TABLE steps")
        answer = await copilot.ask("Revenue last month?")
    assert answer.evidence
    assert "story" in caplog.text


async def test_a_turn_is_asked_again_by_another_model_and_leaves_nothing_behind(copy_home: Callable[[], Path]) -> None:
    script = [say("Hello."), call("propose_lesson", {"note": "Send on Tuesdays."}), say("Noted, 42 times.")]
    with ScriptedServer(script) as server:
        settings = served(copy_home(), server, price_input=1.0, price_output=1.0)
        async with open_copilot(answering(settings, model=PLANNER)) as copilot:
            await copilot.ask("What was revenue last month?", thread="t")
            second = await copilot.ask("And by channel?", thread="t")
            workspace = copilot.workspace
            turned = await replay(workspace, second.id[:8], answering(settings, model="scripted-1"))
            again = await replay(workspace, second.id, answering(settings, model="scripted-1"))
            same = await replay(workspace, second.id, answering(settings, model=PLANNER))
            assert [turn.id for turn in copilot.store.turns("t")][-1] == second.id
            assert [each.id for each in copilot.store.threads()] == ["t"]
            assert workspace.lesson_store.all(workspace.calendar_day) == []
            assert {each.replay_of for each in copilot.tracer.store.latest(thread=f"replay-{second.id}")} == {second.id}
            assert copilot.usage.spent_on(workspace.calendar_day) == pytest.approx(3 * 18e-6)
    sent = [message["content"] for message in server.bodies[0]["messages"]]
    assert "What was revenue last month?" in sent  # the earlier turn is remembered
    assert turned.after.text == "Hello."
    assert turned.tools_gone == second_call(second)
    assert turned.figures_gone
    assert [line for line in turned.diff if line.startswith("+Hello")]
    assert again.tools_new == ["propose_lesson(note=Send on Tuesdays.)"]
    assert (same.before.text, same.diff, same.tools_new) == (same.after.text, [], [])
    assert text("trace.compare.same", "en") in compared(same, "en")
    assert "Hello." in compared(turned, "zh")


def second_call(answer) -> list[str]:  # noqa: ANN001
    [run] = answer.tool_calls
    return [f"{run.name}({', '.join(f'{key}={value}' for key, value in run.arguments.items())})"]


def test_a_key_goes_to_no_address_but_its_own() -> None:
    own = Settings(_env_file=None, api_key="sk-own", base_url="http://one.test/v1", model="m", price_input=1.0,
                   price_output=2.0, model_2="n", base_url_2="http://two.test/v1", api_key_2="sk-two")  # fmt: skip
    elsewhere = answering(own, model="x", base_url="http://three.test/v1")
    assert (elsewhere.api_key, elsewhere.model, elsewhere.price_input) == (None, "x", None)
    second = answering(own, model="n")
    assert (second.base_url, second.api_key.get_secret_value()) == ("http://two.test/v1", "sk-two")
    assert (answering(own).model, answering(own).price_input) == ("m", 1.0)
    assert (answering(own, model="other").price_input, answering(own, model="other").fallback) == (None, "none")
    assert not answering(own, model=PLANNER).language_model
    with pytest.raises(BadArgument, match="replay_no_model"):
        answering(Settings(_env_file=None), model="x")


def test_the_api_lists_shows_and_replays(settings: Settings) -> None:
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        answer = client.post("/api/v1/chat", json={"question": "沉睡用户有多少人？", "thread": "t"}).json()
        [listed] = client.get("/api/v1/traces?thread=t").json()
        assert (listed["id"], "steps" in listed) == (answer["id"], False)
        trace = client.get(f"/api/v1/traces/{answer['id']}").json()
        assert [step["kind"] for step in trace["steps"]] == ["model", "tool", "model", "ending"]
        missing = client.get("/api/v1/traces/ffffffffff?lang=zh")
        assert (missing.status_code, "ffffffffff" in missing.json()["detail"]) == (404, True)
        found = client.post(f"/api/v1/traces/{answer['id']}/replay", json={"model": PLANNER}).json()
        assert (found["before"]["text"], found["diff"]) == (answer["text"], [])


def test_a_viewer_reads_nobodys_stories(settings: Settings) -> None:
    with TestClient(create_app(settings.model_copy(update={"role": "viewer"})), base_url="http://127.0.0.1") as client:
        answer = client.post("/api/v1/chat", json={"question": "沉睡用户有多少人？"}).json()
        story = f"/api/v1/traces/{answer['id']}"
        refused = [client.get("/api/v1/traces"), client.get(story), client.post(f"{story}/replay", json={"model": PLANNER})]
    assert [each.status_code for each in refused] == [403, 403, 403]
    assert not [each for each in refused if "沉睡" in each.text]


class Collector(trace_service_pb2_grpc.TraceServiceServicer):
    """A small OTLP receiver."""

    def __init__(self) -> None:
        self.spans: list = []

    def Export(self, request, context):  # noqa: ANN001, ANN201, N802
        self.spans += [span for each in request.resource_spans for scope in each.scope_spans for span in scope.spans]
        return trace_service_pb2.ExportTraceServiceResponse()


@pytest.mark.parametrize("bodies", [True, False])
async def test_stories_reach_a_collector_under_the_turns_id(copy_home: Callable[[], Path], *, bodies: bool) -> None:
    collector = Collector()
    server = grpc.server(ThreadPoolExecutor(2))
    trace_service_pb2_grpc.add_TraceServiceServicer_to_server(collector, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    settings = Settings(_env_file=None, home=copy_home(), workspace="small", trace_bodies=bodies, trace_days=0,
                        otel_endpoint=f"http://127.0.0.1:{port}")  # fmt: skip
    async with open_copilot(settings) as copilot:
        answer = await copilot.ask(ASKED)
    server.stop(None)
    assert {span.trace_id.hex() for span in collector.spans} == {answer.id}
    named = {span.name: span for span in collector.spans}
    assert set(named) == {"invoke_agent wellspring", f"chat {PLANNER}", "execute_tool query_metric"}
    turn, run = named["invoke_agent wellspring"], named["execute_tool query_metric"]
    assert run.parent_span_id == turn.span_id
    assert turn.start_time_unix_nano <= run.start_time_unix_nano < run.end_time_unix_nano <= turn.end_time_unix_nano
    known = {each.key: each.value.string_value for each in run.attributes}
    assert (known["gen_ai.operation.name"], known["gen_ai.tool.name"]) == ("execute_tool", "query_metric")
    everything = str(collector.spans)
    assert PHONE not in everything
    assert ("SELECT" in everything, "gen_ai.input.messages" in everything) == (bodies, bodies)


async def test_a_reader_sees_words_of_both_languages(copilot: Copilot) -> None:
    answer = await copilot.ask("沉睡用户有多少人？")
    trace = copilot.tracer.store.get(answer.id)
    shown = whole(trace, "zh", requests=True)
    assert all(part in shown for part in (answer.id, "系统提示", "沉睡用户有多少人", "SELECT", answer.text.splitlines()[0]))
    assert json.loads(trace.steps[0].reply.calls[0].arguments.text) == answer.tool_calls[0].arguments


async def test_a_verdict_is_kept_masked(copilot: Copilot) -> None:
    story = copilot.tracer.begin(id="f" * 32, thread="v", question=ASKED, language="en", at=datetime.now(UTC))
    answer = await copilot.ask("Revenue last month?")
    warned = answer.model_copy(update={"warnings": [Caution(code="W-UNMATCHED", message=f"No source for {PHONE}.")]})
    story.end("done", answer=warned, usage=Usage())
    [verdict] = copilot.tracer.store.get("f" * 32).ending.verdicts
    assert (verdict.code, verdict.text.text) == ("W-UNMATCHED", "No source for [phone-1].")


async def test_a_models_call_by_a_tool_itself_is_kept(copilot: Copilot) -> None:
    story = copilot.tracer.begin(id="e" * 32, thread="v", question=ASKED, language="zh", at=datetime.now(UTC))
    token = RECORDER.set(story)
    with model_call(Settings(_env_file=None, model="m").first, "drafting 3", f"Write to {PHONE}") as reply:
        reply.words = "Dear customer"
    with pytest.raises(ModelFault), model_call(Settings(_env_file=None, model="m").first, "drafting 3", "Again"):
        raise ModelFault(Fault("E-LLM-UP"))
    RECORDER.reset(token)
    done, failed = of_kind(copilot.tracer.store.get("e" * 32), ModelCall)
    assert [each.text.text for each in done.messages] == ["Write to [phone-1]"]
    assert (done.reply.text.text, done.prompt, done.fault) == ("Dear customer", "drafting 3", "")
    assert (failed.reply, failed.fault) == (None, "E-LLM-UP")
