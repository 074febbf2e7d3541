"""How senders take a list: the built-in column mappings and a workspace's own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, RootModel, model_validator

from tools.compliance.message import Channel
from tools.definitions import Strict, file_text, read_definitions
from tools.errors import BadArgument

Value = Literal[
    "customer_id", "address", "phone", "email", "name", "tier", "text", "title", "preheader", "body", "button",
    "segments", "characters", "campaign", "list_unsubscribe", "ai_generated", "draft_id", "fields",
    "next_mention", "next_channel", "next_hour", "next_discount", "next_reason",
]  # fmt: skip


GENERIC = "generic"
"""The sender that takes every channel."""


class SenderColumn(Strict):
    header: Annotated[str, Field(min_length=1, max_length=80)]
    value: Value


class Sender(Strict):
    """One sender's column mapping."""

    name: str = ""
    channels: Annotated[list[Channel], Field(min_length=1)]
    columns: Annotated[list[SenderColumn], Field(min_length=1)]
    placeholder: str = ""
    """How the sender writes a field in its own template; "" where it takes finished messages."""
    rows: Annotated[int, Field(ge=1)] = 1_000_000
    """Rows of one file at most."""
    bom: bool = True

    @model_validator(mode="after")
    def _writes_fields(self) -> Sender:
        patterns = [self.placeholder, *(column.header for column in self.columns if column.value == "fields")]
        for pattern in patterns:
            try:
                self.written(pattern, "name", 1)
            except (KeyError, IndexError, ValueError) as error:
                raise ValueError(f"{pattern}: {{field}}, {{number}}") from error
        return self

    @property
    def merges(self) -> bool:
        """Whether the sender fills a template itself and is given values instead of finished messages."""
        return bool(self.placeholder)

    @property
    def chooses(self) -> bool:
        """Whether it takes columns of the next best choices."""
        return any(column.value.startswith("next_") for column in self.columns)

    @staticmethod
    def written(pattern: str, field: str, number: int) -> str:
        """A pattern of this mapping for one field and its place."""
        return pattern.format(field=field, number=number)

    def headers(self, fields: Sequence[str]) -> list[tuple[str, str]]:
        """Header and value of every column; a field's value is "field:<name>"."""
        found = []
        for column in self.columns:
            if column.value != "fields":
                found.append((column.header, column.value))
            else:
                found += [(self.written(column.header, field, number), f"field:{field}")
                          for number, field in enumerate(fields, 1)]  # fmt: skip
        return found


@cache
def _builtin() -> dict[str, Sender]:
    text = resources.files("tools.exporting").joinpath("senders.yaml").read_text(encoding="utf-8")
    return _read(text, "senders.yaml")


def load_senders(path: Path | None = None) -> dict[str, Sender]:
    """Every sender by name, those of the workspace's own file among them.

    Raises BadArgument with the line and the reason of a mistake.
    """
    own = _read(file_text(path), path.name) if path and path.exists() else {}
    return _builtin() | own


def sender_for(senders: dict[str, Sender], name: str, channel: str) -> Sender:
    """The sender of a name. Raises BadArgument for an unknown one, or one that does not send on the channel."""
    fitting = [each.name for each in senders.values() if channel in each.channels]
    if name not in senders:
        raise BadArgument("sender_unknown", given=name, alternatives=fitting)
    if name not in fitting:
        raise BadArgument("sender_channel", given=name, channel=channel, alternatives=fitting)
    return senders[name]


class _Senders(RootModel[dict[str, Sender]]):
    pass


def _read(text: str, source: str) -> dict[str, Sender]:
    found = read_definitions(text, source, _Senders).root
    return {name: sender.model_copy(update={"name": name}) for name, sender in found.items()}
