"""Where a brand's tables live in its own warehouse: `engine.yaml`, checked before anything is asked of the warehouse.

docs/engines.md is the reference with an example.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import ConfigDict, Field, PrivateAttr, field_validator, model_validator

from tools import schema
from tools.definitions import BadDefinitions, Problem, Strict, checked, file_text, line_of, parsed

FILE = "engine.yaml"
REQUIRED: dict[str, tuple[str, ...]] = {
    "orders": ("order_id", "customer_id", "ordered_at|order_date", "amount"),
    "order_items": ("order_id", "amount"),
    "customers": ("customer_id",),
    "products": ("product_id",),
    "events": ("customer_id", "event_type", "event_at"),
    "campaigns": ("campaign_id",),
    "touches": ("campaign_id", "customer_id", "sent_at"),
    "costs": ("cost_date", "amount"),
    "consents": ("customer_id", "channel", "consented"),
}
"""Columns without which a row cannot be counted: they must be mapped, and rows where one is empty are left out."""

Scalar = bool | int | float | str


class ColumnSpec(Strict):
    """Where one column's values come from: a column of the brand's table, or one value for all rows."""

    column: str = ""
    constant: Scalar | None = None
    cast: bool = False
    """Read text as the number, day or time that the column needs."""
    divide: float = Field(1, gt=0)
    """What amounts are divided by: 100 where they are in cents."""
    timezone: str = ""
    """Zone that instants without one are in, where it is not the workspace's."""

    @model_validator(mode="after")
    def _one_source(self) -> ColumnSpec:
        if bool(self.column) == (self.constant is not None):
            raise ValueError("takes either a column or a constant")
        return self


class Rule(Strict):
    """A test of one column of the brand's table; of several tests every one must hold."""

    model_config = ConfigDict(populate_by_name=True)

    column: str
    among: list[Scalar] | None = Field(None, alias="in")
    not_in: list[Scalar] | None = None
    below: float | None = None
    above: float | None = None

    @model_validator(mode="after")
    def _tests_something(self) -> Rule:
        if all(test is None for test in (self.among, self.not_in, self.below, self.above)):
            raise ValueError("needs a test: in, not_in, below or above")
        return self


class TableSpec(Strict):
    """One canonical table."""

    table: str
    """Name as the warehouse knows it: table, schema.table or catalog.schema.table."""
    columns: dict[str, ColumnSpec]
    where: list[Rule] = []
    """Rows that count; all of them without."""
    refund: Rule | None = None
    """Rows that are refunds, whatever their sign; rows with a negative amount without."""
    refunded: Rule | None = None
    """Orders refunded whole after they were placed: the order stays, and a refund of it is added."""

    @field_validator("columns", mode="before")
    @classmethod
    def _short_forms(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {name: {"column": value} if isinstance(value, str) else value for name, value in given.items()}

    @field_validator("where", mode="before")
    @classmethod
    def _one_rule(cls, given: Any) -> Any:
        return [given] if isinstance(given, dict) else given

    @property
    def place(self) -> tuple[str, tuple[str, ...]]:
        """The table's own name, and the schema (or catalog and schema) it is in; () for the connection's."""
        *above, name = self.table.split(".")
        return name, tuple(above)

    def rules(self) -> Iterator[Rule]:
        yield from self.where
        yield from (rule for rule in (self.refund, self.refunded) if rule)


class Mapping(Strict):
    """A whole `engine.yaml`."""

    tables: dict[Literal[*schema.TABLES], TableSpec] = Field(min_length=1)
    facts: str = ""
    """Schema that facts tables may be kept in: the only place that Wellspring ever writes to."""
    timezone: str = schema.TIMEZONE
    """Zone whose days count."""
    tiers: dict[str, Scalar] = {}
    """Thresholds of the tier rules that are set by hand, such as dormancy_days."""

    _root: yaml.Node | None = PrivateAttr(None)

    def problem(self, code: str, *path: str | int, **params: str) -> Problem:
        """A mistake in the file, with its line."""
        where = ".".join(str(part) for part in path)
        return Problem(line=line_of(self._root, path), where=where, code=code, params=params)


def load_mapping(path: Path) -> Mapping:
    """Read `engine.yaml`. Raises BadDefinitions with the line and the reason of every mistake."""
    return read_mapping(file_text(path), path.name)


def read_mapping(text: str, source: str = FILE) -> Mapping:
    """Check a mapping's text. Raises BadDefinitions with the line and the reason of every mistake."""
    root, data = parsed(text, source)
    mapping = checked(Mapping, data, root, source)
    mapping._root = root
    if problems := [*_wrong_columns(mapping), *_wrong_zones(mapping)]:
        raise BadDefinitions(source, problems)
    return mapping


def _wrong_columns(mapping: Mapping) -> Iterator[Problem]:
    for name, spec in mapping.tables.items():
        known = schema.TABLES[name]
        for column in spec.columns:
            if column == "kind" or column not in known:
                code = "kind_is_a_rule" if column == "kind" else "unknown_canonical"
                yield mapping.problem(
                    code, "tables", name, "columns", column, given=column, table=name,
                    known=", ".join(other for other in known if other != "kind"),
                )  # fmt: skip
        for need in REQUIRED[name]:
            if not set(need.split("|")) & set(spec.columns):
                yield mapping.problem(
                    "lacks_canonical", "tables", name, "columns", column=need.replace("|", " / "), table=name
                )
        for rule in ("refund", "refunded"):
            if getattr(spec, rule) and "kind" not in known:
                yield mapping.problem("no_refunds_here", "tables", name, rule, table=name)


def _wrong_zones(mapping: Mapping) -> Iterator[Problem]:
    zones = {("timezone",): mapping.timezone} | {
        ("tables", name, "columns", column, "timezone"): spec.timezone
        for name, table in mapping.tables.items()
        for column, spec in table.columns.items()
        if spec.timezone
    }
    for path, zone in zones.items():
        if zone not in _zones():
            yield mapping.problem("unknown_zone", *path, given=zone)


def _zones() -> set[str]:
    from zoneinfo import available_timezones

    return available_timezones()
