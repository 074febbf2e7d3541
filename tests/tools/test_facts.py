"""What the loader works out once: customers' months and totals, and what an append may change of it."""

import pandas as pd

from tools.tables import table
from tools.warehouse import Warehouse


def frame(warehouse: Warehouse, name: str) -> pd.DataFrame:
    rows = warehouse.run(table(name))
    assert not rows.truncated
    found = pd.DataFrame(rows.records, columns=rows.columns)
    days = [column for column in found if column.endswith("day") or "month" in column]
    money = [column for column in found if column in ("revenue", "refund_amount")]
    return found.astype(dict.fromkeys(days, "datetime64[us]") | dict.fromkeys(money, float))


def check(found: pd.DataFrame, wanted: pd.DataFrame) -> None:
    """Same rows in the same order; sums of cents in floats may differ in the last bit."""
    pd.testing.assert_frame_equal(found, wanted[list(found)], check_dtype=False)


def test_months_hold_each_customers_paid_orders(warehouse, brand):
    sold = brand["orders"].query("kind == 'sale'")
    sold = sold.assign(month=sold["order_date"].dt.to_period("M").dt.to_timestamp())
    wanted = sold.groupby(["customer_id", "month"], as_index=False).agg(
        orders=("order_id", "size"), revenue=("amount", "sum"), order_days=("order_date", "nunique")
    )
    stored = frame(warehouse, "customer_months").sort_values(["customer_id", "month"], ignore_index=True)
    check(stored, wanted)


def preferred(orders: pd.DataFrame) -> str | None:
    """The channel of most orders; of equals the one bought last, then the first by name."""
    channels = orders.groupby("channel")["ordered_at"].agg(["size", "max"]).reset_index()
    ranked = channels.sort_values(["size", "max", "channel"], ascending=[False, False, True])
    return ranked["channel"].iloc[0] if len(ranked) else None


def test_totals_hold_all_history_and_refunds(warehouse, brand):
    orders = brand["orders"]
    sold, back = orders.query("kind == 'sale'"), orders.query("kind == 'refund'")
    wanted = sold.groupby("customer_id").agg(
        first_day=("order_date", "min"), last_day=("order_date", "max"), orders=("order_id", "size"),
        revenue=("amount", "sum"), order_days=("order_date", "nunique"),
    )  # fmt: skip
    wanted["first_month"] = wanted["first_day"].dt.to_period("M").dt.to_timestamp()
    wanted["refunds"] = back.groupby("customer_id").size()
    wanted["refund_amount"] = back.groupby("customer_id")["amount"].sum()
    wanted["preferred_channel"] = sold.groupby("customer_id")[["channel", "ordered_at"]].apply(preferred)
    wanted["city"] = wanted["region"] = None  # of no order in this brand; tests/tools/test_traits.py has both
    check(frame(warehouse, "customer_facts"), wanted.fillna({"refunds": 0, "refund_amount": 0}).reset_index())
