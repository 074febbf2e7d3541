"""Lifetime models: formulas against simulation and against each other, units, gates, and the study end to end."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.special import beta as beta_function
from scipy.special import gamma as gamma_function
from scipy.special import hyp2f1

from copilot.catalogue import LANGUAGES, text
from copilot.grounding import check as grounded
from copilot.lifetimetext import customer_text, driver_lines, lifetime_text
from tools.errors import BadArgument, NoData
from tools.lifetime import bgnbd, gamma_gamma, pareto
from tools.lifetime.bgnbd import BgNbd
from tools.lifetime.calibration import calibrate
from tools.lifetime.drivers import drivers
from tools.lifetime.fitting import fit_positive
from tools.lifetime.gamma_gamma import GammaGamma
from tools.lifetime.histories import Histories, histories
from tools.lifetime.models import Fits
from tools.lifetime.outlook import DISCOUNT, ahead, newcomer, outlook
from tools.lifetime.pareto import ParetoNbd
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
    """The rows of `histories` of simulated orders, a customer each, times in whole days."""
    orders = orders[orders["at"] <= until]
    groups = orders.groupby("customer")["at"].agg(["size", "max"]).reindex(range(customers), fill_value=0)
    return pd.DataFrame({
        "repeats": groups["size"], "last_age": groups["max"] * 7, "age": until * 7.0, "later": 0, "customers": 1,
        "repeat_revenue": 0.0,
    })  # fmt: skip


def one(repeats, recency, age):
    """Histories of one row."""
    return Histories(*(np.array([float(each)]) for each in (repeats, recency, age, 1)))


@pytest.fixture(scope="module")
def simulated():
    return simulate()


@pytest.fixture(scope="module")
def past(simulated):
    return seen(simulated, 6000, 40.0)


def test_a_fit_finds_the_parameters_that_made_the_data(past):
    """Within what 6,000 customers can tell of them."""
    fit = BgNbd.fit(Histories.of(past))
    assert fit.converged
    assert (fit.r, fit.alpha) == pytest.approx((TRUTH.r, TRUTH.alpha), rel=0.12)
    assert fit.a / (fit.a + fit.b) == pytest.approx(TRUTH.a / (TRUTH.a + TRUTH.b), rel=0.2)


def test_the_truth_is_within_chance_of_the_best_fit(past):
    """Wilks: twice the gain over the true parameters is chi-squared with four degrees; 18.5 is passed once in 1,000."""
    found = Histories.of(past)
    truth, _slope = bgnbd.likelihood(TRUTH.r, TRUTH.alpha, TRUTH.a, TRUTH.b, found)
    assert 0 <= 2 * (BgNbd.fit(found).log_likelihood - truth) < 18.5


@pytest.mark.parametrize("history", [(0, 0.0, 39.0), (1, 3.0, 20.0), (7, 30.0, 31.0)])
def test_bgnbd_likelihood_is_the_integral_over_rates_and_chances(history):
    """Equation 3 for one rate and chance of leaving, integrated over both by quadrature."""
    r, alpha, a, b = 0.8, 6.0, 0.9, 3.0
    x, last, age = history

    def of_rate(rate):
        density = alpha**r * rate ** (r - 1) * np.exp(-alpha * rate) / gamma_function(r)
        stayed = beta_function(a, b + x) / beta_function(a, b) * np.exp(-rate * age)
        left = beta_function(a + 1, b + x - 1) / beta_function(a, b) * np.exp(-rate * last) if x else 0.0
        return rate**x * (stayed + left) * density

    whole = sum(quad(of_rate, low, high, epsrel=1e-10)[0] for low, high in ((0, 0.1), (0.1, 1), (1, 30)))
    value, _slope = bgnbd.likelihood(r, alpha, a, b, one(*history))
    assert value == pytest.approx(np.log(whole), rel=1e-6)


@pytest.mark.parametrize("history", [(0, 0.0, 39.0), (2, 20.0, 39.0), (26, 30.8, 31.0), (80, 25.0, 150.0)])
@pytest.mark.parametrize(("alpha", "beta"), [(10.6, 11.7), (12.0, 3.0), (0.5, 200.0)])
def test_pareto_quadrature_is_the_series_of_the_note(history, alpha, beta):
    """Fader and Hardie's A0, with the hypergeometric series of scipy."""
    r, s, (x, last, age) = 0.55, 0.6, history
    larger, smaller = max(alpha, beta), min(alpha, beta)
    second, total = (s + 1 if alpha >= beta else r + x), r + s + x

    def term(time):
        z = (larger - smaller) / (larger + time)
        return hyp2f1(total, second, total + 1, z) * np.exp(-total * np.log((larger + time) / (larger + last)))

    a0 = np.log(term(last) - term(age)) - total * np.log(larger + last)
    stayed = -(r + x) * np.log(alpha + age) - s * np.log(beta + age)
    common = np.sum(np.log(r + np.arange(x))) + r * np.log(alpha) + s * np.log(beta)
    value, _slope = pareto.likelihood(r, alpha, s, beta, one(*history))
    assert value == pytest.approx(common + np.logaddexp(stayed, np.log(s / total) + a0), rel=1e-7)


