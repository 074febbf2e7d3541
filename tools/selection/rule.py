"""A rule that selects people: groups of conditions on their traits, editable as JSON or YAML.

    all:
    - {trait: orders, op: "=", value: 0, window: last_180_days}
    - {trait: spend, op: ">", value: 2000}
    none:
    - {trait: city, op: in, value: [成都, 重庆]}

A group holds for a customer when every node of `all` holds, at least one of `any` (where there are
any) and none of `none`. A condition on a trait that a customer has no value of does not hold, save for
`!=`, `not_in` and `is_not`: each condition is true or false, so that a rule and its opposite make up everybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, Literal

import yaml
from pydantic import Discriminator, Field, Tag, ValidationError, field_validator, model_validator

from tools.definitions import Strict
from tools.errors import BadArgument

Op = Literal[">=", ">", "<=", "<", "=", "!=", "in", "not_in", "between", "is", "is_not"]
OPPOSITE: dict[Op, Op] = {">=": "<", ">": "<=", "<=": ">", "<": ">=", "=": "!=", "!=": "=", "in": "not_in",
                          "not_in": "in", "is": "is_not", "is_not": "is"}  # fmt: skip
"""The operator that holds for everybody for whom the first does not; `between` has none."""


class Share(Strict):
    """A cut point taken from the data: the top (or bottom) share of the customers who have the trait."""

    top: Annotated[float, Field(gt=0, lt=1)] | None = None
    bottom: Annotated[float, Field(gt=0, lt=1)] | None = None

    @model_validator(mode="after")
    def _one_end(self) -> Share:
        if (self.top is None) == (self.bottom is None):
            raise ValueError("give either top or bottom, e.g. {top: 0.2}")
        return self


Scalar = bool | int | float | str


def _kind(value: Any) -> str:
    return "list" if isinstance(value, list) else "share" if isinstance(value, (dict, Share)) else "scalar"


Value = Annotated[
    Annotated[Scalar, Tag("scalar")] | Annotated[Share, Tag("share")] | Annotated[list[Scalar], Tag("list")],
    Discriminator(_kind),
]


class Condition(Strict):
    """What one trait must be."""

    trait: str
    op: Op
    value: Value
    """A number, a text, true/false, a day, a share {top: 0.2}; a list for in, not_in and between.
    A date trait's `in` also takes a window's name."""
    window: str = ""
    """Days that a windowed trait looks at, e.g. last_180_days; "" for all history."""

    @field_validator("value", mode="before")
    @classmethod
    def _days_as_text(cls, value: Any) -> Any:
        # YAML reads 2024-06-01 as a day.
        if isinstance(value, list):
            return [_plain(item) for item in value]
        return _plain(value)

    @model_validator(mode="after")
    def _value_fits_op(self) -> Condition:
        many = isinstance(self.value, list)
        if self.op == "between" and not (many and len(self.value) == 2):
            raise ValueError("between needs two values, e.g. [200, 500]")
        if self.op in ("in", "not_in") and many and not self.value:
            raise ValueError(f"{self.op} needs at least one value")
        if many and self.op not in ("in", "not_in", "between"):
            raise ValueError(f"{self.op} takes one value; use in for several")
        if isinstance(self.value, Share) and self.op != (">=" if self.value.top else "<="):
            raise ValueError("a share needs >= (top) or <= (bottom)")
        return self


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _shape(node: Any) -> str:
    known = isinstance(node, dict) and bool(node) and not {"all", "any", "none"} & node.keys()
    return "condition" if known or isinstance(node, Condition) else "group"


Node = Annotated[
    Annotated[Condition, Tag("condition")] | Annotated["Group", Tag("group")],
    Discriminator(_shape),
]


class Group(Strict):
    """Conditions and groups that must hold together; a rule is one."""

    all: list[Node] = []
    any: list[Node] = []
    none: list[Node] = []

    @property
    def empty(self) -> bool:
        """Whether it asks for nothing: everybody is selected."""
        return not (self.all or self.any or self.none)

    def conditions(self, path: str = "") -> Iterator[tuple[str, Condition]]:
        """Every condition with its place, e.g. ("all[1].any[0]", …)."""
        for part in ("all", "any", "none"):
            for number, node in enumerate(getattr(self, part)):
                place = f"{path}{'.' if path else ''}{part}[{number}]"
                if isinstance(node, Condition):
                    yield place, node
                else:
                    yield from node.conditions(place)

    def dump(self) -> dict[str, Any]:
        """As plain data, without what is left at its default."""
        return self.model_dump(mode="json", exclude_defaults=True)

    def yaml(self) -> str:
        """As text to edit."""
        return yaml.safe_dump(self.dump(), allow_unicode=True, sort_keys=False)


Rule = Group


def opposite(rule: Rule) -> Rule:
    """The rule that selects everybody whom `rule` does not."""
    return Group(none=[rule])


def tidy(rule: Rule) -> Rule:
    """The same rule without needless nesting; selects the same people.

    A group inside `all` gives up its parts, one of `any` inside `none` too; a group around one node gives way to it.
    """
    while (tidier := _tidier(rule)) != rule:
        rule = tidier
    return rule


def _tidier(rule: Rule) -> Rule:
    every: list[Node] = []
    none: list[Node] = []
    either = [_tidied(node) for node in rule.any]
    choices = [] if any(map(_asks_nothing, either)) or not either else [either]
    for node in map(_tidied, rule.all):
        if isinstance(node, Condition):
            every.append(node)
            continue
        every += node.all
        none += node.none
        choices += [node.any] if node.any else []
    every += [node for choice in choices if len(choice) == 1 for node in choice]
    choices = [choice for choice in choices if len(choice) > 1]
    if len(choices) > 1:
        every += [Group(any=choice) for choice in choices]
    for node in map(_tidied, rule.none):
        none += node.any if isinstance(node, Group) and node.any and not (node.all or node.none) else [node]
    return Group(all=every, any=choices[0] if len(choices) == 1 else [], none=none)


def _asks_nothing(node: Condition | Group) -> bool:
    return isinstance(node, Group) and node.empty


def _tidied(node: Condition | Group) -> Condition | Group:
    if isinstance(node, Condition):
        return node
    group = tidy(node)
    alone = [*group.all, *group.any]
    return alone[0] if len(alone) == 1 and not group.none else group


def read_rule(text: str, source: str = "rule") -> Rule:
    """A rule from JSON or YAML. Raises BadArgument naming the condition and what is wrong with it."""
    try:
        return as_rule(yaml.safe_load(text), source)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or str(error).splitlines()[0]
        place = f"line {mark.line + 1 if mark else 1}"
        raise BadArgument("rule_unreadable", source=source, place=place, reason=reason) from error


def as_rule(data: Any, source: str = "rule") -> Rule:
    """A rule from plain data; a single condition or a list of them stands for `all` of them.

    Raises BadArgument naming the place that is wrong; also for a group without a condition, which would be everybody.
    """
    if data is None:
        data = {}
    if isinstance(data, dict) and "trait" in data:
        data = [data]
    if isinstance(data, list):
        data = {"all": data}
    try:
        rule = Group.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_context=False)[0]
        reason = first["msg"].removeprefix("Value error, ")
        raise BadArgument("rule_unreadable", source=source, place=_place(first["loc"]), reason=reason) from error
    empty = next(_empty_places(rule), None)
    if empty is not None:
        raise BadArgument("rule_empty", source=source, place=empty or "rule")
    return rule


def _empty_places(group: Group, path: str = "") -> Iterator[str]:
    """Places of the groups, the whole rule among them, that ask for nothing."""
    if group.empty:
        yield path
    for part in ("all", "any", "none"):
        for number, node in enumerate(getattr(group, part)):
            if isinstance(node, Group):
                yield from _empty_places(node, f"{path}{'.' if path else ''}{part}[{number}]")


def _place(path: tuple[int | str, ...]) -> str:
    parts = [part for part in path if part not in ("condition", "group", "scalar", "share", "list")]
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).lstrip(".") or "rule"
