"""Words of both languages, for a lexical index in SQLite's FTS5.

Chinese is cut by jieba with a dictionary of the field (`lexicon.txt`, which also joins equal
words of both languages); English is stemmed by FTS5's own Porter tokenizer. Both end as
space-separated words, which is all FTS5 needs.
"""

from __future__ import annotations

import math
import re
import sqlite3
import threading
from collections import Counter
from functools import cache, lru_cache
from importlib import resources

from knowledge.cleaning import HAN, normalise
from knowledge.dictionary import tokenizer

SCHEMA = "CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(title, heading, text, questions, tokenize='porter')"
WEIGHTS = {"title": 4.0, "heading": 2.0, "text": 1.0, "questions": 2.0}
"""What a word counts in each column."""
_WORD = re.compile(r"[\w]+")
_lock = threading.Lock()


def words(text: str) -> list[str]:
    """Cut `text` into lower-case words, long Chinese words also into their parts; equal words become one."""
    with _lock:
        cutter, same = _cutter(), _same()
    return [same.get(word, word) for word in cutter.cut_for_search(normalise(text).lower()) if _WORD.fullmatch(word)]


@lru_cache(maxsize=20_000)
def terms_of(word: str) -> tuple[str, ...]:
    """Return what `words` makes of a single word."""
    return tuple(words(word))


def cut(text: str) -> list[str]:
    """Cut `text` into its words, punctuation and spaces among them; joined they are the text again."""
    with _lock:
        return _cutter().lcut(text)


def commonness(word: str) -> float:
    """Return the natural logarithm of a word's share of running Chinese text, -inf for one in no dictionary."""
    cutter = _cutter()
    count = cutter.FREQ.get(word, 0)
    return math.log(count / cutter.total) if count else -math.inf


@cache
def lexicon() -> frozenset[str]:
    """Return every word of the field's dictionary, in both languages."""
    return frozenset(word for group in _groups() for word in group)


def vocabulary(connection: sqlite3.Connection, rows: list[int]) -> Counter[str]:
    """Count the words that these rows hold, before stemming."""
    found: Counter[str] = Counter()
    for row in rows:
        held = connection.execute("SELECT title, heading, text, questions FROM words WHERE rowid = ?", (row,))
        found.update(word for column in held.fetchone() for word in column.split())
    return found


def indexable(text: str) -> str:
    """Return `text` as FTS5 stores it: words between spaces."""
    return " ".join(words(text))


def content_words(question: str) -> list[str]:
    """Return the question's words without repeats and without the words of asking."""
    return [word for word in dict.fromkeys(words(question)) if word not in stop_words()]


@lru_cache(maxsize=50_000)
def stems(word: str) -> tuple[str, ...]:
    """Return the terms that the lexical index keeps for a word."""
    if len(HAN.findall(word)) == len(word):
        return (word,)  # nothing to stem
    with _lock:
        stemmer = _stemmer()
        stemmer.execute("INSERT INTO words (text) VALUES (?)", (word,))
        found = tuple(term for (term,) in stemmer.execute("SELECT term FROM terms ORDER BY offset"))
        stemmer.execute("DELETE FROM words")
        return found


@cache
def _stemmer() -> sqlite3.Connection:
    """A lexical index for one word at a time: FTS5 offers its stemmer in no other way."""
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    connection.executescript(SCHEMA + "; CREATE VIRTUAL TABLE terms USING fts5vocab(words, instance)")
    return connection


@cache
def _cutter():
    cutter = tokenizer()
    for word in (word for group in _groups() for word in group if HAN.search(word)):
        cutter.add_word(word)
    return cutter


@cache
def _same() -> dict[str, str]:
    """Return {word: the word that stands for it}."""
    return {word: group[0] for group in _groups() for word in group[1:]}


@cache
def _groups() -> list[list[str]]:
    return _lines("lexicon.txt")


@cache
def stop_words() -> frozenset[str]:
    """Return the words of asking, which carry no content."""
    return frozenset(word for line in _lines("stopwords.txt") for word in line)


def _lines(name: str) -> list[list[str]]:
    lines = resources.files("knowledge").joinpath(name).read_text(encoding="utf-8").splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]
