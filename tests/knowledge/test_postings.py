"""Words found in memory as FTS5 finds them in its file."""

from __future__ import annotations

import sqlite3

import numpy as np
import pytest

from knowledge import lexical
from knowledge.postings import Postings

ROWS = [("付费会员", "", "老顾客先付年费", ""), ("Paid membership", "", "Customers paying a yearly fee", ""),
        ("复购率", "", "顾客再次购买的比例", "回头客有多少？"), ("Stores", "Opening", "What a shop costs in its first years", "")]


@pytest.fixture(scope="module")
def table():
    connection = sqlite3.connect(":memory:")
    connection.execute(lexical.SCHEMA)
    for number, row in enumerate(ROWS, start=1):
        connection.execute("INSERT INTO words (rowid, title, heading, text, questions) VALUES (?, ?, ?, ?, ?)",
                           (number, *(lexical.indexable(field) for field in row)))
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def postings(table):
    return Postings.of(table)


@pytest.mark.parametrize("question", ["付费 会员", "paying yearly fees", "opening stores", "年费 回头客"])
def test_scores_as_fts5_does(table, postings, question):
    terms = lexical.content_words(question)
    weights = ", ".join(map(str, lexical.WEIGHTS.values()))
    wanted = dict(table.execute(f"SELECT rowid, -bm25(words, {weights}) FROM words WHERE words MATCH ?",
                                (" OR ".join(f'"{term}"' for term in terms),)))
    assert postings.matches(terms, 10) == pytest.approx(wanted, rel=1e-5)


def test_takes_the_best_of_the_rows_looked_at(postings):
    terms = lexical.content_words("付费 年费 复购率")
    assert list(postings.matches(terms, 10)) == [3, 1]
    assert list(postings.matches(terms, 1)) == [3]
    mask = np.arange(postings.height) != 3
    assert list(postings.matches(terms, 10, mask)) == [1]
    assert postings.matches([], 10) == postings.matches(["没有"], 10) == {}


def test_counts_and_locates_words(postings):
    assert postings.frequency(lexical.words("用户")[0]) == 3
    assert postings.frequency('a"b') == postings.frequency("?") == 0
    assert postings.occurs(["年费"], {1, 3})
    assert postings.occurs(["年费", *lexical.words("回头客")], {3})
    assert not postings.occurs(["年费"], {2, 3})
    assert not postings.occurs([], {1})
    assert not postings.occurs(["年费"], [])


def test_is_the_same_from_its_file(postings, tmp_path):
    assert not Postings.written(tmp_path)
    postings.write(tmp_path)
    terms = lexical.content_words("付费会员 yearly")
    assert Postings.load(tmp_path).matches(terms, 10) == postings.matches(terms, 10)
