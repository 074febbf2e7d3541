"""The corpus of copy is sound, and the checker keeps to its bars on it."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from typer.testing import CliRunner

from evals.commands import commands
from evals.copy import BLIND, LANGUAGES, NONE, PARTS, Case, Outcome, _row, load, run
from evals.copy_reporting import markdown
from evals.statistics import proportion
from tools.compliance import check_message

RECALL, FALSE_ALARMS = 0.98, 0.03


@pytest.fixture(scope="module")
def cases():
    return [case for part in PARTS for case in load(part)]


@pytest.fixture(scope="module")
def report(cases):
    return run(cases)


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_messages_of_each_kind(cases, language):
    mine = [case for case in cases if case.language == language and case.part != BLIND]
    assert sum(not case.clean for case in mine) >= 300
    assert sum(case.clean for case in mine) >= 300
    assert len({case.channel for case in mine}) == 5
    held = [case for case in mine if case.part != "open"]
    assert len(held) >= len(mine) / 3
    assert len({(case.title, case.text, case.channel, str(case.more)) for case in mine}) == len(mine)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_five_violations_and_five_near_misses(cases, language):
    for clean in (False, True):
        count = Counter(case.rule for case in cases if case.language == language and case.clean == clean)
        assert {rule: n for rule, n in count.items() if n < 5 and rule != NONE} == {}
    assert {case.rule for case in cases if case.language == language} - {NONE} >= (
        {f"L{n}" for n in (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 16, 22, 23, 24, 25, 26, 28, 30, 31)}
        | {"Q1", "Q2", "Q3", "Q5", "Q6"} | ({"L1", "L13", "L15", "L19"} if language == "zh" else {"L12", "L20"})
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", ["all", "held", "open", "fresh", "inferred", "later"])
def test_the_checker_keeps_to_its_bars(report, language, part):
    row = report.row("all", language, part)
    missed = [item.case.text for item in report.misses() if item.case.language == language]
    assert row.recall.value >= RECALL, missed
    assert row.false_alarms.value <= FALSE_ALARMS, missed


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_never_tuned_on_is_reported_apart(report, language):
    blind = report.row("all", language, BLIND)
    total = sum(report.row("all", language, part).violations for part in PARTS if part != BLIND)
    assert report.row("all", language).violations == total
    assert blind.recall.value >= 0.8
    assert blind.false_alarms.value <= FALSE_ALARMS


def test_no_rule_hides_behind_the_others(report):
    weak = {(row.rule, row.language): row.recall.value for row in report.rows
            if row.rule != "all" and row.recall and row.recall.value < 0.9}
    assert weak == {}


def test_offsets_are_those_of_the_text_as_written(report):
    for item in report.outcomes:
        for issue in item.issues:
            part = item.case.title if issue.part == "title" else item.case.text
            assert part[issue.start : issue.end] == issue.words


def test_a_row_counts_each_side_by_itself():
    case = Case(part="open", language="zh", rule="L2", clean=False, channel="push", text="绝对好用")
    near = case.model_copy(update={"clean": True, "text": "最近上新"})
    raised = check_message(case.text, channel="push", language="zh")
    items = [Outcome(case=case, issues=raised), Outcome(case=case, issues=[]), Outcome(case=near, issues=raised),
             Outcome(case=near, issues=[]), Outcome(case=near, issues=[])]
    row = _row("L2", "zh", "all", items)
    assert (row.violations, row.clean, row.recall.value, row.false_alarms.value) == (2, 3, 0.5, 0.3333)
    assert (proportion([True] * 50).high, proportion([True] * 50).low < 0.95) == (1.0, True)
    assert proportion([]) is None


def test_the_command_prints_the_figures_and_the_misses(report):
    written = markdown(report, "zh")
    assert "L24" in written
    assert "blind/" not in written
    run_ = CliRunner().invoke(commands, ["copy", "--part", "held", "--json"])
    assert run_.exit_code == 0
    found = json.loads(run_.stdout)
    assert {row["part"] for row in found["rows"]} == {"all", "held"}
    wrong = CliRunner().invoke(commands, ["copy", "--part", "nowhere", "--lang", "en"])
    assert wrong.exit_code == 2
