"""The tables as they read when a customer is a person: the same names and columns, accounts replaced by persons.

Views take the place of every table with a customer, so that each metric, tier and cohort keeps its
expression. Facts by person are tables of their own, in the schema `person` of the data file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from tools import schema

SCHEMA = "person"
SEARCH = f"SET search_path = '{SCHEMA},main'"
"""Facts are then found by person; what persons and accounts share is found in main."""


# Of accounts of one person: the value of the first account that has one.
_CUSTOMERS = """
    SELECT person_id AS customer_id, min(registered_at) AS registered_at, {firsts}
    FROM {source} JOIN {linked} ON customer_id = account_id GROUP BY person_id"""

# After every word what the person says then: no where any account's last word is no (as `tools.consents` has it).
_CONSENTS = """
    WITH said AS (
        SELECT person_id, customer_id, lower(trim(channel)) AS channel, consented,
            coalesce(updated_at, TIMESTAMP '1970-01-01') AS said_at
        FROM {source} JOIN {linked} ON customer_id = account_id WHERE consented IS NOT NULL),
    moments AS (SELECT DISTINCT person_id, channel, said_at AS moment FROM said),
    standing AS (
        SELECT person_id, channel, moment, arg_max(consented, (said_at, NOT consented)) AS consented
        FROM moments JOIN said USING (person_id, channel) WHERE said_at <= moment
        GROUP BY person_id, channel, moment, customer_id)
    SELECT person_id AS customer_id, channel, bool_and(consented) AS consented,
        nullif(moment, TIMESTAMP '1970-01-01') AS updated_at
    FROM standing GROUP BY person_id, channel, moment"""

# Tables that take more than another customer_id: what accounts of one person say together.
MERGED = {"customers": _CUSTOMERS, "consents": _CONSENTS}


def run_in_force(con: duckdb.DuckDBPyConnection) -> int | None:
    """The run whose persons count, or None where no accounts are linked."""
    known = con.execute("SELECT 1 FROM duckdb_tables() WHERE schema_name = 'main' AND table_name = 'persons'")
    if not known.fetchall():
        return None
    return con.execute("SELECT max(run) FROM main.link_runs WHERE NOT undone").fetchall()[0][0]


def replaced() -> set[str]:
    """Tables that read by person."""
    facts = set(schema.FACTS) - set(schema.SHARED_FACTS)
    return facts | {name for name, columns in schema.TABLES.items() if "customer_id" in columns}


def views(run: int, sources: dict[str, str]) -> list[str]:
    """CREATE TEMP VIEW for every canonical table with a customer.

    Args:
        sources: table -> what it is read from: a qualified name or a parenthesised query.
    """
    persons = sources["persons"]
    linked = f"(SELECT customer_id AS account_id, person_id FROM {persons} WHERE run = {int(run)})"
    return [
        f"CREATE TEMP VIEW {name} AS "
        + (_merged(name, sources[name], linked) if name in MERGED else _renamed(name, sources[name], linked))
        for name, columns in schema.TABLES.items()
        if "customer_id" in columns
    ]


def _columns(name: str) -> str:
    return ", ".join(schema.TABLES[name])


def _renamed(name: str, source: str, linked: str) -> str:
    columns = _columns(name).replace("customer_id", "coalesce(person_id, customer_id) AS customer_id")
    return f"SELECT {columns} FROM {source} LEFT JOIN {linked} ON customer_id = account_id"


def _merged(name: str, source: str, linked: str) -> str:
    """Rows of accounts alone as they are, those of linked accounts as their person's."""
    others = [column for column in schema.TABLES["customers"] if column not in ("customer_id", "registered_at")]
    firsts = ", ".join(f"arg_min({column}, customer_id) AS {column}" for column in others)
    return (
        f"SELECT {_columns(name)} FROM {source} ANTI JOIN {linked} ON customer_id = account_id UNION ALL BY NAME "
        f"({MERGED[name].format(source=source, linked=linked, firsts=firsts)})"
    )


@contextmanager
def as_persons(con: duckdb.DuckDBPyConnection, run: int) -> Iterator[None]:
    """Within, the connection's tables read by person, and facts are written by person."""
    con.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    for name, columns in schema.FACTS.items():
        if name not in schema.SHARED_FACTS:
            kinds = ", ".join(f"{column} {kind}" for column, kind in columns.items())
            con.execute(f"CREATE TABLE IF NOT EXISTS {SCHEMA}.{name} ({kinds})")
            for column, kind in columns.items():
                con.execute(f"ALTER TABLE {SCHEMA}.{name} ADD COLUMN IF NOT EXISTS {column} {kind}")
    ((file,),) = con.execute("SELECT current_database()").fetchall()
    made = views(run, {name: f'"{file}".main.{name}' for name in schema.TABLES | schema.IDENTITY})
    for statement in made:
        con.execute(statement)
    con.execute(SEARCH)
    try:
        yield
    finally:
        con.execute("SET search_path = 'main'")
        for statement in made:
            con.execute(f"DROP VIEW temp.{statement.split()[3]}")


def drop_facts(con: duckdb.DuckDBPyConnection) -> None:
    """Forget the facts by person: they are of other persons."""
    con.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
