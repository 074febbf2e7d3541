"""What the mutation check breaks: one line of a rule, tool, scorer or guard each, and the tests that must notice."""

from __future__ import annotations

import random
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

ROOT = Path(__file__).parents[1]
"""The source folder, which holds the tests too."""
Kind = Literal["prompt", "tool", "scorer", "guard", "compliance"]


class Mutant(BaseModel):
    """One break. `replace` stands exactly once in `file`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    file: str
    """Below the source folder."""
    breaks: str
    """What no longer holds."""
    replace: str = Field(min_length=1)
    by: str
    noticed_by: list[str] = Field(min_length=1)
    """Tests any of which must fail, as pytest names them."""

    def applied(self, words: str) -> str:
        """The file's text with the break. Raises ValueError where `replace` does not stand in it exactly once."""
        if (found := words.count(self.replace)) != 1:
            raise ValueError(f"{self.file}: {self.replace!r} stands in it {found} times")
        return words.replace(self.replace, self.by)


def load(only: str = "") -> list[Mutant]:
    """Every mutant whose kind, file or description holds `only`. Raises pydantic's error for a malformed one."""
    raw = yaml.safe_load(resources.files("evals").joinpath("cases", "mutants.yaml").read_text(encoding="utf-8"))
    every = [Mutant(**(_shared(group) | each)) for group in raw["groups"] for each in group["mutants"]]
    return [each for each in every if only in f"{each.kind} {each.file} {each.breaks}"]


def some(mutants: list[Mutant], n: int, seed: int = 0) -> list[Mutant]:
    """`n` of them at random, in their order; all for 0."""
    chosen = sorted(random.Random(seed).sample(range(len(mutants)), n)) if 0 < n < len(mutants) else range(len(mutants))
    return [mutants[at] for at in chosen]


def _shared(group: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in group.items() if name != "mutants"}
