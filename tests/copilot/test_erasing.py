"""A person who is erased is found nowhere any more; everybody else's figures stay."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from copilot.bootstrap import open_copilot
from copilot.erasing.desk import ErasureDesk
from copilot.settings import Settings
from copilot.workspace import Workspace
from tools.erasure import subject_of
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


def everywhere(workspace: Workspace, person: Person) -> list[str]:
    """Files of the workspace in which any value of the person stands, byte by byte."""
    needles = [value.encode() for value in person.values()]
    return [str(path.relative_to(workspace.directory)) for path in sorted(workspace.directory.rglob("*"))
            if path.is_file() and any(needle in path.read_bytes() for needle in needles)]  # fmt: skip


def talk(workspace: Workspace, *questions: str) -> None:
    async def ask() -> None:
        async with open_copilot(workspace.settings) as copilot:
            for question in questions:
                await copilot.ask(question, thread="t1")

    asyncio.run(ask())


def test_nothing_is_left_of_an_erased_person(workspace: Workspace, person: Person) -> None:
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


def test_an_old_export_does_not_bring_the_person_back(workspace: Workspace, person: Person, tmp_path: Path) -> None:
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
