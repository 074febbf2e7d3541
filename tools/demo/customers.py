"""Who the customers are: what drives them (never exported) and what the brand knows of them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from tools.demo import brand
from tools.demo.draw import choose, stream
from tools.demo.names import emails, full_names, phones
from tools.demo.truth import Link

SHAPES = ("phone", "phone_format", "email", "email_case")
"""What two accounts of one person share: a value, or the same value written differently."""


def draw_people(seed: int, size: int, demand: np.ndarray) -> pd.DataFrame:
    """One row a person, in order of arrival.

    Columns: day (of history), channel, city and favourite (positions in brand.py), and the latent drives.
    """
    rng = stream(seed, "people")
    process = brand.PROCESS
    day = np.sort(choose(rng, demand * _growth(len(demand)), size))
    return pd.DataFrame({
        "day": day,
        "channel": _channel(rng, day / len(demand)),
        "city": choose(rng, brand.CITIES.values(), size),
        "favourite": choose(rng, brand.CATEGORIES.values(), size),
        "rate": rng.gamma(process.r, 1 / process.alpha, size),
        "leave": rng.beta(process.a, process.b, size),
        "spend": rng.lognormal(-process.spend_sigma**2 / 2, process.spend_sigma, size),
        "bargain": rng.beta(2, 8, size),
        "night": rng.random(size) < 0.12,
        "buyer": rng.random(size) >= process.prospects,
        **{agrees(channel): rng.random(size) < share for channel, share in brand.CONSENT.items()},
    })


def agrees(channel: str) -> str:
    """Name of the column of people that says who agreed to a message channel."""
    return f"agrees_{channel}"


def customer_table(
    seed: int, people: pd.DataFrame, orders: pd.DataFrame, start: date
) -> tuple[pd.DataFrame, list[Link]]:
    """customers.csv with Chinese headers, and the accounts planted as one person's."""
    rng = stream(seed, "customers")
    size = len(people)
    paid = orders.groupby("person")["fen"].sum().reindex(people.index, fill_value=0).to_numpy() / 100
    level = np.searchsorted(list(brand.LEVELS.values()), paid, side="right") - 1
    table = pd.DataFrame({
        "会员ID": member_ids(size),
        "姓名": full_names(rng, size),
        "手机号": np.where(rng.random(size) < 0.05, "", phones(rng, size)),
        "邮箱": np.where(rng.random(size) < 0.28, "", emails(rng, size)),
        "城市": np.array(list(brand.CITIES), dtype=object)[people["city"]],
        "注册渠道": np.array(list(brand.CHANNELS), dtype=object)[people["channel"]],
        "会员等级": np.array(list(brand.LEVELS), dtype=object)[level],
        "注册时间": _registered(rng, people, orders, start),
    })
    return table, _plant_links(rng, table)


def member_ids(size: int) -> np.ndarray:
    return np.array([f"M{number}" for number in range(100_001, 100_001 + size)], dtype=object)


def consent_table(people: pd.DataFrame, customers: pd.DataFrame, touches: pd.DataFrame) -> pd.DataFrame:
    """One row a customer and message channel: what was agreed at registration, less the opt-outs since."""
    opted_out = touches[touches["unsubscribed"]]
    parts = []
    for channel in brand.CONSENT:
        gone = opted_out[opted_out["channel"] == channel].groupby("person")["sent_at"].min()
        said = people[agrees(channel)].copy()
        said[gone.index] = False
        since = customers["注册时间"].copy()
        since[gone.index] = gone
        parts.append(pd.DataFrame({
            "customer_id": customers["会员ID"], "channel": channel, "consented": said, "updated_at": since,
        }))
    return pd.concat(parts, ignore_index=True)


def _growth(days: int) -> np.ndarray:
    """New customers a day: a launch, a rise over the first year, lately flattening."""
    x = np.linspace(0, 1, days)
    return 0.6 + 0.8 / (1 + np.exp(-9 * (x - 0.35))) - 0.8 * np.clip(x - 0.6, 0, None) + 1.5 * np.exp(-x * 60)


def _channel(rng: np.random.Generator, progress: np.ndarray) -> np.ndarray:
    """Channel mix drifting from its first to its last shares; `progress` is 0..1."""
    first, last = np.array(list(brand.CHANNELS.values())).T
    share = np.cumsum(first + progress[:, None] * (last - first), axis=1)
    return (rng.random(len(progress))[:, None] * share[:, -1:] >= share).sum(axis=1)


def _registered(
    rng: np.random.Generator, people: pd.DataFrame, orders: pd.DataFrame, start: date
) -> pd.Series:
    """Minutes to weeks before the first order; prospects on the day they came."""
    size = len(people)
    arrived = np.datetime64(start, "s") + people["day"].to_numpy() * 86_400 + rng.integers(8 * 3600, 23 * 3600, size)
    first = orders.groupby("person")["at"].min().reindex(people.index)
    delay = rng.exponential(np.where(rng.random(size) < 0.7, 900, 8 * 86_400))
    before = first - pd.to_timedelta(delay.astype("int64") + 60, unit="s")
    return before.fillna(pd.Series(arrived, index=people.index)).astype("datetime64[s]")


def _plant_links(rng: np.random.Generator, table: pd.DataFrame) -> list[Link]:
    """Give some accounts the contact of another account: the same person under two ids."""
    whole = np.flatnonzero((table["手机号"] != "") & (table["邮箱"] != "") & (table["姓名"].str.len() > 1))
    wanted = min(12 * len(SHAPES), len(whole) // 4 // len(SHAPES) * len(SHAPES))
    pairs = rng.choice(whole, (wanted, 2), replace=False)
    links = []
    for number, (one, other) in enumerate(pairs):
        shape = SHAPES[number % len(SHAPES)]
        phone, email = table.at[one, "手机号"], table.at[one, "邮箱"]
        table.loc[other, "城市"] = table.at[one, "城市"]
        if number % 3:
            table.loc[other, "姓名"] = table.at[one, "姓名"]
        if shape.startswith("phone"):
            table.loc[other, "手机号"] = phone if shape == "phone" else f"+86 {phone[:3]} {phone[3:7]} {phone[7:]}"
        else:
            table.loc[other, "邮箱"] = email if shape == "email" else email.upper()
            table.loc[other, "手机号"] = ""
        links.append(Link(one=table.at[one, "会员ID"], other=table.at[other, "会员ID"], shared=shape))
    return links
