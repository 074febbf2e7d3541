"""Words of both languages, for a lexical index in SQLite's FTS5.

Chinese is cut by jieba with a dictionary of the field (`lexicon.txt`, which also joins equal words of both
languages); English is stemmed by FTS5's own
Porter tokenizer. Both end as space-separated words, which is all FTS5 needs.
"""

from __future__ import annotations

import logging
import re
import sqlite3
import threading
from functools import cache
from importlib import resources

from knowledge.cleaning import HAN, normalise

SCHEMA = "CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(title, heading, text, questions, tokenize='porter')"
WEIGHTS = (4.0, 2.0, 1.0, 2.0)
"""BM25 weights of title, heading, text, questions."""
_WORD = re.compile(r"[\w]+")
_lock = threading.Lock()

# Words of asking, not of the subject.
STOP = frozenset(
    "的 了 是 在 和 与 及 或 也 就 都 而 着 过 把 被 让 给 对 从 到 向 于 以 为 有 没有 没 不 很 更 最 还 再 又 才 "
    "我 我们 你 你们 他 她 它 他们 咱们 自己 这 那 这个 那个 这些 那些 一个 一些 一下 一种 个 些 种 位 家 件 多少 几步 分别 有没有 大家 才能 当 靠 "
    "吗 呢 吧 啊 呀 么 嘛 哪 哪些 哪个 哪里 什么 怎么 怎样 怎么样 怎么办 如何 为什么 为何 咋 谁 几 请 请问 告诉 "
    "可以 能 能够 会 要 想 该 应该 需要 做 用 来 去 说 看 讲 上 下 里 中 后 前 时 时候 之 等 并 如果 但 但是 所以 因为 "
    "a an the of to in on at for from with by as is are was were be been being do does did done doing have has had "
    "having it its this that these those i me my we us our you your he she they them their what which who whom whose "
    "when where why how can could should would will shall may might must and or but if then than so not no nor too "
    "very just about into over under again there here some any all each other such own same s t don"
    .split()
)


def words(text: str) -> list[str]:
    """Cut `text` into lower-case words, long Chinese words also into their parts; equal words become one."""
    with _lock:
        cutter, same = _cutter(), _same()
    return [same.get(word, word) for word in cutter.cut_for_search(normalise(text).lower()) if _WORD.fullmatch(word)]


def indexable(text: str) -> str:
    """Return `text` as FTS5 stores it: words between spaces."""
    return " ".join(words(text))


def content_words(question: str) -> list[str]:
    """Return the question's words without repeats and without the words of asking."""
    return [word for word in dict.fromkeys(words(question)) if word not in STOP]


def search(connection: sqlite3.Connection, terms: list[str], limit: int) -> list[tuple[int, float]]:
    """Return (rowid, BM25 score; higher is better) of the rows that hold any of `terms`, best first."""
    if not terms:
        return []
    sql = f"SELECT rowid, -bm25(words, {', '.join(map(str, WEIGHTS))}) AS score FROM words WHERE words MATCH ? " \
          "ORDER BY score DESC LIMIT ?"
    return connection.execute(sql, (" OR ".join(_quoted(term) for term in terms), limit)).fetchall()


def frequency(connection: sqlite3.Connection, term: str, ceiling: int = 2000) -> int:
    """Return in how many rows `term` occurs, counting no further than `ceiling`."""
    sql = "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)"
    return connection.execute(sql, (_quoted(term), ceiling)).fetchone()[0]


def occurs(connection: sqlite3.Connection, term: str, rows: list[int]) -> set[int]:
    """Return those of `rows` that hold `term`."""
    marks = ", ".join("?" * len(rows))
    sql = f"SELECT rowid FROM words WHERE words MATCH ? AND rowid IN ({marks})"
    return {row for (row,) in connection.execute(sql, (_quoted(term), *rows))}


def _quoted(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'


@cache
def _cutter():
    import jieba

    jieba.setLogLevel(logging.WARNING)
    cutter = jieba.Tokenizer()
    cutter.initialize()
    for word in (word for group in _groups() for word in group if HAN.search(word)):
        cutter.add_word(word)
    return cutter


@cache
def _same() -> dict[str, str]:
    """Return {word: the word that stands for it}."""
    return {word: group[0] for group in _groups() for word in group[1:]}


@cache
def _groups() -> list[list[str]]:
    lines = resources.files("knowledge").joinpath("lexicon.txt").read_text(encoding="utf-8").splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]
