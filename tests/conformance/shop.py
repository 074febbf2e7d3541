"""A brand with every canonical table and every edge, and the same brand as it would keep it in its own warehouse."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from tools import schema
from tools.engines.mapping import Mapping, read_mapping

Tables = dict[str, pd.DataFrame]
ZONE = schema.TIMEZONE


def whole_brand(brand: Tables) -> Tables:
    """The shared brand with events, costs, consents, Chinese and accented text, blanks, ties and midnight orders."""
    rng = np.random.default_rng(11)
    orders = _edges(brand["orders"].copy(), rng)
    day = orders[orders["kind"] == "sale"].set_index("order_id")["order_date"]
    lines = brand["order_items"].assign(order_date=lambda rows: rows["order_id"].map(day))
    customers = brand["customers"].copy()
    number = customers["customer_id"].str[1:].astype(int)
    customers["phone"] = "+86 199-" + number.astype(str).str.zfill(8)
    customers["email"] = "Member" + number.astype(str) + "@Example.com"
    customers["member_level"] = np.select([number % 3 == 0, number % 3 == 1], ["金卡", "Été"], None)
    second = brand["touches"].assign(campaign_id="K2", sent_at=pd.Timestamp("2024-05-06 10:00"), channel="push")
    return {
        **brand, "orders": orders, "order_items": lines, "customers": customers, "events": _events(rng),
        "touches": pd.concat([brand["touches"], second], ignore_index=True),
        "campaigns": pd.DataFrame({
            "campaign_id": ["K1", "K2"], "name": ["六月唤醒", "五月上新"], "channel": ["sms", "push"],
            "goal": ["win_back", "upsell"], "start_date": [date(2024, 6, 3), date(2024, 5, 6)], "cost": [120.0, 60.0],
        }),
        "products": pd.DataFrame({
            "product_id": [f"P{i:02d}" for i in range(12)], "product_name": [f"商品{i:02d}" for i in range(12)],
            "category": np.array(["护肤", "零食", "家居"])[np.arange(12) % 3], "price": 19.9,
        }),
        "costs": pd.DataFrame({
            "cost_date": [date(2024, month, 1) for month in (4, 5, 6)] + [date(2024, 6, 3)],
            "channel": ["天猫", "抖音", "天猫", "sms"], "campaign_id": [None, None, None, "K1"],
            "item": ["广告"] * 3 + ["短信"], "amount": [300.0, 250.0, 200.0, 150.0],
        }),
        "consents": pd.DataFrame({
            "customer_id": customers["customer_id"], "channel": rng.choice(["sms", "email"], len(customers)),
            "consented": number % 4 != 0, "updated_at": pd.Timestamp("2024-01-01"),
        }),
    }  # fmt: skip


def _edges(orders: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Values that engines are known to treat differently."""
    sales = orders.index[orders["kind"] == "sale"]
    orders["city"] = rng.choice(["上海", "成都", "Zürich", "aachen", "Aachen", None], len(orders))
    orders.loc[rng.choice(sales, 40, replace=False), "channel"] = None
    orders.loc[rng.choice(sales, 60, replace=False), "amount"] = 100.0  # ties at the cut points
    orders.loc[rng.choice(sales, 60, replace=False), "list_amount"] = np.nan
    edges = rng.choice(sales, 60, replace=False)
    midnight = pd.to_timedelta(np.tile([0, 86_399], 30), "s")  # the first and the last second of a day
    orders.loc[edges, "ordered_at"] = orders.loc[edges, "ordered_at"].dt.normalize() + midnight
    new_year = rng.choice(sales, 8, replace=False)
    at = pd.to_datetime(["2023-12-31 23:59:59", "2024-01-01", "2024-02-29 12:00", "2024-09-30 23:30"] * 2, format="ISO8601")
    orders.loc[new_year, "ordered_at"] = at.to_numpy()
    orders["order_date"] = orders["ordered_at"].dt.normalize()
    same = orders.loc[sales[:25]].assign(order_id=lambda rows: "X" + rows["order_id"], channel="抖音")  # one instant
    return pd.concat([orders, same], ignore_index=True)


def _events(rng: np.random.Generator, n: int = 4000) -> pd.DataFrame:
    product = rng.integers(0, 12, n)
    return pd.DataFrame({
        "customer_id": [f"C{i:04d}" for i in rng.integers(0, 300, n)],
        "event_at": pd.Timestamp("2024-04-01") + pd.to_timedelta(rng.integers(0, 91 * 86_400, n), "s"),
        "event_type": rng.choice(["pv", "cart", "fav", "buy", "share"], n, p=[0.7, 0.12, 0.05, 0.1, 0.03]),
        "product_id": [f"P{i:02d}" for i in product], "category": np.array(["护肤", "零食", "家居"])[product % 3],
    })


def as_kept(tables: Tables) -> Tables:
    """The brand's tables as its own systems keep them: other names, instants in UTC, refunds as positive amounts."""
    orders = tables["orders"]
    sales = orders.rename(columns={"order_id": "id", "customer_id": "buyer", "ordered_at": "paid_at", "channel": "来源"})
    sales = sales.assign(
        paid_at=sales["paid_at"].dt.tz_localize(ZONE), cents=(sales["amount"].abs() * 100).round().astype("int64"),
        state=np.where(sales["kind"] == "refund", "已退款", "完成"),
    ).drop(columns=["order_date", "amount", "kind"])
    unpaid = sales.head(30).assign(id=lambda rows: "U" + rows["id"], state="待付款")
    lines = tables["order_items"].drop(columns=["customer_id", "order_date", "kind"])
    others = {name: frame for name, frame in tables.items() if name not in ("orders", "order_items")}
    return {"sales": pd.concat([sales, unpaid], ignore_index=True), "order_items": lines, **others}


def mapping(where: str, kept: Tables, more: str = "") -> Mapping:
    """How those tables are mapped; `where` is the schema they are in."""
    plain = "\n".join(
        f"  {name}:\n    table: {where}.{name}\n    columns: {{{', '.join(f'{column}: {column}' for column in frame)}}}"
        for name, frame in kept.items()
        if name not in ("sales", "order_items")
    )
    return read_mapping(more + MAPPING.format(where=where) + plain)


MAPPING = """
tables:
  orders:
    table: {where}.sales
    columns:
      order_id: id
      customer_id: buyer
      ordered_at: paid_at
      amount: {{column: cents, divide: 100}}
      list_amount: list_amount
      units: units
      channel: 来源
      city: city
    refund: {{column: state, in: [已退款, refunded]}}
    where: {{column: state, not_in: [待付款]}}
  order_items:
    table: {where}.order_items
    columns: {{order_id: order_id, product_id: product_id, product_name: product_name, category: category,
              quantity: quantity, amount: amount}}
"""


def write_parquet(tables: Tables, directory: Path) -> dict[str, Path]:
    """The tables as files, for an engine that reads them."""
    paths = {name: directory / f"{name}.parquet" for name in tables}
    for name, frame in tables.items():
        frame.to_parquet(paths[name], coerce_timestamps="us")
    return paths
