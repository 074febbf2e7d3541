"""What somebody wants to be evaluated, and the samples made of it."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2s
from typing import TYPE_CHECKING, Any, TypeVar

from copilot.settings import Settings

if TYPE_CHECKING:
    from inspect_ai.dataset import Sample

Item = TypeVar("Item")
SEED = 0


@dataclass(frozen=True)
class Wanted:
    settings: Settings
    """Of the workspace that is asked, with the model's name."""
    language: str = "en"
    """Of what is said while an index is made."""
    with_model: bool = False
    """Ask the configured language model; else the product answers without one."""
    only: tuple[str, ...] = ()
    """Names of sets or parts; () is the suite's usual ones."""
    held: bool = False
    """The planner's questions that are kept apart."""
    sample: int = 0
    """Only so many cases, drawn at random; 0 is all."""
    seed: int = SEED
    """Of the sample: the same one draws the same cases."""

    def drawn(self, items: Sequence[Item]) -> list[Item]:
        """The items to run, in their order."""
        if not self.sample or self.sample >= len(items):
            return list(items)
        chosen = sorted(random.Random(self.seed).sample(range(len(items)), self.sample))
        return [items[at] for at in chosen]


def sample(question: str, expected: str, group: str, case: dict[str, Any], *, id: str = "") -> Sample:
    """One case as Inspect takes it; solver and scorers read `case` from its metadata.

    A case without an id gets one of its content, so that it is the same case in another run, and a changed one is not.
    """
    from inspect_ai.dataset import Sample

    content = json.dumps([group, case], sort_keys=True, ensure_ascii=False, default=str)
    id = id or f"{group} {blake2s(content.encode(), digest_size=4).hexdigest()}"
    return Sample(id=id, input=question, target=expected, metadata={"group": group, "case": case})
