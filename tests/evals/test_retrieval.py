"""The question sets are sound, and the scores are what the ranks say."""

from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from copilot.settings import Settings
from copilot.workspace import Workspace
from evals.calibration import as_files, fit, held_out
from evals.compare import compared
from evals.questions import BLIND, REACH, TRAIN, TUNED, Question, load, sets, unknown_cards
from evals.reporting import markdown
from evals.retrieval import Outcome, RetrievalReport, _row, _verdicts
from evals.statistics import area, estimate
from knowledge.documents import read_cards


@pytest.fixture(scope="module")
def cards():
    return read_cards()


@pytest.mark.parametrize("name", [TUNED, BLIND, TRAIN, REACH])
def test_sets_name_cards_that_exist_and_copy_none_of_their_questions(name, cards):
    questions = load(name)
    asked = {question.strip("?？").lower() for card in cards for question in card.questions}
    assert unknown_cards(questions, {card.id for card in cards}) == []
    assert [item.q for item in questions if item.q.strip("?？").lower() in asked] == []
    assert len({item.q for item in questions}) == len(questions)


def test_the_tuned_set_is_mixed_as_it_should_be():
    questions = load(TUNED)
    assert len(questions) >= 200
    assert sum(item.language == "zh" for item in questions) / len(questions) >= 0.5
    assert sum(item.kind == "cross" for item in questions) / len(questions) >= 0.24
    assert sum(not item.expect for item in questions) / len(questions) >= 0.19


def test_every_scenario_and_case_is_found_by_a_description_without_its_name(home, cards):
    questions = load(REACH)
    wanted = {(card.id, card.language) for card in cards
              if card.type in {"scenario", "case"} and not card.id.endswith("-overview")}
    assert wanted <= {(name, question.language) for question in questions for name in question.expect}
    index = Workspace(Settings(_env_file=None, home=home, workspace="small")).knowledge()
    found = [index.search(question.q).results for question in questions]
    missed = [question.q for question, hits in zip(questions, found, strict=True)
              if not question.rank([hit.document for hit in hits])]
    assert len(missed) <= 2, missed


def test_nothing_is_both_fitted_on_and_measured_on():
    measured = {item.q for name in sets() for item in load(name)}
    assert measured.isdisjoint(item.q for item in load(TRAIN))


@pytest.mark.parametrize("wrong", [
    {"kind": "near", "expect": ["a"]}, {"kind": "plain", "expect": []}, {"kind": "cross", "expect": ["a"]},
    {"kind": "cross", "expect": ["a"], "written_in": "zh"},
])
def test_refuses_a_question_that_contradicts_itself(wrong):
    with pytest.raises(ValueError, match="question"):
        Question(q="q", language="zh", **wrong)


def test_ranks_by_any_expected_card():
    question = Question(q="q", language="zh", kind="plain", expect=["a", "playbook-*-refer"])
    assert question.rank(["x", "playbook-mid-refer", "a"]) == 2
    assert question.rank(["x"]) is None


def outcome(rank, score=0.9, expect=("a",), question="q"):
    return Outcome(question=question, set="s", language="zh", kind="plain" if expect else "near", expect=list(expect),
                   ranks=dict.fromkeys(("dense", "lexical", "hybrid"), rank), answerable=score >= 0.5, got=[],
                   scores=dict.fromkeys(("dense", "lexical", "hybrid"), score))


def test_scores_follow_from_the_ranks():
    row = _row("hybrid", "all", [outcome(1), outcome(2), outcome(None), outcome(None, expect=())])
    assert (row.n, row.recall_1.value, row.recall_5.value, row.mrr_10.value) == (3, 0.3333, 0.6667, 0.5)
    assert row.mrr_10.low < 0.5 < row.mrr_10.high


def test_verdicts_weigh_both_kinds_of_error():
    items = [outcome(1, 0.9), outcome(1, 0.4), outcome(None, 0.6, ()), outcome(None, 0.1, ())]
    found = _verdicts("all", items)
    assert found.auroc["hybrid"].value == 0.75
    assert (found.precision.value, found.recall.value, found.refused.value) == (0.5, 0.5, 0.5)


def test_statistics_of_nothing_and_of_the_obvious():
    assert estimate([]) is None
    assert area([1], []) is None
    assert area([2, 3], [0, 1]).value == 1
    assert (estimate([1, 1, 1]).low, estimate([1, 1, 1]).high) == (1, 1)


def test_a_comparison_is_paired_by_question():
    def report(*items):
        return RetrievalReport(sets=["s"], embedder="e", threshold=0.5, rows=[], verdicts=[], outcomes=list(items))

    before = report(outcome(2, question="a"), outcome(1, question="b"))
    now = report(outcome(1, question="a"), outcome(1, question="b"), outcome(None, question="c"))
    change = {(row.method, row.measure): row for row in compared(before, now)}
    assert change["hybrid", "mrr_10"].n == 2
    assert change["hybrid", "mrr_10"].difference.value == 0.25
    assert change["hybrid", "recall_5"].difference.value == 0


def test_an_unknown_set_is_one_sentence():
    from evals.commands import commands

    result = CliRunner().invoke(commands, ["retrieval", "--set", "nothing", "--lang", "en"])
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_a_report_can_be_read_back():
    report = RetrievalReport(sets=["s"], embedder="e", threshold=0.5, rows=[], verdicts=[], outcomes=[outcome(1)])
    assert RetrievalReport.model_validate_json(json.dumps(report.model_dump(mode="json"))) == report


def test_the_misses_of_the_blind_set_are_counted_and_not_shown():
    items = [outcome(1), outcome(None, question="lost"),
             outcome(None, question="kept apart").model_copy(update={"set": BLIND})]
    report = RetrievalReport(sets=["s", BLIND], embedder="e", threshold=0.5, rows=[_row("hybrid", "all", items)],
                             verdicts=[], outcomes=items)
    written = markdown(report, None, "en")
    assert "lost" in written
    assert "kept apart" not in written
    assert report.rows[0].recall_5.value == pytest.approx(1 / 3, abs=1e-3)


@pytest.mark.parametrize(("language", "head"), [("zh", "方法"), ("en", "method")])
def test_a_report_is_written_with_its_tables_changes_and_misses(language, head):
    items = [outcome(1), outcome(None, question="lost"), outcome(None, 0.1, (), question="none")]
    report = RetrievalReport(sets=["s"], embedder="e", threshold=0.5, rows=[_row("hybrid", "all", items)],
                             verdicts=[_verdicts("all", items)], outcomes=items)
    written = markdown(report, compared(report, report), language)
    assert head in written.lower()
    assert "0.50 [0.00, 1.00]" in written
    assert "s/plain (0.90) lost" in written
    assert "none" not in [line.rpartition(") ")[2].partition(" →")[0] for line in written.splitlines()]


def test_a_question_asked_of_several_indexes_is_left_out_of_all():
    signals, answerable = np.array([[0.0], [1.0], [0.1], [0.9], [0.0], [1.0]]), np.array([0, 1, 0, 1, 1, 0], dtype=bool)
    asked = np.array([0, 1, 2, 3, 4, 4])
    intercept, weights = fit(signals[:4], answerable[:4])
    assert held_out(signals, answerable, asked)[4:] == pytest.approx(intercept + signals[4:] @ weights)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_cards_as_files_have_one_language_and_no_questions(language):
    files = as_files(language)
    assert len(files) > 100
    assert {file.language for file in files} == {language}
    assert {(file.trust, len(file.questions)) for file in files} == {("upload", 0)}
