"""RFM scores and segments, against an independent reading in numpy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tools.errors import BadArgument
from tools.rfm import RfmRules, asked, builtin, load_rfm, read_rfm
from tools.segment_data import SegmentData

DAY = "2024-06-30"
OVER = {"upper": np.greater_equal, "lower": np.greater, "r_rfm": lambda value, cut: value >= cut + 1}

# The segments of the R package rfm's documentation (https://rfm.rsquaredacademy.com): scores from and to.
PUBLISHED = {
    "champions": ((5, 5), (5, 5), (5, 5)), "potential_loyalist": ((3, 5), (3, 5), (2, 5)),
    "loyal": ((2, 4), (2, 4), (2, 4)), "promising": ((3, 4), (1, 3), (3, 5)), "new": ((4, 5), (1, 3), (1, 5)),
    "cannot_lose": ((1, 2), (3, 4), (4, 5)), "at_risk": ((1, 2), (2, 5), (4, 5)),
    "need_attention": ((1, 3), (3, 5), (3, 5)), "about_to_sleep": ((2, 3), (1, 3), (1, 4)),
    "lost": ((1, 1), (1, 5), (1, 5)),
}  # fmt: skip


def as_yaml(ties: str) -> str:
    """The published segments as a brand writes them into its rfm.yaml."""
    lines = [f"ties: {ties}", "segments:"]
    for name, spans in PUBLISHED.items():
        lines.append(f"  {name}:\n    title: {{zh: {name}, en: {name}}}")
        lines += [f"    {score}: {list(span)}" for score, span in zip(("recency", "frequency", "monetary"), spans, strict=True)]
    return "\n".join(lines)


def people(brand: dict) -> pd.DataFrame:
    past = brand["orders"][(brand["orders"]["kind"] == "sale") & (brand["orders"]["order_date"] <= DAY)]
    found = past.groupby("customer_id").agg(last=("order_date", "max"), f=("order_id", "size"), m=("amount", "sum"))
    return found.assign(r=(pd.Timestamp(DAY) - found["last"]).dt.days, m=found["m"].round(4))


def scores(found: pd.DataFrame, ties: str) -> pd.DataFrame:
    cuts = {name: np.quantile(found[name], [0.2, 0.4, 0.6, 0.8]) for name in "rfm"}
    bins = {name: 1 + OVER[ties](found[name].to_numpy()[:, None], cuts[name]).sum(axis=1) for name in "rfm"}
    return pd.DataFrame(bins | {"r": 6 - bins["r"]}, index=found.index)


def published(row: pd.Series) -> str:
    fits = (name for name, spans in PUBLISHED.items()
            if all(low <= row[score] <= high for score, (low, high) in zip("rfm", spans, strict=True)))  # fmt: skip
    return next(fits, "others")


@pytest.mark.parametrize("ties", ["upper", "lower", "r_rfm"])
def test_published_segments_come_out_as_read_by_hand(brand: dict, warehouse: object, ties: str) -> None:
    data = SegmentData(warehouse, rfm=lambda: read_rfm(as_yaml(ties), "rfm.yaml"))
    overview = data.tiers.rfm(DAY)
    expected = Counter(scores(people(brand), ties).apply(published, axis=1))
    assert {row.segment: row.customers for row in overview.segments if row.customers} == dict(expected)
    assert [row.segment for row in overview.segments] == [*PUBLISHED, "others"]
    assert len(expected) > 6
    assert sum(row.share for row in overview.segments) == pytest.approx(1)
    assert sum(row.revenue for row in overview.segments) == pytest.approx(people(brand)["m"].sum())
    assert sum(row.revenue_share for row in overview.segments) == pytest.approx(1)
    assert overview.binning == ties


def test_segments_have_their_own_recency(brand: dict, warehouse: object) -> None:
    data = SegmentData(warehouse, rfm=lambda: read_rfm(as_yaml("upper"), "rfm.yaml"))
    found = people(brand)
    medians = found.groupby(scores(found, "upper").apply(published, axis=1))["r"].median()
    rows = [row for row in data.tiers.rfm(DAY).segments if row.customers]
    assert {row.segment: row.median_recency_days for row in rows} == medians.to_dict()


def test_the_quantiles_plus_one_as_given_cut_points_score_the_same(data: SegmentData) -> None:
    by_rule = data.tiers.rfm(DAY, ties="r_rfm")
    points = {name.removesuffix("_score"): [str(point) for point in cuts] for name, cuts in by_rule.cut_points.items()}
    given = data.tiers.rfm(DAY, cut_points=points)
    assert [(row.segment, row.customers) for row in given.segments] == [(row.segment, row.customers) for row in by_rule.segments]
    assert given.cells == by_rule.cells
    assert (given.binning, by_rule.binning) == ("cut_points", "r_rfm")
    assert given.rules_version != by_rule.rules_version
    assert given.cut_points == by_rule.cut_points


@pytest.mark.parametrize("ties", ["upper", "r_rfm"])
def test_metrics_are_split_by_the_scores_of_the_overview(warehouse: object, ties: str) -> None:
    data = SegmentData(warehouse, rfm=lambda: read_rfm(as_yaml(ties), "rfm.yaml"))
    for day in (DAY, str(data.last_day)):
        rows = data.query_metric("tier_customers", by=["recency_score"], window=day).rows
        counted = Counter()
        for cell in data.tiers.rfm(day).cells:
            counted[str(cell.recency)] += cell.customers
        assert {row.dimensions["recency_score"]: row.value for row in rows} == dict(counted)


def test_cells_and_segments_count_every_customer_once(data: SegmentData, brand: dict) -> None:
    found = data.tiers.rfm(DAY)
    total = len(people(brand))
    assert sum(cell.customers for cell in found.cells) == sum(row.customers for row in found.segments) == total == found.value
    once = {"new", "promising", "one_time_lapsed"}
    assert sum(row.customers for row in found.segments if row.segment in once) == (people(brand)["f"] == 1).sum()


def test_the_last_day_is_read_from_the_facts_and_agrees(brand: dict, open_tables: Callable[..., SegmentData]) -> None:
    """On the last day totals come from the facts, on earlier ones from the orders: the same data, one day more."""
    late = brand["orders"][brand["orders"]["order_date"] <= DAY]
    on_last = open_tables({"orders": late})
    extra = late[late["kind"] == "sale"].iloc[:1].assign(
        order_id="X", customer_id="X", order_date=pd.Timestamp("2024-08-01"), ordered_at=pd.Timestamp("2024-08-01")
    )  # fmt: skip
    earlier = open_tables({"orders": pd.concat([late, extra])})
    last = str(on_last.last_day)
    assert on_last.tiers.rfm(last).segments == earlier.tiers.rfm(last).segments
    same = {"as_of": None, "query": "", "definition": None, "rules_version": ""}
    stages = [data.tiers.lifecycle(last).model_copy(update=same) for data in (on_last, earlier)]
    if on_last.tiers.versions()[-1].rules.dormancy_days == earlier.tiers.versions()[-1].rules.dormancy_days:
        assert stages[0] == stages[1]
    assert sum(row.customers for row in stages[0].rows) == sum(row.customers for row in stages[1].rows)


def test_a_day_after_the_data_counts_recency_to_it(data: SegmentData) -> None:
    last, later = data.tiers.rfm(str(data.last_day)), data.tiers.rfm(str(data.last_day.replace(year=2031)))
    days = (later.as_of - last.as_of).days
    assert later.notes == ["beyond_data"]
    assert last.notes == []
    assert later.cut_points["recency_score"] == pytest.approx([days + point for point in last.cut_points["recency_score"]])
    assert [row.customers for row in later.segments] == [row.customers for row in last.segments]


def test_the_built_in_segments_cover_every_score() -> None:
    named = list(builtin().segments.values())
    for orders, *cell in product((1, 2, 9), range(1, 6), range(1, 6), range(1, 6)):
        fits = [
            segment for segment in named
            if all(low <= score <= high for score, (low, high) in zip(cell, (segment.recency, segment.frequency, segment.monetary), strict=True))
            and (segment.orders is None or segment.orders[0] <= orders <= segment.orders[1])
        ]  # fmt: skip
        assert fits, (orders, cell)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("ties: middle", 1, "ties"),
        ("ties: upper\ncut_points:\n  recency: [1, 2, 3, 4]\n  frequency: [1, 2, 3]\n  monetary: [1, 2, 3, 4]", 4, "frequency"),
        ("cut_points:\n  recency: [9, 2, 3, 4]\n  frequency: [1, 2, 3, 4]\n  monetary: [1, 2, 3, 4]", 2, "rise"),
        ("segments:\n  a:\n    title: {zh: 甲, en: A}\n    recency: [4, 9]", 4, "recency"),
        ("segments:\n  a:\n    title: {zh: 甲, en: A}\n    recency: [4, 2]", 4, "first"),
        ("segments:\n  a:\n    title: {zh: 甲}", 3, "title"),
        ("segments:\n  a:\n    title: {zh: 甲, en: A}\n    advice: dance", 4, "advice"),
        ("segments: [", 1, ""),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(text: str, line: int, reason: str) -> None:
    with pytest.raises(BadArgument, match="bad_definition") as refusal:
        read_rfm(text, "rfm.yaml")
    assert refusal.value.params["line"] == line
    assert reason in refusal.value.params["reason"]


def test_a_file_may_change_ties_alone() -> None:
    rules = read_rfm("ties: lower", "rfm.yaml")
    assert rules.ties == "lower"
    assert rules.segments == builtin().segments
    assert len({rules.version, builtin().version, asked(rules, ties="r_rfm").version}) == 3


@pytest.mark.parametrize(
    "points",
    [
        {"recency": ["1", "2", "3", "4"]},
        {"recency": ["1", "2", "3", "4"], "frequency": ["1", "2", "3", "x"], "monetary": ["1", "2", "3", "4"]},
        {"recency": ["1", "2", "3", "4"], "frequency": ["1", "1", "3", "4"], "monetary": ["1", "2", "3", "4"]},
    ],
)
def test_wrong_cut_points_are_refused(points: dict) -> None:
    with pytest.raises(BadArgument, match="bad_cut_points"):
        asked(RfmRules(), cut_points=points)
    with pytest.raises(BadArgument, match="bad_ties"):
        asked(RfmRules(), ties="middle")


def test_a_brands_file_is_read_with_a_byte_order_mark_or_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "rfm.yaml"
    assert load_rfm(path) == builtin()
    path.write_text("\ufeffties: lower", encoding="utf-8")
    assert load_rfm(path).ties == "lower"
    for content in ("# 品牌自己的规则\nties: lower".encode("gb18030"), b"ties: lower # \x07"):
        path.write_bytes(content)
        with pytest.raises(BadArgument, match="bad_definition"):
            load_rfm(path)
