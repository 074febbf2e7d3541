"""A brand's own metrics in its workspace: taken up at once, refused whole, the last good ones kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from copilot.settings import Settings
from copilot.workspace import Workspace

OWN = """\
metrics:
  active_customers:
    window: last_60_days
  big_orders:
    title: {zh: 大单数, en: Big orders}
    synonyms: {zh: [超级大单], en: [whale orders]}
    unit: orders
    direction: up
    definition: {zh: 实付满500元的订单数, en: Orders of 500 and more}
    of: sales
    type: measure
    value: {agg: orders, where: {amount: {min: 500}}}
"""


@pytest.fixture
def place(copy_home: Callable[[], Path]) -> Workspace:
    return Workspace(Settings(_env_file=None, home=copy_home(), workspace="small"))


def write(place: Workspace, text: str | bytes) -> None:
    (place.directory / "metrics.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())


def test_own_metrics_are_in_force_as_soon_as_they_are_written(place: Workspace) -> None:
    assert place.data().query_metric("活跃用户").window.label == "last_90_days"
    write(place, OWN)
    data = place.data()
    assert data.query_metric("活跃用户").window.label == "last_60_days"
    found = data.query_metric("大单数", by=["channel"])
    assert found.value == sum(row.value for row in found.rows) > 0
    assert data.catalog.metric("whale orders").owner == "small"
    assert "超级大单" in str(place.vocabulary().metrics.__dict__)
    assert place.data() is data
    (place.directory / "metrics.yaml").unlink()
    assert "big_orders" not in place.data().catalog.metrics


def test_a_file_with_a_mistake_leaves_the_last_good_one_in_force(place: Workspace) -> None:
    write(place, OWN)
    place.data()
    write(place, OWN.replace("last_60_days", "someday").replace("unit: orders", "unit: apples"))
    for workspace in (place, Workspace(place.settings)):
        assert workspace.data().catalog.metric("活跃用户").window == "last_60_days"
        assert [problem.line for problem in workspace.metrics.refusal.problems] == [3, 7]
    write(place, OWN.replace("last_60_days", "last_30_days"))
    assert place.data().catalog.metric("活跃用户").window == "last_30_days"
    assert place.metrics.refusal is None


@pytest.mark.parametrize(("content", "code"), [(b"\xff\xfe\x00m", "not_text"), (b"metrics: [", "yaml"), (b"5", "wrong_type")])
def test_what_is_no_text_or_no_mapping_is_refused_in_words(place: Workspace, content: bytes, code: str) -> None:
    write(place, content)
    assert "revenue" in place.data().catalog.metrics
    assert [problem.code for problem in place.metrics.refusal.problems] == [code]


def run(capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch, place: Workspace, *words: str) -> tuple:
    from copilot import cli

    monkeypatch.setenv("WELLSPRING_HOME", str(place.settings.home))
    monkeypatch.setattr("sys.argv", ["wellspring", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr()
    return ended.value.code or 0, said.out, said.err


def test_the_list_tells_owner_and_what_is_missing(place: Workspace, capsys, monkeypatch) -> None:
    write(place, OWN)
    code, out, _ = run(capsys, monkeypatch, place, "metrics", "--workspace", "small", "--json", "--lang", "zh")
    listed = json.loads(out)
    entries = {entry["name"]: entry for entry in listed["metrics"]}
    assert (code, listed["problems"]) == (0, [])
    assert (entries["big_orders"]["owner"], entries["revenue"]["owner"]) == ("small", "wellspring")
    assert entries["big_orders"]["available"]
    assert "nps" in {entry["name"] for entry in listed["unsupported"]}
    assert len(entries) > 100


def test_a_file_can_be_checked_before_it_counts(place: Workspace, tmp_path: Path, capsys, monkeypatch) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(OWN, encoding="utf-8")
    bad.write_text(OWN.replace("unit: orders", "unit: apples"), encoding="utf-8")
    code, out, _ = run(capsys, monkeypatch, place, "metrics", "--workspace", "small", "--check", str(good), "--json")
    assert (code, json.loads(out)["metrics"]) == (0, ["active_customers", "big_orders"])
    code, out, err = run(capsys, monkeypatch, place, "metrics", "--workspace", "small", "--check", str(bad), "--json")
    assert (code, json.loads(out)["problems"][0]["line"]) == (2, 7)
    assert "bad.yaml" in err
    assert "Traceback" not in err
    code, _, err = run(capsys, monkeypatch, place, "metrics", "--workspace", "small", "--check", str(tmp_path / "no.yaml"))
    assert (code, "no.yaml" in err) == (2, True)
