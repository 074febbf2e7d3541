"""`--model` asks the configured model through the copilot, epochs repeat it, and the judge scores what it said."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from copilot.settings import Settings
from copilot.testing import Reply, ScriptedServer, call, say
from evals.measuring import measured
from evals.tasks.wanted import Wanted

JUDGED = '{"supported": false, "why": "as scripted"}'


def answered(body: dict[str, Any]) -> Reply:
    last = body["messages"][-1]
    if not body.get("tools"):
        return say(JUDGED)
    return say("This is what I found.") if last["role"] == "tool" else call("query_metric", {"metric": "revenue"})


@pytest.fixture(scope="module")
def found(copy_home: Callable[[], Path]):
    with ScriptedServer(answered) as server:
        served = {"OPENAI_BASE_URL": server.base_url, "model": "scripted"}
        settings = Settings(_env_file=None, home=copy_home(), workspace="small", **served)
        name, run = measured("answers", Wanted(settings, with_model=True, sample=2), epochs=2)
        yield settings, name, run, list(server.bodies)


def test_every_case_is_asked_in_every_epoch_and_judged(found) -> None:
    settings, name, run, bodies = found
    assert (run.model, run.judged_by, run.epochs, len(run.tries)) == ("scripted", "scripted", 2, 4)
    assert len(run.rate("passed").all_pass) == 2
    assert run.rate("supported_by_judge").value.value == 0
    assert sum("ANSWER" in str(body["messages"][-1]["content"]) for body in bodies) == 4


def test_the_run_is_kept_and_the_workspace_is_left_alone(found) -> None:
    settings, name, run, _ = found
    kept = json.loads((settings.home / ".evals" / "runs" / f"{name}.json").read_text(encoding="utf-8"))
    assert kept["suite"] == "answers"
    assert not (settings.directory / "store").exists()
