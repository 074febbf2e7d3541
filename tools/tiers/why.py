"""Why a customer is in their tier, stage and RFM segment on a day: each rule with their value beside the threshold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tools.errors import NoData
from tools.lifecycle import STAGE_RULES
from tools.profiles import segment_title
from tools.rfm import scores
from tools.tables import table
from tools.tiers.decision import explain
from tools.tiers.history import TierHistory, definition
from tools.tiers.membership import TIER_RULES, measured
from tools.tiers.results import CustomerReason, ScoreReason
from tools.warehouse import Warehouse


def why(
    warehouse: Warehouse, history: TierHistory, customer_id: str, as_of: date, given: str = ""
) -> CustomerReason:
    """Explain one customer on a day. Raises NoData for an id without a paid order up to that day."""
    rules, scoring = history.rules_on(as_of, given), history.scoring()
    found = [
        warehouse.run(rows.filter(rows.customer_id == customer_id))
        for rows in (
            measured(as_of, rules),
            scores.measured(as_of, rules, scoring, last_day=warehouse.last_day),
            history.members(as_of, rules),
        )
    ]
    if not found[0].records:
        raise _unknown(warehouse, customer_id, as_of)
    (values,), (profile,), members = (rows.records for rows in found)
    checked = explain(values, TIER_RULES)
    tier = members[0]["tier"] if members else next(rule.outcome for rule in checked if rule.decides)
    kept = [] if any(rule.decides and rule.outcome == tier for rule in checked) else ["kept_membership"]
    return CustomerReason(
        customer_id=customer_id, as_of=as_of, rules_version=rules.version, settings=rules,
        counted_by=warehouse.count_by,
        tier=tier, rules=checked, lifecycle=profile["lifecycle"], stages=explain(profile, STAGE_RULES),
        **{score.removesuffix("_score"): _score(profile, score) for score in scores.VALUES},
        binning=scoring.binning, rfm_segment=profile["rfm_segment"],
        rfm_title=segment_title(profile["rfm_segment"], scoring), definition=definition(rules),
        query=";\n\n".join(rows.sql for rows in found), notes=[*kept, *history.notes(given, as_of)],
    )  # fmt: skip


def _score(profile: Mapping[str, Any], score: str) -> ScoreReason:
    points = [profile[scores.cut_name(score, quantile)] for quantile in scores.QUANTILES]
    return ScoreReason(score=profile[score], value=profile[scores.VALUES[score]], cut_points=points)


def _unknown(warehouse: Warehouse, customer_id: str, as_of: date) -> NoData:
    # The id stays out of the refusal: in some exports it is a name or a phone number.
    customers = table("customers")
    known = warehouse.run(customers.filter(customers.customer_id == customer_id).limit(1)).records
    return NoData("customer_without_order" if known else "unknown_customer", as_of=as_of)
