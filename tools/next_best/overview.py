"""The next best choices of a segment, a tier or everybody, counted: what may be told without naming anybody."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tools import catalog as metric_catalog
from tools.next_best.results import TOPICS, ChoiceCount, NextBestChoices, NextBestOverview, Topic
from tools.results import Window
from tools.selection.results import Definition
from tools.selection.rule import Condition, Group
from tools.selection.selector import kept

if TYPE_CHECKING:
    from tools.segment_data import SegmentData
    from tools.selection.desk import SegmentDesk


def choices_of(data: SegmentData, desk: SegmentDesk, *, segment: str = "", tier: str = "") -> NextBestChoices:
    """The choices for each customer of a saved segment or a tier; for everybody with an order where none is named.

    Raises BadArgument for an unknown segment, or where nobody is in it.
    """
    definition = Definition(rule=Group(all=[Condition(trait="tier", op="=", value=tier)])) if tier else Definition()
    members = desk.members(desk.saved(segment).definition if segment else definition).frame
    return data.next_best.choose(kept(members)["customer_id"].to_pylist())


def counted(data: SegmentData, found: NextBestChoices, *, segment: str = "", tier: str = "") -> NextBestOverview:
    """The choices as counts."""
    size = len(found.rows)
    return NextBestOverview(
        metric="next_best", unit="customers", value=size, n=size, as_of=found.as_of, segment=segment, tier=tier,
        query="\n;\n".join(found.queries), window=Window(start=None, end=found.as_of, label="all"),
        definition=metric_catalog.definition("next_best"), counted_by=data.selector.counted_by,
        rows=[row for topic in TOPICS for row in _counts(found, topic)],
    )  # fmt: skip


def _counts(found: NextBestChoices, topic: Topic) -> list[ChoiceCount]:
    choices = (getattr(row, topic) for row in found.rows)
    counts = Counter((choice.value, choice.reason) for choice in choices)
    order = sorted(counts.items(), key=lambda pair: (not pair[0][0], -pair[1], pair[0]))
    return [ChoiceCount(topic=topic, value=value, reason=reason, customers=n) for (value, reason), n in order]
