"""Lift against planted truth, against published intervals, and its laws."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.demo import Truth
from tools.lift import Arm, combined, mean_effect, share_effect, wilson
from tools.segment_data import SegmentData


def arm(successes: int, n: int) -> Arm:
    return Arm(n, successes, successes)


@pytest.fixture(scope="module")
def demo(home: Path) -> SegmentData:
    from copilot.settings import Settings
    from copilot.workspace import Workspace

    data = Workspace(Settings(_env_file=None, home=home, workspace="small")).data()
    assert data is not None
    return data


def test_wilsons_interval_is_the_published_one() -> None:
    # Newcombe 1998, "Two-sided confidence intervals for the single proportion", Stat Med 17:857-872, table I.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)


@pytest.mark.parametrize(
    ("treated", "holdout", "low", "high"),
    [  # Newcombe 1998, Stat Med 17:873-890, table II, method 10.
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0),
    ],
)
def test_newcombes_interval_is_the_published_one(treated: tuple, holdout: tuple, low: float, high: float) -> None:
    effect = share_effect(arm(*treated), arm(*holdout))
    assert (effect.low, effect.high) == pytest.approx((low, high), abs=5e-5)


def test_one_campaign_combines_to_itself_and_two_alike_are_surer() -> None:
    effect = share_effect(arm(30, 200), arm(10, 100))
    one = combined([effect], [200])
    assert (one.value, one.low, one.high) == pytest.approx((effect.value, effect.low, effect.high))
    two = combined([effect, effect], [200, 200])
    assert two.value == pytest.approx(effect.value)
    assert two.high - two.low == pytest.approx((effect.high - effect.low) / 2**0.5)


def test_a_mean_that_never_varies_has_no_interval() -> None:
    effect = mean_effect(Arm(5, 10, 20), Arm(4, 4, 4))
    assert (effect.value, effect.low, effect.high) == pytest.approx((1, 1, 1))


def test_the_planted_lifts_lie_in_their_intervals(demo: SegmentData, exports: tuple[Path, Truth]) -> None:
    truth = {campaign.name: campaign for campaign in exports[1].campaigns}
    found = demo.query_metric("conversion_lift", by=["campaign"])
    rows = {row.dimensions["campaign"]: row for row in found.rows}
    assert rows.keys() == truth.keys()
    inside = [name for name, row in rows.items() if row.low <= truth[name].lift <= row.high]
    assert len(inside) >= 7
    assert all(row.low < row.value < row.high for row in found.rows)
    assert found.low < found.value < found.high


def test_conversions_of_both_arms_are_those_planted(demo: SegmentData, exports: tuple[Path, Truth]) -> None:
    treated = demo.query_metric("campaign_conversions", by=["campaign"])
    held = demo.query_metric("holdout_conversion_rate", by=["campaign"])
    counted = {row.dimensions["campaign"]: row.value for row in treated.rows}
    rates = {row.dimensions["campaign"]: (row.n, round((row.value or 0) * row.n)) for row in held.rows}
    for campaign in exports[1].campaigns:
        assert counted.get(campaign.name, 0) == campaign.treated_converted
        assert rates[campaign.name] == (campaign.holdout, campaign.holdout_converted)


@pytest.mark.parametrize("metric", ["incremental_customers", "incremental_orders", "incremental_revenue"])
def test_what_campaigns_added_is_the_sum_over_them(demo: SegmentData, metric: str) -> None:
    found = demo.query_metric(metric, by=["campaign"])
    assert found.value == pytest.approx(sum(row.value for row in found.rows))
    assert "net_of_holdout" in found.notes
    assert found.n == sum(row.n for row in found.rows)


def test_a_return_is_the_increment_over_the_cost(demo: SegmentData) -> None:
    roi, added, cost = (demo.query_metric(name) for name in ("campaign_roi", "incremental_revenue", "campaign_cost"))
    assert roi.value == pytest.approx(added.value / cost.value - 1)
    assert (roi.low, roi.high) == pytest.approx((added.low / cost.value - 1, added.high / cost.value - 1))


def test_campaigns_without_a_holdout_cannot_tell(brand: dict, open_tables) -> None:
    touches = brand["touches"][brand["touches"]["arm"] == "treated"]
    found = open_tables(brand | {"touches": touches}).query_metric("conversion_lift")
    assert (found.value, found.low, found.n) == (None, None, 0)
    assert "no_holdout" in found.notes


def test_lift_is_never_cut_by_what_comes_after_it(data: SegmentData) -> None:
    assert not {"tier", "lifecycle", "rfm_cell"} & {*data.dimensions("conversion_lift")}
    assert {"campaign", "channel", "month"} <= {*data.dimensions("conversion_lift")}
