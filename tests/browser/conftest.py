"""One server and a few pages for the module; a test fails on console errors and outside requests."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
import uvicorn

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip
PATIENCE = 120_000
"""Longest wait for anything on the page, in milliseconds: the server, Chromium and other tests share the cores."""
# What Gradio's client says of its own requests when the page that asked is left.
CUT_OFF = ("AbortError: signal is aborted", "Connection errored out", "net::ERR_ABORTED")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run a failed page test again: Chromium, the server and other tests share the cores. A fault fails every time."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=2))


@pytest.fixture(scope="module")  # its event loop must be gone before other modules start theirs
def chromium():  # noqa: ANN201
    if not CHROMIUM.exists():
        reason = f"{CHROMIUM} is not installed (apt-get install chromium)"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def settings(copy_home: Callable[[], Path]):  # noqa: ANN201
    """No language model: the built-in planner answers. A module may override this."""
    from copilot.settings import Settings

    return Settings(_env_file=None, home=copy_home(), workspace="small")


@pytest.fixture(scope="module")
def address(settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:  # noqa: ANN001
    """The whole app over a small workspace on a loopback port, run as `wellspring up` runs it."""
    from copilot.api.app import create_app
    from copilot.api.serve import web_socket
    from ui.app import mount

    os.environ["GRADIO_TEMP_DIR"] = str(tmp_path_factory.mktemp("uploads"))
    app = create_app(settings, mounts=(mount,))
    listener = web_socket("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        assert time.monotonic() < deadline, "the server did not start in a minute"
        time.sleep(0.05)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    server.should_exit = True
    thread.join(10)
    shutil.rmtree(os.environ.pop("GRADIO_TEMP_DIR"), ignore_errors=True)


class Opened(NamedTuple):
    """A page and all that went wrong on it so far."""

    page: Page
    wrong: list[str]


@pytest.fixture(scope="module")
def opened() -> dict[tuple, Opened]:
    """The module's pages by how they look: loading one takes longer than most of what is done on it."""
    return {}


@pytest.fixture
def tab(chromium, address: str, opened: dict, request: pytest.FixtureRequest) -> Iterator[Callable]:  # noqa: ANN001
    """A page with a new conversation; what it complains about or asks elsewhere fails the test in the end."""
    again, used = getattr(request.node, "execution_count", 1) > 1, []

    def open_tab(locale: str = "zh-CN", width: int = 1280, height: int = 860) -> Page:
        look = (locale, width, height)
        if look in opened and not again:
            _begin_anew(opened[look].page)
        else:
            opened[look] = _load(chromium, address, *look)
        used.append(opened[look])
        return opened[look].page

    def reload(page: Page) -> None:
        wrong = next(each.wrong for each in used if each.page is page)
        before = len(wrong)
        page.reload()
        page.locator(".ws-bar").wait_for()
        wrong[before:] = [line for line in wrong[before:] if not any(cut in line for cut in CUT_OFF)]

    open_tab.reload = reload
    yield open_tab
    complained = [line for each in used for line in each.wrong]
    for each in used:
        each.wrong.clear()
    assert complained == [], "\n".join(complained)


def _load(chromium, address: str, locale: str, width: int, height: int) -> Opened:  # noqa: ANN001
    context = chromium.new_context(
        locale=locale, viewport={"width": width, "height": height}, accept_downloads=True,
        permissions=["clipboard-read", "clipboard-write"],
    )  # fmt: skip
    page, wrong = context.new_page(), []
    page.set_default_timeout(PATIENCE)
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: _watch(request.url, address, wrong))
    page.on("response", lambda answer: wrong.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
    page.goto(address)
    page.locator(".ws-bar").wait_for()
    return Opened(page, wrong)


def _begin_anew(page: Page) -> None:
    page.locator("#ws-tabs button[role=tab]").first.click()
    page.click("#ws-new")
    page.wait_for_function("!document.querySelector('#ws-chat .ws-question')")


def _watch(url: str, address: str, wrong: list[str]) -> None:
    if not url.startswith((address, "data:", "blob:")):
        wrong.append(f"outside request: {url}")
