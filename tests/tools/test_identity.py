"""One ID: links against planted truth, guards, people's decisions, undo, and figures by person."""

from __future__ import annotations

import shutil
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from tools import schema
from tools.demo import Truth
from tools.dimensions import Scope
from tools.errors import BadArgument, NoData
from tools.facts import build_facts
from tools.generations import Generations
from tools.identity import accounts
from tools.identity.clusters import Clustering, Edge, person_ids
from tools.identity.figures import agreement, closed
from tools.identity.reading import LinkReader
from tools.identity.run import decide, link_accounts, undo
from tools.identity.settings import LinkSettings
from tools.loading import load_files
from tools.relations import RELATIONS
from tools.segment_data import SegmentData
from tools.tables import compile_sql
from tools.tiers import TierRules
from tools.traits.build import TraitRef, column_of, trait_table
from tools.traits.catalog import builtin
from tools.warehouse import CountBy, Warehouse
from tools.writing import changing

NOW = datetime(2026, 11, 1, 9)
RULES = TierRules(dormancy_days=90)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红鑫宇晨欣怡梓涵子轩雨桐诗琪浩然一诺思远"
CITIES = ["上海", "北京", "广州", "深圳", "杭州", "成都", "武汉", "南京"]


def make_accounts(seed: int = 3, people: int = 1500) -> tuple[pd.DataFrame, list[tuple[str, str]]]:
    """Customers of whom some hold two or three accounts that agree in part, and the pairs that are one person."""
    rng = np.random.default_rng(seed)
    counts = rng.choice([1, 2, 3], people, p=[0.6, 0.3, 0.1])
    rows, truth, number = [], [], 0
    for person, count in enumerate(counts):
        whole = _person(rng, person)
        mine = []
        for at in range(count):
            number += 1
            rows.append({"customer_id": f"A{rng.integers(10**6, 10**7)}{number}", **(_varied(rng, whole) if at else whole)})
            mine.append(rows[-1]["customer_id"])
        truth += [tuple(sorted((mine[0], other))) for other in mine[1:]]
    table = pd.DataFrame(rows).assign(registered_at=pd.Timestamp("2024-01-05"))
    shop = table.sample(25, random_state=seed).index
    table.loc[shop, "device_id"] = "shop-till-1"
    return table, truth


def _person(rng: np.random.Generator, number: int) -> dict:
    name = rng.choice(list(SURNAMES)) + "".join(rng.choice(list(GIVEN), rng.integers(1, 3)))
    local = f"{rng.choice(['li', 'wang', 'user', 'hello', 'sun'])}.{rng.integers(10**5, 10**6)}"
    return {
        "name": name, "phone": _phone(rng), "email": f"{local}@{rng.choice(['example.com', 'example.org'])}",
        "city": rng.choice(CITIES), "device_id": f"dev-{number}" if rng.random() < 0.3 else None,
        "member_no": f"VIP{number:06d}" if rng.random() < 0.2 else None,
    }


def _phone(rng: np.random.Generator) -> str:
    return f"1{rng.integers(3, 10)}{rng.integers(10**8, 10**9)}"


def _varied(rng: np.random.Generator, whole: dict) -> dict:
    """The same person's next account: some values again, written differently, misspelt, changed or left out."""
    other, luck = dict(whole), rng.random(6)
    phone = whole["phone"]
    if luck[0] < 0.25:
        other["phone"] = f"+86 {phone[:3]}-{phone[3:7]}-{phone[7:]}"
    elif luck[0] < 0.35:
        other["phone"] = phone[:6] + str((int(phone[6]) + 3) % 10) + phone[7:]
    elif luck[0] < 0.55:
        other["phone"] = None
    elif luck[0] < 0.7:
        other["phone"] = _phone(rng)
    local, host = whole["email"].split("@")
    other["email"] = (
        whole["email"].upper() if luck[1] < 0.3 else f"{local}+shop@{host}" if luck[1] < 0.4
        else f"{local}@mail.example.net" if luck[1] < 0.5 else None if luck[1] < 0.8 else f"new{rng.integers(10**6)}@{host}"
    )
    if luck[2] < 0.1 and len(whole["name"]) == 3:
        other["name"] = whole["name"][:2] + rng.choice(list(GIVEN))
    elif luck[2] < 0.17:
        other["name"] = None
    if luck[3] < 0.1:
        other["city"] = rng.choice(CITIES)
    if luck[4] < 0.5:
        other["device_id"] = None
    if luck[5] < 0.5:
        other["member_no"] = None
    return other


