"""A stored turn becomes a case that waits for review."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from copilot.bootstrap import open_copilot
from copilot.settings import Settings
from evals import planner_cases
from evals.casing import add, drafted, written
from tools.errors import BadArgument

pytestmark = pytest.mark.anyio
PHONE = "13812345678"


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


async def test_a_turn_becomes_a_case_with_what_was_answered(copy_home: Callable[[], Path], tmp_path: Path) -> None:
    async with open_copilot(Settings(_env_file=None, home=copy_home(), workspace="small")) as copilot:
        await copilot.ask(f"沉睡用户有多少人？手机号{PHONE}", thread="t")
        answer = await copilot.ask("What was revenue last month by channel?", thread="t")
        workspace = copilot.workspace
        found = drafted(workspace, answer.id[:8])
        with pytest.raises(BadArgument, match="no_trace"):
            drafted(workspace, "ffffffff")
    file = tmp_path / "mine.yaml"
    file.write_text("# Kept.\nquestions:\n- {id: a, turns: [x], expect: greeting}\n", encoding="utf-8")
    add(found, file)
    assert file.read_text(encoding="utf-8").startswith("# Kept.\n")
    assert PHONE not in file.read_text(encoding="utf-8")
    _, read = planner_cases.parse(file.read_text(encoding="utf-8"), "en")
    assert read == found
    assert (read.reviewed, read.expect, read.unit, len(read.turns)) == (False, "figures", "money", 2)
    assert read.turns[0].endswith("[phone-1]")
    assert {"metric", "ranking"} <= set(read.tools)
    window = answer.evidence[0]["window"]
    assert read.slots["period"] == f"{window['start']}..{window['end']}"
    assert read.slots["by"] == ["channel"]
    assert answer.text.splitlines()[0] in read.answered
    assert yaml.safe_load(written(found))["questions"][0]["reviewed"] is False


def test_a_case_that_waits_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = "questions:\n- {id: a, turns: [x], expect: greeting, reviewed: false}\n- {id: b, turns: [y], expect: greeting}\n"
    monkeypatch.setattr(planner_cases, "_text", lambda language: waiting)
    assert {case.id for case in planner_cases.load()} == {"b"}
