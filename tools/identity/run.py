"""The writers: link accounts, decide on doubtful links, take a run back. Each makes a new generation, or none."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import duckdb

from tools.errors import BadArgument, NoData
from tools.facts import UNCHANGED, build_facts
from tools.generations import Generations
from tools.identity import books
from tools.identity.accounts import FIELDS, prepare
from tools.identity.clusters import Edge, Pair
from tools.identity.figures import Agreement, agreement, closed
from tools.identity.model import score
from tools.identity.person_view import drop_facts
from tools.identity.results import LinkReport, SharedValues
from tools.identity.rules import find_rule_links
from tools.identity.settings import LinkSettings
from tools.writing import revising

Progress = Callable[[str, float], None]


def link_accounts(
    store: Generations,
    *,
    settings: LinkSettings,
    made_at: datetime,
    truth: list[Pair] | None = None,
    progress: Progress | None = None,
) -> LinkReport:
    """Link the accounts of the loaded customers table: rules first, then the model, then people's decisions.

    Args:
        truth: pairs known to be one person; the report then says how well the links agree with them.
        progress: called with a stage ("preparing", "training", "clustering", "facts", "done") and the share done.

    Raises:
        NoData: nothing loaded, or no customers with anything to compare.
        Busy: another process is writing.
    """
    tell = progress or (lambda stage, share: None)
    with revising(store) as con:
        tell("preparing", 0.0)
        prepare(con, settings)
        _check(con)
        find_rule_links(con)
        model = score(con, settings, lambda share: tell("training", 0.1 + 0.7 * share))
        said = books.decided(con)
        _gather(con)
        ((accounts,),) = con.execute("SELECT count(*) FROM accounts").fetchall()
        report = _finish(con, "link", said, settings, model, made_at, accounts, truth, tell)
    tell("done", 1.0)
    return report


def decide(
    store: Generations, *, accept: Sequence[str] = (), reject: Sequence[str] = (), decided_at: datetime
) -> LinkReport:
    """Accept or reject links by their ids; later runs respect it until it is undone.

    Raises:
        BadArgument: no id, an unknown one, or one both accepted and rejected.
        NoData: nothing was linked yet.
        Busy: another process is writing.
    """
    if not (accept or reject) or set(accept) & set(reject):
        raise BadArgument("bad_decision")
    with revising(store) as con:
        before = books.latest(con)
        settings = books.settings_of(con, before)
        prepare(con, settings)
        run = books.next_run(con)
        words = dict.fromkeys(accept, "accepted") | dict.fromkeys(reject, "rejected")
        books.record_decisions(con, run, before, words, decided_at)
        con.execute(
            "CREATE TEMP TABLE candidates AS SELECT one, other, rule, probability, evidence FROM links WHERE run = ?",
            [before],
        )
        said = books.decided(con) | _fresh(con, run)
        rows = con.execute("SELECT model, summary FROM link_runs WHERE run = ?", [before]).fetchall()
        model, summary = map(json.loads, rows[0])
        # A review compares no accounts: those that came since the last linking are still to be linked.
        accounts = summary["accounts"]
        return _finish(con, "review", said, settings, model, decided_at, accounts, None, lambda stage, share: None)


def undo(store: Generations) -> int | None:
    """Take back the last run, or the last decision; return the run now in force, None for none.

    Raises NoData where there is nothing to take back, Busy when another process is writing.
    """
    with revising(store) as con:
        before = books.take_back(con)
        _rebuild_facts(con)
        return before


def _check(con: duckdb.DuckDBPyConnection) -> None:
    ((usable,),) = con.execute(
        f"SELECT count(*) FROM accounts WHERE coalesce({', '.join(FIELDS[:-1])}) IS NOT NULL"
    ).fetchall()
    if usable < 2:
        raise NoData("nothing_to_link")


def _gather(con: duckdb.DuckDBPyConnection) -> None:
    """Fill `candidates` (one, other, rule, probability, evidence) from rules, model and people's decisions."""
    con.execute("""
        CREATE TEMP TABLE candidates AS
        WITH said AS (
            SELECT DISTINCT one, other FROM link_decisions JOIN link_runs USING (run)
            SEMI JOIN accounts AS l ON one = l.customer_id SEMI JOIN accounts AS r ON other = r.customer_id
            WHERE NOT undone)
        SELECT one, other, coalesce(rule, '') AS rule,
            CASE WHEN rule IS NOT NULL THEN 1.0 ELSE coalesce(probability, 0.0) END AS probability,
            coalesce(evidence, '{}') AS evidence
        FROM ruled FULL JOIN scored USING (one, other) FULL JOIN said USING (one, other)""")


