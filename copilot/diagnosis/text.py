"""A diagnosis in words: Markdown, the same for the chat, the command line, a model and the printed page."""

from __future__ import annotations

from copilot.catalogue import text
from copilot.diagnosis.advicetext import cases_text, focus_text
from copilot.diagnosis.plantext import quickwin_text
from copilot.diagnosis.results import Contradiction, Diagnosis, Input, Verdict
from copilot.diagnosis.rules import rules
from copilot.diagnosis.wording import heading, join, listed, name_of, reading_of, say, see, valued, verdict_of, within
from copilot.formatting import span
from tools.results import MetricResult

CHANGES = 3
"""Changes of a verdict that are told, the weightiest."""


def diagnosis_text(found: Diagnosis, language: str) -> str:
    """Everything asked for: verdicts, focus, cases, plan, and the one question to put."""
    advises = bool({"focus", "cases", "quickwin"} & {*found.topics})
    verdicts = [
        verdict_text(found, one, language, brief=advises) if one.topic in found.topics else lead(one, language)
        for one in found.verdicts
        if one.topic in found.topics or one.topic != "maturity"
    ]
    plan = quickwin_text(found, language) if found.quickwin else ""
    return join(
        plan, *verdicts, focus_text(found, language), cases_text(found, language), question_text(found, language)
    )


def verdict_text(found: Diagnosis, one: Verdict, language: str, *, brief: bool = False) -> str:
    """A verdict: how sure, decided by what, contradicted by what, and what would change it."""
    meaning = f"{say('scoring', language)}{say(f'meaning.{one.level}', language)}"
    inputs = [_input(found, each, one.topic, language) for each in one.inputs if each.reading]
    notes = [*_remarks(found, one, language), *contradictions(one, language)]
    turns = _changes(one, language)
    missing = say("missing", language, parts=listed([within(key, language) for key in one.missing], language))
    if brief:
        decided = say("decided", language, parts=text("planner.semicolon", language).join(inputs)) if inputs else ""
        return join(lead(one, language), decided, "\n".join(notes), turns)
    listed_ = "\n".join(f"- {line}" for line in inputs)
    return join(lead(one, language), meaning, listed_, "\n".join(notes), turns, missing if one.missing else "")


def lead(one: Verdict, language: str) -> str:
    """The verdict, how sure it is, and its cards."""
    return say(
        "verdict", language, heading=heading(one.topic, language), verdict=named(one, language),
        level=say(f"level.{one.level}", language), votes=votes(one, language), cites=see(one.cards[:2], language),
    )  # fmt: skip


def summary(found: Diagnosis, language: str) -> str:
    """The verdicts in one line."""
    parts = [f"{heading(one.topic, language)} {named(one, language)}" for one in found.verdicts]
    if found.quickwin:
        parts.append(heading("quickwin", language, event=found.quickwin.event or found.quickwin.first_day))
    return text("planner.semicolon", language).join(parts)


def named(one: Verdict, language: str) -> str:
    """The verdict, or what it lies between."""
    if one.verdict:
        return verdict_of(one.topic, one.verdict, language)
    parts = [verdict_of(one.topic, each, language) for each in one.between]
    return say("between", language, parts=say("or", language).join(parts)) if parts else say("none", language)


def votes(one: Verdict, language: str) -> str:
    return say("votes", language, yes=one.points_for, no=one.points_against, open=one.points_open)


def contradictions(one: Verdict, language: str) -> list[str]:
    """What was answered and the data does not bear out, a sentence each."""
    return [_contradiction(one, each, language) for each in one.contradictions]


def _contradiction(one: Verdict, each: Contradiction, language: str) -> str:
    if one.topic == "maturity":
        answer = reading_of(each.input, each.answer, language)
        return say(f"contradiction.sign_{each.data}", language, name=within(each.input, language), answer=answer)
    kind = "contradiction" if each.of == "answer" else "doubt"
    answer = reading_of(each.input, each.answer, language)
    answer = verdict_of(one.topic, each.answer, language) if each.of == "verdict" else answer
    read = next(item for item in one.inputs if item.id == each.input)
    return say(f"{kind}.{each.input}", language, answer=answer, data=reading_of(each.input, each.data, language),
               value=valued(read, language))  # fmt: skip


def question_text(found: Diagnosis, language: str) -> str:
    """The one question, with its options."""
    if not found.ask:
        return ""
    options = [reading_of(found.ask, each, language) for each in rules().questions[found.ask].options]
    question = say(f"question.{found.ask}", language)
    more = say("options", language, parts=listed(options, language)) if options else ""
    return f"**{say('ask', language, question=question)}**{more}"


def _input(found: Diagnosis, one: Input, topic: str, language: str) -> str:
    value = valued(one, language)
    return say(
        "input_line", language, name=input_name(one, language),
        reading=reading_of(one.id, one.reading, language),
        value=say("input_value", language, value=value) if value else "",
        source=_source(found, one, language), speaks=say(f"speaks.{_way(one, topic)}", language),
    )  # fmt: skip


def input_name(one: Input, language: str) -> str:
    """The name of an input; an industry speaks of both axes of the quadrants."""
    if not (one.axis and one.id == "industry"):
        return name_of(one.id, language)
    return say("on_axis", language, name=name_of(one.id, language), axis=say(f"axis.{one.axis}", language))


def _way(one: Input, topic: str) -> str:
    """Which way an input speaks; on the staircase "against" is either a step up or a step short."""
    if topic != "maturity" or one.speaks != "against":
        return one.speaks
    return "higher" if one.reading == "yes" else "short"


def _source(found: Diagnosis, one: Input, language: str) -> str:
    figure = found.figures.get(one.figure)
    if one.source == "data" and isinstance(figure, MetricResult):
        title = getattr(figure.title, language)
        return say("source.data", language, metric=title, window=span(figure.window, language))
    return say("source.data_plain" if one.source == "data" else f"source.{one.source}", language)


def _remarks(found: Diagnosis, one: Verdict, language: str) -> list[str]:
    """What is ours in a verdict, and what the data is too short for."""
    remarks = []
    kind = found.answers.get("industry", "")
    if one.topic == "quadrant" and kind in rules().industries and not rules().industries[kind].named:
        remarks.append(say("placed_by_us", language, industry=say(f"industry.{kind}", language)))
    trend = next((each for each in one.inputs if each.id == "newcomers"), None)
    if trend and found.as_of and not trend.reading and found.history:
        remarks.append(say("history", language, days=f"{found.history:,}"))
    read = {each.id: each.reading for each in one.inputs}
    if read.get("market_growth") == "slow" and read.get("relative_share") in {"low", "established"}:
        yardsticks = {"growth": "market_growth", "share": "relative_share"}
        blanks = {blank: reading_of(id, read[id], language) for blank, id in yardsticks.items()}
        remarks.append(say("off_map", language, **blanks))
    return remarks


def _changes(one: Verdict, language: str) -> str:
    parts = change_texts(one, language, CHANGES)
    return say("changes", language, parts=text("planner.semicolon", language).join(parts)) if parts else ""


def change_texts(one: Verdict, language: str, most: int) -> list[str]:
    """Readings that would give another verdict, the weightiest first."""
    return [
        say("change", language, name=within(each.input, language),
            reading=reading_of(each.input, each.reading, language),
            verdict=verdict_of(one.topic, each.verdict, language))
        for each in one.changes[:most]
    ]  # fmt: skip
