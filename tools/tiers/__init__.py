"""The five tiers: rules and their versions, membership on any day, moves between days, and why."""

from tools.tiers.membership import assign, behaviour, members, members_on
from tools.tiers.rules import TierRules, dormancy_quantile, rules_from_gaps

__all__ = ["TierRules", "assign", "behaviour", "dormancy_quantile", "members", "members_on", "rules_from_gaps"]