def _fresh(con: duckdb.DuckDBPyConnection, run: int) -> dict[Pair, str]:
    rows = con.execute("SELECT one, other, decision FROM link_decisions WHERE run = ?", [run]).fetchall()
    return {(one, other): decision for one, other, decision in rows}


def _finish(
    con: duckdb.DuckDBPyConnection,
    kind: books.Kind,
    said: dict[Pair, str],
    settings: LinkSettings,
    model: dict[str, Any],
    made_at: datetime,
    accounts: int,
    truth: list[Pair] | None,
    tell: Progress,
) -> LinkReport:
    """Settle the candidates, store the run, and bring the facts by person in step."""
    tell("clustering", 0.8)
    found = books.edges(con, said)
    outcome = books.settle(con, found, said, settings)
    figures = _agreement(con, found, outcome, said, settings, truth, accounts) if truth is not None else {}
    run = books.next_run(con)
    report = LinkReport(
        run=run, accounts=accounts, to_review=outcome.to_review, **_sizes(outcome, accounts), links=_linked(outcome),
        shared=_shared(con), threshold=settings.threshold, review=settings.review,
        learned_by=model.get("learned_by", []), **figures,
    )  # fmt: skip
    books.store(con, run, kind, outcome, settings, model, report.model_dump(mode="json"), made_at)
    tell("facts", 0.85)
    _rebuild_facts(con)
    return report


def _rebuild_facts(con: duckdb.DuckDBPyConnection) -> None:
    """Facts by person anew, and those by account that a file of an earlier version lacks."""
    drop_facts(con)
    build_facts(con, since=UNCHANGED)


def _sizes(outcome: books.Outcome, accounts: int) -> dict[str, int]:
    merged = sum(map(len, outcome.clusters))
    return {
        "merged": merged,
        "persons": accounts - merged + len(outcome.clusters),
        "largest": max(map(len, outcome.clusters), default=1),
    }


def _linked(outcome: books.Outcome) -> dict[str, int]:
    counts: dict[str, int] = {}
    for edge, decision, _ in outcome.decisions:
        if decision in ("linked", "accepted"):
            rule = "accepted" if decision == "accepted" else edge.rule or "model"
            counts[rule] = counts.get(rule, 0) + 1
    return dict(sorted(counts.items()))


def _shared(con: duckdb.DuckDBPyConnection) -> list[SharedValues]:
    rows = con.execute(
        "SELECT rule, count(*), sum(accounts)::BIGINT, arg_max(example, (accounts, example)) FROM shared "
        "GROUP BY rule ORDER BY rule"
    ).fetchall()
    return [SharedValues(rule=rule, values=n, accounts=total, example=one) for rule, n, total, one in rows]


def _agreement(
    con: duckdb.DuckDBPyConnection,
    found: list[Edge],
    outcome: books.Outcome,
    said: dict[Pair, str],
    settings: LinkSettings,
    truth: list[Pair],
    accounts: int,
) -> dict[str, Agreement]:
    whole = closed(truth)
    rules = books.settle(con, [edge for edge in found if edge.rule], said, settings)
    return {
        "rules_only": agreement(rules.clusters, whole, accounts),
        "agreement": agreement(outcome.clusters, whole, accounts),
    }
