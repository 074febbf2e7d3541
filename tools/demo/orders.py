"""When people order and what is in the basket."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from tools.demo import brand
from tools.demo.draw import choose, stream

# Relative traffic of each hour of the day: by day, at night, and while shops are open.
HOURS = (
    (3, 1, 1, 1, 1, 1, 2, 4, 6, 8, 11, 11, 12, 10, 8, 8, 8, 8, 9, 12, 16, 18, 15, 8),
    (14, 8, 3, 1, 1, 0, 0, 1, 1, 2, 3, 3, 4, 3, 3, 3, 3, 3, 3, 4, 6, 10, 18, 20),
    (0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 6, 8, 8, 7, 8, 9, 9, 9, 10, 12, 11, 4, 0, 0),
)


def draw_orders(seed: int, people: pd.DataFrame, demand: np.ndarray, start: date) -> pd.DataFrame:
    """Every order of the BG/NBD process: person, at, channel, city. See brand.Process.

    The process runs on a clock that ticks with demand: a busy day is a longer day.
    """
    rng = stream(seed, "orders")
    clock = np.concatenate([[0.0], np.cumsum(demand)])
    alive = people.index[people["buyer"]].to_numpy()
    day = people["day"].to_numpy()[alive]
    now = clock[day] + rng.random(len(alive)) * demand[day]
    persons, times = [], []
    while len(alive):
        persons.append(alive)
        times.append(now)
        stays = rng.random(len(alive)) >= people["leave"].to_numpy()[alive]
        alive, now = alive[stays], now[stays]
        now = now + rng.exponential(1 / people["rate"].to_numpy()[alive])
        alive, now = alive[now < clock[-1]], now[now < clock[-1]]
    person = np.concatenate(persons)
    when = np.searchsorted(clock, np.concatenate(times), side="right") - 1
    return place(rng, people, person, np.datetime64(start, "D") + when)


def place(rng: np.random.Generator, people: pd.DataFrame, person: np.ndarray, day: np.ndarray) -> pd.DataFrame:
    """Orders of these persons on these days, each given an hour, a channel and a city."""
    who = people.loc[person]
    names = np.array(list(brand.CHANNELS))
    own = rng.random(len(person)) < brand.LOYALTY
    average = np.array(list(brand.CHANNELS.values())).mean(axis=1)
    channel = np.where(own, who["channel"], choose(rng, average, len(person)))
    home = rng.random(len(person)) < 0.94
    city = np.where(home, who["city"], choose(rng, brand.CITIES.values(), len(person)))
    profile = np.where(names[channel] == brand.STORE, 2, who["night"].astype(int))
    second = np.empty(len(person), dtype="int64")
    for number, hours in enumerate(HOURS):
        mine = profile == number
        second[mine] = choose(rng, hours, int(mine.sum())) * 3600
    second += rng.integers(3600, size=len(person))
    at = day.astype("datetime64[s]") + second
    return pd.DataFrame({"person": person, "at": at, "channel": channel, "city": city})


def fill_baskets(
    rng: np.random.Generator, people: pd.DataFrame, products: pd.DataFrame, orders: pd.DataFrame, extra: np.ndarray
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Orders with fen (paid), list_fen and units; and their lines. `extra` is the day's discount on top of the usual.

    Lines have order (the index of `orders`), product (position), quantity, fen (paid). Fen are integer cents.
    """
    who = people.loc[orders["person"]]
    lines = 1 + rng.poisson(0.75 * who["spend"].to_numpy())
    order = np.repeat(np.arange(len(orders)), lines)
    product = pick_products(rng, who["favourite"].to_numpy()[order], len(products))
    quantity = 1 + rng.poisson(0.35 * who["spend"].to_numpy()[order])
    off = np.clip(who["bargain"].to_numpy() * 0.5 + extra + rng.choice([0, 0, 0, 0.05, 0.1], len(orders)), 0, 0.45)
    full = products["fen"].to_numpy()[product] * quantity
    paid = np.rint(full * (1 - np.round(off, 2)[order])).astype("int64")
    items = pd.DataFrame({
        "order": orders.index.to_numpy()[order], "product": product, "quantity": quantity, "fen": paid,
        "list_fen": full,
    })
    items = items.groupby(["order", "product"], as_index=False).sum()
    totals = items.groupby("order")[["fen", "list_fen", "quantity"]].sum()
    return orders.join(totals.rename(columns={"quantity": "units"})), items


def pick_products(rng: np.random.Generator, favourite: np.ndarray, count: int) -> np.ndarray:
    """Product positions: mostly of the favourite category, popular ones more often."""
    each = count // len(brand.CATEGORIES)
    loyal = rng.random(len(favourite)) < brand.DEVOTION
    category = np.where(loyal, favourite, choose(rng, brand.CATEGORIES.values(), len(favourite)))
    return category * each + choose(rng, 1 / (np.arange(each) + 3.0), len(favourite))
