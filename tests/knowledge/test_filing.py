import shutil
from datetime import date

import numpy as np
import pytest

from knowledge.errors import BadQuery
from knowledge.index import build_index, remove_document
from knowledge.listing import compare_indexed, list_documents
from knowledge.search import KnowledgeIndex
from knowledge.shelf import Shelf
from knowledge.uploads import Filing

SECRET = "紫罗兰计划"
NOTE = f"# 内部方案\n\n{SECRET}在六月启动，预算四十二万元。\n\n预算由财务部按周拨付。"
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "box"
    path.mkdir()
    (path / "a.md").write_text(NOTE, encoding="utf-8")
    (path / "b.md").write_text("# 排班\n\n每周日晚上排班，周一公布。", encoding="utf-8")
    return path


@pytest.fixture
def index(store, content, embedder):
    def build(*paths, **filing):
        return build_index(store, content=content, documents=paths, filing=Filing(**filing), embedder=embedder)

    return build


def statuses(report):
    return {file.id: (file.status, file.twin) for file in report.files}


def test_tells_new_same_newer_renamed_and_duplicate_files_apart(index, folder, store):
    assert statuses(index(folder, owner="王芳", day=MAY)) == {"box/a.md": ("added", ""), "box/b.md": ("added", "")}
    again = index(folder, day=JUNE)
    assert not again.changed
    assert statuses(again) == {"box/a.md": ("same", ""), "box/b.md": ("same", "")}
    (folder / "a.md").rename(folder / "c.md")
    (folder / "b.md").write_text("# 排班\n\n每周六晚上排班。", encoding="utf-8")
    (folder / "d.md").write_text("# 排班\n\n每周六晚上排班。", encoding="utf-8")
    moved = index(folder, day=JUNE)
    assert statuses(moved) == {
        "box/b.md": ("updated", ""), "box/c.md": ("renamed", "box/a.md"), "box/d.md": ("duplicate", "box/b.md")}
    found = {each.id: each for each in list_documents(store.current(), JUNE)}
    assert set(found) == {"box/b.md", "box/c.md"}
    assert (found["box/c.md"].owner, found["box/c.md"].dated) == ("王芳", MAY)
    assert (found["box/b.md"].owner, found["box/b.md"].dated) == ("王芳", JUNE)


def test_an_expired_document_is_found_and_marked_or_left_out(index, folder, store, embedder):
    index(folder / "a.md", valid_until=MAY, day=MAY)
    search = KnowledgeIndex(store, embedder).search
    [hit] = [hit for hit in search("内部方案 预算", as_of=JUNE).results if hit.document == "a.md"][:1]
    assert hit.expired
    assert not search("内部方案 预算", as_of=MAY, k=1).results[0].expired
    assert "a.md" not in {hit.document for hit in search("内部方案 预算", as_of=JUNE, expired=False).results}
    assert list_documents(store.current(), JUNE)[0].expired


def test_what_is_deleted_is_nowhere_on_the_disk(index, folder, store, embedder):
    index(folder)
    (folder / "b.md").write_text("# 排班\n\n每周六晚上排班。", encoding="utf-8")
    index(folder)
    shelf = Shelf(store.current() / "shelf.sqlite")
    text = next(text for text in shelf.texts().values() if SECRET in text)
    shelf.close()
    vector = np.asarray(embedder.embed([text])[0], dtype=np.float32).tobytes()
    needles = [SECRET.encode(), "紫罗兰".encode(), "四十二万".encode(), vector[:32]]

    def holders():
        files = [path for path in store.directory.rglob("*") if path.is_file()]
        return {path.name for path in files for needle in needles if needle in path.read_bytes()}

    assert "shelf.sqlite" in holders()
    before = store.current()
    shutil.copytree(before, kept := folder.with_name("kept"))
    assert remove_document(store, "box/a.md").removed == ["box/a.md"]
    assert holders() == set()
    kept.rename(before)  # as a deletion leaves it that is cut short at its very end
    with pytest.raises(BadQuery, match="document_unknown"):
        remove_document(store, "box/a.md")
    assert holders() == set()
    live = store.current()
    assert [path for path in store.directory.iterdir() if path.is_dir()] == [live]
    assert KnowledgeIndex(store, embedder).search("排班", k=1).results[0].document == "box/b.md"


def test_a_document_stands_beside_its_original(index, tmp_path, store):
    path = tmp_path / "p.txt"
    path.write_text("用戶運(yùn)營手冊\n下載本文檔\n會員日要先定目標。", encoding="utf-8")
    report = index(path)
    assert report.files[0].repairs == {"pinyin": 1, "boilerplate": 1}
    found = compare_indexed(store.current(), "p.txt", MAY)
    assert [row.clean for row in found.rows if row.clean] == ["用戶運營手冊", "會員日要先定目標。"]
    gone = "".join(piece.text for row in found.rows for piece in row.original if piece.gone)
    assert "(yùn)" in gone
    assert "下載本文檔" in gone
