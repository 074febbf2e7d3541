"""Rows as people really type them: planted in orders.csv, each with the fate a loader owes it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from tools.demo.draw import stream
from tools.demo.truth import DirtyRow

# (column, texts, fate): one new row a text.
NEW_ROWS = (
    ("会员ID", ("",) * 6 + ("  ",) * 2, "no_customer"),
    ("下单时间", ("{year}-02-30 10:15:00",) * 3 + ("{year}-13-05 09:00:00", "昨天下午", ""), "bad_date"),
    ("下单时间", ("{later}-06-18 20:00:00",) * 5, "future_date"),
    ("实付金额", ("待确认", "——", "", "12..5"), "bad_amount"),
    ("实付金额", ("0", "0.00", "0", "0.00", "0"), "non_positive_amount"),
    ("实付金额", ("-88.00", "-129.00", "-45.50", "-310.00"), "non_positive_amount"),
)
DUPLICATES = 6


def soil(seed: int, table: pd.DataFrame, refund: np.ndarray, as_of: date) -> tuple[pd.DataFrame, list[DirtyRow]]:
    """The orders table with odd rows among the clean ones, and the list of them.

    Rewritten amounts ('¥1,299.50', '0.1299万') say the same sum as before, so they are kept.
    """
    rng = stream(seed, "dirt")
    table = table.copy()
    sales = np.flatnonzero(~refund)
    dirty = _rewrite(rng, table, sales)
    place, rows = [np.arange(len(table), dtype=float)], [table]
    for column, texts, fate in NEW_ROWS:
        at = rng.choice(sales, len(texts), replace=len(sales) < len(texts))
        new = table.iloc[at].copy()
        new["订单号"] = [f"{order}X{len(dirty) + number}" for number, order in enumerate(new["订单号"])]
        new[column] = [text.format(year=as_of.year, later=as_of.year + 5) for text in texts]
        pairs = zip(new["订单号"], new[column], strict=True)
        dirty += [DirtyRow(order_id=order, column=column, text=text, fate=fate) for order, text in pairs]
        place.append(at + rng.uniform(0.1, 0.4, len(at)))
        rows.append(new)
    again = rng.choice(sales, min(DUPLICATES, len(sales)), replace=False)
    place.append(again + 0.5)
    rows.append(table.iloc[again])
    dirty += [DirtyRow(order_id=o, column="订单号", text=o, fate="duplicate") for o in table["订单号"].iloc[again]]
    return pd.concat(rows).iloc[np.argsort(np.concatenate(place), kind="stable")].reset_index(drop=True), dirty


def _rewrite(rng: np.random.Generator, table: pd.DataFrame, sales: np.ndarray) -> list[DirtyRow]:
    """Write some large amounts with a currency sign and separators, or in units of ten thousand."""
    paid = table["实付金额"].iloc[sales].astype(float)
    large = sales[np.argsort(-paid.to_numpy(), kind="stable")[:100]]
    dirty = []
    for number, row in enumerate(rng.choice(large, min(7, len(large)), replace=False)):
        yuan = float(table["实付金额"].iloc[row])
        text = f"¥{yuan:,.2f}" if number < 4 else f"{yuan / 10_000:.6f}".rstrip("0") + "万"
        table.iloc[row, table.columns.get_loc("实付金额")] = text
        dirty.append(DirtyRow(order_id=table["订单号"].iloc[row], column="实付金额", text=text, fate="kept"))
    return dirty
