"""Whether an answer tells what it should: the required figures, nothing marked as ungrounded, in the asked language."""

from __future__ import annotations

import duckdb
from inspect_ai.scorer import Score, Scorer, Target, scorer
from inspect_ai.solver import TaskState

from copilot.language import language_of
from evals.planner_cases import Case
from evals.planner_reading import is_of_kind
from evals.planner_required import absent, required
from evals.scorers.scoring import scored
from evals.tasks.asking import answer_in

_MARK = "W-"
"""How the codes of grounding verdicts begin."""


@scorer(metrics=[])
def told(connection: duckdb.DuckDBPyConnection) -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:
        case, answer = Case.model_validate(state.metadata["case"]), answer_in(state)
        lacking = [absent(required(connection, reading), answer, case.unit) for reading in case.readings]
        missed = min(lacking, key=len, default=[])
        marks = [warning.code for warning in answer.warnings if warning.code.startswith(_MARK)]
        measures = {
            "right_kind": is_of_kind(case, answer),
            "complete": not missed if case.readings else None,
            "unmarked": not marks,
            "in_the_asked_language": language_of(answer.text) == case.language,
        }
        return scored(
            all(each is not False for each in measures.values()), measures,
            why=", ".join([*(name for name, holds in measures.items() if holds is False), *missed, *marks]),
        )  # fmt: skip

    return score
