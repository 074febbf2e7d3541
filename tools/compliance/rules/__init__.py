"""The rule book: `*.yaml` beside this file, one entry a rule, read once."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib import resources
from typing import Literal

import yaml

from tools.definitions import LOADER
from tools.results import Bilingual, Frozen


class Rule(Frozen):
    """One rule as data. `find` (regular expressions on the normal form) is used by the word checker only."""

    key: str
    """Rule id, with a suffix where one rule has several forms: "L2", "L2-en", "L5-date"."""
    severity: Literal["block", "warn"]
    languages: list[Literal["zh", "en"]] = ["zh", "en"]
    channels: list[str] = ["sms", "push", "wecom", "email", "banner"]
    kinds: list[Literal["promotion", "notice"]] = ["promotion", "notice"]
    find: list[str] = []
    unless: list[str] = []
    """A hit that overlaps one of these is no hit."""
    why: Bilingual
    fix: Bilingual
    source: str

    @property
    def id(self) -> str:
        return self.key.partition("-")[0]

    @property
    def form(self) -> str:
        """The suffix of the key: "date" of "L5-date"; "" for a rule with one form."""
        return self.key.partition("-")[2]


@cache
def rule_book() -> dict[str, Rule]:
    """Every rule by key."""
    book: dict[str, Rule] = {}
    for path in sorted(resources.files("tools.compliance.rules").iterdir(), key=lambda p: p.name):
        if path.name.endswith(".yaml"):
            for entry in yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER):
                rule = Rule(**entry)
                if rule.key in book:
                    raise ValueError(f"{path.name}: rule {rule.key} is defined twice")
                book[rule.key] = rule
    return book


@cache
def rules_version() -> str:
    """Short hash of everything that decides: the rule book, the vendors and the code that reads a message."""
    digest = hashlib.sha256()
    for place in (resources.files("tools.compliance"), resources.files("tools.compliance.rules")):
        for path in sorted(place.iterdir(), key=lambda path: path.name):
            if path.name.endswith((".py", ".yaml")):
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@cache
def patterns(key: str) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    """What to find, and what excuses it."""
    rule = rule_book()[key]
    return re.compile("|".join(rule.find)), re.compile("|".join(rule.unless)) if rule.unless else None
