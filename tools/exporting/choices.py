"""Columns of the next best choices beside the messages of a batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyarrow as pa

from tools.next_best.results import TOPICS, NextBestChoices

Choose = Callable[[Sequence[str]], NextBestChoices]
CHOICES = (*(f"next_{topic}" for topic in TOPICS), "next_reason")


def with_choices(messages: pa.Table, choose: Choose) -> pa.Table:
    """The messages with a column for each choice, "" for none, and one with the reasons' codes ("mention:rhythm …")."""
    rows = choose(messages["customer_id"].to_pylist()).rows
    for topic in TOPICS:
        values = pa.array([getattr(row, topic).value for row in rows], pa.string())
        messages = messages.append_column(f"next_{topic}", values)
    reasons = [" ".join(f"{topic}:{getattr(row, topic).reason}" for topic in TOPICS) for row in rows]
    return messages.append_column("next_reason", pa.array(reasons, pa.string()))
