"""Which documents a search may look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Literal

import numpy as np

Stage = Literal["acquire", "develop", "breakthrough"]
Quadrant = Literal[
    "high-penetration-high-frequency", "high-penetration-low-frequency", "low-penetration-high-frequency",
    "low-penetration-low-frequency",
]
Key = tuple[str, str]
"""A document in one language: (id, language)."""


@dataclass(frozen=True)
class Filters:
    """What a passage's document must carry; "" asks for nothing."""

    type: str = ""
    stage: str = ""
    tier: str = ""
    quadrant: str = ""
    scenario: str = ""
    document: str = ""
    """Id of a card, or name of a team's own file."""
    written_in: str = ""
    """zh or en: the passages themselves, whatever language they are asked for in."""

    @classmethod
    def of(cls, **wanted: str | None) -> Filters:
        """Build from optional values; None asks for nothing."""
        return cls(**{name: value or "" for name, value in wanted.items()})

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))


@dataclass(frozen=True)
class Labels:
    """What filters are compared with."""

    document: str
    written_in: str
    type: str
    stage: tuple[str, ...]
    tier: tuple[str, ...]
    quadrant: tuple[str, ...]
    scenario: tuple[str, ...]


@dataclass(frozen=True)
class Scope:
    """What passes a filter."""

    documents: set[Key]
    rows: np.ndarray
    """Mask of their passages by row."""


def allowed(labels: Iterable[Labels], filters: Filters) -> set[Key]:
    """Return the documents that carry everything asked for."""
    one = {name: value for name in ("document", "written_in", "type") if (value := getattr(filters, name))}
    any_of = {name: value for name in ("stage", "tier", "quadrant", "scenario") if (value := getattr(filters, name))}
    return {
        (item.document, item.written_in) for item in labels
        if all(getattr(item, name) == value for name, value in one.items())
        and all(value in getattr(item, name) for name, value in any_of.items())
    }
