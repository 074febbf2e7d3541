"""Runs with epochs, their rates, differences, bars and pages; and what Inspect may write."""

from __future__ import annotations

import os
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pydantic import ValidationError

from evals.bars import Wants, held, load
from evals.calibrating import Said, calibration
from evals.diffing import diff
from evals.inspecting import kept_below
from evals.judge import labelled, read_verdict
from evals.measuring import let_go
from evals.page import page
from evals.running_text import bars_text, calibration_text, diff_text, run_text
from evals.runs import Run, Try, pass_power
from evals.statistics import kappa
from evals.tasks import SUITES


def run(*epochs: str, suite: str = "planner") -> Run:
    """One string an epoch: case by case, + passed or - failed."""
    tries = [
        Try(id=f"c{at}", epoch=epoch, group="zh" if at % 2 else "en", question=f"<b>question {at}</b>", said=f"said {at}",
            why="" if mark == "+" else "lacks it", measures={"passed": mark == "+"} | ({"right": True} if at else {}))
        for epoch, marks in enumerate(epochs, start=1) for at, mark in enumerate(marks)
    ]
    return Run(suite=suite, model="m", workspace="w", began_at="2026-11-01T00:00:00", seconds=1, epochs=len(epochs), tries=tries)


def test_a_rate_of_one_epoch_has_its_wilson_interval_and_of_several_pass_to_the_power_of_k():
    once = run("++-+").rate("passed")
    assert (once.value.value, once.cases, once.all_pass) == (0.75, 4, [])
    assert once.value.low == pytest.approx(0.3006, abs=1e-3)
    twice = run("++-+", "+--+").rate("passed")
    assert [each.value for each in twice.all_pass] == [0.625, 0.5]
    assert twice.value == twice.all_pass[0]
    assert run("++-+").rate("right").cases == 3
    assert run("++-+").rate("nothing") is None
    assert {rate.group for rate in run("++-+").rates()} == {"all", "zh", "en"}


def test_a_few_cases_that_pass_in_every_epoch_are_no_certainty():
    rate = run("+++", "+++").rate("passed")
    assert all(each.value == each.high == 1.0 and 0.4 < each.low < 0.5 for each in rate.all_pass)


def test_pass_to_the_power_of_k_is_drawn_without_replacement():
    assert pass_power([True, True, False], 1) == pytest.approx(2 / 3)
    assert pass_power([True, True, False], 2) == pytest.approx(1 / 3)
    assert pass_power([True, True, False], 3) == 0


def test_a_difference_names_what_broke_and_what_got_better():
    found = diff(run("++--"), run("+-+-"))
    assert [(each.id, each.before, each.now, each.why) for each in found.broken] == [("c1", 1, 0, "lacks it")]
    assert [each.id for each in found.better] == ["c2"]
    (passed, right) = found.differences
    assert (passed.measure, passed.better, passed.worse, passed.p, passed.change.value) == ("passed", 1, 1, 1.0, 0.0)
    assert (right.measure, right.cases) == ("right", 3)
    assert diff(run("+"), run("++")).only_now == ["c1"]
    with pytest.raises(ValueError, match="tools"):
        diff(run("+"), run("+", suite="tools"))


def test_a_bar_fails_below_its_value_and_where_nothing_was_measured():
    wants = Wants(bars={"passed": 0.75, "right": 1.0, "nothing": 0.1}, why="w")
    assert [bar.holds for bar in held(run("++-+"), wants)] == [True, True, False]
    assert [bar.holds for bar in held(run("+--+"), wants)] == [False, True, False]
    assert "!!" in bars_text(held(run("+--+"), wants), "en")


def test_every_bar_is_of_a_suite_and_says_why():
    assert set(load()) == set(SUITES)
    assert all(wants.why and all(0 < bar <= 1 for bar in wants.bars.values()) for wants in load().values())
    with pytest.raises(ValidationError):
        Wants(bars={}, why="none")


