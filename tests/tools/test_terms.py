"""Words as patterns: many at once as each for itself."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.terms import any_word, whole_word, word_end

WORDS = st.lists(st.text("ab1客数据 -", min_size=1, max_size=4).filter(lambda word: word.strip(" -") == word), min_size=1)


@given(WORDS, st.text("ab1s客数据 -'e", max_size=16))
def test_any_of_many_words_is_found_where_each_for_itself_would_be(words: list[str], text: str) -> None:
    one_by_one = re.compile("|".join(map(whole_word, words)))
    together = re.compile(any_word(words))
    assert [match.span() for match in together.finditer(text)] == [match.span() for match in one_by_one.finditer(text)]


@pytest.mark.parametrize(("text", "found"), [("用户数", "用户数"), ("用户数据", "用户"), ("users", "users"), ("abuser", None)])
def test_what_must_follow_may_be_said_otherwise(text: str, found: str | None) -> None:
    pattern = any_word(["用户数", "user", "用户"], lambda word: "(?!据)" if word.endswith("数") else word_end(word))
    match = re.search(pattern, text)
    assert (match.group() if match else None) == found
