"""One table with a row a customer and a column for each trait asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from ibis import _
from ibis.expr.types import Table, Value

from tools.errors import BadArgument
from tools.results import Window
from tools.rfm import RfmRules
from tools.tables import sales, table
from tools.tiers import TierRules
from tools.traits import orders, people, values
from tools.traits.catalog import TraitCatalog
from tools.traits.conditions import holds
from tools.traits.scope import Scope, TraitRef, column_of
from tools.windows import parse_window

__all__ = ["TraitRef", "column_of", "trait_table"]

SOURCES = (
    orders.ORDERS, orders.DAYS, orders.BASKETS, values.CHANNELS, values.CATEGORIES, values.PRODUCTS, people.PLACES,
    people.RECORDS, people.TIERS, people.PROFILES, people.CONSENTS, people.TOUCHES, people.EVENTS,
)  # fmt: skip
_LONG_AGO = date(1900, 1, 1)


def trait_table(
    refs: Sequence[TraitRef],
    as_of: date,
    rules: TierRules,
    frozen: frozenset[date],
    catalog: TraitCatalog,
    *,
    scoring: RfmRules | None = None,
    stored: bool = False,
) -> Table:
    """One row a customer with a paid order up to `as_of`: customer_id and a column (`column_of`) for each ref.

    Orders, lines, messages and events later than `as_of` are not seen; consents are the latest known. A list
    trait is an array, sorted, never null; a tag is true or false. `scoring` is how RFM scores are cut, None for
    the built-in way; `stored` says that the stored facts count no order later than `as_of`. Raises BadArgument for
    a window on a trait that takes none.
    """
    for ref in refs:
        if ref.window and not catalog.traits[ref.name].windowed:
            raise BadArgument("trait_takes_no_window", trait=ref.name)
    scope = Scope(as_of, rules, frozen, catalog.settings, scoring, stored)
    wanted = list(dict.fromkeys(part for ref in refs for part in _measured(ref, scope, catalog)))
    rows = _joined(wanted, scope)
    columns = {column_of(ref): _value(rows, ref, scope, catalog) for ref in refs}
    return rows.select("customer_id", **columns)


def _joined(refs: list[TraitRef], scope: Scope) -> Table:
    """Every measured trait asked for, each source aggregated once."""
    known = [ref for ref in refs if scope.stored and ref.name in orders.STORED and not ref.window]
    rows = _everybody(scope, known)
    # One chain of joins and one selection: a step more for each source would compile for longer than it runs.
    columns: dict[str, object] = {column_of(ref): None for ref in known}
    for number, source in enumerate(SOURCES):
        asked = [ref for ref in refs if ref.name in source.traits and ref not in known]
        if asked:
            rows = rows.left_join(source.table(scope, asked), "customer_id", rname=f"{{name}}_{number}")
        columns |= {column_of(ref): source.empty.get(ref.name) for ref in asked}
    filled = {name: _[name] if empty is None else _[name].fill_null(empty) for name, empty in columns.items()}
    return rows.select("customer_id", **filled)


def _everybody(scope: Scope, known: list[TraitRef]) -> Table:
    """One row a customer, with the traits that the stored facts hold."""
    if not scope.stored:
        return sales().filter(_.order_date <= scope.day).select("customer_id").distinct()
    facts = table("customer_facts")
    rows = facts.select("customer_id", **{column_of(ref): orders.STORED[ref.name](facts, scope) for ref in known})
    return people.with_homes(rows) if "city" in rows.columns else rows


def _measured(ref: TraitRef, scope: Scope, catalog: TraitCatalog) -> Iterable[TraitRef]:
    """The ref itself, or the measured traits that a tag is made of."""
    rule = catalog.traits[ref.name].rule
    if rule is None:
        yield ref
        return
    for condition in rule.conditions:
        for part in (condition, condition.than):
            if part:
                yield from _measured(TraitRef(part.trait, _window(part.window, scope)), scope, catalog)


def _value(rows: Table, ref: TraitRef, scope: Scope, catalog: TraitCatalog) -> Value:
    rule = catalog.traits[ref.name].rule
    if rule is None:
        return rows[column_of(ref)]
    return holds(rule, lambda name, window: _value(rows, TraitRef(name, _window(window, scope)), scope, catalog))


def _window(text: str, scope: Scope) -> Window | None:
    return parse_window(text, scope.as_of, _LONG_AGO) if text else None
