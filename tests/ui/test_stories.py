"""Stories of answers as HTML."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

from fastapi import FastAPI
from fastapi.testclient import TestClient

from copilot.settings import PLANNER, Settings
from copilot.tracing.comparing import Comparison, Side
from copilot.tracing.recorder import text_of
from copilot.tracing.results import Ending, Message, ModelCall, ToolRun, Trace
from copilot.tracing.store import TraceStore
from ui.panels.traces import Replay, Stories
from ui.stories import comparison, link, routes

ID = "ab" * 16


def made() -> Trace:
    def kept(words: str):  # noqa: ANN202
        return text_of(words, bodies=True)

    steps = [
        ModelCall(at=0.1, seconds=0.4, model="m", messages=[Message(role="user", text=kept("<i>asked</i>"))]),
        ToolRun(at=0.5, seconds=0.5, id="c", name="query_metric", arguments=kept("{}"), fault="no_such_metric"),
        Ending(at=1.0, text=kept("<script>answer</script>")),
    ]
    asked = kept("How <b>many</b>?")
    return Trace(id=ID, thread="t", question=asked, language="en", began_at=datetime(2026, 5, 1, tzinfo=UTC),
                 state="done", seconds=1.0, model="m", steps=steps)  # fmt: skip


def opened(path: Path) -> SimpleNamespace:
    store, trace = TraceStore.open(path), made()
    store.put(trace)
    for place, step in enumerate(trace.steps):
        store.add(trace, place, step)
    settings = Settings(_env_file=None, base_url="http://127.0.0.1:1/v1", model="m", model_2="n")
    return SimpleNamespace(tracer=SimpleNamespace(store=store), workspace=SimpleNamespace(settings=settings))


def test_a_click_opens_the_story_and_its_words_are_text(tmp_path: Path) -> None:
    app, copilot = FastAPI(), opened(tmp_path / "traces.sqlite")
    app.include_router(routes("/chat", lambda: copilot))
    with TestClient(app) as client:
        shown = client.get(f"/chat/trace/{ID}?lang=en")
        missing = client.get("/chat/trace/ffffffff?lang=zh")
    assert "&lt;script&gt;answer" in shown.text
    assert "&lt;i&gt;asked" in shown.text
    assert "<script>" not in shown.text
    assert shown.text.count("<li") == 3
    assert 'class="ws-is-problem"' in shown.text
    assert "no_such_metric" in shown.text
    assert missing.status_code == 404
    assert "ffffffff" in missing.text
    assert "data-close" in missing.text


def test_the_tab_lists_stories_and_offers_who_could_answer(tmp_path: Path) -> None:
    copilot = opened(tmp_path / "traces.sqlite")
    listed = Stories(lambda: copilot).look("", "en")
    assert f'data-trace="{ID}"' in listed
    assert "How &lt;b&gt;many" in listed
    assert "data-trace" not in Stories(lambda: copilot).look("failed", "en")
    turns, models = Replay(lambda: copilot).offer("en")
    assert [id for _, id in turns.choices] == [ID]
    assert [name for _, name in models.choices] == ["m", "n", PLANNER]


def test_a_comparison_tells_what_only_one_of_the_two_said() -> None:
    before, after = (
        Side(id=ID, model=model, state="done", fault="", seconds=1.0, usage=None, tools=[], figures=figures, text=words)
        for model, figures, words in (("m", ["3"], "It is 3 <b>."), ("n", ["4"], "It is 4 <b>."))
    )
    shown = comparison(Comparison.of("How many?", before, after), "en")
    assert "+It is 4 &lt;b&gt;." in shown
    assert "figures only in the replay" in shown
    assert "<b>." not in shown


def test_a_turn_without_an_id_has_no_link() -> None:
    assert link("", "en") == ""
    assert "trace abababab" in link(ID, "en")
