"""Answers to the diagnosis' questions: checked, and read from plain words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from copilot.diagnosis.rules import Question, band_of, rules, words
from copilot.planner.matching import Matcher, normalise
from tools.errors import BadArgument

UNKNOWN = "unknown"
"""Answer of somebody who does not know: the question is not put again."""
_NUMBER = re.compile(r"([-+]?\d+(?:,\d{3})*(?:\.\d+)?)\s*(%|％|万|亿|k\b|m\b|million\b)?", re.IGNORECASE)
_SCALES = {"%": 0.01, "％": 0.01, "万": 1e4, "亿": 1e8, "k": 1e3, "m": 1e6, "million": 1e6}


@dataclass(frozen=True)
class Given:
    """One answer: its reading, and the number it was given by."""

    reading: str
    value: float | None = None


def checked(answers: Mapping[str, str]) -> dict[str, str]:
    """Answers in their canonical form: an option's code, or a number (a share as 0.12).

    Raises BadArgument for an unknown question or an answer that it has no place for.
    """
    return {key: _checked(_known(key), str(answer)) for key, answer in answers.items() if str(answer).strip()}


def _known(key: str) -> str:
    if key not in rules().questions:
        raise BadArgument("diagnosis_question", given=key, alternatives=list(rules().questions))
    return key


def _checked(key: str, answer: str) -> str:
    question = rules().questions[key]
    said = normalise(answer)
    options = list(rules().industries) if key == "industry" else question.options
    if said in {*options, UNKNOWN}:
        return said
    number = _number(said, question) if question.unit else None
    if number is not None:
        return f"{number:.12g}"
    read = reply(answer, key).get(key)
    if read is None:
        raise BadArgument("diagnosis_answer", question=key, given=answer, alternatives=options)
    return read


def given(answers: Mapping[str, str], key: str) -> Given | None:
    """The answer to a question, None where there is none or it is not known."""
    answer = answers.get(key, UNKNOWN)
    if answer == UNKNOWN:
        return None
    question = rules().questions[key]
    if question.unit and answer not in question.options:
        value = float(answer)
        return Given(band_of(value, question.bands) if question.bands else "", value)
    return Given(answer)


def described(description: str) -> dict[str, str]:
    """What a description answers without being asked: industry, market, trouble."""
    text = normalise(description)
    found: dict[str, str] = {}
    for key, readings in words().items():
        if key == "reply":
            continue
        read = Matcher(readings).keys(text)
        if read:
            found[key] = read[0]
    return found


def reply(said: str, asked: str) -> dict[str, str]:
    """The answer in a reply to the question `asked`; {} where the words hold none."""
    text = normalise(said)
    question = rules().questions[asked]
    found = {key: value for key, value in described(said).items() if key == asked}
    if not found and question.unit and (number := _number(text, question)) is not None:
        found = {asked: f"{number:.12g}"}
    if not found and Matcher({UNKNOWN: words()["reply"][UNKNOWN]}).find(text):
        return {asked: UNKNOWN}
    if not found and (read := _option(text, question)):
        return {asked: read}
    return found


def _option(text: str, question: Question) -> str:
    """The option that a short reply names; "not yet" holds a "yes" too, so a no is heard first."""
    general = {name: terms for name, terms in words()["reply"].items() if name in question.options}
    read = Matcher(general).keys(text) if general else []
    return next((option for option in ("partly", "no") if option in read), read[0] if read else "")


def _number(text: str, question: Question) -> float | None:
    match = _NUMBER.search(text)
    if match is None:
        return None
    value = float(match[1].replace(",", "")) * _SCALES.get((match[2] or "").lower(), 1.0)
    bare = not match[2] and question.unit == "percent" and abs(value) > 1
    return value / 100 if bare else value
