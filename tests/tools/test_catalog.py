import re
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from copilot.catalogue import LANGUAGES, entries
from copilot.refusals import worded
from tools import catalog, metric_notes, schema
from tools.availability import Availability
from tools.catalog import with_brand
from tools.definitions import BadDefinitions
from tools.errors import BadArgument, NoData
from tools.metric_types import Note
from tools.relations import RELATIONS
from tools.warehouse import Warehouse

METRIC = """\
metrics:
  big_orders:
    title: {zh: 大单数, en: Big orders}
    unit: orders
    direction: up
    definition: {zh: 大单, en: Big orders}
    of: sales
    type: measure
    value: {agg: orders, where: {amount: {min: 500}}}
"""


def test_a_brand_adds_a_metric_without_code() -> None:
    assert with_brand(METRIC, "metrics.yaml", "山禾集").metric("大单数").value.where["amount"].min == 500


@pytest.mark.parametrize(
    ("good", "bad", "line", "code"),
    [
        ("of: sales", "of: nowhere", 2, "relation_unknown"),
        ("amount: {min: 500}", "profit: {min: 500}", 2, "column_unknown"),
        ("amount: {min: 500}", "amount: yes", 2, "condition_misfit"),
        ("amount: {min: 500}", "new_or_returning: old", 2, "condition_misfit"),
        ("unit: orders", "unit: apples", 4, "choice"),
        ("agg: orders", "agg: sum", 9, "column_needed"),
        ("agg: orders", "agg: orders, column: amount", 9, "column_unwanted"),
        ("agg: orders", "agg: median, column: new_or_returning", 2, "column_no_number"),
        ("type: measure", "type: guess", 2, "choice"),
        ("type: measure\n", "\n", 2, "missing"),
        ("direction: up", "direction: up\n    color: red", 6, "extra"),
        ("direction: up", "direction: up\n    window: someday", 6, "window_unreadable"),
        ("direction: up", "direction: up\n    needs: [orders.profit]", 6, "need_unknown"),
        ("direction: up", "direction: up\n    unit: orders", 6, "repeated"),
        ("of: sales", "of: [sales", 8, "yaml"),
        ("big_orders", "Big Orders", 2, "name_unfit"),
        ("big_orders", "channel", 2, "name_taken"),
        ("大单数", "销售额", 2, "name_taken"),
        ("metrics:", "metric:", 1, "extra"),
        (METRIC, "- 1", 1, "wrong_type"),
        (METRIC, "metrics: [1]", 1, "wrong_type"),
        (METRIC, "metrics:\n  big_orders: 5", 2, "wrong_type"),
        ("type: measure\n    value: {agg: orders, where: {amount: {min: 500}}}",
         "type: quotient\n    top: revenue\n    bottom: nothing", 10, "metric_unknown"),
    ],
)  # fmt: skip
def test_refuses_a_bad_definition_with_its_line_and_reason(good: str, bad: str, line: int, code: str) -> None:
    assert good in METRIC
    with pytest.raises(BadDefinitions) as refused:
        with_brand(METRIC.replace(good, bad), "metrics.yaml", "山禾集")
    (problem,) = refused.value.problems
    assert (problem.line, problem.code) == (line, code)
    for language in LANGUAGES:
        sentence = worded(refused.value, language)
        assert "metrics.yaml" in sentence
        assert str(line) in sentence
        assert "{" not in sentence.replace("{min: …, max: …}", "")


def test_every_mistake_of_a_file_is_named() -> None:
    wrong = METRIC.replace("unit: orders", "unit: apples").replace("direction: up", "direction: sideways")
    wrong += METRIC.replace("metrics:\n", "").replace("big_orders", "more").replace("of: sales", "of: nowhere")
    with pytest.raises(BadDefinitions) as refused:
        with_brand(wrong, "metrics.yaml", "山禾集")
    assert [(problem.line, problem.code) for problem in refused.value.problems] == [
        (4, "choice"), (5, "choice"), (10, "relation_unknown"),
    ]  # fmt: skip