def stored(directory: Path, tables: dict[str, pd.DataFrame]) -> Generations:
    """A store whose live generation holds the tables and their facts."""
    store = Generations(directory / "data")
    with store.write() as path, changing(path) as con:
        for name, frame in tables.items():
            con.register("frame", frame)
            con.execute(f"INSERT INTO {name} BY NAME SELECT * FROM frame")
            con.unregister("frame")
        build_facts(con)
    return store


def cursor_of(warehouse: Warehouse) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
    return warehouse.engine._cursor({}, 20)


def opened(store: Generations, count_by: CountBy = "account") -> Warehouse:
    return Warehouse.open(store.current(), row_cap=100_000, seconds=20, count_by=count_by)


def scope_to(end: date) -> Scope:
    return Scope(None, end, date(2024, 1, 1), end, RULES, columns=frozenset({"converted"}))


def link(store: Generations, **how: object) -> object:
    return link_accounts(store, **{"settings": LinkSettings(), "made_at": NOW} | how)


def persons(store: Generations) -> dict[str, str]:
    """Account -> person in the run in force."""
    with cursor_of(opened(store)) as con:
        newest = "SELECT max(run) FROM link_runs WHERE NOT undone"
        return dict(con.execute(f"SELECT customer_id, person_id FROM persons WHERE run = ({newest})").fetchall())


def copy_of(store: Generations, directory: Path) -> Generations:
    shutil.copytree(store.directory, directory / "data", ignore=shutil.ignore_patterns("LOCK"))
    return Generations(directory / "data")


@pytest.fixture(scope="module")
def hard(tmp_path_factory: pytest.TempPathFactory) -> tuple[Generations, object]:
    """Linked accounts of 600 persons that agree in part only, and the report."""
    table, truth = make_accounts(people=600)
    store = stored(tmp_path_factory.mktemp("hard"), {"customers": table})
    return store, link(store, truth=truth)


@pytest.fixture(scope="module")
def linked_demo(
    exports: tuple[Path, Truth], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Generations, object]:
    """The small demo brand, linked against its planted truth."""
    store = Generations(tmp_path_factory.mktemp("demo") / "data")
    files = [exports[0] / f"{name}.csv" for name in ("orders", "order_items", "customers")]
    load_files(files, store, loaded_at=NOW)
    return store, link(store, truth=[(pair.one, pair.other) for pair in exports[1].links])


def test_planted_links_are_found(linked_demo: tuple[Generations, object]) -> None:
    report = linked_demo[1]
    assert report.agreement.true_pairs == 48
    assert report.agreement.pairs.precision >= 0.98
    assert report.agreement.pairs.recall >= 0.95


def test_the_model_finds_what_rules_miss_and_stays_precise(hard: tuple[Generations, object]) -> None:
    report = hard[1]
    assert report.rules_only.pairs.recall < report.agreement.pairs.recall
    assert report.agreement.pairs.precision >= 0.98
    assert report.agreement.b_cubed.f1 > report.rules_only.b_cubed.f1
    assert report.links["model"] > 0
    assert "phone" in report.learned_by


def test_a_value_of_many_accounts_is_listed_and_no_evidence(hard: tuple[Generations, object]) -> None:
    (shared,) = hard[1].shared
    assert (shared.rule, shared.accounts) == ("device_id", 25)
    assert hard[1].largest <= 4


def test_no_raw_value_is_kept_with_the_links(hard: tuple[Generations, object]) -> None:
    with cursor_of(opened(hard[0])) as con:
        kept = con.execute("SELECT string_agg(evidence, '') || (SELECT string_agg(model || summary, '') FROM link_runs) FROM links").fetchone()[0]
        values = con.execute("SELECT phone FROM customers WHERE phone IS NOT NULL UNION SELECT email FROM customers WHERE email IS NOT NULL UNION SELECT name FROM customers WHERE name IS NOT NULL").fetchall()
    assert values
    assert not [value for (value,) in values if value in kept]


def test_any_order_of_rows_gives_the_same_persons(hard: tuple[Generations, object], tmp_path: Path) -> None:
    table, truth = make_accounts(people=600)
    shuffled = stored(tmp_path, {"customers": table.sample(frac=1, random_state=11)})
    assert link(shuffled, truth=truth) == hard[1]
    assert persons(shuffled) == persons(hard[0])


