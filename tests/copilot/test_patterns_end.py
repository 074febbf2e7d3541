"""A row of filler words is read in one way: a pattern that can read it in two takes twice as long for every word."""

from __future__ import annotations

import importlib
import pkgutil
import re
import signal
from collections.abc import Iterator

import pytest

import copilot.grounding
import copilot.guard
import copilot.planner
import copilot.privacy
import knowledge.cleaning
import tools.selection

PACKAGES = (copilot.planner, copilot.privacy, copilot.grounding, copilot.guard, knowledge.cleaning, tools.selection)
LENGTH = 60
PATIENCE = 20.0
"""Seconds for all rows of a pattern, which take milliseconds where it ends."""
_WORDS = re.compile(r"[\u4e00-\u9fff]{1,3}|[a-z]{1,8}\b ?|[0-9]")


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    for package in PACKAGES:
        for found in pkgutil.iter_modules(package.__path__):
            module = importlib.import_module(f"{package.__name__}.{found.name}")
            for name, value in vars(module).items():
                if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                    yield f"{module.__name__}.{name}", value


def rows(pattern: str) -> Iterator[str]:
    """Rows of the words that a pattern is made of, which end in what it does not know."""
    for word in dict.fromkeys([*_WORDS.findall(pattern)[:200], " ", ",", "1", "嗯"]):
        for unit in {word, f"{word.strip()} "}:
            yield (unit * LENGTH)[:LENGTH] + "§"


def ends(pattern: re.Pattern[str]) -> bool:
    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        for row in rows(pattern.pattern):
            pattern.search(row)
            pattern.fullmatch(row)
    except TimeoutError:
        return False
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    return True


def test_every_pattern_ends() -> None:
    assert [name for name, pattern in patterns() if not ends(pattern)] == []


@pytest.mark.parametrize(("written", "one_way"), [("(?:嗯+|a)*x", False), ("(?:嗯|a)*x", True)])
def test_a_pattern_of_two_ways_is_found(written: str, one_way: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.PATIENCE", 1.0)
    assert ends(re.compile(written)) == one_way
