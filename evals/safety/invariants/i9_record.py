"""Every tool that the model called is on record with the answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from evals.safety.trial import Trial

NAME = "I9"


def broken(trial: Trial, secrets: Sequence[str]) -> str:
    missing = Counter(trial.asked) - Counter(trial.recorded)
    return ", ".join(missing)
