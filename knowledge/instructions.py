"""Finds words in a team's documents that speak to a model: flagged for the reader, never obeyed, never dropped."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

import yaml

from knowledge.cleaning import simplified
from knowledge.results import Flag

BEFORE = 24
"""Characters before a match that tell whether it is a report rather than an order."""
LONGEST = 160
GUARDED = ("override",)
"""Kinds that a sentence about people may look like: "customers ignore all previous instructions"."""
_FOLDED = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
"""Full-width forms to half-width ones, one to one, so that a match stands at the same place in the text."""
_TAGS = re.compile("[\U000e0020-\U000e007e]+")
_TURNED = re.compile("[\u202a-\u202e\u2066-\u2069]")


def flags(text: str) -> list[Flag]:
    """Return what in a visible text speaks to a model, one flag a kind, with the words as they stand."""
    plain = _comparable(text)
    rules, unless = _rules()
    found = []
    for kind, pattern in rules:
        match = next((each for each in pattern.finditer(plain) if not _told_of(kind, plain, each, unless)), None)
        if match:
            found.append(Flag(kind=kind, quote=text[match.start():match.end()][:LONGEST].strip()))
    return found


def invisible_flags(original: str) -> list[Flag]:
    """Return a flag when a text carries letters that no screen shows, or turns its direction to hide words."""
    smuggled = "".join(chr(ord(char) - 0xE0000) for run in _TAGS.findall(original) for char in run)
    # Three flags of the United Kingdom's countries are written with such letters as well.
    if smuggled and not set(re.findall("[a-z]+", smuggled)) <= {"gbeng", "gbsct", "gbwls"}:
        return [Flag(kind="invisible", quote=smuggled[:LONGEST])]
    turned = _TURNED.search(original)
    return [Flag(kind="invisible", quote=original[turned.start():turned.end() + 40].strip())] if turned else []


def _comparable(text: str) -> str:
    """Simplified, half-width and lower case, each character in its place."""
    same = simplified(text)
    folded = (same if len(same) == len(text) else text).translate(_FOLDED)
    lower = folded.lower()
    return lower if len(lower) == len(text) else folded


def _told_of(kind: str, plain: str, match: re.Match[str], unless: re.Pattern[str]) -> bool:
    return kind in GUARDED and bool(unless.search(plain[max(0, match.start() - BEFORE):match.start()]))


@cache
def _rules() -> tuple[list[tuple[str, re.Pattern[str]]], re.Pattern[str]]:
    told = yaml.safe_load(resources.files("knowledge").joinpath("instructions.yaml").read_text(encoding="utf-8"))
    rules = [(kind, re.compile("|".join(f"(?:{each})" for each in patterns), re.MULTILINE))
             for kind, patterns in told["kinds"].items()]
    return rules, re.compile(told["unless"])
