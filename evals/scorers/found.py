"""Whether a right card is found, or its absence noticed."""

from __future__ import annotations

from inspect_ai.scorer import Score, Scorer, Target, scorer
from inspect_ai.solver import TaskState

from evals.retrieval import Outcome, recall
from evals.scorers.scoring import scored

DEPTH = 5


@scorer(metrics=[])
def found() -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:
        outcome = Outcome.model_validate(state.store.get("outcome"))
        there, right = bool(outcome.expect), outcome.answerable == bool(outcome.expect)
        near = bool(recall(outcome, "hybrid", DEPTH)) if there else None
        measures = {
            "right_card_first": bool(recall(outcome, "hybrid", 1)) if there else None,
            "right_card_in_five": near,
            "answer_noticed": right if there else None,
            "absence_noticed": None if there else right,
        }
        passed = right and near is not False
        return scored(passed, measures, outcome=outcome, why="" if passed else f"expected {target.text or 'none'}")

    return score
