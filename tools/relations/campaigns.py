"""Relations of campaigns: messages sent, what followed them in either arm, and what was spent."""

from __future__ import annotations

import ibis
from ibis import _
from ibis.expr.types import BooleanValue, StringValue, Table

from tools.dimensions import CAMPAIGN, COHORT, PEOPLE, TIME, TIME_OF_DAY, Scope, hour
from tools.relations.relation import Relation, between, flags, numbers
from tools.tables import sales, table

CONVERSION_DAYS = 14
"""Days after a message in which an order counts as following it."""

WIN_BACK = "win_back"
TREATED = "treated"


def named_campaigns(rows: Table) -> Table:
    """Rows with `campaign`: the campaign's name, else its id."""
    names = table("campaigns").group_by("campaign_id").agg(campaign_name=_.name.max())
    rows = rows.left_join(names, "campaign_id", rname="{name}_named").drop("campaign_id_named")
    return rows.mutate(campaign=_.campaign_name.fill_null(_.campaign_id)).drop("campaign_name")


def _touches(scope: Scope) -> Table:
    """One row a message sent, the holdout left out."""
    sent = table("touches").filter(_.arm == TREATED)
    sent = between(sent.mutate(day=_.sent_at.date(), hour=hour(_.sent_at)), scope)
    return named_campaigns(sent) if CAMPAIGN in scope.dimensions else sent


def _outcomes(scope: Scope) -> Table:
    """One row a customer of a campaign, treated or held out, with the orders that followed within 14 days."""
    rows = between(_touched().mutate(day=_.sent_at.date()), scope)
    if scope.columns & {"converted", "orders", "revenue"}:
        rows = _with_orders_after(rows)
    if "win_back" in scope.columns:
        back = table("campaigns").filter((_.goal == WIN_BACK) | (_.tier == "dormant")).select("campaign_id").distinct()
        rows = rows.left_join(back.mutate(win_back=True), "campaign_id", rname="{name}_back").drop("campaign_id_back")
        rows = rows.mutate(win_back=_.win_back.fill_null(False))
    return named_campaigns(rows) if CAMPAIGN in scope.dimensions else rows


def _touched() -> Table:
    """One row a customer of a campaign. Who was sent a message was treated from then on, though also held out: a
    person may have an account in either arm."""
    treated = _.arm == TREATED
    rows = table("touches").group_by("campaign_id", "customer_id").agg(
        treated=treated.any(), arm=_.arm.min(), sent_at=_.sent_at.min(where=treated),
        held_at=_.sent_at.min(), channel=_.channel.min(where=treated), held_channel=_.channel.min(),
    )  # fmt: skip
    return rows.select(
        "campaign_id", "customer_id", arm=ibis.ifelse(_.treated, TREATED, _.arm),
        sent_at=ibis.ifelse(_.treated, _.sent_at, _.held_at),
        channel=ibis.ifelse(_.treated, _.channel, _.held_channel),
    )  # fmt: skip


def _with_orders_after(rows: Table) -> Table:
    orders = sales().select("customer_id", "ordered_at", "order_date", "amount")
    pairs = rows.select("campaign_id", "customer_id", "arm", "sent_at", "day").join(orders, "customer_id")
    until = pairs.sent_at + ibis.interval(days=CONVERSION_DAYS)
    followed = pairs.filter(_follows(pairs), pairs.ordered_at < until)
    key = ["campaign_id", "customer_id", "arm"]
    after = followed.group_by(key).agg(orders=_.count(), revenue=_.amount.sum())
    joined = rows.left_join(after, key, rname="{name}_after").drop(*(f"{name}_after" for name in key))
    return joined.mutate(
        converted=_.orders.notnull(), orders=_.orders.fill_null(0), revenue=_.revenue.fill_null(0)
    )  # fmt: skip


def _follows(pairs: Table) -> BooleanValue:
    """Ordered after the message; where the order has a day but no time, on its day or later."""
    undated = pairs.ordered_at == pairs.order_date.cast("timestamp")
    return (pairs.ordered_at > pairs.sent_at) | (undated & (pairs.order_date >= pairs.day))


def _campaigns(scope: Scope) -> Table:
    """One row a campaign: `cost` is what the costs table books on it, else the campaign's own figure."""
    booked = table("costs").group_by("campaign_id").agg(booked=_.amount.sum())
    rows = table("campaigns").left_join(booked, "campaign_id", rname="{name}_cost").drop("campaign_id_cost")
    rows = rows.select(
        "campaign_id", "channel", day=_.start_date, campaign=_.name.fill_null(_.campaign_id),
        cost=_.booked.fill_null(_.cost), win_back=((_.goal == WIN_BACK) | (_.tier == "dormant")).fill_null(False),
    )  # fmt: skip
    return between(rows, scope)


def _costs(scope: Scope) -> Table:
    """One row a cost; `purpose` is campaign where it is booked on one, else acquisition."""
    rows = between(table("costs").mutate(day=_.cost_date, purpose=_purpose()), scope)
    return named_campaigns(rows) if CAMPAIGN in scope.dimensions else rows


def _purpose() -> StringValue:
    return ibis.ifelse(_.campaign_id.isnull() | (_.campaign_id == ""), "acquisition", "campaign")


_OWN = (CAMPAIGN, "channel")

RELATIONS = {
    "touches": Relation(
        _touches, flags("delivered", "opened", "clicked", "unsubscribed"),
        (*PEOPLE, COHORT, *TIME, *TIME_OF_DAY, *_OWN), tables=("touches",), distinct=(*TIME, *TIME_OF_DAY, *_OWN),
    ),
    "outcomes": Relation(
        _outcomes,
        {"arm": (TREATED, "holdout"), **flags("converted", "win_back"), **numbers("orders", "revenue")},
        (*PEOPLE, COHORT, *TIME, *_OWN), tables=("touches",), distinct=(*TIME, *_OWN),
    ),
    "campaigns": Relation(
        _campaigns, numbers("cost") | flags("win_back"), (*TIME, *_OWN), tables=("campaigns",), customers=False
    ),
    "costs": Relation(
        _costs, {**numbers("amount"), "purpose": ("campaign", "acquisition")}, (*TIME, *_OWN), tables=("costs",),
        customers=False,
    ),
}  # fmt: skip
