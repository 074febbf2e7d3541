"""Choose what to quote of a card: the sections that answer the question, whole sentences, within a length."""

from __future__ import annotations

import re
from collections.abc import Collection

from copilot.answer import Citation
from copilot.cardtext import Section, sections
from knowledge import lexical

LENGTH = {"zh": 380, "en": 1050}
"""Characters quoted of one card, about."""
SHOWN = 2
"""Sections quoted of one card at most."""
_SENTENCE = re.compile(r".*?(?:[。！？!?]|\.(?=\s)|\n|$)", re.DOTALL)
_ROLES = {
    "case": r"例子|做法|怎么说|分群|共创|案例|moves|example|what the text says|pyramid|co-creation",
    "howto": r"先做|做法|打法|阶梯|怎么用|照着做|制胜|主要任务|重点|步|规则|first|moves|plays|ladder|how to|do this"
             r"|what wins|main task|focus|steps|putting it",
    "what_is": r"是什么|定义|特征|管什么|谁在|what it is|definition|what marks|what it covers|who they are",
    "whether": r"什么时候用|先说清楚|适合|底线|when to use|to be plain|for whom|the floor",
}  # fmt: skip
"""What a section is good for, by words of its heading."""
_ASIDE = re.compile(
    r"引导问题|前提|盯什么|自查|别照搬|别误用|注意|提醒|退出|guiding questions|what it rests on|what to watch"
    r"|ask yourself|check|limits|does not|where it stops|exit|reminder", re.IGNORECASE
)
"""Headings of sections that stand beside an answer."""
_CARE = re.compile(r"注意|坑|风险|陷阱|失败|照搬|trap|pitfall|risk|go wrong|fail|mistake|careful", re.IGNORECASE)
_WHETHER = re.compile(
    r"值得|要不要|该不该|适合|划算|放弃|\bworth\b|\bshould we\b|\bdoes\b.*\bwork\b|\bever\b", re.IGNORECASE
)


def quoted(citation: Citation, question: str, cues: Collection[str], language: str) -> list[Section]:
    """The sections of a cited card (or the passage of a document) that answer best, the best first; at least one."""
    terms = set(lexical.content_words(question))
    ranked = sorted(sections(citation.quote), key=lambda part: -_worth(part, citation, question, terms, cues))
    best, *others = ranked
    room = LENGTH[language]
    kept = [Section(best.heading, excerpt(best.words, terms, room), best.place)]
    room -= len(kept[0].words)
    for part in others:
        if len(part.words) <= room and not _ASIDE.search(part.heading):
            kept.append(part)
            room -= len(part.words)
    return kept[:SHOWN]


def _worth(part: Section, citation: Citation, question: str, terms: set[str], cues: Collection[str]) -> float:
    """How well a section answers: its words, its place among the passages found, and what its heading promises."""
    words = set(lexical.words(f"{part.heading} {part.words}"))
    held = len(terms & words) / len(terms) if terms else 0.0
    found = citation.id.rpartition("#")[2].split(".")[0] == str(part.place)
    wanted = {*cues, *(["whether"] if _WHETHER.search(question) else [])}
    fits = any(re.search(pattern, part.heading, re.IGNORECASE) for role, pattern in _ROLES.items() if role in wanted)
    aside = bool(_ASIDE.search(part.heading)) and not _CARE.search(question)
    return 2 * held + 0.5 * found + fits + 0.2 * (part.place == 1) - 1.2 * aside


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
