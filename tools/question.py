"""One question: a metric by dimensions, filtered, in a window; and which of its figures add up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from tools.catalog import Measure, Metric, QuotientMetric, RatioMetric
from tools.dimensions import LINE, NEWNESS, TIME, TIME_OF_DAY
from tools.relations import RELATIONS, Relation
from tools.results import Window

Key = tuple[str | date, ...]


@dataclass(frozen=True)
class Cell:
    """One figure. `top` and `bottom` are what a rate divides, `low` and `high` end its 95 % interval."""

    value: float | None
    n: int
    top: float | None = None
    bottom: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Cells:
    """Answer to a question: a cell for each combination of the dimensions' values."""

    cells: dict[Key, Cell]
    sql: str
    truncated: bool


@dataclass(frozen=True)
class Question:
    """A metric by dimensions, filtered, in a window; names and values are canonical."""

    metric: Metric
    by: tuple[str, ...]
    where: dict[str, list[str | date]]
    window: Window
    order_city: bool = True
    """Whether orders carry a city."""
    home_city: bool = False
    """Whether customers do: it stands in where orders carry none or are not what is counted."""
    of_lines: bool = False
    """Counted over order lines although no dimension needs them, so that parts and total agree."""
    guarded: bool = False
    """Whether who asks may not see figures of few customers, see `tools.small_groups`."""

    @property
    def relation(self) -> Relation:
        return RELATIONS[self.metric.of]

    @property
    def parts(self) -> tuple[Question, ...]:
        """The questions behind a quotient; of any other metric, itself."""
        return tuple(replace(self, metric=metric) for metric in self.metric.bases)

    @property
    def dimensions(self) -> tuple[str, ...]:
        over = (self.metric.over,) if self.metric.over else ()
        return tuple(dict.fromkeys([*self.by, *self.where, *over]))

    @property
    def city_of_customer(self) -> bool:
        """Take the city from the customer, because the orders carry none or are not what is counted."""
        return self.home_city and not (self.relation.lines and self.order_city)

    @property
    def lines(self) -> bool:
        """Whether it is counted over order lines."""
        cut = {*self.dimensions} & set(LINE) or "categories" in self.metric.columns
        return self.relation.lines and bool(self.of_lines or cut)

    @property
    def coarse(self) -> bool:
        """Whether its figures are rounded, and withheld where few customers are behind them: more than time cuts it."""
        if isinstance(self.metric, QuotientMetric):
            return any(part.coarse for part in self.parts)
        return self.guarded and self.relation.customers and bool({*self.dimensions} - {*TIME, *TIME_OF_DAY})

    @property
    def time(self) -> str | None:
        return next((name for name in self.by if name in TIME), None)

    @property
    def of_first_order(self) -> bool:
        """Whether a customer's channel and place are those of the first order."""
        return self.relation.place == "first" or bool(self.metric.columns & self.relation.once)

    @property
    def adds_up(self) -> bool:
        """Whether the rows sum to the total: nothing is counted in two of them, and nothing rounded."""
        return self.metric.type == "measure" and not self.coarse and self._sums(self.metric.value)

    @property
    def decomposes(self) -> bool:
        """Whether a rate's top and bottom both add up over the rows, so that a change splits into mix and rate."""
        if not self.by or self.time or self.coarse:
            return False
        if isinstance(self.metric, QuotientMetric):
            return all(part.adds_up for part in self.parts)
        return isinstance(self.metric, RatioMetric) and self._sums(self.metric.top) and self._sums(self.metric.bottom)

    @property
    def overlaps(self) -> bool:
        """Whether something is counted in more than one row."""
        counts = self.metric.type == "measure" and self.metric.value.agg in ("count", "orders", "customers")
        return bool(self.by) and counts and not self._sums(self.metric.value)

    @property
    def judged_by_period(self) -> bool:
        """Whether who is new is judged for every period shown, and not for the window."""
        used = {NEWNESS} & {*self.dimensions, *self.metric.columns} or self.metric.columns & self.relation.periodic
        return bool(self.time and used)

    @property
    def nothing(self) -> Cell:
        """What a cell without rows holds: zero where zeros add up, else no figure."""
        return Cell(0.0 if self.adds_up else None, 0)

    def total(self) -> Question:
        return replace(self, by=(), of_lines=bool(set(self.by) & set(LINE)))

    def _sums(self, measure: Measure) -> bool:
        relation, by = self.relation, set(self.by)
        if measure.agg in ("mean", "median", "days") or measure.columns & relation.ranked:
            return False
        if self.time and (relation.stock or measure.columns & relation.periodic or NEWNESS in self.where):
            return False
        if measure.agg == "orders" or (measure.agg == "count" and relation.orders):
            return not (relation.lines and by & set(LINE))
        if measure.agg != "customers" and (not relation.shape or (measure.agg == "sum" and not measure.where)):
            return True  # Every row stands in one cell.
        distinct = LINE if measure.columns & relation.once else relation.distinct
        if not self.time:
            distinct = set(distinct) - {NEWNESS}  # in one window a customer is new or is not
        return not by & set(distinct) - ({"city"} if self.city_of_customer else set())