def test_gamma_gamma_likelihood_is_the_integral_over_everybodys_scale():
    p, q, v, x, mean = 3.0, 4.0, 25.0, 2.0, 40.0

    def of_scale(scale):
        spread = v**q * scale ** (q - 1) * np.exp(-v * scale) / gamma_function(q)
        return spread * (scale * x) ** (p * x) * mean ** (p * x - 1) * np.exp(-scale * x * mean) / gamma_function(p * x)

    value, _slope = gamma_gamma.likelihood(p, q, v, np.array([x]), np.array([mean]))
    assert value == pytest.approx(np.log(quad(of_scale, 0, 5)[0]), rel=1e-8)


@pytest.mark.parametrize(
    ("likelihood", "at"),
    [(bgnbd.likelihood, (0.3, 4.0, 0.8, 2.4)), (pareto.likelihood, (0.5, 10.0, 0.6, 12.0)),
     (pareto.likelihood, (0.5, 10.0, 0.6, 2.0))],
)  # fmt: skip
def test_derivatives_are_those_of_the_likelihood(past, likelihood, at):
    found = Histories.of(past).sample(200)
    _value, slope = likelihood(*at, found)
    for place, parameter in enumerate(at):
        step = np.zeros(len(at))
        step[place] = parameter * 1e-5
        rise = likelihood(*(at + step), found)[0] - likelihood(*(at - step), found)[0]
        assert slope[place] == pytest.approx(rise / step[place] / 2, rel=1e-5)


def test_a_fit_that_cannot_arrive_says_so():
    """A likelihood that waves all the way has no place to rest within the steps allowed."""
    wild = fit_positive(lambda a: (-np.sin(1e7 * a) * 1e6, [-1e13 * np.cos(1e7 * a)]), [(1.0,)])
    assert not wild.converged


def test_expected_orders_are_those_of_the_simulation(simulated, past):
    assert TRUTH.expected_new(60.0) == pytest.approx(len(simulated) / 6000, rel=0.05)
    later = (simulated["at"] > 40.0).sum()
    assert TRUTH.expected(20.0, Histories.of(past)).sum() == pytest.approx(later, rel=0.06)


@pytest.mark.parametrize("repeats", [1, 4])
def test_expected_orders_of_a_history_are_those_of_the_customers_who_had_it(repeats):
    """Monte Carlo: everybody simulated with so many orders, the last between weeks 20 and 30 of 40."""
    orders = simulate(customers=60_000, seed=11)
    past = seen(orders, 60_000, 40.0)
    alike = past[(past["repeats"] == repeats) & past["last_age"].between(140, 210)]
    later = orders[(orders["at"] > 40.0) & orders["customer"].isin(alike.index)]
    each = later.groupby("customer").size().reindex(alike.index, fill_value=0)
    error = 3 * each.std() / np.sqrt(len(each))
    assert TRUTH.expected(20.0, Histories.of(alike)).mean() == pytest.approx(each.mean(), abs=error)


def test_expectations_at_the_start_agree():
    assert TRUTH.expected(30.0, one(0, 0, 0))[0] == pytest.approx(TRUTH.expected_new(30.0), rel=1e-9)


