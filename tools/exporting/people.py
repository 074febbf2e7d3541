"""Who a campaign is for, who of them may be written to, and who is held out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tools.audience import FREE
from tools.errors import NoData
from tools.exporting.job import SendJob
from tools.personalize.arms import HOLDOUT, held_out, salt_of, shared_out
from tools.segment_data import SegmentData
from tools.selection.desk import SegmentDesk
from tools.selection.results import Definition
from tools.selection.rule import Condition, Group

EXCLUDED, NO_TEXT = "exclusion_list", "no_text"
"""Reasons beside those of `tools.audience` and the holdout."""


@dataclass(frozen=True)
class Chosen:
    """An audience after every gate. `frame` has customer_id, tier, reason ("" for those who get a message), text
    (its number, -1 for none), in order of customer_id.
    """

    frame: pa.Table
    segment_version: int | None
    exclusions: dict[str, int]

    @cached_property
    def left_out(self) -> dict[str, int]:
        """Reason -> customers, those held out among them."""
        counted = self.frame["reason"].value_counts().to_pylist()
        return {row["values"]: row["counts"] for row in counted if row["values"] != FREE}

    @cached_property
    def receivers(self) -> pa.Table:
        """customer_id, text and tier of those who get a message."""
        return self.frame.filter(pc.equal(self.frame["reason"], FREE)).select(["customer_id", "text", "tier"])

    @cached_property
    def by_tier(self) -> dict[str, list[int]]:
        """Tier -> customers held out, customers who may be written to."""
        found: dict[str, list[int]] = {}
        for row in self.frame.group_by(["tier", "reason"]).aggregate([("customer_id", "count")]).to_pylist():
            if row["reason"] in (FREE, HOLDOUT):
                counts = found.setdefault(row["tier"], [0, 0])
                counts[0] += row["customer_id_count"] if row["reason"] == HOLDOUT else 0
                counts[1] += row["customer_id_count"]
        return dict(sorted(found.items()))


def choose(job: SendJob, data: SegmentData, desk: SegmentDesk) -> Chosen:
    """Apply every gate to the audience of a job, then draw who is held out and share out the texts.

    Raises BadArgument for an unknown segment, list or exclusion, NoData for an audience of nobody.
    """
    definition, version = _definition(job, desk)
    members = desk.members(definition).frame
    if job.audience.customer_ids:
        members = _named(job.audience.customer_ids, members)
    if not members.num_rows:
        raise NoData("send_nobody")
    marked = data.audiences.marked(members, job.channel, job.cap, earlier=job.earlier).sort_by("customer_id")
    reasons, exclusions = _reasons(marked["reason"].to_pylist(), definition)
    free = pa.table({"customer_id": marked["customer_id"], "tier": marked["tier"], "reason": reasons})
    held = _held_everywhere(job, members, data) if job.together else None
    return Chosen(_drawn(free, job, held), version, exclusions)


def _held_everywhere(job: SendJob, members: pa.Table, data: SegmentData) -> frozenset[str]:
    """Who is held out of a campaign whole: of each tier its share of those whom any of its channels reaches."""
    reached: dict[str, str] = {}
    for channel in job.together:
        marked = data.audiences.marked(members, channel, job.cap)
        free = marked.filter(pc.equal(marked["reason"], FREE))
        reached |= zip(free["customer_id"].to_pylist(), free["tier"].to_pylist(), strict=True)
    ids = sorted(reached)
    out = held_out(ids, [reached[each] for each in ids], share=job.holdout, salt=_salt(job))
    return frozenset(each for each, held in zip(ids, out.tolist(), strict=True) if held)


def _definition(job: SendJob, desk: SegmentDesk) -> tuple[Definition, int | None]:
    """Who is asked for, and the version of the saved segment that it is."""
    asked, version = job.audience, None
    chosen = asked.definition or Definition()
    if asked.segment:
        saved = desk.saved(asked.segment)
        chosen, version = saved.definition, saved.version
    elif asked.tiers:
        chosen = Definition(rule=Group(all=[Condition(trait="tier", op="in", value=list(asked.tiers))]))
    return Definition(rule=chosen.rule, exclusions=[*chosen.exclusions, *desk.exclusions(job.exclude)]), version


def _named(ids: list[str], members: pa.Table) -> pa.Table:
    """Customers by number with the reason that leaves them out, those without an order among them."""
    asked = pa.table({"customer_id": pa.array(dict.fromkeys(ids), pa.string())})
    found = asked.join(members, "customer_id", join_type="left outer")
    return pa.table({"customer_id": found["customer_id"], "reason": pc.fill_null(found["reason"], FREE)})


def _reasons(marked: list[str], definition: Definition) -> tuple[list[str], dict[str, int]]:
    """The reasons with every exclusion under one name, and how many each exclusion leaves out."""
    names = {f"excluded:{place}": each.name for place, each in enumerate(definition.exclusions)}
    counted = Counter(names[reason] for reason in marked if reason in names)
    return [EXCLUDED if reason in names else reason for reason in marked], dict(counted)


def _drawn(told: pa.Table, job: SendJob, held: frozenset[str] | None) -> pa.Table:
    """`told` with holdout and no_text among the reasons, and each receiver's text; `held` where it is drawn already."""
    ids, tiers = told["customer_id"].to_pylist(), told["tier"].to_pylist()
    reasons = told["reason"].to_pylist()
    texts = np.full(len(ids), -1, dtype=np.int32)
    usable = {tier: numbers for tier in set(tiers) if (numbers := _texts_for(tier, job))}
    open_rows = []
    for at, reason in enumerate(reasons):
        if reason == FREE and tiers[at] not in usable:
            reasons[at] = NO_TEXT
        elif reason == FREE:
            open_rows.append(at)
    salt = _salt(job)
    if held is None:
        out = held_out([ids[at] for at in open_rows], [tiers[at] for at in open_rows], share=job.holdout, salt=salt)
        held = frozenset(ids[at] for at, chosen in zip(open_rows, out.tolist(), strict=True) if chosen)
    kept: dict[str, list[int]] = {}
    for at in open_rows:
        if ids[at] in held:
            reasons[at] = HOLDOUT
        else:
            kept.setdefault(tiers[at], []).append(at)
    for tier, rows in kept.items():
        numbers = np.asarray(usable[tier], dtype=np.int32)
        part = shared_out([ids[at] for at in rows], [tier] * len(rows), parts=len(numbers), salt=salt)
        texts[rows] = numbers[part]
    return pa.table({"customer_id": told["customer_id"], "tier": told["tier"], "reason": pa.array(reasons, pa.string()),
                     "text": pa.array(texts, pa.int32())})  # fmt: skip


def _salt(job: SendJob) -> str:
    return salt_of(job.campaign_id or job.name, job.seed)


def _texts_for(tier: str, job: SendJob) -> list[int]:
    """Numbers of the texts for a tier: its own, or those for everybody."""
    own = [number for number, text in enumerate(job.texts) if text.tier == tier and tier]
    return own or [number for number, text in enumerate(job.texts) if not text.tier]
