"""Lifetime models: formulas against simulation and against each other, units, gates, and the study end to end."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from copilot.catalogue import LANGUAGES, text
from copilot.lifetimetext import lifetime_text
from tools.errors import NoData
from tools.lifetime.bgnbd import BgNbd
from tools.lifetime.calibration import calibrate
from tools.lifetime.gamma_gamma import GammaGamma
from tools.lifetime.histories import Histories, histories
from tools.lifetime.outlook import outlook
from tools.lifetime.pareto import ParetoNbd
from tools.lifetime.study import Fits
from tools.results import TIERS

TRUTH = BgNbd(r=0.8, alpha=6.0, a=0.9, b=3.0, log_likelihood=0.0)
START = pd.Timestamp("2024-01-01")


def simulate(customers=6000, weeks=60.0, seed=4, model=TRUTH):
    """Order times in weeks of customers who follow BG/NBD: one row an order after the first."""
    rng = np.random.default_rng(seed)
    rate, leave = rng.gamma(model.r, 1 / model.alpha, customers), rng.beta(model.a, model.b, customers)
    at, alive, rows = np.zeros(customers), np.ones(customers, bool), []
    for _ in range(400):
        at = at + rng.exponential(1 / rate)
        alive &= at <= weeks
        if not alive.any():
            break
        rows.append(pd.DataFrame({"customer": np.flatnonzero(alive), "at": at[alive]}))
        alive &= rng.random(customers) >= leave
    return pd.concat(rows, ignore_index=True)


def seen(orders, customers, until):
    """The rows of `histories` of simulated orders, times in whole days."""
    orders = orders[orders["at"] <= until]
    groups = orders.groupby("customer")["at"].agg(["size", "max"]).reindex(range(customers), fill_value=0)
    return pd.DataFrame({"repeats": groups["size"], "last_age": groups["max"] * 7, "age": until * 7.0, "later": 0})


@pytest.fixture(scope="module")
def simulated():
    return simulate()


def test_a_fit_finds_the_parameters_that_made_the_data(simulated):
    fit = BgNbd.fit(Histories.of(seen(simulated, 6000, 40.0)))
    assert (fit.r, fit.alpha) == pytest.approx((TRUTH.r, TRUTH.alpha), rel=0.12)
    assert fit.a / (fit.a + fit.b) == pytest.approx(TRUTH.a / (TRUTH.a + TRUTH.b), rel=0.2)


def test_expected_orders_are_those_of_the_simulation(simulated):
    assert TRUTH.expected_new(60.0) == pytest.approx(len(simulated) / 6000, rel=0.05)
    past = seen(simulated, 6000, 40.0)
    ahead = TRUTH.expected(20.0, past["repeats"].to_numpy(float), past["last_age"].to_numpy() / 7, np.full(6000, 40.0))
    later = (simulated["at"] > 40.0).sum()
    assert ahead.sum() == pytest.approx(later, rel=0.06)


def test_expectations_at_the_start_agree():
    nothing = np.zeros(1)
    assert TRUTH.expected(30.0, nothing, nothing, nothing)[0] == pytest.approx(TRUTH.expected_new(30.0), rel=1e-9)


def test_silence_lowers_the_chance_of_being_alive():
    age = np.linspace(20.0, 200.0, 50)
    chance = TRUTH.p_alive(np.full(50, 5.0), np.full(50, 19.0), age)
    assert (np.diff(chance) < 0).all()
    assert chance[0] < 1
    assert chance[-1] > 0
    assert TRUTH.p_alive(np.zeros(1), np.zeros(1), np.full(1, 99.0))[0] == 1.0


def test_the_check_expects_about_the_same(simulated):
    past = seen(simulated, 6000, 40.0)
    check = ParetoNbd.fit(Histories.of(past).sample(1500))
    arrays = past["repeats"].to_numpy(float), past["last_age"].to_numpy() / 7, np.full(6000, 40.0)
    assert check.expected(20.0, *arrays).sum() == pytest.approx((simulated["at"] > 40.0).sum(), rel=0.15)


@pytest.mark.parametrize("factor", [1.0, 7.0])
def test_pareto_likelihood_does_not_depend_on_the_time_unit(simulated, factor):
    """Times in days instead of weeks scale alpha and beta, and shift the log-likelihood by a known constant."""
    past = Histories.of(seen(simulated, 6000, 40.0)).sample(400)
    scaled = Histories(past.repeats, past.recency * factor, past.age * factor, past.weights)
    one, other = ParetoNbd.fit(past), ParetoNbd.fit(scaled)
    assert (other.r, other.alpha / factor) == pytest.approx((one.r, one.alpha), rel=0.01)
    shift = (past.weights * past.repeats).sum() * np.log(factor)
    assert other.log_likelihood == pytest.approx(one.log_likelihood - shift, rel=1e-6)


def test_customer_value_does_not_depend_on_the_time_unit(simulated):
    """The trap of a 12-month value computed with weekly data and monthly steps: the same answer in either unit."""
    people = seen(simulated, 6000, 40.0).round({"last_age": 0}).assign(
        customer_id=[str(i) for i in range(6000)], repeat_revenue=lambda rows: rows["repeats"] * 50.0, tier="mid"
    )  # fmt: skip
    spend = GammaGamma(p=6.0, q=4.0, v=25.0, log_likelihood=0.0)
    rows = [outlook(people, BgNbd.fit(Histories.of(people, unit)), spend, unit)[0] for unit in ("weeks", "days")]
    assert rows[0].clv == pytest.approx(rows[1].clv, rel=0.01)
    assert rows[0].expected_orders == pytest.approx(rows[1].expected_orders, rel=0.01)


def test_spend_is_found_and_shrunk_towards_everybodys():
    rng = np.random.default_rng(8)
    p, q, v = 5.0, 4.0, 30.0
    repeats = rng.integers(1, 9, 5000).astype(float)
    mean = rng.gamma(p * repeats, 1 / (rng.gamma(q, 1 / v, 5000) * repeats))
    fit = GammaGamma.fit(repeats, mean)
    assert fit.p * fit.v / (fit.q - 1) == pytest.approx(p * v / (q - 1), rel=0.05)
    everybody = fit.expected_spend(np.zeros(1), np.zeros(1))[0]
    one, many = fit.expected_spend(np.array([1.0, 50.0]), np.full(2, everybody * 3))
    assert everybody < one < many < everybody * 3


def test_spend_without_a_mean_has_no_fit():
    rng = np.random.default_rng(8)
    repeats = rng.integers(1, 9, 5000).astype(float)
    mean = rng.gamma(5.0 * repeats, 1 / (rng.gamma(0.8, 1 / 30.0, 5000) * repeats))
    with pytest.raises(NoData, match="no_fit"):
        GammaGamma.fit(repeats, mean)


def test_a_sample_stands_for_everybody(simulated):
    whole = Histories.of(seen(simulated, 6000, 40.0))
    part = whole.sample(1000)
    assert len(part.weights) <= 1000
    assert part.weights.sum() == pytest.approx(whole.weights.sum())


def orders_of(simulated, customers, weeks=60):
    """Simulated customers as canonical orders, first orders spread over the first half."""
    rng = np.random.default_rng(1)
    first = START + pd.to_timedelta(rng.integers(0, weeks * 3, customers), "D")
    rows = [pd.DataFrame({"customer": np.arange(customers), "at": 0.0}), simulated[simulated["customer"] < customers]]
    rows = pd.concat(rows, ignore_index=True)
    at = first[rows["customer"]] + pd.to_timedelta((rows["at"] * 7).round(), "D")
    rows["order_date"] = at
    rows = rows[rows["order_date"] <= START + pd.Timedelta(weeks=weeks)]
    n = len(rows)
    return pd.DataFrame({
        "order_id": [f"O{i:06d}" for i in range(n)], "customer_id": [f"C{i:05d}" for i in rows["customer"]],
        "ordered_at": rows["order_date"].to_numpy(), "order_date": rows["order_date"].to_numpy(), "kind": "sale",
        "amount": np.round(rng.gamma(4, 25, n), 2),
    })  # fmt: skip


@pytest.fixture(scope="module")
def brand_data(simulated, open_tables):
    return open_tables({"orders": orders_of(simulated, 2500)})


def test_histories_merge_days_and_leave_the_future_out(brand_data, simulated):
    orders = orders_of(simulated, 2500)
    end = date(2024, 12, 31)
    days = orders[["customer_id", "order_date"]].drop_duplicates()
    days["first"] = days.groupby("customer_id")["order_date"].transform("min")
    past = days[(days["order_date"] <= str(end)) & (days["first"] <= str(end))]
    want = past.groupby("customer_id").agg(n=("order_date", "size"), last=("order_date", "max"), first=("first", "min"))
    frame = brand_data._warehouse.whole(histories(end, brand_data.last_day)).rows.to_pandas().set_index("customer_id")
    frame = frame.loc[want.index]
    assert (frame["repeats"] == want["n"] - 1).all()
    assert (frame["last_age"] == (want["last"] - want["first"]).dt.days).all()
    assert (frame["age"] == (pd.Timestamp(end) - want["first"]).dt.days).all()
    assert frame["later"].sum() == ((days["order_date"] > str(end)) & (days["first"] <= str(end))).sum()


def test_a_study_looks_ahead_by_tier_and_shows_its_check(brand_data):
    report = brand_data.lifetime.report()
    assert report.reason is None
    assert report.notes == []
    assert abs(report.calibration.ratio - 1) < 0.25
    assert sum(row.customers for row in report.tiers) == report.customers
    assert report.value == pytest.approx(sum(row.expected_orders for row in report.tiers))
    assert [row.tier for row in report.tiers] == [tier for tier in TIERS if tier in {row.tier for row in report.tiers}]
    assert sum(row.customers for row in report.calibration.by_decile) == report.calibration.customers
    by_tier = {row.tier: row for row in report.tiers}
    assert by_tier["high"].clv > by_tier["dormant"].clv


def test_with_a_day_given_the_rest_is_the_holdout(brand_data):
    end = brand_data.last_day - timedelta(days=90)
    report = brand_data.lifetime.report(end)
    assert report.calibration.end == report.calibration_end == end
    assert report.calibration.until == brand_data.last_day
    assert report.holdout_orders == report.calibration.holdout_orders > 0


@pytest.mark.parametrize(
    ("customers", "days", "reason"), [(60, 420, "few_repeaters"), (2500, 150, "short_history"), (2500, 200, None)]
)
def test_too_little_is_refused_with_the_reason(simulated, open_tables, customers, days, reason):
    orders = orders_of(simulated, customers)
    data = open_tables({"orders": orders[orders["order_date"] <= START + pd.Timedelta(days=days)]})
    report = data.lifetime.report()
    assert report.reason == (reason or "short_holdout")
    assert report.value is None
    assert report.tiers == []


def test_a_missed_holdout_is_refused(simulated, open_tables):
    orders = orders_of(simulated, 2500)
    late = orders["order_date"] > START + pd.Timedelta(days=280)
    gone = late & (np.random.default_rng(0).random(len(orders)) < 0.8)
    report = open_tables({"orders": orders[~gone]}).lifetime.report()
    assert report.reason == "bad_calibration"
    assert report.calibration.ratio > 1.25
    assert report.tiers == []


def test_deciles_hold_as_many_customers_each(simulated):
    past = seen(simulated, 6000, 40.0)
    found = calibrate(past, date(2024, 1, 1), date(2024, 6, 1), TRUTH, None, "weeks")
    assert {row.customers for row in found.by_decile} == {600}
    assert [row.expected for row in found.by_decile] == sorted(row.expected for row in found.by_decile)


def test_a_tier_without_repeaters_has_no_chance_of_being_alive(simulated):
    people = seen(simulated, 6000, 40.0).assign(repeat_revenue=0.0, tier="mid")
    people.loc[people["repeats"] == 0, "tier"] = "dormant"
    rows = {row.tier: row for row in outlook(people, TRUTH, None, "weeks")}
    assert rows["dormant"].one_order == rows["dormant"].customers > 0
    assert rows["dormant"].p_alive is None
    assert 0 < rows["mid"].p_alive < 1


def test_where_nobody_leaves_the_study_says_it_cannot_tell_who_is_at_risk(brand_data):
    study, end = brand_data.lifetime, brand_data.last_day
    staying = Fits(BgNbd(r=0.8, alpha=6.0, a=1e-6, b=3.0, log_likelihood=0.0), spend=None, correlation=None)
    report = study._look_ahead(study.report(), study._people(end, end), staying, end)
    assert report.notes == ["nobody_leaves"]
    assert {row.p_alive for row in report.tiers} == {None}
    for language in LANGUAGES:
        assert text("note.nobody_leaves", language) in lifetime_text(report, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_study_reads_in_both_languages(brand_data, simulated, open_tables, language):
    whole = lifetime_text(brand_data.lifetime.report(), language)
    assert "BG/NBD" in whole
    assert "{" not in whole
    refused = open_tables({"orders": orders_of(simulated, 60)}).lifetime.report()
    assert "100" in lifetime_text(refused, language)
