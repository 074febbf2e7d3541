"""Maturity 1 to 4: a staircase whose levels stand on what was answered and what the data shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile

from copilot.diagnosis.evidence import Evidence, standing
from copilot.diagnosis.results import Change, Contradiction, Input, Verdict
from copilot.diagnosis.rules import Rules
from copilot.diagnosis.tally import level


def maturity(rules: Rules, answers: Mapping[str, str], evidence: Evidence) -> Verdict:
    """The last level of an unbroken run that stands; nobody is below one, whose foundations are then being laid."""
    read = {sign: _input(sign, rules, answers, evidence) for step in rules.maturity for sign in step.signs}
    found = reached(rules, {sign: one.reading for sign, (one, _) in read.items()})
    inputs = [_spoken(one, found, rules) for one, _ in read.values()]
    weighed = [one for one in inputs if _level_of(one.id, rules) <= found + 1]
    votes = {way: sum(one.weight for one in weighed if one.speaks == way) for way in ("for", "against")}
    left = sum(one.weight for one in weighed if not one.reading)
    return Verdict(
        topic="maturity", verdict=str(found),
        level=level(str(found), votes["for"], votes["against"], left, rules.sureness),
        points_for=votes["for"], points_against=votes["against"], points_open=left, inputs=inputs,
        missing=[key for key in rules.asked("maturity") if key not in answers and not read[key][0].reading],
        changes=_changes(rules, inputs, found), contradictions=[said for _, said in read.values() if said],
        cards=["maturity-overview", *(step.card for step in rules.maturity if step.level in (found, found + 1))],
    )  # fmt: skip


def reached(rules: Rules, readings: Mapping[str, str]) -> int:
    """The highest level up to which every one stands, at least 1."""
    run = list(takewhile(lambda step: stands([readings.get(sign, "") for sign in step.signs]), rules.maturity))
    return max(len(run), 1)


def stands(readings: Sequence[str]) -> bool:
    """No sign reads no, and more than half read yes."""
    return "no" not in readings and sum(one == "yes" for one in readings) * 2 > len(readings)


def _input(
    sign: str, rules: Rules, answers: Mapping[str, str], evidence: Evidence
) -> tuple[Input, Contradiction | None]:
    found, source, figure, disagree = standing(sign, answers, evidence, rules)
    reading = "" if found == "unknown" else found
    cards = rules.questions[sign].cards if sign in rules.questions else _cards(sign, rules)
    one = Input(id=sign, source=source, reading=reading, figure=figure, weight=1, cards=cards)
    if not disagree:
        return one, None
    shown, _ = evidence.sign(sign)
    return one, Contradiction(input=sign, of="answer", answer=answers[sign], data=shown, figure=figure)


def _cards(sign: str, rules: Rules) -> list[str]:
    return [step.card for step in rules.maturity if sign in step.signs]


def _level_of(sign: str, rules: Rules) -> int:
    return next(step.level for step in rules.maturity if sign in step.signs)


def _spoken(one: Input, found: int, rules: Rules) -> Input:
    """A yes speaks for the levels that stand and against stopping there; a no the other way round.

    What belongs beyond the next level says nothing of where the run ends.
    """
    if not one.reading or _level_of(one.id, rules) > found + 1:
        return one
    stood = _level_of(one.id, rules) <= found
    yes = one.reading == "yes"
    return one.model_copy(update={"speaks": "for" if yes == stood else "against"})


def _changes(rules: Rules, inputs: Sequence[Input], found: int) -> list[Change]:
    """Single signs that would move the level."""
    readings = {one.id: one.reading for one in inputs}
    moves = []
    for one in inputs:
        for reading in ("yes", "no"):
            other = reached(rules, {**readings, one.id: reading})
            if reading != one.reading and other != found:
                moves.append(Change(input=one.id, reading=reading, verdict=str(other)))
    return moves
