"""Many people erased and five documents withdrawn while another process reads: it finds nobody any more either."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from copilot.documents import DocumentDesk
from copilot.erasing.desk import ErasureDesk
from copilot.settings import Settings
from copilot.workspace import Workspace

SUBJECTS = int(os.environ.get("SUBJECTS", "10"))
"""More of them by hand: `SUBJECTS=50 pytest tests/copilot/test_erasing_many.py`."""
AT = datetime(2025, 11, 1, 9, tzinfo=UTC)
READER = """
import json, sys
from pathlib import Path
from copilot.settings import Settings
from copilot.workspace import Workspace

place = Workspace(Settings(_env_file=None, home=Path(sys.argv[1]), workspace="small", role="admin"))
index = place.knowledge()
for line in sys.stdin:
    people, documents = json.loads(line)
    named = set(place.data().people_in(" ".join(people)))
    cited = {hit.document for words in documents for hit in index.search(words, k=5, language="zh").results}
    revenue = place.data().query_metric("revenue", window="all").value
    print(json.dumps([sorted(named & set(people)), sorted(cited), revenue]), flush=True)
"""
"""Answers, line by line, whom of some people it knows and which documents some words find; open all the while."""


@pytest.fixture
def workspace(copy_home: Callable[[], Path]) -> Iterator[Workspace]:
    opened = Workspace(Settings(_env_file=None, home=copy_home(), workspace="small", role="admin"))
    yield opened
    opened.close()


@pytest.fixture
def reader(workspace: Workspace) -> Iterator[Callable[..., list[Any]]]:
    process = subprocess.Popen([sys.executable, "-c", READER, str(workspace.settings.home)], text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip

    def told(people: list[str], words: list[str]) -> list[Any]:
        process.stdin.write(json.dumps([people, words]) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    yield told
    process.stdin.close()
    process.wait()


def people_of(workspace: Workspace) -> list[dict[str, str]]:
    """Some with orders, and a name, a phone and an e-mail of their own."""
    names = ("customer_id", "name", "phone", "email")
    with duckdb.connect(str(workspace.data_store.current()), read_only=True) as con:
        rows = con.execute("""
            SELECT customer_id, name, phone, email FROM customers SEMI JOIN orders USING (customer_id)
            WHERE length(name) = 3 AND phone IS NOT NULL AND email IS NOT NULL
                AND name IN (SELECT name FROM customers GROUP BY 1 HAVING count(*) = 1)
                AND phone IN (SELECT phone FROM customers GROUP BY 1 HAVING count(*) = 1)
                AND email IN (SELECT email FROM customers GROUP BY 1 HAVING count(*) = 1)
            ORDER BY customer_id LIMIT ?""", [SUBJECTS]).fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]


def test_people_and_five_documents_are_gone_for_a_reader_too(
    workspace: Workspace, reader: Callable[..., list[Any]], tmp_path: Path,
    standing: Callable[[Path, list[str]], dict[str, list[str]]],
) -> None:  # fmt: skip
    people = people_of(workspace)
    assert len(people) == SUBJECTS
    notes = []
    for number, person in enumerate(people[:5]):
        notes.append(tmp_path / f"客诉{number}.md")
        notes[-1].write_text(f"# 客诉{number}\n\n{person['name']} 来电投诉琉璃灯罩破损，电话 {person['phone']}。", encoding="utf-8")
    workspace.build_index(notes)
    exports = workspace.directory / "exports"
    exports.mkdir()
    lines = [f"{person['phone']},你好" for person in people]
    (exports / "sms.csv").write_text("\n".join(["phone,text", *lines, "13900000000,你好", ""]), encoding="utf-8")
    phones, words = [person["phone"] for person in people], ["琉璃灯罩破损投诉"]
    ours = {document.id for document in DocumentDesk(workspace).listed()}
    known, cited, revenue = reader(phones, words)
    assert len(known) == SUBJECTS
    assert ours & set(cited)

    withdrawn = []
    for number, person in enumerate(people):
        done = ErasureDesk(workspace, "cli").erase([person["customer_id"]], at=AT, with_documents=True)
        assert done.accounts == 1
        withdrawn += done.documents
        if number == SUBJECTS // 2:
            assert len(reader(phones, words)[0]) == SUBJECTS - number - 1
    assert sorted(withdrawn) == [f"客诉{number}" for number in range(5)]

    known, cited, left = reader(phones, words)
    assert (known, ours & set(cited)) == ([], set())
    assert left == pytest.approx(revenue)
    assert standing(workspace.directory, [value for person in people for value in person.values()]) == {}
    assert (exports / "sms.csv").read_text(encoding="utf-8").splitlines() == ["phone,text", "13900000000,你好"]
    trail = workspace.campaign_store.trail
    assert trail.verify().whole
    assert [entry.action for entry in trail.entries()].count("erased") == SUBJECTS