# --- what counts as equal -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "given", "normal"),
    [
        ("phone", "+86 139-1234-5678", "13912345678"), ("phone", "0086 139 1234 5678", "13912345678"),
        ("phone", "(010) 6552-9988", "01065529988"), ("phone", "139****5678", None), ("phone", "00000000000", None),
        ("phone", "123", None), ("phone", "86139", None), ("email", " Li.Wei+news@Example.COM ", "li.wei@example.com"),
        ("email", "li.wei@gmail.com", "liwei@gmail.com"), ("email", "Liwei+a.b@googlemail.com", "liwei@gmail.com"),
        ("email", "li.wei@example.com", "li.wei@example.com"), ("email", "无", None), ("email", "a@b@c.com", None),
        ("name", "O'Brien  Anne", "obrienanne"), ("name", "迪丽努尔·阿卜杜", "迪丽努尔阿卜杜"), ("name", "王*", None),
        ("name", "王", None), ("city", " 上海市", "上海"),
    ],
)  # fmt: skip
def test_values_are_written_one_way(field: str, given: str, normal: str | None) -> None:
    with duckdb.connect() as con:
        columns = "customer_id, name, phone, email, member_no, device_id, city"
        con.execute("CREATE TABLE customers AS SELECT * FROM (SELECT 'A' AS customer_id) "
                    "CROSS JOIN (SELECT " + ", ".join(f"NULL::VARCHAR AS {name}" for name in columns.split(", ")[1:]) + ")")
        con.execute(f"UPDATE customers SET {field} = ?", [given])
        con.execute(f"CREATE VIEW found AS {compile_sql(accounts.accounts())}")
        assert con.execute(f"SELECT {field} FROM found").fetchall() == [(normal,)]


def test_a_household_device_links_no_two_names(tmp_path: Path) -> None:
    customers = pd.DataFrame({
        "customer_id": ["A1", "A2", "A3"], "name": ["王小明", "李小红", "王小明"], "device_id": ["tablet"] * 3,
        "city": ["上海"] * 3,
    })
    store = stored(tmp_path, {"customers": customers})
    assert link(store).links == {"device_id": 1}
    assert persons(store) == {"A1": "A1", "A3": "A1"}


# --- clusters -------------------------------------------------------------------------------


def edge(one: str, other: str, rule: str = "", probability: float = 0.97, said: str = "") -> Edge:
    return Edge(one, other, rule, probability, said)


def test_a_weak_link_joins_no_two_phones_under_two_names() -> None:
    known = {"a": ("1", "x"), "b": ("1", "y"), "c": ("2", "z"), "d": ("2", "y")}
    growing = Clustering(known, rejected=[], largest=10)
    assert growing.join(edge("a", "c")) == "conflict"
    assert growing.join(edge("a", "b", rule="phone")) == ""
    assert growing.join(edge("b", "d")) == ""  # now the name y is on both sides
    assert growing.clusters() == [["a", "b", "d"]]


def test_a_person_overrules_the_guards_but_not_a_rejection() -> None:
    growing = Clustering({"a": ("1", "x"), "b": ("2", "y")}, rejected=[("b", "c")], largest=1)
    assert growing.join(edge("a", "b", rule="phone")) == "size"
    assert growing.join(edge("a", "b", said="accepted")) == ""
    assert growing.join(edge("a", "c", said="accepted")) == "rejected"
    assert growing.clusters() == [["a", "b"]]


def test_a_person_keeps_the_id_while_its_account_is_a_member() -> None:
    former = {"b": "b", "c": "b"}
    assert person_ids([["a", "b", "c"]], former) == {"a": "b", "b": "b", "c": "b"}
    assert person_ids([["a", "c"], ["b", "d"]], former) == {"a": "a", "c": "a", "b": "b", "d": "b"}


def test_figures_on_a_case_counted_by_hand() -> None:
    found = agreement([["a", "b", "c"]], closed([("a", "b"), ("d", "c")]), accounts=5)
    assert (found.pairs.precision, found.pairs.recall) == (1 / 3, 1 / 2)
    assert found.b_cubed.precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5)
    assert found.b_cubed.recall == pytest.approx((1 + 1 + 1 / 2 + 1 / 2 + 1) / 5)


# --- people's decisions ---------------------------------------------------------------------


