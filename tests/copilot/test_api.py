"""The HTTP interface over the small workspace, planner behind it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from copilot.answer import EVENT, Answer, Done
from copilot.api.app import create_app
from copilot.settings import PLANNER, Settings
from copilot.testing import MISBEHAVIOURS, ScriptedServer
from knowledge.documents import read_cards
from tools.demo import Truth
from tools.results import TIERS

METRIC_FIELDS = {"metric", "unit", "rows", "n", "window", "filters", "as_of", "definition", "query"}
HERE = "http://127.0.0.1"
PROBLEM_FIELDS = {"type", "status", "code", "title", "detail"}


@pytest.fixture(scope="module")
def settings(copy_home: Callable[[], Path]) -> Settings:
    return Settings(_env_file=None, home=copy_home(), workspace="small")


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), base_url=HERE) as opened:
        yield opened


def get(client: TestClient, path: str, **params: Any) -> Any:
    response = client.get(path, params=params)
    assert response.status_code == 200, response.text
    return response.json()


def refused(response: Any, status: int) -> dict[str, Any]:
    """The problem document of a refusal."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert set(body) >= PROBLEM_FIELDS
    assert body["status"] == status
    assert body["detail"]
    return body


# --- chat ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "language"), [("沉睡用户有多少人？", "zh"), ("How many dormant customers are there?", "en")]
)
def test_chat_answers_as_one_document(
    client: TestClient, exports: tuple[Path, Truth], question: str, language: str
) -> None:
    response = client.post("/api/v1/chat", json={"question": question})
    assert response.status_code == 200
    answer = Answer.model_validate(response.json())
    assert (answer.language, answer.model) == (language, PLANNER)
    assert f"{exports[1].tiers['dormant'].customers}" in answer.text
    assert answer.evidence[0]["kind"] == "tier_overview"


def test_chat_answers_in_the_language_that_is_asked_for(client: TestClient) -> None:
    answer = client.post("/api/v1/chat", json={"question": "沉睡用户有多少人？", "language": "en"}).json()
    assert answer["language"] == "en"
    assert "Dormant" in answer["text"]


def test_chat_streams_typed_events(client: TestClient) -> None:
    with client.stream("POST", "/api/v1/chat/stream", json={"question": "五个层级各有多少人？"}) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        blocks = "".join(response.iter_text()).strip().split("\n\n")
    fields = [dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":")) for block in blocks]
    events = [(item["event"], EVENT.validate_json(item["data"])) for item in fields if "data" in item]
    assert all(name == event.type for name, event in events)
    assert events[0][0] == "tool_started"
    assert isinstance(events[-1][1], Done)
    spoken = "".join(event.text for name, event in events if name == "text")
    assert spoken == events[-1][1].answer.text


def test_a_conversation_goes_on_and_is_listed(client: TestClient) -> None:
    first = client.post("/api/v1/chat", json={"question": "上个月营业额是多少？", "thread": "talk-1"}).json()
    client.post("/api/v1/chat", json={"question": "按渠道看呢？", "thread": first["thread"]})
    summary = next(item for item in get(client, "/api/v1/threads") if item["id"] == "talk-1")
    assert (summary["title"], summary["turns"]) == ("上个月营业额是多少？", 2)
    turns = get(client, "/api/v1/threads/talk-1")
    assert [turn["state"] for turn in turns] == ["done", "done"]
    assert turns[1]["answer"]["evidence"][0]["by"] == ["channel"]
    assert "/api/v1/threads/nobody" in refused(client.get("/api/v1/threads/nobody"), 404)["detail"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"question": ""}, "question"),
        ({"question": "  \n "}, "question"),
        ({}, "question"),
        ({"question": "x" * 8001}, "question"),
        ({"question": 7}, "question"),
        ({"question": "Hi", "language": "fr"}, "language"),
        ({"question": "Hi", "thread": "../../etc"}, "thread"),
        ({"question": "Hi", "thread": "t" * 65}, "thread"),
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/chat", "/api/v1/chat/stream"])
def test_a_wrong_question_says_which_field(client: TestClient, path: str, body: dict, field: str) -> None:
    problem = refused(client.post(path, json=body), 422)
    assert [item["field"] for item in problem["fields"]] == [field]
    assert field in problem["detail"]
    chinese = refused(client.post(path, json=body, headers={"accept-language": "zh-CN"}), 422)
    assert re.search(r"[一-鿿]", chinese["fields"][0]["problem"])
    assert not re.search(r"[一-鿿]", problem["detail"])


