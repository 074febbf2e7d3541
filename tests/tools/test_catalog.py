import re
from collections import Counter
from pathlib import Path

import pytest

from copilot.catalogue import entries
from tools import catalog, metric_query
from tools.availability import Availability
from tools.catalog import read_catalog
from tools.errors import BadArgument
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
    assert read_catalog(METRIC, "brand.yaml").metric("大单数").value.where["amount"].min == 500


@pytest.mark.parametrize(
    ("good", "bad", "line", "reason"),
    [
        ("of: sales", "of: nowhere", 2, "unknown relation 'nowhere'"),
        ("amount: {min: 500}", "profit: {min: 500}", 2, "no column profit"),
        ("unit: orders", "unit: apples", 4, "unit"),
        ("agg: orders", "agg: sum", 9, "'sum' needs a column"),
        ("type: measure", "type: guess", 2, "guess"),
        ("direction: up", "direction: up\n    color: red", 6, "color"),
        ("of: sales", "of: [sales", 8, "expected"),
    ],
)
def test_refuses_a_bad_definition_with_its_line_and_reason(good: str, bad: str, line: int, reason: str) -> None:
    with pytest.raises(BadArgument) as refused:
        read_catalog(METRIC.replace(good, bad), "brand.yaml")
    assert refused.value.code == "bad_definition"
    assert (refused.value.params["source"], refused.value.params["line"]) == ("brand.yaml", line)
    assert reason in refused.value.params["reason"]


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
        assert set(RELATIONS[metric.of].dimensions) <= set(catalog.dimensions())
        assert set(allowed.dimensions(metric)) <= set(RELATIONS[metric.of].dimensions)


def test_every_refusal_and_caveat_has_its_words() -> None:
    sources = [path.read_text(encoding="utf-8") for path in Path(catalog.__file__).parent.glob("*.py")]
    codes = {code for source in sources for code in re.findall(r'(?:BadArgument|NoData)\(\s*"(\w+)"', source)}
    codes |= {"unknown_metric", "unknown_dimension", "unknown_value"}
    assert {code for code in codes if f"error.{code}" not in entries()} == set()
    notes = re.findall(r'^            "(\w+)": ', Path(metric_query.__file__).read_text(encoding="utf-8"), re.MULTILINE)
    assert len(notes) > 10
    assert {note for note in notes if f"note.{note}" not in entries()} == set()
