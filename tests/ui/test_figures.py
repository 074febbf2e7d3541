"""A figure of an answer names the result it comes from, whatever the text around it holds."""

from __future__ import annotations

from copilot.answer import Answer, FigureSource
from ui.figures import marked, sourced
from ui.prose import prose

EVIDENCE = {
    "kind": "metric", "title": 'Revenue "A" <b>', "by": [], "as_of": "2026-10-31",
    "window": {"start": "2026-10-01", "end": "2026-10-31", "label": "2026-10"},
}  # fmt: skip


def test_a_figure_names_its_result_and_markup_stays_letters() -> None:
    text = "Revenue was **¥1,200**; <i>3</i> days."
    start = text.index("¥")
    answer = Answer(id="a", text=text, language="en", model="m", thread="t", evidence=[EVIDENCE],
                    figures=[FigureSource(start=start, end=start + 6, evidence=0)])  # fmt: skip
    shown = sourced(prose(marked(answer), [], "en"), answer)
    assert '<strong><span class="ws-sourced"' in shown
    assert ">¥1,200</span></strong>" in shown
    assert "&lt;i&gt;" in shown
    assert "<b>" not in shown
    assert "2026-10-01" in shown
