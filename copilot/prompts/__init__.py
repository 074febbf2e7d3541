"""Prompts are files with a version in their first line; a missing file, version or blank raises."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

_FILE = re.compile(r"version: (?P<version>\d+)\n---\n(?P<text>.*)", re.DOTALL)


@cache
def _file(name: str) -> re.Match[str]:
    words = resources.files("copilot.prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")
    found = _FILE.fullmatch(words)
    if found is None:
        raise ValueError(f"prompts/{name}.md does not begin with its version")
    return found


def load_prompt(name: str, **blanks: str) -> str:
    """Return the prompt with its blanks filled. Raises FileNotFoundError, ValueError or KeyError."""
    return _file(name)["text"].format(**blanks)


def prompt_version(name: str) -> str:
    """The prompt as an answer's trace names it: "system 3"."""
    return f"{name} {_file(name)['version']}"
