"""What a question's words are in the other language, among the words of documents that are in one language only.

A card is in both languages; a team's own document is not. The built-in encoder puts single words of both languages into
one space, so the nearest of the document's words is what the question's word would be there ("exam" 考试). A name
in pinyin is the word that is read so ("Pinduoduo" 拼多多), and large numbers are counted otherwise ("100 million" 1亿).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pypinyin import lazy_pinyin

from knowledge import lexical
from knowledge.blas import one_thread
from knowledge.cleaning import HAN
from knowledge.embedding import SentenceEncoder
from knowledge.everyday import is_everyday
from knowledge.magnitudes import counted_in

NAME = "gloss.npz"
LANGUAGES = ("zh", "en")
ALIKE = 0.55
"""Least cosine of a word and what it is in the other language, as in the thesaurus."""
MOST = 20_000
"""Words of one language that are kept, the most frequent: 40 MB of vectors in memory at most."""
_LATIN = re.compile(r"[a-z]{3,}")
_CHINESE = re.compile(rf"(?:{HAN.pattern}){{2,}}")
_OWN = {"zh": _CHINESE, "en": _LATIN}


@dataclass(frozen=True)
class Words:
    """Documents' words in one language: `own` are in its script, with unit vectors of shape (words, 512)."""

    own: list[str]
    vectors: np.ndarray
    borrowed: frozenset[str]
    """Words of other scripts that stand in these documents as they are: "GMV", "costco"."""

    @property
    def read(self) -> dict[str, str]:
        """Chinese words by how they are read, without tones."""
        return {"".join(lazy_pinyin(word)): word for word in reversed(self.own) if HAN.match(word)}


class Gloss:
    def __init__(self, words: dict[str, Words]) -> None:
        """`words`: language of the documents -> their words."""
        self._words = {language: found for language, found in words.items() if found.own}
        self._read = {language: found.read for language, found in self._words.items()}
        self._encoder = SentenceEncoder()

    @staticmethod
    def written(generation: Path) -> bool:
        return (generation / NAME).exists()

    @classmethod
    def load(cls, generation: Path) -> Gloss:
        """Read what `write` wrote; empty for an index that has none."""
        if not cls.written(generation):
            return cls({})
        with np.load(generation / NAME) as file:
            return cls({
                language: Words(file[f"own_{language}"].tolist(), file[f"vectors_{language}"].astype(np.float32),
                                frozenset(file[f"borrowed_{language}"].tolist()))
                for language in LANGUAGES
            })  # fmt: skip

    @classmethod
    def write(cls, generation: Path, counted: dict[str, dict[str, int]]) -> None:
        """Bring a generation's file up to the documents' words, {language: {word: times}}; known vectors stay."""
        old, found = cls.load(generation), {}
        for language in LANGUAGES:
            own, borrowed = _parted(counted.get(language, {}), _OWN[language])
            found |= {f"own_{language}": np.array(own, dtype=np.str_),
                      f"vectors_{language}": old._vectors(language, own).astype(np.float16),
                      f"borrowed_{language}": np.array(borrowed, dtype=np.str_)}
        np.savez(generation / NAME, **found)

    def question(self, asked: str, terms: Iterable[str], language: str) -> list[str]:
        """Return what to look for in documents of `language`, for a question and its content words in the other one."""
        words = self._words.get(language)
        if words is None:
            return []
        counted = counted_in(language, asked)
        terms = list(terms) if counted == asked else lexical.content_words(counted)
        other = "en" if language == "zh" else "zh"
        strange = [term for term in terms if _OWN[other].fullmatch(term) and term not in words.borrowed]
        names = {term: word for term in strange
                 if (word := self._read[language].get(term)) and not is_everyday(term)}
        return list(dict.fromkeys([*terms, *names.values(), *self._nearest(words, set(strange) - names.keys())]))

    def _nearest(self, words: Words, terms: set[str]) -> list[str]:
        if not terms:
            return []
        wanted = self._encoder.embed(sorted(terms))
        with one_thread():
            cosines = (words.vectors @ wanted.T).T
        nearest = cosines.argmax(axis=1)
        return [words.own[place] for place, row in zip(nearest, cosines, strict=True) if row[place] >= ALIKE]

    def _vectors(self, language: str, wanted: list[str]) -> np.ndarray:
        known = self._words.get(language)
        have = dict(zip(known.own, known.vectors, strict=True)) if known else {}
        missing = [word for word in wanted if word not in have]
        have |= dict(zip(missing, self._encoder.embed(missing), strict=True))
        return np.array([have[word] for word in wanted]).reshape(len(wanted), SentenceEncoder.dimension)


def _parted(counted: dict[str, int], own: re.Pattern[str]) -> tuple[list[str], list[str]]:
    """Words in a language's script, the most frequent first, and the others, both without the words of asking."""
    telling = [word for word in sorted(counted, key=lambda word: (-counted[word], word))
               if word not in lexical.stop_words()]
    of_it = [word for word in telling if own.fullmatch(word)]
    return of_it[:MOST], [word for word in telling if not own.fullmatch(word)]
