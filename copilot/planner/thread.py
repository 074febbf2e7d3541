"""The turns of a thread as the planner remembers them, and what of them a question can lean on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from copilot.planner.step import Step

FIGURES = frozenset({
    "metric", "tier_count", "tier_moved", "migration", "tier_split", "tier_trend", "compare", "why_metric", "why_rate",
    "why_tier", "cohort", "repurchase", "rfm", "lifecycle", "tags", "lifetime", "lifetime_why", "expected",
    "next_choices", "define", "tier_define",
})  # fmt: skip
"""Focuses whose answers are figures."""
_ASIDE = frozenset({
    "say.thanks", "say.greet", "say.help", "say.out_of_scope", "say.personal", "say.personal_why", "say.ok",
    "say.no_figure", "say.edits", "ask.further", "ask.misread",
})  # fmt: skip
"""What is said in passing: the conversation goes on where it was."""
_NEAR = 5
"""Turns back to which "they" may still point."""


@dataclass(frozen=True)
class Thread:
    turns: tuple[tuple[Step, ...], ...] = ()
    """Steps of every turn, the newest turn first."""

    @property
    def latest(self) -> Step | None:
        """The last step planned, whatever it was."""
        return self.turns[0][-1] if self.turns else None

    @property
    def last(self) -> Step | None:
        """The last step that a question can lean on: no small talk, no search that found nothing."""
        steady = (turn for turn in self.turns if not (turn[-1].focus in _ASIDE or turn[-1].idle))
        turn = next(steady, self.turns[0] if self.turns else ())
        return _with_others(turn) if turn else None

    def last_of(self, focuses: frozenset[str]) -> Step | None:
        return next((step for turn in self.turns for step in reversed(turn) if step.focus in focuses), None)

    @property
    def figures(self) -> tuple[Step, ...]:
        """The figure of every turn that had one, the newest first."""
        told = ([step for step in turn if step.focus in FIGURES and step.tool] for turn in self.turns)
        return tuple(_with_others(tuple(steps)) for steps in told if steps)

    @property
    def told(self) -> tuple[Step, ...]:
        """All figures of the newest turn that had any."""
        told = (tuple(step for step in turn if step.focus in FIGURES and step.tool) for turn in self.turns)
        return next(filter(None, told), ())

    @property
    def tiers(self) -> tuple[str, ...]:
        """The tiers that were last spoken of."""
        return next((step.slots.tiers for turn in self.turns[:_NEAR] for step in turn if step.slots.tiers), ())

    @property
    def blamed(self) -> str:
        """The tier that the last answer found to have moved a figure most."""
        return next((step.blamed for step in (self.turns[0] if self.turns else ()) if step.blamed), "")


def _with_others(turn: tuple[Step, ...]) -> Step:
    """The last step with every metric that its turn asked of the same days and people: "今年618呢" means them all."""
    step = turn[-1]
    if step.focus != "metric":
        return step
    others = [each.slots for each in turn if each.focus == "metric"]
    alike = [slots for slots in others if replace(slots, **_own(step.slots)) == step.slots]
    return replace(step, slots=replace(step.slots, metrics=tuple(dict.fromkeys(chain(*(s.metrics for s in alike))))))


def _own(slots: Any) -> dict[str, Any]:
    """What may differ between two questions of the same days and people."""
    return {name: getattr(slots, name) for name in ("said", "text", "cues", "metrics", "unused", "read_as")}