def test_decisions_hold_in_later_runs_and_can_be_undone(tmp_path: Path) -> None:
    store = stored(tmp_path, {"customers": make_accounts(people=150)[0]})
    first, before = link(store), persons(store)
    waiting = LinkReader(opened(store)).to_review(100)
    assert waiting.to_review == len(waiting.links) == first.to_review > 0
    yes = next(each for each in waiting.links if each.reason == "weak")
    no = next(each for each in LinkReader(opened(store)).explain(next(iter(before))).links if each.rule)
    report = decide(store, accept=[yes.link_id], reject=[no.link_id], decided_at=NOW)
    assert report.links["accepted"] == 1
    assert persons(store)[yes.one] == persons(store)[yes.other]
    assert persons(store).get(no.one, no.one) != persons(store).get(no.other, no.other)
    settled = persons(store)
    assert link(store).run == 3
    assert persons(store) == settled  # a later run respects what people said
    assert (undo(store), persons(store)) == (2, settled)
    assert (undo(store), persons(store)) == (1, before)
    assert link(store).links == first.links  # an undone decision binds nobody
    assert undo(store) == 1
    assert undo(store) is None
    with pytest.raises(NoData, match="not_linked"):
        undo(store)


def test_a_decision_hides_no_account_that_came_since(hard: tuple[Generations, object], tmp_path: Path) -> None:
    store = copy_of(hard[0], tmp_path)
    with store.write() as path, changing(path) as con:
        con.execute("INSERT INTO customers BY NAME SELECT 'NEW' AS customer_id")
        build_facts(con)
    (waiting,) = LinkReader(opened(store)).to_review(1).links
    report = decide(store, reject=[waiting.link_id], decided_at=NOW)
    assert (report.accounts, report.persons) == (hard[1].accounts, hard[1].persons)
    found = LinkReader(opened(store)).overview()
    assert (found.new_accounts, found.notes) == (1, ["links_behind"])


def test_an_unknown_link_changes_nothing(hard: tuple[Generations, object]) -> None:
    live = hard[0].current()
    with pytest.raises(BadArgument, match="unknown_link"):
        decide(hard[0], accept=["nosuchlink"], decided_at=NOW)
    with pytest.raises(BadArgument, match="bad_decision"):
        decide(hard[0], decided_at=NOW)
    assert hard[0].current() == live


def test_a_failure_half_way_leaves_the_former_version(hard: tuple[Generations, object]) -> None:
    live, before = hard[0].current(), persons(hard[0])

    def stop(stage: str, share: float) -> None:
        if stage == "facts":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        link(hard[0], progress=stop)
    assert (hard[0].current(), persons(hard[0])) == (live, before)


def test_an_explanation_names_members_links_and_conflicts(linked_demo: tuple[Generations, object], exports: tuple[Path, Truth]) -> None:
    reader = LinkReader(opened(linked_demo[0]))
    planted = next(pair for pair in exports[1].links if pair.shared == "phone_format")
    found = reader.explain(planted.other)
    assert found.members == sorted([planted.one, planted.other])
    assert found.person_id == min(found.members)
    assert [field.level for each in found.links for field in each.fields if field.field == "phone"] == ["same"]
    assert found.conflicts["email"] == 2
    with pytest.raises(BadArgument, match="unknown_account"):
        reader.explain("nobody")


def test_bad_thresholds_and_missing_data_are_refused(tmp_path: Path) -> None:
    for wrong in ({"threshold": 0.4, "review": 0.5}, {"threshold": 1.1}, {"review": 0}):
        with pytest.raises(BadArgument, match="bad_link_threshold"):
            LinkSettings.checked(**wrong)
    with pytest.raises(NoData, match="nothing_loaded"):
        link(Generations(tmp_path / "empty"))
    bare = stored(tmp_path, {"customers": pd.DataFrame({"customer_id": ["A1", "A2"], "city": ["上海", "上海"]})})
    with pytest.raises(NoData, match="nothing_to_link"):
        link(bare)
    with pytest.raises(NoData, match="not_linked"):
        opened(bare, "person")


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Generations:
    """A1 and A2 linked, A3 alone; each with one order and the words of WORDS, on days of May 2024."""
    accounts = ["A1", "A2", "A3"]
    said = pd.DataFrame(WORDS, columns=["customer_id", "channel", "consented", "day"])
    said["updated_at"] = pd.Timestamp("2024-04-30 10:00") + pd.to_timedelta(said.pop("day"), "D")
    day = pd.Timestamp("2024-05-01")
    store = stored(tmp_path_factory.mktemp("spoken"), {
        "customers": pd.DataFrame({"customer_id": accounts, "phone": ["13912345678", "+8613912345678", "13700000001"]}),
        "consents": said,
        "orders": pd.DataFrame({
            "order_id": accounts, "customer_id": accounts, "ordered_at": day, "order_date": day, "kind": "sale",
            "amount": 10,
        }),
    })  # fmt: skip
    link(store)
    return store


