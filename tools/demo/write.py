"""Generate the demo brand and write its exports."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from tools.demo import brand
from tools.demo.campaigns import Ledger, campaign_table, run_campaign
from tools.demo.customers import consent_table, customer_table, draw_people, member_ids
from tools.demo.dirt import soil
from tools.demo.draw import stream
from tools.demo.exports import booked_orders, item_table, order_table, touch_table
from tools.demo.money import cost_table
from tools.demo.orders import draw_orders, fill_baskets
from tools.demo.products import products
from tools.demo.season import busyness
from tools.demo.shock import apply_shock
from tools.demo.tiers import dormancy_days, tiers
from tools.demo.truth import CampaignTruth, DirtyRow, ShockTruth, TierTruth, Truth
from tools.demo.web import event_table
from tools.results import TIERS


def write_demo(
    directory: Path, *, seed: int = 20241111, customers: int = 20_000, as_of: date = date(2026, 10, 31)
) -> Truth:
    """Write the 24 months up to `as_of` as nine CSV files and truth.json; the same arguments, the same bytes.

    Orders and customers have Chinese headers, the rest the canonical names of tools/schema.py.
    """
    start = as_of - timedelta(days=brand.HISTORY_DAYS - 1)
    ledger, campaigns, shock = _tell_history(seed, customers, start, as_of)
    ids = member_ids(customers)
    booked = booked_orders(seed, ledger, ids, as_of)
    refund = (booked["fen"] < 0).to_numpy()
    exported, dirty = soil(seed, order_table(booked, as_of), refund, as_of)
    people, links = customer_table(seed, ledger.people, ledger.orders, start)
    touches = pd.concat(ledger.touches, ignore_index=True)
    costs = cost_table(seed, ledger, np.datetime64(start))
    files = {
        "orders.csv": exported, "order_items.csv": item_table(booked, ledger), "customers.csv": people,
        "products.csv": ledger.products.assign(price=ledger.products["fen"] / 100).drop(columns="fen"),
        "events.csv": event_table(seed, ledger, ids, as_of),
        "campaigns.csv": campaign_table(brand.CAMPAIGNS, as_of, costs), "costs.csv": costs,
        "touches.csv": touch_table(touches, ids), "consents.csv": consent_table(ledger.people, people, touches),
    }
    truth = Truth(
        brand=brand.NAME, brand_en=brand.NAME_EN,
        seed=seed, start=start, as_of=as_of, campaigns=campaigns, shock=shock, links=links,
        rows={name: len(table) for name, table in files.items()}, process=dataclasses.asdict(brand.PROCESS),
        **_totals(ledger, booked, as_of), **_fates(dirty),
    )
    directory.mkdir(parents=True, exist_ok=True)
    for name, table in files.items():
        table.to_csv(directory / name, index=False, float_format="%.2f", lineterminator="\n", encoding="utf-8")
    (directory / "truth.json").write_text(truth.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return truth


def _tell_history(
    seed: int, customers: int, start: date, as_of: date
) -> tuple[Ledger, list[CampaignTruth], ShockTruth]:
    """Let the process run, then apply the shock and the campaigns in the order of time."""
    demand, discount = busyness([start + timedelta(days=offset) for offset in range(brand.HISTORY_DAYS)])
    people, assortment = draw_people(seed, customers, demand), products()
    orders = draw_orders(seed, people, demand, start)
    day = (orders["at"].to_numpy().astype("datetime64[D]") - np.datetime64(start)).astype(int)
    orders, items = fill_baskets(stream(seed, "baskets"), people, assortment, orders, discount[day])
    ledger = Ledger(people, assortment, orders, items, horizon=dormancy_days(orders))
    plans = list(enumerate(brand.CAMPAIGNS, 1))
    early = [plan for plan in plans if plan[1].days_before > brand.SHOCK.days_before]
    campaigns = [run_campaign(seed, number, plan, ledger, as_of) for number, plan in early]
    shock = apply_shock(seed, brand.SHOCK, ledger, as_of)
    campaigns += [run_campaign(seed, number, plan, ledger, as_of) for number, plan in plans[len(early) :]]
    return ledger, campaigns, shock


def _totals(ledger: Ledger, booked: pd.DataFrame, as_of: date) -> dict[str, object]:
    """The figures of Truth that the clean rows add up to."""
    horizon = dormancy_days(ledger.orders)
    tier = tiers(ledger.orders, np.datetime64(as_of), horizon)
    count = tier.value_counts()
    sale = booked["fen"] > 0
    return {
        "customers": len(ledger.people), "buyers": len(tier), "orders": int(sale.sum()), "refunds": int((~sale).sum()),
        "sale_revenue": int(booked.loc[sale, "fen"].sum()) / 100,
        "refund_amount": -int(booked.loc[~sale, "fen"].sum()) / 100,
        "dormancy_days": horizon,
        "tiers": {
            name: TierTruth(customers=int(count.get(name, 0)), share=round(int(count.get(name, 0)) / len(tier), 4))
            for name in TIERS
        },
    }


def _fates(dirty: list[DirtyRow]) -> dict[str, object]:
    reasons = pd.Series([row.fate for row in dirty if row.fate != "kept"]).value_counts().sort_index()
    return {"dirty_rows": dirty, "set_aside": {reason: int(count) for reason, count in reasons.items()}}