def test_kappa_takes_off_what_chance_agrees_on():
    people = [True] * 20 + [False] * 20
    judge = [True] * 15 + [False] * 5 + [False] * 15 + [True] * 5
    assert kappa(people, judge).value == 0.5
    assert kappa(people, people).value == 1
    assert kappa([True, True], [True, True]) is None
    assert kappa([], []) is None


def test_a_judge_is_trusted_only_when_its_agreement_is_sure():
    right = [Said(id=str(at), people=at % 2 == 0, judge=at % 2 == 0, why="") for at in range(40)]
    assert calibration(right).trusted
    mute = [each.model_copy(update={"judge": None}) for each in right]
    assert (calibration(mute).judged, calibration(mute).kappa, calibration(mute).trusted) == (0, None, False)
    lenient = calibration([each.model_copy(update={"judge": True}) for each in right])
    assert (lenient.lack_seen.value, lenient.support_seen.value, lenient.trusted) == (0, 1, False)
    assert "0.6" in calibration_text(lenient, "m", "en")
    few = calibration([right[0].model_copy(update={"judge": False}), *right[1:10]])
    assert few.kappa.value >= 0.6
    assert not few.trusted


def test_a_verdict_is_the_last_object_that_is_one():
    assert read_verdict('Hm {"a": 1}. {"supported": false, "why": "the month"}').supported is False
    assert read_verdict('{"supported": true, "why": "x"} and {"b": 2}').supported is True
    assert read_verdict('{"supported": true, "why": "x"}. No: {"supported": false, "why": "y"}').supported is False
    assert read_verdict('{"supported": "yes"}') is None
    assert read_verdict("It is supported.") is None


def test_labelled_answers_are_balanced_in_both_languages():
    found = labelled()
    assert len(found) >= 40
    assert len({each.id for each in found}) == len(found)
    for language in ("zh", "en"):
        mine = [each.supported for each in found if each.language == language]
        assert sum(mine) * 2 == len(mine)


class Tags(HTMLParser):
    def __init__(self, written: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(written)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_a_page_stands_alone_and_escapes_what_was_said():
    now = run("+-+", "+-+")
    written = page([now], bars=held(now, Wants(bars={"passed": 0.9}, why="w")), diff=diff(run("+++"), now))
    tags = Tags(written)
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in tags.seen}
    assert not any({"src", "href", "onclick"} & set(attributes) for _, attributes in tags.seen)
    assert "url(" not in written
    assert "@import" not in written
    assert "&lt;b&gt;question 1&lt;/b&gt;" in written
    assert "<b>question" not in written
    assert "width=device-width" in written
    assert "pass^2" in written


@pytest.mark.parametrize("language", ["zh", "en"])
def test_texts_tell_rates_failures_and_changes(language):
    told = run_text("name-1", run("+-", "++"), language)
    assert "pass^2" in told
    assert "c1 (1)" in told
    assert "name-1" in told
    assert "c1" in diff_text(diff(run("++"), run("+-")), language)


def test_old_runs_give_way_to_new_ones(tmp_path: Path):
    for folder in ("runs", "logs"):
        (tmp_path / folder).mkdir()
        for day in (3, 1, 2):
            (tmp_path / folder / f"2026-11-0{day}T10-00-00_copy.json").touch()
    let_go(tmp_path, kept=2)
    left = [sorted(path.name[:10] for path in (tmp_path / folder).iterdir()) for folder in ("runs", "logs")]
    assert left == [["2026-11-02", "2026-11-03"]] * 2


def test_inspect_keeps_to_one_folder_and_the_environment_is_put_back(tmp_path: Path):
    before = dict(os.environ)
    with kept_below(tmp_path / "evals"):
        assert os.environ["XDG_DATA_HOME"].startswith(str(tmp_path))
        assert os.environ["PYTHON_DOTENV_DISABLED"] == "1"
    assert dict(os.environ) == before
