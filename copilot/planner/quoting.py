"""Choose what to quote of a card: the sections that answer the question, whole sentences, within a length.

A section is worth what its heading promises of what is asked for (`sections.yaml`), how much of the question's words
it holds, how much it says, and whether it opens the card. The weights are those of a conditional logit on the labelled
questions of `evals/cases/sections.yaml`; sentence vectors of sections, tried beside them, added nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from importlib import resources

import yaml

from copilot.answer import Citation
from copilot.cardtext import Section, sections
from knowledge import lexical

LENGTH = {"zh": 380, "en": 1050}
"""Characters quoted of one card, about."""
SHOWN = 2
"""Sections quoted of one card at most."""
FULL = {"zh": 150, "en": 450}
"""Characters from which on a section says enough."""
_SENTENCE = re.compile(r".*?(?:[。！？!?]|\.(?=\s)|\n|$)", re.DOTALL)
_CUES = {"case": "example", "howto": "howto", "what_is": "what_is"}
"""What the planner has heard already, as `sections.yaml` calls it."""
_ASIDE = re.compile(
    r"引导问题|前提|盯什么|自查|别照搬|别误用|注意|提醒|退出|guiding questions|what it rests on|what to watch"
    r"|ask yourself|check|limits|does not|where it stops|exit|reminder", re.IGNORECASE
)
"""Headings of sections that stand beside an answer, unless they are asked for."""


def quoted(citation: Citation, question: str, cues: Collection[str], language: str) -> list[Section]:
    """The sections of a cited card (or the passage of a document) that answer best, the best first; at least one."""
    terms = set(lexical.content_words(question))
    wanted = asked(question) or {_CUES[cue] for cue in cues if cue in _CUES}
    ranked = sorted(sections(citation.quote), key=lambda part: -_worth(part, terms, wanted, language))
    best, *others = ranked
    room = LENGTH[language]
    kept = [Section(best.heading, excerpt(best.words, terms, room), best.place)]
    room -= len(kept[0].words)
    for part in others:
        if len(part.words) <= room and not _aside(part, wanted):
            kept.append(part)
            room -= len(part.words)
    return kept[:SHOWN]


def asked(question: str) -> set[str]:
    """What kinds of section a question asks for."""
    return {kind for kind, (asks, _) in _kinds().items() if asks.search(question)}


def _worth(part: Section, terms: Collection[str], wanted: Collection[str], language: str) -> float:
    words, heading = (set(lexical.words(text)) for text in (part.words, part.heading))
    share = 1 / max(1, len(terms))
    held, named = (share * len(terms & found) for found in (words | heading, heading))
    told = _told(part.heading)
    fits = len(told & set(wanted)) / max(1, len(wanted))
    return (
        0.6 * held + 0.5 * named + 1.7 * fits + 1.4 * bool(fits) - 1.2 * _aside(part, wanted)
        + 0.9 * (part.place == 1) + 0.7 * ("howto" in told) + 2.4 * min(1.0, len(part.words) / FULL[language])
    )  # fmt: skip


def _aside(part: Section, wanted: Collection[str]) -> bool:
    return bool(_ASIDE.search(part.heading)) and not _told(part.heading) & set(wanted)


@cache
def _told(heading: str) -> frozenset[str]:
    """The kinds of section that a heading promises."""
    return frozenset(kind for kind, (_, told) in _kinds().items() if told.search(heading))


@cache
def _kinds() -> dict[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    raw = yaml.safe_load(resources.files("copilot.planner").joinpath("sections.yaml").read_text(encoding="utf-8"))
    return {kind: (_pattern(each["asks"]), _pattern(each["told"])) for kind, each in raw.items()}


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(words.replace(" |", "|"), re.IGNORECASE)  # a folded line begins with its bar


def excerpt(words: str, terms: Collection[str], limit: int) -> str:
    """Whole sentences in a row, up to `limit` characters, that hold most of the terms; never half a sentence."""
    if len(words) <= limit:
        return words
    pieces = [match.group() for match in _SENTENCE.finditer(words) if match.group()]
    held = [len(set(terms) & set(lexical.words(piece))) for piece in pieces]
    best = max(range(len(pieces)), key=lambda start: (sum(held[start : _end(pieces, start, limit)]), -start))
    end = _end(pieces, best, limit)
    return f"{'… ' if best else ''}{''.join(pieces[best:end]).strip()}{' …' if end < len(pieces) else ''}"


def _end(pieces: list[str], start: int, limit: int) -> int:
    """Where a run of sentences that begins at `start` ends."""
    length, end = len(pieces[start]), start + 1
    while end < len(pieces) and length + len(pieces[end]) <= limit:
        length += len(pieces[end])
        end += 1
    return end
