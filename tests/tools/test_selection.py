"""Who a rule selects: against a plain count in pandas, and under every property that a selection must keep."""

from __future__ import annotations

import csv
import hashlib
import json
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from tools.errors import BadArgument, NoData
from tools.segment_data import SegmentData
from tools.selection.desk import SegmentDesk
from tools.selection.export import safe
from tools.selection.lists import normalised, read_list
from tools.selection.members import People
from tools.selection.profile import significant
from tools.selection.results import Definition, Exclusion
from tools.selection.rule import Condition, Group, Rule, as_rule, opposite, read_rule, tidy
from tools.selection.selector import Members, Names
from tools.selection.store import SegmentStore

Tables = dict[str, pd.DataFrame]
AT = datetime(2026, 11, 1, 9, 30)
NOBODY = Names(segment=lambda name: Group(), entries=lambda name: None)


@pytest.fixture(scope="module")
def tables(brand: Tables) -> Tables:
    """The shared brand with phones, e-mails and consents."""
    customers = brand["customers"].copy()
    number = customers["customer_id"].str[1:].astype(int)
    customers["phone"] = "+86 199-" + number.astype(str).str.zfill(8).str.replace(r"(\d{4})(\d{4})", r"\1-\2", regex=True)
    customers["email"] = "Member" + number.astype(str) + "@Example.com"
    customers["name"] = np.where(number % 2 == 0, "=1+1", "测试")
    customers["member_level"] = np.where(number % 3 == 0, "金卡", "银卡")
    consents = pd.DataFrame({
        "customer_id": customers["customer_id"], "channel": "sms", "consented": number % 4 != 0,
        "updated_at": pd.Timestamp("2024-01-01"),
    })  # fmt: skip
    return {**brand, "customers": customers, "consents": consents}


@pytest.fixture(scope="module")
def people(tables: Tables, open_tables: Callable[[Tables], SegmentData]) -> SegmentData:
    return open_tables(tables)


@pytest.fixture
def desk(people: SegmentData, tmp_path: Path) -> SegmentDesk:
    return SegmentDesk(people.selector, SegmentStore.open(tmp_path / "segments"), "000001-account")


def members(data: SegmentData, rule: Rule, *exclusions: Exclusion, names: Names = NOBODY) -> Members:
    return data.selector.members(Definition(rule=rule, exclusions=list(exclusions)), names)


def ids(data: SegmentData, rule: Rule) -> set[str]:
    return set(members(data, rule).selected["customer_id"].to_pylist())


def one(trait: str, op: str, value: object, window: str = "") -> Rule:
    return Group(all=[Condition(trait=trait, op=op, value=value, window=window)])


# Against a plain count ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sales(tables: Tables) -> pd.DataFrame:
    return tables["orders"].query("kind == 'sale'")


def test_counts_orders_of_a_window(people: SegmentData, sales: pd.DataFrame) -> None:
    since = pd.Timestamp(people.last_day - timedelta(days=179))
    recent = set(sales.loc[sales["order_date"] >= since, "customer_id"])
    assert ids(people, one("orders", "=", 0, "last_180_days")) == set(sales["customer_id"]) - recent


def test_compares_money(people: SegmentData, sales: pd.DataFrame) -> None:
    spent = sales.groupby("customer_id")["amount"].sum().round(2)
    assert ids(people, one("spend", ">", 500)) == set(spent[spent > 500].index)
    assert ids(people, one("spend", "between", [200, 500])) == set(spent[(spent >= 200) & (spent <= 500)].index)


def test_looks_into_lists_of_values(people: SegmentData, tables: Tables) -> None:
    lines = tables["order_items"]
    skin, snacks = (set(lines.loc[lines["category"] == name, "customer_id"]) for name in ("护肤", "零食"))
    rule = Group(all=[Condition(trait="bought_category", op="in", value=["护肤"]),
                      Condition(trait="bought_category", op="not_in", value=["零食"])])  # fmt: skip
    assert ids(people, rule) == skin - snacks


def test_who_bought_in_a_month_and_not_since(desk: SegmentDesk, people: SegmentData, sales: pd.DataFrame) -> None:
    month = pd.Timestamp(people.last_day).to_period("M") - 3
    months = sales["order_date"].dt.to_period("M")
    then, since = (set(sales.loc[asked, "customer_id"]) for asked in (months == month, months > month))
    for words in (f"{month}下过单的人，后来没再买过", f"bought in {month} and nothing since"):
        reading = desk.read(words)
        assert reading.settled
        assert ids(people, reading.rule) == then - since
    assert then & since
    assert then - since


