"""The merge fields a message may carry: what they are called, how long they get, what stands in for none."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from importlib import resources
from typing import Literal

import yaml

from tools.definitions import LOADER
from tools.errors import BadArgument
from tools.offer import Language, Offer, day
from tools.results import Frozen

FIELD = re.compile(r"\{([a-z_]+)\}")
_BRACED = re.compile(r"\$?\{+[^{}]*\}*|\}+")
_TOUCHING = re.compile(r"(\{[a-z_]+\})\s*(\{[a-z_]+\})")
Kind = Literal["name", "honorific", "label", "count", "fixed"]


class MergeField(Frozen):
    kind: Kind
    source: str = ""
    """Trait ("last_category") or column ("customers.name") with a customer's value; "" for fixed fields."""
    longest: dict[Literal["zh", "en"], int]
    """Characters of the longest plausible value, by language."""
    missing: dict[Literal["zh", "en"], list[list[str]]]
    """What to do without a value: [pattern, replacement] pairs, or ["clause"] to drop the clause."""


@cache
def merge_fields() -> dict[str, MergeField]:
    text = resources.files("tools").joinpath("merge_fields.yaml").read_text(encoding="utf-8")
    return {name: _field(name, entry) for name, entry in yaml.load(text, Loader=LOADER).items()}


def _field(name: str, entry: dict) -> MergeField:
    written = rf"\{{{name}\}}"
    missing = {language: [[pattern.replace("<f>", written), *replacement] for pattern, *replacement in steps]
               for language, steps in entry["missing"].items()}  # fmt: skip
    return MergeField(**entry | {"missing": missing})


def fields_in(*texts: str) -> list[str]:
    """Known merge fields of the texts, in reading order, each once."""
    names = dict.fromkeys(name for text in texts for name in FIELD.findall(text))
    return [name for name in names if name in merge_fields()]


def longest(text: str, language: Language, offer: Offer | None = None) -> str:
    """`text` with every merge field at its longest plausible value, to measure a template by."""
    letter = "国" if language == "zh" else "x"
    said = offer_fields(offer, language)

    def widest(match: re.Match[str]) -> str:
        if match[1] in said:
            return said[match[1]]
        field = merge_fields().get(match[1])
        if field is None:
            return match.group()
        return ("9" if field.kind == "count" else letter) * field.longest[language]

    return FIELD.sub(widest, text)


def offer_fields(offer: Offer | None, language: Language) -> dict[str, str]:
    """The merge fields that an offer fills; those that it says nothing about are left out."""
    if offer is None:
        return {}
    end = day(offer.end, language) if offer.end else ""
    said = {"offer": offer.text(language), "offer_end": end, "offer_code": offer.code, "offer_terms": offer.terms}
    return {name: text for name, text in said.items() if text}


def check_template(*texts: str, lacking: Mapping[str, Collection[str]] | None = None) -> None:
    """Check the merge fields that the texts of one message are written with; `lacking` says what fields want data.

    Raises BadArgument where a field is mistyped, unknown, without data, or stands against the next one.
    """
    lacking = lacking or {}
    offered = [name for name in merge_fields() if not lacking.get(name)]
    if not any(text.strip() for text in texts):
        raise BadArgument("template_empty")
    for text in texts:
        for match in _BRACED.finditer(text):
            name = match.group().strip("${} \t")
            if not re.fullmatch(r"\{[a-z_]+\}", match.group()):
                meant = name.lower() if name.lower() in merge_fields() else "name"
                raise BadArgument("template_braces", given=match.group()[:40], field="{" + meant + "}")
            if name not in merge_fields():
                raise BadArgument("template_unknown_field", given=match.group(), alternatives=offered)
            if lacking.get(name):
                columns = ", ".join(lacking[name])
                raise BadArgument("template_field_lacks", given=match.group(), columns=columns, alternatives=offered)
        if touching := _TOUCHING.search(text):
            raise BadArgument("template_fields_touch", first=touching[1], second=touching[2])
