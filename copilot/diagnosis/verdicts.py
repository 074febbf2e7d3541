"""Growth stage and industry quadrant: answers and figures of the data, weighed by the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from copilot.diagnosis.answers import given
from copilot.diagnosis.evidence import Evidence, Reading
from copilot.diagnosis.results import Change, Contradiction, Input, Verdict
from copilot.diagnosis.rules import LEVELS, STAGES, Line, Rules
from copilot.diagnosis.tally import Count, changes, count, level, speaks

AXES = ("penetration", "frequency")


def stage(rules: Rules, answers: Mapping[str, str], evidence: Evidence) -> Verdict:
    """Acquire, develop or breakthrough, from market growth, relative share and three signs in the data."""
    read = [_input(line, rules, answers, evidence) for line in rules.stage]
    found = count(rules.stage, _readings(read), STAGES)
    inputs = [_spoken(one, line, found.leaders) for one, line in zip(read, rules.stage, strict=True)]
    return _verdict(
        rules, "stage", found.verdict, found.leaders if not found.verdict else [], inputs,
        changes(rules.stage, _readings(read), STAGES), _contradictions(answers, inputs, found),
        ["stage-overview", *(f"stage-{name}" for name in found.leaders)], _missing(rules.asked("stage"), answers),
    )  # fmt: skip


def quadrant(rules: Rules, answers: Mapping[str, str], evidence: Evidence) -> Verdict:
    """Penetration by interaction frequency, from the industry, what is answered of the brand, and its orders."""
    inputs, leaders, moves = [], {}, []
    for axis in AXES:
        lines = getattr(rules, axis)
        read = [_input(line, rules, answers, evidence, axis) for line in lines]
        found = count(lines, _readings(read), LEVELS)
        leaders[axis] = found.leaders
        inputs += [_spoken(one, line, found.leaders) for one, line in zip(read, lines, strict=True)]
        moves += [(axis, change) for change in changes(lines, _readings(read), LEVELS) if change.input != "industry"]
    possible = _quadrants(leaders)
    verdict = possible[0] if len(possible) == 1 else ""
    cards = ["quadrant-overview", *(f"quadrant-{name}" for name in possible[:2])]
    return _verdict(
        rules, "quadrant", verdict, possible if len(possible) == 2 else [], inputs,
        [_moved(axis, change, leaders) for axis, change in moves if verdict], _differs(answers, inputs), cards,
        _missing(rules.asked("quadrant"), answers),
    )  # fmt: skip


def _quadrants(leaders: Mapping[str, list[str]]) -> list[str]:
    """Every quadrant that is still possible; an axis that nothing is known of leaves both sides open."""
    penetration, frequency = (leaders[axis] or list(LEVELS) for axis in AXES)
    return [f"{one}-penetration-{other}-frequency" for one in penetration for other in frequency]


def _moved(axis: str, change: Change, leaders: Mapping[str, list[str]]) -> Change:
    """A change of one axis as a change of the quadrant."""
    sides = {name: found[0] for name, found in leaders.items()} | {axis: change.verdict}
    verdict = f"{sides['penetration']}-penetration-{sides['frequency']}-frequency"
    return change.model_copy(update={"verdict": verdict})


def _input(line: Line, rules: Rules, answers: Mapping[str, str], evidence: Evidence, axis: str = "") -> Input:
    """The reading of one input: what the data shows, else what was answered."""
    base = {"id": line.id, "weight": line.weight, "cards": line.cards, "axis": axis}
    if line.id in rules.signals:
        market = given(answers, "market_size")
        shown = evidence.signal(line.id, market.value if market else None)
        if shown:
            return Input(**base, source="data", **_of_data(shown))
    if line.id == "industry":
        return _of_industry(base, rules, answers, axis)
    said = given(answers, line.id) if line.id in rules.questions else None
    if said and said.reading:
        unit = rules.questions[line.id].unit or ""
        return Input(**base, source="answer", reading=said.reading, value=said.value, unit=unit)
    return Input(**base, source="none")


def _of_data(shown: Reading) -> dict:
    return {"reading": shown.reading, "value": shown.value, "unit": shown.unit, "figure": shown.figure}


def _of_industry(base: dict, rules: Rules, answers: Mapping[str, str], axis: str) -> Input:
    """What holds for businesses of the kind; the card is the source, the kind was answered."""
    said = given(answers, "industry")
    if said is None:
        return Input(**base, source="none")
    kind = rules.industries[said.reading]
    side = kind.quadrant.split(f"-{axis}")[0].split("-")[-1]
    cards = [*base["cards"], f"quadrant-{kind.quadrant}"]
    return Input(**base | {"cards": cards}, source="card", reading=side)


def _readings(inputs: Sequence[Input]) -> dict[str, str]:
    return {one.id: one.reading for one in inputs}


def _spoken(one: Input, line: Line, verdicts: Sequence[str]) -> Input:
    return one.model_copy(update={"speaks": speaks(line, one.reading, verdicts)})


def _contradictions(answers: Mapping[str, str], inputs: Sequence[Input], found: Count) -> list[Contradiction]:
    """Answers against the data: the same thing read otherwise, or figures that point away from what was answered."""
    same = _differs(answers, inputs)
    if not any(one.source == "answer" and one.speaks == "for" for one in inputs):
        return same
    away = [one for one in inputs if one.source == "data" and one.speaks == "against"]
    told = {each.input for each in same}
    return same + [
        Contradiction(input=one.id, of="verdict", answer=found.verdict, data=one.reading, figure=one.figure)
        for one in away if one.id not in told and found.verdict
    ]  # fmt: skip


def _differs(answers: Mapping[str, str], inputs: Sequence[Input]) -> list[Contradiction]:
    """What was said of new customers, or of how often people deal with the brand, and the data reads otherwise."""
    twins = {"newcomers": "newcomers", "order_frequency": "interaction_frequency"}
    found = []
    for one in inputs:
        said = given(answers, twins[one.id]) if one.id in twins and one.source == "data" else None
        if said and said.reading != one.reading:
            found.append(Contradiction(input=one.id, of="answer", answer=said.reading, data=one.reading,
                                       figure=one.figure))  # fmt: skip
    return found


def _missing(asked: Sequence[str], answers: Mapping[str, str]) -> list[str]:
    return [key for key in asked if key not in answers]


def _verdict(
    rules: Rules, topic: str, verdict: str, between: list[str], inputs: list[Input], moves: list[Change],
    contradictions: list[Contradiction], cards: list[str], missing: list[str],
) -> Verdict:  # fmt: skip
    votes = {way: sum(one.weight for one in inputs if one.speaks == way) for way in ("for", "against")}
    left = sum(one.weight for one in inputs if not one.reading)
    sure = level(verdict, votes["for"], votes["against"], left, rules.sureness)
    return Verdict(
        topic=topic, verdict=verdict, between=between, level=sure, points_for=votes["for"],
        points_against=votes["against"], points_open=left, inputs=inputs, missing=missing, changes=moves,
        contradictions=contradictions, cards=cards,
    )  # fmt: skip
