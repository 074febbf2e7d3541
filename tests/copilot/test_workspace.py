"""What a workspace keeps and what gives way: own files, the demo brand, the profile."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from copilot.settings import Settings
from copilot.workspace import Workspace
from tools.demo import write_demo
from tools.errors import BadArgument, ToolError

HEAD = "订单号,会员ID,下单时间,实付金额\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """An empty workspace whose demo brand is a small one."""
    monkeypatch.setattr("tools.demo.write_demo", lambda directory: write_demo(directory, customers=150))
    opened = another(tmp_path)
    yield opened
    opened.close()


def another(tmp_path: Path) -> Workspace:
    """The same workspace as another process has it."""
    return Workspace(Settings(_env_file=None, home=tmp_path / "home", workspace="shop"))


def orders(tmp_path: Path, name: str) -> list[Path]:
    path = tmp_path / f"{name}.csv"
    path.write_text(f"{HEAD}{name},U{name},2025-01-05 10:00,120\n", encoding="utf-8")
    return [path]


def test_only_the_first_own_load_replaces_the_demo(place: Workspace, tmp_path: Path) -> None:
    place.make_demo()
    assert place.holds_demo
    assert place.load(orders(tmp_path, "A1")).tables["orders"] == 1
    assert place.load(orders(tmp_path, "A2")).tables["orders"] == 2
    assert not place.holds_demo


def test_a_load_elsewhere_is_not_wiped_by_a_running_server(place: Workspace, tmp_path: Path) -> None:
    place.make_demo()
    assert place.profile["currency"] == "CNY"  # the server has looked at its workspace
    another(tmp_path).load(orders(tmp_path, "A1"), currency="GBP")
    assert (place.holds_demo, place.currency) == (False, "GBP")
    assert place.load(orders(tmp_path, "A2")).tables["orders"] == 2


def test_the_demo_never_replaces_own_data(
    place: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.load(orders(tmp_path, "A1"))
    with pytest.raises(BadArgument, match="own_data_loaded"):
        place.make_demo()

    def overtaken(directory: Path):
        another(tmp_path).load(orders(tmp_path, "A2"))
        return write_demo(directory, customers=150)

    (place.data_store.directory / "CURRENT").unlink()
    monkeypatch.setattr("tools.demo.write_demo", overtaken)
    with pytest.raises(BadArgument, match="own_data_loaded"):
        place.make_demo()
    assert place.load(orders(tmp_path, "A3")).tables["orders"] == 2


def test_the_demos_brand_goes_with_its_data(place: Workspace, tmp_path: Path) -> None:
    place.load(orders(tmp_path, "A1"), brand="Ours", currency="gbp")
    own = (place.brand("en"), place.currency)
    assert own == ("Ours", "GBP")
    (place.data_store.directory / "CURRENT").unlink()
    truth = place.make_demo()
    assert (place.brand("zh"), place.brand("en"), place.currency) == (truth.brand, truth.brand_en, "CNY")
    place.load(orders(tmp_path, "A2"))
    assert (place.brand("en"), place.currency) == own


def test_a_demo_cut_short_is_made_again(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    class PowerCut(BaseException):
        pass

    def cut(stage: str, share: float) -> None:
        if stage == "done":  # the data is live, what comes after it never runs
            raise PowerCut

    with pytest.raises(PowerCut):
        place.make_demo(progress=cut)
    assert place.holds_demo
    assert place.currency == "CNY"
    assert place.make_demo().customers == 150


@pytest.mark.parametrize(("currency", "name"), [("GBP", "missing"), ("yen!", "A1")])
def test_a_load_that_fails_leaves_the_profile_alone(
    place: Workspace, tmp_path: Path, currency: str, name: str
) -> None:
    files = [tmp_path / "missing.csv"] if name == "missing" else orders(tmp_path, name)
    with pytest.raises(ToolError):
        place.load(files, currency=currency, brand="New")
    assert place.currency == "CNY"
    assert not list(place.directory.glob("*.yaml"))


def test_what_is_loaded_keeps_its_currency(place: Workspace, tmp_path: Path) -> None:
    place.load(orders(tmp_path, "A1"), currency="gbp")
    dollars = tmp_path / "dollars.csv"
    dollars.write_text(f"{HEAD}A2,U2,2025-01-05 10:00,US$120\n", encoding="utf-8")
    with pytest.raises(BadArgument, match="file_currency"):
        place.load([dollars])
    with pytest.raises(BadArgument, match="workspace_currency"):
        place.load(orders(tmp_path, "A3"), currency="USD")
    assert place.currency == "GBP"
    assert place.load(orders(tmp_path, "A4"), currency="GBP").tables["orders"] == 2


def test_a_profile_is_written_whole(place: Workspace, tmp_path: Path) -> None:
    place.load(orders(tmp_path, "A1"), currency="GBP")
    place.load(orders(tmp_path, "A1"), brand="山禾")
    assert (place.currency, place.brand("zh")) == ("GBP", "山禾")
    assert [path.name for path in place.directory.glob("*.yaml")] == ["profile.yaml"]


def test_an_order_of_this_minute_is_not_of_the_future_on_a_server_elsewhere(
    place: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    path = tmp_path / "now.csv"
    instant = int(time.time()) - 60
    path.write_text(f"{HEAD}A1,U1,{instant},120\nA2,U2,{instant + 86_400},120\n", encoding="utf-8")
    try:
        report = place.load([path])
        assert place.today == datetime.now(ZoneInfo("Asia/Shanghai")).date()
    finally:
        monkeypatch.undo()
        time.tzset()
    assert (report.kept, report.set_aside) == (1, {"future_date": 1})


def test_a_workspace_is_its_owners_alone(place: Workspace, tmp_path: Path) -> None:
    place.load(orders(tmp_path, "A1"), currency="GBP")
    assert place.directory.stat().st_mode & 0o777 == 0o700


def test_two_who_set_the_profile_at_once_lose_nothing(place: Workspace) -> None:
    entries = [f"entry{number}" for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda entry: place._write_profile(**{entry: "x"}), entries))
    assert set(entries) <= place.profile.keys()
