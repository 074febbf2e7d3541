"""Relations of people: tier membership, moves, histories, gaps, first orders, retention, registration, consent."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
from ibis import _
from ibis.expr.types import DateColumn, StringColumn, Table

from tools.calendar import month_end, step, unit_start
from tools.consents import last_word, words
from tools.dimensions import COHORT, ORDER, PEOPLE, TIME, Scope
from tools.relations.relation import Relation, between, flags, numbers
from tools.results import TIERS
from tools.tables import gaps, sales, table
from tools.tiers import behaviour, members_on


def _ends(scope: Scope) -> list[date]:
    """Last days of the periods shown: one for each month or quarter, cut at the window's end."""
    if scope.time is None:
        return [scope.end]
    ends, day = [], month_end(scope.begin)
    while day < scope.end:
        if scope.time == "month" or day.month % 3 == 0:
            ends.append(day)
        day = month_end(step("month", day.replace(day=1), 1))
    return [*ends, scope.end]


def _members(scope: Scope) -> Table:
    return members_on(_ends(scope), scope.rules, scope.frozen).rename(day="as_of")


def _transitions(scope: Scope) -> Table:
    """Each customer's tier at the start and at the end of every period; `tier` is the one at the start."""
    days = [scope.begin - timedelta(days=1), *_ends(scope)]
    rows = members_on(days, scope.rules, scope.frozen).select("customer_id", "tier", day="as_of")
    # A customer with an order never leaves, so the next row is the next period's end.
    window = ibis.window(group_by="customer_id", order_by="day")
    rows = rows.mutate(tier_after=_.tier.lead().over(window), ended=_.day.lead().over(window))
    rows = rows.filter(_.tier_after.notnull())
    return rows.select("customer_id", "tier", day="ended", before=_state(rows.tier), after=_state(rows.tier_after))


def _state(tier: StringColumn) -> StringColumn:
    return ibis.ifelse(tier == "dormant", "dormant", "active")


def _profiles(scope: Scope) -> Table:
    """One row a customer with an order by the window's end; `active` with one in the window."""
    customers = behaviour(scope.end, scope.rules)
    return customers.mutate(day=ibis.literal(scope.end), active=customers.last_day >= ibis.literal(scope.begin))


def _gaps(scope: Scope) -> Table:
    return between(gaps(), scope)


def _firsts(scope: Scope) -> Table:
    """One row a customer who first ordered in the window: days to the next order day, days observed since."""
    rows = sales().mutate(first=_.order_date.min().over(ibis.window(group_by="customer_id")))
    rows = rows.group_by("customer_id").agg(
        day=_.order_date.min(), second=_.order_date.min(where=_.order_date > _.first)
    )
    rows = rows.mutate(
        days_to_second=rows.second.delta(rows.day, unit="day"),
        observed_days=ibis.literal(scope.last_day).delta(rows.day, unit="day"),
    )
    return between(rows, scope)


def _retained(scope: Scope) -> Table:
    """One row a customer and period who ordered in the period before it: `retained` when in this one too.

    The period is the window, or each month or quarter shown; the one before is as long. `tier` is that of its eve.
    """
    unit, length = scope.time, timedelta(days=(scope.end - scope.begin).days + 1)
    first = unit_start(unit, scope.begin) if unit else scope.begin
    before = step(unit, first, -1) if unit else first - length
    paid = sales().filter(_.order_date >= ibis.literal(before), _.order_date <= ibis.literal(scope.end))
    period = _period(paid.order_date, first, before, unit)
    bought = paid.select("customer_id", period=period).distinct()
    after = (_.period + ibis.interval(months=UNITS[unit])).cast("date") if unit else ibis.literal(first)
    base = bought.filter(_.period < ibis.literal(first) if not unit else True).select("customer_id", day=after)
    again = bought.select("customer_id", day="period").mutate(again=True)
    rows = base.filter(_.day <= ibis.literal(scope.end)).left_join(again, ["customer_id", "day"], rname="{name}_again")
    rows = rows.select("customer_id", "day", retained=_.again.fill_null(False))
    return _with_eve(rows, first, scope) if "tier" in scope.dimensions else rows


UNITS = {"month": 1, "quarter": 3}


def _period(day: DateColumn, first: date, before: date, unit: str | None) -> DateColumn:
    if unit:
        return day.truncate(TIME[unit]).cast("date")
    return ibis.ifelse(day >= ibis.literal(first), ibis.literal(first), ibis.literal(before))


def _with_eve(rows: Table, first: date, scope: Scope) -> Table:
    """Rows with the tier on the day before theirs."""
    starts = [first]
    while scope.time and (following := step(scope.time, starts[-1], 1)) <= scope.end:
        starts.append(following)
    tiers = members_on([start - timedelta(days=1) for start in starts], scope.rules, scope.frozen)
    tiers = tiers.select("customer_id", "tier", day=(_.as_of + ibis.interval(days=1)).cast("date"))
    return rows.left_join(tiers, ["customer_id", "day"], rname="{name}_eve").drop("customer_id_eve", "day_eve")


def _registered(scope: Scope) -> Table:
    """One row a registered customer; `ordered` when there is an order by the window's end."""
    customers = table("customers")
    names = [name for name in ("channel", "city") if name in scope.dimensions]
    rows = between(customers.mutate(day=_.registered_at.date()).select("customer_id", "day", *names), scope)
    if "ordered" not in scope.columns:
        return rows
    bought = table("customer_facts").filter(_.first_day <= ibis.literal(scope.end))
    bought = bought.select("customer_id").mutate(bought=True)
    rows = rows.left_join(bought, "customer_id", rname="{name}_bought")
    return rows.mutate(ordered=_.bought.fill_null(False)).drop("bought", "customer_id_bought")


def _consents(scope: Scope) -> Table:
    """Each customer's last word on each message channel by the window's end."""
    said = words(scope.end)
    rows = said.group_by("customer_id", "channel").agg(consented=last_word(said))
    return rows.mutate(day=ibis.literal(scope.end))


_TIME_OF_ORDERS = (*PEOPLE, COHORT, *TIME, *ORDER)
_STOCK = ("month", "quarter")

RELATIONS = {
    "members": Relation(
        _members, {**numbers("recency_days", "orders_365", "spend_365"), "tier": TIERS},
        (*PEOPLE, COHORT, *ORDER, *_STOCK), place="last", stock=True, distinct=_STOCK,
    ),
    "transitions": Relation(
        _transitions, dict.fromkeys(("before", "after"), ("active", "dormant")), ("tier", COHORT, *ORDER, *_STOCK),
        place="last", tier_at="start", stock=True, distinct=_STOCK,
    ),
    "profiles": Relation(
        _profiles, numbers("orders", "spend", "recency_days") | flags("active"), (*PEOPLE, COHORT, *ORDER),
        place="last", stock=True,
    ),
    "gaps": Relation(_gaps, numbers("gap"), _TIME_OF_ORDERS, place="last"),
    "firsts": Relation(_firsts, numbers("days_to_second", "observed_days"), _TIME_OF_ORDERS, place="first"),
    "retained": Relation(
        _retained, flags("retained"), ("tier", COHORT, *ORDER, *_STOCK), place="last", tier_at="start", stock=True,
        distinct=_STOCK,
    ),
    "registered": Relation(_registered, flags("ordered"), (*TIME, "channel", "city"), tables=("customers",)),
    "consents": Relation(
        _consents, flags("consented"), ("tier", "channel"), tables=("consents",), stock=True, distinct=("channel",)
    ),
}  # fmt: skip