@pytest.mark.parametrize("content", ["{", "", "[]", "null", '"text"'])
def test_a_body_that_is_no_json_object_is_refused(client: TestClient, content: str) -> None:
    headers = {"content-type": "application/json"}
    problem = refused(client.post("/api/v1/chat", content=content, headers=headers), 422)
    assert problem["code"] == "invalid_request"


@pytest.mark.parametrize(("question", "part"), [("营业额？", "密钥"), ("Revenue?", "key")])
def test_a_model_without_an_answer_is_a_problem_document(
    copy_home: Callable[[], Path], question: str, part: str
) -> None:
    with ScriptedServer(MISBEHAVIOURS["unauthorised"]) as server:
        served = {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "sk-wrong"}
        settings = Settings(_env_file=None, home=copy_home(), workspace="small", **served)
        with TestClient(create_app(settings), base_url=HERE) as client:
            problem = refused(client.post("/api/v1/chat", json={"question": question}), 502)
            with client.stream("POST", "/api/v1/chat/stream", json={"question": question}) as response:
                streamed = "".join(response.iter_text())
    assert problem["code"] == "E-LLM-AUTH"
    assert part in problem["detail"]
    assert "event: failed" in streamed
    assert "sk-wrong" not in streamed + json.dumps(problem)


# --- data ---------------------------------------------------------------------------------


def test_tiers_add_up(client: TestClient, exports: tuple[Path, Truth]) -> None:
    body = get(client, "/api/v1/tiers")
    planted = {name: tier.customers for name, tier in exports[1].tiers.items()}
    assert {row["tier"]: row["customers"] for row in body["rows"]} == planted
    assert sum(row["share"] for row in body["rows"]) == pytest.approx(1)
    assert body["as_of"] == "2025-10-31"
    assert isinstance(body["definition"], str)


def test_tiers_of_an_earlier_day(client: TestClient) -> None:
    assert get(client, "/api/v1/tiers", as_of="2025-06-30")["as_of"] == "2025-06-30"
    assert "2031" in refused(client.get("/api/v1/tiers", params={"as_of": "2031-01-01"}), 409)["detail"]
    refused(client.get("/api/v1/tiers", params={"as_of": "yesterday-ish"}), 400)


def test_migration_moves_everybody_once(client: TestClient) -> None:
    body = get(client, "/api/v1/tiers/migration", from_day="2025-08-31", to_day="2025-09-30")
    assert sum(cell["customers"] for cell in body["cells"]) == sum(body["after"].values())
    assert set(body["after"]) == set(TIERS)


def test_the_catalogue_is_listed_in_both_languages(client: TestClient) -> None:
    zh, en = get(client, "/api/v1/metrics", lang="zh"), get(client, "/api/v1/metrics")
    wanted = {"customers", "active_customers", "new_customers", "orders", "revenue", "aov", "arpu",
              "purchase_frequency", "repurchase_rate", "recency", "churn_rate", "tier_share"}  # fmt: skip
    assert {item["name"] for item in en} >= wanted
    for chinese, english in zip(zh, en, strict=True):
        assert re.search(r"[一-鿿]", chinese["definition"])
        assert english["definition"].isascii()


def test_a_metric_carries_what_the_contract_names(client: TestClient, exports: tuple[Path, Truth]) -> None:
    body = get(client, "/api/v1/metrics/revenue", window="all")
    assert set(body) >= METRIC_FIELDS
    assert body["rows"] == [{"dimensions": {}, "value": body["value"], "n": body["n"]}]
    assert body["value"] == pytest.approx(exports[1].sale_revenue)
    assert body["n"] == exports[1].orders


