"""What people did on the site and in the app during the last weeks: pv, cart, fav, buy."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from tools.demo import brand
from tools.demo.campaigns import Ledger
from tools.demo.draw import choose, stream
from tools.demo.orders import HOURS, pick_products


def event_table(seed: int, ledger: Ledger, ids: np.ndarray, as_of: date) -> pd.DataFrame:
    """events.csv: the way to each online order line, and visits that led to none."""
    rng = stream(seed, "events")
    start = np.datetime64(as_of - timedelta(days=brand.EVENT_DAYS - 1), "s")
    buying, browsing = _buying(rng, ledger, start), _browsing(rng, ledger, start)
    steps = pd.concat([_steps(rng, buying, bought=True), _steps(rng, browsing, bought=False)], ignore_index=True)
    steps = steps[steps["at"] >= start].drop_duplicates()
    steps = steps.sort_values(["at", "person", "event_type", "product"], kind="stable")
    products = ledger.products.iloc[steps["product"]]
    return pd.DataFrame({
        "customer_id": ids[steps["person"]], "event_type": steps["event_type"].to_numpy(),
        "event_at": steps["at"].to_numpy(), "product_id": products["product_id"].to_numpy(),
        "category": products["category"].to_numpy(),
    })


def _buying(rng: np.random.Generator, ledger: Ledger, start: np.datetime64) -> pd.DataFrame:
    """Lines of online orders since `start`: person, product, at."""
    shop = list(brand.CHANNELS).index(brand.STORE)
    recent = ledger.orders[(ledger.orders["at"] >= start) & (ledger.orders["channel"] != shop)]
    lines = ledger.items[ledger.items["order"].isin(recent.index)]
    of = recent.loc[lines["order"]]
    return pd.DataFrame({
        "person": of["person"].to_numpy(), "product": lines["product"].to_numpy(), "at": of["at"].to_numpy(),
    })


def _browsing(rng: np.random.Generator, ledger: Ledger, start: np.datetime64) -> pd.DataFrame:
    """Visits without an order: everybody a little, recent customers more."""
    people = ledger.people
    since = start - np.timedelta64(90, "D")
    recent = people.index.isin(ledger.orders.loc[ledger.orders["at"] >= since, "person"])
    here = people["day"].to_numpy() < brand.HISTORY_DAYS - brand.EVENT_DAYS
    visits = rng.poisson(np.where(recent, 1.6, 0.3) * here)
    person = np.repeat(people.index.to_numpy(), visits)
    day = rng.integers(brand.EVENT_DAYS, size=len(person)).astype("int64")
    second = choose(rng, HOURS[0], len(person)) * 3600 + rng.integers(3600, size=len(person))
    product = pick_products(rng, people["favourite"].to_numpy()[person], len(ledger.products))
    return pd.DataFrame({"person": person, "product": product, "at": start + day * 86_400 + second})


def _steps(rng: np.random.Generator, visits: pd.DataFrame, *, bought: bool) -> pd.DataFrame:
    """Views, and for some a cart or a favourite, up to the moment of each visit (or purchase)."""
    size = len(visits)
    views = visits.loc[visits.index.repeat(1 + rng.poisson(1.4, size))]
    parts = [
        (views, "pv", 5_400 if bought else 600),
        (visits[rng.random(size) < (0.72 if bought else 0.11)], "cart", 60),
        (visits[rng.random(size) < (0.14 if bought else 0.06)], "fav", 60),
    ]
    tables = [
        part.assign(event_type=kind, at=part["at"] - _seconds(rng.exponential(before, len(part)) + 1))
        for part, kind, before in parts
    ]
    if bought:
        tables.append(visits.assign(event_type="buy"))
    return pd.concat(tables, ignore_index=True)


def _seconds(amount: np.ndarray) -> np.ndarray:
    return amount.astype("int64").astype("timedelta64[s]")
