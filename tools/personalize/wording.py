"""A template's wording: for a customer whose values are known, and for one who lacks some of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from tools.merge_fields import FIELD, merge_fields
from tools.offer import Language
from tools.personalize.values import clean

_CLAUSE = re.compile(r"[^，。！？；,.!?;\n]*[，。！？；,.!?;\n]?")
_ENDS = "。！？.!?\n"
_ONE = re.compile(r"\b1 (day|point)s\b")


def render(text: str, values: Mapping[str, object], *, language: Language, channel: str) -> tuple[str, list[str]]:
    """Return the text with its fields filled, and the fields that fell back. One pass: a value is never re-read."""
    usable = {name: clean(values.get(name), name, language, channel) for name in set(FIELD.findall(text))}
    missing = [name for name in dict.fromkeys(FIELD.findall(text)) if name in merge_fields() and not usable[name]]
    filled = FIELD.sub(lambda match: usable.get(match[1]) or match.group(), without(text, missing, language))
    return singular(filled, language), missing


def without(text: str, fields: Iterable[str], language: Language) -> str:
    """The wording for a customer who has no value for these fields."""
    for field in fields:
        text = _without(text, field, language)
    return text


def singular(text: str, language: Language) -> str:
    """ "1 day" where a count filled "{…} days"."""
    return _ONE.sub(r"1 \1", text) if language == "en" else text


def _without(text: str, field: str, language: Language) -> str:
    for pattern, *replacement in merge_fields()[field].missing[language]:
        drop = pattern == "clause"
        text = _drop_clauses(text, "{" + field + "}") if drop else re.sub(pattern, replacement[0], text)
    return re.sub("\0(\\w)", lambda match: match[1].upper(), text).replace("\0", "")


def _drop_clauses(text: str, mark: str) -> str:
    """Remove each clause that holds `mark`; a clause before it takes over its full stop."""
    clauses = [clause for clause in _CLAUSE.findall(text) if clause]
    kept: list[str] = []
    for clause in clauses:
        if mark not in clause:
            kept.append(clause)
        elif clause[-1] in _ENDS and kept and kept[-1][-1] not in _ENDS:
            kept[-1] = kept[-1][:-1] + clause[-1]
    return "".join(kept)
