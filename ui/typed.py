"""Localised evidence back as the typed result that the house's words are made from."""

from __future__ import annotations

from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel

from copilot.catalogue import LANGUAGES
from tools.results import Bilingual

Result = TypeVar("Result", bound=BaseModel)


def typed(kind: type[Result], evidence: dict) -> Result:
    """Restore a result; each text, which came in one language, stands for both."""
    return kind.model_validate(_restored(kind, evidence))


def _restored(kind: Any, value: Any) -> Any:
    if get_origin(kind) in (Union, UnionType):
        found = [_restored(part, value) for part in get_args(kind)]
        return next((each for each in found if each != value), value)
    if isinstance(value, list):
        return [_restored(get_args(kind)[0], item) for item in value] if get_origin(kind) is list else value
    if kind is Bilingual:
        return dict.fromkeys(LANGUAGES, value) if isinstance(value, str) else value
    if isinstance(value, dict) and isinstance(kind, type) and issubclass(kind, BaseModel):
        fields = kind.model_fields
        return {key: _restored(fields[key].annotation, item) if key in fields else item for key, item in value.items()}
    return value
