"""Which of the cases is near: by stage, quadrant, kind of business, plays, and the words of a description."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from copilot.diagnosis.answers import given
from copilot.diagnosis.cards import CASE, Cards
from copilot.diagnosis.evidence import Evidence, standing
from copilot.diagnosis.results import CaseMatch, Focus, Verdict
from copilot.diagnosis.rules import Rules

NEAR = 0.5
"""A case whose words reach this share of the best score is alike in what was described."""
SHARED = 2
"""Shared scenarios that count at most."""


def cases(
    rules: Rules, cards: Cards, stage: Verdict, quadrant: Verdict, plays: Sequence[Focus], answers: Mapping[str, str],
    evidence: Evidence, scores: Mapping[str, float],
) -> list[CaseMatch]:  # fmt: skip
    """The nearest cases, best first. `scores` are the retrieval scores of a description, by card; {} without one."""
    words = relative(scores)
    settled = stage.level != "open"  # of a stage that nothing was answered about, and its plays, nothing is made
    kind = given(answers, "industry")
    found = []
    for id in cards.ids(CASE):
        card = cards.card(id)
        alike, points = [], words.get(id, 0.0) * rules.cases.words
        for code, fits, worth in (
            ("stage", settled and stage.verdict in card.stage, rules.cases.stage),
            ("quadrant", quadrant.verdict in card.quadrant, rules.cases.quadrant),
            ("industry", kind is not None and id in rules.industries[kind.reading].cases, rules.cases.industry),
        ):
            alike += [code] if fits else []
            points += worth if fits else 0
        shared = [play.scenario for play in plays if settled and play.scenario in card.scenario][:SHARED]
        points += len(shared) * rules.cases.scenario
        alike += [f"scenario:{name}" for name in shared] + (["words"] if words.get(id, 0.0) >= NEAR else [])
        found.append((points, id, alike))
    best = sorted((one for one in found if one[0] > 0), key=lambda one: (-one[0], one[1]))[: rules.cases.shown]
    return [_match(id, points, alike, rules, cards, stage, quadrant, answers, evidence) for points, id, alike in best]


def relative(scores: Mapping[str, float]) -> dict[str, float]:
    """Scores from 0 for the lowest to 1 for the best: comparable within one search only, so no more is made of them."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    return {id: (score - low) / (high - low) if high > low else 1.0 for id, score in scores.items()}


def _match(
    id: str, points: float, alike: list[str], rules: Rules, cards: Cards, stage: Verdict, quadrant: Verdict,
    answers: Mapping[str, str], evidence: Evidence,
) -> CaseMatch:  # fmt: skip
    card = cards.card(id)
    lacks = [need for need in card.prerequisites if standing(need, answers, evidence, rules)[0] in {"no", "partly"}]
    differs = [f"stage:{card.stage[0]}"] if stage.verdict and stage.verdict not in card.stage else []
    differs += [f"quadrant:{card.quadrant[0]}"] if quadrant.verdict and "quadrant" not in alike else []
    differs += ["industry"] if "industry" in answers and "industry" not in alike else []
    differs += [f"missing:{need}" for need in lacks]
    return CaseMatch(
        card=id, points=round(points, 2), alike=alike, differs=differs, evidence=card.evidence,
        facts=[fact["id"] for fact in card.facts],
    )  # fmt: skip
