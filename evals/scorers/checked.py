"""Whether the message checker finds the rule that a text breaks, and leaves a clean one alone."""

from __future__ import annotations

from inspect_ai.scorer import Score, Scorer, Target, scorer
from inspect_ai.solver import TaskState

from evals.copy import Outcome
from evals.scorers.scoring import scored


@scorer(metrics=[])
def checked() -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:
        outcome = Outcome.model_validate(state.store.get("outcome"))
        clean, raised = outcome.case.clean, ", ".join(issue.rule for issue in outcome.issues) or "nothing"
        right = outcome.right
        measures = {"violation_found": None if clean else right, "clean_left_alone": right if clean else None}
        why = f"expected {'nothing' if clean else outcome.case.rule}, raised {raised}"
        return scored(right, measures, outcome=outcome, why="" if right else why)

    return score
