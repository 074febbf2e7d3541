"""Which metrics and dimensions the loaded tables allow, and what is missing for the others."""

from __future__ import annotations

from datetime import date

from ibis import _
from ibis.expr.types import Table

from tools import schema
from tools.catalog import Catalog, Dimension, LiftMetric, Metric
from tools.dimensions import CAMPAIGN, COHORT, HOUR, LINE, NEWNESS, ORDER, PEOPLE, PRODUCT, STEP
from tools.errors import BadArgument, NoData
from tools.relations import RELATIONS
from tools.relations.campaigns import named_campaigns
from tools.relations.events import named_products, step_of
from tools.tables import table
from tools.warehouse import Warehouse

_COLUMN = {CAMPAIGN: "campaign_id", PRODUCT: "product_id", STEP: "event_type", HOUR: ""}
_OF_ORDERS = (*PEOPLE, COHORT, NEWNESS)
"""Dimensions that take a customer's orders."""


def needs(metric: Metric) -> list[str]:
    """Tables and columns that a metric takes; "a|b" where either will do."""
    tables = [table for base in metric.bases for table in RELATIONS[base.of].tables]
    return list(dict.fromkeys([*tables, *(need for each in (metric, *metric.bases) for need in each.needs)]))


class Availability:
    """What can be asked of one warehouse."""

    def __init__(self, warehouse: Warehouse, catalog: Catalog) -> None:
        self._warehouse = warehouse
        self._catalog = catalog
        self._values: dict[tuple[str, str], list[str]] = {}
        self._timed: dict[str, bool] = {}

    def missing(self, metric: Metric) -> list[str]:
        """Tables and columns that a metric lacks; of several that would do, the first."""
        lacking = [need for need in needs(metric) if not any(self._warehouse.has(each) for each in need.split("|"))]
        first = [need.split("|")[0] for need in lacking]
        # Of a table that is missing whole no columns are named.
        whole = [table for need in first if not self._warehouse.has(table := need.partition(".")[0])]
        return list(dict.fromkeys([*whole, *(need for need in first if need.partition(".")[0] not in whole)]))

    def metrics(self) -> list[Metric]:
        return [metric for metric in self._catalog.metrics.values() if not self.missing(metric)]

    def dimensions(self, metric: Metric) -> list[str]:
        """Dimensions that a metric can be split by on this data."""
        return [name for name in _sensible(metric) if not self._dimension_lacks(name, metric)]

    def check_metric(self, metric: Metric) -> None:
        """Raises NoData naming what is missing."""
        missing = self.missing(metric)
        if missing:
            raise NoData("missing_data", what=metric.name, needs=", ".join(missing), alternatives=self._names())

    def check_dimension(self, dimension: Dimension, metric: Metric) -> None:
        """Raises BadArgument for a split that makes no sense, NoData for one without data."""
        name = dimension.name
        if name not in _sensible(metric):
            possible = self.dimensions(metric)
            raise BadArgument("dimension_not_for_metric", metric=metric.name, dimension=name, alternatives=possible)
        lacks = self._dimension_lacks(name, metric)
        if lacks == "time_of_day":
            raise NoData("no_time_of_day", dimension=name, alternatives=self.dimensions(metric))
        if lacks:
            raise NoData("missing_data", what=name, needs=lacks, alternatives=self.dimensions(metric))

    def spans(self, metric: Metric) -> list[tuple[date, date]]:
        """For every relation behind a metric, the days that it can tell of.

        They are those with rows in its table; a state on the window's last day lasts after the last of them.
        """
        found = []
        for base in metric.bases:
            relation = RELATIONS[base.of]
            first, last = self._warehouse.span(relation.tables[0])
            if first and last:
                found.append((first, date.max if relation.stock else last))
        return found

    def values(self, dimension: str, relation: str = "sales") -> list[str]:
        """Values of a dimension in the data, the most frequent first; no more than the warehouse's row cap."""
        if (dimension, relation) not in self._values:
            counted = self._rows(dimension, relation).group_by("value").agg(rows=_.count())
            found = self._warehouse.run(counted.order_by(_.rows.desc(), _.value))
            self._values[dimension, relation] = [row["value"] for row in found.records]
        return self._values[dimension, relation]

    def value(self, dimension: str, given: str, relation: str = "sales") -> str | None:
        """The data's own spelling of a value, however many values there are; None where it has no such."""
        same = self._rows(dimension, relation).filter(_.value.strip().lower() == given.strip().lower())
        counted = same.group_by("value").agg(rows=_.count())
        found = self._warehouse.run(counted.order_by((_.value == given).desc(), _.rows.desc(), _.value).limit(1))
        return found.records[0]["value"] if found.records else None

    def _dimension_lacks(self, name: str, metric: Metric) -> str:
        for base in metric.bases:
            if lack := self._lack(name, base.of):
                return lack
        return ""

    def _lack(self, name: str, relation: str) -> str:
        home = _home(name, relation)
        if name in _OF_ORDERS:
            return "" if self._warehouse.has("orders") else "orders"
        if name == HOUR:
            return "" if self._has_times(home) else "time_of_day"
        if name not in (*ORDER, *LINE, CAMPAIGN, STEP):
            return ""
        sources = [f"{home}.{_COLUMN.get(name, name)}"]
        if name == "city" and home in ("orders", "customers"):
            sources.append("customers.city")
        return "" if any(self._warehouse.has(source) for source in sources) else sources[0]

    def _has_times(self, name: str) -> bool:
        """Whether a table's instants tell hours: days alone are all midnight."""
        if name not in self._timed:
            at = table(name)["ordered_at" if name == "orders" else schema.DATED[name]]
            (row,) = self._warehouse.told(table(name).agg(timed=(at != at.truncate("D")).any())).rows.to_pylist()
            self._timed[name] = bool(row["timed"])
        return self._timed[name]

    def _rows(self, dimension: str, relation: str) -> Table:
        rows = table(_home(dimension, relation))
        if dimension == PRODUCT and "product_name" in rows.columns:
            rows = rows.mutate(value=_.product_name.fill_null(_.product_id))
        elif dimension == PRODUCT:
            rows = named_products(rows).rename(value="product")
        elif dimension == CAMPAIGN:
            rows = named_campaigns(rows).rename(value="campaign")
        elif dimension == STEP:
            rows = rows.mutate(value=step_of(_.event_type))
        elif dimension == "city" and not self._warehouse.has("orders.city"):
            rows = table("customers").rename(value="city")
        else:
            rows = rows.rename(value=_COLUMN.get(dimension, dimension))
        return rows.filter(_.value.notnull())

    def _names(self) -> list[str]:
        return [metric.name for metric in self.metrics()][:12]


def _home(dimension: str, relation: str) -> str:
    """Table that holds a dimension's values for a relation."""
    rows = RELATIONS[relation]
    if dimension == CAMPAIGN and CAMPAIGN not in rows.dimensions:
        return "touches"
    if dimension in LINE and (rows.lines or dimension not in rows.dimensions):
        return "order_items"
    if dimension in ORDER and dimension not in ("channel",) and rows.tables[0] != "customers":
        return "orders"
    return rows.tables[0]


def _sensible(metric: Metric) -> list[str]:
    """Dimensions that mean something for every relation behind a metric."""
    first, *others = [_of_base(base) for base in metric.bases]
    return [name for name in first if all(name in other for other in others)]


def _of_base(metric: Metric) -> list[str]:
    # Order lines carry no list price; how many categories somebody bought says nothing within one.
    unfit: set[str] = set(LINE) if {"list_amount", "categories"} & metric.columns else set()
    if NEWNESS in metric.columns:
        unfit.add(NEWNESS)
    if isinstance(metric, LiftMetric):
        # What people are after a campaign is partly its doing: arms cut by that no longer compare like with like.
        unfit |= set(PEOPLE)
    return [name for name in RELATIONS[metric.of].dimensions if name not in unfit]
