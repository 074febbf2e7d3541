"""The demo brand: same seed, same bytes; its truth holds in its files, and the loader and the tiers find it."""

import json
import math
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import duckdb
import pandas as pd
import pytest

from tools.demo import Truth, write_demo
from tools.generations import Generations
from tools.loading import LoadReport, load_files
from tools.schema import TABLES

SIZE = 6_000


class Demo(NamedTuple):
    directory: Path
    truth: Truth
    report: LoadReport
    store: Generations

    def ask(self, query: str) -> pd.DataFrame:
        with duckdb.connect(self.store.current(), read_only=True) as con:
            return con.execute(query).df()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A smaller brand, written once and loaded as any export is."""
    directory = tmp_path_factory.mktemp("demo")
    truth = write_demo(directory, customers=SIZE)
    store = Generations(tmp_path_factory.mktemp("workspace"))
    report = load_files(sorted(directory.glob("*.csv")), store, loaded_at=datetime(2026, 11, 1))
    return Demo(directory, truth, report, store)


def test_same_seed_writes_same_bytes_and_another_seed_does_not(tmp_path: Path) -> None:
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        write_demo(tmp_path / name, seed=seed, customers=400)
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert len(files) == 10
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name
    assert (tmp_path / "a" / "orders.csv").read_bytes() != (tmp_path / "c" / "orders.csv").read_bytes()


def test_last_day_and_size_are_arguments(tmp_path: Path) -> None:
    truth = write_demo(tmp_path, customers=300, as_of=date(2025, 3, 9))
    assert (truth.as_of, truth.customers) == (date(2025, 3, 9), 300)
    days = pd.read_csv(tmp_path / "order_items.csv", usecols=["order_date"])["order_date"]
    assert days.min() >= truth.start.isoformat()
    assert days.max() <= "2025-03-09"


def test_truth_file_is_the_truth_returned(demo: Demo) -> None:
    text = (demo.directory / "truth.json").read_text(encoding="utf-8")
    assert Truth.model_validate_json(text) == demo.truth
    assert json.loads(text)["brand"] == "山禾集"


def test_loader_sets_aside_exactly_the_planted_rows(demo: Demo) -> None:
    by_table = {file.table: file for file in demo.report.files}
    assert set(by_table) == set(TABLES)
    assert by_table["orders"].set_aside == demo.truth.set_aside
    assert {name: file.set_aside for name, file in by_table.items() if file.set_aside and name != "orders"} == {}
    assert {Path(file.source).name: file.read for file in demo.report.files} == demo.truth.rows
    assert by_table["orders"].columns["amount"] == "实付金额"
    assert by_table["orders"].columns["list_amount"] == "原价金额"


def test_loaded_totals_equal_the_truth(demo: Demo) -> None:
    truth = demo.truth
    kinds = demo.ask("SELECT kind, count(*) AS n, sum(amount) AS total FROM orders GROUP BY 1").set_index("kind")
    assert kinds["n"].to_dict() == {"sale": truth.orders, "refund": truth.refunds}
    assert float(kinds.at["sale", "total"]) == pytest.approx(truth.sale_revenue, abs=0.001)
    assert float(kinds.at["refund", "total"]) == pytest.approx(-truth.refund_amount, abs=0.001)
    buyers = demo.ask("SELECT count(DISTINCT customer_id) AS n FROM orders WHERE kind = 'sale'")
    assert buyers.at[0, "n"] == truth.buyers


def test_lines_add_up_to_their_orders(demo: Demo) -> None:
    off = demo.ask("""
        SELECT order_id, o.amount, i.total FROM orders o
        FULL JOIN (SELECT order_id, sum(amount) AS total, sum(quantity) AS units FROM order_items GROUP BY 1) i
        USING (order_id) WHERE o.amount IS DISTINCT FROM i.total OR o.units IS DISTINCT FROM i.units""")
    assert off.empty


def test_odd_amounts_are_read_as_the_same_sum(demo: Demo) -> None:
    odd = [row for row in demo.truth.dirty_rows if row.fate == "kept"]
    assert {row.text[0] for row in odd if not row.text[0].isdigit()} == {"¥"}
    assert any(row.text.endswith("万") for row in odd)
    ids = ", ".join(f"'{row.order_id}'" for row in odd)
    assert len(demo.ask(f"SELECT 1 FROM orders WHERE order_id IN ({ids})")) == len(odd)


def test_product_tiers_agree_with_the_generators_own_count(demo: Demo) -> None:
    found = demo.ask("""
        SELECT tier, count(*) AS n FROM tier_snapshots WHERE as_of = (SELECT max(as_of) FROM tier_snapshots) GROUP BY 1
    """).set_index("tier")["n"].to_dict()
    assert found == {name: tier.customers for name, tier in demo.truth.tiers.items()}
    assert demo.ask("SELECT dormancy_days FROM tier_rules").at[0, "dormancy_days"] == demo.truth.dormancy_days
    assert all(0.04 < tier.share < 0.5 for tier in demo.truth.tiers.values())


def test_observed_lift_lies_around_the_planted_one(demo: Demo) -> None:
    arms = demo.ask("""
        SELECT campaign_id, arm, count(*) AS n, count(*) FILTER (WHERE bought) AS converted FROM (
            SELECT t.*, EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = t.customer_id AND o.kind = 'sale'
                AND o.ordered_at > t.sent_at AND o.ordered_at < t.sent_at + INTERVAL 14 DAY) AS bought FROM touches t)
        GROUP BY ALL""").set_index(["campaign_id", "arm"])
    for campaign in demo.truth.campaigns:
        treated, holdout = arms.loc[(campaign.campaign_id, "treated")], arms.loc[(campaign.campaign_id, "holdout")]
        assert (treated["n"], holdout["n"]) == (campaign.treated, campaign.holdout)
        # Later campaigns overlap nobody's window, so what was counted then still stands.
        assert treated["converted"] == campaign.treated_converted
        rates = [(arm["converted"] + 1) / (arm["n"] + 2) for arm in (treated, holdout)]
        error = math.sqrt(sum(p * (1 - p) / arm["n"] for p, arm in zip(rates, (treated, holdout), strict=True)))
        assert abs(rates[0] - rates[1] - campaign.lift) < 3 * error, campaign.campaign_id
    lifts = [campaign.lift for campaign in demo.truth.campaigns]
    assert min(lifts) < 0 < max(lifts)
    assert 0 in lifts


def test_touched_people_had_agreed_and_opt_outs_are_kept(demo: Demo) -> None:
    wrong = demo.ask("""
        SELECT 1 FROM touches t JOIN consents c USING (customer_id, channel)
        WHERE NOT c.consented AND c.updated_at < t.sent_at OR (t.unsubscribed AND c.consented)""")
    assert wrong.empty
    shares = demo.ask("SELECT channel, avg(consented::INT) AS share FROM consents GROUP BY 1")
    assert len(shares) == 4
    assert shares["share"].between(0.55, 0.88).all()


def test_shock_shows_in_the_orders(demo: Demo) -> None:
    """The group orders far less often after the start than the rest of its tier, and did not before."""
    shock = demo.truth.shock
    eve = f"DATE '{shock.start}' - 1"
    found = demo.ask(f"""
        WITH tier AS (SELECT customer_id FROM tier_snapshots WHERE as_of = {eve} AND tier = '{shock.tier}'),
        marked AS (SELECT customer_id, c.channel = '{shock.channel}' AND EXISTS (
            SELECT 1 FROM order_items i WHERE i.customer_id = c.customer_id AND i.category = '{shock.category}'
                AND i.order_date <= {eve} AND i.kind = 'sale') AS hit
            FROM customers c SEMI JOIN tier USING (customer_id))
        SELECT hit, count(DISTINCT customer_id) AS people,
            count(*) FILTER (WHERE order_date > {eve} - 180 AND order_date <= {eve}) / people AS before,
            count(*) FILTER (WHERE order_date > {eve} + 30) / people AS after
        FROM marked JOIN orders USING (customer_id) WHERE kind = 'sale' GROUP BY 1""").set_index("hit")
    assert found.at[True, "people"] == pytest.approx(shock.customers, rel=0.1)
    assert found.at[True, "before"] > 0.75 * found.at[False, "before"]
    assert found.at[True, "after"] < 0.6 * found.at[False, "after"]


def test_year_has_its_peaks(demo: Demo) -> None:
    months = demo.ask("SELECT strftime(order_date, '%Y-%m') m, sum(amount) s FROM orders WHERE amount > 0 GROUP BY 1")
    revenue = months.set_index("m")["s"].astype(float)
    assert revenue["2025-11"] > 1.4 * revenue["2025-10"]
    assert revenue["2026-06"] > 1.15 * revenue[["2026-05", "2026-07"]].max()
    assert revenue["2025-02"] < revenue[["2025-01", "2025-03"]].min()
    assert 120 < demo.truth.sale_revenue / demo.truth.orders < 260


def test_nobody_in_the_demo_is_real(demo: Demo) -> None:
    people = pd.read_csv(demo.directory / "customers.csv", dtype=str, keep_default_na=False)
    phones = people["手机号"].str.replace(r"^\+86|\s", "", regex=True)
    assert phones[phones != ""].str.fullmatch(r"19900\d{6}").all()
    assert people.loc[people["邮箱"] != "", "邮箱"].str.lower().str.fullmatch(r"member\d+@example\.com").all()


def test_awkward_names_are_there(demo: Demo) -> None:
    names = set(pd.read_csv(demo.directory / "customers.csv", keep_default_na=False)["姓名"])
    assert {"", "䶮小川", "𠮷田惠", "小鹿🦌", "Alexandra Montgomery-Fitzgerald"} <= names


def test_linked_accounts_share_what_the_truth_says(demo: Demo) -> None:
    people = pd.read_csv(demo.directory / "customers.csv", dtype=str, keep_default_na=False).set_index("会员ID")
    accounts = [account for link in demo.truth.links for account in (link.one, link.other)]
    assert len(accounts) == len(set(accounts)) >= 40
    for link in demo.truth.links:
        column = "手机号" if link.shared.startswith("phone") else "邮箱"
        one, other = (people.at[account, column] for account in (link.one, link.other))
        assert other.removeprefix("+86").replace(" ", "").lower() == one != ""


def test_web_events_cover_the_last_weeks(demo: Demo) -> None:
    events = demo.ask("SELECT event_type, count(*) n, min(event_at) first, max(event_at) last FROM events GROUP BY 1")
    count = events.set_index("event_type")["n"]
    assert count["pv"] > count["cart"] > count["fav"]
    assert events["first"].min() >= pd.Timestamp("2026-09-02")
    assert events["last"].max() < pd.Timestamp("2026-11-01")
