"""The server that is killed: the whole application, asked over HTTP for one kind of work until it dies."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal, NamedTuple

from starlette.testclient import TestClient

from copilot.api.app import create_app
from copilot.serving import only_server
from copilot.settings import Settings

Kind = Literal["chat", "draft", "approval", "comment", "load", "index"]
QUESTIONS = ("总收入是多少", "各渠道的收入", "各层有多少人", "怎么唤醒沉睡用户", "上个月的订单数")
SENTENCE = "给潜力用户做一个二单转化活动，满199减30，企微加短信，2099年12月1日截止"
CHANNELS = 2
"""That the sentence names."""
CUSTOMERS = 300
ORDERS = 40
"""Orders in each file that is loaded."""
TURNS = 4
"""Servers that go on in one conversation."""


class Message(NamedTuple):
    """What a server tells whoever kills it."""

    what: Literal["ready", "asked", "done"]
    deed: str
    told: dict[str, Any]
    """What is there, when it is ready; what is promised from now on, after a deed; None is no promise."""


class Deed(NamedTuple):
    name: str
    """Its kind, and what tells it from others of its kind."""
    ask: Callable[[], dict[str, Any]]
    """Do it; what is promised from then on."""
    unsettled: dict[str, None] = {}
    """What is no longer promised while it is done."""


def settings(home: Path) -> Settings:
    return Settings(_env_file=None, home=home, workspace="small", role="admin", user="a", four_eyes=False)


def furnish(home: Path) -> None:
    """Make the workspace: a small brand and a small library."""
    import tests.kills.warm  # noqa: F401 - is there already; where it could not be imported, this says why
    from copilot.workspace import Workspace
    from tools.demo import write_demo

    write_demo(home / "exports", customers=CUSTOMERS, as_of=date(2025, 10, 31))
    workspace = Workspace(settings(home))
    workspace.load(sorted((home / "exports").glob("*.csv")))
    workspace.build_index()


def hold(home: Path) -> None:
    """Serve nothing, for ever."""
    with only_server(settings(home).directory, "http://127.0.0.1:8000"):
        threading.Event().wait()


def serve(home: Path, kind: Kind, run: int, known: list[str], again: str, pipe: Connection) -> None:
    """Start, say what is there of what is known, and do one thing after the other, the unfinished one first."""
    place = settings(home)
    with only_server(place.directory, "test"), TestClient(create_app(place), base_url="http://127.0.0.1") as client:
        pipe.send(Message("ready", "", LOOKS[kind](client, known)))
        for deed in DEEDS[kind](client, run, again):
            pipe.send(Message("asked", deed.name, deed.unsettled))
            pipe.send(Message("done", deed.name, deed.ask()))


def _keys(run: int, again: str) -> Iterator[str]:
    """`<run>.<number>` of one piece of work after the other; first the one that the server before was cut in."""
    if again:
        yield again.split()[1]
    yield from (f"{run}.{number}" for number in count())


def chat(client: TestClient, run: int, again: str) -> Iterator[Deed]:
    for number, key in enumerate(_keys(run, "")):  # asked again, a question is another turn
        question = f"{QUESTIONS[(run + number) % len(QUESTIONS)]} {key}"
        yield Deed(f"ask {key}", partial(_answered, client, question, whole=number % 2), {question: None})


def _thread(question: str) -> str:
    return f"talk-{int(question.split()[-1].split('.')[0]) // TURNS}"


def _answered(client: TestClient, question: str, *, whole: int) -> dict[str, Any]:
    """By question the answer's words, of the one JSON object or of the last event."""
    ask = {"question": question, "thread": _thread(question), "language": "zh"}
    if whole:
        return {question: mark(_ok(client.post("/api/v1/chat", json=ask))["text"])}
    *_, data = [line for line in client.post("/api/v1/chat/stream", json=ask).text.splitlines() if line[:5] == "data:"]
    return {question: mark(json.loads(data[5:])["answer"]["text"])}


