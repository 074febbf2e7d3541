"""The merge fields a message may carry: what they are called, how long they get, what stands in for none."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Literal

import yaml

from tools.offer import Language, Offer
from tools.results import Frozen

FIELD = re.compile(r"\{([a-z_]+)\}")


class MergeField(Frozen):
    longest: dict[Literal["zh", "en"], int]
    """Characters of the longest plausible value, by language."""
    missing: dict[Literal["zh", "en"], list[list[str]]]
    """What to do without a value: [pattern, replacement] pairs, or ["clause"] to drop the clause."""


@cache
def merge_fields() -> dict[str, MergeField]:
    text = resources.files("tools").joinpath("merge_fields.yaml").read_text(encoding="utf-8")
    return {name: MergeField(**entry) for name, entry in yaml.safe_load(text).items()}


def fields_in(*texts: str) -> list[str]:
    """Known merge fields of the texts, in reading order, each once."""
    names = dict.fromkeys(name for text in texts for name in FIELD.findall(text))
    return [name for name in names if name in merge_fields()]


def longest(text: str, language: Language, offer: Offer | None = None) -> str:
    """`text` with every merge field at its longest plausible value, to measure a template by."""
    letter = "国" if language == "zh" else "x"

    def widest(match: re.Match[str]) -> str:
        if match[1] == "offer" and offer is not None:
            return offer.text(language)
        field = merge_fields().get(match[1])
        if field is None:
            return match.group()
        return ("9" if match[1].startswith("days") else letter) * field.longest[language]

    return FIELD.sub(widest, text)
