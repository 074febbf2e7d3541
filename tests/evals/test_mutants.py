"""The list of the mutation check fits the source, and leaves out no rule, tool, scorer or guard."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from inspect import isfunction
from pathlib import Path
from typing import get_type_hints

import pytest

from copilot.toolbox import TAKES, Toolbox
from evals.mutants import ROOT, Mutant, load, some
from tools.compliance.checker import FAMILIES

MUTANTS = load()
FOLDERS = ("copilot/guard", "copilot/privacy", "copilot/prompts", "evals/scorers", "evals/safety/invariants", "copilot/toolbox")


def words_of(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("file", sorted({each.file for each in MUTANTS}))
def test_every_break_fits_its_file_once_and_leaves_a_program(file: str) -> None:
    words = words_of(file)
    for mutant in (each for each in MUTANTS if each.file == file):
        broken = mutant.applied(words)
        assert broken != words, mutant.breaks
        if file.endswith(".py"):
            ast.parse(broken)


def test_the_tests_that_must_notice_are_there() -> None:
    for test in sorted({test for each in MUTANTS for test in each.noticed_by}):
        path, _, name = test.partition("::")
        assert (f"def {name}(" if name else "def test_") in words_of(path), test


def test_a_break_that_fits_twice_or_nowhere_is_refused() -> None:
    mutant = Mutant(kind="guard", file="a.py", breaks="x", replace="x", by="y", noticed_by=["t"])
    assert mutant.applied("ax") == "ay"
    for words in ("xx", "a"):
        with pytest.raises(ValueError, match=r"a\.py"):
            mutant.applied(words)


def files() -> Iterator[Path]:
    """Files that each hold a rule, tool, scorer or guard; those without a body are none."""
    for folder in FOLDERS:
        for path in (ROOT / folder).iterdir():
            if path.suffix == ".md" or path.suffix == ".py" and "def " in path.read_text(encoding="utf-8"):
                yield path.relative_to(ROOT)


def test_nothing_is_left_out() -> None:
    broken = {each.file for each in MUTANTS}
    passive = {"copilot/prompts/__init__.py", "evals/safety/invariants/__init__.py"}
    assert {str(path) for path in files()} - broken - passive == set()
    described = " ".join(each.breaks for each in MUTANTS if each.kind == "tool")
    assert [name for name in tools() if name not in described] == []
    assert [name for name in TAKES if not any(f'"{name}"' in each.replace for each in MUTANTS)] == []


def tools() -> Iterator[str]:
    for group in get_type_hints(Toolbox).values():
        yield from (name for name, value in vars(group).items() if isfunction(value) and not name.startswith("_"))


def test_every_door_is_broken() -> None:
    """Each place that asks for a role, wherever it is: whoever adds one adds a break of it."""
    doors = re.compile(r"^ +require\(.*\)$", re.M)
    kept = []
    for path in sorted(path for folder in ("copilot", "tools") for path in (ROOT / folder).rglob("*.py")):
        words, file = path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))
        broken = [(words.index(each.replace), len(each.replace)) for each in MUTANTS if each.file == file]
        kept += [f"{file}: {door[0].strip()}" for door in doors.finditer(words)
                 if not any(at <= door.start() + 1 < at + length or at <= door.end() - 1 < at + length
                            for at, length in broken)]  # fmt: skip
    assert kept == []


def test_every_family_of_message_rules_is_broken() -> None:
    broken = " ".join(each.replace for each in MUTANTS if each.file == "tools/compliance/checker.py")
    assert [family.__name__ for family in FAMILIES if family.__name__.rpartition(".")[2] not in broken] == []


@pytest.mark.parametrize("file", ["copilot/prompts/system.md", "copilot/prompts/drafting.md"])
def test_every_rule_of_a_prompt_is_broken(file: str) -> None:
    words = words_of(file)
    broken = [each.applied(words).splitlines() for each in MUTANTS if each.file == file]
    rules = [line for line in words.splitlines() if line.startswith("- ")]
    assert [rule for rule in rules if all(rule in lines for lines in broken)] == []


def test_a_sample_of_breaks_is_seeded_and_in_their_order() -> None:
    drawn = some(MUTANTS, 25, seed=3)
    assert drawn == some(MUTANTS, 25, seed=3) != some(MUTANTS, 25, seed=4)
    assert [MUTANTS.index(each) for each in drawn] == sorted(MUTANTS.index(each) for each in drawn)
    assert some(MUTANTS, 0) == some(MUTANTS, 10_000) == MUTANTS
