"""Paragraphs about knowledge and drafts: quoted sentences with their source, never rewritten figures."""

from __future__ import annotations

import re
from dataclasses import replace

from copilot.answer import Citation
from copilot.cardtext import passage_id, sections
from copilot.catalogue import has, text
from copilot.findings import Findings
from copilot.formatting import figure
from copilot.planner.quoting import quoted
from copilot.planner.step import Step
from tools.results import Draft, TierOverview

_CASE = re.compile(r"^(?:\S+-)?case-(?!overview)")
_EXAMPLE = re.compile(rf"{_CASE.pattern}|^scenario-(?!overview)")
"""Cards that tell what a company did; a scenario's does so by the way."""
_CASE_BONUS = 0.25
"""Share of the best score that a case may lack beside a scenario and still lead."""
_PLAIN = re.compile(r"^## (?:先说清楚|To be plain)", re.MULTILINE)
_NEAR_CASE = 0.5
"""Least score, beside the best one, of a case that leads where cases are asked for."""
_NEARLY = 0.3
"""Least confidence at which the nearest card is quoted, though it may not answer."""
_RELATED = 0.5
"""Least score, beside the lead's, of a card that is named beside it."""
_SHOWN = 2
"""Cards named beside the lead."""


def knowledge(step: Step, findings: Findings, language: str) -> str:
    lookup = findings.lookup
    if lookup is None or not findings.citations:
        key = "cannot_tell_figure" if {"amount", "count"} & step.slots.cues else "cannot_tell"
        return text(f"planner.{key}", language)
    lead, *others = _ordered(findings.citations, step)
    if "case" in step.slots.cues and lookup.answerable and not any(_EXAMPLE.match(each.id) for each in [lead, *others]):
        return f"{text('planner.no_case', language)}\n\n{_quote(lead, step, language)}\n\n{_grade(lead, language)}"
    if not lookup.answerable:
        near = lookup.confidence >= _NEARLY
        told = [_quote(lead, step, language), _grade(lead, language)] if near else [_listed([lead, *others][:_SHOWN])]
        return "\n\n".join([text("planner.no_direct", language), *told])
    parts = [_quote(lead, step, language), _grade(lead, language)]
    if {"amount", "count"} & step.slots.cues and "howto" not in step.slots.cues:
        parts.insert(0, text("planner.nearest", language))
    if asides := _others(lead, others):
        parts.append(f"{text('planner.related', language)}\n{_listed(asides)}")
    return "\n\n".join(parts)


def idling(step: Step, findings: Findings) -> Step:
    """The step as the next turn should know it: a search that found nothing leaves nothing to lean on."""
    lookup = findings.lookup
    found = step.focus != "knowledge" or (lookup is not None and lookup.answerable and findings.citations)
    return step if found else replace(step, idle=True)


def playbook(step: Step, findings: Findings, language: str) -> str:
    play, *others = findings.citations
    return "\n\n".join(filter(None, [
        _situation(step, findings, language), _quote(play, step, language), _grade(play, language),
        f"{text('planner.related', language)}\n{_listed(others)}" if others else "",
    ]))  # fmt: skip


def _situation(step: Step, findings: Findings, language: str) -> str:
    """The tier's own figures."""
    overview = next((item for item in findings.evidence if isinstance(item, TierOverview)), None)
    row = next((row for row in overview.rows if row.tier == step.arguments["tier"]), None) if overview else None
    if row is None:
        return ""
    return text(
        "planner.tier", language, tier=text(f"tier.{row.tier}", language), as_of=overview.as_of,
        customers=figure(row.customers, "customers", language), share=figure(row.share, "percent", language),
        revenue=figure(row.revenue, "money", language), revenue_share=figure(row.revenue_share, "percent", language),
    )  # fmt: skip


def _quote(citation: Citation, step: Step, language: str) -> str:
    """The sections of a card that answer the question, the best one under the card's title."""
    question = step.arguments.get("query") or step.slots.said
    cues = step.slots.cues | ({"howto"} if step.focus == "playbook" else set())
    best, *more = quoted(citation, question, cues, language)
    head = f"{citation.title} · {best.heading}" if best.heading else citation.title
    return "\n\n".join([
        _marked(head, best.words, passage_id(citation, best)),
        *(_marked(part.heading, part.words, passage_id(citation, part)) for part in more),
    ])  # fmt: skip


