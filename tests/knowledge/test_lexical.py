import sqlite3

import pytest

from knowledge import lexical


@pytest.fixture
def table():
    connection = sqlite3.connect(":memory:")
    connection.execute(lexical.SCHEMA)
    rows = [("付费会员", "", "老顾客先付年费", ""), ("Paid membership", "", "Customers paying a yearly fee", ""),
            ("复购率", "", "顾客再次购买的比例", "回头客有多少？")]
    for number, row in enumerate(rows, start=1):
        connection.execute("INSERT INTO words (rowid, title, heading, text, questions) VALUES (?, ?, ?, ?, ?)",
                           (number, *(lexical.indexable(field) for field in row)))
    yield connection
    connection.close()


def test_knows_the_words_of_the_field():
    assert "五打通" in lexical.words("两到位三原则五打通")
    assert "复购率" in lexical.words("如何提高复购率")


def test_equal_words_become_one():
    assert lexical.words("客户") == lexical.words("用户") == lexical.words("Customers")
    assert lexical.content_words("多少钱") == lexical.content_words("价格") == lexical.content_words("prices")


def test_words_of_asking_carry_no_content():
    assert lexical.content_words("请问会员的年费是什么？") == ["会员", "年费"]
    assert lexical.content_words("What is it?") == []


def test_ranks_titles_above_text_and_stems_english(table):
    assert [row for row, _ in lexical.search(table, lexical.content_words("付费 会员"))][0] == 1
    assert 2 in [row for row, _ in lexical.search(table, lexical.content_words("pays yearly fees"))]
    assert list(lexical.search(table, [])) == []


def test_counts_and_locates_words(table):
    word = lexical.words("用户")[0]
    assert lexical.frequency(table, word) == 3
    assert lexical.frequency(table, word, ceiling=2) == 2
    assert lexical.occurs(table, ["年费"], {1, 3})
    assert lexical.occurs(table, ["年费", *lexical.words("回头客")], {3})
    assert not lexical.occurs(table, ["年费"], {2, 3})
    assert not lexical.occurs(table, [], {1})
    assert lexical.frequency(table, 'a"b') == 0
