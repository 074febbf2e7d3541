"""Misspelt words of the field are mended; names, common words and known words stay."""

from __future__ import annotations

import pytest

from knowledge.everyday import is_everyday
from knowledge.sound import sound
from knowledge.spelling import Speller

WORDS = {"付费会员": 9, "忠诚度": 5, "拉新": 4, "membership": 6, "journey": 3, "bring": 2}
EVERYDAY = {"boring", "walking"}


@pytest.fixture(scope="module")
def speller():
    return Speller(WORDS, known=lambda word: word in {"计划", "海尔泰", "memberships"}, common=EVERYDAY.__contains__)


@pytest.mark.parametrize(("typed", "meant"), [
    ("付废会员怎么做", "付费会员怎么做"),
    ("忠城度计划", "忠诚度计划"),
    ("paid memebership", "paid membership"),
    ("custom jorney", "custom journey"),
])
def test_mends_by_sound_and_by_letters(speller, typed, meant):
    assert speller.mend(typed) == meant


@pytest.mark.parametrize("right", [
    "付费会员", "memberships", "boring lists", "海尔泰的活动", "明天会下雨吗", "SKU 123", "",
])
def test_leaves_what_is_right_or_not_ours(speller, right):
    assert speller.mend(right) == right


def test_sound_ignores_characters_but_not_syllables():
    assert sound("会员") == sound("汇员")
    assert sound("会员") != sound("会计")
    assert sound("☃") == ("☃",)


@pytest.mark.parametrize("word", ["boring", "conditioner", "strangers", "toothpaste", "skincare", "cheaper", "classes"])
def test_knows_an_english_word(word):
    assert is_everyday(word)


@pytest.mark.parametrize("word", ["memebership", "subscribtion", "custmer", "acquistion", "crosss", "loyality"])
def test_knows_a_misspelt_one(word):
    assert not is_everyday(word)
