"""Customer traits and behaviour tags against an independent reading of their definitions in pandas."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tools.catalog import builtin as metric_catalog
from tools.errors import BadArgument, NoData
from tools.results import Window
from tools.segment_data import SegmentData
from tools.tables import compile_sql
from tools.tiers import TierRules
from tools.traits.build import SOURCES, TraitRef, column_of, trait_table
from tools.traits.catalog import builtin, load_traits, read_traits
from tools.windows import parse_window

Tables = dict[str, pd.DataFrame]
Open = Callable[[Tables], SegmentData]

DAYS = [date(2024, 6, 20), date(2024, 11, 29)]
WINDOW = "last_90_days"
MADE_OF_TIERS = {"tier", "lifecycle", "recency_score", "frequency_score", "monetary_score", "rfm_segment"}


@pytest.fixture(scope="module")
def tables(brand: Tables) -> Tables:
    """Part of the small brand with places, levels, consents (some revised), several messages a customer, and events."""
    rng = np.random.default_rng(5)
    brand = {name: frame[frame["customer_id"] < "C0075"] if "customer_id" in frame else frame for name, frame in brand.items()}
    orders, customers = brand["orders"].copy(), brand["customers"].copy()
    orders["city"] = rng.choice(["杭州", "武汉", None], len(orders))
    orders["region"] = rng.choice(["华东", "华南", None], len(orders))
    orders.loc[rng.random(len(orders)) < 0.1, "list_amount"] = np.nan
    orders.loc[rng.random(len(orders)) < 0.1, "channel"] = None
    dateless = rng.random(len(orders)) < 0.15
    orders.loc[dateless, "ordered_at"] = orders.loc[dateless, "order_date"]
    # Several orders of one customer on one day.
    twins = orders[orders["kind"] == "sale"].sample(30, random_state=1)
    orders = pd.concat([orders, twins.assign(order_id=twins["order_id"] + "B", channel="抖音")], ignore_index=True)
    customers["city"] = customers["city"].where(rng.random(len(customers)) < 0.6)
    customers["member_level"] = rng.choice(["金卡", "银卡"], len(customers))
    return {
        **brand, "orders": orders, "customers": customers, "touches": _touches(customers, rng),
        "consents": _consents(customers, rng), "events": _events(customers, rng),
    }  # fmt: skip


def _touches(customers: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    n, opened = 300, rng.random(300) < 0.4
    return pd.DataFrame({
        "campaign_id": rng.choice(["K1", "K2"], n), "customer_id": rng.choice(customers["customer_id"], n),
        "channel": "sms", "arm": rng.choice(["treated", "holdout"], n, p=[0.9, 0.1]),
        "sent_at": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 400 * 86_400, n), "s"),
        "delivered": True, "opened": opened, "clicked": opened & (rng.random(n) < 0.5), "unsubscribed": rng.random(n) < 0.1,
    })


def _consents(customers: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    n = 400
    rows = pd.DataFrame({
        "customer_id": rng.choice(customers["customer_id"], n), "channel": rng.choice(["sms", "push", "wecom", "email"], n),
        "consented": rng.random(n) < 0.5,
        "updated_at": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 20, n), "D"),
    })
    rows.loc[rng.random(n) < 0.05, "updated_at"] = pd.NaT
    return rows


def _events(customers: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    n = 1_500
    return pd.DataFrame({
        "customer_id": rng.choice(customers["customer_id"], n),
        "category": rng.choice(["护肤", "零食", None], n),
        "event_type": rng.choice(["pv", "PV", "cart", "fav", "buy"], n, p=[0.5, 0.1, 0.2, 0.1, 0.1]),
        "event_at": pd.Timestamp("2024-04-01") + pd.to_timedelta(rng.integers(0, 250 * 86_400, n), "s"),
    })


@pytest.fixture(scope="module")
def opened(tables: Tables, open_tables: Open) -> SegmentData:
    return open_tables(tables)


def measured(data: SegmentData, refs: list[TraitRef], day: date) -> pd.DataFrame:
    rows = data._warehouse.run(data.traits.table(refs, day))
    return pd.DataFrame(rows.records, columns=rows.columns).set_index("customer_id").sort_index()


class Oracle:
    """Each trait and tag worked out from the tables with pandas, by their definitions."""

    def __init__(self, tables: Tables, day: date, window: Window | None) -> None:
        self.day = pd.Timestamp(day)
        orders = tables["orders"]
        past = orders[orders["order_date"] <= self.day]
        self.sold = past[past["kind"] == "sale"].assign(day=lambda rows: rows["order_date"])
        self.index = pd.Index(sorted(self.sold["customer_id"].unique()), name="customer_id")
        lines = tables["order_items"].assign(
            day=lambda rows: rows["order_date"], at=lambda rows: rows["order_date"], product=lambda rows: rows["product_name"]
        )
        self.lines = lines[(lines["day"] <= self.day) & (lines["kind"] == "sale")]
        self.names = tables["campaigns"].set_index("campaign_id")["name"]
        touches = tables["touches"].assign(day=lambda rows: rows["sent_at"].dt.normalize())
        self.touches = touches[(touches["arm"] == "treated") & (touches["day"] <= self.day)]
        events = tables["events"].assign(
            day=lambda rows: rows["event_at"].dt.normalize(), type=lambda rows: rows["event_type"].str.lower()
        )
        self.events = events[events["day"] <= self.day]
        self.refunded = past[past["kind"] == "refund"].assign(day=lambda rows: rows["order_date"])
        self.customers, self.consents, self.window = tables["customers"], tables["consents"], window
        self._known: dict[str, pd.Series] = {}

    def cut(self, rows: pd.DataFrame) -> pd.DataFrame:
        if self.window is None:
            return rows
        inside = rows["day"] <= pd.Timestamp(self.window.end)
        return rows[inside & (rows["day"] >= pd.Timestamp(self.window.start))]

    def each(self, rows: pd.DataFrame, figure: Callable[[pd.DataFrame], object], empty: object = None) -> pd.Series:
        """One value a customer; `empty` for those without rows."""
        found = {customer: figure(group) for customer, group in rows.groupby("customer_id", sort=False)}
        return pd.Series({customer: found.get(customer, empty) for customer in self.index}, dtype=object)

    def count(self, rows: pd.DataFrame) -> pd.Series:
        return self.each(self.cut(rows), len, 0)

    def share(self, hit: Callable[[pd.DataFrame], pd.Series], of: pd.DataFrame | None = None) -> pd.Series:
        return self.each(self.cut(self.sold if of is None else of), lambda rows: hit(rows).mean())

    def trait(self, name: str) -> pd.Series:
        if name not in self._known:
            self._known[name] = getattr(self, f"_{name}")()
        return self._known[name]

    def ago(self, day: pd.Timestamp) -> int:
        return (self.day - day).days

    # Orders
    def _recency_days(self): return self.each(self.sold, lambda rows: self.ago(rows["day"].max()))
    def _days_since_first_order(self): return self.each(self.sold, lambda rows: self.ago(rows["day"].min()))
    def _first_order_day(self): return self.each(self.sold, lambda rows: rows["day"].min().date())
    def _last_order_day(self): return self.each(self.sold, lambda rows: rows["day"].max().date())
    def _orders(self): return self.count(self.sold)
    def _spend(self): return self.each(self.cut(self.sold), lambda rows: rows["amount"].sum(), 0)
    def _units(self): return self.each(self.cut(self.sold), lambda rows: rows["units"].sum(), 0)
    def _order_days(self): return self.each(self.cut(self.sold), lambda rows: rows["day"].nunique(), 0)
    def _refunds(self): return self.count(self.refunded)
    def _largest_order(self): return self.each(self.cut(self.sold), lambda rows: rows["amount"].max())
    def _aov(self): return self.each(self.cut(self.sold), lambda rows: rows["amount"].mean())

    def _refund_rate(self):
        orders = self._orders().astype(float)
        return (self._refunds() / orders.where(orders > 0)).astype(object)

    def _aov_index(self):
        own = self.each(self.sold, lambda rows: rows["amount"].mean()).astype(float)
        return own / own.median()

    def _year(self): return self.sold[self.sold["day"] > self.day - pd.Timedelta(days=365)]
    def _orders_365(self): return self.each(self._year(), len, 0)
    def _spend_365(self): return self.each(self._year(), lambda rows: rows["amount"].sum(), 0)

    def gaps(self, rows: pd.DataFrame) -> pd.Series:
        return rows["day"].drop_duplicates().sort_values().diff().dt.days.dropna()

    def _days_between_orders(self): return self.each(self.sold, lambda rows: self.gaps(rows).mean())
    def _gap_variation(self): return self.each(self.sold, lambda rows: self.gaps(rows).std() / self.gaps(rows).mean())

    def priced(self): return self.sold[self.sold["list_amount"].notna()]
    def discounted(self, rows: pd.DataFrame) -> pd.Series: return rows["amount"] <= rows["list_amount"] * 0.95 + 1e-9
    def _priced_orders(self): return self.count(self.priced())
    def _discount_share(self): return self.share(self.discounted, self.priced())

    def _first_order_discounted(self):
        first = self.sold.sort_values(["ordered_at", "order_id"]).drop_duplicates("customer_id")
        return self.each(first, lambda rows: bool(self.discounted(rows).all()))

    def timed(self): return self.sold[self.sold["ordered_at"] != self.sold["ordered_at"].dt.normalize()]
    def _timed_orders(self): return self.count(self.timed())

    def _night_share(self):
        return self.share(lambda rows: ~rows["ordered_at"].dt.hour.between(5, 21), self.timed())

    def _lunch_share(self): return self.share(lambda rows: rows["ordered_at"].dt.hour.between(11, 13), self.timed())
    def _weekend_share(self): return self.share(lambda rows: rows["day"].dt.day_of_week >= 5)
    def _payday_share(self): return self.share(lambda rows: rows["day"].dt.day.isin([10, 11, 15, 16]))

    def _festival_share(self):
        return self.share(lambda rows: rows["day"].dt.strftime("%m%d").map(
            lambda day: "0601" <= day <= "0618" or "1101" <= day <= "1111" or "1201" <= day <= "1212"))

    # Which of several values
    def channels_of(self): return self.sold.assign(at=self.sold["ordered_at"])[self.sold["channel"].notna()]

    def ranked(self, rows: pd.DataFrame, column: str, order: Callable[[pd.DataFrame], tuple]) -> pd.Series:
        ranks: dict[str, list] = {}
        for (customer, value), part in rows.groupby(["customer_id", column]):
            ranks.setdefault(customer, []).append((order(part), value))
        return pd.Series({customer: min(ranks[customer])[1] if customer in ranks else None for customer in self.index})

    @staticmethod
    def most(part: pd.DataFrame) -> tuple: return -part["order_id"].nunique(), -part["at"].max().value
    @staticmethod
    def latest(part: pd.DataFrame) -> tuple: return -part["at"].max().value, -part["order_id"].nunique()
    @staticmethod
    def earliest(part: pd.DataFrame) -> tuple: return part["at"].min().value, -part["order_id"].nunique()
    def _preferred_channel(self): return self.ranked(self.channels_of(), "channel", self.most)
    def _last_channel(self): return self.ranked(self.channels_of(), "channel", self.latest)
    def _first_channel(self): return self.ranked(self.channels_of(), "channel", self.earliest)
    def _preferred_category(self): return self.ranked(self.lines, "category", self.most)
    def _last_category(self): return self.ranked(self.lines, "category", self.latest)
    def _preferred_product(self): return self.ranked(self.lines, "product", self.most)
    def _last_product(self): return self.ranked(self.lines, "product", self.latest)

    def bought(self, rows: pd.DataFrame, column: str) -> pd.Series:
        found = self.each(self.cut(rows), lambda own: sorted(own[column].unique()))
        return found.map(lambda values: values if isinstance(values, list) else [])

    def _bought_channel(self): return self.bought(self.channels_of(), "channel")
    def _bought_category(self): return self.bought(self.lines, "category")
    def _bought_product(self): return self.bought(self.lines, "product")
    def _channels(self): return self._bought_channel().map(len)
    def _categories(self): return self._bought_category().map(len)
    def newest(self, own: pd.DataFrame) -> pd.Timestamp: return own.groupby("category")["day"].min().max()
    def _newest_category_day(self): return self.each(self.lines, lambda own: self.newest(own).date())
    def _days_since_new_category(self): return self.each(self.lines, lambda own: self.ago(self.newest(own)))

    # People
    def last_known(self, column: str) -> pd.Series:
        known = self.sold[self.sold[column].notna()].sort_values(["ordered_at", "order_id"])
        return self.each(known, lambda rows: rows[column].iloc[-1])

    def _region(self): return self.last_known("region")
    def record(self, column: str) -> pd.Series: return self.customers.set_index("customer_id")[column].reindex(self.index)
    def _city(self): return self.record("city").astype(object).where(self.record("city").notna(), self.last_known("city"))
    def _member_level(self): return self.record("member_level")
    def _registered_at(self): return self.record("registered_at").dt.date

    def consent(self, channel: str) -> pd.Series:
        rows = self.consents[self.consents["channel"] == channel]
        rows = rows.assign(at=rows["updated_at"].fillna(pd.Timestamp("1970-01-01")))
        return self.each(rows, lambda own: bool(own[own["at"] == own["at"].max()]["consented"].all()), False)

    def _consent_sms(self): return self.consent("sms")
    def _consent_push(self): return self.consent("push")
    def _consent_wecom(self): return self.consent("wecom")
    def _consent_email(self): return self.consent("email")
    def _last_touched_days(self): return self.each(self.touches, lambda rows: self.ago(rows["day"].max()))
    def _touches(self): return self.count(self.touches)
    def _opened(self): return self.count(self.touches[self.touches["opened"]])
    def _clicked(self): return self.count(self.touches[self.touches["clicked"]])
    def _unsubscribes(self): return self.count(self.touches[self.touches["unsubscribed"]])
    def campaigns(self, rows: pd.DataFrame) -> pd.Series:
        named = rows.assign(name=rows["campaign_id"].map(self.names).fillna(rows["campaign_id"]))
        return self.bought(named, "name")

    def _got_campaign(self): return self.campaigns(self.touches)
    def _opened_campaign(self): return self.campaigns(self.touches[self.touches["opened"]])
    def _clicked_campaign(self): return self.campaigns(self.touches[self.touches["clicked"]])
    def _carted_category(self): return self.bought(self.of_type("cart").dropna(subset="category"), "category")
    def of_type(self, kind: str) -> pd.DataFrame: return self.events[self.events["type"] == kind]
    def _events(self): return self.count(self.events)
    def _views(self): return self.count(self.of_type("pv"))
    def _carts(self): return self.count(self.of_type("cart"))
    def _favourites(self): return self.count(self.of_type("fav"))
    def _last_cart_day(self): return self.each(self.of_type("cart"), lambda rows: rows["day"].max().date())
    def _last_event_days(self): return self.each(self.events, lambda rows: self.ago(rows["day"].max()))


Ask = Callable[..., Oracle]


@pytest.fixture(scope="module")
def oracle(tables: Tables) -> Ask:
    """Gives the oracle of a day and window; each works a trait out once."""
    known: dict[tuple, Oracle] = {}

    def ask(day: date, window: Window | None = None) -> Oracle:
        key = (day, window and (window.start, window.end))
        return known.setdefault(key, known.get(key) or Oracle(tables, day, window))

    return ask


def same(found: pd.Series, wanted: pd.Series) -> None:
    wanted = wanted.reindex(found.index)
    for customer, mine, theirs in zip(found.index, found, wanted, strict=True):
        if isinstance(theirs, list):
            assert list(mine) == theirs, customer
        elif theirs is None or (not isinstance(theirs, str) and pd.isna(theirs)):
            assert mine is None or pd.isna(mine), (customer, mine)
        elif isinstance(theirs, (str, bool, date)):
            assert mine == theirs, customer
        else:
            assert float(mine) == pytest.approx(float(theirs), abs=1e-6), customer


MEASURED = [name for name, trait in builtin().traits.items() if not trait.tag]
ORACLED = [name for name in MEASURED if name not in MADE_OF_TIERS]


@pytest.mark.parametrize("day", DAYS)
def test_every_trait_is_what_its_definition_says(opened: SegmentData, oracle: Ask, day: date) -> None:
    found = measured(opened, [TraitRef(name) for name in ORACLED], day)
    assert list(found.index) == list(oracle(day).index)
    for name in ORACLED:
        same(found[name], oracle(day).trait(name))


def test_a_windowed_trait_counts_the_window_only(opened: SegmentData, oracle: Ask) -> None:
    windows = [Window(start=date(2024, 3, 1), end=date(2024, 6, 15), label="spring"), None]
    names = [name for name in ORACLED if builtin().traits[name].windowed]
    refs = [TraitRef(name, window) for name in names for window in windows]
    found = measured(opened, refs, DAYS[0])
    for ref in refs:
        same(found[column_of(ref)], oracle(DAYS[0], ref.window).trait(ref.name))


def test_traits_of_tier_and_profile_are_those_of_the_overviews(opened: SegmentData) -> None:
    found = measured(opened, [TraitRef(name) for name in sorted(MADE_OF_TIERS)], opened.last_day)
    tiers = {row.tier: row.customers for row in opened.tier_overview().rows}
    assert found["tier"].value_counts().to_dict() == {tier: n for tier, n in tiers.items() if n}
    stages = {row.stage: row.customers for row in opened.lifecycle_overview().rows}
    assert found["lifecycle"].value_counts().to_dict() == {stage: n for stage, n in stages.items() if n}
    cells = {(cell.recency, cell.frequency): cell.customers for cell in opened.rfm_overview().cells}
    assert found.groupby(["recency_score", "frequency_score"]).size().to_dict() == cells
    assert found["rfm_segment"].notna().all()


# Tags, as their definitions read ------------------------------------------------------------------------------------

Said = Callable[..., pd.Series]
TAGS: dict[str, Callable[[Said], pd.Series]] = {
    "discount_seeker": lambda is_: (is_("priced_orders") >= 2) & (is_("discount_share") >= 0.75),
    "full_price_buyer": lambda is_: (is_("priced_orders") >= 2) & (is_("discount_share") <= 0.2),
    "first_order_discounter": lambda is_: is_("first_order_discounted").astype(bool) & (is_("orders") == 1),
    "night_buyer": lambda is_: (is_("timed_orders") >= 2) & (is_("night_share") >= 0.5),
    "lunchtime_buyer": lambda is_: (is_("timed_orders") >= 2) & (is_("lunch_share") >= 0.5),
    "weekend_buyer": lambda is_: (is_("orders") >= 3) & (is_("weekend_share") >= 0.6),
    "payday_buyer": lambda is_: (is_("orders") >= 3) & (is_("payday_share") >= 0.5),
    "festival_buyer": lambda is_: (is_("orders") >= 2) & (is_("festival_share") >= 0.5),
    "high_frequency": lambda is_: is_("orders_365") >= 6,
    "one_time": lambda is_: (is_("orders") == 1) & (is_("recency_days") > 90),
    "new_customer": lambda is_: is_("days_since_first_order") <= 30,
    "regular_rhythm": lambda is_: (is_("order_days") >= 4) & (is_("gap_variation") <= 0.5),
    "lapsing": lambda is_: (is_("recency_days") > 1.5 * is_("days_between_orders")) & (is_("tier") != "dormant"),
    "big_basket": lambda is_: is_("aov_index") >= 1.5,
    "small_basket": lambda is_: is_("aov_index") <= 0.6,
    "one_off_big_spender": lambda is_: (is_("orders") == 1) & (is_("aov_index") >= 2),
    "rising_spender": lambda is_: (is_("days_since_first_order") >= 180) & (is_("orders", 180) >= 2)
    & (is_("spend", 90) >= 0.65 * is_("spend", 180)),
    "declining_spender": lambda is_: (is_("days_since_first_order") >= 180) & (is_("orders", 180) >= 2)
    & (is_("spend", 90) <= 0.35 * is_("spend", 180)),
    "multi_category": lambda is_: is_("categories") >= 3,
    "single_category_loyal": lambda is_: (is_("orders") >= 3) & (is_("categories") == 1),
    "category_newcomer": lambda is_: (is_("days_since_new_category") <= 60)
    & (is_("days_since_new_category") < is_("days_since_first_order")),
    "multi_channel": lambda is_: is_("channels") >= 2,
    "single_channel": lambda is_: (is_("orders") >= 3) & (is_("channels") == 1),
    "channel_switcher": lambda is_: (is_("channels") >= 2) & (is_("last_channel") != is_("first_channel")),
    "returner": lambda is_: (is_("refunds") >= 2) & (is_("refund_rate") >= 0.3),
    "unreachable": lambda is_: ~(is_("consent_sms") | is_("consent_push") | is_("consent_wecom") | is_("consent_email")).astype(bool),
    "engaged": lambda is_: is_("clicked", 90) >= 1,
    "message_fatigued": lambda is_: (is_("touches", 90) >= 2) & (is_("opened", 90) == 0),
    "browse_no_buy": lambda is_: (is_("views", 30) >= 3) & (is_("orders", 30) == 0),
    "cart_abandoner": lambda is_: (is_("carts", 30) >= 1)
    & (pd.to_datetime(is_("last_cart_day")) > pd.to_datetime(is_("last_order_day"))),
}  # fmt: skip


def said(opened: SegmentData, oracle: Ask, day: date) -> Said:
    """Traits by the oracle, over the last so many days where asked; numbers as floats."""

    def trait(name: str, days: int = 0) -> pd.Series:
        if name in MADE_OF_TIERS:
            return measured(opened, [TraitRef(name)], day)[name]
        window = parse_window(f"last_{days}_days", day, date(2000, 1, 1)) if days else None
        found = oracle(day, window).trait(name)
        return pd.to_numeric(found) if builtin().traits[name].kind in ("number", "money", "days") else found

    return trait


def test_there_are_enough_tags_and_the_oracle_knows_all() -> None:
    assert set(TAGS) == set(builtin().tags)
    assert len(TAGS) >= 20


@pytest.mark.parametrize("day", DAYS)
def test_every_tag_is_what_its_definition_says(opened: SegmentData, oracle: Ask, day: date) -> None:
    found = measured(opened, [TraitRef(name) for name in TAGS], day)
    is_ = said(opened, oracle, day)
    for name, definition in TAGS.items():
        wanted = definition(is_).reindex(found.index).fillna(False).astype(bool)
        assert found.index[found[name]].tolist() == wanted.index[wanted].tolist(), name


def test_the_oracle_meets_each_tag_somewhere(opened: SegmentData) -> None:
    """Tags that nobody has would be tested by nothing."""
    sizes = [opened.traits.overview(as_of=str(day)).rows for day in DAYS]
    biggest = {row.tag: max(other.customers for rows in sizes for other in rows if other.tag == row.tag) for row in sizes[0]}
    assert [tag for tag, customers in biggest.items() if customers == 0] == []


IN_WORDS = {0: ("没", "none", "no order"), 1: ("此后没有再下单", "none followed")}


@pytest.mark.parametrize("tag", sorted(TAGS))
def test_a_definition_quotes_its_thresholds(tag: str) -> None:
    trait = builtin().tags[tag]
    for text in (trait.definition.zh, trait.definition.en):
        quoted = {float(number) for number in re.findall(r"\d+(?:\.\d+)?", text)}
        for condition in trait.rule.conditions:
            numbers = [value for value in condition.given if isinstance(value, (int, float)) and not isinstance(value, bool)]
            numbers += [condition.than.times] if condition.than and condition.than.times != 1 else []
            for number in numbers:
                said = quoted & {number, round(number * 100, 6)} or any(word in text for word in IN_WORDS.get(number, ()))
                assert said, (tag, number)


# Sizes --------------------------------------------------------------------------------------------------------------


def test_sizes_count_customers_and_what_they_paid(opened: SegmentData) -> None:
    day = DAYS[1]
    refs = [*(TraitRef(name) for name in TAGS), TraitRef("spend_365"), TraitRef("tier")]
    people = measured(opened, refs, day)
    people["spend_365"] = people["spend_365"].astype(float)
    for tier in ("", "dormant", "high"):
        inside = people[people["tier"] == tier] if tier else people
        found = opened.traits.overview(tier=tier, as_of=str(day))
        assert found.value == found.n == len(inside)
        assert [row.customers for row in found.rows] == sorted((row.customers for row in found.rows), reverse=True)
        for row in found.rows:
            tagged = inside[inside[row.tag]]
            assert row.customers == len(tagged)
            assert row.share == pytest.approx(len(tagged) / len(inside))
            assert row.revenue == pytest.approx(tagged["spend_365"].sum())
            assert row.revenue_share == pytest.approx(tagged["spend_365"].sum() / inside["spend_365"].sum())


def test_tags_and_tiers_answer_to_any_name(opened: SegmentData) -> None:
    found = opened.traits.overview(["夜猫子", "lapsing", "Night buyer"], tier="沉睡")
    assert {row.tag for row in found.rows} == {"night_buyer", "lapsing"}
    assert found.filters == {"tier": ["dormant"]}
    with pytest.raises(BadArgument) as refused:
        opened.traits.overview(["lapsin"])
    assert refused.value.code == "unknown_tag"
    assert "lapsing" in refused.value.alternatives
    with pytest.raises(BadArgument) as refused:
        builtin().trait("spent")
    assert refused.value.code == "unknown_trait"
    assert "spend" in refused.value.alternatives


def test_the_order_of_the_rows_changes_nothing(tables: Tables, opened: SegmentData, open_tables: Open) -> None:
    shuffled = open_tables({name: frame.sample(frac=1, random_state=3) for name, frame in tables.items()})
    names = [*MEASURED, *TAGS]
    refs = [TraitRef(name) for name in names]
    pd.testing.assert_frame_equal(measured(opened, refs, DAYS[0]), measured(shuffled, refs, DAYS[0]))


def test_a_tag_without_its_data_says_what_it_lacks(brand: Tables, open_tables: Open) -> None:
    orders = brand["orders"][["order_id", "customer_id", "order_date", "kind", "amount"]]
    bare = open_tables({"orders": orders.assign(ordered_at=orders["order_date"])})
    rows = {row.tag: row for row in bare.traits.overview().rows}
    lacking = {tag: row.lacks for tag, row in rows.items() if row.lacks}
    assert lacking["night_buyer"] == ["orders.time"]
    assert lacking["discount_seeker"] == ["orders.list_amount"]
    assert lacking["multi_category"] == ["order_items.category"]
    assert lacking["unreachable"] == ["consents"]
    assert lacking["cart_abandoner"] == ["events"]
    assert all(rows[tag].customers is None and rows[tag].revenue is None for tag in lacking)
    assert {tag for tag in rows if tag not in lacking} == {
        "weekend_buyer", "payday_buyer", "festival_buyer", "high_frequency", "one_time", "new_customer", "regular_rhythm",
        "lapsing", "big_basket", "small_basket", "one_off_big_spender", "rising_spender", "declining_spender", "returner",
    }  # fmt: skip
    with pytest.raises(NoData) as refused:
        bare.traits.table([TraitRef("preferred_channel")], bare.last_day)
    assert refused.value.params["needs"] == "orders.channel"


def test_each_measured_trait_has_one_source() -> None:
    sources = [name for source in SOURCES for name in source.traits]
    assert sorted(sources) == sorted(MEASURED)


def test_many_traits_scan_the_orders_once_a_source() -> None:
    """Traits of one source are one aggregation, however many are asked for."""
    rules = TierRules(dormancy_days=90)
    names = ["orders", "spend", "aov", "night_share", "festival_share", "discount_share", "refund_rate", "recency_days"]
    sql = compile_sql(trait_table([TraitRef(name) for name in names], DAYS[0], rules, frozenset(), builtin()))
    assert len(re.findall(r'FROM "orders"', sql)) == 2  # the customers, and their figures


def test_a_window_is_refused_where_a_trait_takes_none(opened: SegmentData) -> None:
    window = Window(start=date(2024, 1, 1), end=date(2024, 2, 1), label="x")
    with pytest.raises(BadArgument) as refused:
        opened.traits.table([TraitRef("tier", window)], opened.last_day)
    assert refused.value.code == "trait_takes_no_window"


def test_closed_traits_have_the_values_of_their_dimension() -> None:
    assert [value.name for value in builtin().traits["tier"].values] == ["high", "potential", "mid", "low", "dormant"]
    assert builtin().traits["lifecycle"].values == metric_catalog().dimensions["lifecycle"].values


# A brand's own file -------------------------------------------------------------------------------------------------

OWN = """\
settings:
  night_hours: [0, 4]
