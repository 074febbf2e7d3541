"""A story in words: steps as the command line and the page show them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import singledispatch
from zoneinfo import ZoneInfo

from copilot.catalogue import text
from copilot.running import tool_title
from copilot.settings import PLANNER
from copilot.tracing.comparing import Comparison, Side
from copilot.tracing.results import Ending, Message, ModelCall, NoticeGiven, Step, Text, ToolRun, Trace, TraceSummary
from copilot.usagetext import usage_line
from tools.schema import TIMEZONE

SHORT = 8
"""Characters of an id that people are shown."""
LINE = 60

Part = tuple[str, str]
"""What it is, and its words."""


@dataclass(frozen=True)
class Told:
    """One step."""

    at: float
    seconds: float
    title: str
    facts: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    more: list[Part] = field(default_factory=list)
    """Long words that a reader opens on demand: the messages sent."""
    wrong: bool = False


def told(step: Step, language: str) -> Told:
    return _told(step, language)


@singledispatch
def _told(step: Step, language: str) -> Told:
    raise TypeError(type(step))


@_told.register
def _(step: ModelCall, language: str) -> Told:
    facts = [step.host, step.prompt, *(f"{name}={value}" for name, value in step.settings.items()), step.finish]
    if step.input_tokens is not None:
        facts.append(text("usage.tokens", language, input=f"{step.input_tokens:,}", output=f"{step.output_tokens:,}"))
    plan = step.reply.calls if step.reply else []
    parts = [(text("trace.asks_for", language, tool=call.name), words(call.arguments, language)) for call in plan]
    if step.reply and step.reply.text.characters:
        parts.append((text("trace.reply", language), words(step.reply.text, language)))
    return Told(
        step.at, step.seconds, text("trace.model", language, model=model_title(step.model, language)),
        [*filter(None, facts), *_fault(step.fault, language)], parts,
        [_sent(message, language) for message in step.messages], bool(step.fault),
    )  # fmt: skip


@_told.register
def _(step: ToolRun, language: str) -> Told:
    parts = [(text("trace.arguments", language), words(step.arguments, language))]
    for found in step.found:
        label = text("trace.found", language, evidence=found.evidence, kind=found.kind, metric=found.metric or "-",
                     rows=f"{found.rows:,}", n=f"{found.n:,}")  # fmt: skip
        parts.append((label, words(found.query, language)))
    parts += _listed(step, language)
    more = [(text("trace.result", language), words(step.reply, language))] if step.reply else []
    title = text("trace.tool", language, tool=tool_title(step.name, language), name=step.name)
    return Told(step.at, step.seconds, title, _fault(step.fault, language), parts, more, bool(step.fault))


@_told.register
def _(step: NoticeGiven, language: str) -> Told:
    return Told(step.at, 0.0, text("trace.notice", language), [step.code], [("", words(step.text, language))])


@_told.register
def _(step: Ending, language: str) -> Told:
    parts = [("", words(step.text, language))] if step.text else []
    parts += [(text("trace.verdict", language, code=each.code), words(each.text, language)) for each in step.verdicts]
    if step.figures:
        shown = "\n".join(f"{each.figure} ← {each.evidence}" for each in step.figures)
        parts.append((text("trace.figures", language), shown))
    parts += _listed(step, language)
    facts = [model_title(step.model, language)] if step.model else []
    if step.fallback_from:
        facts.append(text("trace.instead", language, code=step.fallback_from))
    title = text("trace.answer" if step.text else "trace.no_answer", language)
    return Told(step.at, 0.0, title, [*facts, *_fault(step.fault, language)], parts, wrong=bool(step.fault))


def _listed(step: ToolRun | Ending, language: str) -> list[Part]:
    both = (("citations", step.citations), ("drafts", step.drafts))
    return [(text(f"trace.{name}", language), ", ".join(ids)) for name, ids in both if ids]


def _fault(code: str, language: str) -> list[str]:
    return [text("trace.fault", language, code=code)] if code else []


def _sent(message: Message, language: str) -> Part:
    calls = "\n".join(f"→ {call.name} {words(call.arguments, language)}" for call in message.calls)
    said = words(message.text, language) if message.text.characters else ""
    return text(f"trace.role.{message.role}", language) + (f" {message.tool}" if message.tool else ""), "\n".join(
        filter(None, (said, calls))
    )


def words(kept: Text, language: str) -> str:
    """The words, or what is known of them where they are not kept."""
    if kept.text is None:
        return text("trace.not_kept", language, count=f"{kept.characters:,}", hash=kept.hash)
    cut = kept.characters - len(kept.text)
    return kept.text + (text("trace.cut", language, count=f"{cut:,}") if cut > 0 else "")


def model_title(model: str, language: str) -> str:
    return text("trace.planner", language) if model == PLANNER else model


def head_facts(trace: TraceSummary, language: str) -> list[Part]:
    """What is known of a turn beside its steps."""
    seconds = "-" if trace.seconds is None else f"{trace.seconds:.1f} s"
    facts = [
        ("id", trace.id), ("thread", trace.thread), ("asked", words(trace.question, language)),
        ("began", began(trace)), ("state", text(f"trace.state.{trace.state}", language)), ("took", seconds),
        ("by", model_title(trace.model, language) if trace.model else "-"),
        ("usage", usage_line(trace.usage, language) if trace.usage else ""),
        ("fault", trace.fault), ("replay_of", trace.replay_of),
    ]  # fmt: skip
    return [(text(f"trace.head.{name}", language), value) for name, value in facts if value]


def began(trace: TraceSummary) -> str:
    """When it was asked, by the clock that the workspace's orders are dated by."""
    return f"{trace.began_at.astimezone(ZoneInfo(TIMEZONE)):%Y-%m-%d %H:%M:%S}"


