"""What to work on: scenarios ranked by what the cards say of the stage and quadrant, and by what is in place."""

from __future__ import annotations

from collections.abc import Mapping

from copilot.diagnosis.answers import given
from copilot.diagnosis.cards import CASE, SCENARIO, Cards
from copilot.diagnosis.evidence import Evidence, standing
from copilot.diagnosis.results import Focus, Prerequisite, Reason, Verdict
from copilot.diagnosis.rules import Rules

KPIS = 4
"""Metrics shown of a scenario, the leading ones of its card."""


def focus(
    rules: Rules, cards: Cards, stage: Verdict, quadrant: Verdict, answers: Mapping[str, str], evidence: Evidence
) -> tuple[list[Focus], list[Focus]]:
    """The short list, with KPIs, and the other scenarios that anything speaks for; both the best first."""
    ranked = [_scenario(id, rules, cards, stage, quadrant, answers, evidence) for id in cards.ids(SCENARIO)]
    ranked = sorted((one for one in ranked if one.points > 0), key=_order)
    shown = [_measured(one, cards, evidence) for one in ranked[: rules.focus.shown]]
    return shown, ranked[rules.focus.shown :]


def _order(one: Focus) -> tuple[int, int, str]:
    """Most points first; of equals, the one that lacks least."""
    return -one.points, sum(need.standing != "yes" for need in one.prerequisites), one.scenario


def _scenario(
    id: str, rules: Rules, cards: Cards, stage: Verdict, quadrant: Verdict, answers: Mapping[str, str],
    evidence: Evidence,
) -> Focus:  # fmt: skip
    slug = id.removeprefix(SCENARIO)
    needs = [_prerequisite(need, answers, evidence, rules) for need in cards.card(id).prerequisites]
    reasons = [*_placed(slug, rules, cards, stage, quadrant), *_troubled(slug, rules, cards, answers)]
    if any(need.standing == "no" for need in needs):
        reasons.append(Reason(code="unmet", points=rules.focus.unmet, cards=[]))
    points = sum(reason.points for reason in reasons)
    return Focus(scenario=slug, card=id, points=points, reasons=reasons, prerequisites=needs, kpis=[])


def _placed(slug: str, rules: Rules, cards: Cards, stage: Verdict, quadrant: Verdict) -> list[Reason]:
    """Points for where the brand stands: its stage, its quadrant, and the cases that stood there."""
    reasons = _staged(slug, rules, cards, stage)
    place = f"quadrant-{quadrant.verdict}"
    if quadrant.verdict and slug in cards.card(place).scenario:
        reasons.append(Reason(code="quadrant", points=rules.focus.quadrant, cards=[place]))
    there = [id for id in cards.ids(CASE) if _stood_there(id, cards, stage, quadrant)]
    cases = [id for id in there if slug in cards.card(id).scenario]
    if cases:
        reasons.append(Reason(code="case", points=rules.focus.case, cards=cases))
    return reasons


def _staged(slug: str, rules: Rules, cards: Cards, stage: Verdict) -> list[Reason]:
    """The stage's card names the scenario, or less strongly the scenario's own card names the stage."""
    weight = rules.focus.stage if stage.verdict else rules.focus.stage_open
    named = [f"stage-{name}" for name in stage.possible if slug in cards.card(f"stage-{name}").scenario]
    if named:
        return [Reason(code="stage", points=weight, cards=named)]
    card = cards.card(SCENARIO + slug)
    if stage.verdict and stage.verdict in card.stage:
        return [Reason(code="stage_too", points=rules.focus.stage_too, cards=[card.id])]
    return []


def _stood_there(case: str, cards: Cards, stage: Verdict, quadrant: Verdict) -> bool:
    card = cards.card(case)
    return stage.verdict in card.stage and quadrant.verdict in card.quadrant


def _troubled(slug: str, rules: Rules, cards: Cards, answers: Mapping[str, str]) -> list[Reason]:
    """Points for answering the trouble that was named."""
    trouble = given(answers, "challenge")
    if trouble is None:
        return []
    proposition = rules.propositions[trouble.reading]
    if slug not in cards.card(proposition).scenario:
        return []
    return [Reason(code="challenge", points=rules.focus.challenge, cards=[proposition])]


def _prerequisite(need: str, answers: Mapping[str, str], evidence: Evidence, rules: Rules) -> Prerequisite:
    found, source, figure, _ = standing(need, answers, evidence, rules)
    return Prerequisite(id=need, standing=found, source=source, figure=figure)


def _measured(one: Focus, cards: Cards, evidence: Evidence) -> Focus:
    """With the present values; a metric that only exists by category has none to show."""
    names = [name for name in cards.card(one.card).kpis if not evidence.only_split(name)]
    return one.model_copy(update={"kpis": [evidence.kpi(name) for name in names[:KPIS]]})
