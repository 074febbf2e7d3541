"""Mounting the page: where it is, what it leaves alone, what every response carries."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from copilot.api.app import create_app
from copilot.settings import Settings
from ui.app import mount


@pytest.fixture(scope="module")
def http(copy_home: Callable[[], Path]) -> Iterator[TestClient]:
    app = create_app(Settings(_env_file=None, home=copy_home(), workspace="small"), mounts=(mount,))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


def test_the_root_leads_to_the_page_and_the_page_allows_nothing_from_elsewhere(http: TestClient) -> None:
    page = http.get("/", follow_redirects=True)
    assert page.status_code == 200
    assert page.url.path.startswith("/chat")
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http:" not in policy
    assert "https:" not in policy
    assert "ws-panel" in page.text


def test_the_api_keeps_its_own_problem_documents(http: TestClient) -> None:
    missing = http.get("/api/v1/nothing")
    assert missing.status_code == 404
    assert missing.headers["content-type"].startswith("application/problem+json")
    assert "content-security-policy" not in missing.headers


def test_gradio_offers_no_api_of_its_own(http: TestClient) -> None:
    config = http.get("/chat/config").json()
    assert {dependency["api_visibility"] for dependency in config["dependencies"]} == {"private"}
    info = http.get("/chat/gradio_api/info")
    assert info.status_code == 404 or info.json()["named_endpoints"] == {}


def test_importing_the_mount_does_not_import_gradio() -> None:
    code = "import sys, ui.app; sys.exit('gradio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False).returncode == 0
