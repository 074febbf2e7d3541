"""Write out short forms, and mend a mistyped English word when exactly one known word is near."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from functools import cache

from copilot.planner.homophones import mended
from copilot.planner.leftover import parts_of
from copilot.planner.lexicon import lexicon
from copilot.planner.matching import normalise
from copilot.planner.residue import is_plain
from copilot.planner.slips import nearest
from copilot.planner.vocabulary import Vocabulary

_WORD = re.compile(r"(?<![a-z'@./])[a-z]{3,}(?![a-z'@./])", re.IGNORECASE)
_ASIDE = re.compile(
    r"[，,]\s*(?:我|我们|老板|领导)?(?:要|想|好|用来|得)?(?:算|做|写|交|报)(?:个|一下)?"
    r"(?:预算|周报|月报|日报|季报|汇报|报告|报表|复盘|ppt)(?:用|的|要用)?(?=[，,。?？!！]|$)"
    r"|(?:[两几]个)?数字?[也都]给我|\s*\bgive me (?:an |the )?exact (?:number|figure)s?\W*$"
    r"|[,.]?\s*\bin absolute (?:numbers|terms)\b"
    r"|[,，]?\s*(?:just )?for (?:a|the|my) (?:weekly |monthly )?(?:report|deck|slides?)\b",
    re.IGNORECASE,
)
"""What the answer is for, which asks nothing: "写周报用"."""
_TO_DATE = re.compile(r"\b(20\d\d) ytd\b|\bytd (?=20\d\d\b)", re.IGNORECASE)
_APPOSITION = re.compile(r"(?:这|本|上)个?季度\s*(?=q[1-4])|(?:这|本|上)个?月\s*(?=\d{1,2}月)", re.IGNORECASE)
_THAT_ONE = re.compile(r"[那这]一?[次场波回]")
_CONTRACTED = [(re.compile(said, re.IGNORECASE), whole) for said, whole in (
    (r"(?<=\w)['’]ve\b", " have"), (r"\b(how|what|where|when|who)['’]?d (?=we|i|you|they|it|the|our|that)", r"\1 did "),
    (r"\b(have|has|did|do|does|is|are|was|were|could|would)n['’]?t\b", r"\1 not"), (r"\bwhove\b", "who have"),
)]  # fmt: skip
_DOUBLED = re.compile(r"([a-z])\1")
_PART = 4
"""Characters of a campaign's name by which it may be called."""
_SHORT = 2
_LONG = 5
NEAR = 0.85
"""Least difflib ratio: one slip in a word of seven letters."""


def expanded(question: str) -> str:
    """The question with "yr", "ppl" and "no. of" written out."""
    question = _APPOSITION.sub("", _ASIDE.sub("", question))
    question = _TO_DATE.sub(r"\1", question)
    for said, whole in _CONTRACTED:
        question = said.sub(whole, question)
    return _short().sub(lambda match: lexicon().short_forms[match.group().lower()], question)


def corrected(question: str, vocabulary: Vocabulary, is_word: Callable[[str], bool] | None = None) -> str:
    """The question with words like "categroy", "whcih" and "复构率" spelled as a known word.

    `is_word` tells words that are spelled as people spell them, which mean what they say; without it fewer are mended.
    """
    known, plain = vocabulary.words, lexicon().plain
    if not vocabulary.metrics.find(normalise(question)):
        question = mended(question, vocabulary.terms, parts_of(question), plain)
    else:  # "销售鹅": a longer name than the one that was found
        question = mended(question, _long(vocabulary.terms), parts_of(question), plain, strict=True)
    question = mended(question, vocabulary.names, parts_of(question), plain)
    question = mended(question, _long(lexicon().tiers.terms), parts_of(question), plain, strict=True)
    if campaigns := vocabulary.values.get("campaign"):
        question = _named_whole(question, campaigns.terms)
    return _WORD.sub(lambda match: _mended(match.group(), known, is_word), question)


def _long(terms: Iterable[str]) -> list[str]:
    return [term for term in terms if len(term) > _SHORT]


def _named_whole(question: str, campaigns: Iterable[str]) -> str:
    """ "企微回访那次": the one campaign whose name has these words, by its whole name."""
    if not _THAT_ONE.search(question) or any(name in question for name in campaigns):
        return question
    parts = {name: _shared(question, name) for name in campaigns}
    longest = max(parts.values(), key=len, default="")
    named = [name for name, part in parts.items() if part == longest]
    return question.replace(longest, named[0], 1) if len(longest) >= _PART and len(named) == 1 else question


def _shared(question: str, name: str) -> str:
    """The longest piece of a name that the question holds."""
    match = difflib.SequenceMatcher(None, question, name, autojunk=False).find_longest_match()
    return name[match.b : match.b + match.size]


def _mended(word: str, known: frozenset[str], is_word: Callable[[str], bool] | None) -> str:
    plain = word.lower()
    if plain in known or is_plain(plain) or plain.removesuffix("s") in known or lexicon().knows(plain):
        return word
    if is_word is None:
        near = difflib.get_close_matches(plain, known, n=2, cutoff=NEAR) if len(plain) >= _LONG else []
        near = near or _swapped(plain)
        return near[0] if len(near) == 1 else word
    return word if is_word(plain) else nearest(plain, (known, _everyday())) or word


def _swapped(word: str) -> list[str]:
    """Everyday words of the same letters with the same first one, doubled letters counted once: "whcih", "geting"."""
    letters = sorted(_DOUBLED.sub(r"\1", word))
    return [plain for plain in _everyday() if plain[0] == word[0] and sorted(_DOUBLED.sub(r"\1", plain)) == letters]


@cache
def _everyday() -> frozenset[str]:
    """English words of the lexicon that a slip can be told in."""
    cues = (term for cue in lexicon().cues.values() for term in cue.terms)
    book = lexicon()
    terms = (*book.plain, *book.speech, *cues, *book.people.terms, *book.conditions.terms, *book.all_tiers.terms)
    words = {word for term in terms for word in re.findall(r"[a-z]{3,}", term)}
    return frozenset(words | {"getting"})


@cache
def _short() -> re.Pattern[str]:
    words = sorted(lexicon().short_forms, key=len, reverse=True)
    return re.compile("|".join(map(_standing, words)), re.IGNORECASE)


def _standing(word: str) -> str:
    return rf"(?<![A-Za-z0-9']){re.escape(word)}(?![A-Za-z0-9'])" if word.isascii() else re.escape(word)
