"""Points for and against: how the readings of several inputs become one verdict. Pure; no data, no words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from copilot.diagnosis.results import Change, Level
from copilot.diagnosis.rules import Line, Sureness


@dataclass(frozen=True)
class Count:
    """Points of each candidate, and who leads."""

    points: dict[str, int]

    @property
    def leaders(self) -> list[str]:
        """Candidates with the most points; [] while nothing was read."""
        most = max(self.points.values(), default=0)
        return [name for name, points in self.points.items() if points == most] if most else []

    @property
    def verdict(self) -> str:
        """The one leader; "" for none or several."""
        return self.leaders[0] if len(self.leaders) == 1 else ""


def count(lines: Iterable[Line], readings: Mapping[str, str], candidates: Sequence[str]) -> Count:
    """Add up the points that the readings (input -> code) give each candidate."""
    points = dict.fromkeys(candidates, 0)
    for line in lines:
        for candidate in line.points.get(readings.get(line.id, ""), []):
            points[candidate] += line.weight
    return Count(points)


def speaks(line: Line, reading: str, verdicts: Sequence[str]) -> str:
    """Whether a reading is for the verdict (or one of those still possible), against it, or says nothing."""
    if not reading or not verdicts:
        return "neither"
    return "for" if set(line.points.get(reading, [])) & set(verdicts) else "against"


def level(found: str, points_for: int, points_against: int, points_open: int, sureness: Sureness) -> Level:
    """How sure a verdict is, by the share of all points that speak for it."""
    total = points_for + points_against + points_open
    if not found or not total:
        return "open"
    share = points_for / total
    if share >= sureness.firm and not points_against:
        return "firm"
    return "leaning" if share >= sureness.leaning and points_for > points_against else "open"


def changes(lines: Sequence[Line], readings: Mapping[str, str], candidates: Sequence[str]) -> list[Change]:
    """Other readings of single inputs that would give another verdict, the weightiest inputs first."""
    now = count(lines, readings, candidates).verdict
    found = []
    for line in sorted(lines, key=lambda each: -each.weight):
        for reading in line.points:
            other = count(lines, {**readings, line.id: reading}, candidates).verdict
            if reading != readings.get(line.id) and other and other != now:
                found.append(Change(input=line.id, reading=reading, verdict=other))
    return found
