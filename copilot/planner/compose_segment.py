"""Paragraphs about selected people: how many they are, what is asked of them, how they differ from the rest."""

from __future__ import annotations

from copilot.catalogue import text
from copilot.findings import Findings
from copilot.formatting import day, figure, value_name
from copilot.nextbesttext import overview_lines
from copilot.planner.people import MIXED, PROFILED
from copilot.planner.prose import join, notes, table, the
from copilot.planner.step import Step
from copilot.segmenttext import understood_lines
from tools.next_best import NextBestOverview
from tools.selection.results import ProfileFigure, ProfileRow, Saved, SegmentList, Selection
from tools.traits.catalog import builtin

SHOWN = 3
STRIKING = 1.2
"""Least index of a value that is called typical."""
FEW_SEGMENTS = 15


def next_choices(step: Step, findings: Findings, language: str) -> str:
    lead, *lines = overview_lines(the(findings, NextBestOverview), language)
    return join(lead, "\n".join(f"- {line}" for line in lines))


def selected(step: Step, findings: Findings, language: str) -> str:
    item: Selection = the(findings, Selection)
    if item.unknown:  # the count is of other people than those asked for
        return text("planner.say.unread", language, condition=text("planner.comma", language).join(item.unknown))
    saved = text("segment.saved", language, name=item.name, version=item.version,
                 customers=figure(item.customers, "customers", language)) if item.name else ""  # fmt: skip
    asked = [answer for answer in (saved, *_asked(step, item, language)) if answer]
    answers = [*asked, _size("size", item, language)] if asked and not saved else asked
    answers = [_of_base(item, language)] if item.base and not saved else answers
    answers = answers or [_size("share" if "share" in step.slots.cues else "lead", item, language)]
    evidence = [_compared(item, language), _typical(step, item, language), _reach_line(item, language)]
    return join(
        *answers, "\n".join(understood_lines(item, language)),
        *(evidence if item.customers else [text("segment.none", language)]), notes(item, language),
        "" if saved else text("planner.select.next", language),
    )  # fmt: skip


def _size(key: str, item: Selection, language: str) -> str:
    return text(
        f"planner.select.{key}", language, words=_words(item, language),
        customers=figure(item.customers, "customers", language), share=figure(item.share, "percent", language),
        revenue=figure(item.revenue_share, "percent", language),
    )  # fmt: skip


def _of_base(item: Selection, language: str) -> str:
    base = item.base
    return text(
        "planner.select.base", language, base=getattr(base.words, language), words=getattr(base.asked, language),
        base_customers=figure(base.customers, "customers", language),
        customers=figure(item.customers, "customers", language), share=figure(base.share, "percent", language),
    )  # fmt: skip


def _words(item: Selection, language: str) -> str:
    return getattr(item.words, language)


def _asked(step: Step, item: Selection, language: str) -> list[str]:
    slots = step.slots
    told = [_figure(PROFILED[name], item, language) for name in slots.asked if name in PROFILED]
    if "reach" in slots.cues and item.customers:
        told += [_reach(channel, item, language) for channel in slots.channels or ("sms",)]
    return told


def _figure(name: str, item: Selection, language: str) -> str:
    words, until = _words(item, language), day(item.as_of)
    if name == "revenue":
        value = figure(item.revenue_share, "percent", language)
        return text("planner.select.revenue", language, words=words, value=value, day=until)
    row = next(row for row in item.figures if row.name == name)
    return text(
        "planner.select.figure", language, words=words, title=_title(row, language), day=until,
        value=figure(row.value, row.unit, language), rest=figure(row.rest, row.unit, language),
    )  # fmt: skip


def _title(row: ProfileFigure, language: str) -> str:
    return text(f"segment.metric.{row.name}", language)


def _reach(channel: str, item: Selection, language: str) -> str:
    found = next((row for row in item.reach or [] if row.channel == channel), None)
    if found is None:
        return text("planner.select.no_consents", language)
    return text(
        "planner.select.reach", language, words=_words(item, language), channel=_channel(channel, language),
        customers=figure(item.customers, "customers", language), n=figure(found.customers, "customers", language),
        share=figure(found.share, "percent", language),
    )  # fmt: skip


def _channel(channel: str, language: str) -> str:
    return text(f"draft.channel.{channel}", language)


def _compared(item: Selection, language: str) -> str:
    """The selected beside the rest; nothing to compare where everybody is selected."""
    if item.customers == item.everybody:
        return ""
    header = [text(f"planner.select.{key}", language) for key in ("compared", "them", "rest")]
    return table(header, [
        [_title(row, language), figure(row.value, row.unit, language), figure(row.rest, row.unit, language)]
        for row in item.figures
    ])  # fmt: skip


def _typical(step: Step, item: Selection, language: str) -> str:
    """What is more frequent among them than chance; of an asked trait every value."""
    wanted = [MIXED[name] for name in (*step.slots.dimensions, *step.slots.asked) if name in MIXED]
    lines = []
    for trait in dict.fromkeys(row.trait for row in item.profile):
        rows = [row for row in item.profile if row.trait == trait and row.customers]
        if trait in wanted:
            lines.insert(0, _line("mix", trait, rows, language))
        elif striking := [row for row in rows if row.significant and row.index and row.index >= STRIKING]:
            lines.append(_line("typical", trait, sorted(striking, key=lambda row: -row.index)[:SHOWN], language))
    return "\n".join(lines)


def _line(kind: str, trait: str, rows: list[ProfileRow], language: str) -> str:
    said = [
        text(f"planner.select.{kind}_row", language, value=value_name(trait, row.value, language),
             share=figure(row.share, "percent", language), rest=figure(row.rest_share, "percent", language))
        for row in rows
    ]  # fmt: skip
    title = getattr(builtin().traits[trait].title, language)
    return text(f"planner.select.{kind}", language, title=title, rows=text("planner.comma", language).join(said))


def _reach_line(item: Selection, language: str) -> str:
    if not item.reach:
        return ""
    rows = [
        text("segment.reach_row", language, channel=_channel(row.channel, language), customers=f"{row.customers:,}")
        for row in item.reach
    ]
    return text("segment.reach", language, rows=text("planner.comma", language).join(rows))


def segments(step: Step, findings: Findings, language: str) -> str:
    item: SegmentList = the(findings, SegmentList)
    if not item.rows:
        return text("planner.segments.none", language)
    header = [text(f"planner.segments.column.{name}", language) for name in ("name", "customers", "day", "rule")]
    more = text("planner.more_rows", language, total=len(item.rows)) if len(item.rows) > FEW_SEGMENTS else ""
    lead = text("planner.segments.lead", language, n=len(item.rows))
    return join(lead, table(header, [_saved(row, language) for row in item.rows[:FEW_SEGMENTS]]), more)


def _saved(row: Saved, language: str) -> list[str]:
    return [row.name, f"{row.customers:,}", day(row.data_day), getattr(row.words, language)]
