"""A warehouse of the brand's own: read-only, limited in time, checked before it is asked, facts only where allowed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import ibis
import psycopg
import pyarrow as pa
import pytest
from typer.testing import CliRunner

from copilot.cli import app
from copilot.settings import Settings
from copilot.workspace import Workspace
from tests.conformance import shop
from tests.conformance.comparing import differences, outcome
from tools.definitions import BadDefinitions
from tools.engines import keeping
from tools.engines.connecting import open_engine, place_tables
from tools.engines.mapping import read_mapping
from tools.errors import BadArgument, NoData
from tools.segment_data import SegmentData
from tools.tables import table
from tools.warehouse import Warehouse

SCHEMA = "shop"


@pytest.fixture
def address(which: str, url: str) -> str:
    if which != "postgres":
        pytest.skip("of PostgreSQL only")
    return url


@pytest.mark.parametrize("statement", ["DELETE FROM shop.sales", "CREATE TABLE shop.x (a int)", "DROP TABLE shop.sales"])
def test_changes_nothing(address: str, there_warehouse: Warehouse, statement: str) -> None:
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction), there_warehouse.engine.connection() as con:
        con.con.execute(statement)


def test_stops_a_query_that_takes_too_long(there_warehouse: Warehouse) -> None:
    rows = table("events").select("event_at")
    endless = rows.cross_join(rows.select(two="event_at")).cross_join(rows.select(three="event_at"))
    endless = endless.agg(n=endless.count())
    hurried = Warehouse(there_warehouse.engine, row_cap=5, seconds=0.3)
    with pytest.raises(NoData, match="query_timeout"):
        hurried.run(endless)
    # The connection is good for more; how quick the next query must be is not asked.
    assert there_warehouse.run(rows.limit(9)).records


def test_leaves_no_frame_behind(address: str, there_warehouse: Warehouse) -> None:
    given = ibis.table({"customer_id": "string"}, name="given")
    found = there_warehouse.run(given, {"given": pa.table({"customer_id": ["甲", None]})})
    assert {row["customer_id"] for row in found.records} == {"甲", None}
    with there_warehouse.engine.connection() as con:
        left = con.con.execute("SELECT count(*) FROM pg_class WHERE relname LIKE 'wellspring_frame%'").fetchone()
    assert left == (0,)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("shop.sales", "shop.sails", "table_absent"),
        ("customer_id: buyer", "customer_id: byer", "column_absent"),
        ("{column: cents, divide: 100}", "state", "column_type"),
        ("refund: {column: state", "refund: {column: status", "column_absent"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(address: str, kept: shop.Tables, old: str, new: str, code: str) -> None:
    text = shop.MAPPING.format(where=SCHEMA)
    assert old in text
    with pytest.raises(BadDefinitions) as refused:
        open_engine(address, read_mapping(text.replace(old, new)))
    assert refused.value.problems[0].code == code
    assert refused.value.problems[0].line > 1


def test_facts_are_kept_where_the_mapping_says_and_give_the_same_figures(
    address: str, kept: shop.Tables, there: SegmentData
) -> None:
    mapping = shop.mapping(SCHEMA, kept, "facts: wellspring\n")
    engine = open_engine(address, mapping)
    keeping.build(engine, mapping.facts, engine.rules, date(2024, 12, 1), lambda name: None)
    place_tables(engine, mapping)
    assert (engine.fresh, engine.built.built_on) == (True, date(2024, 12, 1))
    data = SegmentData(Warehouse(engine, row_cap=1000, seconds=60))
    overview = data.tier_overview()
    assert "wellspring" in overview.query
    assert differences(outcome(lambda: overview), outcome(there.tier_overview)) == []
    assert differences(outcome(data.rfm_overview), outcome(there.rfm_overview)) == []
    with psycopg.connect(address) as con:
        con.execute("INSERT INTO shop.sales (id, buyer, paid_at, cents, state) VALUES ('N1', 'C0001', '2024-11-29', 5, '完成')")
        con.commit()
        stale = open_engine(address, mapping)
        con.execute("DELETE FROM shop.sales WHERE id = 'N1'")
    assert not stale.fresh
    assert stale.built is not None
    engine.close()
    stale.close()


def test_tables_that_are_not_ours_are_left_alone(address: str, kept: shop.Tables) -> None:
    with psycopg.connect(address) as con:
        con.execute("CREATE SCHEMA taken; CREATE TABLE taken.customer_facts (theirs int)")
    engine = open_engine(address, shop.mapping(SCHEMA, kept))
    with pytest.raises(BadArgument, match="facts_schema_taken"):
        keeping.build(engine, "taken", engine.rules, date(2024, 12, 1), lambda name: None)
    engine.close()


@pytest.fixture
def place(address: str, tmp_path: Path) -> Iterator[Workspace]:
    settings = Settings(_env_file=None, home=tmp_path, workspace="brand", engine_url=address)
    settings.directory.mkdir()
    (settings.directory / "engine.yaml").write_text(shop.MAPPING.format(where=SCHEMA), encoding="utf-8")
    opened = Workspace(settings)
    yield opened
    opened.close()


def test_a_workspace_answers_from_it_and_says_so(place: Workspace) -> None:
    assert place.engine_name == "postgres"
    assert place.data().tables == {"orders", "order_items"}
    assert all("postgres" in place.data_note(language) for language in ("zh", "en"))
    assert place.segments().preview("沉睡用户").customers > 0


def test_what_takes_loaded_data_is_refused_with_the_reason(place: Workspace) -> None:
    with pytest.raises(BadArgument, match="engine_no_load"):
        place.load([Path("orders.csv")])
    with pytest.raises(BadArgument, match="engine_tier_rules"):
        place.set_tier_rules({"dormancy_days": "90"})
    with pytest.raises(NoData, match="engine_counts_accounts"):
        place.data("person")


def test_the_command_tells_rows_and_what_is_missing(place: Workspace, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WELLSPRING_HOME", str(place.settings.home))
    monkeypatch.setenv("WELLSPRING_ENGINE_URL", address)
    told = CliRunner().invoke(app, ["connect", "--workspace", "brand", "--json"])
    report = json.loads(told.stdout)
    assert (told.exit_code, report["engine"]) == (0, "postgres")
    assert "touches" in report["absent"]
    orders = next(row for row in report["tables"] if row["name"] == "orders")
    assert orders["source_rows"] - orders["rows"] == 30
    assert address not in told.stdout
