"""The catalogue holds every text that the code asks for, in both languages."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from copilot import catalogue

ROOT = Path(__file__).parents[2]
SOURCES = [path for folder in ("copilot", "tools", "knowledge", "ui") for path in (ROOT / folder).rglob("*.py")]
RAISED = re.compile(
    r"\b(?:BadArgument|NoData|Busy|BadQuery|BadDocument|IndexProblem|NotFound|KnowledgeError|ToolError)\(\s*\"([a-z_]+)\""
)
ASKED = re.compile(r"\btext\(\s*\"([a-z_.]+)\"")


def found(pattern: re.Pattern[str]) -> set[str]:
    return {key for path in SOURCES for key in pattern.findall(path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("code", sorted(found(RAISED)))
def test_every_refusal_has_its_sentence(code: str) -> None:
    assert catalogue.has(f"error.{code}")


@pytest.mark.parametrize("key", sorted(found(ASKED)))
def test_every_text_asked_for_exists(key: str) -> None:
    assert catalogue.has(key)


@pytest.mark.parametrize("key", ["trace.none", "trace.off"])
def test_a_text_chosen_by_a_condition_exists(key: str) -> None:
    assert catalogue.has(key)


def test_a_key_that_yaml_reads_as_false_is_refused() -> None:
    with pytest.raises(ValueError, match="quote the key"):
        catalogue._collect({"trace": {False: {"zh": "关", "en": "off"}}}, "", {}, "x.yaml")


def test_both_languages_have_the_same_blanks() -> None:
    def blanks(words: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(words) if name}

    uneven = [key for key, both in catalogue.entries().items() if blanks(both["zh"]) != blanks(both["en"])]
    # A plural or a list may need a blank in one language only; these are known.
    assert uneven == [key for key in uneven if key.startswith(("suggest.",))]


def test_a_missing_blank_is_a_bug() -> None:
    with pytest.raises(KeyError):
        catalogue.text("planner.definition", "en")


def test_localise_turns_bilingual_texts_into_one_language() -> None:
    data = {"title": {"zh": "收入", "en": "Revenue"}, "rows": [{"name": {"zh": "甲", "en": "A"}, "n": 1}]}
    assert catalogue.localise(data, "zh") == {"title": "收入", "rows": [{"name": "甲", "n": 1}]}