def test_a_metric_split_filtered_and_between_days(client: TestClient) -> None:
    days = {"from": "2025-09-01", "to": "2025-09-30"}
    whole = get(client, "/api/v1/metrics/orders", **days)
    split = get(client, "/api/v1/metrics/orders", by="channel, tier", **days)
    names = sorted({row["dimensions"]["channel"] for row in split["rows"]})
    assert sum(row["value"] for row in split["rows"]) == whole["value"]
    two = get(client, "/api/v1/metrics/orders", where=f"channel={names[0]},{names[1]}", **days)
    assert two["filters"] == {"channel": names[:2]}
    assert two["value"] == sum(row["value"] for row in split["rows"] if row["dimensions"]["channel"] in names[:2])
    assert (whole["window"]["start"], whole["window"]["end"]) == ("2025-09-01", "2025-09-30")
    assert get(client, "/api/v1/metrics/orders", window="2025-09")["value"] == whole["value"]
    tight = get(client, "/api/v1/metrics/orders", where=[f"channel={names[0]}", "tier=high"], **days)
    assert tight["value"] == sum(
        row["value"] for row in split["rows"] if row["dimensions"] == {"channel": names[0], "tier": "high"}
    )


def test_a_metric_compared(client: TestClient) -> None:
    now = get(client, "/api/v1/metrics/revenue", window="2025-09", compare="previous")
    before = get(client, "/api/v1/metrics/revenue", window="2025-08")
    assert now["previous"] == pytest.approx(before["value"])
    assert now["change"] == pytest.approx(now["value"] / before["value"] - 1)


def test_order_and_limit(client: TestClient) -> None:
    body = get(client, "/api/v1/metrics/revenue", by="month", order="top", limit=3, window="all")
    values = [row["value"] for row in body["rows"]]
    assert len(values) == 3
    assert values == sorted(values, reverse=True)
    assert body["truncated"] is True


