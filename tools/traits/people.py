"""Traits from the customer's record, the day's tier and profile, consents, messages and events."""

from __future__ import annotations

from collections.abc import Callable

import ibis
from ibis import _
from ibis.expr.types import BooleanValue, Table, Value

from tools import rfm
from tools.consents import last_word, words
from tools.preferences import latest
from tools.relations.campaigns import named_campaigns
from tools.tables import sales, table
from tools.tiers import members
from tools.traits.scope import Scope, TraitRef
from tools.traits.source import NONE, Aggregate, Cut, Source, days_since

SCORES = ("recency_score", "frequency_score", "monetary_score")
CHANNELS = ("sms", "push", "wecom", "email")


def _places(scope: Scope, refs: list[TraitRef]) -> Table:
    orders = sales().select("customer_id", "ordered_at", "order_id", "city", "region", day="order_date")
    return orders.filter(_.day <= scope.day)


class PlaceSource(Source):
    """A source of places: the city of the customer's own record, if it has one, comes before that of an order."""

    def table(self, scope: Scope, refs: list[TraitRef]) -> Table:
        found = super().table(scope, refs)
        return with_homes(found) if "city" in found.columns else found


def with_homes(rows: Table) -> Table:
    """Rows a customer, the city of the customer's own record in place of `city` where there is one."""
    homes = table("customers").group_by("customer_id").agg(home=_.city.max())
    joined = rows.left_join(homes, "customer_id", rname="{name}_home")
    return joined.mutate(city=ibis.coalesce(joined.home, joined.city)).select(*rows.columns)


PLACES = PlaceSource(
    _places,
    {"city": lambda cut: latest(cut.rows, "city"), "region": lambda cut: latest(cut.rows, "region")},
)


def _records(scope: Scope, refs: list[TraitRef]) -> Table:
    return table("customers").mutate(day=_.registered_at.date())


RECORDS = Source(
    _records,
    {"member_level": lambda cut: cut.rows.member_level.max(), "registered_at": lambda cut: cut.rows.day.min()},
)


def _tiers(scope: Scope, refs: list[TraitRef]) -> Table:
    return members(scope.as_of, scope.rules, scope.frozen).rename(day="as_of")


def _profiles(scope: Scope, refs: list[TraitRef]) -> Table:
    return rfm.profile(scope.as_of, scope.rules, scope.scoring).mutate(day=scope.day)


def _only(name: str) -> Aggregate:
    return lambda cut: cut.rows[name].max()


def _score(name: str) -> Aggregate:
    return lambda cut: cut.rows[name].cast("int8").max()


TIERS = Source(_tiers, {"tier": _only("tier")})
PROFILES = Source(
    _profiles,
    {"lifecycle": _only("lifecycle"), "rfm_segment": _only("rfm_segment"), **{name: _score(name) for name in SCORES}},
)


def _consents(scope: Scope, refs: list[TraitRef]) -> Table:
    # Whatever the day: a withdrawal counts from the moment it is known.
    return words().mutate(day=scope.day)


def _consent(channel: str) -> Aggregate:
    return lambda cut: last_word(cut.rows, cut.rows.channel == channel).fill_null(False)


CONSENTS = Source(
    _consents,
    {f"consent_{channel}": _consent(channel) for channel in CHANNELS},
    {f"consent_{channel}": False for channel in CHANNELS},
)


def _touches(scope: Scope, refs: list[TraitRef]) -> Table:
    sent = table("touches").filter(_.arm == "treated").mutate(day=_.sent_at.date())
    sent = sent.filter(_.day <= scope.day)
    return named_campaigns(sent) if any(ref.name.endswith("_campaign") for ref in refs) else sent


def _with(column: str) -> Aggregate:
    return lambda cut: cut.rows.count(where=cut.where & cut.rows[column])


def _campaigns(column: str = "") -> Aggregate:
    """Every campaign with a message, or with one that was opened or clicked, in the order of their names."""
    def of(cut: Cut) -> Value:
        where = cut.where & cut.rows[column] if column else cut.where
        return _values(cut.rows.campaign, where)
    return of


def _values(column: Value, where: BooleanValue) -> Value:
    return column.collect(where=where & column.notnull(), distinct=True).sort().fill_null(NONE)


TOUCHES = Source(
    _touches,
    {
        "last_touched_days": lambda cut: days_since(cut.scope, cut.rows.day.max()),
        "touches": lambda cut: cut.rows.count(where=cut.where),
        "opened": _with("opened"),
        "clicked": _with("clicked"),
        "unsubscribes": _with("unsubscribed"),
        "got_campaign": _campaigns(),
        "opened_campaign": _campaigns("opened"),
        "clicked_campaign": _campaigns("clicked"),
    },
    {"touches": 0, "opened": 0, "clicked": 0, "unsubscribes": 0, "got_campaign": NONE, "opened_campaign": NONE,
     "clicked_campaign": NONE},
)


def _events(scope: Scope, refs: list[TraitRef]) -> Table:
    events = table("events").mutate(day=_.event_at.date(), type=_.event_type.strip().lower())
    return events.filter(_.day <= scope.day)


def _of_type(types: Callable[[Scope], list[str]]) -> Aggregate:
    return lambda cut: cut.rows.count(where=cut.where & cut.rows.type.isin(types(cut.scope)))


EVENTS = Source(
    _events,
    {
        "events": lambda cut: cut.rows.count(where=cut.where),
        "views": _of_type(lambda scope: scope.settings.view_events),
        "carts": _of_type(lambda scope: scope.settings.cart_events),
        "favourites": _of_type(lambda scope: scope.settings.favourite_events),
        "carted_category": lambda cut: _values(
            cut.rows.category, cut.where & cut.rows.type.isin(cut.scope.settings.cart_events)),
        "last_cart_day": lambda cut: cut.rows.day.max(where=cut.rows.type.isin(cut.scope.settings.cart_events)),
        "last_event_days": lambda cut: days_since(cut.scope, cut.rows.day.max()),
    },
    {"events": 0, "views": 0, "carts": 0, "favourites": 0, "carted_category": NONE},
)
