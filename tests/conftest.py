"""Shared fixtures: a small seeded brand in a real DuckDB file, a whole workspace, and no network but loopback."""

from __future__ import annotations

import functools
import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import portalocker
import pytest
from hypothesis import settings as hypothesis_settings
from pytest_socket import socket_allow_hosts

from knowledge import embedding
from tools import schema
from tools.demo import Truth, write_demo
from tools.facts import build_facts
from tools.segment_data import SegmentData
from tools.warehouse import Warehouse

Tables = dict[str, pd.DataFrame]

# How long an example takes says how busy the machine is, not whether the code is right. New examples are looked for
# where somebody can mend what they show: CI repeats the same ones.
hypothesis_settings.register_profile("patient", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis_settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--home", type=Path, help="Make the small brand's home here, or take the one that is there.")


LONG = ("evals/test_bars.py", "conformance/test_engines.py", "kills/test_kills.py", "browser/test_page.py",
        "browser/test_tabs.py", "browser/test_page_with_model.py")  # fmt: skip
"""Files of minutes. They begin first, so that no process is left with one of them when the others have ended."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: next((at for at, name in enumerate(LONG) if item.path.match(name)), len(LONG)))


def pytest_runtest_setup() -> None:
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


def write_tables(path: Path, tables: Tables) -> Path:
    """A workspace's DuckDB file with these canonical tables and their facts."""
    with duckdb.connect(path) as con:
        for statement in schema.create_statements():
            con.execute(statement)
        for name, frame in tables.items():
            con.register("frame", frame)
            con.execute(f"INSERT INTO {name} BY NAME SELECT * FROM frame")
            con.unregister("frame")
        build_facts(con)
    return path


def make_brand(seed: int = 7, customers: int = 260, days: int = 640) -> Tables:
    """Orders with refunds, lines, customers and touches of an invented brand; money in whole cents."""
    rng = np.random.default_rng(seed)
    first = rng.integers(0, days, customers)
    counts = rng.geometric(0.28, customers)
    owner = np.repeat(np.arange(customers), counts)
    later = np.concatenate([[0, *np.cumsum(rng.integers(0, 90, n - 1))] for n in counts])
    day = first[owner] + later
    owner, day = owner[day < days], day[day < days]
    n = len(owner)
    at = pd.Timestamp("2023-03-01") + pd.to_timedelta(day, "D") + pd.to_timedelta(rng.integers(0, 86_400, n), "s")
    orders = pd.DataFrame({
        "order_id": [f"O{i:05d}" for i in range(n)],
        "customer_id": [f"C{i:04d}" for i in owner],
        "ordered_at": at,
        "order_date": at.normalize(),
        "kind": "sale",
        "amount": np.round(rng.lognormal(4.6, 0.6, n), 2),
        "channel": rng.choice(["天猫", "抖音", "小程序"], n, p=[0.5, 0.3, 0.2]),
        "units": rng.integers(1, 5, n).astype(float),
    })
    orders["list_amount"] = np.round(orders["amount"] * rng.choice([1.0, 1.1, 1.25], n), 2)
    refunds = orders.sample(frac=0.06, random_state=seed)
    refunds = refunds.assign(kind="refund", amount=-refunds["amount"], units=np.nan)
    return {
        "orders": pd.concat([orders, refunds], ignore_index=True),
        "order_items": _lines(orders, rng),
        "customers": _people(customers, rng),
        **_campaign(orders, rng),
    }


def _lines(orders: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    lines = orders.loc[np.repeat(orders.index, rng.integers(1, 3, len(orders)))].reset_index(drop=True)
    pieces = lines.groupby("order_id")["order_id"].transform("size")
    place = lines.groupby("order_id").cumcount()
    cents = (lines["amount"] * 100).round().astype(int)
    product = rng.integers(0, 12, len(lines))
    return pd.DataFrame({
        "order_id": lines["order_id"], "customer_id": lines["customer_id"], "order_date": lines["order_date"],
        "kind": "sale", "product_id": [f"P{i:02d}" for i in product], "product_name": [f"商品{i:02d}" for i in product],
        "category": np.array(["护肤", "零食", "家居"])[product % 3], "quantity": 1.0,
        "amount": np.where(place == 0, cents - cents // pieces * (pieces - 1), cents // pieces) / 100,
    })


def _people(customers: int, rng: np.random.Generator) -> pd.DataFrame:
    registered = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 500, customers + 20), "D")
    return pd.DataFrame({
        "customer_id": [f"C{i:04d}" for i in range(customers + 20)],
        "name": [f"测试{i}" for i in range(customers + 20)],
        "city": rng.choice(["上海", "成都"], customers + 20),
        "registered_at": registered,
    })


def _campaign(orders: pd.DataFrame, rng: np.random.Generator) -> Tables:
    chosen = rng.permutation(orders["customer_id"].unique())[:120]
    opened = rng.random(120) < 0.4
    touches = pd.DataFrame({
        "campaign_id": "K1", "customer_id": chosen, "channel": "sms",
        "arm": np.where(np.arange(120) < 100, "treated", "holdout"),
        "sent_at": pd.Timestamp("2024-06-03 10:00"), "delivered": True, "opened": opened,
        "clicked": opened & (rng.random(120) < 0.3), "unsubscribed": rng.random(120) < 0.05,
    })
    campaigns = pd.DataFrame({"campaign_id": ["K1"], "name": ["六月唤醒"], "channel": ["sms"]})
    return {"touches": touches, "campaigns": campaigns}


@pytest.fixture(scope="session")
def brand() -> Tables:
    return make_brand()


@pytest.fixture(scope="session")
def brand_file(brand: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tables(tmp_path_factory.mktemp("brand") / "data.duckdb", brand)


@pytest.fixture(scope="session")
def warehouse(brand_file: Path) -> Iterator[Warehouse]:
    opened = Warehouse.open(brand_file, row_cap=10_000, seconds=20)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def data(warehouse: Warehouse) -> SegmentData:
    return SegmentData(warehouse)


@pytest.fixture(scope="session")
def open_tables(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Tables], SegmentData]:
    """Open any tables as segment data."""
    directory, number = tmp_path_factory.mktemp("tables"), itertools.count()

    def open_them(tables: Tables) -> SegmentData:
        path = write_tables(directory / f"{next(number)}.duckdb", tables)
        return SegmentData(Warehouse.open(path, row_cap=10_000, seconds=20))

    return open_them


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside() -> Iterator[None]:
    """The tester's own key, model or workspace must not decide a test."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("OPENAI_", "WELLSPRING_"))]:
            patch.delenv(name)
        yield


class _Remembering:
    """The sentence encoder, asked once for each text: most indexes of a test run hold the same ones."""

    def __init__(self, model) -> None:  # noqa: ANN001
        self._model = model
        self._known: dict[str, np.ndarray] = {}

    def encode(self, texts: list[str]) -> np.ndarray:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._model.encode(new), strict=True))
        return np.array([self._known[text] for text in texts])

    def __getattr__(self, name: str):  # noqa: ANN204
        return getattr(self._model, name)


@pytest.fixture(scope="session", autouse=True)
def _texts_are_encoded_once() -> Iterator[None]:
    encoder = embedding.encoder
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedding, "encoder", functools.cache(lambda: _Remembering(encoder())))
        yield


@pytest.fixture(scope="session")
def exports(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    """The files of a demo brand with 1,200 customers, and its planted truth."""
    directory = tmp_path_factory.mktemp("exports")
    return directory, write_demo(directory, customers=1200, as_of=date(2025, 10, 31))  # in any clock's past


@pytest.fixture(scope="session")
def home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the workspace `small`: that brand loaded, every card indexed. Only to be read: see `copy_home`."""
    given, own = request.config.getoption("--home"), tmp_path_factory.getbasetemp()
    made = given or (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "made-once"
    with portalocker.Lock(made.with_suffix(".lock"), timeout=900):  # half a minute's work; the other processes wait
        if not (made / "small").exists():
            draft = made.with_suffix(".draft")
            _fill_home(draft, request.getfixturevalue("exports")[0])
            draft.rename(made)
    return made if given else _copied(made, tmp_path_factory.mktemp("home"))


def _fill_home(home: Path, exports: Path) -> None:
    from copilot.settings import Settings
    from copilot.workspace import Workspace

    workspace = Workspace(Settings(_env_file=None, home=home, workspace="small"))
    workspace.load(sorted(exports.glob("*.csv")))
    workspace.build_index()
    workspace.close()


@pytest.fixture(scope="session")
def copy_home(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Copy the home, without its conversations."""
    return lambda: _copied(home, tmp_path_factory.mktemp("copy") / "home")


def _copied(home: Path, place: Path) -> Path:
    left = shutil.ignore_patterns("store", "LOCK")
    return shutil.copytree(home, place, ignore=left, copy_function=_copy_or_link, dirs_exist_ok=True)


def _copy_or_link(source: str, target: str) -> None:
    """A generation's big files are never written again, so a hundred copies may share them."""
    if Path(source).suffix in {".npz", ".bin", ".duckdb"}:
        os.link(source, target)
    else:
        shutil.copy2(source, target)
