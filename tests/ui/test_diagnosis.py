"""The diagnosis tab's handlers over a real workspace."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from copilot.diagnosis.desk import DiagnosisDesk
from copilot.workspace import Workspace
from ui.panels.diagnosis import Diagnose


@pytest.fixture(scope="module")
def panel(workspace: Workspace) -> Diagnose:
    import gradio as gr

    tools = SimpleNamespace(diagnosis=SimpleNamespace(desk=DiagnosisDesk.over(workspace)))
    made = Diagnose(lambda: SimpleNamespace(workspace=workspace, toolbox=tools))
    with gr.Blocks():
        made.lay_out()
    return made


def answers(panel: Diagnose, **given: str) -> list[str]:
    return [given.get(key, "") for key in panel.answers]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_diagnosis_is_shown_with_sources_and_figures(panel: Diagnose, language: str) -> None:
    given = answers(panel, industry="snacks", market_growth="3%")
    found, compared, words, *forms = panel.make("", "stage", "", "", language, *given)
    assert found.stage.verdict
    assert compared is None
    assert 'data-cite="stage-overview#1"' in words
    assert "ws-card-head" in words
    assert dict(zip(panel.answers, forms, strict=True))["market_growth"] == "0.03"


def test_a_description_fills_the_forms(panel: Diagnose) -> None:
    _, _, _, *forms = panel.make("我们是零食品牌，新客停滞", "stage", "", "", "zh", *answers(panel))
    assert dict(zip(panel.answers, forms, strict=True))["industry"] == "snacks"


def test_what_is_wrong_is_one_sentence(panel: Diagnose) -> None:
    assert 'role="alert"' in panel.make("", "stage", "", "", "en", *answers(panel, relative_share="blue"))[2]
    assert 'role="alert"' in panel.make("", "quickwin", "", "", "en", *answers(panel))[2]
    assert "618" in panel.make("", "quickwin", "", "", "en", *answers(panel))[2], "it says how an event is named"
    assert 'role="alert"' in panel.keep("x", None, "zh")
    assert 'role="alert"' in panel.make_again(None, "", "", "zh", *answers(panel))[2]


def test_it_is_kept_reopened_compared_and_printed(panel: Diagnose) -> None:
    given = answers(panel, market_growth="high", relative_share="low")
    found, *_ = panel.make("", "stage", "", "", "en", *given)
    assert "ws-done" in panel.keep("first", found, "en")
    listed = panel.list_saved("en", None)
    id = listed.choices[0][1]
    assert panel.reopen(id, "en")[0] == found
    changed = answers(panel, market_growth="slow", relative_share="leading")
    after, compared, words, *_ = panel.make_again(id, "", "", "en", *changed)
    assert after.stage.verdict == "breakthrough"
    assert "acquire → breakthrough" in words
    refused, file = panel.write("html", after, compared, "en")
    assert refused == ""
    assert "acquire → breakthrough" in Path(file.value["path"] if isinstance(file.value, dict) else file.value).read_text("utf-8")
