"""Versioned link runs in the data file: what a writer reads and leaves there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import duckdb
import pyarrow as pa

from tools.errors import BadArgument, NoData
from tools.identity.clusters import Clustering, Decision, Edge, Pair, Reason, person_ids
from tools.identity.model import as_json
from tools.identity.person_view import run_in_force
from tools.identity.settings import LinkSettings

KEPT = 10
"""Runs whose links and persons stay in the file: so many steps can be undone."""

Kind = Literal["link", "review"]


@dataclass(frozen=True)
class Outcome:
    """Links settled: each edge's decision, and the clusters."""

    decisions: list[tuple[Edge, Decision, Reason]]
    clusters: list[list[str]]

    @property
    def to_review(self) -> int:
        return sum(decision == "review" for _, decision, _ in self.decisions)


def latest(con: duckdb.DuckDBPyConnection) -> int:
    """The run in force. Raises NoData where nothing was linked yet."""
    run = run_in_force(con)
    if run is None:
        raise NoData("not_linked")
    return run


def settings_of(con: duckdb.DuckDBPyConnection, run: int) -> LinkSettings:
    ((text,),) = con.execute("SELECT settings FROM link_runs WHERE run = ?", [run]).fetchall()
    return LinkSettings.model_validate_json(text)


def decided(con: duckdb.DuckDBPyConnection) -> dict[Pair, str]:
    """What people decided and did not undo; the last word on a pair holds."""
    rows = con.execute(
        "SELECT one, other, arg_max(decision, run) FROM link_decisions JOIN link_runs USING (run) "
        "WHERE NOT undone GROUP BY one, other"
    ).fetchall()
    return {(one, other): decision for one, other, decision in rows}


def record_decisions(
    con: duckdb.DuckDBPyConnection, run: int, after: int, words: dict[str, Decision], decided_at: datetime
) -> None:
    """Note for `run` what was said of the links of the run before it. Raises BadArgument for an unknown link."""
    rows = con.execute(
        "SELECT link_id, one, other FROM links WHERE run = ? AND link_id IN (SELECT unnest(?))", [after, list(words)]
    ).fetchall()
    if unknown := sorted(set(words) - {link_id for link_id, _, _ in rows}):
        raise BadArgument("unknown_link", given=", ".join(unknown))
    for link_id, one, other in rows:
        con.execute("INSERT INTO link_decisions VALUES (?, ?, ?, ?, ?)", [run, one, other, words[link_id], decided_at])


def edges(con: duckdb.DuckDBPyConnection, said: dict[Pair, str]) -> list[Edge]:
    """Edges of the temporary table `candidates`, the strongest first."""
    rows = con.execute("SELECT one, other, rule, probability FROM candidates").fetchall()
    made = [Edge(one, other, rule, chance, said.get((one, other), "")) for one, other, rule, chance in rows]
    return sorted(made, key=lambda edge: edge.strength)


def settle(con: duckdb.DuckDBPyConnection, found: list[Edge], said: dict[Pair, str], settings: LinkSettings) -> Outcome:
    """Join what is certain or likely enough; what a guard or the threshold stops is left to review."""
    known = {row[0]: row[1:] for row in con.execute("SELECT customer_id, phone, name FROM accounts").fetchall()}
    growing = Clustering(known, [pair for pair, word in said.items() if word == "rejected"], settings.largest)
    settled = [(edge, *_settled(edge, growing, settings)) for edge in found]
    return Outcome(settled, growing.clusters())


def _settled(edge: Edge, growing: Clustering, settings: LinkSettings) -> tuple[Decision, Reason]:
    if edge.said == "rejected":
        return "rejected", ""
    if not (edge.said or edge.rule) and edge.probability < settings.threshold:
        return "review", "weak"
    against = growing.join(edge)
    if against:
        return "review", against
    return ("accepted" if edge.said else "linked"), ""


def next_run(con: duckdb.DuckDBPyConnection) -> int:
    return con.execute("SELECT coalesce(max(run), 0) + 1 FROM link_runs").fetchall()[0][0]


def store(
    con: duckdb.DuckDBPyConnection,
    run: int,
    kind: Kind,
    outcome: Outcome,
    settings: LinkSettings,
    model: dict[str, Any],
    summary: dict[str, Any],
    made_at: datetime,
) -> None:
    """Write links, persons and the run itself from `candidates`, `shared` and the outcome."""
    before = run_in_force(con)
    former = dict(con.execute("SELECT customer_id, person_id FROM persons WHERE run = ?", [before]).fetchall())
    persons = person_ids(outcome.clusters, former)
    _insert(con, "persons", {"customer_id": list(persons), "person_id": list(persons.values())}, run)
    verdicts = {
        "one": [edge.one for edge, _, _ in outcome.decisions],
        "other": [edge.other for edge, _, _ in outcome.decisions],
        "decision": [decision for _, decision, _ in outcome.decisions],
        "reason": [reason for _, _, reason in outcome.decisions],
    }
    con.register("verdicts", _strings(verdicts))
    con.execute(
        "INSERT INTO links BY NAME SELECT ? AS run, left(md5(one || '|' || other), 12) AS link_id, candidates.*, "
        "decision, reason FROM candidates JOIN verdicts USING (one, other) ORDER BY one, other", [run],
    )  # fmt: skip
    con.unregister("verdicts")
    con.execute("INSERT INTO link_shared BY NAME SELECT ? AS run, * FROM shared ORDER BY ALL", [run])
    con.execute(
        "INSERT INTO link_runs VALUES (?, ?, ?, false, ?, ?, ?)",
        [run, kind, made_at, settings.model_dump_json(), as_json(model), json.dumps(summary, sort_keys=True)],
    )
    _forget_old(con)


def _strings(columns: dict[str, list[str]]) -> pa.Table:
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


def _insert(con: duckdb.DuckDBPyConnection, name: str, columns: dict[str, list[str]], run: int) -> None:
    con.register("rows", _strings(columns))
    con.execute(f"INSERT INTO {name} BY NAME SELECT ? AS run, * FROM rows ORDER BY ALL", [run])
    con.unregister("rows")


def _forget_old(con: duckdb.DuckDBPyConnection) -> None:
    # Decisions and the list of runs stay: later runs rest on them.
    recent = f"SELECT run FROM link_runs WHERE NOT undone ORDER BY run DESC LIMIT {KEPT}"
    for name in ("persons", "links", "link_shared"):
        con.execute(f"DELETE FROM {name} WHERE run NOT IN ({recent})")


def take_back(con: duckdb.DuckDBPyConnection) -> int | None:
    """Undo the run in force; return the one now in force, None where nothing is linked any more.

    Raises NoData where nothing was linked, or the run before is too old to be in the file.
    """
    run = latest(con)
    con.execute("UPDATE link_runs SET undone = true WHERE run = ?", [run])
    before = run_in_force(con)
    kept = con.execute("SELECT 1 FROM links WHERE run = ? LIMIT 1", [before]).fetchall()
    if before is not None and not kept and _had_links(con, before):
        raise NoData("nothing_to_undo")
    return before


def _had_links(con: duckdb.DuckDBPyConnection, run: int) -> bool:
    ((summary,),) = con.execute("SELECT summary FROM link_runs WHERE run = ?", [run]).fetchall()
    return bool(sum(json.loads(summary)["links"].values()) + json.loads(summary)["to_review"])

