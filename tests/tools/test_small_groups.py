"""What somebody who may not see rows learns of a few customers: nothing, however the customers are cut, and cut again."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from datetime import date
from math import floor, log10

import numpy as np
import pandas as pd
import pytest

from tests.conftest import write_tables
from tools import few
from tools.audience import AudienceReach, ChannelReach, LeftOut
from tools.catalog import builtin
from tools.errors import NotAllowed
from tools.next_best.results import ChoiceCount, NextBestOverview
from tools.results import Bilingual, Window
from tools.roles import ROLES, may
from tools.segment_data import SegmentData
from tools.small_groups import LEAST
from tools.tiers.moves import NEW
from tools.warehouse import Warehouse

PAIRS = int(os.environ.get("PAIRS", "100"))
"""More of them by hand: `PAIRS=2000 pytest tests/tools/test_small_groups.py`."""
CITIES = [f"城{number}" for number in range(12)]
CHANNELS = ["天猫", "抖音", "京东", "门店"]
MONTHS = ["2024-03", "2024-04", "2024-05", "2024-01-01..2024-06-30", "all"]
VIEWERS = [role for role in ROLES if not may(role, "rows")]
OTHERS = [role for role in ROLES if may(role, "rows")]


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    """Orders of cities from large to a handful, each in one region, and a few customers who spend far more."""
    rng = np.random.default_rng(7)
    people, number = 900, 3000
    home = rng.choice(12, people, p=(weights := 0.62 ** np.arange(12)) / weights.sum())
    who = rng.integers(0, people, number)
    spend = np.round(rng.lognormal(5, 0.6, number) * np.where(who % 60 == 0, 40, 1), 2)
    return pd.DataFrame({
        "order_id": [f"O{i}" for i in range(number)], "customer_id": [f"C{i:04d}" for i in who],
        "order_date": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 182, number), "D"),
        "kind": "sale", "amount": spend, "city": [CITIES[home[i]] for i in who],
        "region": [f"区{home[i] // 2}" for i in who],
        "channel": rng.choice(CHANNELS, number, p=[0.6, 0.3, 0.09, 0.01]),
    })


@pytest.fixture(scope="module")
def warehouse(orders: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    file = write_tables(tmp_path_factory.mktemp("few") / "data.duckdb", {"orders": orders})
    opened = Warehouse.open(file, row_cap=10_000, seconds=60)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def seen(warehouse: Warehouse) -> dict[str, SegmentData]:
    return {role: SegmentData(warehouse, role=role) for role in ROLES}


def rows_of(orders: pd.DataFrame, where: dict[str, list[str]], window: str) -> pd.DataFrame:
    first, _, last = (window if ".." in window else f"{window}-01..{window}-31").partition("..")
    days = orders.order_date.dt.strftime("%Y-%m-%d")
    keep = np.ones(len(orders), bool) if window == "all" else (days >= first) & (days <= last)
    for name, values in where.items():
        keep &= orders[name].isin(values)
    return orders[keep]


FIGURES = {
    "customers": lambda rows: rows.groupby("customer_id").size().gt(0).astype(float),
    "orders": lambda rows: rows.groupby("customer_id").size().astype(float),
    "revenue": lambda rows: rows.groupby("customer_id").amount.sum(),
}
"""What each customer adds to a metric."""


def step_of(parts: pd.Series) -> float:
    """What the largest nine come to together, or ten average customers, up to the next 1, 2 or 5."""
    least = max(parts.nlargest(LEAST - 1).sum(), parts.mean() * LEAST)
    size = 10.0 ** floor(log10(least))
    return next(times * size for times in (1, 2, 5, 10) if times * size >= least * (1 - 1e-9))


def pair(draw: random.Random) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Filters, and the same with one that is wider or gone: whoever asks both has the difference."""
    sizes = {"city": CITIES, "region": [f"区{number}" for number in range(6)], "channel": CHANNELS}
    names = draw.sample(list(sizes), draw.randint(1, 3))
    narrow = {name: draw.sample(sizes[name], draw.randint(1, len(sizes[name]) - 1)) for name in names}
    name = draw.choice(names)
    rest = [value for value in sizes[name] if value not in narrow[name]]
    wide = narrow | {name: narrow[name] + draw.sample(rest, draw.randint(1, min(3, len(rest))))}
    if draw.random() < 0.4 and len(names) > 1:
        wide.pop(name)
    return narrow, wide


