"""Who of an audience may receive a message on a channel, and why the others may not: the first reason counts.

Consent has to be on record, for the channel, and not withdrawn: without a record nobody is written to.
"""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import pyarrow as pa
from ibis import _
from ibis.expr.types import BooleanValue, StringValue, Table
from pydantic import Field

from tools.consents import last_word, words
from tools.relations.campaigns import TREATED
from tools.results import Frozen
from tools.selection.members import digits
from tools.tables import table
from tools.warehouse import Warehouse

ELIGIBLE = ""
REASONS = ("exclusion_list", "opted_out", "no_consent", "no_address", "invalid_address", "frequency_cap",
           "duplicate_address")  # fmt: skip
"""In the order they are looked at."""
_MAINLAND = r"^1[3-9][0-9]{9}$"
_ABROAD = r"^[1-9][0-9]{7,14}$"
_EMAIL = r"^[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]{2,}$"
_WITHOUT_CONSENT = ("banner",)
"""Channels that are shown and not sent."""


class FrequencyCap(Frozen):
    """Messages on the campaign's channel that a customer may have had in the days up to the data's last."""

    most: int = Field(2, ge=1)
    """A customer with as many gets no further one."""
    days: int = Field(7, ge=1)


def eligibility(
    warehouse: Warehouse, audience: pa.Table, *, channel: str, language: str, cap: FrequencyCap, as_of: date
) -> pa.Table:
    """customer_id, tier and reason ("" for those who may be written to), in order of customer_id.

    `audience` has customer_id, tier and excluded (whether an exclusion names the customer).
    """
    rows = _reasons(channel, language, cap, as_of)
    batches = list(warehouse.stream(rows.order_by("customer_id"), {"audience": audience}))
    return pa.Table.from_batches(batches) if batches else pa.table({"customer_id": [], "tier": [], "reason": []})


def _reasons(channel: str, language: str, cap: FrequencyCap, as_of: date) -> Table:
    audience = ibis.table({"customer_id": "string", "tier": "string", "excluded": "boolean"}, name="audience")
    rows = audience.left_join(_addresses(channel), "customer_id", rname="{name}_known")
    rows = rows.left_join(_consents(channel), "customer_id", rname="{name}_said")
    rows = rows.left_join(_touched(channel, cap, as_of), "customer_id", rname="{name}_touched")
    asked = channel not in _WITHOUT_CONSENT
    told = ibis.cases(
        (rows.excluded, "exclusion_list"),
        (rows.left_at.notnull() & (rows.left_at >= rows.said_at).fill_null(True) & asked, "opted_out"),
        (~rows.consented.fill_null(True) & asked, "opted_out"),
        (rows.consented.isnull() & asked, "no_consent"),
        *_unreachable(rows.address, channel, language),
        ((rows.messages >= cap.most).fill_null(False), "frequency_cap"),
        else_=ELIGIBLE,
    )
    told = rows.select("customer_id", "tier", "address", reason=told)
    first = ibis.row_number().over(group_by=["address", "reason"], order_by="customer_id")
    again = told.address.notnull() & (told.reason == ELIGIBLE) & (first > 0)
    return told.select("customer_id", "tier", reason=again.ifelse("duplicate_address", told.reason))


def _addresses(channel: str) -> Table:
    """customer_id and the address on a channel, in the form it is sent to; null where the channel needs none."""
    people = table("customers").group_by("customer_id").agg(phone=_.phone.max(), email=_.email.max())
    return people.select("customer_id", address=address(people, channel))


def address(people: Table, channel: str) -> StringValue:
    """Where a channel reaches a customer: the digits of the phone, the e-mail, or null (by customer number)."""
    if channel == "sms":
        return digits(people.phone)
    if channel == "email":
        return people.email.strip().lower().nullif("")
    return ibis.null("string")


def _unreachable(place: StringValue, channel: str, language: str) -> list[tuple[BooleanValue, str]]:
    if channel not in ("sms", "email"):
        return []
    right = _EMAIL if channel == "email" else _MAINLAND if language == "zh" else _ABROAD
    return [(place.isnull(), "no_address"), (~place.re_search(right), "invalid_address")]


def _consents(channel: str) -> Table:
    said = words()
    return said.filter(said.channel == channel).group_by("customer_id").agg(
        consented=last_word(said), said_at=_.said_at.max()
    )  # fmt: skip


def _touched(channel: str, cap: FrequencyCap, as_of: date) -> Table:
    """Messages that a customer had in the cap's days, and when they last unsubscribed through one."""
    sent = table("touches").filter(_.channel.strip().lower() == channel, _.arm == TREATED)
    since = ibis.literal(as_of - timedelta(days=cap.days))
    recent = (sent.sent_at.date() > since) & (sent.sent_at.date() <= ibis.literal(as_of))
    return sent.group_by("customer_id").agg(
        messages=sent.count(where=recent), left_at=sent.sent_at.max(where=sent.unsubscribed)
    )  # fmt: skip
