"""The tabs' handlers over a real workspace: what they show, keep, write and refuse."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from copilot.workspace import Workspace
from tools.selection.results import Selection
from ui import header
from ui.panels.books import PAGE, Aside, Health, Loads
from ui.panels.identity import OneId, Person
from ui.panels.people import People
from ui.panels.profiles import Lifecycle, Tiers, Why
from ui.panels.retention import Cohorts, Repurchase
from ui.panels.section import Section
from ui.refusal import attempt

WORDS = "消费超过300、偏好护肤"


@pytest.fixture(scope="module")
def section(workspace: Workspace) -> Callable[[type[Section]], Section]:
    copilot = SimpleNamespace(workspace=workspace, uses_language_model=False)
    return lambda kind: kind(lambda: copilot)


def selected(people: People, words: str = WORDS, exclude: list[str] | None = None) -> Selection:
    return people.preview(words, exclude or [], "zh")[0]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_data_tab_tells_health_loads_and_rows_set_aside(section: Callable, language: str) -> None:
    assert "ws-card-head" in section(Health).check(language)[0]
    assert "orders.csv" in section(Loads).read(language)
    aside = section(Aside)
    *_, rows, place, _earlier, _later = aside.begin(language)
    assert place == 0
    assert "orders.csv" in rows
    assert "ws-failure" in aside.turn("nowhere", "", 0, language, step=None)[0]
    assert aside.turn("", "", 0, language, step=-PAGE)[1] == 0, "there is nothing before the first page"


def test_the_header_marks_the_datas_health_and_leads_to_it(workspace: Workspace) -> None:
    copilot = SimpleNamespace(workspace=workspace, uses_language_model=False)
    assert "data-open" not in header.bar(copilot, "en")
    mark = header.bar(copilot, "en", weighed=True)
    serious = len(workspace.data().health.report(workspace.today).serious)
    assert 'data-open="data"' in mark
    assert (f"{serious} to mind" in mark) == bool(serious)


def test_people_are_selected_edited_left_out_and_tagged(section: Callable, tmp_path: Path) -> None:
    people = section(People)
    found, said, *_, = people.preview(WORDS, [], "zh")
    assert said == WORDS
    again = people.apply_rule(found.rule.yaml(), [], "zh")[0]
    assert again.customers == found.customers > 0
    fewer = people.add_tag("discount_seeker", found.rule.yaml(), [], "zh")[0]
    assert fewer.customers <= found.customers
    folder = tmp_path / "ids.csv"
    folder.write_text("customer_id\n" + "\n".join(_ids(people, found, tmp_path)[:2]), encoding="utf-8")
    _told, _file, exclude = people.take_list(str(folder), [], "zh")
    assert exclude == ["ids"]
    assert not folder.exists(), "an upload holds personal data and goes at once"
    assert selected(people, exclude=exclude).customers == found.customers - 2


def test_what_is_wrong_is_one_sentence_and_the_rule_stays(section: Callable) -> None:
    current, _said, refused, *_ = section(People).apply_rule("all:\n- {trait: nonsense, op: '>', value: 1}", [], "en")
    assert current is None
    assert 'role="alert"' in refused
    assert "nonsense" in refused
    assert "ws-failure" in section(People).preview("", [], "zh")[2]
    assert "ws-failure" in section(People).keep("x", "", False, None, "", "zh")[0]


def test_a_selection_is_saved_with_its_version_and_opened_again(section: Callable) -> None:
    people = section(People)
    found = selected(people)
    for version, words in ((1, WORDS), (2, "消费超过400、偏好护肤")):
        told, kept = people.keep("护肤客", "", False, selected(people, words), words, "zh")
        assert f"第 {version} 版" in told
        assert kept.version == version
    assert people.reopen("护肤客@1", "zh")[0].customers == found.customers
    *_, which, exclude = people.list_saved("zh")
    assert [value for _, value in which.choices] == ["护肤客@2", "护肤客@1"]
    assert "护肤客" in dict(exclude.choices)


def test_open_points_are_not_saved_until_they_are_acknowledged(section: Callable) -> None:
    people = section(People)
    found = selected(people, "消费超过300、喜欢猫")
    assert "ws-failure" in people.keep("猫", "", False, found, "", "zh")[0]
    assert "ws-done" in people.keep("猫", "", True, found, "", "zh")[0]


def test_an_export_holds_ids_only_unless_an_admin_asks_for_personal_data(
    section: Callable, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = section(People)
    found = selected(people)
    told, files, folder = people.write("csv", True, found, "en")
    assert "WELLSPRING_ROLE" in told
    assert not list(Path(folder).iterdir())
    people.forget(folder)
    monkeypatch.setattr(workspace, "_settings", workspace.settings.model_copy(update={"role": "admin"}))
    for personal, columns in ((False, ["customer_id"]), (True, ["customer_id", "name", "phone", "email"])):
        _told, files, folder = people.write("csv", personal, found, "en")
        table = Path(folder) / "segment.csv"
        rows = list(csv.reader(table.read_text(encoding="utf-8-sig").splitlines()))
        assert rows[0] == columns
        assert len(rows) - 1 == found.customers
        assert json.loads((Path(folder) / "segment.csv.manifest.json").read_text(encoding="utf-8"))["customers"] == found.customers
        assert files.visible
        people.forget(folder)
        assert not Path(folder).exists()
    assert "ws-notice" in people.warn(True, "en")
    assert people.warn(False, "en") == ""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_explore_tab_answers_and_refuses(section: Callable, language: str) -> None:
    cards = section(Tiers).answer("", "", language)
    assert sum("ws-card-head" in str(value) for value in cards) == 3
    assert "dormancy_days" in cards[-1]
    assert "ws-failure" in section(Tiers).answer("2030-01-01", "", language)[3]
    assert "ws-card-head" in section(Lifecycle).answer("", language)[0]
    cohorts = section(Cohorts).answer("quarter", "ltv", 0, "", "channel", ["抖音"], language)
    assert "ws-card-head" in cohorts[0]
    assert cohorts[1].visible
    assert "ws-failure" in section(Cohorts).answer("month", "retention", 0, "nonsense", "", [], language)[0]
    assert section(Repurchase).answer("channel", 1, "", "", [], language)[1].visible


def test_a_customer_is_explained_and_an_unknown_one_refused_without_its_id(section: Callable, workspace: Workspace) -> None:
    customer = _one_customer(workspace)
    assert customer in section(Why).explain(customer, "", "zh")
    refused = section(Why).explain("13800000000", "", "zh")
    assert "ws-failure" in refused
    assert "13800000000" not in refused


def test_before_a_run_one_id_says_so_calmly_and_refuses_to_count_persons(section: Callable) -> None:
    told = section(OneId).look("zh")[3]
    assert "ws-quiet" in told
    told, unit = section(OneId).count_by("person", "zh")
    assert "ws-failure" in told
    assert unit.value == "account"
    assert "ws-failure" in section(Person).explain("M1", "en")


def test_a_fault_is_one_calm_sentence() -> None:
    found, refused = attempt(lambda: 1 / 0, "en")
    assert found is None
    assert "division" not in refused
    assert 'role="alert"' in refused


def _ids(people: People, found: Selection, tmp_path: Path) -> list[str]:
    *_, folder = people.write("csv", False, found, "zh")
    rows = (Path(folder) / "segment.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    people.forget(folder)
    return rows


def _one_customer(workspace: Workspace) -> str:
    return workspace.data().sample_customers("high", 1)[0]["customer_id"]
