"""A turn looks the same while it streams and when its thread is opened again."""

from __future__ import annotations

from datetime import UTC, datetime

from copilot.answer import (
    Answer,
    Caution,
    Citation,
    CitationFound,
    Done,
    DraftsReady,
    EvidenceFound,
    Failed,
    Notice,
    TextDelta,
    ToolCall,
    ToolFinished,
    ToolStarted,
)
from copilot.store import Turn
from tools.results import Draft
from ui.messages import messages
from ui.turns import Shown

CITATION = Citation(id="doc#1", title="T", source="S", quote="Q")


def answer(evidence: dict, drafts: list[Draft]) -> Answer:
    call = ToolCall(id="c1", name="query_metric", arguments={"metric": "revenue"}, ok=True, summary="42", seconds=0.5)
    return Answer(
        id="t", text="It is 42 [doc#1].", language="en", model="wellspring-planner", tool_calls=[call],
        evidence=[evidence], citations=[CITATION], drafts=drafts, thread="th", suggestions=["And now?"],
        warnings=[Caution(code="x", message="Mind the gap")],
    )  # fmt: skip


def saved(answer: Answer | None, state: str = "done") -> Shown:
    turn = Turn(id="t", thread="th", question="how much?", state=state, answer=answer, asked_at=datetime.now(UTC))
    return Shown.saved(turn, currency="CNY")


def dumped(turn: Shown) -> list[tuple]:
    return [
        (message.role, message.metadata, message.options, [part.value for part in _parts(message)])
        for message in messages(turn)
    ]


def _parts(message) -> list:  # noqa: ANN001
    return message.content if isinstance(message.content, list) else [message.content]


def test_a_saved_turn_equals_the_streamed_one(evidence, drafts: list[Draft]) -> None:  # noqa: ANN001
    done = answer(evidence("en")["bars"], drafts)
    turn = Shown.asking("how much?", currency="CNY")
    for event in (
        TextDelta(text="Let me look."),
        ToolStarted(id="c1", name="query_metric", title="Query a metric", arguments={"metric": "revenue"}),
        ToolFinished(id="c1", name="query_metric", ok=True, summary="42", seconds=0.5),
        EvidenceFound(tool_call="c1", evidence=done.evidence[0]),
        CitationFound(citation=CITATION),
        CitationFound(citation=CITATION),
        DraftsReady(drafts=drafts),
        TextDelta(text="It is"),
        Done(answer=done),
    ):
        turn.take(event)
        messages(turn)
    assert dumped(turn) == dumped(saved(done))


def test_words_before_a_tool_call_and_before_a_restart_are_dropped() -> None:
    turn = Shown.asking("q", currency="CNY")
    turn.take(TextDelta(text="thinking"))
    turn.take(ToolStarted(id="c1", name="x", title="X", arguments={}))
    assert turn.words == ""
    turn.take(TextDelta(text="half"))
    turn.take(Notice(code="fallback", message="The planner answers", restart=True))
    assert turn.words == ""
    assert turn.notices == ["The planner answers"]


def test_a_failure_keeps_the_partial_words_and_offers_the_question_again() -> None:
    turn = Shown.asking("q", currency="CNY")
    turn.take(Failed(code="E-1", message="It <broke>", log_id="l", partial="half an ans"))
    last = messages(turn)
    assert last[-1].options == [{"value": "q", "label": "Try again"}]
    assert any("It &lt;broke&gt;" in part.value for message in last for part in _parts(message))
    assert any("half an ans" in part.value for message in last for part in _parts(message))


def test_a_stop_ends_the_spinner_and_changes_nothing_that_is_over() -> None:
    turn = Shown.asking("q", currency="CNY")
    turn.take(ToolStarted(id="c1", name="x", title="X", arguments={}))
    assert messages(turn)[1].metadata["status"] == "pending"
    turn.halt()
    assert messages(turn)[1].metadata["status"] == "done"
    assert not turn.failure
    failed = saved(None, state="failed")
    failed.halt()
    assert not failed.stopped


def test_drafts_are_not_told_twice(drafts: list[Draft]) -> None:
    quoted = "\n".join(f"> {line}" for line in drafts[0].body.split("\n"))
    turn = Shown.asking("写短信", currency="CNY")
    turn.take(DraftsReady(drafts=drafts))
    turn.take(TextDelta(text=f"如下：\n\n{quoted}\n\n> 别的引文"))
    told = messages(turn)[1].content.value
    assert drafts[0].body not in told
    assert "别的引文" in told
