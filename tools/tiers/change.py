"""Change a tier rule: a new version from now on, with membership of its own for every month end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import duckdb

from tools.errors import NoData
from tools.facts import build_facts, rules_in_force
from tools.generations import Generations
from tools.tiers.rules import TierRules, changed
from tools.tiers.versions import adopt
from tools.writing import revising


def set_rules(store: Generations, changes: Mapping[str, object], *, adopted_at: datetime) -> TierRules:
    """Adopt the rules in force with `changes`; snapshots under earlier versions stay as they are.

    Changing nothing adopts nothing. Raises BadArgument for an unknown threshold or a value out of
    bounds, NoData while no order is loaded, Busy while another process writes, ToolError `not_saved`.
    """
    try:
        with revising(store) as con:
            return _adopt_changed(con, changes, adopted_at)
    except _Unchanged as same:
        return same.rules


class _Unchanged(Exception):
    """Leaves the store as it is."""

    def __init__(self, rules: TierRules) -> None:
        self.rules = rules


def _adopt_changed(con: duckdb.DuckDBPyConnection, changes: Mapping[str, object], adopted_at: datetime) -> TierRules:
    former = rules_in_force(con)
    ((last_day,),) = con.execute("SELECT max(order_date) FROM orders WHERE kind = 'sale'").fetchall()
    if former is None or last_day is None:
        raise NoData("nothing_loaded")
    rules = changed(former, changes)
    if rules == former:
        raise _Unchanged(rules)
    adopt(con, rules, last_day, adopted_at)
    build_facts(con)
    return rules
