"""One ID from the command line and the API: link, review, explain, undo, and figures by person."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from copilot import cli
from copilot.api.app import create_app
from copilot.linking import link
from copilot.settings import Settings
from copilot.toolbox.data import DataTools
from copilot.toolbox.identity import IdentityTools
from copilot.workspace import Workspace
from tools.demo import Truth

ROWS = "customer_id,name,phone,email,city\n" + "\n".join([
    "A1,王小明,13912345678,a@example.com,上海",
    "A2,王小明,+86 139 1234 5678,,上海",
    "A3,李红,13700000001,li.hong@example.com,成都",
    "A4,李红,,li.hong@mail.example.net,成都",
    *(f"B{i},客{i:03},1380000{i:04},b{i * 7919}@example.com,杭州" for i in range(95)),
])  # fmt: skip
ACCOUNTS = ["A1", "A2", "A3", "A4", *(f"B{i}" for i in range(95))]
ORDERS = "order_id,customer_id,ordered_at,amount\n" + "\n".join(
    f"O-{account},{account},2025-01-0{at % 9 + 1} 10:00:00,{at + 10}" for at, account in enumerate(ACCOUNTS)
)


@pytest.fixture(scope="module")
def brand_home(copy_home: Callable[[], Path]) -> Path:
    """A home with the workspace `brand`: 99 accounts, nothing linked."""
    home = copy_home()
    shutil.copytree(home / "small" / "index", home / "brand" / "index")
    for name, rows in (("customers", ROWS), ("orders", ORDERS)):
        (home / f"{name}.csv").write_text(rows, encoding="utf-8")
    place = Workspace(Settings(_env_file=None, home=home, workspace="brand"))
    place.load([home / "customers.csv", home / "orders.csv"])
    return home


@pytest.fixture(scope="module")
def client(brand_home: Path) -> Iterator[TestClient]:
    app = create_app(Settings(_env_file=None, home=brand_home, workspace="brand"))
    with TestClient(app, base_url="http://127.0.0.1") as opened:
        yield opened


@pytest.fixture
def run(brand_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run a command; its output, or with a refusal its sentence."""
    monkeypatch.setenv("WELLSPRING_HOME", str(brand_home))
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")

    def run_it(*arguments: str) -> str:
        monkeypatch.setattr("sys.argv", ["wellspring", *arguments, "--workspace", "brand"])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        written = capsys.readouterr()
        assert ended.value.code in (0, 2)
        assert bool(written.err.strip()) == (ended.value.code == 2)
        return written.err if ended.value.code else written.out

    return run_it


def test_link_review_explain_decide_undo(run: Callable[..., str]) -> None:
    assert "wellspring link" in run("metric", "customers", "--count-by", "person")
    report = json.loads(run("link", "--threshold", "0.9999", "--review", "0.1", "--json"))
    assert (report["accounts"], report["links"]) == (99, {"phone": 1})
    assert report["agreement"] is None
    waiting = json.loads(run("link", "review", "--json"))
    (pair,) = waiting["links"]
    assert (pair["one"], pair["other"], pair["decision"]) == ("A3", "A4", "review")
    assert "e-mail the same before the @" in run("link", "review")
    assert "certain by rule" in run("link", "explain", "A2")
    assert "13912345678" not in run("link", "explain", "A2")
    assert json.loads(run("link", "accept", pair["link_id"], "--json"))["persons"] == 97
    assert json.loads(run("metric", "customers", "--count-by", "person", "--json"))["value"] == 97
    assert json.loads(run("metric", "customers", "--json"))["counted_by"] == "account"
    assert "no id nosuch" in run("link", "reject", "nosuch")
    assert json.loads(run("link", "undo", "--json")) == {"run": 1}
    assert "counted by person" in run("link", "use", "person")
    assert json.loads(run("metric", "revenue", "--json"))["counted_by"] == "person"
    for command in ("health", "lifetime", "cohorts", "tags"):
        by = {unit: json.loads(run(command, "--count-by", unit, "--json"))["counted_by"] for unit in ("account", "person")}
        assert by == {"account": "account", "person": "person"}
    run("link", "use", "account")
    assert json.loads(run("link", "undo", "--json")) == {"run": None}
    assert "Run wellspring link first" in run("link", "explain", "A1")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("link", "--threshold", "1.5"), "0 < review"),
        (("link", "--truth", "nowhere.json"), "nowhere.json"),
    ],
)
def test_a_misused_link_says_what_is_wrong(run: Callable[..., str], arguments: tuple[str, ...], said: str) -> None:
    assert said in run(*arguments)


