"""Hear that something is to be remembered as a lesson: "记下这条经验：…", "save the result of C002 as a lesson"."""

from __future__ import annotations

import re

from copilot.findings import Findings
from copilot.lessons.wording import note_lines, result_line, told
from copilot.planner.matching import normalise
from copilot.planner.prose import join
from copilot.planner.slots import Slots
from copilot.planner.step import Step
from copilot.planner.vocabulary import Vocabulary

_VERB_ZH = r"(?:记下来?|记住|记录|记成|记为|记|保存为|保存成|保存|存为|存成|存|提交为|提交|写成|沉淀为|沉淀成|沉淀)"
_ASKED = re.compile(
    rf"{_VERB_ZH}(?:这|那|下|一|条|个|次|为|成|下来)*(?:经验|教训|心得)"
    r"|^(?:请|帮我)?(?:记住|记一?下|记着)[:：,，]?(?=\S{4})|^(?:please |can you )?remember (?:that|this)\b(?! lesson)"
    r"|\b(?:save|keep|record|note|store|remember|log|propose|submit|add)\b[^.:：\n]{0,60}?\b(?:lesson|learning)\b",
    re.IGNORECASE,
)
_CAMPAIGN_ID = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{1,4}-?\d{1,8}(?![A-Za-z0-9])")
_QUESTION = re.compile(r"(?:[?？]|[吗呢么])\s*$")
_LEAST = 4
"""Characters that words to remember have at least."""
ASK = "ask.lesson"
STEPS = frozenset({"lesson", ASK})
"""Focuses of these steps: a later question does not lean on them."""


def remembered(question: str, vocabulary: Vocabulary, earlier: Step | None) -> Step | None:
    """The step that proposes a lesson, or asks which one; None where nothing is to be remembered."""
    asked = _ASKED.search(question)
    if asked is None:
        if earlier is None or earlier.focus != ASK or _QUESTION.search(question):
            return None
        return _step(question.strip(), "", vocabulary)
    note = question[asked.end() :].lstrip(" :：，,。.-—\n").rstrip()
    return _step(note, question[: asked.end()], vocabulary) or _of_before(earlier) or Step(ASK)


def proposed(step: Step, findings: Findings, language: str) -> str:
    """That it waits for people, and what it says."""
    lesson = findings.lesson
    # An id in code is no figure to be checked.
    waits = told(lesson, language).replace(lesson.id, f"`{lesson.id}`")
    return join(waits, result_line(lesson, language).strip(), *note_lines(lesson, language))


def _step(note: str, request: str, vocabulary: Vocabulary) -> Step | None:
    """A lesson of the campaign that the request names, of the words to remember, or of both."""
    campaign = _campaign(request, vocabulary)
    if not campaign and _CAMPAIGN_ID.fullmatch(note):
        campaign, note = note, ""
    if not campaign and len(note) < _LEAST:
        return None
    arguments = {"campaign": campaign, "note": note}
    return Step("lesson", "propose_lesson", {name: value for name, value in arguments.items() if value}, Slots())


def _campaign(request: str, vocabulary: Vocabulary) -> str:
    matcher = vocabulary.values.get("campaign")
    named = matcher.keys(normalise(request)) if matcher else []
    return next(iter([*named, *_CAMPAIGN_ID.findall(request)]), "")


def _of_before(earlier: Step | None) -> Step | None:
    """ "Save this as a lesson" after one campaign's result means that result."""
    where = earlier.arguments.get("where", {}) if earlier and earlier.tool == "query_metric" else {}
    campaigns = where.get("campaign", [])
    return Step("lesson", "propose_lesson", {"campaign": campaigns[0]}) if len(campaigns) == 1 else None
