"""Whether the grounding check marks what is false of a sentence, and nothing that is true."""

from __future__ import annotations

from inspect_ai.scorer import Score, Scorer, Target, scorer
from inspect_ai.solver import TaskState
from pydantic import BaseModel

from evals.grounding import Judged
from evals.scorers.scoring import scored


class Judgements(BaseModel):
    """Every filling of one sentence."""

    statements: list[Judged]


@scorer(metrics=[])
def flagged() -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:
        found = Judgements.model_validate(state.store.get("outcome"))
        wrong = [each.words for each in found.statements if each.flagged == (each.lie is None)]
        measures = {
            "lies_found": all(each.flagged for each in found.statements if each.lie),
            "truth_left_alone": not any(each.flagged for each in found.statements if each.lie is None),
        }
        return scored(not wrong, measures, outcome=found, why=" / ".join(wrong[:3]))

    return score
