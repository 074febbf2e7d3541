"""A team's own documents over HTTP: added, listed, shown beside the original, deleted."""

from __future__ import annotations

from fastapi.testclient import TestClient

from copilot.api.app import create_app
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
