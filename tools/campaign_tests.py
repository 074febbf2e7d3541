"""What the holdout test of one campaign came to: a lift of the catalogue, with what is needed to keep and cite it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, timedelta

from ibis import _

from tools.catalog import Catalog, LiftMetric
from tools.errors import BadArgument, NoData
from tools.relations.campaigns import CONVERSION_DAYS, TREATED, named_campaigns
from tools.results import TIERS, Frozen, MetricResult
from tools.tables import table
from tools.warehouse import Warehouse

USUAL_LIFT = "conversion_lift"
"""What a campaign is judged by where nobody says."""


class Campaign(Frozen):
    """A campaign that held customers out."""

    id: str
    name: str
    channel: str = ""
    tier: str = ""
    """Tier that it was meant for; "" for none, or where it is named otherwise."""
    first_day: date
    last_day: date
    """Days of its first and its last message."""
    treated: int
    holdout: int

    @property
    def followed_until(self) -> date:
        """The day on which the time to order after its last message ends."""
        return self.last_day + timedelta(days=CONVERSION_DAYS)


class CampaignTest(Frozen):
    """One lift of one campaign, the figure as the metric tool gave it."""

    campaign: Campaign
    figure: MetricResult
    definition_version: str
    """First 12 hexadecimal digits of the SHA-256 of the metric's entry in the catalogue."""

    @property
    def conclusive(self) -> bool:
        """Whether the 95 % interval leaves no room for no effect."""
        return self.figure.low > 0 or self.figure.high < 0


class CampaignTests:
    """Holdout tests in the loaded data; `ask` computes a metric as `SegmentData.query_metric` does."""

    def __init__(self, warehouse: Warehouse, catalog: Catalog, ask: Callable[..., MetricResult]) -> None:
        self._warehouse = warehouse
        self._catalog = catalog
        self._ask = ask

    def campaigns(self) -> list[Campaign]:
        """Campaigns with customers in both arms, the latest first."""
        sent = named_campaigns(table("touches").mutate(day=_.sent_at.date()))
        arms = sent.group_by("campaign_id", name="campaign").agg(
            first_day=_.day.min(), last_day=_.day.max(), channel=_.channel.min(),
            treated=_.customer_id.nunique(where=_.arm == TREATED),
            holdout=_.customer_id.nunique(where=_.arm != TREATED),
        )  # fmt: skip
        meant = table("campaigns").group_by("campaign_id").agg(tier=_.tier.max())
        rows = arms.filter(_.treated > 0, _.holdout > 0).left_join(meant, "campaign_id", rname="{name}_meant")
        found = self._warehouse.run(rows.order_by(_.last_day.desc(), "campaign_id")).records
        return [_campaign(row) for row in found]

    def test(self, campaign: str, metric: str = "") -> CampaignTest:
        """The lift of a campaign, named by its id or its name; conversion lift where no metric is named.

        Raises BadArgument for an unknown campaign or a metric that is no lift, NoData while customers may
        still order because of its last message, or where no campaign held customers out.
        """
        found = self._find(campaign)
        lift = self._catalog.metric(metric or USUAL_LIFT)
        if not isinstance(lift, LiftMetric):
            lifts = [name for name, each in self._catalog.metrics.items() if isinstance(each, LiftMetric)]
            raise BadArgument("campaign_no_lift", metric=lift.name, alternatives=lifts)
        if self._warehouse.last_day < found.followed_until:
            raise NoData("campaign_not_over", campaign=found.name, day=found.followed_until)
        figure = self._ask(lift.name, where={"campaign": [found.name]}, window="all")
        version = hashlib.sha256(lift.model_dump_json().encode()).hexdigest()[:12]
        return CampaignTest(campaign=found, figure=figure, definition_version=version)

    def _find(self, given: str) -> Campaign:
        known = self.campaigns()
        if not known:
            raise NoData("campaign_none_tested")
        chosen = [each for each in known if each.id == given.strip()]
        chosen = chosen or [each for each in known if each.name == given.strip()]
        if not chosen:
            named = [f"{each.id} {each.name}" for each in known]
            raise BadArgument("campaign_unknown", given=given, alternatives=named)
        # The figure is asked for by name: of two campaigns of one name it would be about both.
        if sum(each.name == chosen[0].name for each in known) > 1:
            raise BadArgument("campaign_shared_name", given=chosen[0].name)
        return chosen[0]


def _campaign(row: dict) -> Campaign:
    tier = row["tier"] if row["tier"] in TIERS else ""
    shown = ("name", "channel", "first_day", "last_day", "treated", "holdout")
    values = {name: row[name] for name in shown if row[name] is not None}
    return Campaign(id=row["campaign_id"], tier=tier, **values)
