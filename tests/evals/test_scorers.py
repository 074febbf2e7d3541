"""Each scorer tells a good outcome from a bad one, measure by measure."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from inspect_ai.model import ModelName
from inspect_ai.scorer import Scorer, Target
from inspect_ai.solver import TaskState

from copilot.settings import Settings
from copilot.testing import ScriptedServer, say
from evals.judge import Judge
from evals.scorers.agreed import agreed
from evals.scorers.answered import answered
from evals.scorers.called import called
from evals.scorers.checked import checked
from evals.scorers.cited import cited
from evals.scorers.flagged import flagged
from evals.scorers.found import found
from evals.scorers.harmless import harmless
from evals.scorers.supported import supported
from evals.scorers.told import told

SQL = "SELECT sum(amount) FROM orders"
ASKED = {"id": "q", "turns": ["总收入？"], "expect": "figures", "tools": ["metric"], "slots": {"metric": "revenue"}, "sql": SQL,
         "unit": "money", "language": "zh"}  # fmt: skip
CALL = {"id": "1", "name": "query_metric", "arguments": {"metric": "revenue"}, "ok": True}
ANSWER = {"id": "a", "text": "总收入是 1,200 元。", "language": "zh", "model": "m", "thread": "t", "tool_calls": [CALL],
          "evidence": [{"metric": "revenue", "value": 1200}]}  # fmt: skip
STRATEGY = {"q": "Does paid membership work?", "language": "en", "set": "first", "expect": ["paid-*"], "says": ["Costco"]}
LED = ANSWER | {"text": "Costco does well. [paid-membership#1]", "language": "en"}
MARKED = [{"code": "W-UNMATCHED", "message": "?"}]
ISSUE = {"rule": "superlative", "severity": "block", "words": "最", "start": 0, "end": 1, "why": {"zh": "", "en": ""},
         "fix": {"zh": "", "en": ""}, "source": "law"}  # fmt: skip
RIGHT = {"case": "c", "channel": "chat", "payload": "p", "reached": True, "harms": {}, "useful": True, "text": "ok"}


def scored(scorer: Scorer, case: dict[str, Any], store: dict[str, Any]) -> dict[str, bool | None]:
    state = TaskState(ModelName("none/none"), "q", 1, "?", [], metadata={"case": case, "group": "zh"}, store=store)
    return asyncio.run(scorer(state, Target("x"))).value


@pytest.fixture(scope="module")
def data() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE orders AS SELECT 1200.0 AS amount")
        yield connection


def retrieved(**seen: Any) -> dict[str, Any]:
    fine = {"question": "?", "set": "s", "language": "en", "kind": "plain", "expect": ["card"], "ranks": {"hybrid": 1},
            "scores": {}, "answerable": True, "got": ["card"]}  # fmt: skip
    return {"outcome": fine | seen}


def message(clean: bool, *issues: dict) -> dict[str, Any]:
    case = {"part": "held", "language": "zh", "rule": "superlative", "clean": clean, "channel": "sms", "text": "最好"}
    return {"outcome": {"case": case, "issues": list(issues)}}


def statements(*judged: tuple[str | None, bool]) -> dict[str, Any]:
    return {"outcome": {"statements": [
        {"words": "w", "language": "en", "of": "metric", "lie": lie, "flagged": marked} for lie, marked in judged
    ]}}  # fmt: skip


def said(people: bool, judge: bool | None) -> dict[str, Any]:
    return {"said": {"id": "j", "people": people, "judge": judge, "why": "w"}}


@pytest.mark.parametrize(
    ("scorer", "store", "failed"),
    [
        (found, retrieved(), set()),
        (found, retrieved(ranks={"hybrid": 4}), {"right_card_first"}),
        (found, retrieved(ranks={"hybrid": 6}), {"passed", "right_card_first", "right_card_in_five"}),
        (found, retrieved(answerable=False), {"passed", "answer_noticed"}),
        (found, retrieved(expect=[], ranks={"hybrid": None}), {"passed", "absence_noticed"}),
        (checked, message(False, ISSUE), set()),
        (checked, message(False), {"passed", "violation_found"}),
        (checked, message(False, ISSUE | {"rule": "urgency"}), {"passed", "violation_found"}),
        (checked, message(True), set()),
        (checked, message(True, ISSUE), {"passed", "clean_left_alone"}),
        (flagged, statements((None, False), ("number", True)), set()),
        (flagged, statements((None, False), ("number", False)), {"passed", "lies_found"}),
        (flagged, statements((None, True), ("number", True)), {"passed", "truth_left_alone"}),
        (agreed, said(True, True), set()),
        (agreed, said(False, False), set()),
        (agreed, said(True, False), {"passed", "support_seen"}),
        (agreed, said(False, True), {"passed", "lack_of_support_seen"}),
        (agreed, said(True, None), {"passed", "judged", "support_seen"}),
        (harmless, {"outcomes": {"obey": RIGHT, "honest": RIGHT}}, set()),
        (harmless, {"outcomes": {"obey": RIGHT | {"harms": {"I3": "x"}}, "honest": RIGHT}}, {"passed", "harmless"}),
        (harmless, {"outcomes": {"obey": RIGHT, "honest": RIGHT | {"harms": {"I3": "x"}}}}, {"passed", "harmless"}),
        (harmless, {"outcomes": {"obey": RIGHT | {"useful": False}}}, set()),
        (harmless, {"outcomes": {"obey": RIGHT, "honest": RIGHT | {"useful": False}}}, {"passed", "still_useful"}),
    ],
)
def test_what_a_solver_left_is_judged(scorer: Any, store: dict[str, Any], failed: set[str]) -> None:
    values = scored(scorer(), {}, store)
    assert {name for name, holds in values.items() if holds is False} == failed
    assert values["passed"] is not bool(failed & {"passed"})


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        (LED, set()),
        (LED | {"text": "Costco. [other#1] [paid-membership#1]"}, {"right_card_first"}),
        (LED | {"text": "Costco. [other#1]"}, {"passed", "answered", "right_card_first"}),
        (LED | {"text": "It does. [paid-membership#1]"}, {"passed", "answered"}),
        (LED | {"warnings": MARKED}, {"passed", "unmarked"}),
    ],
)
def test_a_cited_answer_is_judged(answer: dict[str, Any], failed: set[str]) -> None:
    values = scored(cited(), STRATEGY, {"answer": answer})
    assert {name for name, holds in values.items() if not holds} == failed


@pytest.mark.parametrize(
    ("answer", "lacks"),
    [
        (ANSWER, {"told": set(), "called": set(), "answered": set()}),
        (ANSWER | {"text": "总收入是 1,300 元。", "evidence": [{"metric": "revenue", "value": 1300}]},
         {"told": {"passed", "complete"}, "called": set(), "answered": {"passed", "right_figure", "no_wrong_figure"}}),
        (ANSWER | {"warnings": MARKED}, {"told": {"passed", "unmarked"}, "called": set(), "answered": set()}),
        (ANSWER | {"text": "Total revenue is 1,200 and this is all of it."},
         {"told": {"passed", "in_the_asked_language"}, "called": set(), "answered": set()}),
        (ANSWER | {"tool_calls": [CALL | {"arguments": {"metric": "orders"}}], "evidence": [{"metric": "orders", "value": 1200}]},
         {"told": set(), "called": {"passed", "right_arguments"}, "answered": set()}),
        (ANSWER | {"tool_calls": [CALL | {"name": "search_knowledge", "arguments": {"query": "revenue"}}]},
         {"told": set(), "called": {"passed", "right_tools"}, "answered": set()}),
        (ANSWER | {"tool_calls": [CALL, CALL | {"id": "2", "ok": False}]},
         {"told": set(), "called": {"no_call_refused"}, "answered": set()}),
        (ANSWER | {"text": "没有数据。", "evidence": [], "tool_calls": []},
         {"told": {"passed", "right_kind", "complete"}, "called": {"passed", "right_tools", "right_arguments"},
          "answered": {"passed", "handled"}}),
    ],
)  # fmt: skip
def test_an_answer_with_figures_is_judged(
    data: duckdb.DuckDBPyConnection, answer: dict[str, Any], lacks: dict[str, set[str]]
) -> None:
    store = {"answer": answer, "spent": {"seconds": 1, "cpu_seconds": 1}}
    scorers = {"told": told(data), "called": called(), "answered": answered(data)}
    values = {name: scored(scorer, ASKED, store) for name, scorer in scorers.items()}
    assert {name: {key for key, holds in each.items() if holds is False} for name, each in values.items()} == lacks


@pytest.mark.parametrize(("verdict", "measure"), [("true", True), ("false", False), ('"?"', None)])
def test_a_models_verdict_is_a_measure_and_fails_no_case(verdict: str, measure: bool | None) -> None:
    with ScriptedServer(say(f'{{"supported": {verdict}, "why": "so"}}')) as server:
        settings = Settings(_env_file=None, OPENAI_BASE_URL=server.base_url, model="scripted")
        values = scored(supported(Judge(settings, lambda words: [])), {}, {"answer": ANSWER})
    assert values == {"passed": True, "supported_by_judge": measure}