def test_who_ordered_before_a_month_and_neither_in_it_nor_the_next(
    desk: SegmentDesk, people: SegmentData, sales: pd.DataFrame
) -> None:
    month = pd.Timestamp(people.last_day).to_period("M") - 1
    months = sales["order_date"].dt.to_period("M")
    orders = sales.loc[months < month].groupby("customer_id")["order_id"].nunique()
    gone = set(orders.index[orders >= 2]) - set(sales.loc[months >= month, "customer_id"])
    reading = desk.read(f"{month}之前下过2单以上，{month}和{month + 1}都没买过")
    assert reading.settled
    assert ids(people, reading.rule) == gone
    assert gone


def test_who_bought_of_one_kind_alone(desk: SegmentDesk, people: SegmentData, tables: Tables) -> None:
    lines = tables["order_items"].query("kind == 'sale'")
    kinds = lines.groupby("customer_id")["category"].agg(set)
    reading = desk.read("只买过护肤的客户")
    assert reading.settled
    assert ids(people, reading.rule) == set(kinds.index[kinds == {"护肤"}])


def test_reads_consents_levels_and_days(people: SegmentData, tables: Tables, sales: pd.DataFrame) -> None:
    customers = tables["customers"].set_index("customer_id")
    first = sales.groupby("customer_id")["order_date"].min()
    gold = set(customers.index[customers["member_level"] == "金卡"]) & set(first.index)
    agreed = set(tables["consents"].query("consented")["customer_id"])
    rule = Group(all=[Condition(trait="member_level", op="in", value=["金卡"]), Condition(trait="consent_sms", op="is", value=True),
                      Condition(trait="first_order_day", op="in", value="2024")])  # fmt: skip
    in_2024 = set(first.index[first.dt.year == 2024])
    assert ids(people, rule) == gold & agreed & in_2024
    assert gold & agreed & in_2024


def test_a_share_becomes_an_explicit_value(people: SegmentData, sales: pd.DataFrame) -> None:
    spent = sales.groupby("customer_id")["amount"].sum().round(2)
    found = members(people, one("spend", ">=", {"top": 0.2}))
    (cut,) = found.cuts
    assert cut.value == pytest.approx(np.quantile(spent, 0.8))
    assert set(found.selected["customer_id"].to_pylist()) == set(spent[spent >= cut.value].index)


def test_the_top_of_a_window_is_taken_of_those_who_bought_in_it(people: SegmentData, sales: pd.DataFrame) -> None:
    recent = sales[sales["order_date"] >= pd.Timestamp(people.last_day - timedelta(days=6))]
    spent = recent.groupby("customer_id")["amount"].sum()
    top = members(people, one("spend", ">=", {"top": 0.2}, "last_7_days"))
    assert len(spent) < 0.8 * sales["customer_id"].nunique()
    assert set(top.selected["customer_id"].to_pylist()) == set(spent[spent >= spent.quantile(0.8)].index)


def test_profile_adds_up(people: SegmentData, sales: pd.DataFrame) -> None:
    found = people.selector.describe(members(people, one("spend", ">", 500)))
    chosen = sales[sales["customer_id"].isin(ids(people, one("spend", ">", 500)))]
    rest = sales[~sales["customer_id"].isin(chosen["customer_id"])]
    figures = {row.name: row for row in found.figures}
    assert figures["aov"].value == pytest.approx(chosen["amount"].mean())
    assert figures["aov"].rest == pytest.approx(rest["amount"].mean())
    assert found.revenue_share == pytest.approx(chosen["amount"].sum() / sales["amount"].sum())
    assert sum(row.customers for row in found.profile if row.trait == "tier") == found.customers
    sms = next(row for row in found.reach if row.channel == "sms")
    assert sms.customers == len(ids(people, Group(all=[*one("spend", ">", 500).all, Condition(trait="consent_sms", op="is", value=True)])))


