"""What must be true of the names and the conditions of a trait catalogue."""

from __future__ import annotations

from collections.abc import Container
from datetime import date

from tools.catalog import names
from tools.errors import ToolError
from tools.traits.conditions import ORDERED, Condition, Other
from tools.traits.trait import Trait, TraitCatalog
from tools.windows import parse_window

_TYPES: dict[str, tuple[type, ...]] = {
    "number": (int, float), "money": (int, float), "days": (int, float), "date": (date,), "text": (str,),
    "flag": (bool,),
}  # fmt: skip
_SOME_DAY, _LONG_AGO = date(2024, 12, 31), date(2000, 1, 1)

Path = tuple[str | int, ...]


class BadTag(Exception):
    """A definition is wrong at `path` of its file."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(reason)
        self.path = path
        self.reason = reason


def check_names(catalog: TraitCatalog, own: Container[str]) -> None:
    """Raises BadTag where two traits answer to one name, at the one of `own` if there is one."""
    owners: dict[str, str] = {}
    for trait in catalog.traits.values():
        for name in names(trait):
            owner = owners.setdefault(name, trait.name)
            if owner != trait.name:
                mine, other = (owner, trait.name) if owner in own else (trait.name, owner)
                raise BadTag(("tags", mine), f"'{name}' is already a name of '{other}'")


def check_tag(catalog: TraitCatalog, name: str) -> None:
    """Raises BadTag where a condition of a tag does not fit the traits it names, or a tag is made of itself."""
    _check_cycle(catalog, name, ())
    rule = catalog.traits[name].rule
    for part in ("all", "any"):
        for number, condition in enumerate(getattr(rule, part)):
            _check_condition(catalog, condition, ("tags", name, part, number))


def needs_of(catalog: TraitCatalog, name: str) -> list[str]:
    """Tables and columns that a trait needs, or any trait that a tag is made of."""
    trait = catalog.traits[name]
    inner = [needs_of(catalog, part) for part in made_of(trait)]
    return list(dict.fromkeys([*trait.needs, *(need for needs in inner for need in needs)]))


def made_of(trait: Trait) -> list[str]:
    """Names of the traits in a tag's conditions."""
    conditions = trait.rule.conditions if trait.rule else []
    others = [condition.than.trait for condition in conditions if condition.than]
    return list(dict.fromkeys([*(condition.trait for condition in conditions), *others]))


def _check_cycle(catalog: TraitCatalog, name: str, above: tuple[str, ...]) -> None:
    if name in above:
        raise BadTag(("tags", above[0]), f"is made of itself: {' > '.join((*above, name))}")
    for part in made_of(catalog.traits[name]) if name in catalog.traits else []:
        _check_cycle(catalog, part, (*above, name))


def _check_condition(catalog: TraitCatalog, condition: Condition, path: Path) -> None:
    trait = _trait(catalog, condition, path)
    if condition.than:
        other = _trait(catalog, condition.than, (*path, "than"))
        if other.many or trait.many or _TYPES[other.kind] != _TYPES[trait.kind]:
            raise BadTag((*path, "than"), f"'{other.name}' ({other.kind}) cannot be compared with {trait.kind}")
        if condition.than.times != 1 and _TYPES[trait.kind] != _TYPES["number"]:
            raise BadTag((*path, "than", "times"), f"'{trait.name}' is no number")
    if trait.many and condition.op not in ("in", "not_in"):
        raise BadTag((*path, "op"), f"'{trait.name}' is a list: use in or not_in")
    if condition.op in ORDERED and trait.kind in ("text", "flag"):
        raise BadTag((*path, "op"), f"'{trait.name}' ({trait.kind}) has no order")
    for value in condition.given:
        _check_value(trait, value, (*path, "value"))


def _trait(catalog: TraitCatalog, given: Condition | Other, path: Path) -> Trait:
    trait = catalog.traits.get(given.trait)
    if trait is None:
        raise BadTag((*path, "trait"), f"there is no trait '{given.trait}'")
    if given.window and not trait.windowed:
        raise BadTag((*path, "window"), f"'{trait.name}' takes no window")
    if given.window:
        try:
            parse_window(given.window, _SOME_DAY, _LONG_AGO)
        except ToolError as error:
            raise BadTag((*path, "window"), f"'{given.window}' is no window") from error
    return trait


def _check_value(trait: Trait, value: object, path: Path) -> None:
    # True is a number to Python, not to us.
    if not isinstance(value, _TYPES[trait.kind]) or isinstance(value, bool) != (trait.kind == "flag"):
        raise BadTag(path, f"'{value}' is no {trait.kind}")
    known = [known.name for known in trait.values]
    if known and value not in known:
        raise BadTag(path, f"'{value}' is none of {', '.join(known)}")
