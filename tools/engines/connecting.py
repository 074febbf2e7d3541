"""From an address and a mapping to an engine over the brand's own tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from urllib.parse import urlsplit

import ibis
import ibis.common.exceptions as com
from ibis.backends import BaseBackend
from ibis.expr.types import Table

from tools import schema
from tools.definitions import BadDefinitions, Problem
from tools.engines import placing
from tools.engines.dialects import on_clock
from tools.engines.fitting import unfit
from tools.engines.keeping import counted, kept_tables, read_built
from tools.engines.mapping import FILE, TableSpec
from tools.engines.mapping import Mapping as BrandMapping
from tools.engines.remote import RemoteEngine
from tools.errors import BadArgument, NoData
from tools.tables import accounts, table
from tools.tiers import dormancy_quantile, rules_from_gaps
from tools.tiers.rules import TierRules, changed

ESTIMATE_SECONDS = 600

# Scheme of a URL -> Ibis' backend, and the extra of this package (or of Ibis) that brings its driver.
BACKENDS = {
    "postgresql": ("postgres", "wellspring[postgres]"), "postgres": ("postgres", "wellspring[postgres]"),
    "pyspark": ("pyspark", "wellspring[spark]"), "spark": ("pyspark", "wellspring[spark]"),
    "trino": ("trino", "ibis-framework[trino]"), "bigquery": ("bigquery", "ibis-framework[bigquery]"),
    "snowflake": ("snowflake", "ibis-framework[snowflake]"), "clickhouse": ("clickhouse", "ibis-framework[clickhouse]"),
}  # fmt: skip


def open_engine(url: str, mapping: BrandMapping) -> RemoteEngine:
    """Connect and place the canonical tables.

    Raises BadArgument for an address that names no engine, BadDefinitions where the mapping does not fit the
    warehouse, and NoData where the warehouse does not answer.
    """
    connect, engine_class = _backend(url, mapping.timezone)
    try:
        engine = engine_class(connect, {})
    except com.IbisError:
        raise
    except Exception as error:  # each driver has errors of its own
        raise NoData("engine_silent", engine=_scheme(url), reason=type(error).__name__) from error
    place_tables(engine, mapping)
    return engine


def place_tables(engine: RemoteEngine, mapping: BrandMapping, *, kept: bool = True) -> None:
    """Give the engine every table that an expression may name, as an expression over the brand's own tables.

    Facts that are kept in the mapping's schema stand for those worked out in each query, while they are up to date.
    """
    tables = placing.completed(_mapped(engine, mapping))
    tables |= placing.derived(tables)
    ours = schema.BOOKS | schema.IDENTITY | schema.FACTS
    tables |= {name: placing.empty(name) for name in ours if name not in tables}
    engine.tables = {table(name): rows for name, rows in tables.items()}
    engine.tables |= {accounts(): placing.accounts_of(tables["customers"])}
    engine.built = read_built(engine, mapping.facts) if mapping.facts else None
    if engine.built and kept:
        engine.fresh = (engine.built.orders, engine.built.last_day) == counted(engine)
    if engine.fresh:
        found = kept_tables(engine, mapping.facts)
        engine.tables |= {table(name): placing.whole(name, rows) for name, rows in found.items()}
    engine.rules = changed(_rules(engine, mapping), mapping.tiers)
    engine.tables |= {table("tier_rules"): _adopted(engine.rules)}


def sources(engine: RemoteEngine, mapping: BrandMapping) -> dict[str, Table]:
    """The brand's own table behind each canonical one. Raises BadDefinitions naming those that are not there."""
    found, problems = {}, []
    with engine.connection() as con:
        for name, spec in mapping.tables.items():
            try:
                found[name] = _source(con, spec)
            except com.TableNotFound:
                problems.append(_absent(con, mapping, name, spec))
    if problems:
        raise BadDefinitions(FILE, problems)
    return found


def _mapped(engine: RemoteEngine, mapping: BrandMapping) -> dict[str, Table]:
    found = sources(engine, mapping)
    problems = [problem for name, source in found.items() for problem in unfit(mapping, name, source)]
    if problems:
        raise BadDefinitions(FILE, problems)
    return {
        name: placing.canonical(name, mapping.tables[name], engine.readable(source), mapping.timezone, on_clock)
        for name, source in found.items()
    }


def _source(con: BaseBackend, spec: TableSpec) -> Table:
    name, above = spec.place
    where = above[0] if len(above) == 1 else above or None
    return con.table(name, database=where).unbind()


def _absent(con: BaseBackend, mapping: BrandMapping, name: str, spec: TableSpec) -> Problem:
    own, above = spec.place
    try:
        known = con.list_tables(database=above[0] if len(above) == 1 else above or None)
    except Exception:  # the schema itself may not be there
        known = []
    return mapping.problem(
        "table_absent", "tables", name, "table", given=spec.table, known=", ".join(sorted(known)[:12]) or "-"
    )


def _rules(engine: RemoteEngine, mapping: BrandMapping) -> TierRules:
    """The rules of the kept facts, or those that the orders give as they are now."""
    if engine.fresh and engine.built:
        return engine.built.rules
    if "dormancy_days" in mapping.tiers or "orders" not in mapping.tables:
        return rules_from_gaps(None)
    return rules_from_gaps(engine.first(dormancy_quantile(), {}, most=1, seconds=ESTIMATE_SECONDS).rows[0][0])


def _adopted(rules: TierRules) -> Table:
    # The first adoption stands for all days before as well, so its own day says nothing.
    row = {"rules_version": rules.version, "dormancy_days": rules.dormancy_days, "settings": rules.model_dump_json(),
           "estimated_on": date(1970, 1, 1), "adopted": 1, "adopted_at": None}  # fmt: skip
    return placing.one_row(row, table("tier_rules").schema())


def _scheme(url: str) -> str:
    return urlsplit(url).scheme.lower()


def _backend(url: str, zone: str) -> tuple[Callable[[], BaseBackend], type[RemoteEngine]]:
    """How to connect, and the engine for it."""
    scheme = _scheme(url)
    if scheme not in BACKENDS:
        raise BadArgument("unknown_engine", given=scheme or "-", alternatives=sorted(BACKENDS))
    backend, extra = BACKENDS[scheme]
    try:
        getattr(ibis, backend)
        if backend == "postgres":
            from tools.engines import postgres as own
        elif backend == "pyspark":
            from tools.engines import spark as own
        else:
            own = None
    except ImportError as error:
        raise BadArgument("engine_driver", engine=scheme, extra=extra) from error
    address = f"{backend}{url[len(scheme):]}"
    if own is None:
        return lambda: ibis.connect(address), RemoteEngine
    return lambda: own.connected(ibis.connect(address), zone), own.ENGINE
