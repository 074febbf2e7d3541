"""The segmenter's dictionary: its words and what they are, whatever was kept of it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from copilot.planner.dictionary import tag
from knowledge import dictionary


@pytest.mark.parametrize(("word", "kind"), [("客户", "n"), ("登录", "v"), ("的", "uj"), ("北方", "f"), ("客户们的", ""), ("AT&T", "nz")])
def test_a_word_of_the_dictionary_is_known_by_its_part_of_speech(word: str, kind: str) -> None:
    assert tag(word) == kind


@pytest.mark.parametrize("kept", [b"", b"no dictionary at all", b"N"])
def test_a_kept_dictionary_that_is_damaged_is_made_anew(kept: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "jieba.cache").write_bytes(kept)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    made = dictionary._opened.__wrapped__()
    assert list(made.cut("上个月的销售额")) == ["上个月", "的", "销售额"]
    assert made.FREQ == dictionary.tokenizer().FREQ


def test_a_word_that_is_added_to_one_tokenizer_is_in_no_other() -> None:
    own, other = dictionary.tokenizer(), dictionary.tokenizer()
    own.add_word("沉睡客户群")
    assert list(own.cut("沉睡客户群")) == ["沉睡客户群"]
    assert list(other.cut("沉睡客户群")) != ["沉睡客户群"]