@pytest.mark.parametrize("role", VIEWERS)
def test_few_customers_have_no_figure_and_leave_none_as_a_difference(
    orders: pd.DataFrame, seen: dict[str, SegmentData], role: str
) -> None:
    draw, few, small = random.Random(8), 0, 0
    for _ in range(PAIRS):
        (narrow, wide), window = pair(draw), draw.choice(MONTHS)
        metric = draw.choice(list(FIGURES))
        parts = [FIGURES[metric](rows_of(orders, where, window)) for where in (narrow, wide)]
        told = [seen[role].query_metric(metric, where=where, window=window) for where in (narrow, wide)]
        for part, found in zip(parts, told, strict=True):
            if len(part) < LEAST:
                small += 1
                assert (found.value, found.n) == (None, 0)
                continue
            step = step_of(part)
            # Steps that no nine customers of it pass together: with or without them, it may read the same.
            told_as = round(part.sum() / step) * step or None
            assert found.value == (told_as and pytest.approx(told_as))
            assert told_as is None or abs(told_as - part.sum()) <= step / 2 + 0.01
        apart = parts[1].sub(parts[0], fill_value=0)
        if 0 < (apart.abs() > 1e-9).sum() < LEAST and None not in (told[0].value, told[1].value):
            few += 1
            assert abs(told[1].value - told[0].value) <= max(map(step_of, parts)) * 1.01
    assert few >= PAIRS / 30, "hardly any pair tests the difference"
    assert small >= PAIRS / 30