def test_a_new_customer_is_worth_what_one_is_on_the_day_of_the_first_order():
    spend = GammaGamma(p=6.0, q=4.0, v=25.0, log_likelihood=0.0)
    _, discounted = ahead(TRUTH, one(0, 0, 0), 365, "weeks")
    assert newcomer(TRUTH, spend, "weeks", 365) == pytest.approx(discounted[0] * 6.0 * 25.0 / 3.0, rel=1e-9)
    assert newcomer(TRUTH, None, "weeks", 365) is None


def test_discounted_orders_are_those_of_the_simulation():
    """Each order of the year ahead counts by its own day, near the middle of its month on average."""
    orders = simulate(customers=40_000, weeks=92.0, seed=5)
    later = orders[orders["at"].between(40.0, 40.0 + 365 / 7, inclusive="right")]
    truth = ((1 + DISCOUNT) ** (-(later["at"] - 40.0) * 7 / 365)).sum()
    expected, discounted = ahead(TRUTH, Histories.of(seen(orders, 40_000, 40.0)), 365, "weeks")
    assert expected.sum() == pytest.approx(len(later), rel=0.03)
    assert discounted.sum() / expected.sum() == pytest.approx(truth / len(later), rel=0.006)
    assert discounted.sum() < truth * 1.03


def test_silence_lowers_the_chance_of_being_alive():
    age = np.linspace(20.0, 200.0, 50)
    chance = TRUTH.p_alive(Histories(np.full(50, 5.0), np.full(50, 19.0), age, np.ones(50)))
    assert (np.diff(chance) < 0).all()
    assert chance[0] < 1
    assert chance[-1] > 0
    assert TRUTH.p_alive(one(0, 0, 99))[0] == 1.0


def test_the_check_expects_about_the_same(simulated, past):
    found = Histories.of(past)
    check = ParetoNbd.fit(found.sample(1500))
    assert check.converged
    assert check.expected(20.0, found).sum() == pytest.approx((simulated["at"] > 40.0).sum(), rel=0.15)


@pytest.mark.parametrize("factor", [1.0, 7.0])
def test_pareto_likelihood_does_not_depend_on_the_time_unit(past, factor):
    """Times in days instead of weeks scale alpha and beta, and shift the log-likelihood by a known constant."""
    found = Histories.of(past).sample(400)
    scaled = Histories(found.repeats, found.recency * factor, found.age * factor, found.weights)
    weekly, other = ParetoNbd.fit(found), ParetoNbd.fit(scaled)
    assert (other.r, other.alpha / factor) == pytest.approx((weekly.r, weekly.alpha), rel=0.01)
    shift = (found.weights * found.repeats).sum() * np.log(factor)
    assert other.log_likelihood == pytest.approx(weekly.log_likelihood - shift, rel=1e-6)


def test_customer_value_does_not_depend_on_the_time_unit(past):
    """The trap of a 12-month value computed with weekly data and monthly steps: the same answer in either unit."""
    people = past.round({"last_age": 0}).assign(repeat_revenue=lambda rows: rows["repeats"] * 50.0, tier="mid")
    spend = GammaGamma(p=6.0, q=4.0, v=25.0, log_likelihood=0.0)
    rows = [outlook(people, BgNbd.fit(Histories.of(people, unit)), spend, unit)[0] for unit in ("weeks", "days")]
    assert rows[0].clv == pytest.approx(rows[1].clv, rel=0.01)
    assert rows[0].expected_orders == pytest.approx(rows[1].expected_orders, rel=0.01)


def test_customers_with_one_history_count_as_themselves(past):
    """A row for many customers gives what a row for each of them gives."""
    each = past.round().assign(repeat_revenue=lambda rows: rows["repeats"] * 50.0, tier="mid")
    keys = ["repeats", "last_age", "age", "tier"]
    together = each.groupby(keys, as_index=False)[["customers", "repeat_revenue", "later"]].sum()
    spend = GammaGamma(p=6.0, q=4.0, v=25.0, log_likelihood=0.0)
    (apart,), (merged,) = (outlook(rows, TRUTH, spend, "weeks") for rows in (each, together))
    assert len(together) < len(each)
    for name in ("customers", "churn_risk", "risk_low", "at_risk", "overdue", "expected_orders", "clv"):
        assert getattr(merged, name) == pytest.approx(getattr(apart, name))


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


