"""Reads the words of a call (metric, dimensions, filters, window) into a question on this data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from tools.availability import Availability
from tools.calendar import step
from tools.catalog import Catalog, Dimension, Metric
from tools.dimensions import COHORT, HOUR, PROFILE, RFM_SEGMENT, TIME
from tools.errors import BadArgument, NoData
from tools.profiles import segment_title
from tools.question import Question
from tools.results import Window
from tools.rfm import RfmRules, builtin
from tools.rfm.rules import OTHERS
from tools.warehouse import Warehouse
from tools.windows import parse_window

SCORES = ["1", "2", "3", "4", "5"]
HOURS = [f"{number:02d}" for number in range(24)]


class QuestionReader:
    """Resolves names against the catalogue, and values and days against the data."""

    def __init__(
        self, warehouse: Warehouse, catalog: Catalog, allowed: Availability, scoring: Callable[[], RfmRules] = builtin,
        *, guarded: bool = False,
    ) -> None:  # fmt: skip
        """`guarded`: who asks may not see figures of few customers."""
        self._warehouse = warehouse
        self._catalog = catalog
        self._allowed = allowed
        self._scoring = scoring
        self._guarded = guarded

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
        self._refuse_scores({*names, *filters}, found)
        values = {name: [self._value(name, value, found) for value in given] for name, given in filters.items()}
        has = self._warehouse.has
        return Question(
            found, tuple(names), values, self._window_of(found, window),
            order_city=has("orders.city"), home_city=has("customers.city"), guarded=self._guarded,
        )  # fmt: skip

    def window(self, text: str) -> Window:
        return parse_window(text, self._warehouse.last_day, self._warehouse.first_day)

    def _window_of(self, metric: Metric, text: str) -> Window:
        """The window asked for, or the metric's own. Raises NoData where a table behind it has no row in it."""
        window = self.window(text or metric.window)
        for first, last in self._allowed.spans(metric):
            if window.end < first or (window.start is not None and window.start > last):
                raise NoData("window_outside_data", given=text or window.label, first_day=first, last_day=last)
        if window.start is None and any(base.of == "retained" for base in metric.bases):
            raise BadArgument("window_needs_start", metric=metric.name, given=text or window.label)
        return window

    def _refuse_scores(self, names: set[str], metric: Metric) -> None:
        # Scores and stages are those of one day; membership by month has a day for each month.
        for name in names & set(PROFILE) if any(base.of == "members" for base in metric.bases) else ():
            if names & set(TIME):
                others = [other for other in self._allowed.dimensions(metric) if other not in PROFILE]
                raise BadArgument(
                    "dimension_not_for_metric", metric=metric.name, dimension=name, alternatives=others
                )  # fmt: skip

    def _dimension(self, name: str, metric: Metric) -> Dimension:
        dimension = self._catalog.dimension(name)
        self._allowed.check_dimension(dimension, metric)
        return dimension

    def _value(self, name: str, given: str, metric: Metric) -> str | date:
        dimension, plain = self._catalog.dimensions[name], given.casefold().strip()
        if name in TIME or name == COHORT:
            return self._period("month" if name == COHORT else name, given)
        if plain == "unknown":
            return plain
        if name == RFM_SEGMENT:
            return self._segment(given)
        if dimension.values:
            return self._catalog.value(dimension, given)
        if known := _listed(name):
            found = plain.zfill(2) if name == HOUR else plain
            if found not in known:
                raise BadArgument("unknown_value", dimension=name, given=given, alternatives=known)
            return found
        found = next(filter(None, (self._allowed.value(name, given, base.of) for base in metric.bases)), None)
        if found is None:
            known = self._allowed.values(name, metric.bases[0].of)
            raise BadArgument("unknown_value", dimension=name, given=given, alternatives=known[:20])
        return found

    def _segment(self, given: str) -> str:
        """Name of the RFM segment of that name or title, the brand's own among them."""
        scoring = self._scoring()
        titles = {name: segment_title(name, scoring) for name in (*scoring.segments, OTHERS)}
        said = {word.casefold(): name for name, title in titles.items() for word in (name, title.zh, title.en)}
        if given.casefold().strip() not in said:
            raise BadArgument("unknown_value", dimension=RFM_SEGMENT, given=given, alternatives=list(titles))
        return said[given.casefold().strip()]

    def _period(self, unit: str, given: str) -> date:
        window = self.window(given)
        if window.start is None or step(unit, window.start, 1) <= window.end:
            raise BadArgument("unknown_value", dimension=unit, given=given, alternatives=[unit])
        return window.start


def _listed(name: str) -> list[str]:
    """All values of a dimension of numbers."""
    if name == "rfm_cell":
        return [r + f + m for r in SCORES for f in SCORES for m in SCORES]
    return HOURS if name == HOUR else SCORES if name.endswith("_score") else []