def summary(trace: TraceSummary, language: str) -> list[str]:
    """The cells of its line in the list."""
    question = " ".join(words(trace.question, language).split())
    return [
        trace.id[:SHORT], began(trace), text(f"trace.state.{trace.state}", language),
        question if len(question) <= LINE else question[: LINE - 1] + "…",
        model_title(trace.model, language) if trace.model else "-", ", ".join(trace.tools) or "-",
        "-" if trace.seconds is None else f"{trace.seconds:.1f}",
    ]  # fmt: skip


def summary_head(language: str) -> list[str]:
    return [text(f"trace.column.{name}", language)
            for name in ("id", "began", "state", "asked", "by", "tools", "seconds")]  # fmt: skip


def whole(trace: Trace, language: str, *, requests: bool = False) -> str:
    """Write a story as text; with `requests` every message sent is shown."""
    lines = [f"{label}: {value}" for label, value in head_facts(trace, language)]
    for step in trace.steps:
        shown = told(step, language)
        facts = " · ".join([f"{shown.seconds:.2f} s", *shown.facts] if shown.seconds else shown.facts)
        lines += ["", f"{shown.at:8.2f} s  {shown.title}  {facts}".rstrip()]
        lines += [_indented(part) for part in (shown.parts + shown.more if requests else shown.parts)]
    return "\n".join(lines)


def _indented(part: Part) -> str:
    label, said = part
    return "\n".join(f"            {line}" for line in ([label] if label else []) + said.splitlines())


def comparison_rows(found: Comparison, language: str) -> list[list[str]]:
    """What is compared, the first answer's, the replay's."""
    names = ("by", "state", "seconds", "usage", "tools", "figures")
    one, other = ({name: _side(side, name, language) for name in names} for side in (found.before, found.after))
    return [[text(f"trace.compare.{name}", language), one[name], other[name]] for name in names]


def _side(side: Side, name: str, language: str) -> str:
    state = text(f"trace.state.{side.state}", language) + (f" {side.fault}" if side.fault else "")
    return {
        "by": model_title(side.model, language), "state": state,
        "seconds": "-" if side.seconds is None else f"{side.seconds:.1f}",
        "usage": usage_line(side.usage, language) if side.usage else "-",
        "tools": "\n".join(side.tools) or "-", "figures": ", ".join(side.figures) or "-",
    }[name]  # fmt: skip


def differences(found: Comparison, language: str) -> list[Part]:
    """What only one of the two did or said; [] where they agree."""
    parts = [(text(f"trace.compare.{name}", language), "\n".join(getattr(found, name)))
             for name in ("tools_gone", "tools_new", "figures_gone", "figures_new", "diff")]  # fmt: skip
    return [(label, said) for label, said in parts if said]


def compared(found: Comparison, language: str) -> str:
    """Write a comparison as text."""
    lines = [found.question]
    sides = [text(f"trace.compare.{name}", language) for name in ("before", "after")]
    for label, *values in comparison_rows(found, language):
        shown = [" | ".join(value.splitlines()) for value in values]
        lines += ["", label, *(f"  {side}: {value}" for side, value in zip(sides, shown, strict=True))]
    apart = differences(found, language)
    lines += [line for label, said in apart for line in ("", label, said)] or ["", text("trace.compare.same", language)]
    return "\n".join(lines)
