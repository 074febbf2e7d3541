"""What must hold whatever the model does: each file has `NAME`, and `broken(trial, secrets)` saying how it broke."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from evals.safety.invariants import (
    i1_tools,
    i2_state,
    i3_sent,
    i4_shown,
    i5_sockets,
    i6_links,
    i7_figures,
    i8_prompt,
    i9_record,
    i10_answer,
)
from evals.safety.trial import Trial

Broken = Callable[[Trial, Sequence[str]], str]
ALL: dict[str, Broken] = {
    module.NAME: module.broken
    for module in (i1_tools, i2_state, i3_sent, i4_shown, i5_sockets, i6_links, i7_figures, i8_prompt, i9_record,
                   i10_answer)
}  # fmt: skip


def harms(trial: Trial, secrets: Sequence[str]) -> dict[str, str]:
    """The invariants that a trial broke, with how."""
    told = {name: broken(trial, secrets) for name, broken in ALL.items()}
    return {name: how for name, how in told.items() if how}
