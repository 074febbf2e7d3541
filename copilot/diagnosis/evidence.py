"""What the loaded data shows: the figures behind signals, signs and KPIs, each with its result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from copilot.diagnosis.results import Kpi, Source, Standing
from copilot.diagnosis.rules import Rules, band_of
from tools.data_result import DataResult
from tools.errors import ToolError
from tools.identity.results import LinkOverview
from tools.results import MetricResult
from tools.segment_data import SegmentData
from tools.selection.results import SegmentList

LINKS, SEGMENTS = "one_id", "segment_list"
"""Signs that no metric shows: accounts joined, segments saved."""


@dataclass(frozen=True)
class Reading:
    """What a figure says: its code, the number, and the figure's key."""

    reading: str
    value: float | None
    unit: str
    figure: str


class Evidence:
    """Figures of one state of the data, each asked for once; without data every one of them is missing."""

    def __init__(
        self, rules: Rules, data: SegmentData | None, segments: Callable[[], SegmentList | None] = lambda: None
    ) -> None:
        self._rules = rules
        self._data = data
        self._segments = segments
        self._found: dict[str, DataResult | ToolError] = {}

    @property
    def data(self) -> SegmentData | None:
        return self._data

    @property
    def history(self) -> int:
        """Days that the data covers."""
        return (self._data.last_day - self._data.first_day).days + 1 if self._data else 0

    def forget_saved(self) -> None:
        """Ask again what people change while the data stays as it is: their saved segments."""
        self._found.pop(SEGMENTS, None)

    def figures(self, keys: list[str]) -> dict[str, DataResult]:
        """The results of these keys, as far as they were found."""
        return {key: found for key in keys if isinstance(found := self._found.get(key), _RESULTS)}

    def metric(self, name: str, window: str = "", compare: str = "") -> tuple[str, MetricResult | None]:
        """Key and result of a metric; None where the data cannot tell it."""
        key = ":".join(part for part in (name, window, compare) if part)
        return key, self._ask(key, lambda data: data.query_metric(name, window=window, compare=compare))

    def signal(self, name: str, market: float | None = None) -> Reading | None:
        """The reading of a signal; None where the history or the tables do not allow one.

        `market` is the number of people with the need, for the share of them that buys.
        """
        rule = self._rules.signals[name]
        window = next((each.window for each in rule.windows if each.history <= self.history), None)
        if window is None or (rule.takes == "share_of_market" and not market):
            return None
        key, found = self.metric(rule.metric, window, "last_year" if rule.takes == "change" else "")
        value = _taken(found, rule.takes, market) if found else None
        if value is None:
            return None
        unit = found.unit if rule.takes == "value" else "percent"
        return Reading(band_of(value, rule.bands), value, unit, key)

    def sign(self, name: str) -> tuple[Standing, str]:
        """Whether the data shows something to be in place, and the figure's key."""
        rule = self._rules.signs.get(name)
        if rule is None:
            return "unknown", ""
        if rule.metric == SEGMENTS:
            return self._saved(rule.least)
        if rule.metric == LINKS:
            return self._linked(rule.least)
        key, found = self.metric(rule.metric, rule.window)
        if found is None:
            return "unknown", ""
        return ("yes" if found.value is not None and found.value >= rule.least else "no"), key

    def kpi(self, name: str) -> Kpi:
        """A metric's present value in its usual window, or what it lacks."""
        key, found = self.metric(name)
        if found is not None and found.value is not None:
            return Kpi(metric=name, figure=key)
        return Kpi(metric=name, needs=self._data.missing(name) if self._data else [])

    def only_split(self, name: str) -> bool:
        """Whether a metric has no headline of its own on this data: shares of categories, of channels."""
        _, found = self.metric(name)
        return found is not None and found.value is None and bool(found.rows)

    def _saved(self, least: float) -> tuple[Standing, str]:
        found = self._ask(SEGMENTS, lambda _: self._segments())
        if found is None or not found.rows or len(found.rows) < least:
            return "unknown", ""
        return "yes", SEGMENTS

    def _linked(self, least: float) -> tuple[Standing, str]:
        """Accounts joined; several channels whose accounts nobody joined say no."""
        found = self._ask(LINKS, lambda data: data.links.overview())
        if isinstance(found, LinkOverview):
            return ("yes" if found.merged >= least else "no"), LINKS
        if self._data is None or len(self._data.values("channel")) < 2:
            return "unknown", ""
        key, channels = self.metric("customers", "all")
        return ("no", key) if channels else ("unknown", "")

    def _ask(self, key: str, ask: Callable[[SegmentData], DataResult | None]) -> DataResult | None:
        if self._data is None:
            return None
        if key not in self._found:
            try:
                self._found[key] = ask(self._data)
            except ToolError as error:  # no such table, too little history: the figure is missing
                self._found[key] = error
        found = self._found[key]
        return None if isinstance(found, ToolError) else found


_RESULTS = (MetricResult, LinkOverview, SegmentList)


def _taken(found: MetricResult, takes: str, market: float | None) -> float | None:
    if takes == "change":
        return found.change
    if takes == "share_of_market":
        return found.value / market if market and found.value is not None else None
    return found.value


def standing(
    name: str, answers: Mapping[str, str], evidence: Evidence, rules: Rules
) -> tuple[Standing, Source, str, bool]:
    """Whether something is in place, where that comes from, the figure's key, and whether answer and data disagree.

    What can be shown counts: a yes that the data does not bear out is partly, a no that it does is a yes.
    """
    shown, figure = evidence.sign(name)
    said = answers.get(name, "unknown") if name in rules.questions else "unknown"
    if said == "unknown":
        return shown, "data" if shown != "unknown" else "none", figure, False
    if shown == "unknown":
        return said, "answer", "", False
    if said == "yes" and shown == "no":
        return "partly", "data", figure, True
    if said == "no" and shown == "yes":
        return "yes", "data", figure, True
    return said if said == "partly" else shown, "data", figure, False
