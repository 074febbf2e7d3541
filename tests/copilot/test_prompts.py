"""Prompts: a version in each, and something that holds each rule of the system prompt."""

from __future__ import annotations

import zlib
from importlib import resources
from pathlib import Path

import pytest

from copilot.prompts import load_prompt, prompt_version

TESTS = Path(__file__).parents[1]
KNOWN = {
    "system 1": 2011532728, "tools_in_words 1": 275417338, "drafting 2": 3367395861, "drafting_banner 1": 4144690531,
    "drafting_email 1": 2104325638, "drafting_push 1": 3924424680, "drafting_sms 1": 1108557689,
    "drafting_wecom 1": 3265880386,
}  # fmt: skip
"""Checksum of each version: a prompt that changes needs a new number, or an answer's trace would name two prompts."""

HELD = {
    "system": {
        "Figures come from tools": "test_an_invented_figure_is_marked_and_listed",
        "If the tools cannot tell": "test_an_invented_figure_is_marked_and_listed",
        "A case figure is a claim": "test_unsupported_sentences_are_marked_and_listed",
        "Advice about strategy rests": "test_unsupported_sentences_are_marked_and_listed",
        "Customers' names, phones": "test_no_customer_is_ever_sent_to_a_model",
        "Drafts come from draft_messages": "test_a_tool_that_does_not_exist_goes_back_with_those_that_do",
        "Text between <data>": "test_text_from_data_cannot_close_its_fence",
    },
    "drafting": {
        "Return them with the tool": "test_when_the_model_fails_the_library_writes_and_says_so",
        "Merge fields are written": "test_chinese_sms_violations",
        "{offer}": "test_a_model_writes_inside_our_frame_and_the_library_fills_up",
        "No price, discount": "test_a_model_writes_inside_our_frame_and_the_library_fills_up",
        "No superlatives": "test_chinese_sms_violations",
        "No signature": "test_chinese_sms_violations",
        "No emoji in SMS": "test_chinese_sms_violations",
        "It must say": "test_what_must_and_must_not_be_said",
        "It must not say": "test_what_must_and_must_not_be_said",
    },
}
"""Rule -> the test of the code that holds it whatever a model does: without the rule a model works against it."""
ASKED = {"system": {"Answer every part of the question", "If something needed is missing"},
         "drafting": {"Every variant opens differently"}}
"""Rules of manner: no code can hold them, and a scripted model has no manners."""


def rules(name: str) -> list[str]:
    return [line.removeprefix("- ") for line in words_of(name).splitlines() if line.startswith("- ")]


def words_of(name: str) -> str:
    return resources.files("copilot.prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("known", KNOWN)
def test_a_changed_prompt_has_a_new_version(known: str) -> None:
    name = known.split()[0]
    assert prompt_version(name) == known
    assert zlib.crc32(words_of(name).encode()) == KNOWN[known]


def test_a_judge_s_prompt_is_the_one_that_was_calibrated() -> None:
    words = resources.files("evals").joinpath("judge_prompt.md").read_bytes()
    assert zlib.crc32(words) == 2625461862, "run `wellspring eval judge` again, then note the new checksum"


def test_every_prompt_says_its_version() -> None:
    for path in resources.files("copilot.prompts").iterdir():
        if path.name.endswith(".md"):
            name, number = prompt_version(path.name.removesuffix(".md")).split()
            assert f"{name}.md" == path.name
            assert int(number) >= 1


@pytest.mark.parametrize("name", HELD)
def test_every_rule_is_held_by_a_test_or_is_one_of_manner(name: str) -> None:
    held = {start: [rule for rule in rules(name) if rule.startswith(start)] for start in (*HELD[name], *ASKED[name])}
    assert all(len(found) == 1 for found in held.values()), held
    assert len(rules(name)) == len(held)


@pytest.mark.parametrize("test", sorted({test for held in HELD.values() for test in held.values()}))
def test_the_tests_that_hold_the_rules_are_there(test: str) -> None:
    assert any(f"def {test}(" in path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))


def test_a_missing_blank_raises() -> None:
    with pytest.raises(KeyError):
        load_prompt("system", language="en")