def test_a_sample_stands_for_everybody(past):
    whole = Histories.of(past)
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
    assert abs(report.calibration.error) < 0.25
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
    assert report.calibration.error > 0.25
    assert report.tiers == []


def test_deciles_hold_as_many_customers_each(past):
    found = calibrate(past, date(2024, 1, 1), date(2024, 6, 1), TRUTH, None, "weeks")
    assert {row.customers for row in found.by_decile} == {600}
    assert [row.expected for row in found.by_decile] == sorted(row.expected for row in found.by_decile)


def test_deciles_of_customers_alike_are_alike(past):
    """Who has no repeat order shares one expectation; no chance order of rows tells them apart."""
    later = past.assign(later=np.random.default_rng(3).integers(0, 3, len(past)))
    keys = ["repeats", "last_age", "age"]
    together = later.groupby(keys, as_index=False)[["customers", "repeat_revenue", "later"]].sum()
    found, again = (
        calibrate(rows, date(2024, 1, 1), date(2024, 6, 1), TRUTH, None, "weeks")
        for rows in (together, together.sample(frac=1.0, random_state=1))
    )
    assert again.by_decile == found.by_decile
    assert sum(row.customers * row.actual for row in found.by_decile) == pytest.approx(later["later"].sum())


def test_a_tier_without_repeaters_has_no_churn_risk(past):
    people = past.assign(tier="mid")
    people.loc[people["repeats"] == 0, "tier"] = "dormant"
    rows = {row.tier: row for row in outlook(people, TRUTH, None, "weeks")}
    assert rows["dormant"].one_order == rows["dormant"].customers > 0
    assert rows["dormant"].churn_risk is None
    assert rows["dormant"].p_alive is None
    assert 0 < rows["mid"].risk_low < rows["mid"].churn_risk < rows["mid"].risk_high < 1


def test_churn_risk_is_the_share_that_left(simulated):
    """Of simulated customers with a repeat order, those who never order again lie within the interval."""
    endless = simulate(weeks=4000.0)
    people = seen(endless, 6000, 40.0).assign(tier="mid")
    left = endless.groupby("customer")["at"].max().reindex(range(6000), fill_value=0) <= 40.0
    (row,) = outlook(people, TRUTH, None, "weeks")
    assert row.risk_low < left[people["repeats"] > 0].mean() < row.risk_high


@pytest.fixture(scope="module")
def tagging(brand_data):
    return brand_data.traits


def test_a_trait_of_those_who_are_overdue_goes_with_the_risk(past, tagging):
    """A refund is put on customers at random, and on the long silent alone: only the second stands out."""
    rows = past[past["repeats"] > 0].assign(tier="mid")
    silent = (rows["age"] - rows["last_age"]) > 120
    found = drivers(rows.assign(refunds=silent), TRUTH, tagging, "weeks")["mid"]
    chance = drivers(rows.assign(refunds=np.random.default_rng(2).random(len(rows)) < 0.3), TRUTH, tagging, "weeks")
    (driver,) = [each for each in found[1] if each.trait == "refunds"]
    assert not driver.input
    assert driver.customers == silent.sum()
    assert driver.others == (~silent).sum()
    assert driver.difference == pytest.approx(driver.risk - driver.others_risk)  # everybody is of one age here
    assert 0 < driver.low < driver.difference < driver.high
    assert [each.trait for each in found[1] if each.input] == ["overdue", "one_repeat"]
    assert "refunds" not in {each.trait for each in chance["mid"][1]}


def test_drivers_compare_customers_of_like_age(past, tagging):
    """Newcomers are at less risk for being new: a trait of theirs alone is held against other newcomers."""
    early = past[(past["repeats"] > 0) & (past["last_age"] < 70)]
    new = early.assign(age=91.0, refunds=np.random.default_rng(5).random(len(early)) < 0.9)
    old = early.assign(refunds=np.random.default_rng(6).random(len(early)) < 0.1)
    looked_at, found = drivers(pd.concat([new, old]).assign(tier="mid"), TRUTH, tagging, "weeks")["mid"]
    assert looked_at == 3
    assert "refunds" not in {each.trait for each in found}