@pytest.mark.parametrize("role", OTHERS)
def test_whoever_may_see_rows_sees_every_figure(orders: pd.DataFrame, seen: dict[str, SegmentData], role: str) -> None:
    draw = random.Random(9)
    for _ in range(PAIRS // 10):
        (where, _), window = pair(draw), draw.choice(MONTHS)
        found = seen[role].query_metric("revenue", where=where, window=window)
        assert found.value == pytest.approx(rows_of(orders, where, window).amount.sum())
        assert "few_people" not in found.notes


def test_no_cell_of_a_table_is_about_a_few(orders: pd.DataFrame, seen: dict[str, SegmentData]) -> None:
    for metric, by, compare in (("revenue", ["city", "channel"], ""), ("aov", ["city"], "previous"),
                                ("customers", ["month", "city"], "previous"), ("repurchase_rate", ["city"], "")):  # fmt: skip
        found = seen["viewer"].query_metric(metric, by=by, window="2024-05", compare=compare, limit=200)
        exact = seen["operator"].query_metric(metric, by=by, window="2024-05", compare=compare, limit=200)
        people = orders[orders.order_date.dt.strftime("%Y-%m") == "2024-05"]
        people = people.assign(month="2024-05").groupby(by).customer_id.nunique()
        told = {tuple(row.dimensions[name] for name in by): row for row in found.rows}
        assert len(told) == len(exact.rows)
        few = [key for key in told if people.get(key if len(by) > 1 else key[0], 0) < LEAST]
        assert 0 < len(few) < len(told)
        assert [told[key].value for key in few] == [None] * len(few)
        assert all(row.share is row.contribution is row.mix is None for row in found.rows)
        assert found.others is None
        assert "few_people" in found.notes


def test_what_only_time_cuts_stays_exact(orders: pd.DataFrame, seen: dict[str, SegmentData]) -> None:
    for by in ([], ["day"], ["weekday"]):
        viewer, operator = (seen[role].query_metric("revenue", by=by, window="2024-05") for role in ("viewer", "operator"))
        assert (viewer.value, viewer.rows) == (operator.value, operator.rows)


def test_tables_of_the_brand_leave_small_groups_out(seen: dict[str, SegmentData]) -> None:
    left = 0
    for table in (lambda data: data.tier_overview().rows, lambda data: data.lifecycle_overview().rows,
                  lambda data: data.rfm_overview().cells, lambda data: data.rfm_overview().segments,
                  lambda data: data.tier_migration("2024-05-31").cells):  # fmt: skip
        kept = [row for row in table(seen["operator"]) if row.customers >= LEAST or not row.customers]
        assert table(seen["viewer"]) == kept
        left += len(table(seen["operator"])) - len(kept)
    assert left


@pytest.mark.parametrize("role", VIEWERS)
def test_single_customers_are_not_told(seen: dict[str, SegmentData], role: str) -> None:
    data = seen[role]
    for ask in (lambda: data.tiers.why("C0001"), lambda: data.tiers.moved(NEW, "high", "2024-05-31"),
                lambda: data.lifetime.customer("C0001"), lambda: data.links.explain("C0001"),
                lambda: data.links.to_review()):  # fmt: skip
        with pytest.raises(NotAllowed, match="role_not_allowed"):
            ask()


def test_nothing_can_be_cut_by_what_names_a_person() -> None:
    """Nor by an address: the catalogue's dimensions are all that a question can name."""
    personal = {"name", "phone", "mobile", "email", "address", "wechat", "qq", "id_number", "birthday", "customer_id", "member_no"}
    assert not personal & set(builtin().dimensions)


def test_cohorts_and_waits_tell_nothing_of_a_few(seen: dict[str, SegmentData]) -> None:
    for role in VIEWERS:
        data = seen[role].cohorts
        for by in ("week", "month"):
            table = data.table(by, age_days=7)
            assert "few_people" in table.notes
            assert all(row.customers >= LEAST for row in table.rows)
            cells = [cell for row in table.rows for cell in row.cells] + table.average
            assert cells
            assert all(cell.customers >= LEAST or not cell.customers for cell in cells)
        curve = data.repurchase("city")
        rows = [curve.total, *curve.rows]
        assert len(rows) > 3
        assert all(row.n >= LEAST and (row.again >= LEAST or not row.again) for row in rows)
        assert all(point.at_risk >= LEAST or not point.at_risk for row in rows for point in row.curve)
        assert all(within.rate is None for row in rows for within in row.within if within.observed < LEAST)
        for ask in (data.table, data.repurchase):
            with pytest.raises(NotAllowed):
                ask(where={"city": [CITIES[0]]})
    for role in OTHERS:
        exact = seen[role].cohorts.table("week", age_days=7)
        assert any(0 < cell.customers < LEAST for row in exact.rows for cell in row.cells)
        assert seen[role].cohorts.table(where={"city": [CITIES[0]]}).n


def test_counts_that_add_up_are_told_in_tens_without_the_few() -> None:
    day, title = date(2024, 6, 30), Bilingual(zh="人", en="people")
    left = [LeftOut(reason="no_consent", customers=212), LeftOut(reason="no_contact", customers=1)]
    told = {"metric": "m", "unit": "customers", "value": 4062, "n": 4062, "as_of": day, "query": "", "definition": title,
            "window": Window(start=day, end=day, label="all")}  # fmt: skip
    reach = AudienceReach(**told, tiers={"high": 4058, "mid": 4}, rules_version="1", channels=[
        ChannelReach(channel="sms", customers=3538, holdout=311, left_out=left),
        ChannelReach(channel="email", customers=3, holdout=0, left_out=left)])  # fmt: skip
    seen = few.reach(reach)
    assert (seen.value, seen.tiers) == (4060, {"high": 4060})
    assert [(each.channel, each.customers, each.holdout) for each in seen.channels] == [("sms", 3540, 310)]
    assert [(row.reason, row.customers) for row in seen.channels[0].left_out] == [("no_consent", 210)]
    rows = [ChoiceCount(topic="hour", value="19:00", reason="orders_then", customers=4059),
            ChoiceCount(topic="hour", value="07:00", reason="orders_then", customers=3)]  # fmt: skip
    choices = few.next_best(NextBestOverview(**told, rows=rows))
    assert [(row.value, row.customers) for row in choices.rows] == [("19:00", 4060)]
    assert few.next_best(NextBestOverview(**told | {"n": 7}, rows=rows)).rows == []
    assert few.reach(reach.model_copy(update={"n": 7})).channels == []