def test_overlap_counts_both_and_either(desk: SegmentDesk, people: SegmentData) -> None:
    a, b = ids(people, one("spend", ">", 300)), ids(people, one("orders", ">=", 3))
    desk.save("many", desk.preview(rule=one("orders", ">=", 3)), at=AT)
    found = desk.overlap_of(desk.preview(rule=one("spend", ">", 300)), ["many"])
    row = next(row for row in found.rows if row.kind == "segment")
    assert (row.customers, row.both) == (len(b), len(a & b))
    assert row.jaccard == pytest.approx(len(a & b) / len(a | b))
    assert sum(row.both for row in found.rows if row.kind == "tier") == len(a)


@pytest.mark.parametrize(("cells", "beyond_chance"), [((60, 100, 400, 1000), True), ((45, 100, 400, 1000), False),
                                                      ((2, 4, 100, 1000), False), ((0, 0, 1, 5), False)])  # fmt: skip
def test_significance_is_the_two_proportion_test(cells: tuple[int, int, int, int], beyond_chance: bool) -> None:
    assert significant(*cells) is beyond_chance


# Properties ---------------------------------------------------------------------------------------------------------

CONDITIONS = [
    Condition(trait="orders", op=">=", value=2),
    Condition(trait="orders", op="=", value=0, window="last_90_days"),
    Condition(trait="spend", op=">", value=300),
    Condition(trait="days_between_orders", op="<", value=40),
    Condition(trait="days_between_orders", op="!=", value=40),
    Condition(trait="tier", op="in", value=["dormant", "high"]),
    Condition(trait="city", op="!=", value="上海"),
    Condition(trait="bought_category", op="not_in", value=["护肤"]),
    Condition(trait="consent_sms", op="is_not", value=True),
    Condition(trait="first_order_day", op="not_in", value="2024"),
    Condition(trait="discount_seeker", op="is", value=True),
]


def random_rule(rng: random.Random, depth: int = 2) -> Rule:
    def nodes() -> list:
        inner = [random_rule(rng, depth - 1)] if depth and rng.random() < 0.4 else []
        return inner + rng.sample(CONDITIONS, rng.choice([0, 0, 1, 2]))

    return Group(all=nodes(), any=nodes(), none=nodes())


def empty_inside(rule: Rule) -> bool:
    groups = [node for part in (rule.all, rule.any, rule.none) for node in part if isinstance(node, Group)]
    return rule.empty or any(map(empty_inside, groups))


def shuffled(rule: Rule, rng: random.Random) -> Rule:
    """The same rule with its conditions in another order and one more level."""

    def inner(nodes: list) -> list:
        found = [shuffled(node, rng) if isinstance(node, Group) else node for node in nodes]
        return rng.sample(found, len(found))

    return Group(all=[Group(**{part: inner(getattr(rule, part)) for part in ("all", "any", "none")})])


def test_rules_keep_their_algebra(people: SegmentData) -> None:
    """Thirty random rules at once: conditions commute, tidying changes nobody, a rule and its opposite are everybody."""
    rng = random.Random(11)
    rules = [random_rule(rng) for _ in range(30)]
    customers = People(people.traits, people.last_day, people.first_day, segment=lambda name: Group())
    rows = customers.table(CONDITIONS)
    columns = {}
    for place, rule in enumerate(rules):
        forms = {"as": rule, "shuffled": shuffled(rule, rng), "tidy": tidy(rule), "opposite": opposite(rule)}
        columns |= {f"{form}_{place}": customers.holds(meant, rows) for form, meant in forms.items()}
    found = pd.DataFrame(people._warehouse.run(rows.select("customer_id", **columns)).records)
    sizes = set()
    for place, rule in enumerate(rules):
        held = found[f"as_{place}"]
        sizes.add(int(held.sum()))
        assert (found[f"shuffled_{place}"] == held).all(), rule
        assert (found[f"tidy_{place}"] == held).all(), rule
        assert (found[f"opposite_{place}"] == ~held).all(), rule
    assert len(sizes) > 10  # the rules do tell people apart


def test_rules_survive_being_written_down() -> None:
    rng = random.Random(5)
    rules = [rule for rule in (random_rule(rng) for _ in range(150)) if not empty_inside(rule)]
    assert len(rules) > 20
    for rule in rules:
        assert as_rule(json.loads(json.dumps(rule.dump()))) == rule
        assert read_rule(rule.yaml()) == rule
        assert tidy(tidy(rule)) == tidy(rule)


