"""Whom a campaign may contact on a channel: everybody in its audience, and why each of the others is left out.

Rules L18 (consent: recorded, for this channel, not withdrawn; unknown counts as no) and L27 (how often) of the
compliance rules. A customer left out is counted under the first reason of `REASONS` that holds: of a campaign with
several channels who may be written to on an earlier one gets it there, and of customers with one number or address
the first one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

import ibis
import pyarrow as pa
from ibis import _
from ibis.expr.types import BooleanValue, StringColumn, Table
from pydantic import Field

from tools import catalog as metric_catalog
from tools.consents import last_word, words
from tools.relations.campaigns import TREATED
from tools.results import TIERS, Evidence, Frozen, Window
from tools.selection.members import digits
from tools.tables import accounts, table
from tools.tiers.history import TierHistory
from tools.warehouse import Warehouse

Reason = Literal["excluded", "no_contact", "invalid_contact", "no_consent", "opted_out", "frequency_cap",
                 "other_channel", "duplicate_address"]  # fmt: skip
REASONS: tuple[Reason, ...] = get_args(Reason)
FREE = ""
"""Reason of those who may be contacted."""
SHOWN = frozenset({"banner"})
"""Channels that show something to who opens the app, and write to nobody: they take no consent."""
ADDRESSED = frozenset({"sms", "email"})
"""Channels whose addresses are in the data."""
_MOBILE = r"^1[3-9][0-9]{9}$"
_ABROAD = r"^(\+|00)[1-9][0-9 ()-]{6,18}[0-9]$"
_EMAIL = r"^[^@\s,;<>]+@[^@\s,;<>]+\.[A-Za-z0-9-]{2,}$"
_AUDIENCE = ibis.table({"customer_id": "string", "reason": "string"}, name="audience")
"""A membership as `Members.frame` holds it: the reason is the place of an exclusion, "" for none."""


class FrequencyCap(Frozen):
    """At most so many messages to a customer in so many days, on all channels together."""

    messages: int = Field(3, ge=1, le=100)
    days: int = Field(7, ge=1, le=90)


class LeftOut(Frozen):
    """Customers of the audience who are not contacted, for one reason."""

    reason: Literal[Reason, "holdout"]
    customers: int
    exclusion: str = ""
    """Which exclusion, where that is the reason."""


class ChannelReach(Frozen):
    """How many of an audience get a campaign on one channel."""

    channel: str
    customers: int
    """Who will be written to: neither left out nor held out."""
    holdout: int
    left_out: list[LeftOut]


class AudienceReach(Evidence):
    """A campaign's audience on each of its channels; `value` is its size."""

    kind: Literal["audience"] = "audience"
    tiers: dict[str, int]
    """Customers of the audience by tier, the largest first."""
    channels: list[ChannelReach]
    rules_version: str
    """Of the tier rules that told the tiers."""

    @property
    def main_tier(self) -> str:
        """The tier that most of the audience is in; "" for nobody."""
        return next(iter(self.tiers), "")


