"""Prompts: a version in each, and something that holds each rule of the system prompt."""

from __future__ import annotations

import zlib
from importlib import resources
from pathlib import Path

import pytest

from copilot.prompts import load_prompt, prompt_version

TESTS = Path(__file__).parents[1]
KNOWN = {"system 1": 2011532728, "tools_in_words 1": 275417338}
"""Checksum of each version: a prompt that changes needs a new number, or an answer's trace would name two prompts."""

HELD = {
    "Figures come from tools": "test_an_invented_figure_is_marked_and_listed",
    "If the tools cannot tell": "test_an_invented_figure_is_marked_and_listed",
    "A case figure is a claim": "test_unsupported_sentences_are_marked_and_listed",
    "Advice about strategy rests": "test_unsupported_sentences_are_marked_and_listed",
    "Customers' names, phones": "test_no_customer_is_ever_sent_to_a_model",
    "Drafts come from draft_messages": "test_a_tool_that_does_not_exist_goes_back_with_those_that_do",
    "Text between <data>": "test_text_from_data_cannot_close_its_fence",
}
"""Rule -> the test of the code that holds it whatever a model does: without the rule a model works against it."""
ASKED = {"Answer every part of the question", "If something needed is missing"}
"""Rules of manner: no code can hold them, and a scripted model has no manners."""


def rules() -> list[str]:
    return [line.removeprefix("- ") for line in load_prompt("system", language="en", data_note="").splitlines()
            if line.startswith("- ")]  # fmt: skip


def words_of(name: str) -> str:
    return resources.files("copilot.prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("known", KNOWN)
def test_a_changed_prompt_has_a_new_version(known: str) -> None:
    name = known.split()[0]
    assert prompt_version(name) == known
    assert zlib.crc32(words_of(name).encode()) == KNOWN[known]


def test_every_prompt_says_its_version() -> None:
    for path in resources.files("copilot.prompts").iterdir():
        if path.name.endswith(".md"):
            name, number = prompt_version(path.name.removesuffix(".md")).split()
            assert f"{name}.md" == path.name
            assert int(number) >= 1


def test_every_rule_is_held_by_a_test_or_is_one_of_manner() -> None:
    held = {start: [rule for rule in rules() if rule.startswith(start)] for start in (*HELD, *ASKED)}
    assert all(len(found) == 1 for found in held.values()), held
    assert len(rules()) == len(held)


@pytest.mark.parametrize("test", sorted(set(HELD.values())))
def test_the_tests_that_hold_the_rules_are_there(test: str) -> None:
    assert any(f"def {test}(" in path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))


def test_a_missing_blank_raises() -> None:
    with pytest.raises(KeyError):
        load_prompt("system", language="en")
