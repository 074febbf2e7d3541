"""The judge, over a scripted server: what it is sent, how its agreement is told, and that standard output stays JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from copilot.testing import Reply, ScriptedServer, say
from evals.judge import labelled

WRONG = {"zh-02", "en-05"}
MUTE = "en-20"


def answered(body: dict[str, Any]) -> Reply:
    asked = body["messages"][-1]["content"]
    case = next(each for each in labelled() if f"<data>\n{each.answer}\n" in asked and each.question in asked)
    if case.id == MUTE:
        return say("I cannot tell.")
    verdict = case.supported is not (case.id in WRONG)
    return say(f'It says so. {json.dumps({"supported": verdict, "why": "as scripted"})}')


def wellspring(home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "WELLSPRING_"))}
    return subprocess.run(
        [sys.executable, "-c", "from copilot.cli import main; main()", *arguments], capture_output=True, text=True,
        cwd=home, env=clean | {"WELLSPRING_HOME": str(home / "kept"), "HOME": str(home / "user")} | more, timeout=300,
    )


def test_agreement_is_measured_over_the_labelled_answers(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("STRAY=1\n")
    with ScriptedServer(answered) as server:
        done = wellspring(tmp_path, "eval", "judge", "--json", OPENAI_BASE_URL=server.base_url)
        asked = server.bodies
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["examples"], found["judged"]) == (40, 39)
    assert found["agreement"]["value"] == round(37 / 39, 4)
    assert found["kappa"]["low"] > 0.6
    assert len(asked) == 40
    assert all("<data>" in each["messages"][-1]["content"] for each in asked)
    kept = {path.relative_to(tmp_path).parts[:3] for path in tmp_path.rglob("*") if path.is_file()}
    assert {parts[:2] for parts in kept} == {(".env",), ("kept", ".evals")}


def test_without_a_model_it_says_so(tmp_path: Path) -> None:
    done = wellspring(tmp_path, "eval", "judge", "--lang", "en")
    assert (done.returncode, done.stdout) == (2, "")
    assert "OPENAI_API_KEY" in done.stderr


def test_a_model_that_is_not_there_ends_in_one_sentence(tmp_path: Path) -> None:
    done = wellspring(tmp_path, "eval", "judge", "--sample", "2", "--lang", "en", OPENAI_BASE_URL="http://127.0.0.1:9/v1")
    assert (done.returncode, done.stdout) == (2, "")
    assert "check address, key and model name" in done.stderr
    assert "Traceback" not in done.stderr
