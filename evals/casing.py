"""A stored turn as a case of the planner's set: what was asked and answered, to be reviewed by somebody."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import yaml
from langchain_core.messages import HumanMessage

from copilot.answer import Answer
from copilot.privacy import outgoing
from copilot.tracing.replay import story
from copilot.tracing.text import SHORT
from copilot.workspace import Workspace
from evals.planner_cases import Case, Kind, Tool, Unit
from evals.planner_reading import families, shows_figures

UNITS: dict[str, Unit] = {"money": "money", "percent": "percent", "days": "days", "money/customer": "money"}
COUNTED = {"customers", "orders", "items", "events", "times"}
SLOTS = ("metric", "tier", "channel", "category", "campaign", "n", "goal")
"""Arguments of tools that a case holds an answer to."""


def drafted(workspace: Workspace, id: str) -> Case:
    """The turn with the earlier questions of its thread, personal data masked.

    Raises BadArgument for an unknown id, NoData where the conversation is not kept.
    """
    trace, turns = story(workspace, id)
    place = next(number for number, each in enumerate(turns) if each.id == trace.id)
    answer, questions = turns[place].answer, [each.question for each in turns[: place + 1]]
    said = answer.text if answer else trace.fault or trace.state
    *asked, said = _masked([*questions, said], workspace)
    return Case(
        id=f"turn-{trace.id[:SHORT]}", turns=asked, expect=_kind(answer), language=trace.language,
        tools=[tool for tool in get_args(Tool) if answer and tool in families(answer)],
        slots=_slots(answer) if answer else {}, unit=_unit(answer), reviewed=False, answered=said,
        note=f"trace {trace.id}, answered by {trace.model or 'nobody'} on {trace.began_at:%Y-%m-%d}",
    )  # fmt: skip


def written(draft: Case) -> str:
    """The case as YAML in the form of the set's files."""
    return f"questions:\n{_entry(draft)}"


def add(draft: Case, path: Path) -> None:
    """Add the case to a file of the set, or begin one; what stands there stays as it is written."""
    before = path.read_text(encoding="utf-8") if path.exists() else "questions:\n"
    path.write_text(f"{before.rstrip()}\n{_entry(draft)}", encoding="utf-8")


def _entry(draft: Case) -> str:
    # The language is that of the file.
    said = draft.model_dump(mode="json", exclude_defaults=True, exclude={"language"})
    return yaml.dump([said], Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as they read."""


def _text(dumper: yaml.SafeDumper, words: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", words, style="|" if "\n" in words else None)


_Dumper.add_representer(str, _text)


def _masked(texts: list[str], workspace: Workspace) -> list[str]:
    typed = [HumanMessage(words) for words in texts]
    return [message.text for message in outgoing(typed, workspace.people_in).messages]


def _kind(answer: Answer | None) -> Kind:
    """What the answer was; for a turn without one, what most questions want."""
    if answer is None:
        return "figures"
    done = families(answer)
    if "check" in done:
        return "check"
    if answer.drafts:
        return "draft"
    if shows_figures(answer):
        return "figures"
    if answer.citations:
        return "knowledge"
    return "clarification" if {"?", "？"} & set(answer.text) else "refusal"


def _slots(answer: Answer) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for call in answer.tool_calls:
        found |= {name: call.arguments[name] for name in SLOTS if call.arguments.get(name)}
        found |= call.arguments.get("where") or {}
        if by := call.arguments.get("by"):
            found["by"] = by
    if answer.evidence and (window := answer.evidence[0].get("window")) and window["start"]:
        found["period"] = f"{window['start']}..{window['end']}"
    return found


def _unit(answer: Answer | None) -> Unit:
    unit = answer.evidence[0]["unit"] if answer and answer.evidence else ""
    return "count" if unit in COUNTED else UNITS.get(unit, "mixed")
