"""What model calls use is counted, kept and limited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from copilot.answer import Usage
from copilot.api.app import create_app
from copilot.bootstrap import open_copilot
from copilot.settings import PLANNER, Settings
from copilot.testing import ScriptedServer, call, say
from copilot.usage import Limits, Meter, Prices, UsageBook
from copilot.usagetext import usage_line

pytestmark = pytest.mark.anyio

COUNTED = {"input_tokens": 1000, "output_tokens": 500, "total_tokens": 1500}


def metered(copy_home: Callable[[], Path], server: ScriptedServer, **more: object) -> Settings:
    return Settings(_env_file=None, home=copy_home(), workspace="small", base_url=server.base_url, api_key="sk-test",
                    model="scripted-1", **more)  # fmt: skip


def test_costs_are_tokens_times_prices() -> None:
    meter = Meter(Prices(2.0, 8.0, "EUR"), Limits())
    for _ in range(2):
        meter.began()
        meter.count(COUNTED)
    assert meter.usage == Usage(calls=2, input_tokens=2000, output_tokens=1000, cost=0.012, currency="EUR")
    assert usage_line(meter.usage, "en") == "2 model call(s) · 2,000 tokens in, 1,000 out · EUR 0.0120"


def test_a_call_without_figures_is_said_to_be_one() -> None:
    meter = Meter(Prices(), Limits())
    meter.began()
    meter.count(None)
    assert (meter.usage.unmetered, meter.usage.cost) == (1, None)


@pytest.mark.parametrize(
    ("limits", "before", "exhausted"),
    [
        (Limits(), 9.0, False), (Limits(turn_tokens=1500), 0.0, True), (Limits(turn_tokens=1501), 0.0, False),
        (Limits(turn_cost=0.006), 0.0, True), (Limits(day_cost=0.01), 0.004, True), (Limits(day_cost=0.01), 0.0, False),
    ],
)  # fmt: skip
def test_a_limit_is_reached_at_its_figure(limits: Limits, before: float, exhausted: bool) -> None:
    meter = Meter(Prices(2.0, 8.0), limits, lambda: before)
    meter.began()
    meter.count(COUNTED)
    assert meter.exhausted is exhausted


def test_days_and_threads_are_summed(tmp_path: Path) -> None:
    book = UsageBook.open(tmp_path / "store.sqlite")
    used = Usage(calls=1, input_tokens=10, output_tokens=5, cost=0.5)
    for number, hour in enumerate((1, 3, 20)):  # in the workspace's zone the last one is of the next day
        book.keep(f"turn-{number}", "a" if number else "b", used, at=datetime(2026, 3, 1, hour, tzinfo=UTC))
    book.keep("no-model", "a", Usage(), at=datetime(2026, 3, 1, tzinfo=UTC))
    days = book.days(date(2026, 3, 2), 2)
    assert [(each.day.isoformat(), each.calls, each.cost) for each in days] == [
        ("2026-03-02", 1, 0.5), ("2026-03-01", 2, 1.0),
    ]  # fmt: skip
    assert book.thread("a").tokens == 30
    assert book.spent_on(date(2026, 3, 1)) == 1.0
    assert [(each.thread, each.calls) for each in book.threads(date(2026, 3, 2), 2)] == [("a", 2), ("b", 1)]
    assert book.thread("nobody") == Usage()


async def test_an_answer_says_what_it_used_and_the_thread_sums_up(copy_home: Callable[[], Path]) -> None:
    script = [call("describe_data"), say("The data is loaded."), say("Still here.")]
    with ScriptedServer(script) as server:
        async with open_copilot(metered(copy_home, server, price_input=1.0, price_output=1.0)) as copilot:
            first = await copilot.ask("What is loaded?", thread="t")
            await copilot.ask("And now?", thread="t")
            assert copilot.usage.thread("t").calls == 3
    assert (first.usage.calls, first.usage.input_tokens, first.usage.output_tokens) == (2, 22, 14)
    assert first.usage.cost == pytest.approx(36e-6)


async def test_beyond_the_limit_the_planner_goes_on_and_says_so(copy_home: Callable[[], Path]) -> None:
    with ScriptedServer(call("describe_data")) as server:
        async with open_copilot(metered(copy_home, server, turn_tokens=18)) as copilot:
            answer = await copilot.ask("五个层级的总览", thread="t")
        assert len(server.requests) == 1
    assert answer.model == PLANNER
    assert "E-BUDGET" in {warning.code for warning in answer.warnings}


def test_the_api_tells_days(copy_home: Callable[[], Path]) -> None:
    with ScriptedServer(say("Hello.")) as server:
        app = create_app(metered(copy_home, server))
        with TestClient(app, base_url="http://127.0.0.1") as client:
            client.post("/api/v1/chat", json={"question": "Hi", "thread": "t"})
            (day,) = client.get("/api/v1/usage?days=1").json()
            assert (day["calls"], day["cost"]) == (1, None)
            assert client.get("/api/v1/usage/t").json()["calls"] == 1


def test_a_cost_limit_needs_prices() -> None:
    with pytest.raises(ValidationError, match="PRICE_INPUT"):
        Settings(_env_file=None, day_cost=1.0)


async def test_what_the_copywriter_uses_counts(copy_home: Callable[[], Path]) -> None:
    wanted = {"tier": "dormant", "channel": "sms", "language": "zh", "n": 1}
    text = {"angle": "benefit", "body": "{name}，常用的几样该补了，来看看新到的吧。"}
    script = [call("draft_messages", wanted), call("Variants", {"variants": [text]}), say("写好了。")]
    with ScriptedServer(script) as server:
        async with open_copilot(metered(copy_home, server)) as copilot:
            answer = await copilot.ask("给沉睡用户写一条短信")
        assert answer.drafts
        assert answer.usage.calls == len(server.bodies) == 3
