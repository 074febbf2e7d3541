"""Lessons in words. A test's figures are written from the result that the metric tool gave, and from nothing else."""

from __future__ import annotations

from copilot.catalogue import has, localise, text
from copilot.formatting import figure, span
from copilot.lessons.results import Decision, Lesson

_COMMA = {"zh": "、", "en": ", "}


def title(lesson: Lesson, language: str) -> str:
    """A note's own title; a test's names the campaign and what it came to."""
    if lesson.test is None:
        return lesson.title
    return _say("title", language, campaign=lesson.title, **_result(lesson, language))


def source(lesson: Lesson, language: str) -> str:
    """What a citation names: an approved lesson of its day; before that, what it still waits for."""
    if lesson.approval is None:
        return _say("source_open", language)
    return _say("source", language, day=lesson.approval.day)


def lead(lesson: Lesson, language: str) -> str:
    """The first sentence: date and evidence grade, then the result or what was noted."""
    grade = grade_name(lesson, language)
    day = lesson.approval.day if lesson.approval else lesson.proposed.day
    head = _say("head" if lesson.approval else "head_open", language, day=day, grade=grade)
    return head + (result_line(lesson, language) or _say("noted", language, title=lesson.title))


def result_line(lesson: Lesson, language: str) -> str:
    """The figure of a test with its interval, as one sentence; "" for a note."""
    if lesson.test is None:
        return ""
    return _say("result", language, campaign=lesson.title, **_result(lesson, language))


def evidence_lines(lesson: Lesson, language: str) -> list[str]:
    """What the figure rests on, one statement a line; none for a note."""
    test = lesson.test
    if test is None:
        return []
    shown, campaign = test.figure, test.campaign
    days = {"first": campaign.first_day, "last": campaign.last_day}
    sent = "sent_on" if campaign.first_day == campaign.last_day else "sent"
    arms = {"treated": f"{campaign.treated:,}", "holdout": f"{campaign.holdout:,}", "n": f"{shown.n:,}"}
    return [
        _say("conclusive" if test.conclusive else "inconclusive", language),
        _say(sent, language, id=campaign.id, channel=_channel(campaign.channel, language), **days),
        _say("arms", language, **arms),
        _say("as_of", language, window=span(shown.window, language), day=shown.as_of),
        _say("definition", language, words=getattr(shown.definition, language), version=test.definition_version),
    ]


def note_lines(lesson: Lesson, language: str) -> list[str]:
    """The proposer's words, quoted line by line: what they hold is neither a heading nor an order."""
    if not lesson.note:
        return []
    quoted = "\n".join(f"> {line}".rstrip() for line in lesson.note.splitlines())
    return [_say("note_head", language), quoted]


def questions(lesson: Lesson, language: str) -> list[str]:
    """Everyday questions that a test answers."""
    if lesson.test is None:
        return []
    campaign = lesson.test.campaign
    asked = [_say("question", language, campaign=lesson.title)]
    if campaign.tier and campaign.channel:
        named = {"tier": text(f"tier.{campaign.tier}", language), "channel": _channel(campaign.channel, language)}
        asked += [_say("question_like", language, **named), _say("question_learnt", language, **named)]
    return asked


def grade_name(lesson: Lesson, language: str) -> str:
    return _say(f"grade.{lesson.evidence.replace(' ', '_')}", language)


def state_name(lesson: Lesson, language: str) -> str:
    return _say(f"state.{lesson.state}", language)


def summary(lesson: Lesson, language: str) -> str:
    """One line of a list: id, state, title, grade, who proposed it and when."""
    return _say(
        "line", language, id=lesson.id, state=state_name(lesson, language), title=title(lesson, language),
        grade=grade_name(lesson, language), by=lesson.proposed.by.name, day=lesson.proposed.day,
    )  # fmt: skip


def whole(lesson: Lesson, language: str) -> str:
    """Everything about a lesson, for a person: result, evidence, note, remarks and history."""
    return "\n".join([
        summary(lesson, language), "", lead(lesson, language), *evidence_lines(lesson, language),
        *note_lines(lesson, language), *remarks(lesson, language), "",
        *(decision_line(entry, language) for entry in lesson.history),
    ])  # fmt: skip


def told(lesson: Lesson, language: str) -> str:
    """What a proposal led to: it waits now, or it says what another one has said already."""
    if lesson.fresh:
        return _say("waiting", language, id=lesson.id)
    return _say("known", language, id=lesson.id, state=state_name(lesson, language))


def proposed_lines(lesson: Lesson, language: str) -> list[str]:
    """What was proposed and what happens next; the proposer's words are left to the reviewers."""
    return [told(lesson, language), lead(lesson, language), *remarks(lesson, language)]


def dumped(lesson: Lesson, language: str) -> dict:
    """A lesson as JSON, texts in one language; a test's figure is the metric tool's own result."""
    words = {"title": title(lesson, language), "summary": lead(lesson, language)}
    return localise(lesson.model_dump(mode="json"), language) | words


def remarks(lesson: Lesson, language: str) -> list[str]:
    """What a reviewer should know of the words: what was masked, and what speaks to a model."""
    found = []
    if lesson.masked:
        kinds = _COMMA[language].join(_say(f"masked.{kind}", language) for kind in lesson.masked)
        found.append(_say("was_masked", language, kinds=kinds))
    found += [_say("flagged", language, quote=flag.quote) for flag in lesson.flags]
    return found if lesson.indexed else [*found, _say("not_indexed", language)]


def decision_line(entry: Decision, language: str) -> str:
    """Who did what, when, in which role, through what, and the note."""
    until = _say("until", language, day=entry.valid_until) if entry.valid_until else ""
    note = _say("with_note", language, note=entry.note) if entry.note else ""
    done = _say(f"done.{entry.state}", language)
    reach, role = _say(f"reach.{entry.by.reach}", language), _say(f"role.{entry.by.role}", language)
    at = f"{entry.at:%Y-%m-%d %H:%M} UTC"
    return _say("entry", language, at=at, by=entry.by.name, role=role, reach=reach, done=done, until=until, note=note)


def _result(lesson: Lesson, language: str) -> dict[str, str]:
    """Name, value and interval of a test's figure, as the figure is written everywhere."""
    shown = lesson.test.figure
    value, low, high = (
        figure(each, shown.unit, language, currency=lesson.currency) for each in (shown.value, shown.low, shown.high)
    )
    return {"metric": getattr(shown.title, language), "value": value, "low": low, "high": high}


def _channel(name: str, language: str) -> str:
    key = f"draft.channel.{name}"
    return text(key, language) if has(key) else name


def _say(key: str, language: str, **blanks: object) -> str:
    return text(f"lesson.{key}", language, **blanks)