# --- figures by person ----------------------------------------------------------------------


def test_figures_by_person_count_fewer_customers_and_the_same_money(linked_demo: tuple[Generations, object]) -> None:
    store, report = linked_demo
    account, person = SegmentData(opened(store)), SegmentData(opened(store, "person"))
    for metric in ("revenue", "orders", "refunds"):
        assert person.query_metric(metric, window="all").value == account.query_metric(metric, window="all").value
    assert person.query_metric("registered_customers", window="all").value == report.persons == report.accounts - 48
    buyers = [data.query_metric("customers", window="all").value for data in (account, person)]
    assert buyers[0] - 48 <= buyers[1] < buyers[0]
    assert sum(row.customers for row in person.tier_overview().rows) == buyers[1]
    assert sum(cell.customers for cell in person.rfm_overview().cells) == buyers[1]
    assert {data.query_metric("customers").counted_by for data in (account, person)} == {"account", "person"}
    assert person.tier_overview().counted_by == "person"


def renamed(store: Generations, directory: Path) -> Generations:
    """The same data with every account's id replaced by its person's, loaded as accounts."""
    of = persons(store)
    with cursor_of(opened(store)) as con:
        orders = con.sql("SELECT * FROM orders").df()
        items = con.sql("SELECT * FROM order_items").df()
    for frame in (orders, items):
        frame["customer_id"] = frame["customer_id"].map(lambda account: of.get(account, account))
    return stored(directory, {"orders": orders, "order_items": items})


def test_facts_by_person_are_those_of_orders_booked_to_persons(linked_demo: tuple[Generations, object], tmp_path: Path) -> None:
    store = copy_of(linked_demo[0], tmp_path)
    with store.write() as path, changing(path) as con:  # another load: its facts by person follow
        con.execute("DELETE FROM orders WHERE ordered_at > (SELECT max(ordered_at) - INTERVAL 40 DAY FROM orders)")
        build_facts(con)
    person, plain = opened(store, "person"), opened(renamed(store, tmp_path / "renamed"))
    for name in ("customer_facts", "customer_months", "tier_snapshots"):
        with cursor_of(person) as one, cursor_of(plain) as other:
            kept = "* EXCLUDE (tier, rules_version)" if name == "tier_snapshots" else "*"
            rows = [cursor.execute(f"SELECT {kept} FROM {name} ORDER BY ALL").fetchall() for cursor in (one, other)]
        assert rows[0] == rows[1] != []
    assert person.link_run == 1


def test_linking_a_file_of_an_earlier_version_keeps_figures_by_account(linked_demo: tuple[Generations, object], tmp_path: Path) -> None:
    store = copy_of(linked_demo[0], tmp_path)
    with store.write() as path, duckdb.connect(str(path)) as con:
        for name in ("customer_facts", "customer_months", *schema.IDENTITY):
            con.execute(f"DROP TABLE {name}")
        con.execute("DROP SCHEMA person CASCADE")
        con.execute("ALTER TABLE customers DROP COLUMN device_id")
    before = SegmentData(opened(store)).rfm_overview()
    link(store)
    assert SegmentData(opened(store)).rfm_overview() == before


