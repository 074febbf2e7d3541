"""A seeded brand's orders as one Parquet file, of any size: N million orders of N/10 million customers.

Purchase counts are long-tailed (negative binomial), customers arrive over three years faster and faster, order days
follow weekdays and two sales festivals, one order in twenty-five comes back as a refund of its own.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

FIRST, LAST = date(2023, 1, 1), date(2025, 12, 31)
DAYS = (LAST - FIRST).days + 1
CHANNELS, CHANNEL_SHARES = ("天猫", "抖音", "京东", "小程序", "门店"), (0.38, 0.24, 0.16, 0.14, 0.08)
CITIES = tuple(f"城市{n:02d}" for n in range(1, 41))
REFUNDED = 0.04
PER_CUSTOMER = 10
ROW_GROUP = 500_000


def write_orders(path: Path, orders: int, seed: int = 11) -> Path:
    """Write `orders` rows, refunds among them, sorted by time as an export is; same size and seed, same file."""
    table = orders_table(orders, seed)
    pq.write_table(table, path, row_group_size=ROW_GROUP)
    return path


def write_months(whole: Path, before: Path, month: Path) -> tuple[int, int]:
    """Split a file into all but its last calendar month, and that month. Returns the rows of both."""
    table = pq.read_table(whole)
    start = np.datetime64(LAST.replace(day=1), "us")
    at = int(np.searchsorted(table["ordered_at"].to_numpy(), start))
    pq.write_table(table.slice(0, at), before, row_group_size=ROW_GROUP)
    pq.write_table(table.slice(at), month, row_group_size=ROW_GROUP)
    return at, table.num_rows - at


def orders_table(orders: int, seed: int) -> pa.Table:
    """The rows as an Arrow table, by time: ids of order and customer, time, amounts, units, channel, city, status."""
    rng = np.random.default_rng(seed)
    sold = round(orders / (1 + REFUNDED))
    customer, day = _purchases(rng, sold, max(1, orders // PER_CUSTOMER))
    second = np.clip(rng.normal(15, 4, sold), 0, 23.99) * 3600
    at = day.astype(np.int64) * 86_400 + second.astype(np.int64)
    home = rng.integers(0, len(CITIES), customer.max() + 1)
    taste = rng.choice(len(CHANNELS), customer.max() + 1, p=CHANNEL_SHARES)
    other = rng.choice(len(CHANNELS), sold, p=CHANNEL_SHARES)
    cents = np.round(np.exp(rng.normal(4.9, 0.7, sold)) * 100).astype(np.int64) + 1
    back = np.sort(rng.choice(sold, orders - sold, replace=False))
    rows = np.concatenate([np.arange(sold), back])
    returned = np.concatenate([np.zeros(sold, bool), np.ones(len(back), bool)])
    late = rng.integers(1, 15, len(back)) * 86_400
    at = np.concatenate([at, np.minimum(at[back] + late, DAYS * 86_400 - 1)])
    order = np.argsort(at, kind="stable")
    rows, returned = rows[order], returned[order]
    number = np.empty(sold, np.int64)
    number[rows[~returned]] = np.arange(sold)
    channel = np.where(rng.random(sold) < 0.7, taste[customer], other)[rows]
    amount = cents[rows]
    return pa.table({
        "order_id": _named("A", number[rows], 9),
        "customer_id": _named("C", customer[rows], 8),
        "ordered_at": pa.array(at[order] * 1_000_000 + np.datetime64(FIRST, "us").astype(np.int64), pa.timestamp("us")),
        "amount": pa.array(np.where(returned, -amount, amount) / 100),
        "list_amount": pa.array(np.round(amount * rng.choice([1.0, 1.1, 1.25], orders)) / 100),
        "units": pa.array(rng.integers(1, 5, orders)),
        "channel": _worded(channel, CHANNELS),
        "city": _worded(home[customer[rows]], CITIES),
        "status": _worded(returned.astype(int), ("已支付", "已退款")),
    })  # fmt: skip


def _purchases(rng: np.random.Generator, sold: int, customers: int) -> tuple[np.ndarray, np.ndarray]:
    """Customer and day (from 0) of each order; every customer has at least one."""
    customers = min(customers, sold)
    first = (rng.random(customers) ** 0.8 * DAYS).astype(np.int64)
    rate = rng.gamma(0.6, 1.0, customers) * (DAYS - first)
    counts = 1 + rng.multinomial(sold - customers, rate / rate.sum())
    owner = np.repeat(np.arange(customers), counts)
    # A third of what follows comes within a season of the first order, so that retention falls and levels off.
    length = DAYS - first[owner]
    early = rng.random(sold) < 0.3
    later = np.where(early, rng.exponential(60, sold), rng.random(sold) * length)
    day = first[owner] + np.where(later < length, later, rng.random(sold) * length).astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    day[starts] = first
    return owner, _to_busy_days(rng, day)


def _to_busy_days(rng: np.random.Generator, day: np.ndarray) -> np.ndarray:
    """Move orders within their month towards its busy days: weekends, 18 June, 11 November."""
    days = np.arange(np.datetime64(FIRST), np.datetime64(LAST) + 1)
    months = days.astype("datetime64[M]")
    in_month = (days - months).astype(int) + 1
    of_year = months.astype(int) % 12 + 1
    weight = np.where((days.astype(int) + 3) % 7 >= 5, 1.4, 1.0)
    weight = np.where((of_year == 6) & (abs(in_month - 18) <= 2), 5.0, weight)
    weight = np.where((of_year == 11) & (abs(in_month - 11) <= 1), 8.0, weight)
    ends = np.concatenate([np.flatnonzero(months[1:] != months[:-1]), [DAYS - 1]])
    total = np.cumsum(weight)
    month = np.searchsorted(ends, day)
    high = total[ends][month]
    low = np.where(month > 0, total[ends][np.maximum(month - 1, 0)], 0.0)
    return np.minimum(np.searchsorted(total, low + rng.random(len(day)) * (high - low), side="right"), DAYS - 1)


def _named(letter: str, numbers: np.ndarray, width: int) -> pa.Array:
    """Ids such as C00000042."""
    import pyarrow.compute as pc

    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width=width, padding="0")
    return pc.binary_join_element_wise(pa.scalar(letter), digits, "")


def _worded(codes: np.ndarray, words: tuple[str, ...]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int8)), pa.array(words))
