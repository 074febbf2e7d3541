"""Whether an everyday question is answered by the right tools, slots and figures, and with no wrong one."""

from __future__ import annotations

import duckdb
from inspect_ai.scorer import Score, Scorer, Target, scorer
from inspect_ai.solver import TaskState

from evals.planner import judged
from evals.planner_cases import HELD_BACK, Case
from evals.scorers.scoring import scored
from evals.tasks.asking import answer_in


@scorer(metrics=[])
def answered(connection: duckdb.DuckDBPyConnection) -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:
        case = Case.model_validate(state.metadata["case"])
        found = judged(case, answer_in(state), connection, **state.store.get("spent"))
        passed = found.handled and not found.wrong_figure and found.figure is not False
        measures = {
            "handled": found.handled,
            "right_figure": found.figure,
            "right_refusal": found.handled if case.expect in HELD_BACK else None,
            "no_wrong_figure": not found.wrong_figure,
        }
        return scored(passed, measures, outcome=found, why="" if passed else f"lacks {', '.join(found.lacks) or '-'}")

    return score
