"""Data health finds what was planted in generated orders, and nothing in sound ones."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from copilot.catalogue import LANGUAGES
from copilot.healthtext import health_text
from copilot.toolbox.cautions import with_cautions
from tools.health.volume import volume_findings

START = pd.Timestamp("2025-01-01")
DAYS = 240


def make_orders(seed=5, a_day=40):
    rng = np.random.default_rng(seed)
    day = START + pd.to_timedelta(np.repeat(np.arange(DAYS), rng.poisson(a_day, DAYS)), "D")
    n = len(day)
    at = day + pd.to_timedelta(rng.integers(0, 86_400, n), "s")
    return pd.DataFrame({
        "order_id": [f"O{i:06d}" for i in range(n)],
        "customer_id": [f"C{i:04d}" for i in rng.integers(0, 3000, n)],
        "ordered_at": at, "order_date": day, "kind": "sale",
        "amount": np.round(rng.lognormal(4.5, 0.5, n), 2), "channel": rng.choice(["天猫", "抖音"], n),
        "city": rng.choice(["上海", "北京", "广州"], n),
    })  # fmt: skip


@pytest.fixture
def open_data(open_tables):
    return lambda orders, **tables: open_tables({"orders": orders, **tables})


def found(data):
    return {(finding.check, finding.column, finding.start) for finding in data.health.findings}


def test_sound_data_gives_no_finding(open_data):
    assert open_data(make_orders()).health.findings == []


def test_missing_days_are_found_with_what_was_usual(open_data):
    orders = make_orders()
    gone = orders["order_date"].between("2025-05-05", "2025-05-07")
    (finding,) = open_data(orders[~gone]).health.findings
    assert (finding.check, finding.start, finding.end) == ("missing_days", date(2025, 5, 5), date(2025, 5, 7))
    assert finding.severity == "warning"
    assert abs(finding.params["usual"] - 120) < 30


def test_a_closed_weekday_is_no_gap(open_data):
    orders = make_orders()
    assert open_data(orders[orders["order_date"].dt.day_of_week != 5]).health.findings == []


@pytest.mark.parametrize(("factor", "check"), [(9, "volume_up"), (0.1, "volume_down")])
def test_a_day_far_from_its_weekday_is_found(factor, check):
    days = pd.date_range(START, periods=DAYS)
    counts = pd.Series(np.random.default_rng(2).poisson(50, DAYS), index=days)
    counts.iloc[100] = round(50 * factor)
    (finding,) = volume_findings(counts)
    assert (finding.check, finding.start) == (check, days[100].date())
    assert finding.params["orders"] == counts.iloc[100]


def test_amounts_in_another_unit_are_a_problem_once(open_data):
    orders = make_orders()
    later = orders["order_date"] >= "2025-06-01"
    orders.loc[later, "amount"] = orders.loc[later, "amount"] * 100  # 元 became 分
    (finding,) = open_data(orders).health.findings
    assert (finding.check, finding.severity, finding.column) == ("level_shift", "problem", "amount")
    assert finding.start == date(2025, 6, 1)
    assert finding.params["after"] / finding.params["before"] == pytest.approx(100, rel=0.2)


def test_a_column_left_empty_and_one_renamed_are_found(open_data):
    orders = make_orders()
    later = orders["order_date"] >= "2025-06-01"
    orders.loc[later, "city"] = None
    orders.loc[later, "channel"] = orders.loc[later, "channel"].map({"天猫": "Tmall", "抖音": "Douyin"})
    assert found(open_data(orders)) == {
        ("filled_shift", "city", date(2025, 6, 1)),
        ("new_values", "channel", date(2025, 6, 1)),
    }


def test_a_renaming_is_found_in_a_column_of_more_values_than_an_answer_has_rows(open_data):
    cities, months = 4500, pd.date_range(START, periods=6, freq="MS")
    rng = np.random.default_rng(3)
    day = np.repeat(months, cities) + pd.to_timedelta(rng.integers(0, 28, 6 * cities), "D")
    city = np.tile([f"城{number}" for number in range(cities)], 6)
    orders = pd.DataFrame({
        "order_id": [f"O{i}" for i in range(len(day))], "customer_id": "C1", "ordered_at": day, "order_date": day,
        "kind": "sale", "amount": 10.0, "city": np.where(day >= months[4], np.char.add(city, "市"), city),
    })  # fmt: skip
    assert ("new_values", "city", months[4].date()) in found(open_data(orders))


def test_rows_that_match_nothing_and_orders_exported_twice(open_data):
    orders = make_orders()
    customers = pd.DataFrame({"customer_id": sorted(set(orders["customer_id"]))[: -600]})
    twice = orders.sample(frac=0.02, random_state=1).assign(order_id=lambda rows: rows["order_id"] + "-2")
    data = open_data(pd.concat([orders, twice]), customers=customers)
    checks = {finding.check: finding for finding in data.health.findings}
    assert set(checks) == {"orphans", "same_moment"}
    lost = pd.concat([orders, twice])["customer_id"].isin(customers["customer_id"])
    assert checks["orphans"].params["rows"] == (~lost).sum()
    assert checks["same_moment"].params["rows"] == len(twice)


@pytest.mark.parametrize(("days", "severity"), [(1, None), (3, "notice"), (10, "warning"), (60, "problem")])
def test_freshness_is_told_by_the_day_given(open_data, days, severity):
    data = open_data(make_orders())
    today = (pd.Timestamp(data.last_day) + pd.Timedelta(days=days)).date()
    stale = [finding.severity for finding in data.health.report(today).findings]
    assert stale == ([severity] if severity else [])


def test_a_figure_says_what_its_days_suffer_from(open_data):
    orders = make_orders()
    gone = orders["order_date"].between("2025-05-05", "2025-05-07")
    orders.loc[orders["order_date"] >= "2025-07-01", "city"] = None
    data = open_data(orders[~gone])

    def notes(window, **how):
        result = data.query_metric("orders", window=window, **how)
        return [note for note in with_cautions(result, data.health.findings).notes if note.startswith("health")]

    assert notes("2025-05") == ["health_missing_days"]
    assert notes("2025-03") == []
    assert notes("2025-07") == []
    assert notes("2025-07", by=["city"]) == ["health_filled_shift"]
    assert notes("2025-06", compare="previous") == ["health_missing_days"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_has_words(open_data, language):
    orders = make_orders()
    later = orders["order_date"] >= "2025-06-01"
    orders.loc[later, "city"] = None
    orders.loc[later, "amount"] *= 100
    gone = orders["order_date"].between("2025-05-05", "2025-05-07")
    report = open_data(orders[~gone]).health.report(date(2026, 1, 1))
    words = health_text(report, language)
    assert len(report.findings) == 4
    assert "{" not in words
    assert "2025-05-05" in words
    assert "2025-06" in words
