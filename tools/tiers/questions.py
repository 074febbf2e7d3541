"""Questions about tiers as people ask them: days and tiers in words, answers typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from tools.catalog import Catalog
from tools.errors import BadArgument
from tools.profiles import Profiles
from tools.results import LifecycleOverview, RfmOverview, TierMigration, TierOverview, Window
from tools.rfm.rules import asked
from tools.roles import Role, may, require
from tools.small_groups import OfGroups, without_few
from tools.tiers.expected import expected_tiers
from tools.tiers.history import TierHistory
from tools.tiers.moves import NEW, TierMoves
from tools.tiers.results import CustomerReason, ExpectedTiers, MovedCustomers, TierSeries
from tools.tiers.versions import RulesVersion
from tools.tiers.why import why
from tools.warehouse import Warehouse
from tools.windows import parse_window


class TierQuestions:
    """Every question about tiers, RFM and lifecycle of one warehouse.

    `as_of` is a day in words, "" for the data's last day; `rules` is "" for the rules in force, "shown" for those in
    force on each day, or a version. Raises BadArgument or NoData where the words or the data will not do, NotAllowed
    for single customers where `role` may not see rows; groups of few are left out for it.
    """

    def __init__(
        self, warehouse: Warehouse, catalog: Catalog, history: TierHistory, role: Role = "operator"
    ) -> None:
        self._warehouse = warehouse
        self._catalog = catalog
        self._history = history
        self._profiles = Profiles(warehouse, history)
        self._moves = TierMoves(warehouse, history)
        self._role: Role = role

    def versions(self) -> list[RulesVersion]:
        """Every adoption of tier rules, the earliest first."""
        return self._history.versions

    def overview(self, as_of: str = "", rules: str = "") -> TierOverview:
        """Size, spend and rhythm of each tier on a day."""
        return self._seen(self._history.overview(self._day(as_of), rules))

    def history(self, months: int = 12, as_of: str = "", rules: str = "") -> TierSeries:
        """Customers in each tier at the last month ends and on the day."""
        if not 1 <= months <= MOST_MONTHS:
            raise BadArgument("bad_months", given=months, most=MOST_MONTHS)
        return self._history.series(self._day(as_of), months, rules)

    def migration(self, from_day: str = "", to_day: str = "", rules: str = "") -> TierMigration:
        """How many customers moved from tier to tier between two days, and what they paid meanwhile."""
        return self._seen(self._moves.migration(*self._days(from_day, to_day), rules))

    def moved(
        self, source: str, target: str, from_day: str = "", to_day: str = "", rules: str = "", limit: int = 100
    ) -> MovedCustomers:
        """Who moved from one tier ("new": had no order yet) to another; for people, never for a model."""
        require(self._role, "rows")
        if limit < 1:
            raise BadArgument("bad_limit", given=limit)
        first, last = self._days(from_day, to_day)
        came = NEW if source.strip().casefold() in _NEW_WORDS else self._tier(source)
        return self._moves.moved(came, self._tier(target), first, last, limit, rules)

    def expected(self, as_of: str = "", rules: str = "") -> ExpectedTiers:
        """Tier sizes a month on, if moves repeat those of past months."""
        return expected_tiers(self._warehouse, self._history, self._day(as_of), rules)

    def why(self, customer_id: str, as_of: str = "", rules: str = "") -> CustomerReason:
        """Why a customer is in their tier, stage and segment; for people, never for a model."""
        require(self._role, "rows")
        return why(self._warehouse, self._history, customer_id, self._day(as_of), rules)

    def rfm(
        self, as_of: str = "", ties: str = "", cut_points: Mapping[str, Sequence[str]] | None = None
    ) -> RfmOverview:
        """RFM scores and segments as the brand cuts them, or as asked; the day may lie after the data's last.

        `ties` is upper, lower or r_rfm; `cut_points` holds four rising numbers for recency, frequency and monetary.
        """
        scoring = asked(self._history.scoring(), ties, cut_points)
        return self._seen(self._profiles.rfm(self._day_of_analysis(as_of), scoring))

    def lifecycle(self, as_of: str = "", rules: str = "") -> LifecycleOverview:
        """Customers in each stage of the lifecycle."""
        return self._seen(self._profiles.lifecycle(self._day(as_of), rules))

    def _seen(self, item: OfGroups) -> OfGroups:
        return item if may(self._role, "rows") else without_few(item)

    def _tier(self, said: str) -> str:
        return self._catalog.value(self._catalog.dimension("tier"), said)

    def _window(self, text: str) -> Window:
        return parse_window(text, self._warehouse.last_day, self._warehouse.first_day)

    def _day(self, text: str) -> date:
        """A day of the data; a longer window stands for its last day."""
        return self._window(text).end if text else self._warehouse.last_day

    def _day_of_analysis(self, text: str) -> date:
        # Recency may be counted to a day after the last order, such as the day of the report.
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return self._day(text)
        return day if day > self._warehouse.last_day else self._day(text)

    def _days(self, from_day: str, to_day: str) -> tuple[date, date]:
        """Two days to compare: "" for the first is the last month end before the second."""
        last = self._day(to_day)
        first = self._day(from_day) if from_day else last.replace(day=1) - timedelta(days=1)
        if first == last and from_day:
            # A month given for both days, or one that ends the data, means the moves within it.
            window = self._window(from_day)
            first = window.start - timedelta(days=1) if window.start and window.start < last else first
        if first >= last:
            raise BadArgument("days_reversed", first=first, last=last)
        return first, last


MOST_MONTHS = 120
_NEW_WORDS = {NEW, "新客", "新客户", "新用户", "newcomers"}
