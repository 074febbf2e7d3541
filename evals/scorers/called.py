"""Whether the right tools ran, with the right arguments, and none was refused."""

from __future__ import annotations

from inspect_ai.scorer import Score, Scorer, Target, scorer
from inspect_ai.solver import TaskState

from evals.planner_cases import Case
from evals.planner_reading import unread
from evals.scorers.scoring import scored
from evals.tasks.asking import answer_in

_TOOL = "tool "


@scorer(metrics=[])
def called() -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:
        case, answer = Case.model_validate(state.metadata["case"]), answer_in(state)
        lacking = unread(case, answer)
        measures = {
            "right_tools": not any(each.startswith(_TOOL) for each in lacking),
            "right_arguments": all(each.startswith(_TOOL) for each in lacking) if case.slots else None,
            "no_call_refused": all(call.ok for call in answer.tool_calls) if answer.tool_calls else None,
        }
        return scored(not lacking, measures, why=f"lacks {', '.join(lacking)}" if lacking else "")

    return score
