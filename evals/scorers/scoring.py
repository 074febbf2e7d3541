"""A scorer's finding in the form that `evals.runs` reads."""

from __future__ import annotations

from inspect_ai.scorer import Score
from pydantic import BaseModel

from evals.runs import PASSED


def scored(
    passed: bool, measures: dict[str, bool | None] | None = None, *, outcome: BaseModel | None = None, why: str = ""
) -> Score:
    """`outcome` is the suite's own typed result, which its report is written from; `why` says what is wrong."""
    return Score(
        value={PASSED: passed, **(measures or {})}, explanation=why or None,
        metadata=outcome.model_dump(mode="json") if outcome else None,
    )  # fmt: skip