def shown_turns(client: TestClient, known: list[str]) -> dict[str, str]:
    """By question the answer's words, or the state of what has none; of the conversations of the known questions."""
    shown = {}
    for thread in dict.fromkeys(map(_thread, known)):
        turns = client.get(f"/api/v1/threads/{thread}").json()
        stories = {story["id"]: story["state"] for story in client.get(f"/api/v1/traces?thread={thread}").json()}
        for turn in turns if isinstance(turns, list) else []:
            assert turn["question"] not in shown
            assert turn["state"] in ("done", "interrupted")
            assert stories.get(turn["id"], "interrupted") in ("done", "interrupted")
            shown[turn["question"]] = mark(turn["answer"]["text"]) if turn["state"] == "done" else turn["state"]
    return shown


def draft(client: TestClient, run: int, again: str) -> Iterator[Deed]:
    for number, key in enumerate(_keys(run, again)):
        made: list[str] = []
        yield Deed(f"write {key}", partial(_written, client, key, made))
        yield Deed(f"revise {key}", partial(_revised, client, made, f"加上第{number}号店"))


def _written(client: TestClient, key: str, made: list[str]) -> dict[str, Any]:
    ask = {"tier": "potential", "offer": "满199减30", "seed": int(key.replace(".", "")), "writer": "library"}
    drafts = _ok(client.post("/api/v1/drafts", json=ask))["drafts"]
    made += [each["id"] for each in drafts]
    return {each["id"]: mark(each["body"]) for each in drafts}


def _revised(client: TestClient, made: list[str], wish: str) -> dict[str, Any]:
    found = _ok(client.post(f"/api/v1/drafts/{made[0]}/revise", json={"wish": wish}))["draft"]
    return {found["id"]: mark(found["body"])}


def shown_drafts(client: TestClient, known: list[str]) -> dict[str, str]:
    """By id the last words of each known draft."""
    found = {id: _ok(client.get(f"/api/v1/drafts/{id}/versions")) for id in known}
    return {id: mark(versions[-1]["draft"]["body"]) for id, versions in found.items()}


def approval(client: TestClient, run: int, again: str) -> Iterator[Deed]:
    """Campaigns from their sentence to their files; one that was begun goes on from where it is."""
    for key in _keys(run, again):
        made: dict[str, Any] = {}
        yield Deed(f"create {key}", partial(_created, client, key, made))
        if made["state"] == "draft":
            yield Deed(f"submit {key}", partial(_acted, client, "submit", made))
        if made["state"] == "in_review":
            yield Deed(f"approve {key}", partial(_acted, client, "approve", made))
        yield Deed(f"export {key}", partial(_exported, client, made))


def comment(client: TestClient, run: int, again: str) -> Iterator[Deed]:
    """Small entries on one campaign's trail, so that a kill falls often between an entry and its anchor."""
    made: dict[str, Any] = {}
    yield Deed("create comments", partial(_created, client, "comments", made))
    for key in _keys(run, again if again.startswith("comment") else ""):
        yield Deed(f"comment {key}", partial(_commented, client, key, made))


def _created(client: TestClient, key: str, made: dict[str, Any]) -> dict[str, Any]:
    ask = {"words": SENTENCE, "fields": {"name": key}}
    made |= _ok(client.post("/api/v1/campaigns", json=ask, headers={"Idempotency-Key": key}))
    return {f"{made['id']} created": 1}


def _acted(client: TestClient, act: str, made: dict[str, Any]) -> dict[str, Any]:
    body = {"act": act, "version": made["version"], "note": "looked at"}
    made |= _ok(client.post(f"/api/v1/campaigns/{made['id']}/acts", json=body))
    return {f"{made['id']} {made['history'][-1]['action']}": 1}


def _exported(client: TestClient, made: dict[str, Any]) -> dict[str, Any]:
    _ok(client.post(f"/api/v1/campaigns/{made['id']}/export", json={}))
    return {f"{made['id']} exported": CHANNELS}


def _commented(client: TestClient, words: str, made: dict[str, Any]) -> dict[str, Any]:
    _ok(client.post(f"/api/v1/campaigns/{made['id']}/comments", json={"words": words}))
    return {f"{made['id']} commented {words}": 1}


