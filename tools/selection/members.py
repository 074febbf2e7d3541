"""Who meets a rule: one expression over the trait table, true or false for every customer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce

import ibis
from ibis.expr.types import BooleanValue, Column, Table

from tools.results import Window
from tools.selection.lists import MOBILE
from tools.selection.rule import Condition, Group, Node, Rule, Share
from tools.tables import accounts
from tools.traits import conditions as trait_conditions
from tools.traits.build import TraitRef, column_of
from tools.traits.tagging import Tagging
from tools.traits.trait import Trait, TraitCatalog
from tools.windows import parse_window

_OPS = {"is": "=", "is_not": "!="}


@dataclass(frozen=True)
class People:
    """The customers of one day and how their traits are measured."""

    tagging: Tagging
    as_of: date
    first_day: date
    segment: Callable[[str], Rule]
    """The rule of a saved segment, exclusions included."""

    @property
    def catalog(self) -> TraitCatalog:
        return self.tagging.catalog

    def window(self, label: str) -> Window | None:
        return parse_window(label, self.as_of, self.first_day) if label else None

    def ref(self, condition: Condition) -> TraitRef:
        return TraitRef(self.catalog.trait(condition.trait).name, self.window(condition.window))

    def table(self, conditions: Iterable[Condition], more: Iterable[str] = ()) -> Table:
        """One row a customer: customer_id and a column for each trait that the conditions (and `more`) name."""
        refs = [self.ref(condition) for condition in conditions if condition.trait not in ("segment", "list")]
        refs += [TraitRef(name) for name in more]
        return self.tagging.table(list(dict.fromkeys(refs)), self.as_of)

    def unfolded(self, rule: Rule) -> Rule:
        """The rule with each saved segment's own rule in its place."""
        return Group(
            **{part: [self._unfolded(node) for node in getattr(rule, part)] for part in ("all", "any", "none")}
        )

    def _unfolded(self, node: Node) -> Node:
        if isinstance(node, Group):
            return self.unfolded(node)
        if node.trait != "segment":
            return node
        names = node.value if isinstance(node.value, list) else [node.value]
        inside: list[Node] = [self.unfolded(self.segment(str(name))) for name in names]
        return Group(none=inside) if node.op in ("not_in", "!=") else Group(any=inside)

    def holds(self, rule: Rule, rows: Table) -> BooleanValue:
        """Whether a row of `table` meets an unfolded rule without shares."""
        parts = [self._node(node, rows) for node in rule.all]
        parts += [_either([self._node(node, rows) for node in rule.any])] if rule.any else []
        parts += [~self._node(node, rows) for node in rule.none]
        return reduce(lambda one, more: one & more, parts) if parts else ibis.literal(True)

    def _node(self, node: Node, rows: Table) -> BooleanValue:
        if isinstance(node, Group):
            return self.holds(node, rows)
        if node.trait == "list":
            return _listed(node, rows)
        trait = self.catalog.trait(node.trait)
        return self._meets(node, trait, rows[column_of(self.ref(node))])

    def _meets(self, condition: Condition, trait: Trait, column: Column) -> BooleanValue:
        op, value = _OPS.get(condition.op, condition.op), condition.value
        if trait.kind == "date":
            if op in ("in", "not_in") and not isinstance(value, list):
                return self._in_window(str(value), column, inside=op == "in")
            value = [date.fromisoformat(str(day)) for day in value] if isinstance(value, list) else _day(value)
        many = column.type().is_array()
        if many and op in ("=", "!="):
            op = "in" if op == "=" else "not_in"
        if op in ("in", "not_in") and not isinstance(value, list):
            value = [value]
        meant = trait_conditions.Condition(trait=trait.name, op=op, value=value)
        return trait_conditions.meets(meant, column)

    def _in_window(self, label: str, column: Column, *, inside: bool) -> BooleanValue:
        window = self.window(label)
        held = column <= ibis.literal(window.end)
        held = held & (column >= ibis.literal(window.start)) if window.start else held
        held = held.fill_null(False)
        return held if inside else ~held


def _day(value: object) -> date:
    return date.fromisoformat(str(value))


def _either(parts: list[BooleanValue]) -> BooleanValue:
    return reduce(lambda one, more: one | more, parts)


def list_matches(name: str, rows: Table) -> Table:
    """One row: how many entries a list has, and how many of them name a customer of `rows` or an account on file."""
    entries, known = list_table(name), accounts()
    anybody = [rows.customer_id, known.account_id, digits(known.phone), known.email.lower().strip()]
    found = reduce(lambda one, more: one | more, (entries["value"].isin(each) for each in anybody))
    return entries.agg(entries=entries["entry"].nunique(), matched=entries["entry"].nunique(where=found))


def list_table(name: str) -> Table:
    """The entries of a named list, as the warehouse is given them beside a query."""
    return ibis.table({"entry": "int64", "value": "string"}, name=f"list:{name}")


def _listed(condition: Condition, rows: Table) -> BooleanValue:
    """Whether a customer's number, phone or e-mail stands on one of the lists; compared on this machine only."""
    names = condition.value if isinstance(condition.value, list) else [condition.value]
    held = _either([_on(list_table(str(name)), rows) for name in names])
    return ~held if condition.op in ("not_in", "!=") else held


def _on(entries: Table, rows: Table) -> BooleanValue:
    # Of a person's accounts any may be the one that is on the list.
    known = accounts()
    reached = known.filter(
        known.account_id.isin(entries["value"])
        | digits(known.phone).isin(entries["value"])
        | known.email.lower().strip().isin(entries["value"])
    )
    named = rows.customer_id.isin(entries["value"]) | rows.customer_id.isin(reached.customer_id)
    return named.fill_null(False)


def digits(phone: Column) -> Column:
    """The digits of a phone number, a mobile's without the country's, as lists are normalised too."""
    return phone.re_replace(r"[^0-9]", "").re_replace(MOBILE, r"\1").nullif("")


def key_of(condition: Condition) -> str:
    """What a share's value is found by."""
    return condition.model_dump_json()


def shares(rule: Rule) -> list[Condition]:
    """The conditions whose value is a share of the data, once each."""
    return list({key_of(condition): condition for _place, condition in rule.conditions()
                 if isinstance(condition.value, Share)}.values())  # fmt: skip


def cuts(conditions: list[Condition], people: People) -> Table:
    """One row: what each share comes to (type-7 quantile over the customers who have the trait), as cut_0, cut_1, …"""
    rows = people.table(conditions)
    found = {}
    for number, condition in enumerate(conditions):
        share = condition.value
        at = 1 - share.top if share.top else share.bottom
        measured = rows[column_of(people.ref(condition))].cast("float64")
        # Most customers did nothing in a short window: of them the top fifth would begin at 0, and be everybody.
        measured = measured.nullif(0) if condition.window and share.top else measured
        found[f"cut_{number}"] = measured.quantile(at)
    return rows.agg(**found)


def with_cuts(rule: Rule, values: dict[str, float | None]) -> Rule:
    """The rule with each share replaced by what it comes to; where nobody has the trait, nobody meets it."""

    def told(node: Node) -> Node:
        if isinstance(node, Group):
            return with_cuts(node, values)
        if not isinstance(node.value, Share):
            return node
        cut = values[key_of(node)]
        return node.model_copy(update={"value": float("inf") if cut is None else cut})

    return Group(**{part: [told(node) for node in getattr(rule, part)] for part in ("all", "any", "none")})
