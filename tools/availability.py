"""Which metrics and dimensions the loaded tables allow, and what is missing for the others."""

from __future__ import annotations

from ibis import _
from ibis.expr.types import Table

from tools.catalog import Catalog, Dimension, Metric
from tools.dimensions import LINE, ORDER, TIME
from tools.errors import BadArgument, NoData
from tools.relations import RELATIONS
from tools.tables import table
from tools.warehouse import Warehouse

# Table of a relation that is not built from orders.
_TABLE = {"registered": "customers", "touches": "touches"}
# Table that holds a dimension's values; the relation's own for any other.
_HOME = {"category": "order_items", "product": "order_items", "campaign": "touches"}
_COLUMN = {"campaign": "campaign_id", "product": "product_id"}


class Availability:
    """What can be asked of one warehouse."""

    def __init__(self, warehouse: Warehouse, catalog: Catalog) -> None:
        self._warehouse = warehouse
        self._catalog = catalog
        self._values: dict[tuple[str, str], list[str]] = {}

    def missing(self, metric: Metric) -> list[str]:
        """Tables and columns that a metric lacks."""
        return [need for need in metric.needs if not self._warehouse.has(need)]

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
        name, possible = dimension.name, self.dimensions(metric)
        if name not in _sensible(metric):
            raise BadArgument("dimension_not_for_metric", metric=metric.name, dimension=name, alternatives=possible)
        lacks = self._dimension_lacks(name, metric)
        if lacks:
            raise NoData("missing_data", what=name, needs=lacks, alternatives=possible)

    def _dimension_lacks(self, name: str, metric: Metric) -> str:
        if name in TIME or name not in (*ORDER, *_HOME):
            return ""
        sources = [f"{_HOME.get(name) or _TABLE.get(metric.of, 'orders')}.{_COLUMN.get(name, name)}"]
        if name == "city" and metric.of != "touches":
            sources.append("customers.city")
        return "" if any(self._warehouse.has(source) for source in sources) else sources[0]

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

    def _rows(self, dimension: str, relation: str) -> Table:
        source = _HOME.get(dimension) or _TABLE.get(relation, "orders")
        column = _COLUMN.get(dimension, dimension)
        if dimension == "product":
            rows = table(source).mutate(value=_.product_name.fill_null(_.product_id))
        elif dimension == "campaign":
            rows = _campaign_names()
        elif dimension == "city" and not self._warehouse.has("orders.city"):
            rows = table("customers").rename(value="city")
        else:
            rows = table(source).rename(value=column)
        return rows.filter(_.value.notnull())

    def _names(self) -> list[str]:
        return [metric.name for metric in self.metrics()][:12]


def _sensible(metric: Metric) -> list[str]:
    # Order lines carry no list price.
    unpriced = LINE if "list_amount" in metric.columns else ()
    return [name for name in RELATIONS[metric.of].dimensions if name not in unpriced]


def _campaign_names() -> Table:
    names = table("campaigns").select("campaign_id", campaign_name="name")
    sent = table("touches").join(names, "campaign_id", how="left")
    return sent.mutate(value=_.campaign_name.fill_null(_.campaign_id))

