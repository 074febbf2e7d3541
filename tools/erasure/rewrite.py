"""The tables of a workspace without a person's data."""

from __future__ import annotations

import secrets
from collections import Counter
from datetime import datetime
from pathlib import Path

import duckdb

from tools.erasure.marks import add_marks
from tools.erasure.subject import Subject
from tools.errors import NoData
from tools.generations import Generations, mark_of
from tools.results import Frozen
from tools.schema import create_statements
from tools.writing import saved

PERSONAL = ("customers", "consents")
"""Tables about people alone: their rows go."""
LINKS = ("links", "link_decisions", "persons")
QUOTING = {"quarantine": "row_text", "link_shared": "example"}
"""Tables that quote what a file said: rows that quote the person go."""
FORMER = "former"


class Rewritten(Frozen):
    """Rows by table. Orders and events stay under a number that leads nowhere, so that past figures stay right."""

    deleted: dict[str, int]
    made_anonymous: dict[str, int]


def rewrite_without(store: Generations, subject: Subject, *, at: datetime) -> Rewritten:
    """Write every table afresh into a new generation; the former ones are gone afterwards.

    Raises NoData while nothing is loaded, Busy while another process writes, ToolError `not_saved`.
    """
    if store.current() is None:
        raise NoData("nothing_loaded")
    with saved(), store.lock():
        live = store.current()
        with store.next_generation(mark=mark_of(live), afresh=lambda _: True) as path:
            found = _write(live, path, subject, at)
    store.drop_earlier()
    return found


def _write(live: Path, path: Path, subject: Subject, at: datetime) -> Rewritten:
    deleted: Counter[str] = Counter()
    anonymous: Counter[str] = Counter()
    with duckdb.connect(str(path)) as con:
        for statement in create_statements():
            con.execute(statement)
        con.execute(f"ATTACH '{live}' AS {FORMER} (READ_ONLY)")
        con.execute("CREATE TEMP TABLE gone (customer_id VARCHAR, stand_in VARCHAR)")
        con.executemany("INSERT INTO gone VALUES (?, ?)", [(one, f"erased-{secrets.token_hex(8)}")
                                                           for one in subject.accounts])  # fmt: skip
        con.execute("CREATE TEMP TABLE telling AS SELECT unnest(?::VARCHAR[]) AS word", [subject.telling])
        for schema, table in _tables(con):
            found = _copy(con, schema, table)
            (deleted if _goes(table) else anonymous)[table] += found
        con.execute(f"DETACH {FORMER}")
        add_marks(con, subject.accounts, at)
    return Rewritten(deleted=dict(+deleted), made_anonymous=dict(+anonymous))


def _tables(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    tables = "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = ? AND NOT temporary"
    return con.execute(tables, [FORMER]).fetchall()


def _goes(table: str) -> bool:
    return table in (*PERSONAL, *LINKS, *QUOTING)


def _copy(con: duckdb.DuckDBPyConnection, schema: str, table: str) -> int:
    """Copy one table without the person; return how many rows were theirs."""
    source, target = f'{FORMER}."{schema}"."{table}"', f'main."{table}"'
    if schema != "main":
        con.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
        target = f'"{schema}"."{table}"'
    con.execute(f"CREATE TABLE IF NOT EXISTS {target} AS FROM {source} LIMIT 0")
    columns = [row[0] for row in con.execute(f"DESCRIBE {source}").fetchall()]
    theirs = _theirs(table, columns)
    if not theirs:
        con.execute(f"INSERT INTO {target} BY NAME FROM {source}")
        return 0
    ((rows,),) = con.execute(f"SELECT count(*) FROM {source} AS t WHERE {theirs}").fetchall()
    if _goes(table):
        con.execute(f"INSERT INTO {target} BY NAME SELECT * FROM {source} AS t WHERE NOT coalesce({theirs}, false)")
    else:
        con.execute(f"""
            INSERT INTO {target} BY NAME SELECT t.* REPLACE (coalesce(stand_in, t.customer_id) AS customer_id)
            FROM {source} AS t LEFT JOIN gone ON t.customer_id = gone.customer_id""")
    return rows


def _theirs(table: str, columns: list[str]) -> str:
    """Condition on `t` that holds for the person's rows; "" for a table without people."""
    if table in QUOTING:
        return f"EXISTS (FROM telling WHERE contains(t.{QUOTING[table]}, word))"
    people = [name for name in ("customer_id", "person_id", "one", "other") if name in columns]
    return " OR ".join(f"t.{name} IN (SELECT customer_id FROM gone)" for name in people)
