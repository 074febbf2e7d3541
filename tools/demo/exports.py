"""From the ledger to the tables of the export: order numbers, refunds, headers."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from tools.demo import brand
from tools.demo.campaigns import Ledger
from tools.demo.draw import stream

WHOLE_REFUNDS = 0.75
"""Share of refunds that send everything back; the others send back the first line."""


def booked_orders(seed: int, ledger: Ledger, ids: np.ndarray, as_of: date) -> pd.DataFrame:
    """Sales and refunds in the order of time; a refund is a row of its own with negative sums.

    Adds order_id, customer_id, order (the ledger's order behind the row) and whole (every line, or the first only).
    """
    sales = ledger.orders.sort_values(["at", "person"], kind="stable").rename_axis("order").reset_index()
    day = sales["at"].dt.strftime("%Y%m%d")
    serial = sales.groupby(day).cumcount() + 1
    sales["order_id"] = "SH" + day + serial.astype(str).str.zfill(5)
    sales["customer_id"] = ids[sales["person"]]
    sales["whole"] = True
    booked = pd.concat([sales, _refunds(seed, sales, ledger.items, as_of)], ignore_index=True)
    return booked.sort_values(["at", "order_id"], kind="stable", ignore_index=True)


def order_table(booked: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """orders.csv with Chinese headers; sums are text so that dirt can be planted."""
    under_way = booked["at"] >= np.datetime64(as_of - timedelta(days=3))
    status = np.select([booked["fen"] < 0, under_way], ["已退款", "已发货"], default="已完成")
    return pd.DataFrame({
        "订单号": booked["order_id"], "下单时间": booked["at"].dt.strftime("%Y-%m-%d %H:%M:%S"),
        "会员ID": booked["customer_id"], "实付金额": _yuan(booked["fen"]), "原价金额": _yuan(booked["list_fen"]),
        "件数": booked["units"], "渠道": np.array(list(brand.CHANNELS), dtype=object)[booked["channel"]],
        "城市": np.array(list(brand.CITIES), dtype=object)[booked["city"]], "订单状态": status,
    })


def item_table(booked: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """order_items.csv: the lines of every sale, and those that a refund sent back, with negative sums."""
    lines = ledger.items.assign(first=~ledger.items["order"].duplicated())
    rows = booked[["order_id", "customer_id", "at", "order", "whole"]].assign(sign=np.sign(booked["fen"]))
    table = rows.reset_index(names="row").merge(lines, on="order").sort_values(["row", "product"], kind="stable")
    table = table[table["whole"] | table["first"]]
    products = ledger.products.iloc[table["product"]]
    return pd.DataFrame({
        "order_id": table["order_id"].to_numpy(), "customer_id": table["customer_id"].to_numpy(),
        "order_date": np.datetime_as_string(table["at"].to_numpy(), unit="D"),
        "kind": np.where(table["sign"] > 0, "sale", "refund"),
        "product_id": products["product_id"].to_numpy(), "product_name": products["product_name"].to_numpy(),
        "category": products["category"].to_numpy(), "quantity": (table["quantity"] * table["sign"]).to_numpy(),
        "unit_price": products["fen"].to_numpy() / 100, "amount": (table["fen"] * table["sign"]).to_numpy() / 100,
    })


def touch_table(touches: pd.DataFrame, ids: np.ndarray) -> pd.DataFrame:
    """touches.csv, member ids in place of positions."""
    table = touches.drop(columns="person")
    table.insert(1, "customer_id", ids[touches["person"]])
    return table


def _refunds(seed: int, sales: pd.DataFrame, items: pd.DataFrame, as_of: date) -> pd.DataFrame:
    rng = stream(seed, "refunds")
    back = sales[rng.random(len(sales)) < brand.PROCESS.refunds].copy()
    back["at"] = back["at"] + pd.to_timedelta(rng.integers(86_400, 12 * 86_400, len(back)), unit="s")
    first = items.drop_duplicates("order").set_index("order").loc[back["order"]]
    back["whole"] = (rng.random(len(back)) < WHOLE_REFUNDS) | (first["fen"].to_numpy() == back["fen"].to_numpy())
    for column, part in (("fen", "fen"), ("list_fen", "list_fen"), ("units", "quantity")):
        back[column] = -back[column].where(back["whole"], first[part].to_numpy())
    back["order_id"] = "TK" + back["order_id"].str[2:]
    return back[back["at"] < np.datetime64(as_of + timedelta(days=1))]


def _yuan(fen: pd.Series) -> list[str]:
    return [f"{value / 100:.2f}" for value in fen]
