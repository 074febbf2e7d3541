"""Compose the answer from the steps' findings: the answer first, then the evidence, then what next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from copilot.catalogue import has, text
from copilot.findings import Findings
from copilot.planner.campaigning import campaign_text, next_of
from copilot.planner.checking import checked
from copilot.planner.compose_cohort import cohorts, repurchase
from copilot.planner.compose_data import health
from copilot.planner.compose_metric import contribution, define, describe, metric, rate_shift
from copilot.planner.compose_profile import expected, lifecycle, lifetime, lifetime_why, persons, rfm, tags
from copilot.planner.compose_segment import next_choices, segments, selected
from copilot.planner.compose_tier import tier_comparison, tier_counts, tier_flows, tier_rule, tier_shift
from copilot.planner.compose_words import drafts, knowledge, playbook
from copilot.planner.diagnosing import diagnosed, options
from copilot.planner.nearest import nearest_question
from copilot.planner.offering import WHICH, offered, titles
from copilot.planner.prose import join
from copilot.planner.reasons import explained
from copilot.planner.remember import proposed
from copilot.planner.revising import revised
from copilot.planner.step import Step
from tools import catalog


@dataclass(frozen=True)
class Outcome:
    """One step and what its tool gave: findings, or the worded refusal."""

    step: Step
    findings: Findings
    refusal: str = ""


@dataclass(frozen=True)
class Composed:
    text: str
    suggestions: list[str]


_COMPOSERS: dict[str, Callable[[Step, Findings, str], str]] = {
    "metric": metric,
    "define": define,
    "tier_count": tier_counts,
    "tier_define": tier_rule,
    "tier_moved": tier_shift,
    "migration": tier_flows,
    "compare": tier_comparison,
    "why_metric": contribution,
    "why_rate": rate_shift,
    "why_tier": tier_shift,
    "playbook": playbook,
    "knowledge": knowledge,
    "draft": drafts,
    "data": describe,
    "health": health,
    "cohort": cohorts,
    "repurchase": repurchase,
    "rfm": rfm,
    "lifecycle": lifecycle,
    "expected": expected,
    "tags": tags,
    "lifetime": lifetime,
    "lifetime_why": lifetime_why,
    "identity": persons,
    "select": selected,
    "segments": segments,
    "next_choices": next_choices,
    "lesson": proposed,
    "diagnosis": diagnosed,
    "diagnosis_why": explained,
    "quickwin": diagnosed,
    "check": checked,
    "campaign": campaign_text,
    "revise": revised,
}

_BY_TOOL = {
    "query_metric": "metric",
    "tier_overview": "tier_count",
    "tier_migration": "migration",
    "compare_tiers": "compare",
    "search_knowledge": "knowledge",
    "tier_playbook": "playbook",
    "draft_messages": "draft",
    "describe_data": "data",
    "data_health": "health",
    "cohort_retention": "cohort",
    "repurchase_curve": "repurchase",
    "rfm_overview": "rfm",
    "lifecycle_overview": "lifecycle",
    "expected_tiers": "expected",
    "tag_overview": "tags",
    "lifetime_outlook": "lifetime",
    "linked_persons": "identity",
    "select_customers": "select",
    "list_segments": "segments",
    "next_best_choices": "next_choices",
    "propose_lesson": "lesson",
    "diagnose": "diagnosis",
    "quick_win_plan": "quickwin",
    "check_message": "check",
    "propose_campaign": "campaign",
    "revise_draft": "revise",
}


def focus_of_tool(tool: str) -> str:
    """What to lead with when somebody else (a language model) chose the tool."""
    return _BY_TOOL.get(tool, "knowledge")


def compose(outcomes: list[Outcome], language: str) -> Composed:
    parts = [_part(outcome, language) for outcome in outcomes]
    # Two cuts of one metric share their headline and their notes: each is said once.
    paragraphs = dict.fromkeys(paragraph for part in parts for paragraph in part.split("\n\n") if paragraph)
    suggestions = _suggestions(outcomes, language)
    return Composed("\n\n".join(paragraphs), suggestions)


def _part(outcome: Outcome, language: str) -> str:
    if outcome.refusal:
        return outcome.refusal
    focus = outcome.step.focus
    slots = outcome.step.slots
    if focus == WHICH:
        return offered(slots, language)
    if focus in {"ask.misread", "ask.further"}:
        question = nearest_question(slots, language) or slots.about or slots.said
        return text(f"planner.{focus}", language, question=question)
    if focus.startswith(("say.", "ask.")):
        said = text(f"planner.{focus}", language, condition=_titled(slots.condition, language))
        nearest = nearest_question(slots, language) if focus == "say.condition" else ""
        if focus == "say.condition" and slots.offered:
            names = text("planner.comma", language).join(slots.offered)
            said = f"{said}\n\n{text('planner.offered', language, names=names)}"
        return f"{said}\n\n{text('planner.without_it', language, question=nearest)}" if nearest else said
    body = _COMPOSERS[focus](outcome.step, outcome.findings, language)
    if lead := outcome.step.lead:
        tier = text(f"tier.{slots.tiers[0]}", language) if slots.tiers else ""
        after = f"planner.after.{lead}"
        ends = text(after, language) if has(after) else ""
        body = join(text(f"planner.lead.{lead}", language, tier=tier), body, ends)
    if slots.unused and outcome.findings.evidence:  # said first: the figure below is for a wider question
        words = text("planner.comma", language).join(slots.unused)
        body = f"{text('planner.unused', language, words=words)}\n\n{body}"
    if slots.read_as:
        pairs = zip(slots.read_as[::2], slots.read_as[1::2], strict=True)
        read = [text("planner.read_as", language, word=word, known=known) for word, known in pairs]
        body = f"{text('planner.semicolon', language).join(read)}\n\n{body}"
    return body


def _titled(condition: str, language: str) -> str:
    """A condition as it was said, or a metric by its title."""
    known = catalog.metrics().get(condition)
    return getattr(known.title, language) if known else condition


def _suggestions(outcomes: list[Outcome], language: str) -> list[str]:
    """Questions that lead on from the last step and that the planner can answer."""
    findings = outcomes[-1].findings
    if replies := options(findings, language) or next_of(findings, language):
        return replies
    last = outcomes[-1].step
    if last.focus == WHICH:
        return titles(last.slots, language)
    if last.focus == "ask.metric":
        return [getattr(catalog.metrics()[name].title, language) for name in ("revenue", "aov", "repurchase_rate")]
    if last.focus == "say.condition" and (nearest := nearest_question(last.slots, language)):
        return [nearest, *(text(f"suggest.default.{number}", language) for number in (1, 2))]
    tier = last.slots.tiers[0] if last.slots.tiers else "dormant"
    keys = [f"suggest.{last.focus.removeprefix('say.').removeprefix('ask.')}.{number}" for number in (1, 2, 3)]
    found = [key for key in keys if has(key)] or ["suggest.default.1", "suggest.default.2", "suggest.default.3"]
    return [text(key, language, tier=text(f"tier.{tier}", language)) for key in found]
