"""A team's own documents over HTTP: added, listed, shown beside the original, deleted."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from fastapi import UploadFile
from fastapi.testclient import TestClient

from copilot.api.app import create_app
from copilot.api.data import keep_upload
from copilot.settings import Settings

DOCUMENTS = "/api/v1/documents"
POLICY = "# 退换货政策\n\n未拆封的商品七天内可以退货，运费由门店承担。\n"


def files(name: str, text: str) -> dict:
    return {"files": (name, text.encode(), "text/markdown")}


def test_a_document_is_added_shown_and_deleted(settings: Settings) -> None:
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        form = {"owner": "门店组", "valid_until": "2031-12-31"}
        added = client.post(f"{DOCUMENTS}?lang=zh", files=files("../../政策.md", POLICY), data=form).json()
        assert added["added"] == ["政策.md"], "a path in the name counts for nothing"
        assert added["refused"] == []
        (listed,) = client.get(DOCUMENTS).json()
        assert (listed["owner"], listed["valid_until"], listed["expired"]) == ("门店组", "2031-12-31", False)
        shown = client.get(f"{DOCUMENTS}/政策.md").json()
        assert "七天内可以退货" in "".join(row["clean"] for row in shown["rows"])
        assert client.delete(f"{DOCUMENTS}/政策.md").json()["removed"] == ["政策.md"]
        assert client.get(DOCUMENTS).json() == []
        assert client.get(f"{DOCUMENTS}/政策.md").status_code == 404


def test_a_bad_file_is_named_and_the_good_one_beside_it_is_kept(settings: Settings) -> None:
    both = [("files", ("good.md", POLICY.encode(), "text/markdown")), ("files", ("bad.exe", b"MZ\0\0", ""))]
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        for language, word in (("en", "exe"), ("zh", "exe")):
            report = client.post(f"{DOCUMENTS}?lang={language}", files=both).json()
            (refused,) = report["refused"]
            assert refused["name"] == "bad.exe"
            assert word in refused["message"]
        assert [listed["id"] for listed in client.get(DOCUMENTS).json()] == ["good.md"]


def test_what_is_too_large_is_not_copied(tmp_path: Path) -> None:
    large = UploadFile(BytesIO(b"beginning"), size=1001, filename="large.md")
    kept = keep_upload(large, tmp_path / "0", 1000)
    assert kept.stat().st_size == 1001
    assert b"beginning" not in kept.read_bytes()
    small = UploadFile(BytesIO(b"beginning"), size=9, filename="small.md")
    assert keep_upload(small, tmp_path / "1", 1000).read_bytes() == b"beginning"


def test_a_wrong_day_is_one_sentence_and_nothing_is_indexed(settings: Settings) -> None:
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        answer = client.post(f"{DOCUMENTS}?lang=en", files=files("a.md", POLICY), data={"valid_until": "next year"})
        assert answer.status_code == 400
        assert "next year" in answer.text
        assert client.get(DOCUMENTS).json() == []


def test_a_viewer_reads_and_changes_nothing(settings: Settings) -> None:
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        client.post(DOCUMENTS, files=files("a.md", POLICY))
    viewer = settings.model_copy(update={"role": "viewer"})
    with TestClient(create_app(viewer), base_url="http://127.0.0.1") as client:
        assert client.post(DOCUMENTS, files=files("b.md", POLICY)).status_code == 403
        assert client.delete(f"{DOCUMENTS}/a.md").status_code == 403
        assert [listed["id"] for listed in client.get(DOCUMENTS).json()] == ["a.md"]
        assert client.get(f"{DOCUMENTS}/a.md").status_code == 200
