"""Prompts are files; a missing file or blank raises."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def _template(name: str) -> str:
    return resources.files("copilot.prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")


def load_prompt(name: str, **blanks: str) -> str:
    """Return the prompt with its blanks filled. Raises FileNotFoundError or KeyError."""
    return _template(name).format(**blanks)
