"""The data tools as one object: what the agent, the API and the command line call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from tools import catalog as catalogue
from tools.audience import Audiences
from tools.availability import Availability
from tools.campaign_tests import CampaignTests
from tools.catalog import Catalog
from tools.cohorts.people import PeopleReader
from tools.cohorts.study import CohortStudy
from tools.errors import BadArgument, NoData
from tools.identity.reading import LinkReader
from tools.metric_query import MetricQuery
from tools.metrics import MetricEngine
from tools.next_best import NextBest
from tools.people import people_in, sample
from tools.personalize.reader import MergeReader
from tools.questions import QuestionReader
from tools.results import (
    TIERS,
    ComparisonRow,
    DataDescription,
    LifecycleOverview,
    MetricResult,
    RfmOverview,
    TierComparison,
    TierMigration,
    TierOverview,
)
from tools.rfm import RfmRules, builtin
from tools.roles import Role, may
from tools.selection.selector import Selector
from tools.tiers.history import TierHistory
from tools.tiers.questions import TierQuestions
from tools.traits.catalog import TraitCatalog
from tools.traits.catalog import builtin as builtin_traits
from tools.traits.tagging import Tagging
from tools.warehouse import Warehouse
from tools.windows import parse_window

if TYPE_CHECKING:
    from tools.health.examine import DataHealth
    from tools.lifetime.study import LifetimeStudy

USUAL_METRICS = ["tier_customers", "revenue", "orders", "aov", "purchase_frequency", "repurchase_rate", "recency"]
TRAILING = "last_365_days"
COUNTS = ["orders", "event_count", "messages_sent", "marketing_cost", "campaigns_run", "registered_customers"]


class SegmentData:
    """Typed questions about one loaded generation of a brand's data."""

    def __init__(
        self,
        warehouse: Warehouse,
        catalog: Catalog | None = None,
        rfm: Callable[[], RfmRules] = builtin,
        *,
        traits: Callable[[], TraitCatalog] = builtin_traits,
        role: Role = "operator",
    ) -> None:
        """`role` is whose questions they are: who may not see rows sees nothing of few customers either."""
        self._warehouse = warehouse
        self._catalog = catalog or catalogue.builtin()
        self._tiers = TierHistory(warehouse, rfm)
        self._traits = traits
        self._allowed = Availability(warehouse, self._catalog)
        self._role: Role = role
        self._reader = QuestionReader(warehouse, self._catalog, self._allowed, rfm, guarded=not may(role, "rows"))
        self._engine = MetricEngine(warehouse, self._tiers)
        self._metrics = MetricQuery(warehouse, self._catalog, self._engine)

    @property
    def first_day(self) -> date:
        return self._warehouse.first_day

    @property
    def last_day(self) -> date:
        return self._warehouse.last_day

    @property
    def tables(self) -> set[str]:
        """Canonical tables that hold rows."""
        return self._warehouse.tables()

    @cached_property
    def lifetime(self) -> LifetimeStudy:
        """Expected orders, chance of being alive, customer value."""
        from tools.lifetime.study import LifetimeStudy  # scipy takes seconds to import; most questions need none

        return LifetimeStudy(self._warehouse, self._tiers, lambda: self.traits, self._role)

    @cached_property
    def health(self) -> DataHealth:
        """Whether the data can carry the answers built on it."""
        from tools.health.examine import DataHealth  # pandas takes seconds to import as well

        return DataHealth(self._warehouse)

    @cached_property
    def tiers(self) -> TierQuestions:
        """Tiers, RFM and lifecycle: over time, under any rules, and why a customer is where they are."""
        return TierQuestions(self._warehouse, self._catalog, self._tiers, self._role)

    @property
    def traits(self) -> Tagging:
        """Customers described by traits and behaviour tags, with the brand's own as they are written now."""
        return Tagging(self._warehouse, self._tiers, self._traits(), self._tiers.scoring(), self._role)

    @cached_property
    def selector(self) -> Selector:
        """Who meets a rule, and how they compare with the rest."""
        return Selector(self._warehouse, lambda: self.traits)

    @cached_property
    def audiences(self) -> Audiences:
        """Whom a campaign may contact."""
        return Audiences(self._warehouse, self._tiers)

    @cached_property
    def cohorts(self) -> CohortStudy:
        """Retention triangles and repurchase curves."""
        reader = PeopleReader(self._warehouse, self._catalog, self._allowed, self._reader, self._tiers)
        return CohortStudy(self._warehouse, reader, self._role)

    @cached_property
    def campaign_tests(self) -> CampaignTests:
        """What campaigns with a holdout came to."""
        return CampaignTests(self._warehouse, self._catalog, self.query_metric)

    @cached_property
    def merging(self) -> MergeReader:
        """What messages merge of customers; personal data, never for a model."""
        return MergeReader(self._warehouse, lambda: self.traits)

    @cached_property
    def next_best(self) -> NextBest:
        """What to say to single customers next, where and when; names customers, never for a model."""
        return NextBest(self._warehouse, lambda: self.traits)

    @cached_property
    def links(self) -> LinkReader:
        """Which accounts are one person, and why; to be asked of data counted by account."""
        return LinkReader(self._warehouse, self._role)

    def values(self, dimension: str) -> list[str]:
        """Values of a dimension (channel, category, city, region, product, campaign), the most frequent first."""
        return self._allowed.values(dimension)

    @property
    def catalog(self) -> Catalog:
        """The metrics and dimensions in force, the brand's own among them."""
        return self._catalog

    @property
    def rfm_rules(self) -> RfmRules:
        """How RFM is scored and its segments named."""
        return self._tiers.scoring()

    def missing(self, metric: str) -> list[str]:
        """Tables ("touches") and columns ("orders.list_amount") that a metric lacks on this data."""
        return self._allowed.missing(self._catalog.metric(metric))

    def dimensions(self, metric: str) -> list[str]:
        """Dimensions that a metric can be split by on this data."""
        return self._allowed.dimensions(self._catalog.metric(metric))

    def days(self, start: str, end: str) -> str:
        """Window name for two days, either of which may be empty: the data's first or last day stands in."""
        first, last = self._day(start or str(self.first_day)), self._day(end or str(self.last_day))
        if first > last:
            raise BadArgument("days_reversed", first=first, last=last)
        return f"{first}..{last}"

    def people_in(self, text: str) -> list[str]:
        """Customers' names, member numbers, phones and e-mails that `text` mentions, longest first."""
        return people_in(self._warehouse, text)

    def sample_customers(self, tier: str, n: int = 3) -> list[dict[str, object]]:
        """A few customers of a tier with what a message merges; personal data, never for a model."""
        return sample(self._warehouse, self._tiers.members(self.last_day), tier, n)

    def query_metric(
        self,
        metric: str,
        by: Sequence[str] = (),
        where: Mapping[str, Sequence[str]] | None = None,
        window: str = "",
        compare: Literal["", "previous", "last_year"] = "",
        limit: int = 50,
        order: Literal["", "top", "bottom"] = "",
        share_over: str = "",
    ) -> MetricResult:
        """Compute one metric, split by up to two dimensions, filtered, and compared with an earlier window.

        Args:
            metric: Metric name or any of its names in Chinese or English, such as revenue or 客单价.
            by: Dimensions to split by: tier, lifecycle, month, week, day, quarter, channel, category, product,
                city, region.
            where: Values to keep for each dimension, such as {"tier": ["dormant"]}.
            window: Time window, such as last_30_days, 2024-11, 双11 or since March; empty for the metric's default.
            compare: previous for the window before, last_year for the same window a year earlier.
            limit: Rows at most.
            order: top or bottom to sort rows by value; empty for the natural order.
            share_over: A dimension of `where`: what share the kept values are of all its values is told, too.
        """
        if limit < 1:
            raise BadArgument("bad_limit", given=limit)
        question = self._reader.question(metric, by, where or {}, window)
        return self._metrics.run(question, compare, limit, order, share_over)

    def tier_overview(self, as_of: str = "") -> TierOverview:
        """Size, revenue and rhythm of the five tiers on one day.

        Args:
            as_of: Day, such as 2024-11-30; empty for the data's last day.
        """
        return self.tiers.overview(as_of)

    def tier_migration(self, from_day: str = "", to_day: str = "") -> TierMigration:
        """How many customers moved from tier to tier between two days.

        Args:
            from_day: First day; empty for the last month end before the second day.
            to_day: Second day; empty for the data's last day.
        """
        return self.tiers.migration(from_day, to_day)

    def compare_tiers(
        self, tiers: Sequence[str] = (), metrics: Sequence[str] = (), window: str = ""
    ) -> TierComparison:
        """Several metrics side by side for each tier.

        Args:
            tiers: Tiers to compare; empty for all five.
            metrics: Metrics to compare; empty for the usual ones.
            window: Time window; empty for the trailing 365 days.
        """
        dimension = self._catalog.dimension("tier")
        chosen = [self._catalog.value(dimension, tier) for tier in tiers] or list(TIERS)
        window = window or TRAILING
        questions = [
            self._reader.question(metric, ["tier"], {"tier": chosen}, window) for metric in metrics or USUAL_METRICS
        ]
        customers = self.query_metric("tier_customers", where={"tier": chosen}, window=window)
        cells = self._engine.ask_all(questions)
        return TierComparison(
            metric="tier_comparison", unit="customers", value=customers.value, n=customers.n, window=customers.window,
            filters={"tier": chosen}, as_of=customers.as_of, definition=catalogue.definition("tier_comparison"),
            query=";\n\n".join(dict.fromkeys(cell.sql for cell in cells)), tiers=chosen, notes=customers.notes,
            counted_by=self._warehouse.count_by,
            rows=[
                ComparisonRow(
                    metric=question.metric.name, title=question.metric.title, unit=question.metric.unit,
                    values={tier: found.cells.get((tier,), question.nothing).value for tier in chosen},
                )
                for question, found in zip(questions, cells, strict=True)
            ],
        )  # fmt: skip

    def rfm_overview(self, as_of: str = "") -> RfmOverview:
        """Customers by recency and frequency score, with the cut points.

        Args:
            as_of: Day, such as 2024-11-30; empty for the data's last day.
        """
        return self.tiers.rfm(as_of)

    def lifecycle_overview(self, as_of: str = "") -> LifecycleOverview:
        """Customers in each stage of the lifecycle.

        Args:
            as_of: Day, such as 2024-11-30; empty for the data's last day.
        """
        return self.tiers.lifecycle(as_of)

    def describe(self) -> DataDescription:
        """What is loaded: tables, rows, first and last day, metrics that can and cannot be computed."""
        # The rows counted are those that date the data: orders, or what else is loaded.
        counted = next((name for name in COUNTS if not self.missing(name)), "")
        if not counted:
            raise NoData("nothing_loaded")
        rows = self.query_metric(counted, window="all")
        names = self._catalog.metrics.values()
        return DataDescription(
            metric="data_description", unit=rows.unit, value=rows.value, n=rows.n, window=rows.window,
            as_of=self.last_day, definition=catalogue.definition("data_description"), query=rows.query,
            counted_by=self._warehouse.count_by, notes=[note for note in rows.notes if note.startswith("dated_by_")],
            tables={name: self._warehouse.rows_in(name) for name in sorted(self.tables)},
            first_day=self.first_day, last_day=self.last_day,
            available=[metric.title for metric in self._allowed.metrics()],
            unavailable={metric.name: missing for metric in names if (missing := self._allowed.missing(metric))},
        )  # fmt: skip

    def _day(self, text: str) -> date:
        """A day of the data; a longer window stands for its last day."""
        return parse_window(text, self.last_day, self.first_day).end