tags:
  night_buyer:
    title: {zh: 夜间下单, en: Night buyer}
    definition: {zh: 凌晨下过单。, en: Ordered in the small hours.}
    all:
      - {trait: night_share, op: ">", value: 0}
  skincare_fan:
    title: {zh: 护肤控, en: Skincare fan}
    definition: {zh: 近180天买过护肤、或偏好护肤的高频客户。, en: "Frequent, and into skincare."}
    all:
      - {trait: high_frequency, op: "=", value: true}
    any:
      - {trait: bought_category, op: in, value: [护肤], window: last_180_days}
      - {trait: preferred_category, op: "=", value: 护肤}
"""


def test_a_brand_adds_and_overrides_tags(opened: SegmentData, oracle: Ask) -> None:
    catalog = read_traits(OWN, "traits.yaml")
    assert set(catalog.tags) == set(TAGS) | {"skincare_fan"}
    assert catalog.trait("护肤控").needs == ["order_items.category"]
    assert "00:00–04:00" in catalog.traits["night_share"].definition.zh
    day = DAYS[1]
    rules = opened.tiers.versions()[-1].rules
    refs = [TraitRef("skincare_fan"), TraitRef("night_buyer"), TraitRef("night_share")]
    rows = opened._warehouse.run(trait_table(refs, day, rules, frozenset(), catalog)).records
    found = pd.DataFrame(rows).set_index("customer_id").sort_index()
    window = parse_window("last_180_days", day, date(2000, 1, 1))
    recent, ever = oracle(day, window), oracle(day)
    fond = recent.trait("bought_category").map(lambda values: "护肤" in values) | (ever.trait("preferred_category") == "护肤")
    wanted = fond & (ever.trait("orders_365") >= 6)
    assert wanted.any()
    assert found["skincare_fan"].tolist() == wanted.tolist()
    small = ever.share(lambda rows: rows["ordered_at"].dt.hour < 4, ever.timed())
    same(found["night_share"], small)
    assert found["night_buyer"].tolist() == (small.astype(float) > 0).tolist()


def test_the_opposites_of_a_condition_make_up_everybody(opened: SegmentData) -> None:
    tags = {
        "a1": '{trait: preferred_channel, op: "=", value: 抖音}', "a2": '{trait: preferred_channel, op: "!=", value: 抖音}',
        "b1": "{trait: bought_category, op: in, value: [护肤, 零食]}", "b2": "{trait: bought_category, op: not_in, value: [护肤, 零食]}",
        "c1": "{trait: last_channel, op: in, value: [抖音, 天猫]}", "c2": "{trait: last_channel, op: not_in, value: [抖音, 天猫]}",
    }  # fmt: skip
    text = "tags:\n" + "".join(
        f"  {name}:\n    title: {{zh: {name}, en: {name}}}\n    definition: {{zh: 甲, en: A}}\n    all: [{rule}]\n" for name, rule in tags.items()
    )
    rules = opened.tiers.versions()[-1].rules
    table = trait_table([TraitRef(name) for name in tags], opened.last_day, rules, frozenset(), read_traits(text, "t"))
    found = pd.DataFrame(opened._warehouse.run(table).records)
    for pair in "abc":
        assert (found[f"{pair}1"] ^ found[f"{pair}2"]).all()
        assert found[f"{pair}1"].any()


@pytest.mark.parametrize(("was", "becomes", "line", "reason"), [
    ("night_share, op", "nightshare, op", 8, "there is no trait 'nightshare'"),
    ('op: ">"', 'op: ">>"', 8, "Input should be"),
    ("value: 0}", "value: lots}", 8, "'lots' is no number"),
    ("value: 0}", "value: true}", 8, "'True' is no number"),
    ("value: 0}", "value: [0]}", 8, "takes one value"),
    ("value: 0}", "value: 0, window: soon}", 8, "'soon' is no window"),
    ("preferred_category, op", "preferred_category, window: last_30_days, op", 16, "takes no window"),
    ("value: 0}", "vale: 0}", 8, "Extra inputs"),
    ("op: in", 'op: "="', 15, "takes one value"),
    ("[护肤]", "[3]", 15, "'3' is no text"),
    ("value: 护肤}", 'value: 护肤, than: {trait: last_category}}', 16, "either a value"),
    ("value: 0}", "than: {trait: last_category}}", 8, "cannot be compared"),
    ("high_frequency, op", "skincare_fan, op", 9, "made of itself"),
    ("title: {zh: 护肤控", "title: {zh: 高频", 9, "already a name of 'high_frequency'"),
    ("  skincare_fan:", "  spend:", 9, "name of a measured trait"),
    ("[0, 4]", "[4, 4]", 2, "two different hours"),
    ("[0, 4]", "[0, 30]", 2, "two different hours"),
    ("night_hours", "nigth_hours", 2, "Extra inputs"),
    ("night_hours: [0, 4]", "festivals: [{zh: 黑五, en: black friday}]", 2, "moves from year to year"),
    ("night_hours: [0, 4]", "festivals: [{zh: 店庆, en: anniversary}]", 2, "names no days"),
    ("settings:", "thresholds:", 1, "Extra inputs"),
    ("[护肤]", "[护肤", 15, "expected"),
])  # fmt: skip
def test_a_bad_definition_is_refused_with_line_and_reason(was: str, becomes: str, line: int, reason: str) -> None:
    text = OWN.replace(was, becomes, 1)
    assert text != OWN
    with pytest.raises(BadArgument) as refused:
        read_traits(text, "traits.yaml")
    assert refused.value.code == "bad_definition"
    assert reason in refused.value.params["reason"]
    assert refused.value.params["line"] == line


def test_a_brands_file_is_optional_and_utf8(tmp_path: Path) -> None:
    path = tmp_path / "traits.yaml"
    assert load_traits(path) == builtin()
    path.write_text("", encoding="utf-8")
    assert load_traits(path) == builtin()
    path.write_text("\ufeff" + OWN, encoding="utf-8")
    assert "skincare_fan" in load_traits(path).tags
    path.write_text("# \x07" + OWN, encoding="utf-8")
    with pytest.raises(BadArgument, match="bad_definition"):
        load_traits(path)
    path.write_bytes(OWN.encode("gb18030"))
    with pytest.raises(BadArgument) as refused:
        load_traits(path)
    assert refused.value.code == "bad_definition"