@dataclass(frozen=True)
class Audiences:
    """Audiences in one warehouse, on the last day of its data."""

    warehouse: Warehouse
    tiers: TierHistory

    def marked(
        self, members: pa.Table, channel: str, cap: FrequencyCap, *, earlier: Sequence[str] = ()
    ) -> pa.Table:  # fmt: skip
        """Every member with tier and the reason for leaving them out on a channel, "" for none.

        `members` is `Members.frame`; who may be written to on one of the `earlier` channels is left to it.
        Columns: customer_id, tier, reason (of REASONS; "excluded:<place>").
        """
        return self.warehouse.whole(self._marked(channel, cap, earlier), {"audience": members}).rows

    def reach(
        self, members: pa.Table, channels: list[str], cap: FrequencyCap, *, holdout: float, exclusions: list[str],
        once: bool = True,
    ) -> AudienceReach:  # fmt: skip
        """How many may be contacted on each channel; `exclusions` names those that `members` are marked with.

        With `once` a customer counts on the first of the channels that reaches them. Of each tier `holdout` (a share,
        0..1) of those who may be contacted is held out, rounded; where channels overlap, about so many of each.
        """
        counted = {channel: self._counted(members, channel, cap, channels[:place] if once else [])
                   for place, channel in enumerate(channels)}  # fmt: skip
        size, queries = members.num_rows, "\n;\n".join(query for _counts, query in counted.values())
        last = self.warehouse.last_day
        return AudienceReach(
            metric="audience", unit="customers", value=size, n=size, as_of=last, query=queries,
            window=Window(start=None, end=last, label="all"), definition=metric_catalog.definition("audience"),
            counted_by=self.warehouse.count_by, notes=self._notes(channels, once=once),
            tiers=_tiers(next((counts for counts, _query in counted.values()), {})),
            channels=[_reach(channel, counts, holdout, exclusions) for channel, (counts, _query) in counted.items()],
            rules_version=self.tiers.rules.version,
        )  # fmt: skip

    def _notes(self, channels: list[str], *, once: bool) -> list[str]:
        consents = [] if self.warehouse.has("consents") else ["no_consents"]
        return [*consents, *(["holdout_once"] if overlapping(channels, once=once) else [])]

    def _counted(
        self, members: pa.Table, channel: str, cap: FrequencyCap, earlier: Sequence[str]
    ) -> tuple[Counts, str]:  # fmt: skip
        rows = self._marked(channel, cap, earlier).group_by("tier", "reason").agg(customers=_.count())
        found = self.warehouse.run(rows, {"audience": members})
        return {(row["tier"], row["reason"]): row["customers"] for row in found.records}, found.sql

    def _marked(self, channel: str, cap: FrequencyCap, earlier: Sequence[str]) -> Table:
        last = self.warehouse.last_day
        others = [] if channel in SHOWN else [each for each in earlier if each not in SHOWN]
        rows = _AUDIENCE
        for facts in (*map(_said, (channel, *others)), _sent(cap, last), _contact(),
                      self.tiers.members(last).select("customer_id", "tier")):  # fmt: skip
            rows = rows.left_join(facts, "customer_id", rname="{name}_more").drop("customer_id_more")
        elsewhere = [(ibis.cases(*_gates(rows, each, cap), else_=FREE) == FREE, "other_channel") for each in others]
        excluded = (rows.reason != FREE, ibis.literal("excluded:") + rows.reason)
        reason = ibis.cases(excluded, *_gates(rows, channel, cap), *elsewhere, else_=FREE)
        address = rows[f"{channel}_address"] if channel in ADDRESSED else ibis.null("string")
        marked = rows.select("customer_id", tier=rows.tier.fill_null(""), reason=reason, address=address)
        return _each_address_once(marked).select("customer_id", "tier", "reason")


def overlapping(channels: Sequence[str], *, once: bool) -> bool:
    """Whether a campaign may reach a customer on several of its channels: then its holdout is drawn once for all."""
    return len(channels) > 1 and (not once or bool(SHOWN & {*channels}))


Counts = Mapping[tuple[str, str], int]
"""(tier, reason) -> customers."""


def held_out(free: Mapping[str, int], share: float) -> int:
    """How many are held out, a share of those in each tier who may be contacted."""
    return sum(round(customers * share) for customers in free.values())


def _reach(channel: str, counts: Counts, share: float, exclusions: list[str]) -> ChannelReach:
    free = {tier: customers for (tier, reason), customers in counts.items() if reason == FREE}
    kept_back = held_out(free, share)
    left = [LeftOut(reason="excluded", exclusion=name, customers=_sum(counts, f"excluded:{place}"))
            for place, name in enumerate(exclusions)]  # fmt: skip
    left += [LeftOut(reason=reason, customers=_sum(counts, reason)) for reason in REASONS[1:]]
    left.append(LeftOut(reason="holdout", customers=kept_back))
    return ChannelReach(channel=channel, customers=sum(free.values()) - kept_back, holdout=kept_back,
                        left_out=[each for each in left if each.customers])  # fmt: skip