def shown_campaigns(client: TestClient, known: list[str]) -> dict[str, int]:
    """By campaign and step how often it is on record; the trail must be whole."""
    assert _ok(client.get("/api/v1/campaigns/audit"))["flaws"] == []
    steps = Counter(
        f"{id} {step['action']}" + f" {step['note']}" * (step["action"] == "commented")
        for id in dict.fromkeys(name.split()[0] for name in known)
        for step in _ok(client.get(f"/api/v1/campaigns/{id}"))["history"]
    )
    assert {step for step, times in steps.items() if times > (CHANNELS if step.endswith("exported") else 1)} == set()
    return dict(steps)


def load(client: TestClient, run: int, again: str) -> Iterator[Deed]:
    for key in _keys(run, again):
        yield Deed(f"load {key}", partial(_loaded, client, f"more-{key}"))


def _loaded(client: TestClient, name: str) -> dict[str, Any]:
    days = [f"2025-10-{1 + number % 28:02d} 10:00" for number in range(ORDERS)]
    rows = [f"{name}-{number},K{number % 7},{day},{10 + number},{name}" for number, day in enumerate(days)]
    file = "\n".join(["订单号,会员ID,下单时间,实付金额,渠道", *rows, ""])
    _ok(client.post("/api/v1/load", files={"files": (f"{name}.csv", file.encode())}))
    return {name: ORDERS}


def shown_loads(client: TestClient, known: list[str]) -> dict[str, int]:
    """Orders by the file that they came with, as a metric counts them."""
    found = _ok(client.get("/api/v1/metrics/orders", params={"by": "channel", "window": "all", "limit": 1000}))
    counted = {row["dimensions"]["channel"]: int(row["value"]) for row in found["rows"]}
    shown = {name: orders for name, orders in counted.items() if name.startswith("more-")}
    assert set(shown.values()) <= {ORDERS}, "half a file"
    return shown


def index(client: TestClient, run: int, again: str) -> Iterator[Deed]:
    if again.startswith("remove"):
        yield _removal(client, again.split()[1])
        again = ""
    for number, key in enumerate(_keys(run, again)):
        yield Deed(f"add {key}", partial(_added, client, key))
        if number % 2:
            yield _removal(client, key)


def _removal(client: TestClient, key: str) -> Deed:
    return Deed(f"remove {key}", partial(_removed, client, key), {_file(key): None})


def _file(key: str) -> str:
    return f"note-{key.replace('.', '-')}.md"


def said_in(file: str) -> str:
    """Words of a document that no other has."""
    return f"第{file.removeprefix('note-').removesuffix('.md')}号仓库"


def _added(client: TestClient, key: str) -> dict[str, Any]:
    words = f"# 规定\n\n{said_in(_file(key))}：每周三盘点，差异当天上报，负责人签字。"
    found = _ok(client.post("/api/v1/documents", files={"files": (_file(key), words.encode())}))
    assert found["refused"] == []
    return {_file(key): "there"}


def _removed(client: TestClient, key: str) -> dict[str, Any]:
    found = client.delete(f"/api/v1/documents/{_file(key)}")
    assert found.status_code == 200 or found.json()["code"] == "document_unknown"  # the server before was almost done
    return {_file(key): "gone"}


def shown_documents(client: TestClient, known: list[str]) -> dict[str, str]:
    """Every document that is listed; only those, and some of them, are found by what they say."""
    listed = {each["id"] for each in _ok(client.get("/api/v1/documents"))}
    found = _ok(client.get("/api/v1/knowledge/search", params={"q": "每周三盘点 差异当天上报", "k": 5}))
    served = {each["document"] for each in found["results"] if each["document"].startswith("note-")}
    assert served <= listed
    assert bool(served) == bool(listed)
    assert found["cautions"] == []
    return {**dict.fromkeys(known, "gone"), **dict.fromkeys(listed, "there")}


def mark(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:12]


def _ok(response: Any) -> Any:
    assert response.status_code in (200, 201), response.text
    return response.json()


DEEDS: dict[Kind, Callable[[TestClient, int, str], Iterator[Deed]]] = {
    "chat": chat, "draft": draft, "approval": approval, "comment": comment, "load": load, "index": index,
}  # fmt: skip
LOOKS: dict[Kind, Callable[[TestClient, list[str]], dict[str, Any]]] = {
    "chat": shown_turns, "draft": shown_drafts, "approval": shown_campaigns, "comment": shown_campaigns,
    "load": shown_loads, "index": shown_documents,
}  # fmt: skip