@pytest.mark.parametrize("seed", [1])
def test_exclusions_add_up(people: SegmentData, seed: int) -> None:
    rng = random.Random(seed)
    rule, *left_out = (random_rule(rng) for _ in range(4))
    exclusions = [Exclusion(name=f"reason {place}", rule=each) for place, each in enumerate(left_out)]
    found = people.selector.describe(members(people, rule, *exclusions))
    assert found.customers == found.matched - sum(row.customers for row in found.excluded)
    assert members(people, rule).selected.num_rows == found.matched
    assert len(ids(people, Definition(rule=rule, exclusions=exclusions).whole)) == found.customers


def test_any_order_of_rows_selects_the_same(
    people: SegmentData, tables: Tables, open_tables: Callable[[Tables], SegmentData]
) -> None:
    shuffled = open_tables({name: frame.sample(frac=1, random_state=3) for name, frame in tables.items()})
    rule = read_rule("all: [{trait: spend, op: '>=', value: {top: 0.3}}, {trait: tier, op: '!=', value: low}]")
    assert ids(shuffled, rule) == ids(people, rule)


# Refusals -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("condition", "code"), [
    ({"trait": "shoe_size", "op": ">", "value": 3}, "condition_trait"),
    ({"trait": "spend", "op": "in", "value": [3]}, "condition_op"),
    ({"trait": "tier", "op": ">", "value": "high"}, "condition_op"),
    ({"trait": "spend", "op": ">", "value": "much"}, "condition_value_kind"),
    ({"trait": "consent_sms", "op": "is", "value": 3}, "condition_value_kind"),
    ({"trait": "first_order_day", "op": ">", "value": "soon"}, "condition_value_kind"),
    ({"trait": "city", "op": ">=", "value": {"top": 0.2}}, "condition_op"),
    ({"trait": "city", "op": "in", "value": ["巴黎"]}, "condition_value"),
    ({"trait": "tier", "op": "in", "value": ["gigantic"]}, "condition_value"),
    ({"trait": "tier", "op": "in", "value": ["high"], "window": "last_30_days"}, "condition_no_window"),
    ({"trait": "orders", "op": ">", "value": 1, "window": "yesteryear"}, "condition_window"),
    ({"trait": "first_order_day", "op": "in", "value": "yesteryear"}, "condition_window"),
    ({"trait": "first_order_day", "op": "in", "value": ["2024-11"]}, "condition_value_kind"),
    ({"trait": "orders", "op": ">", "value": 1, "window": "last_5_fortnights"}, "condition_window"),
    ({"trait": "orders", "op": ">", "value": 1, "window": "2024-H9"}, "condition_window"),
    ({"trait": "orders", "op": ">", "value": 1, "window": "2024-01..2024-02..2024-03"}, "condition_window"),
    ({"trait": "segment", "op": "in", "value": ["nobody's"]}, "unknown_segment"),
    ({"trait": "list", "op": "in", "value": ["nobody's"]}, "unknown_list"),
])  # fmt: skip
def test_refuses_a_condition_by_its_place(people: SegmentData, condition: dict, code: str) -> None:
    rule = as_rule({"all": [{"trait": "orders", "op": ">=", "value": 1}], "none": [{"any": [condition]}]})
    with pytest.raises(BadArgument) as refused:
        members(people, rule)
    assert refused.value.code == code
    assert refused.value.params.get("place", "none[0].any[0]") == "none[0].any[0]"


def test_says_which_table_a_trait_lacks(people: SegmentData) -> None:
    with pytest.raises(NoData) as refused:
        members(people, one("views", ">", 3))
    assert refused.value.params["needs"] == "events"


@pytest.mark.parametrize(("text", "place"), [
    ("all: [{trait: spend, op: '~', value: 1}]", "all[0].op"),
    ("all: [{trait: spend, op: '>', value: [1, 2]}]", "all[0]"),
    ("none: [{any: [{trait: spend, op: between, value: [1]}]}]", "none[0].any[0]"),
    ("all: [{trait: spend, op: '>=', value: {top: 2}}]", "all[0].value.top"),
    ("all: [{trait: spend, op: '>', value: 1, wnidow: x}]", "all[0].wnidow"),
    ("all: [{trait: spend, op: '<=', value: {top: 0.2}}]", "all[0]"),
    ("every: []", "every"),
    ("all: [\x07]", "line 1"),
    ("all: [", "line 1"),
])  # fmt: skip
def test_refuses_what_is_no_rule_by_its_place(text: str, place: str) -> None:
    with pytest.raises(BadArgument) as refused:
        read_rule(text)
    assert (refused.value.code, refused.value.params["place"]) == ("rule_unreadable", place)