def _sum(counts: Counts, wanted: str) -> int:
    return sum(customers for (_tier, reason), customers in counts.items() if reason == wanted)


def _tiers(counts: Counts) -> dict[str, int]:
    sizes = {tier: sum(n for (each, _reason), n in counts.items() if each == tier) for tier in TIERS}
    return {tier: size for tier, size in sorted(sizes.items(), key=lambda pair: -pair[1]) if size}


def _said(channel: str) -> Table:
    """Whether a customer said yes to a channel and when, and when they last left through one of its messages."""
    said = words().filter(_.channel == channel)
    consent = said.group_by("customer_id").agg(consented=last_word(said), said_at=said.said_at.max())
    left = table("touches").filter(_.unsubscribed.fill_null(False), _.channel.lower() == channel)
    rows = consent.left_join(left.group_by("customer_id").agg(left_at=_.sent_at.max()), "customer_id")
    names = ("consented", "said_at", "left_at")
    return rows.select("customer_id", **{f"{channel}_{name}": rows[name] for name in names})


def _sent(cap: FrequencyCap, last: date) -> Table:
    """Messages that a customer got on the last days of the data."""
    day = _.sent_at.date()
    since = ibis.literal(last - timedelta(days=cap.days))
    sent = table("touches").filter(_.arm == TREATED, day > since, day <= ibis.literal(last))
    return sent.group_by("customer_id").agg(sent=_.count())


def _contact() -> Table:
    """Whether a customer has a number or an address at all, one that can be right, and the one that is written to."""
    known = accounts()
    phone, email = known.phone.strip(), known.email.strip()
    mobile = digits(phone).re_search(_MOBILE) | phone.re_search(_ABROAD)
    return known.group_by("customer_id").agg(
        has_sms=_any(phone != ""), fit_sms=_any(mobile), has_email=_any(email != ""), fit_email=_any(_fits(email)),
        sms_address=digits(known.phone.max()), email_address=known.email.max().strip().lower().nullif(""),
    )  # fmt: skip


def _each_address_once(rows: Table) -> Table:
    """Of customers with one number or address only the first is written to, or none where another channel is used."""
    written = (rows.reason == FREE) | (rows.reason == "other_channel")
    ranked = rows.mutate(place=ibis.row_number().over(
        group_by=[rows.address, written], order_by=[(rows.reason == FREE).cast("int8"), rows.customer_id]
    ))  # fmt: skip
    again = (ranked.reason == FREE) & ranked.address.notnull() & (ranked.place > 0)
    return ranked.mutate(reason=again.ifelse("duplicate_address", ranked.reason))


def _fits(email: StringColumn) -> BooleanValue:
    return email.re_search(_EMAIL)


def _any(holds: BooleanValue) -> BooleanValue:
    return holds.fill_null(False).any()


def _gates(rows: Table, channel: str, cap: FrequencyCap) -> list[tuple[BooleanValue, str]]:
    """What keeps a customer from being written to on a channel, each with its reason, the first that holds first."""
    return [*_unreachable(rows, channel), *([] if channel in SHOWN else _unwanted(rows, channel, cap))]


def _unwanted(rows: Table, channel: str, cap: FrequencyCap) -> list[tuple[BooleanValue, str]]:
    said, said_at, left_at = (rows[f"{channel}_{name}"] for name in ("consented", "said_at", "left_at"))
    return [
        (said.isnull(), "no_consent"),
        (~said | (left_at >= said_at).fill_null(False), "opted_out"),
        (rows.sent.fill_null(0) >= cap.messages, "frequency_cap"),
    ]


def _unreachable(rows: Table, channel: str) -> list[tuple[BooleanValue, str]]:
    """Push and WeCom have no address in the data: the sender knows the device or the contact."""
    if channel not in ADDRESSED:
        return []
    has, fits = rows[f"has_{channel}"].fill_null(False), rows[f"fit_{channel}"].fill_null(False)
    return [(~has, "no_contact"), (~fits, "invalid_contact")]
