"""Everything a tool can refuse, as one tree.

    ToolError
    ├── BadArgument     the caller can mend the call (unknown metric, unclear column, …)
    │   └── NotAllowed  the caller's role may not do this; another person can
    ├── NoData          the call is right but the data cannot tell (missing table, empty window, …)
    └── Busy            somebody else is writing; try again

An error carries a code and parameters, never a sentence: the catalogue in
`copilot/locale` holds the sentence in both languages under `error.<code>`.
"""

from __future__ import annotations


class ToolError(Exception):
    """A tool refuses. `code` names the catalogue entry, `params` fill its blanks.

    `alternatives` lists what would have worked; it is shown to people and to models.
    """

    def __init__(self, code: str, *, alternatives: list[str] | None = None, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params
        self.alternatives = alternatives or []

    def __str__(self) -> str:
        details = ", ".join(f"{key}={value}" for key, value in self.params.items())
        return f"{self.code}({details})"


class BadArgument(ToolError):
    """The caller can mend the call."""


class NotAllowed(BadArgument):
    """The caller's role may not do this."""


class NoData(ToolError):
    """The call is right, but the loaded data cannot answer it."""


class Busy(ToolError):
    """Another process holds the lock."""