@pytest.mark.parametrize(("text", "place"), [
    ("", "rule"), ("{}", "rule"), ("[]", "rule"), ("all: []", "rule"), ("all: [{}]", "all[0]"),
    ("any: [{trait: spend, op: '>', value: 1}, {none: []}]", "any[1]"),
])  # fmt: skip
def test_refuses_a_rule_without_a_condition(text: str, place: str) -> None:
    with pytest.raises(BadArgument) as refused:
        read_rule(text)
    assert (refused.value.code, refused.value.params["place"]) == ("rule_empty", place)


def test_takes_any_name_and_spelling_of_a_value(people: SegmentData) -> None:
    assert ids(people, one("用户分层", "in", ["沉睡用户"])) == ids(people, one("tier", "in", ["dormant"]))
    assert ids(people, one("城市", "=", " 上海 ")) == ids(people, one("city", "in", ["上海"]))


# Saving -------------------------------------------------------------------------------------------------------------


def test_an_edit_is_a_new_version_and_the_old_one_stays(desk: SegmentDesk) -> None:
    first = desk.save("大户", desk.preview("消费超过300"), said="消费超过300", owner="小王", at=AT)
    again = desk.save("大户", desk.preview("消费超过300"), said="消费超过300", at=AT)
    second = desk.save("大户", desk.preview("消费超过500，金卡"), said="消费超过500，金卡", at=AT)
    assert (first.version, again.version, second.version) == (1, 1, 2)
    assert desk.saved("大户@1") == first
    assert desk.saved("大户") == second
    assert desk.show("大户@1").customers == first.customers > desk.show("大户").customers
    change = desk.difference("大户", 1, 2)
    assert [words.zh for words in change.added] == ["消费金额超过500", "会员等级为金卡"]
    assert [words.en for words in change.removed] == ["spend more than 300"]


def test_open_words_block_saving_until_acknowledged(desk: SegmentDesk) -> None:
    unclear = desk.preview("金卡，养猫")
    with pytest.raises(BadArgument, match="selection_unclear"):
        desk.save("x", unclear, at=AT)
    assert desk.save("x", unclear, at=AT, acknowledged=True).definition.rule == as_rule([{"trait": "member_level", "op": "in", "value": ["金卡"]}])
    asked = desk.preview("高消费客户")
    assert asked.questions[0].value == asked.cuts[0].value > 0
    with pytest.raises(BadArgument, match="selection_unclear"):
        desk.save("y", asked, at=AT)


def test_words_of_which_nothing_is_understood_select_nobody(desk: SegmentDesk) -> None:
    with pytest.raises(BadArgument, match="selection_not_understood"):
        desk.preview("养猫的狮子座")


def test_a_segment_stands_in_a_rule_but_not_in_itself(desk: SegmentDesk, people: SegmentData) -> None:
    desk.save("金卡们", desk.preview("金卡"), at=AT)
    inside = desk.preview("在人群金卡们，消费超过300")
    gold = ids(people, one("member_level", "in", ["金卡"]))
    assert inside.customers == len(gold & ids(people, one("spend", ">", 300)))
    desk.save("金卡大户", inside, at=AT)
    with pytest.raises(BadArgument, match="segment_cycle"):
        desk.save("金卡们", desk.preview("在人群金卡大户"), at=AT)


def test_a_writer_that_dies_loses_nothing(desk: SegmentDesk, tmp_path: Path) -> None:
    kept = desk.save("a", desk.preview("金卡"), at=AT)
    with pytest.raises(BadArgument):
        desk.save("bad/name", desk.preview("银卡"), at=AT)
    (tmp_path / "segments" / "lists").mkdir(exist_ok=True)
    (tmp_path / "segments" / "lists" / "half.parquet.new").write_bytes(b"PAR1")  # what a killed writer leaves
    again = SegmentStore.open(tmp_path / "segments")
    assert again.newest() == [kept]
    assert again.list_names() == []