def test_a_brand_overrides_what_it_names_and_signs_it() -> None:
    own = """
metrics:
  active_customers:
    window: last_60_days
  repeat_customers:
    value: {agg: count, where: {orders: {min: 3}}}
  aov:
    of: sales
    type: measure
    value: {agg: mean, column: amount}
    owner: 财务部
"""
    mine, ours = with_brand(own + METRIC.removeprefix("metrics:\n"), "metrics.yaml", "山禾集"), catalog.builtin()
    assert (mine.metric("活跃用户").window, mine.metric("活跃用户").owner) == ("last_60_days", "山禾集")
    assert mine.metric("active_customers").title == ours.metric("active_customers").title
    assert mine.metric("repeat_customers").value.where["orders"].min == 3
    assert (mine.metric("客单价").type, mine.metric("客单价").owner) == ("measure", "财务部")
    assert mine.metric("大单数").owner == "山禾集"
    assert ours.metric("active_customers").window == "last_90_days"
    same = {name for name in ours.metrics if mine.metrics[name] == ours.metrics[name]}
    assert set(ours.metrics) - same == {"active_customers", "repeat_customers", "aov"}


def test_a_quotient_follows_the_brands_own_parts() -> None:
    own = "metrics:\n  new_customers:\n    window: last_7_days\n"
    assert with_brand(own, "metrics.yaml", "山禾集").metric("cac").bottom.owner == "山禾集"


def test_what_no_table_can_tell_is_refused_by_name() -> None:
    for given in ("NPS", "净推荐值", "优惠券核销率"):
        with pytest.raises(NoData) as refused:
            catalog.builtin().metric(given)
        assert refused.value.code == "metric_unsupported"
        assert "问卷" in worded(refused.value, "zh") or "优惠券" in worded(refused.value, "zh")


@pytest.mark.parametrize("kind", ["metrics", "dimensions"])
def test_a_name_or_synonym_means_one_thing(kind: str) -> None:
    listed = getattr(catalog, kind)().values()
    names = [{*catalog.names(entry)} for entry in listed]
    assert [name for name, times in Counter(name for each in names for name in each).items() if times > 1] == []


def test_every_metric_is_found_by_each_of_its_names() -> None:
    for metric in catalog.metrics().values():
        for name in [metric.title.zh, metric.title.en, *metric.synonyms.zh, *metric.synonyms.en]:
            assert catalog.builtin().metric(name) is metric


def test_an_unknown_metric_is_answered_with_near_names() -> None:
    with pytest.raises(BadArgument) as refused:
        catalog.builtin().metric("repurchase_rat")
    assert refused.value.alternatives[0] == "repurchase_rate"
    with pytest.raises(BadArgument) as refused:
        catalog.builtin().metric("用户复购比率")
    assert "repurchase_rate" in refused.value.alternatives


def test_the_text_catalogue_names_values_and_dimensions_alike() -> None:
    words = entries()
    for name, dimension in catalog.dimensions().items():
        assert words[f"dimension.{name}"] == dimension.title.model_dump()
        for value in dimension.values:
            assert words[f"{name}.{value.name}"] == value.title.model_dump()


def test_every_unit_has_a_name() -> None:
    assert {metric.unit for metric in catalog.metrics().values()} <= {
        name.removeprefix("unit.") for name in entries() if name.startswith("unit.")
    }


def test_dimensions_offered_are_known(warehouse: Warehouse) -> None:
    allowed = Availability(warehouse, catalog.builtin())
    for metric in catalog.metrics().values():
        for base in metric.bases:
            assert set(RELATIONS[base.of].dimensions) <= set(catalog.dimensions())
            assert set(allowed.dimensions(metric)) <= set(RELATIONS[base.of].dimensions)


def test_every_refusal_and_caveat_has_its_words() -> None:
    sources = [path.read_text(encoding="utf-8") for path in Path(catalog.__file__).parent.rglob("*.py")]
    codes = {code for source in sources for code in re.findall(r'(?:BadArgument|NoData)\(\s*"(\w+)"', source)}
    codes |= {"unknown_metric", "unknown_dimension", "unknown_value"}
    assert {code for code in codes if f"error.{code}" not in entries()} == set()
    notes = re.findall(r'^        "(\w+)": ', Path(metric_notes.__file__).read_text(encoding="utf-8"), re.MULTILINE)
    assert len(notes) > 10
    notes += [*get_args(Note), *(f"dated_by_{name}" for name in schema.DATED if name != "orders")]
    assert {note for note in notes if f"note.{note}" not in entries()} == set()
