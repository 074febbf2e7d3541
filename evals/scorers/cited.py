"""Whether a strategy question is answered with a right card cited, and what must be said is."""

from __future__ import annotations

from inspect_ai.scorer import Score, Scorer, Target, scorer
from inspect_ai.solver import TaskState

from evals.scorers.scoring import scored
from evals.strategy import Strategy, judged
from evals.tasks.asking import answer_in


@scorer(metrics=[])
def cited() -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:
        found = judged(Strategy.model_validate(state.metadata["case"]), answer_in(state))
        measures = {"answered": found.answered, "right_card_first": found.led, "unmarked": not found.marked}
        why = f"cites {', '.join(found.cited) or '-'} {' '.join(found.marked)}".rstrip()
        passed = found.answered and not found.marked
        return scored(passed, measures, outcome=found, why="" if passed else why)

    return score
