"""How customers are scored and which scores make a named segment: `rfm.yaml`, built in or a brand's own.

    ties: upper                 # a customer on a cut point: upper or lower bin; or r_rfm, see TIES
    cut_points:                 # instead of quintiles, where given
      recency: [30, 60, 120, 240]
      frequency: [2, 3, 5, 8]
      monetary: [100, 300, 800, 2000]
    segments:                   # the first that fits; scores from and to, 1 to 5 where left out
      champions:
        title: {zh: 核心客户, en: Champions}
        recency: [4, 5]
        frequency: [4, 5]
        monetary: [4, 5]
        advice: refer
      new:
        title: {zh: 新客户, en: New}
        recency: [5, 5]
        orders: [1, 1]          # the number of orders itself, whatever score it has
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, ValidationError

from tools.definitions import Strict, file_text, read_definitions
from tools.drafting.brief import Goal
from tools.errors import BadArgument
from tools.results import Bilingual

Ties = Literal["upper", "lower", "r_rfm"]
"""Where a customer on a quintile's cut point belongs.

upper   to the upper bin (value >= quantile)
lower   to the lower bin (value > quantile)
r_rfm   as the R package rfm 0.3.0 does: its cut points are the quantiles plus 1, so that in whole numbers
        a customer on a quantile, or less than 1 above it, is in the lower bin (value >= quantile + 1)
"""
TIES: tuple[Ties, ...] = get_args(Ties)
OTHERS = "others"
"""Segment of the scores that no named segment covers."""


def _rising(points: list[float]) -> list[float]:
    if any(low >= high for low, high in zip(points, points[1:], strict=False)):
        raise ValueError("must rise from one cut point to the next")
    return points


def _from_to(bounds: tuple[int, int]) -> tuple[int, int]:
    if bounds[0] > bounds[1]:
        raise ValueError("the first number must not be above the second")
    return bounds


Cuts = Annotated[list[float], Field(min_length=4, max_length=4), AfterValidator(_rising)]
Score = Annotated[int, Field(ge=1, le=5)]
Count = Annotated[int, Field(ge=1)]
Span = Annotated[tuple[Score, Score], AfterValidator(_from_to)]


class CutPoints(Strict):
    """Four rising cut points a score; a customer at or above one is beyond it. Recency in days, money paid."""

    recency: Cuts
    frequency: Cuts
    monetary: Cuts

    def of(self, score: str) -> list[float]:
        """Cut points of "recency_score", "frequency_score" or "monetary_score"."""
        return getattr(self, score.removesuffix("_score"))


class Segment(Strict):
    """Scores from and to, both included.

    `orders` bounds the number of orders itself: where many customers bought once, quantiles cannot tell
    them apart, and ties would lift them to a high score.
    """

    title: Bilingual
    recency: Span = (1, 5)
    frequency: Span = (1, 5)
    monetary: Span = (1, 5)
    orders: Annotated[tuple[Count, Count], AfterValidator(_from_to)] | None = None
    advice: Goal | None = None
    """What to aim for with them, as in drafts."""


class RfmRules(Strict):
    ties: Ties = "upper"
    cut_points: CutPoints | None = None
    segments: dict[str, Segment] = {}

    @property
    def version(self) -> str:
        """Short hash of how customers are scored and named."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]

    @property
    def binning(self) -> str:
        """How values are cut: "cut_points", or the treatment of ties."""
        return "cut_points" if self.cut_points else self.ties


def read_rfm(text: str, source: str) -> RfmRules:
    """Check an rfm.yaml; without segments it keeps the built-in ones.

    Raises BadArgument with the line and the reason of the first mistake.
    """
    rules = read_definitions(text, source, RfmRules)
    return rules if rules.segments else rules.model_copy(update={"segments": builtin().segments})


def load_rfm(path: Path) -> RfmRules:
    """A brand's own rules, the built-in ones where there is no such file. Raises as `read_rfm` does."""
    return read_rfm(file_text(path), path.name) if path.exists() else builtin()


def asked(rules: RfmRules, ties: str = "", cut_points: Mapping[str, Sequence[str]] | None = None) -> RfmRules:
    """The rules with ties or cut points as a call gives them, numbers as text; "" and {} keep the rules' own.

    Raises BadArgument unless there are four rising numbers for each of the three.
    """
    if ties and ties not in TIES:
        raise BadArgument("bad_ties", given=ties, alternatives=list(TIES))
    given: dict[str, object] = {"ties": ties, "cut_points": None} if ties else {}
    if cut_points:
        given["cut_points"] = cut_points
    try:
        return RfmRules.model_validate(rules.model_dump() | given)
    except ValidationError as error:
        place = error.errors()[0]["loc"]
        raise BadArgument("bad_cut_points", given=str(place[1] if len(place) > 1 else "")) from error


@cache
def builtin() -> RfmRules:
    """Quintiles and the segments that ship with Wellspring."""
    text = resources.files("tools.rfm").joinpath("rfm.yaml").read_text(encoding="utf-8")
    return read_definitions(text, "rfm.yaml", RfmRules)
