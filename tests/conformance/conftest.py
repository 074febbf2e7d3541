"""The same brand twice: loaded into DuckDB, and in place on another engine, which is PostgreSQL or Spark."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from tests.conformance import postgres, shop
from tools.engines.connecting import open_engine
from tools.segment_data import SegmentData
from tools.warehouse import Warehouse

ROWS, SECONDS = 10_000, 60
SCHEMA = "shop"


@pytest.fixture(scope="session")
def which() -> str:
    """The engine to compare: WELLSPRING_CONFORMANCE=postgres (the default) or spark."""
    return ENGINE


# Read before the tests' own environment is cleared of settings.
ENGINE = os.environ.get("WELLSPRING_CONFORMANCE", "postgres")


@pytest.fixture(scope="session")
def whole(brand: shop.Tables) -> shop.Tables:
    return shop.whole_brand(brand)


@pytest.fixture(scope="session")
def here(whole: shop.Tables, open_tables: Callable) -> SegmentData:
    """Loaded into DuckDB."""
    return open_tables(whole)


@pytest.fixture(scope="session")
def kept(whole: shop.Tables) -> shop.Tables:
    """The brand's own tables, before any of ours."""
    return shop.as_kept(whole)


@pytest.fixture(scope="session")
def url(which: str, kept: shop.Tables, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the other engine with the brand's own tables in the schema `shop`."""
    if which == "spark":
        from tests.conformance import spark

        yield spark.started(shop.write_parquet(kept, tmp_path_factory.mktemp("kept")), SCHEMA)
        return
    programs = postgres.binaries()
    if programs is None:
        told = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        told("PostgreSQL is not installed: apt-get install postgresql")
    with postgres.server(programs) as address:
        postgres.write_tables(address, kept, SCHEMA)
        yield address


@pytest.fixture(scope="session")
def there_warehouse(url: str, kept: shop.Tables) -> Iterator[Warehouse]:
    opened = Warehouse(open_engine(url, shop.mapping(SCHEMA, kept)), row_cap=ROWS, seconds=SECONDS)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def there(there_warehouse: Warehouse) -> SegmentData:
    """In place on the other engine."""
    return SegmentData(there_warehouse)
