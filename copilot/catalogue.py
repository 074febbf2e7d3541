"""The one catalogue of user-facing text: `copilot/locale/*.yaml`, both languages side by side.

error:
  unknown_metric:
    zh: 没有名为「{given}」的指标。
    en: There is no metric called "{given}".
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import yaml

LANGUAGES = ("zh", "en")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one written in C is ten times as fast


@cache
def entries() -> dict[str, dict[str, str]]:
    """Return every entry as {"error.unknown_metric": {"zh": …, "en": …}}.

    Raises ValueError for a key that two files define, that lacks a language or that YAML reads as no text ("off").
    """
    found: dict[str, dict[str, str]] = {}
    for path in sorted(resources.files("copilot").joinpath("locale").iterdir(), key=lambda p: p.name):
        if path.name.endswith(".yaml"):
            _collect(yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER) or {}, "", found, path.name)
    return found


def _collect(node: dict[str, Any], prefix: str, found: dict[str, dict[str, str]], source: str) -> None:
    for key, child in node.items():
        if not isinstance(key, str):
            raise ValueError(f"{source}: below {prefix}, {key!r} is no text; quote the key")
        name = f"{prefix}.{key}" if prefix else key
        if set(child) == set(LANGUAGES) and all(isinstance(text, str) for text in child.values()):
            if name in found:
                raise ValueError(f"{source}: {name} is defined twice")
            found[name] = child
        elif any(isinstance(value, str) for value in child.values()):
            raise ValueError(f"{source}: {name} needs a text in each of {LANGUAGES}")
        else:
            _collect(child, name, found, source)


def text(key: str, language: str, /, **params: object) -> str:
    """Return the entry in `language` with its blanks filled.

    Raises KeyError for an unknown key or a blank without a value: a missing text is a bug.
    """
    return entries()[key][language].format(**params)


def has(key: str) -> bool:
    return key in entries()


def localise(value: Any, language: str) -> Any:
    """Turn every {"zh": …, "en": …} inside dumped data into the text of one language."""
    if isinstance(value, dict):
        if set(value) == set(LANGUAGES):
            return value[language]
        return {key: localise(item, language) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [localise(item, language) for item in value]
    return value