def test_a_handful_of_customers_is_held_against_nobody(past, tagging):
    rows = past[past["repeats"] > 0].head(40).assign(tier="mid")
    rows["refunds"] = np.arange(40) < 20
    assert drivers(rows, TRUTH, tagging, "weeks")["mid"][0] <= 1


def test_a_study_tells_each_tiers_risk_and_what_goes_with_it(brand_data):
    report = brand_data.lifetime.report()
    assert any(row.looked_at for row in report.tiers)
    inputs = {each.trait for row in report.tiers for each in row.drivers if each.input}
    assert "overdue" in inputs
    assert all(each.low > 0 or each.high < 0 for row in report.tiers for each in row.drivers)
    assert report.risk_definition.en.startswith("Churn risk is one less")
    for language in LANGUAGES:
        assert driver_lines(report, language)


def test_one_customer_is_what_the_models_see(brand_data):
    study, end = brand_data.lifetime, brand_data.last_day
    people = brand_data._warehouse.whole(histories(end, end)).rows.to_pandas()
    row = people[people["repeats"] > 2].sort_values("customer_id").iloc[0]
    weekly, daily = (study.customer(row["customer_id"], unit=unit) for unit in ("weeks", "days"))
    assert (weekly.repeats, daily.recency, daily.age) == (row["repeats"], row["last_age"], row["age"])
    assert weekly.age == pytest.approx(daily.age / 7)
    assert weekly.value == pytest.approx(daily.value, rel=0.01)
    assert 0 < weekly.p_alive < 1
    assert weekly.clv < weekly.value * weekly.spend
    for language in LANGUAGES:
        assert row["customer_id"] not in customer_text(weekly, language)


def test_a_customer_with_one_order_has_no_chance_told(brand_data):
    end = brand_data.last_day
    people = brand_data._warehouse.whole(histories(end, end)).rows.to_pandas()
    single = people[people["repeats"] == 0]["customer_id"].min()
    found = brand_data.lifetime.customer(single)
    assert found.p_alive is None
    assert found.value > 0


def test_what_cannot_be_asked_is_refused(brand_data):
    with pytest.raises(NoData, match="unknown_customer"):
        brand_data.lifetime.customer("nobody")
    with pytest.raises(BadArgument, match="bad_horizon"):
        brand_data.lifetime.report(horizon=0)


def test_a_longer_horizon_holds_more_orders(brand_data):
    year, half = (brand_data.lifetime.report(horizon=days) for days in (365, 182))
    assert half.value < year.value
    assert half.horizon_days == 182
    assert "182" in half.definition.en


def test_where_nobody_leaves_the_study_says_it_cannot_tell_who_is_at_risk(brand_data):
    study = brand_data.lifetime
    staying = Fits(BgNbd(r=0.8, alpha=6.0, a=1e-6, b=3.0, log_likelihood=0.0), spend=None, correlation=None)
    past = study._past(None, 365, "weeks")
    noted = past.report.model_copy(update={"notes": ["nobody_leaves"]})
    report = study._look_ahead(replace(past, report=noted), staying)
    assert report.notes == ["nobody_leaves"]
    assert {row.churn_risk for row in report.tiers} == {None}
    assert {row.looked_at for row in report.tiers} == {0}
    for language in LANGUAGES:
        assert text("note.nobody_leaves", language) in lifetime_text(report, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_study_reads_in_both_languages_and_shows_its_own_figures(brand_data, simulated, open_tables, language):
    refused = open_tables({"orders": orders_of(simulated, 60)}).lifetime.report()
    late = brand_data.lifetime.report(brand_data.last_day - timedelta(days=90), unit="days")
    for report in (brand_data.lifetime.report(), late, refused):
        words = lifetime_text(report, language)
        assert "{" not in words
        nothing = {"question": "", "citations": [], "drafts": []}
        assert not grounded(words, evidence=[report], language=language, **nothing).warnings
    assert "BG/NBD" in lifetime_text(late, language)
    assert "100" in lifetime_text(refused, language)
