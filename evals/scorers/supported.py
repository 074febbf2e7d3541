"""Whether a language model finds the answer supported by its evidence; it adds a measure and fails no case.

How far to trust it is what `wellspring eval judge` measures.
"""

from __future__ import annotations

from inspect_ai.scorer import Score, Scorer, Target, scorer
from inspect_ai.solver import TaskState

from copilot.faults import ModelFault
from evals.judge import Judge, evidence_of
from evals.scorers.scoring import scored
from evals.tasks.asking import answer_in


@scorer(metrics=[])
def supported(judge: Judge) -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:
        answer = answer_in(state)
        try:
            verdict = await judge.verdict(state.input_text, evidence_of(answer), answer.text)
        except ModelFault:
            verdict = None  # not judged; the answer was
        why = "" if verdict is None or verdict.supported else f"judge: {verdict.why}"
        return scored(True, {"supported_by_judge": verdict.supported if verdict else None}, why=why)

    return score