def test_the_same_over_http(client: TestClient) -> None:
    assert client.get("/api/v1/links").json()["code"] == "not_linked"
    made = client.post("/api/v1/links", json={"threshold": 0.9999, "review": 0.1}).json()
    assert made["persons"] == 98
    (pair,) = client.get("/api/v1/links/review").json()["links"]
    rejected = client.post("/api/v1/links/decisions", json={"reject": [pair["link_id"]]}).json()
    assert rejected["to_review"] == 0
    assert client.get("/api/v1/links/persons/A2").json()["members"] == ["A1", "A2"]
    found = client.get("/api/v1/links", params={"lang": "zh"}).json()
    assert (found["value"], found["n"], found["to_review"]) == (98, 99, 0)
    by = {unit: client.get("/api/v1/metrics/customers", params={"count_by": unit}).json() for unit in ("account", "person")}
    assert (by["account"]["value"], by["person"]["value"]) == (99, 98)
    assert sum(row["customers"] for row in client.get("/api/v1/tiers", params={"count_by": "person"}).json()["rows"]) == 98
    for route in ("data/health", "lifetime", "cohorts", "repurchase"):
        assert client.get(f"/api/v1/{route}", params={"count_by": "person"}).json()["counted_by"] == "person"
    assert client.post("/api/v1/links/undo").json() == {"run": made["run"]}
    assert client.get("/api/v1/links/persons/nobody").status_code == 400


def test_names_of_every_account_stay_masked_when_persons_are_counted(brand_home: Path) -> None:
    workspace = Workspace(Settings(_env_file=None, home=brand_home, workspace="brand"))
    link(workspace)
    workspace.count_by("person")
    (evidence,) = IdentityTools(workspace.data).linked_persons().evidence
    assert (evidence.value, evidence.n, evidence.counted_by) == (97, 99, "person")
    assert workspace.data().query_metric("customers").counted_by == "person"
    assert workspace.data("account").people_in("王小明 and A2") == ["王小明"]
    workspace.count_by("account")
    (persons,) = DataTools(workspace.data).query_metric("customers", count_by="person").evidence
    assert (persons.counted_by, workspace.data().query_metric("customers").counted_by) == ("person", "account")


def test_accounts_are_counted_that_came_after_the_links(copy_home: Callable[[], Path], tmp_path: Path) -> None:
    """Also where persons are counted, which they are not yet."""
    workspace = Workspace(Settings(_env_file=None, home=copy_home(), workspace="small"))
    link(workspace)
    workspace.count_by("person")
    came = tmp_path / "customers.csv"
    came.write_text("customer_id,name,phone,registered_at\nC-late,李晚来,13911112222,2025-01-02\n", encoding="utf-8")
    workspace.load([came])
    (evidence,) = IdentityTools(workspace.data).linked_persons().evidence
    assert (evidence.new_accounts, evidence.notes) == (1, ["links_behind"])
    workspace.close()


def test_the_demo_is_measured_against_its_own_truth(exports: tuple[Path, Truth], tmp_path: Path) -> None:
    workspace = Workspace(Settings(_env_file=None, home=tmp_path, workspace="demo"))
    (workspace.directory / "demo").mkdir(parents=True)
    (workspace.directory / "demo" / "truth.json").write_text(exports[1].model_dump_json(), encoding="utf-8")
    files = [exports[0] / "customers.csv", exports[0] / "orders.csv"]
    workspace._load(files, loaded_at=datetime(2026, 1, 1), demo=True)
    report = link(workspace)
    assert report.agreement.true_pairs == 48
    assert report.rules_only.pairs.f1 <= report.agreement.pairs.f1
