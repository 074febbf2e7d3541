"""The lines of the library that may stand for one piece of a message."""

from __future__ import annotations

import re

from tools.drafting.brief import Angle, DraftBrief
from tools.drafting.library import Patterns, category_of, patterns, shared

_SENTENCE_END = tuple("。！？.!?")
_SPEAKER = re.compile(r"<(we|We|us)>")
_OPENED = ("push", "wecom", "sms")
"""Channels that have room for an opening of the shared library as their hook."""


def options_of(piece: str, angle: Angle, brief: DraftBrief) -> list[str]:
    """The piece's lines that say nothing the brief forbids; [] where it has none."""
    lines = [_spoken(line, brief) for line in _shared(piece, angle, brief) or _lines(piece, angle, brief)]
    unwanted = [words.casefold() for words in brief.must_not_say if words]
    return [line for line in lines if not any(words in line.casefold() for words in unwanted)]


def _lines(piece: str, angle: Angle, brief: DraftBrief) -> list[str]:
    library = patterns(brief.language, brief.channel)
    if piece == "title":
        return [library.title_prefix + title for title in library.title.get(angle, {}).get(brief.goal, [])]
    if piece == "hook":
        return library.hook[angle][brief.tier] + _opened(angle, brief)
    if piece == "core":
        return library.core[angle][brief.goal] + _reasons(angle, brief)
    if piece == "details":
        return _details(brief)
    if piece == "offer":
        return library.offer.get(angle, []) if brief.offer else []
    if piece == "must_say":
        blank = "" if brief.language == "zh" else " "
        return [blank.join(sentence(text, brief.language) for text in brief.must_say)]
    if piece == "cta":
        return _calls(library, angle, brief)
    if piece == "button":
        return library.button_goal.get(brief.goal) or library.button.get(angle, [])
    if piece in ("greet", "preheader"):
        return getattr(library, piece).get(angle, [])
    return getattr(library, piece, [])


def _shared(piece: str, angle: Angle, brief: DraftBrief) -> list[str]:
    """Lines that all channels share."""
    book = shared(brief.language)
    if piece == "season":
        return book.season[brief.season].get(angle, []) if brief.season else []
    if piece == "category":
        name = category_of(brief.category)
        return book.category[name].lines.get(angle, []) if name else []
    if piece == "play":
        return book.play[brief.tier][brief.goal]
    if piece == "reason":
        return book.reason[angle][brief.goal]
    if piece == "gift":
        return book.gift if brief.offer else []
    lines = book.play[brief.tier][brief.goal] if piece == "called_play" else book.opening[angle][brief.tier]
    if piece == "opening":
        return lines
    return [saluted(line, brief.language) for line in lines] if piece in ("called", "called_play") else []


def _opened(angle: Angle, brief: DraftBrief) -> list[str]:
    """Openings that serve as a hook; those of benefit hold no offer, so they need one after them."""
    if angle == "benefit" or brief.channel not in _OPENED:
        return []
    lines = shared(brief.language).opening[angle][brief.tier]
    return [saluted(line, brief.language) for line in lines] if brief.channel == "sms" else lines


def _reasons(angle: Angle, brief: DraftBrief) -> list[str]:
    return [] if brief.channel == "email" else shared(brief.language).reason[angle][brief.goal]


def _spoken(line: str, brief: DraftBrief) -> str:
    speakers = shared(brief.language).speaker
    speaker = speakers.get(brief.channel, speakers["others"])
    return _SPEAKER.sub(lambda match: speaker[match[1]], line)


def saluted(line: str, language: str) -> str:
    """The line after a salutation: "{name}，…", "Hi {name}, …" with a small letter."""
    kept = language == "zh" or re.match(r"(?:I\b|I'|<)", line)
    return shared(language).salute + (line if kept else line[:1].lower() + line[1:])


def _details(brief: DraftBrief) -> list[str]:
    text = brief.offer.details(brief.language) if brief.offer else ""
    if brief.channel in ("sms", "banner"):  # every character is billed, or there is little room
        text = text.removeprefix("活动")
    return [text] if text else []


def _calls(library: Patterns, angle: Angle, brief: DraftBrief) -> list[str]:
    if brief.link and library.cta_link:
        return library.cta_link_goal.get(brief.goal) or library.cta_link[angle]
    return library.cta_goal.get(brief.goal) or library.cta.get(angle, [])


def sentence(text: str, language: str) -> str:
    """`text` with a full stop where it has no end."""
    text = text.strip()
    return text if text.endswith(_SENTENCE_END) else text + ("。" if language == "zh" else ".")
