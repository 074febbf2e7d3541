"""Versions of the tier rules: every adoption in order, and how a call names one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache

import duckdb
from ibis import _
from ibis.expr.types import Table

from tools.errors import BadArgument, NoData
from tools.results import Frozen
from tools.tables import table
from tools.tiers.rules import TierRules
from tools.warehouse import Warehouse

SHOWN = "shown"
"""Names, for each day, the rules that were in force when the data ended on that day."""
SHORTEST = 4
"""Characters that a shortened version needs."""


class RulesVersion(Frozen):
    """One adoption of a set of rules; going back to earlier rules is an adoption of its own."""

    rules_version: str
    rules: TierRules
    since: date
    """Last day of the data when they were adopted; the first adoption also stands for all days before."""
    adopted_at: datetime | None
    """When they were adopted by this machine's clock; None for rules estimated while loading."""
    in_force: bool


def adopt(con: duckdb.DuckDBPyConnection, rules: TierRules, since: date, adopted_at: datetime | None = None) -> None:
    """Put rules in force from the data's last day `since` on; earlier adoptions stay on record."""
    con.execute(
        "INSERT INTO tier_rules (rules_version, dormancy_days, settings, estimated_on, adopted, adopted_at)"
        " SELECT ?, ?, ?, ?, coalesce(max(adopted), 0) + 1, ? FROM tier_rules",
        [rules.version, rules.dormancy_days, json.dumps(rules.model_dump()), since, adopted_at],
    )


def read_versions(warehouse: Warehouse) -> list[RulesVersion]:
    """Every adoption, the earliest first. Raises NoData when nothing was loaded."""
    rows = warehouse.told(_adoptions()).rows.to_pylist()
    if not rows:
        raise NoData("nothing_loaded")
    return [
        RulesVersion(
            rules_version=row["rules_version"], rules=TierRules.model_validate_json(row["settings"]),
            since=row["estimated_on"], adopted_at=row["adopted_at"], in_force=row is rows[-1],
        )
        for row in rows
    ]  # fmt: skip


@cache
def _adoptions() -> Table:
    return table("tier_rules").order_by(_.adopted)


def find_rules(versions: Sequence[RulesVersion], given: str, day: date) -> TierRules:
    """The rules that a call names for a day: "" for those in force, "shown", or a version or its beginning.

    Raises BadArgument for a version that is not on record or a beginning that several share.
    """
    if not given:
        return versions[-1].rules
    if given == SHOWN:
        return next((each.rules for each in reversed(versions) if each.since <= day), versions[0].rules)
    known = {each.rules_version: each.rules for each in versions}
    found = [version for version in known if version.startswith(given) and len(given) >= SHORTEST]
    if len(found) != 1:
        raise BadArgument("unknown_rules_version", given=given, alternatives=[*known, SHOWN])
    return known[found[0]]