@pytest.mark.parametrize(
    ("path", "status", "parts"),
    [
        ("metrics/gross_margin", 404, ["gross_margin"]),
        ("metrics/revenue?by=weather", 400, ["weather"]),
        ("metrics/revenue?by=tier,channel,city", 400, []),
        ("metrics/revenue?where=channel", 400, ["channel"]),
        ("metrics/revenue?where=channel=火星", 400, ["火星", "天猫"]),
        ("metrics/revenue?from=2025-10-01&to=2025-09-01", 400, ["2025-10-01", "2025-09-01"]),
        ("metrics/revenue?from=nonsense", 400, ["nonsense"]),
        ("metrics/revenue?window=sometime", 400, ["sometime"]),
        ("metrics/revenue?window=2031-02", 409, ["2031"]),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_cannot_be_computed_says_why_in_the_readers_language(
    client: TestClient, path: str, status: int, parts: list[str], language: str
) -> None:
    by_header = refused(client.get(f"/api/v1/{path}", headers={"accept-language": f"{language}-XX,de;q=0.5"}), status)
    by_query = refused(client.get(f"/api/v1/{path}{'&' if '?' in path else '?'}lang={language}"), status)
    assert by_header["detail"] == by_query["detail"]
    assert all(part in by_query["detail"] for part in parts), by_query["detail"]
    assert bool(re.search(r"[一-鿿]", by_query["title"])) == (language == "zh")


def test_an_unknown_metric_names_those_there_are(client: TestClient) -> None:
    problem = refused(client.get("/api/v1/metrics/revenu"), 404)
    assert "revenue" in problem["alternatives"]
    assert "revenue" in problem["detail"]


@pytest.mark.parametrize("query", ["compare=tomorrow", "order=sideways", "limit=0", "limit=x", "lang=fr"])
def test_a_wrong_parameter_is_named(client: TestClient, query: str) -> None:
    problem = refused(client.get(f"/api/v1/metrics/revenue?{query}"), 422)
    assert [item["field"] for item in problem["fields"]] == [query.partition("=")[0]]


# --- loading ------------------------------------------------------------------------------

@pytest.fixture
def empty(tmp_path: Path, home: Path) -> Iterator[TestClient]:
    """A workspace with an index and no data."""
    (tmp_path / "fresh").mkdir()
    (tmp_path / "fresh" / "index").symlink_to(home / "small" / "index")
    app = create_app(Settings(_env_file=None, home=tmp_path, workspace="fresh"))
    with TestClient(app, base_url=HERE) as opened:
        yield opened


ORDERS = "订单号,会员ID,下单时间,实付金额\nA1,U1,2025-01-05 10:00,120\nA2,U2,2025-01-06 11:00,80\nA3,,2025-01-07,60\n"


def test_an_upload_is_loaded_and_asked_about(tmp_path: Path, home: Path) -> None:
    settings = Settings(_env_file=None, home=tmp_path, workspace="fresh")
    (tmp_path / "fresh").mkdir()
    (tmp_path / "fresh" / "index").symlink_to(home / "small" / "index")
    with TestClient(create_app(settings), base_url=HERE) as client:
        assert refused(client.get("/api/v1/tiers?lang=zh"), 409)["code"] == "nothing_loaded"
        assert get(client, "/healthz")["data_as_of"] is None
        report = client.post("/api/v1/load", files={"files": ("../orders.csv", ORDERS.encode("gb18030"))}).json()
        assert (report["read"], report["kept"], report["set_aside"]) == (3, 2, {"no_customer": 1})
        assert report["files"][0]["source"] == "orders.csv"
        assert report["files"][0]["columns"]["amount"] == "实付金额"
        assert get(client, "/api/v1/metrics/revenue", window="all")["value"] == 200
        assert get(client, "/healthz")["data_as_of"] == "2025-01-06"
        answer = client.post("/api/v1/chat", json={"question": "历史累计销售额是多少？"}).json()
        assert answer["evidence"][0]["value"] == 200
        unclear = "会员ID,下单时间,甲\nU3,2025-02-05,5\n".encode()
        problem = refused(client.post("/api/v1/load?lang=zh", files={"files": ("b.csv", unclear)}), 400)
        assert "甲" in problem["detail"]
        mapped = client.post("/api/v1/load", files={"files": ("b.csv", unclear)}, data={"map": "amount=甲"})
        assert mapped.json()["kept"] == 1
        assert get(client, "/api/v1/metrics/revenue", window="all")["value"] == 205
        refused(client.post("/api/v1/load"), 422)
        refused(client.post("/api/v1/load", files={"files": ("b.csv", unclear)}, data={"map": "amount"}), 400)
        refused(client.post("/api/v1/load", files={"files": ("x.pdf", b"%PDF-1.4")}), 400)


def test_two_uploads_of_one_name_are_both_loaded(empty: TestClient) -> None:
    more = "订单号,会员ID,下单时间,实付金额\nB1,U9,2025-01-09,40\n"
    files = [("files", ("orders.csv", body.encode())) for body in (ORDERS, more)]
    report = empty.post("/api/v1/load", files=files, data={"currency": "gbp"}).json()
    assert (report["read"], report["kept"], report["tables"]["orders"]) == (4, 3, 3)
    assert report["columns"]["amount"] == "实付金额"
    assert empty.app.state.copilot.workspace.currency == "GBP"


@pytest.mark.parametrize("name", ["..", "../..", "a\\..", "订" * 90 + ".csv", "a\0.csv", "/"])
def test_an_upload_with_an_impossible_name_is_refused(empty: TestClient, name: str) -> None:
    body = f'--x\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n{ORDERS}\r\n--x--\r\n'
    headers = {"content-type": "multipart/form-data; boundary=x"}
    problem = refused(empty.post("/api/v1/load", content=body.encode(), headers=headers), 400)
    assert problem["code"] == "bad_file_name"


def test_a_failed_upload_leaves_the_currency_alone(empty: TestClient) -> None:
    before = empty.app.state.copilot.workspace.currency
    wrong = {"files": ("b.csv", b"a,b\n1,2\n")}
    refused(empty.post("/api/v1/load", files=wrong, data={"currency": "USD"}), 400)
    good = {"files": ("o.csv", ORDERS.encode())}
    assert refused(empty.post("/api/v1/load", files=good, data={"currency": "dollars"}), 400)["code"] == "bad_currency"
    assert empty.app.state.copilot.workspace.currency == before


# --- knowledge and drafts -----------------------------------------------------------------


@pytest.mark.parametrize(("query", "language"), [("什么是SMART模型", "zh"), ("What is the SMART model", "en")])
def test_a_search_gives_passages_that_open(client: TestClient, query: str, language: str) -> None:
    body = get(client, "/api/v1/knowledge/search", q=query, k=3)
    assert body["answerable"] is True
    assert 1 <= len(body["results"]) <= 3
    for hit in body["results"]:
        assert set(hit) >= {"id", "title", "source", "score", "text"}
        passage = client.get(f"/api/v1/knowledge/passages/{hit['id'].replace('#', '%23')}?lang={language}").json()
        assert (passage["id"], passage["text"]) == (hit["id"], hit["text"])


def test_a_search_without_an_answer_says_so(client: TestClient) -> None:
    assert get(client, "/api/v1/knowledge/search", q="How do I repair a bicycle chain?")["answerable"] is False


def test_wrong_searches_are_refused(client: TestClient) -> None:
    refused(client.get("/api/v1/knowledge/search"), 422)
    refused(client.get("/api/v1/knowledge/search?q="), 422)
    refused(client.get("/api/v1/knowledge/search?q=%20"), 400)
    refused(client.get("/api/v1/knowledge/search?q=x&k=99"), 422)
    assert "nowhere" in refused(client.get("/api/v1/knowledge/passages/nowhere%231"), 404)["detail"]


def test_a_search_takes_the_kinds_that_cards_have(client: TestClient) -> None:
    for kind in {card.type for card in read_cards()}:
        assert {hit["type"] for hit in get(client, "/api/v1/knowledge/search", q="会员", type=kind)["results"]} <= {kind}
    for query in ("type=poem", "tier=platinum"):
        problem = refused(client.get(f"/api/v1/knowledge/search?q=会员&{query}"), 422)
        assert [item["field"] for item in problem["fields"]] == [query.partition("=")[0]]


@pytest.mark.parametrize("channel", ["sms", "push", "wecom", "email"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_drafts_for_every_channel(client: TestClient, channel: str, language: str) -> None:
    wanted = {"tier": "dormant", "channel": channel, "language": language, "offer": "满199减30", "n": 2}
    response = client.post("/api/v1/drafts", json=wanted)
    assert response.status_code == 200, response.text
    drafts = response.json()["drafts"]
    assert [(item["tier"], item["channel"], item["language"]) for item in drafts] == [("dormant", channel, language)] * 2
    assert len({item["body"] for item in drafts}) == 2
    assert all(item["characters"] > 0 for item in drafts)
    assert all((item["segments"] > 0) == (channel == "sms") for item in drafts)


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "tier"), ({"tier": "vip"}, "tier"), ({"tier": "high", "channel": "fax"}, "channel"),
     ({"tier": "high", "n": 13}, "n"), ({"tier": "high", "goal": "sell"}, "goal")],
)  # fmt: skip
def test_wrong_drafts_say_which_field(client: TestClient, body: dict, field: str) -> None:
    problem = refused(client.post("/api/v1/drafts", json=body), 422)
    assert {item["field"].partition(".")[0] for item in problem["fields"]} == {field}


# --- whose pages ask ---------------------------------------------------------------------

DRAFT = {"tier": "dormant", "n": 1}


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:80", "10.0.0.5", "", "[::1"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_foreign_host_is_refused(client: TestClient, host: str, language: str) -> None:
    problem = refused(client.get("/healthz", headers={"host": host, "accept-language": language}), 400)
    assert problem["code"] == "foreign_host"
    assert bool(re.search(r"[一-鿿]", problem["detail"])) == (language == "zh")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]:8000"])
def test_this_machines_own_names_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == 200
    own = {"host": host, "origin": f"http://{host.lower()}"}
    assert client.post("/api/v1/drafts", json=DRAFT, headers=own).status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:3000", "null", "http://localhost", ""])
def test_another_origin_changes_nothing(client: TestClient, origin: str) -> None:
    headers = {"origin": origin}
    assert refused(client.post("/api/v1/drafts", json=DRAFT, headers=headers), 403)["code"] == "foreign_origin"
    assert refused(client.delete("/api/v1/threads/x", headers=headers), 403)
    assert client.get("/healthz", headers=headers).status_code == 200


def test_further_names_and_open_addresses(settings: Settings) -> None:
    named = TestClient(create_app(settings, names=["Ops.Example"]), base_url="http://ops.example")
    assert named.get("/api/openapi.json").status_code == 200
    proxied = {"host": "127.0.0.1:8000", "origin": "https://ops.example"}
    assert named.put("/api/openapi.json", headers=proxied).status_code == 405
    open_to_all = TestClient(create_app(settings, host="0.0.0.0"), base_url="http://10.0.0.5")
    assert open_to_all.get("/api/openapi.json").status_code == 200
    refused(open_to_all.get("/api/openapi.json", headers={"host": "evil.example"}), 400)


# --- what goes wrong inside -----------------------------------------------------------------


@pytest.mark.parametrize(("language", "part"), [("zh", "编号"), ("en", "number")])
def test_a_bug_is_a_problem_document_with_a_number(
    settings: Settings, caplog: pytest.LogCaptureFixture, language: str, part: str
) -> None:
    def broken() -> None:
        raise RuntimeError("no such pot")

    app = create_app(settings)
    app.get("/broken")(broken)
    client = TestClient(app, base_url=HERE, raise_server_exceptions=False)
    problem = refused(client.get(f"/broken?lang={language}"), 500)
    assert part in problem["detail"]
    assert problem["log_id"] in problem["detail"]
    assert "pot" not in json.dumps(problem)
    assert problem["log_id"] in caplog.text
    assert "no such pot" in caplog.text


def test_a_failed_warm_up_is_logged_and_the_server_lives(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def cold(_: object) -> None:
        raise RuntimeError("no weights")

    monkeypatch.setattr("copilot.planner.router.Router.warm", cold)
    with TestClient(create_app(settings), base_url=HERE) as client:
        assert client.get("/healthz").status_code == 200
    assert "no weights" in caplog.text


def test_a_lost_generation_is_told(copy_home: Callable[[], Path]) -> None:
    settings = Settings(_env_file=None, home=copy_home(), workspace="small")
    with TestClient(create_app(settings), base_url=HERE) as client:
        (settings.directory / "data" / "CURRENT").write_text("000099.duckdb", encoding="utf-8")
        problem = refused(client.get("/api/v1/tiers"), 500)
    assert problem["code"] == "generation_missing"
    assert "000099.duckdb" in problem["detail"]


# --- the rest -----------------------------------------------------------------------------


def test_health(client: TestClient) -> None:
    found = get(client, "/healthz")
    assert set(found.pop("loading")) <= {"search"}
    assert found == {
        "status": "ok", "engine": "duckdb", "model": PLANNER, "workspace": "small", "data_as_of": "2025-10-31",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/api/v1/nothing", 404), ("DELETE", "/api/v1/chat", 405), ("GET", "/api/v1/chat", 405)],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_not_there_is_a_problem_document(
    client: TestClient, method: str, path: str, status: int, language: str
) -> None:
    problem = refused(client.request(method, path, headers={"accept-language": language}), status)
    assert path in problem["detail"]
    assert "/api/docs" in problem["detail"]
    assert bool(re.search(r"[一-鿿]", problem["title"])) == (language == "zh")


def test_openapi_names_every_route(client: TestClient) -> None:
    paths = get(client, "/api/openapi.json")["paths"]
    assert set(paths) >= {
        "/healthz", "/api/v1/chat", "/api/v1/chat/stream", "/api/v1/tiers", "/api/v1/tiers/migration",
        "/api/v1/metrics", "/api/v1/metrics/{name}", "/api/v1/knowledge/search", "/api/v1/drafts", "/api/v1/load",
        "/api/v1/threads",
    }  # fmt: skip
    assert all(route.get("description") or path == "/healthz" for path, routes in paths.items() for route in routes.values())


def test_the_docs_page_loads_nothing_from_outside(client: TestClient) -> None:
    page = client.get("/api/docs")
    assert page.status_code == 200
    links = re.findall(r"""(?:src|href)=["']([^"']+)["']""", page.text)
    assert links
    for link in links:
        assert link.startswith("/"), link
        asset = client.get(link)
        assert asset.status_code == 200
        assert asset.content
    assert "/api/openapi.json" in page.text
    assert not re.search(r"https?://", page.text)
