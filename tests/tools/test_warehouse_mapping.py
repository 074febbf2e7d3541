"""A mapping to the brand's own tables: every mistake named with its line, before anything is asked of the warehouse."""

from __future__ import annotations

import pytest

from copilot.refusals import worded
from tools.definitions import BadDefinitions
from tools.engines.connecting import open_engine
from tools.engines.mapping import read_mapping
from tools.errors import BadArgument

ORDERS = """
tables:
  orders:
    table: shop.sales
    columns:
      order_id: id
      customer_id: buyer
      ordered_at: paid_at
      amount: {column: cents, divide: 100}
"""


def test_reads_short_and_long_forms() -> None:
    spec = read_mapping(ORDERS + "    where: {column: state, in: [paid]}\n").tables["orders"]
    assert spec.place == ("sales", ("shop",))
    assert spec.columns["customer_id"].column == "buyer"
    assert spec.columns["amount"].divide == 100
    assert spec.where[0].among == ["paid"]


@pytest.mark.parametrize(
    ("more", "line", "code"),
    [
        ("      custmer: x\n", 10, "unknown_canonical"),
        ("      kind: x\n", 10, "kind_is_a_rule"),
        ("      city: {column: a, constant: b}\n", 10, "value_error"),
        ("    refund: {column: state}\n", 10, "value_error"),
        ("  customers:\n    table: c\n    columns: {name: n}\n", 12, "lacks_canonical"),
        ("  shops:\n    table: c\n    columns: {name: n}\n", 10, "choice"),
        ("timezone: Mars/North\n", 10, "unknown_zone"),
        ("      channel: {column: a, divide: 0}\n", 10, "greater_than"),
    ],
)
def test_names_a_mistake_with_its_line(more: str, line: int, code: str) -> None:
    with pytest.raises(BadDefinitions) as refused:
        read_mapping(ORDERS + more)
    assert (refused.value.problems[0].line, refused.value.problems[0].code) in {(line, code), (line, "other")}
    assert all(f" {line}" in worded(refused.value, language) for language in ("zh", "en"))


def test_names_what_an_order_lacks() -> None:
    with pytest.raises(BadDefinitions) as refused:
        read_mapping("tables:\n  orders:\n    table: t\n    columns: {order_id: id}\n")
    lacking = [problem.params["column"] for problem in refused.value.problems]
    assert lacking == ["customer_id", "ordered_at / order_date", "amount"]


def test_an_address_must_name_an_engine() -> None:
    with pytest.raises(BadArgument, match="unknown_engine") as refused:
        open_engine("oracle://host/base", read_mapping(ORDERS))
    assert "postgresql" in worded(refused.value, "en")


def test_a_missing_driver_is_named_with_what_to_install() -> None:
    with pytest.raises(BadArgument, match="engine_driver") as refused:
        open_engine("trino://host/base", read_mapping(ORDERS))
    assert all("ibis-framework[trino]" in worded(refused.value, language) for language in ("zh", "en"))
