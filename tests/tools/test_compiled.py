"""Compiled SQL is kept by what an expression says; constants that are equal to Python only do not collide."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal

import ibis
import ibis.expr.operations as ops
import pytest
from ibis.expr.types import Table

from tools.compiled import CompiledSql, key_of
from tools.tables import compile_sql, table
from tools.tiers import TierRules, assign

CONSTANTS = [
    1, 1.0, True, "1", Decimal("1"), Decimal("1.5"), 0.0, -0.0, 0, False, None, "", date(2024, 1, 2), "2024-01-02",
    datetime(2024, 1, 2), "datetime.date(2024, 1, 2)", float("inf"), [1, 2], [2, 1], [1.0, 2.0], ["1", "2"],
]  # fmt: skip


def paid_above(amount: object) -> Table:
    orders = table("orders")
    return orders.filter(orders.kind == "sale").select("order_id", given=ibis.literal(amount))


def test_different_constants_are_different_statements() -> None:
    assert len({key_of(paid_above(constant)) for constant in CONSTANTS}) == len(CONSTANTS)


@pytest.mark.parametrize("constant", CONSTANTS, ids=repr)
def test_what_is_kept_is_what_would_be_written(constant: object) -> None:
    compile_sql(paid_above(constant))
    assert compile_sql(paid_above(constant)) == str(ibis.to_sql(paid_above(constant), dialect="duckdb"))


def test_an_expression_built_again_is_not_written_again() -> None:
    kept, written = CompiledSql(), []

    def sql() -> str:
        expression = assign(date(2024, 6, 30), TierRules(dormancy_days=90))
        return kept.sql(expression, lambda: written.append(1) or str(ibis.to_sql(expression, dialect="duckdb")))

    assert sql() == sql()
    assert len(written) == 1


def test_day_and_threshold_tell_expressions_apart() -> None:
    keys = {
        key_of(assign(date(2024, 6, day), TierRules(dormancy_days=days))) for day in (29, 30) for days in (90, 91)
    }
    assert len(keys) == 4


def test_order_of_columns_and_dropped_columns_count() -> None:
    orders = table("orders")
    one, other = orders.select("kind", "city"), orders.select("city", "kind")
    assert key_of(one) != key_of(other)
    assert key_of(orders.drop("city")) != key_of(orders.drop("kind"))
    assert key_of(orders.drop("city", "kind")) == key_of(orders.drop("kind", "city"))


def test_what_else_a_statement_depends_on() -> None:
    kept = CompiledSql()
    assert kept.sql(table("orders"), lambda: "all", None) == "all"
    assert kept.sql(table("orders"), lambda: "ten", 10) == "ten"
    assert kept.sql(table("orders"), lambda: "again", None) == "all"


def test_the_one_unused_longest_goes() -> None:
    kept = CompiledSql(most=2)
    for amount in (1, 2, 1, 3):
        kept.sql(paid_above(amount), lambda amount=amount: f"first {amount}")
    again = [kept.sql(paid_above(amount), lambda: "again") for amount in (1, 3, 2)]
    assert again == ["first 1", "first 3", "again"]


def test_a_table_of_a_connection_is_written_every_time() -> None:
    kept = CompiledSql()
    rows = ops.DatabaseTable(name="a", schema=ibis.schema({"a": "int64"}), source=object()).to_expr()
    assert kept.sql(rows, lambda: "first") == "first"
    assert kept.sql(rows, lambda: "second") == "second"


def test_threads_get_the_statement_of_their_own_expression() -> None:
    amounts = list(range(40)) * 5
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda amount: compile_sql(paid_above(amount)), amounts))
    assert found == [str(ibis.to_sql(paid_above(amount), dialect="duckdb")) for amount in amounts]