# Lists and export ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", ["C0001", "+86 199-0000-0001", "19900000001", "199 0000 0001", "member1@EXAMPLE.com"])
def test_a_list_matches_numbers_phones_and_emails(desk: SegmentDesk, tmp_path: Path, entry: str) -> None:
    path = tmp_path / "员工.csv"
    path.write_text(f"联系方式电话\n{entry}\n19911111111\n", encoding="gb18030")
    desk.keep_list(path, AT)
    found = desk.preview("消费超过0", exclusions=desk.exclusions(["员工"]))
    assert [row.customers for row in found.excluded] == [1]
    assert [(row.name, row.matched, row.entries) for row in found.lists] == [("员工", 1, 2)]


def test_a_longer_number_is_nobody_s_phone(desk: SegmentDesk, tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_text("12319900000001\n99919900000002\n", encoding="utf-8")
    desk.keep_list(path, AT)
    found = desk.preview("消费超过0", exclusions=desk.exclusions(["名单"]))
    assert found.excluded[0].customers == 0
    assert [(row.matched, row.entries) for row in found.lists] == [(0, 2)]


@pytest.mark.parametrize(("name", "mark"), [("a.csv", ";"), ("a.tsv", "\t"), ("a.txt", "\t"), ("a.csv", ",")])
def test_reads_what_separates_columns(tmp_path: Path, name: str, mark: str) -> None:
    (tmp_path / name).write_text(f"备注{mark}手机号\nx{mark}19900000001\ny{mark}19900000002\n", encoding="utf-8")
    assert read_list(tmp_path / name) == {"19900000001", "19900000002"}


def test_reads_the_first_sheet_that_is_not_empty(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("名单").append(["C0007"])
    book.save(tmp_path / "a.xlsx")
    assert read_list(tmp_path / "a.xlsx") == {"C0007"}
    (tmp_path / "b.xlsx").write_bytes((tmp_path / "a.xlsx").read_bytes()[:300])
    with pytest.raises(BadArgument, match="list_unreadable"):
        read_list(tmp_path / "b.xlsx")


def test_reads_sheets_and_columns_of_people(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["备注", "手机号", "会员编号"], ["x", 19900000001, "C0007"], [None, None, "C0008"]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    assert read_list(tmp_path / "a.xlsx") == {"19900000001", "C0007", "C0008"}
    assert normalised("+86 199-0000-0001") == {"+86 199-0000-0001", "19900000001"}


def test_a_first_entry_that_reads_like_a_header_counts(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("customer_001\ncustomer_002\n", encoding="utf-8")
    assert read_list(path) == {"customer_001", "customer_002"}


def test_everyone_is_counted_under_one_reason(desk: SegmentDesk) -> None:
    desk.save("金卡们", desk.preview("金卡"), at=AT)
    found = desk.preview("消费超过0", exclusions=desk.exclusions(["金卡们", "金卡", "没有短信授权"]))
    assert [row.reason for row in found.excluded] == ["金卡们", "金卡", "没有短信授权"]
    assert found.excluded[1].customers == 0
    assert found.customers == found.matched - found.excluded[0].customers - found.excluded[2].customers > 0


def test_export_holds_ids_only_unless_an_admin_says_so(desk: SegmentDesk, tmp_path: Path) -> None:
    saved = desk.save("大户", desk.preview("消费超过300", exclusions=desk.exclusions(["金卡"])), at=AT)
    shown = desk.show("大户")
    wrote = desk.export(shown, tmp_path / "a.csv", role="operator", at=AT)
    assert (tmp_path / "a.csv").stat().st_mode & 0o077 == 0  # whom the brand knows is nobody else's business
    rows = list(csv.DictReader((tmp_path / "a.csv").open(encoding="utf-8-sig")))
    assert list(rows[0]) == ["customer_id"]
    assert len(rows) == wrote.rows == saved.customers == shown.customers
    manifest = json.loads((tmp_path / wrote.manifest).read_text(encoding="utf-8"))
    assert manifest["sha256"] == hashlib.sha256((tmp_path / "a.csv").read_bytes()).hexdigest()
    assert (manifest["segment"], manifest["version"], manifest["rule_words"]["zh"]) == ("大户", 1, "消费金额超过300")
    assert manifest["customers"] == manifest["matched"] - sum(manifest["excluded"].values())
    for role, personal in (("viewer", False), ("operator", True)):
        with pytest.raises(BadArgument, match="role_not_allowed"):
            desk.export(shown, tmp_path / "b.csv", role=role, personal=personal, at=AT)
    assert not (tmp_path / "b.csv").exists()


def test_no_exported_cell_runs_as_a_formula(desk: SegmentDesk, tmp_path: Path) -> None:
    shown = desk.preview("消费超过300")
    for name in ("a.csv", "a.xlsx"):
        desk.export(shown, tmp_path / name, role="admin", personal=True, at=AT)
    rows = list(csv.DictReader((tmp_path / "a.csv").open(encoding="utf-8-sig")))
    assert {row["name"] for row in rows} == {"'=1+1", "测试"}
    assert all(row["phone"].startswith("'+86") for row in rows)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert all(cell.data_type == "s" for line in book.active.iter_rows() for cell in line)
    assert [[safe(cell) for cell in row.values()] for row in rows] == [[str(cell.value) for cell in line] for line in book.active.iter_rows(min_row=2)]


@pytest.mark.parametrize("cell", ["=HYPERLINK(1)", "+cmd", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_formulas_get_an_apostrophe(cell: str) -> None:
    assert safe(cell) == f"'{cell}"


def test_an_exported_membership_is_frozen_for_its_data(desk: SegmentDesk, tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_text("C0001\n", encoding="utf-8")
    desk.keep_list(path, AT)
    desk.save("大户", desk.preview("消费超过0", exclusions=desk.exclusions(["名单"])), at=AT)
    first = desk.export(desk.show("大户"), tmp_path / "1.csv", role="operator", at=AT)
    path.write_text("C0001\nC0002\nC0003\n", encoding="utf-8")
    desk.keep_list(path, AT)
    again = desk.export(desk.show("大户"), tmp_path / "2.csv", role="operator", at=AT)
    assert desk.show("大户").customers == again.rows == first.rows - 2
    assert not {"C0001", "C0002", "C0003"} & set((tmp_path / "2.csv").read_text(encoding="utf-8-sig").split())
    manifest = json.loads((tmp_path / again.manifest).read_text(encoding="utf-8"))
    assert (manifest["customers"], manifest["excluded"]) == (again.rows, {"名单": 3})
    assert manifest["customers"] == manifest["matched"] - 3


def test_who_met_the_rule_at_the_first_export_stays_whatever_its_segments_become(desk: SegmentDesk, tmp_path: Path) -> None:
    desk.save("金卡们", desk.preview("金卡"), at=AT)
    desk.save("内", desk.preview("在人群金卡们"), at=AT)
    first = desk.export(desk.show("内"), tmp_path / "1.csv", role="operator", at=AT)
    desk.save("金卡们", desk.preview("金卡，消费超过500"), at=AT)
    again = desk.export(desk.show("内"), tmp_path / "2.csv", role="operator", at=AT)
    assert (again.rows, again.sha256) == (first.rows, first.sha256)
    assert desk.show("内").customers < first.rows


def test_open_words_block_exporting_until_acknowledged(desk: SegmentDesk, tmp_path: Path) -> None:
    for words in ("金卡，养猫", "高消费客户"):
        unclear = desk.preview(words)
        with pytest.raises(BadArgument, match="export_unclear"):
            desk.export(unclear, tmp_path / "a.csv", role="admin", at=AT)
        assert not (tmp_path / "a.csv").exists()
        wrote = desk.export(unclear, tmp_path / "b.csv", role="admin", at=AT, acknowledged=True)
        assert wrote.rows == unclear.customers > 0
    kept = desk.save("x", unclear, at=AT, acknowledged=True)
    saved = unclear.model_copy(update={"name": kept.name, "version": kept.version})
    assert desk.export(saved, tmp_path / "c.csv", role="admin", at=AT).rows == unclear.customers


def test_a_segment_is_not_called_like_a_value(desk: SegmentDesk) -> None:
    with pytest.raises(BadArgument, match="segment_name_is_value"):
        desk.save("护肤", desk.preview("金卡"), at=AT)
    (understood,) = desk.preview("买过护肤").understood
    assert understood.conditions[0].trait == "bought_category"


def test_a_failing_export_leaves_no_file(desk: SegmentDesk, tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match="export_format"):
        desk.export(desk.preview("消费超过0"), tmp_path / "a.txt", role="admin", at=AT)
    with pytest.raises(FileNotFoundError):
        desk.export(desk.preview("消费超过0"), tmp_path / "no" / "a.csv", role="admin", at=AT)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []
