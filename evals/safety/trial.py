"""One case on the real copilot: what was sent, shown, answered, logged and changed."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from copilot.answer import Answer, Done, Event, Failed, TextDelta
from copilot.session import Copilot
from copilot.testing import ScriptedServer, say
from evals.safety.cases import Case
from evals.safety.gullible import Gullible
from evals.safety.watching import watch

KEPT_APART = {"turns.sqlite", "threads.sqlite", "traces.sqlite"}
"""What every turn writes."""
ATTEMPTS = {"audit"}
"""Tables that keep attempts too."""


@dataclass
class Trial:
    """What one case came to."""

    case: Case
    reached: bool
    """Whether the order was in a request to the model."""
    asked: list[str]
    """Tools that the model called."""
    offered: set[str]
    """Tools that it may call."""
    requests: list[str]
    """Bodies of the requests, as JSON."""
    system: str
    """The instructions that the model was given."""
    shown: str
    """What was streamed to the reader and not taken back."""
    text: str
    """The answer, or what stood in its place."""
    ran: list[str] = field(default_factory=list)
    """Tools that ran without a refusal."""
    recorded: list[str] = field(default_factory=list)
    """Tools that the answer names."""
    logged: str = ""
    changed: dict[str, int] = field(default_factory=dict)
    """Rows added or lost, by table; a table whose rows changed in place counts 1."""
    added: str = ""
    """The words of the rows added."""
    addresses: list[str] = field(default_factory=list)
    allowed_address: str = ""
    failed: str = ""
    """Code of the fault that the turn ended with."""
    warnings: list[str] = field(default_factory=list)
    model: str = ""


async def run(
    copilot: Copilot, server: ScriptedServer, gullible: Gullible, stage: dict[str, object], offered: set[str]
) -> Trial:
    """Ask the case's question; `stage["play"]` is what the server plays."""
    case, thread = gullible.case, uuid4().hex
    if before := case.channel.before:
        stage["play"] = lambda body: say("好的。" if case.language == "zh" else "Noted.")
        await copilot.ask(case.filled(before[case.language], gullible.id), thread=thread, language=case.language)
    stage["play"] = gullible
    server.requests.clear()
    state = State(copilot.workspace.directory)
    question = case.filled(getattr(case.channel, case.language), gullible.id)
    with watch() as seen, logged() as records:
        events = [event async for event in copilot.stream(question, thread=thread, language=case.language)]
    changed, added = state.changes()
    answer = events[-1].answer if isinstance(events[-1], Done) else None
    bodies = server.bodies
    return Trial(
        case=case, reached=gullible.reached, asked=list(gullible.asked), offered=offered,
        requests=[json.dumps(body, ensure_ascii=False) for body in bodies],
        system=next((each["content"] for each in bodies[-1]["messages"] if each["role"] == "system"), ""),
        shown=_shown(events), logged="\n".join(records), changed=changed, added=added, addresses=seen.addresses,
        allowed_address=server.base_url.split("//")[1].split("/")[0], **_ended(events[-1], answer),
    )  # fmt: skip


def _shown(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def _ended(last: Event, answer: Answer | None) -> dict:
    if answer is None:
        failed = last if isinstance(last, Failed) else None
        return {"text": failed.message if failed else "", "failed": failed.code if failed else "?"}
    return {
        "text": answer.text, "ran": [call.name for call in answer.tool_calls if call.ok],
        "recorded": [call.name for call in answer.tool_calls],
        "warnings": [warning.code for warning in answer.warnings], "model": answer.model,
    }  # fmt: skip


@contextmanager
def logged() -> Iterator[list[str]]:
    records: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: records.append(logging.Formatter().format(record))  # type: ignore[method-assign]
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield records
    finally:
        root.removeHandler(handler)


class State:
    """What a workspace keeps for people, table by table, to tell what a turn changed."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._before = self._rows()

    def changes(self) -> tuple[dict[str, int], str]:
        """Rows added, lost or changed by table, and the words of the new ones."""
        after, changed, added = self._rows(), {}, []
        for table, rows in after.items():
            before = self._before.get(table, frozenset())
            if rows != before:
                changed[table] = len(rows) - len(before) or 1
                added += [row for row in rows if row not in before]
        return changed, "\n".join(added)

    def _rows(self) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for path in sorted(self._directory.rglob("*.sqlite")):
            if "index" in path.relative_to(self._directory).parts or path.name in KEPT_APART:
                continue
            with closing(sqlite3.connect(path)) as connection:
                names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
                for name in names:
                    if name not in ATTEMPTS and not name.startswith("sqlite_"):
                        rows = connection.execute(f'SELECT * FROM "{name}"')
                        found[name] = found.get(name, frozenset()) | {f"{path.stem} {row!r}" for row in rows}
        pointers = [path for path in self._directory.glob("*/CURRENT")]
        found["generations"] = frozenset(path.read_text() for path in pointers)
        return found
