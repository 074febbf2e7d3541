"""What people typed against the stand-ins that a language model sees of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

_STAND_IN = re.compile(r"\[([a-z-]+)-(\d+)\]")


class Vault:
    """Numbered stand-ins such as "[phone-1]", the same for the same value; kept in memory for one request."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}
        self._stand_ins: dict[str, str] = {}

    def hide(self, kind: str, value: str) -> str:
        """The stand-in for a value, a new one at its first appearance."""
        if value not in self._stand_ins:
            number = 1 + sum(name.startswith(f"[{kind}-") for name in self._values)
            self._stand_ins[value] = f"[{kind}-{number}]"
            self._values[self._stand_ins[value]] = value
        return self._stand_ins[value]

    def known(self, value: str) -> str | None:
        """The stand-in of a value that was hidden before, None for any other."""
        return self._stand_ins.get(value)

    @property
    def values(self) -> list[str]:
        """Everything hidden, the longest first, but for single letters ("[name-1]女士"): other words hold those too."""
        return sorted((value for value in self._stand_ins if len(value) > 1), key=len, reverse=True)

    def show(self, words: str) -> str:
        """`words` with what was hidden; a stand-in that was never given out stays as it is."""
        return _STAND_IN.sub(lambda match: self._values.get(match.group(), match.group()), words)

    def show_in(self, value: Any) -> Any:
        """The same for texts inside lists and dicts, such as the arguments of a tool call."""
        return mapped(value, self.show)


def mapped(value: Any, change: Callable[[str], str]) -> Any:
    """`value` with every text in it changed, inside lists and dicts too."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: mapped(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [mapped(item, change) for item in value]
    return value
