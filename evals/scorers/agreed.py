"""Whether a judge says of a labelled answer what people say of it."""

from __future__ import annotations

from inspect_ai.scorer import Score, Scorer, Target, scorer
from inspect_ai.solver import TaskState

from evals.calibrating import Said
from evals.scorers.scoring import scored


@scorer(metrics=[])
def agreed() -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:
        said = Said.model_validate(state.store.get("said"))
        right = said.judge is said.people
        measures = {
            "judged": said.judge is not None,
            "support_seen": right if said.people else None,
            "lack_of_support_seen": None if said.people else right,
        }
        return scored(right, measures, outcome=said, why="" if right else f"{said.why} (people: {target.text})")

    return score
