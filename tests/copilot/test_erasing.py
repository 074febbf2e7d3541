"""A person who is erased is found nowhere any more; everybody else's figures stay."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from copilot.bootstrap import open_copilot
from copilot.brand_profile import brand_profile, set_brand_profile
from copilot.documents import DocumentDesk
from copilot.erasing.desk import ErasureDesk
from copilot.settings import Settings
from copilot.workspace import Workspace
from tools.erasure import Subject, subject_of
from tools.errors import NoData, NotAllowed

AT = datetime(2025, 11, 1, 9, tzinfo=UTC)
Person = dict[str, str]


@pytest.fixture
def workspace(copy_home: Callable[[], Path]) -> Iterator[Workspace]:
    opened = Workspace(Settings(_env_file=None, home=copy_home(), workspace="small", role="admin"))
    yield opened
    opened.close()


@pytest.fixture
def person(workspace: Workspace) -> Person:
    """Somebody with orders, a phone and an e-mail, whose name nobody else has."""
    with duckdb.connect(str(workspace.data_store.current()), read_only=True) as con:
        row = con.execute("""
            SELECT customer_id, name, phone, email FROM customers SEMI JOIN orders USING (customer_id)
            WHERE length(name) = 3 AND phone IS NOT NULL AND email IS NOT NULL
                AND name IN (SELECT name FROM customers GROUP BY 1 HAVING count(*) = 1)
            ORDER BY customer_id LIMIT 1""").fetchone()
    return dict(zip(("customer_id", "name", "phone", "email"), row, strict=True))


@pytest.fixture
def everywhere(standing: Callable[[Path, list[str]], dict[str, list[str]]]) -> Callable[[Workspace, Person], list[str]]:
    """Files of the workspace in which any value of the person stands, byte by byte."""
    return lambda workspace, person: [*standing(workspace.directory, [*person.values()])]


def talk(workspace: Workspace, *questions: str, thread: str = "t1") -> None:
    async def ask() -> None:
        async with open_copilot(workspace.settings) as copilot:
            for question in questions:
                await copilot.ask(question, thread=thread)

    asyncio.run(ask())


def test_nothing_is_left_of_an_erased_person(
    workspace: Workspace, person: Person, everywhere: Callable[[Workspace, Person], list[str]]
) -> None:
    talk(workspace, f"{person['name']} 的手机号是 {person['phone']}，邮箱 {person['email']} 吗")
    note = workspace.directory / "note.md"
    note.write_text(f"# 客诉\n\n{person['name']} 来电投诉物流，电话 {person['phone']}。", encoding="utf-8")
    workspace.build_index([note])
    note.unlink()
    (workspace.directory / "exports").mkdir()
    sent = workspace.directory / "exports" / "sms.csv"
    sent.write_text(f"phone,text\n{person['phone']},你好\n13900000000,你好\n", encoding="utf-8")
    before = workspace.data().query_metric("revenue", window="all").value
    assert everywhere(workspace, person)
    done = ErasureDesk(workspace, "cli").erase([person["phone"]], at=AT, with_documents=True)
    assert done.accounts == 1
    assert done.documents == ["客诉"]
    assert {"turns", "threads"} <= done.texts.keys()
    assert done.files == {"exports/sms.csv": 1}
    assert done.made_anonymous["orders"] >= 1
    assert everywhere(workspace, person) == []
    assert workspace.data().query_metric("revenue", window="all").value == before
    assert workspace.campaign_store.trail.entries()[-1].action == "erased"
    assert workspace.campaign_store.trail.verify().whole
    with pytest.raises(NoData):
        subject_of(workspace.warehouse(), person.values())


def test_a_person_is_blanked_however_the_number_is_written(
    workspace: Workspace, person: Person, standing: Callable[[Path, list[str]], dict[str, list[str]]]
) -> None:
    phone = person["phone"]
    written = [f"{phone[:3]} {phone[3:7]} {phone[7:]}", f"{phone[:3]}-{phone[3:7]}-{phone[7:]}",
               "".join(chr(ord(digit) + 0xFEE0) for digit in phone), "·".join(person["name"])]  # fmt: skip
    for number, spelling in enumerate(written):
        talk(workspace, f"{spelling} 上次买了什么", thread=f"t{number}")
    set_brand_profile(workspace, {"address": f"找{person['name']}，{written[0]}"})
    held = {name.removesuffix("-wal") for name in standing(workspace.directory, written)}
    assert {"store/turns.sqlite", "profile.yaml"} <= held
    done = ErasureDesk(workspace, "cli").erase([phone], at=AT)
    assert standing(workspace.directory, [*written, *person.values()]) == {}
    assert done.files["profile.yaml"] == 1
    assert brand_profile(workspace).address["zh"] == "找(erased)，(erased)"


def test_a_deleted_document_is_gone_from_conversations_too(
    workspace: Workspace, standing: Callable[[Path, list[str]], dict[str, list[str]]]
) -> None:
    words = ["琥珀蜃楼", "zyxquartz", "满月夜开门"]
    note, other = workspace.directory / "琥珀蜃楼手册.md", workspace.directory / "排班.md"
    note.write_text("# 琥珀蜃楼手册\n\n蜃楼专柜要在满月夜开门，口令是 zyxquartz。", encoding="utf-8")
    other.write_text("# 云母排班表\n\n云母仓库每周六晚上盘点，由店长排班。", encoding="utf-8")
    workspace.build_index([note, other])
    note.unlink()
    other.unlink()
    talk(workspace, "蜃楼专柜什么时候开门？", thread="t1")
    talk(workspace, "云母仓库什么时候盘点？", thread="t2")
    held = {name.removesuffix("-wal") for name in standing(workspace.directory, words)}
    assert {"store/turns.sqlite", "store/threads.sqlite", "store/traces.sqlite"} <= held
    traces = workspace.directory / "store" / "traces.sqlite"
    DocumentDesk(workspace).remove("琥珀蜃楼手册.md")
    assert standing(workspace.directory, words) == {}
    with closing(sqlite3.connect(workspace.directory / "store" / "turns.sqlite")) as sql:
        answers = [json.loads(answer) for (answer,) in sql.execute("SELECT answer FROM turns ORDER BY asked_at")]
    assert answers[0]["text"] == "这条回答引用的资料已经删除，回答也一并删去。"
    assert "每周六晚上盘点" in answers[1]["text"]
    with closing(sqlite3.connect(traces)) as sql:
        assert [thread for (thread,) in sql.execute("SELECT thread FROM traces")] == ["t2"]
    with closing(sqlite3.connect(workspace.directory / "store" / "threads.sqlite")) as sql:
        assert {thread for (thread,) in sql.execute("SELECT thread_id FROM checkpoints")} == {"t2"}


def test_another_number_that_holds_an_erased_one_stays() -> None:
    subject = Subject(accounts=["M1001"], telling=["M1001", "13800138000"], names=[])
    words = "M10012 和 113800138000、+86 138 0013 8000、0086-13800138000"
    assert subject.blanked(words, "-") == "M10012 和 113800138000、-、-"


def test_an_old_export_does_not_bring_the_person_back(
    workspace: Workspace, person: Person, tmp_path: Path, everywhere: Callable[[Workspace, Person], list[str]]
) -> None:
    ErasureDesk(workspace, "cli").erase([person["customer_id"]], at=AT)
    customers, orders = tmp_path / "customers.csv", tmp_path / "orders.csv"
    head = "customer_id,name,phone,email,registered_at"
    customers.write_text(f"{head}\n{','.join(person.values())},2024-01-01\nC-new,李新,13811110000,n@e.com,2024-01-02\n")
    orders.write_text(f"order_id,customer_id,ordered_at,amount\nN1,{person['customer_id']},2025-10-01,10\n"
                      "N2,C-new,2025-10-01,20\n")  # fmt: skip
    report = workspace.load([customers, orders])
    assert [file.set_aside.get("erased") for file in report.files] == [1, 1]
    assert [file.kept for file in report.files] == [1, 1]
    assert everywhere(workspace, person) == []


def test_a_short_name_counts_only_beside_something_that_tells(workspace: Workspace, person: Person) -> None:
    subject = subject_of(workspace.warehouse(), [person["phone"]]).model_copy(update={"names": ["高兴"]})
    assert subject.blanked("大家都高兴", "-") == "大家都高兴"
    assert subject.blanked(f"高兴的电话是 {person['phone']}", "-") == "-的电话是 -"


@pytest.mark.parametrize("role", ["viewer", "operator", "reviewer"])
def test_only_an_admin_erases(workspace: Workspace, person: Person, role: str) -> None:
    theirs = Workspace(workspace.settings.model_copy(update={"role": role}))
    with pytest.raises(NotAllowed):
        ErasureDesk(theirs, "cli").erase([person["phone"]], at=AT)


def test_the_agent_never_erases(workspace: Workspace, person: Person) -> None:
    with pytest.raises(NotAllowed):
        ErasureDesk(workspace, "agent").erase([person["phone"]], at=AT)


def test_a_stranger_cannot_be_erased(workspace: Workspace) -> None:
    with pytest.raises(NoData):
        ErasureDesk(workspace, "cli").erase(["no-such-person"], at=AT)
