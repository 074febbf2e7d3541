"""Columns of the next best choices beside the messages of a batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyarrow as pa

from tools.next_best.results import TOPICS, CustomerChoices, NextBestChoices

Choose = Callable[[Sequence[str]], NextBestChoices]
Tell = Callable[[CustomerChoices, str], str]
"""A customer's choices and a language -> the reasons in words."""
CHOICES = (*(f"next_{topic}" for topic in TOPICS), "next_reason")


def codes(row: CustomerChoices, language: str) -> str:
    """The reasons as codes ("mention:rhythm …"), alike in every language."""
    return " ".join(f"{topic}:{getattr(row, topic).reason}" for topic in TOPICS)


def with_choices(messages: pa.Table, choose: Choose, tell: Callable[[CustomerChoices], str]) -> pa.Table:
    """The messages with a column for each choice, "" for none, and one with what `tell` says of their reasons."""
    rows = choose(messages["customer_id"].to_pylist()).rows
    for topic in TOPICS:
        values = pa.array([getattr(row, topic).value for row in rows], pa.string())
        messages = messages.append_column(f"next_{topic}", values)
    return messages.append_column("next_reason", pa.array([tell(row) for row in rows], pa.string()))