def _marked(heading: str, words: str, id: str) -> str:
    """Quoted words under their heading, with the passage that they are from; a table ends before the mark."""
    end = "\n\n" if words.rsplit("\n", 1)[-1].startswith("|") else " "
    head = f"**{heading}**\n\n" if heading else ""
    return f"{head}{words}{end}[{id}]"


def _ordered(citations: list[Citation], step: Step) -> list[Citation]:
    """Best first. A case that fits about as well leads where cases are asked for; where no tier is named, a play
    for a tier that it does not suit ("to be plain") comes last.
    """
    best, slots = citations[0].score, step.slots
    wanted = _NEAR_CASE * best if "case" in slots.cues else 1 + best
    told = [each for each in citations if _EXAMPLE.match(each.id) and each.score >= wanted]
    told.sort(key=lambda each: -each.score - _CASE_BONUS * bool(_CASE.match(each.id)) * best)
    odd = [each for each in citations if not slots.tiers and _PLAIN.search(each.quote)]
    usual = [each for each in citations if each not in told and each not in odd]
    return [*told, *usual, *(each for each in odd if each not in told)]


def drafts(step: Step, findings: Findings, language: str) -> str:
    if not findings.drafts:
        return text("planner.no_drafts", language)
    first = findings.drafts[0]
    lead = text(
        "planner.drafts" if len(findings.drafts) > 1 else "planner.drafts_one",
        language,
        n=len(findings.drafts),
        tier=text(f"tier.{first.tier}", language),
        channel=text(f"draft.channel.{first.channel}", language),
        goal=text(f"draft.goal.{first.goal}", language),
    )
    said = step.arguments.get("offer", "")
    offer = text("planner.offer", language, offer=said) if said else text("planner.no_offer", language)
    shown = draft_lines(findings.drafts, language)
    tone = text("planner.revise_tone", language, words=step.slots.condition) if step.slots.condition else ""
    return "\n\n".join(filter(None, [lead, shown, offer, tone, text("planner.human_approves", language)]))


def draft_lines(drafts: list[Draft], language: str) -> str:
    """Numbered drafts, quoted, each with its angle, length and rule check."""
    return "\n\n".join(_draft_line(number, draft, language) for number, draft in enumerate(drafts, 1))


def _draft_line(number: int, draft: Draft, language: str) -> str:
    head = f"**{draft.title}**\n" if draft.title else ""
    angle = text(f"draft.angle.{draft.angle}", language)
    size = (
        text("planner.sms_size", language, characters=draft.characters, segments=draft.segments)
        if draft.segments
        else text("planner.size", language, characters=draft.characters)
    )
    found = (
        text("planner.issues", language, n=len(draft.issues)) if draft.issues else text("planner.no_issues", language)
    )
    quoted = "\n".join(f"> {line}" if line else ">" for line in f"{head}{draft.body}".split("\n"))
    return f"{number}. {angle} · {size} · {found}\n\n{quoted}"


def _grade(citation: Citation, language: str) -> str:
    key = f"evidence.{citation.evidence_grade.replace(' ', '_').replace(chr(39), '')}"
    grade = text(key, language) if has(key) else ""
    return text("planner.source", language, source=citation.source, grade=grade)


def _listed(citations: list[Citation]) -> str:
    told = ((item.title, *_first_sentence(item)) for item in citations)
    return "\n".join(f"- **{title}**{f' — {said}' if said else ''} [{id}]" for title, said, id in told)


def _first_sentence(citation: Citation) -> tuple[str, str]:
    """The first sentence that is prose, and the passage that it is from; one that leads into a list says nothing alone.
    """
    for part in sections(citation.quote):
        for line in part.words.splitlines():
            match = re.match(r"(?![#|>*-]).*?(?:[。！？!?]|\.(?=\s|$))", line.strip())
            if match:
                return match.group(), passage_id(citation, part)
    return "", citation.id


def _others(lead: Citation, rest: list[Citation]) -> list[Citation]:
    """A few more cards that fit nearly as well, none twice."""
    fitting = {item.title: item for item in reversed(rest) if item.score >= _RELATED * lead.score}
    return [item for item in rest if fitting.get(item.title) is item and item.title != lead.title][:_SHOWN]