def test_one_row_a_person_where_an_account_has_one_row(tmp_path: Path) -> None:
    day = pd.Timestamp("2024-05-01")
    store = stored(tmp_path, {
        "customers": pd.DataFrame({
            "customer_id": ["A1", "A2", "A3"], "phone": ["13912345678", "+8613912345678", "13700000001"],
            "name": [None, "王小明", "李红"], "registered_at": [day, day - pd.Timedelta("1D"), day],
        }),
        "consents": pd.DataFrame({
            "customer_id": ["A1", "A2", "A3"], "channel": "sms", "consented": [True, False, True], "updated_at": day,
        }),
        "touches": pd.DataFrame({
            "campaign_id": ["C1"] * 4, "customer_id": ["A1", "A2", "A2", "A3"],
            "arm": ["holdout", "treated", "treated", "holdout"], "channel": "sms",
            "sent_at": [day, day + pd.Timedelta("1D"), day + pd.Timedelta("26h"), day],
            "delivered": [False, True, False, False],
        }),
        "orders": pd.DataFrame({
            "order_id": ["O1", "O2"], "customer_id": ["A1", "A3"], "ordered_at": day + pd.Timedelta("30h"),
            "order_date": day + pd.Timedelta("1D"), "kind": "sale", "amount": [10, 20],
        }),
    })  # fmt: skip
    link(store)
    with cursor_of(opened(store, "person")) as cursor:
        consents = cursor.execute("SELECT customer_id, consented FROM consents ORDER BY 1").fetchall()
        touches = cursor.execute("SELECT customer_id, arm, delivered FROM touches ORDER BY 1, sent_at").fetchall()
        people = cursor.execute("SELECT customer_id, name, registered_at FROM customers ORDER BY 1").fetchall()
    assert consents == [("A1", False), ("A3", True)]
    assert touches == [("A1", "holdout", False), ("A1", "treated", True), ("A1", "treated", False), ("A3", "holdout", False)]
    assert people == [("A1", "王小明", datetime(2024, 4, 30)), ("A3", "李红", datetime(2024, 5, 1))]
    sent = [SegmentData(opened(store, by)).query_metric("messages_sent", window="all").value for by in ("account", "person")]
    assert sent == [2, 2]  # messages stay messages, whoever they went to
    touched = RELATIONS["outcomes"].build(scope_to(date(2024, 5, 31)))
    with cursor_of(opened(store, "person")) as cursor:
        rows = cursor.execute(f"SELECT customer_id, arm, sent_at, converted FROM ({compile_sql(touched)}) ORDER BY 1").fetchall()
    assert rows == [("A1", "treated", day + pd.Timedelta("1D"), True), ("A3", "holdout", day, True)]


WORDS = [
    ("A1", "sms", True, 1), ("A2", "SMS", False, 2), ("A2", "sms", True, 5), ("A1", "sms", True, 5), ("A1", "sms", False, 5),
    ("A1", "SMS ", True, 9), ("A1", "push", True, None), ("A2", "push", False, None), ("A2", "push", True, 3),
    ("A3", "Sms", False, 1), ("A3", "sms", True, 4), ("A3", "push", None, 4),
]  # fmt: skip


@pytest.mark.parametrize(
    ("count_by", "day", "said"),
    [
        ("account", 4, {("A1", "push"): True, ("A1", "sms"): True, ("A2", "push"): True, ("A2", "sms"): False, ("A3", "sms"): True}),
        ("person", 1, {("A1", "push"): False, ("A1", "sms"): True, ("A3", "sms"): False}),
        ("person", 4, {("A1", "push"): True, ("A1", "sms"): False, ("A3", "sms"): True}),
        ("person", 5, {("A1", "push"): True, ("A1", "sms"): False, ("A3", "sms"): True}),
        ("person", 9, {("A1", "push"): True, ("A1", "sms"): True, ("A3", "sms"): True}),
    ],
)  # fmt: skip
def test_a_person_stands_by_the_last_word_of_every_account(
    spoken: Generations, count_by: CountBy, day: int, said: dict[tuple[str, str], bool]
) -> None:
    rows = opened(spoken, count_by).run(RELATIONS["consents"].build(scope_to(date(2024, 5, day)))).records
    assert {(row["customer_id"], row["channel"]): row["consented"] for row in rows} == said


@pytest.mark.parametrize("count_by", ["account", "person"])
def test_traits_hear_the_same_consents_as_metrics(spoken: Generations, count_by: CountBy) -> None:
    warehouse = opened(spoken, count_by)
    refs = [TraitRef("consent_sms"), TraitRef("consent_push")]
    found = warehouse.run(trait_table(refs, date(2024, 5, 9), RULES, frozenset(), builtin())).records
    rows = warehouse.run(RELATIONS["consents"].build(scope_to(date(2024, 5, 9)))).records
    said = {(row["customer_id"], f"consent_{row['channel']}"): row["consented"] for row in rows}
    assert said
    for row in found:
        for ref in refs:
            assert row[column_of(ref)] == said.get((row["customer_id"], ref.name), False)
