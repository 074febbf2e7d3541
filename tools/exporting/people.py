"""Who a campaign is for, who of them may be written to, and who is held out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tools.errors import NoData
from tools.exporting.job import SendJob
from tools.personalize.arms import HOLDOUT, held_out, salt_of, shared_out
from tools.personalize.eligibility import ELIGIBLE
from tools.segment_data import SegmentData
from tools.selection.desk import SegmentDesk
from tools.selection.results import Definition, Exclusion
from tools.selection.selector import left_out

NO_TEXT = "no_text"


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
        return {row["values"]: row["counts"] for row in counted if row["values"] != ELIGIBLE}

    @cached_property
    def receivers(self) -> pa.Table:
        """customer_id, text and tier of those who get a message."""
        return self.frame.filter(pc.equal(self.frame["reason"], ELIGIBLE)).select(["customer_id", "text", "tier"])

    @cached_property
    def by_tier(self) -> dict[str, list[int]]:
        """Tier -> customers held out, customers who may be written to."""
        found: dict[str, list[int]] = {}
        for row in self.frame.group_by(["tier", "reason"]).aggregate([("customer_id", "count")]).to_pylist():
            if row["reason"] in (ELIGIBLE, HOLDOUT):
                counts = found.setdefault(row["tier"], [0, 0])
                counts[0] += row["customer_id_count"] if row["reason"] == HOLDOUT else 0
                counts[1] += row["customer_id_count"]
        return dict(sorted(found.items()))


def choose(job: SendJob, data: SegmentData, desk: SegmentDesk) -> Chosen:
    """Apply every gate to the audience of a job, then draw who is held out and share out the texts.

    Raises BadArgument for an unknown segment, list or exclusion, NoData for an audience of nobody.
    """
    frame, exclusions, version = _audience(job, data, desk)
    if not frame.num_rows:
        raise NoData("send_nobody")
    told = data.audience.reasons(frame, channel=job.channel, language=job.language, cap=job.cap)
    return Chosen(_drawn(told, job), version, exclusions)


def _audience(job: SendJob, data: SegmentData, desk: SegmentDesk) -> tuple[pa.Table, dict[str, int], int | None]:
    """customer_id, tier and excluded of everybody that the job names; who excludes how many; the segment's version."""
    exclusions = desk.exclusions(job.exclude)
    asked = job.audience
    if asked.segment:
        saved = desk.saved(asked.segment)
        definition = Definition(rule=saved.definition.rule, exclusions=[*saved.definition.exclusions, *exclusions])
        members = desk.membership(definition)
        tiers = data.audience.tiers(members["customer_id"].to_pylist())
        return _marked(tiers, members), _counted(members, definition), saved.version
    if asked.customer_ids:
        tiers = data.audience.tiers(list(dict.fromkeys(asked.customer_ids)))
    else:
        everybody = data.audience.tiers()
        tiers = everybody.filter(pc.is_in(everybody["tier"], value_set=pa.array(asked.tiers, pa.string())))
    return *_left_out_by(tiers, exclusions, desk), None


def _left_out_by(tiers: pa.Table, exclusions: list[Exclusion], desk: SegmentDesk) -> tuple[pa.Table, dict[str, int]]:
    if not exclusions:
        return tiers.append_column("excluded", pa.array(np.zeros(tiers.num_rows, dtype=bool))), {}
    definition = Definition(exclusions=exclusions)
    members = desk.membership(definition)
    members = members.filter(pc.is_in(members["customer_id"], value_set=tiers["customer_id"].combine_chunks()))
    return _marked(tiers, members), _counted(members, definition)


def _marked(tiers: pa.Table, members: pa.Table) -> pa.Table:
    named = members.filter(pc.not_equal(members["reason"], ELIGIBLE))["customer_id"].combine_chunks()
    return tiers.append_column("excluded", pc.is_in(tiers["customer_id"], value_set=named))


def _counted(members: pa.Table, definition: Definition) -> dict[str, int]:
    return {row.reason: row.customers for row in left_out(members, definition)}


def _drawn(told: pa.Table, job: SendJob) -> pa.Table:
    """`told` with holdout and no_text among the reasons, and each receiver's text."""
    ids, tiers = told["customer_id"].to_pylist(), told["tier"].to_pylist()
    reasons = told["reason"].to_pylist()
    texts = np.full(len(ids), -1, dtype=np.int32)
    usable = {tier: numbers for tier in set(tiers) if (numbers := _texts_for(tier, job))}
    open_rows = []
    for at, reason in enumerate(reasons):
        if reason == ELIGIBLE and tiers[at] not in usable:
            reasons[at] = NO_TEXT
        elif reason == ELIGIBLE:
            open_rows.append(at)
    salt = salt_of(job.campaign_id or job.name, job.seed)
    out = held_out([ids[at] for at in open_rows], [tiers[at] for at in open_rows], share=job.holdout, salt=salt)
    kept: dict[str, list[int]] = {}
    for at, held in zip(open_rows, out.tolist(), strict=True):
        if held:
            reasons[at] = HOLDOUT
        else:
            kept.setdefault(tiers[at], []).append(at)
    for tier, rows in kept.items():
        numbers = np.asarray(usable[tier], dtype=np.int32)
        part = shared_out([ids[at] for at in rows], [tier] * len(rows), parts=len(numbers), salt=salt)
        texts[rows] = numbers[part]
    return pa.table({"customer_id": told["customer_id"], "tier": told["tier"], "reason": pa.array(reasons, pa.string()),
                     "text": pa.array(texts, pa.int32())})  # fmt: skip


def _texts_for(tier: str, job: SendJob) -> list[int]:
    """Numbers of the texts for a tier: its own, or those for everybody."""
    own = [number for number, text in enumerate(job.texts) if text.tier == tier and tier]
    return own or [number for number, text in enumerate(job.texts) if not text.tier]
