"""Reads the words of a call (metric, dimensions, filters, window) into a question on this data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from tools.availability import Availability
from tools.calendar import step
from tools.catalog import Catalog, Dimension, Metric
from tools.dimensions import BY_ORDER, PROFILE, TIME
from tools.errors import BadArgument
from tools.metrics import Question
from tools.results import Window
from tools.warehouse import Warehouse
from tools.windows import parse_window

SCORES = ["1", "2", "3", "4", "5"]


class QuestionReader:
    """Resolves names against the catalogue, and values and days against the data."""

    def __init__(self, warehouse: Warehouse, catalog: Catalog, allowed: Availability) -> None:
        self._warehouse = warehouse
        self._catalog = catalog
        self._allowed = allowed

    def question(
        self, metric: str, by: Sequence[str], where: Mapping[str, Sequence[str]], window: str
    ) -> Question:  # fmt: skip
        """Resolve every name. Raises BadArgument or NoData with the alternatives."""
        found = self._catalog.metric(metric)
        self._allowed.check_metric(found)
        filters = {self._dimension(name, found).name: values for name, values in where.items() if values}
        names = list(dict.fromkeys(self._dimension(name, found).name for name in by))
        if found.over and found.over not in {*names, *filters}:
            names.append(found.over)
        if len(names) > 2 or len([name for name in names if name in TIME]) > 1:
            raise BadArgument("too_many_dimensions", given=", ".join(names))
        if found.of == "members" and set(names) & set(TIME):
            self._refuse_scores({*names, *filters}, found)
        values = {name: [self._value(name, value, found) for value in given] for name, given in filters.items()}
        has = self._warehouse.has
        of_customer = has("customers.city") and (found.of not in BY_ORDER or not has("orders.city"))
        return Question(found, tuple(names), values, self.window(window or found.window), city_of_customer=of_customer)

    def window(self, text: str) -> Window:
        return parse_window(text, self._warehouse.last_day, self._warehouse.first_day)

    def _refuse_scores(self, names: set[str], metric: Metric) -> None:
        # Scores and stages are those of one day; membership by month has a day for each month.
        for name in names & set(PROFILE):
            others = [other for other in self._allowed.dimensions(metric) if other not in PROFILE]
            raise BadArgument("dimension_not_for_metric", metric=metric.name, dimension=name, alternatives=others)

    def _dimension(self, name: str, metric: Metric) -> Dimension:
        dimension = self._catalog.dimension(name)
        self._allowed.check_dimension(dimension, metric)
        return dimension

    def _value(self, name: str, given: str, metric: Metric) -> str | date:
        dimension = self._catalog.dimensions[name]
        if name in TIME:
            return self._period(name, given)
        if dimension.values:
            return self._catalog.value(dimension, given)
        scores, plain = name.endswith("_score"), given.casefold().strip()
        if scores and plain in SCORES:
            return plain
        found = None if scores else self._allowed.value(name, given, metric.of)
        if found is None and plain != "unknown":
            known = SCORES if scores else self._allowed.values(name, metric.of)
            raise BadArgument("unknown_value", dimension=name, given=given, alternatives=known[:20])
        return found or "unknown"

    def _period(self, unit: str, given: str) -> date:
        window = self.window(given)
        if window.start is None or step(unit, window.start, 1) <= window.end:
            raise BadArgument("unknown_value", dimension=unit, given=given, alternatives=[unit])
        return window.start
