"""Whether a rule fits the traits and the data: every refusal names the condition and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from tools.errors import BadArgument, NoData
from tools.results import Bilingual
from tools.selection.rule import Condition, Group, Node, Op, Rule, Scalar, Share
from tools.selection.wording import Wording
from tools.traits.trait import Trait, TraitCatalog
from tools.windows import EXAMPLES, parse_window

OPS: dict[str, tuple[Op, ...]] = {
    "number": (">=", ">", "<=", "<", "=", "!=", "between"),
    "date": (">=", ">", "<=", "<", "=", "!=", "between", "in", "not_in"),
    "text": ("=", "!=", "in", "not_in"),
    "flag": ("is", "is_not", "=", "!="),
    "named": ("in", "not_in", "=", "!="),
}
NAMED = ("segment", "list")
"""Traits of a customer that are memberships: of saved segments and of named lists."""


@dataclass(frozen=True)
class Known:
    """What rules can speak of."""

    catalog: TraitCatalog
    as_of: date
    first_day: date
    spelling: Callable[[Trait, str], str | None]
    """The data's own spelling of a text trait's value, or None where it has no such."""
    values: Callable[[Trait], list[str]]
    """Some values of a text trait, to suggest."""
    missing: Callable[[Trait], list[str]]
    """Tables and columns that a trait lacks."""
    names: dict[str, list[str]]
    """Saved segments and named lists: {"segment": […], "list": […]}."""


def checked(rule: Rule, known: Known) -> Rule:
    """The rule with every value in the data's own spelling.

    Raises BadArgument (NoData where a table is missing) with the place and the words of the first bad condition.
    """
    places = {id(condition): place for place, condition in rule.conditions()}

    def fitted(node: Node) -> Node:
        if isinstance(node, Condition):
            return _Check(node, places[id(node)], known).fitted()
        return Group(**{part: [fitted(each) for each in getattr(node, part)] for part in ("all", "any", "none")})

    return fitted(rule)


@dataclass(frozen=True)
class _Check:
    condition: Condition
    place: str
    known: Known

    def fitted(self) -> Condition:
        condition = self.condition
        if condition.trait in NAMED:
            return self._named()
        trait = self._trait()
        self._check_op(trait)
        self._check_window(trait)
        lacks = self.known.missing(trait)
        if lacks:
            raise NoData("missing_data", what=trait.name, needs=", ".join(lacks))
        if isinstance(condition.value, Share):
            if trait.kind not in ("number", "money", "days"):
                self._refuse("value_kind", kind=trait.kind)
            return condition
        values = [self._value(trait, value) for value in self._given()]
        value = values if isinstance(condition.value, list) or condition.op in ("in", "not_in") else values[0]
        if trait.kind == "date" and condition.op in ("in", "not_in"):
            value = condition.value
        return condition.model_copy(update={"value": value})

    def _given(self) -> list[Scalar]:
        value = self.condition.value
        return value if isinstance(value, list) else [value]

    def _trait(self) -> Trait:
        try:
            return self.known.catalog.trait(self.condition.trait)
        except BadArgument as error:
            self._refuse("trait", alternatives=error.alternatives, given=self.condition.trait)

    def _check_op(self, trait: Trait) -> None:
        allowed = OPS.get(trait.kind, OPS["number"])
        if self.condition.op not in allowed:
            self._refuse("op", alternatives=list(allowed), given=self.condition.op, trait=trait.name)

    def _check_window(self, trait: Trait) -> None:
        if not self.condition.window:
            return
        if not trait.windowed:
            self._refuse("no_window", trait=trait.name)
        self._parse(self.condition.window)

    def _parse(self, label: str) -> None:
        try:
            parse_window(label, self.known.as_of, self.known.first_day)
        except BadArgument:
            self._refuse("window", alternatives=EXAMPLES, given=label)

    def _value(self, trait: Trait, value: Scalar) -> Scalar:
        if trait.kind == "text":
            return self._text(trait, str(value))
        if trait.kind == "flag":
            return value if isinstance(value, bool) else self._refuse("value_kind", kind="flag", given=value)
        if trait.kind == "date":
            return self._day(value)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self._refuse("value_kind", kind=trait.kind, given=value)
        return value

    def _text(self, trait: Trait, value: str) -> str:
        found = self.known.spelling(trait, value)
        if found is None:
            self._refuse("value", alternatives=self.known.values(trait)[:20], given=value, trait=trait.name)
        return found

    def _day(self, value: Scalar) -> Scalar:
        if self.condition.op in ("in", "not_in") and not isinstance(self.condition.value, list):
            self._parse(str(value))  # a window's name; a list holds days
            return value
        try:
            return date.fromisoformat(str(value)).isoformat()
        except ValueError:
            self._refuse("value_kind", kind="date", given=value)

    def _named(self) -> Condition:
        kind = self.condition.trait
        if self.condition.op not in OPS["named"]:
            self._refuse("op", alternatives=list(OPS["named"]), given=self.condition.op, trait=kind)
        for name in map(str, self._given()):
            if name not in self.known.names[kind]:
                raise BadArgument(f"unknown_{kind}", given=name, alternatives=self.known.names[kind][:20])
        return self.condition

    def _refuse(self, what: str, *, alternatives: Iterable[str] = (), **params: object) -> NoReturn:
        zh, en = (Wording(self.known.catalog, language).condition(self.condition) for language in ("zh", "en"))
        params |= {"place": self.place or "rule", "condition": Bilingual(zh=zh, en=en)}
        raise BadArgument(f"condition_{what}", alternatives=[str(each) for each in alternatives], **params)
