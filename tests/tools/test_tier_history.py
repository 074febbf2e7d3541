"""Tiers over time: versions of the rules, moves, the month ahead, and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools.engines.duck import LOCKED_DOWN
from tools.errors import BadArgument, NoData
from tools.generations import DEMO, Generations, mark_of
from tools.lifecycle import STAGE_RULES, STAGES, with_stage
from tools.loading import load_files
from tools.results import TIERS
from tools.rfm.scores import history
from tools.segment_data import SegmentData
from tools.tiers import TierRules, assign
from tools.tiers.change import set_rules
from tools.tiers.decision import RuleResult, explain
from tools.tiers.expected import LEVEL, _interval, _looking_back
from tools.tiers.membership import TIER_RULES, measured
from tools.tiers.rules import changed
from tools.warehouse import Warehouse

NOON = datetime(2024, 12, 1, 12, 0)
PAST = ("2023-06-30", "2024-05-17", "2024-09-30")


@pytest.fixture
def store(brand_file: Path, tmp_path: Path) -> Generations:
    """The brand as a store of its own, marked as demo data."""
    store = Generations(tmp_path / "data")
    with store.write(mark=DEMO) as path:
        path.write_bytes(brand_file.read_bytes())
    return store


def opened(store: Generations) -> SegmentData:
    return SegmentData(Warehouse.open(store.current(), row_cap=10_000, seconds=20))


def sizes(data: SegmentData, day: str, rules: str = "") -> dict[str, int]:
    return {row.tier: row.customers for row in data.tiers.overview(day, rules).rows}


def snapshots(store: Generations, version: str) -> list[tuple]:
    query = "SELECT as_of, customer_id, tier, recency_days, orders_365, spend_365 FROM tier_snapshots"
    with duckdb.connect(store.current(), read_only=True, config=LOCKED_DOWN) as con:
        return con.execute(f"{query} WHERE rules_version = ? ORDER BY ALL", [version]).fetchall()


# --- versions -----------------------------------------------------------------------------


def test_rules_set_while_own_files_replace_the_demo_put_no_demo_mark_on_them(
    store: Generations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, lock = tmp_path / "own.csv", Generations.lock
    own.write_text("order_id,customer_id,ordered_at,amount\nA1,C1,2024-10-01 10:00,10\nA2,C1,2024-11-01 10:00,20\n")

    def late(self: Generations) -> object:
        monkeypatch.undo()
        load_files([own], store, loaded_at=NOON)  # the other process was faster
        return lock(self)

    monkeypatch.setattr(Generations, "lock", late)
    set_rules(store, {"dormancy_days": "45"}, adopted_at=NOON)
    assert mark_of(store.current()) == ""
    assert opened(store).query_metric("orders", window="all").value == 2
    assert opened(store).tiers.versions()[-1].rules.dormancy_days == 45


def test_changing_rules_never_rewrites_history(store: Generations) -> None:
    before = opened(store)
    former = before.tiers.versions()[-1].rules_version
    shown = {day: sizes(before, day) for day in PAST}
    kept = snapshots(store, former)
    assert kept
    set_rules(store, {"dormancy_days": "45", "high_share": "10%"}, adopted_at=NOON)
    after = opened(store)
    assert snapshots(store, former) == kept
    for day in PAST:
        assert sizes(after, day, former) == sizes(after, day, former[:6]) == sizes(after, day, "shown") == shown[day]
        assert sizes(after, day) != shown[day]
    assert {row[0] for row in snapshots(store, after.tiers.versions()[-1].rules_version)} == {row[0] for row in kept}


def test_every_adoption_stays_on_record(store: Generations) -> None:
    first = opened(store).tiers.versions()[-1]
    set_rules(store, {"dormancy_days": 45}, adopted_at=NOON)
    set_rules(store, {"dormancy_days": 45}, adopted_at=NOON)  # nothing to change
    set_rules(store, {"dormancy_days": first.rules.dormancy_days}, adopted_at=NOON)
    versions = opened(store).tiers.versions()
    assert [each.rules.dormancy_days for each in versions] == [first.rules.dormancy_days, 45, first.rules.dormancy_days]
    assert [each.rules_version for each in versions][::2] == [first.rules_version] * 2
    assert [each.adopted_at for each in versions] == [None, NOON, NOON]
    assert [each.in_force for each in versions] == [False, False, True]
    assert mark_of(store.current()) == DEMO


def test_results_name_their_rules_and_say_when_others_were_in_force(store: Generations) -> None:
    former = opened(store).tiers.versions()[-1].rules_version
    now = set_rules(store, {"dormancy_days": 45}, adopted_at=NOON).version
    ask = opened(store).tiers
    days = ("2024-08-31", "2024-10-31")
    assert (ask.migration(*days).rules_version, ask.migration(*days).notes) == (now, ["present_rules"])
    assert (ask.migration(*days, "shown").rules_version, ask.migration(*days, "shown").notes) == (former, [])
    last = ask.overview().as_of
    assert ask.migration("2024-08-31", str(last), "shown").notes == ["two_rules"]
    assert ask.overview(str(last), former).notes == ["other_rules"]
    assert ask.overview(str(last)).notes == []
    assert [point.rules_version for point in ask.history(2, rules="shown").points] == [former, former, now]
    assert {point.rules_version for point in ask.history(2).points} == {now}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"dormancy": 90}, "unknown_tier_rule"),
        ({"dormancy_days": "soon"}, "bad_tier_rule"),
        ({"dormancy_days": 0}, "bad_tier_rule"),
        ({"dormancy_days": "90.5"}, "bad_tier_rule"),
        ({"high_share": "140%"}, "bad_tier_rule"),
        ({"high_share": "%"}, "bad_tier_rule"),
        ({"recent_days": 365}, "recent_days_too_long"),
    ],
)
def test_refuses_rules_that_cannot_be(store: Generations, changes: dict, code: str) -> None:
    generation = store.current()
    with pytest.raises(BadArgument, match=code):
        set_rules(store, changes, adopted_at=NOON)
    assert store.current() == generation


def test_rules_written_before_a_threshold_came_keep_their_version() -> None:
    stored = '{"dormancy_days": 167, "trailing_days": 365, "recent_days": 182, "high_share": 0.2, "high_orders": 2}'
    rules = TierRules.model_validate_json(stored)
    assert rules.version == "2b086af7412b"  # as the first release wrote it
    assert changed(rules, {"growth_days": 90}).version != rules.version


def test_refuses_an_unknown_version(data: SegmentData) -> None:
    with pytest.raises(BadArgument, match="unknown_rules_version"):
        data.tiers.overview(rules="beef")
    with pytest.raises(NoData, match="nothing_loaded"):
        set_rules(Generations(Path("/nonexistent")), {"dormancy_days": 90}, adopted_at=NOON)


# --- moves --------------------------------------------------------------------------------


def test_who_moved_is_who_the_matrix_counts(data: SegmentData) -> None:
    days = ("2024-03-31", "2024-09-30")
    moves = data.tiers.migration(*days)
    assert len(moves.cells) > 10
    for cell in moves.cells:
        found = data.tiers.moved(cell.source, cell.target, *days, limit=1000)
        assert found.value == len(found.customers) == cell.customers
        assert not found.truncated
        assert sum(row.revenue for row in found.customers) == pytest.approx(cell.revenue)
        spends = [row.spend_before for row in found.customers]
        assert spends == sorted(spends, reverse=True)
        assert all(spend == 0 for spend in spends) or cell.source != "new"


def test_a_long_list_is_cut_and_says_so(data: SegmentData) -> None:
    found = data.tiers.moved("潜力", "沉睡", "2024-03-31", "2024-09-30", limit=2)
    assert len(found.customers) == 2 < found.value
    assert found.truncated
    with pytest.raises(BadArgument, match="unknown_value"):
        data.tiers.moved("gold", "dormant")
    with pytest.raises(BadArgument, match="bad_limit"):
        data.tiers.moved("high", "dormant", limit=0)


# --- the month ahead ----------------------------------------------------------------------


def test_expected_sizes_are_the_pooled_moves_of_past_months(data: SegmentData) -> None:
    found = data.tiers.expected()
    ends = [str(point.as_of) for point in data.tiers.history(13).points[:-1]]
    counts = np.zeros((5, 5))
    newcomers = []
    for pair in zip(ends, ends[1:], strict=False):
        moves = data.tiers.migration(*pair)
        newcomers.append(sum(cell.customers for cell in moves.cells if cell.source == "new"))
        for cell in moves.cells:
            if cell.source != "new":
                counts[TIERS.index(cell.source), TIERS.index(cell.target)] += cell.customers
    now = np.array([row.now for row in found.rows])
    expected = now @ (counts / counts.sum(axis=1, keepdims=True))
    assert [row.expected for row in found.rows] == pytest.approx(list(expected))
    assert (found.months, found.n) == (12, counts.sum())
    assert sum(row.expected for row in found.rows) == pytest.approx(data.tiers.overview().value)
    assert sum(row.now for row in found.rows) == data.tiers.overview().value
    assert found.newcomers == pytest.approx(np.mean(newcomers)) == pytest.approx(sum(row.newcomers for row in found.rows))
    assert all(row.low <= row.high for row in found.rows)
    assert data.tiers.expected() == found


def test_a_month_end_looks_ahead_to_the_next(data: SegmentData) -> None:
    assert str(data.tiers.expected("2024-01-31").to_day) == "2024-02-29"
    assert str(data.tiers.expected("2024-01-31").last_month_end) == "2024-01-31"
    assert data.tiers.expected("2024-01-31").months == 10  # the data begins in March 2023


def test_too_few_months_are_no_ground_for_an_expectation(data: SegmentData) -> None:
    assert data.tiers.expected("2023-06-30").months == 3
    with pytest.raises(NoData, match="too_few_months"):
        data.tiers.expected("2023-06-29")


def test_the_interval_holds_at_least_as_often_as_it_says_where_moves_repeat() -> None:
    rng = np.random.default_rng(3)
    shares = np.array([
        [0.85, 0.03, 0.03, 0.01, 0.08], [0.05, 0.75, 0.05, 0.1, 0.05], [0.05, 0.1, 0.7, 0.05, 0.1],
        [0.01, 0.09, 0.02, 0.75, 0.13], [0.01, 0.02, 0.01, 0.03, 0.93],
    ])  # fmt: skip
    checks = held = 0
    for _ in range(6):
        now, months = np.array([400, 900, 250, 700, 1600]), []
        for _ in range(12):
            months.append(np.array([rng.multinomial(n, row) for n, row in zip(now, shares, strict=True)]))
            now = months[-1].sum(axis=0)
        more, kept = _looking_back(np.array(months, dtype=float))
        checks, held = checks + more, held + kept
    assert checks == 6 * 9 * 5
    assert LEVEL < held / checks < 0.95  # chance counts twice in it, see the module


def test_a_tier_nobody_was_in_keeps_its_customers() -> None:
    months = np.zeros((3, 5, 5))
    months[:, 4, 4] = 10
    _, low, high = _interval(np.array([7, 0, 0, 0, 10]), months)
    assert (low[0], high[0], low[4], high[4]) == (7, 7, 10, 10)


# --- why ----------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [date(2024, 5, 17), date(2024, 9, 30)])
def test_the_reason_agrees_with_the_tier_and_stage_of_every_customer(
    warehouse: Warehouse, data: SegmentData, day: date
) -> None:
    rules = data.tiers.versions()[-1].rules
    tiers = {row["customer_id"]: row["tier"] for row in warehouse.run(assign(day, rules)).records}
    found = {row["customer_id"]: explain(row, TIER_RULES) for row in warehouse.run(measured(day, rules)).records}
    assert {customer: _decides(checked) for customer, checked in found.items()} == tiers
    assert set(tiers.values()) == set(TIERS)
    profiles = warehouse.run(with_stage(history(day), rules)).records
    stages = {row["customer_id"]: row["lifecycle"] for row in profiles}
    assert {row["customer_id"]: _decides(explain(row, STAGE_RULES)) for row in profiles} == stages
    assert set(stages.values()) == set(STAGES)
    for customer in [next(who for who, tier in tiers.items() if tier == each) for each in TIERS]:
        reason = data.tiers.why(customer, str(day))
        assert (reason.tier, reason.lifecycle) == (tiers[customer], stages[customer])
        assert reason.rules == found[customer]


def _decides(checked: list[RuleResult]) -> str:
    """The outcome that decides: no earlier rule holds, and each group of its tests has one that passed."""
    first = next(rule for rule in checked if rule.decides)
    assert not any(rule.passed for rule in checked[: checked.index(first)])
    assert all(any(test.passed for test in group) for group in first.groups)
    assert sum(rule.decides for rule in checked) == 1
    return first.outcome


def test_the_reason_gives_value_and_threshold(data: SegmentData, brand: dict) -> None:
    horizon = data.tiers.overview().dormancy_days
    sales = brand["orders"][brand["orders"]["kind"] == "sale"]
    last = sales.groupby("customer_id")["order_date"].max().sort_values()
    found = data.tiers.why(last.index[0])
    ((test,),) = found.rules[0].groups
    assert (test.value, test.threshold, test.passed) == ((pd.Timestamp(data.last_day) - last.iloc[0]).days, horizon, True)
    assert found.tier == "dormant"
    assert found.recency.score == 1


def test_an_unknown_customer_is_refused_without_repeating_the_id(data: SegmentData, brand: dict) -> None:
    for customer, code in [("13800138000", "unknown_customer"), (brand["customers"]["customer_id"].iloc[-1], "customer_without_order")]:
        with pytest.raises(NoData, match=code) as refusal:
            data.tiers.why(customer)
        assert customer not in str(refusal.value.params)


# --- properties ---------------------------------------------------------------------------

ORDERS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 500), st.integers(1, 400)), min_size=2, max_size=40)


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(rows=ORDERS, choice=st.data())
def test_any_order_of_rows_gives_the_same_answers(
    rows: list, choice: st.DataObject, open_tables: Callable[..., SegmentData]
) -> None:
    shuffled = choice.draw(st.permutations(rows))
    asked = [_answers(orders, open_tables({"orders": orders})) for orders in (_orders(rows), _orders(shuffled))]
    assert asked[0] == asked[1]


def _orders(rows: list) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["customer_id", "day", "amount"]).astype({"customer_id": str})
    frame["order_date"] = pd.Timestamp("2023-01-01") + pd.to_timedelta(frame.pop("day"), "D")
    # An order's number goes with the order, whatever row it is in.
    frame["order_id"] = [f"{row}" for row in rows]
    return frame.assign(ordered_at=frame["order_date"], kind="sale")


def _answers(orders: pd.DataFrame, data: SegmentData) -> list:
    """Tiers on a past day, all moves to the last, segments and stages; and what must hold of them."""
    middle = data.first_day + (data.last_day - data.first_day) / 2
    overview = data.tiers.overview(str(middle))
    answers = [overview.rows, data.tiers.rfm(str(middle)).segments, data.tiers.lifecycle().rows]
    assert sum(row.customers for row in overview.rows) == overview.value
    if middle < data.last_day:
        moves = data.tiers.migration(str(middle), str(data.last_day))
        assert sum(moves.before.values()) == overview.value
        assert sum(moves.after.values()) == data.tiers.overview().value
        between = (orders["order_date"] > pd.Timestamp(middle)) & (orders["order_date"] <= pd.Timestamp(data.last_day))
        assert sum(cell.revenue for cell in moves.cells) == pytest.approx(orders["amount"][between].sum())
        answers.append(moves.cells)
    return answers
