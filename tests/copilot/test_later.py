"""What a server makes ready while it answers already."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from copilot.api.app import create_app
from copilot.api.later import Later, LateRoute
from copilot.settings import Settings

HERE = "http://127.0.0.1"


@contextmanager
def served(make: Callable[[], FastAPI]) -> Iterator[TestClient]:
    """A server whose part below /late is what `make` returns; it tells what is left at /left."""
    later = Later()

    @asynccontextmanager
    async def lifespan(app: FastAPI):  # noqa: ANN202
        async with later.running():
            yield

    app = FastAPI(lifespan=lifespan)
    app.get("/left")(lambda: later.left)
    route = LateRoute("/late", make)
    app.router.routes.append(route)
    later.add("part", route.opened)
    with TestClient(app, base_url=HERE, raise_server_exceptions=False) as client:
        yield client


def test_a_request_for_a_late_part_waits_for_it_while_others_are_answered() -> None:
    begun, go_on, ends = threading.Event(), threading.Event(), []

    @asynccontextmanager
    async def lifespan(part: FastAPI):  # noqa: ANN202
        yield
        ends.append(part)

    def make() -> FastAPI:
        begun.set()
        go_on.wait()
        part = FastAPI(lifespan=lifespan)
        part.get("/late/word")(lambda: "here")
        return part

    with served(make) as client, ThreadPoolExecutor() as pool:
        waiting = pool.submit(client.get, "/late/word")
        begun.wait()
        assert client.get("/left").json() == ["part"]
        assert client.get("/later").status_code == 404
        assert not waiting.done()
        go_on.set()
        assert waiting.result().json() == "here"
        assert client.get("/late/nothing").status_code == 404
        assert client.get("/left").json() == []
        assert ends == []
    assert len(ends) == 1


def test_a_part_that_cannot_be_made_says_so_and_the_rest_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    def make() -> FastAPI:
        raise OSError("no such part")

    with served(make) as client:
        assert client.get("/late/word").status_code == 500
        assert client.get("/left").json() == []
    assert "no such part" in caplog.text


def test_steps_are_taken_in_order_and_none_once_the_server_stops() -> None:
    later, taken, begun, stop = Later(), [], threading.Event(), threading.Event()

    def step(name: str):  # noqa: ANN202
        @asynccontextmanager
        async def take():  # noqa: ANN202
            taken.append(name)
            if name == "second":
                raise ValueError(name)
            if name == "third":
                begun.set()
                await asyncio.to_thread(stop.wait)
            yield
            taken.append(f"end of {name}")

        return take

    for name in ("first", "second", "third", "fourth"):
        later.add(name, step(name))

    async def run() -> None:
        async with later.running():
            await asyncio.to_thread(begun.wait)
            assert later.left == ["third", "fourth"]
            asyncio.get_running_loop().call_later(0, stop.set)

    asyncio.run(run())
    assert taken == ["first", "second", "third", "end of third", "end of first"]


def test_health_tells_what_still_loads(copy_home: Callable[[], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, done = threading.Event(), threading.Event()

    def warm(*_: object) -> None:
        go_on.wait()
        done.set()

    monkeypatch.setattr("copilot.bootstrap._warm", warm)
    settings = Settings(_env_file=None, home=copy_home(), workspace="small")
    with TestClient(create_app(settings), base_url=HERE) as client:
        assert client.get("/healthz").json()["loading"] == ["search"]
        go_on.set()
        done.wait()


FIRST_QUESTION = """
import asyncio, sys
from pathlib import Path
from copilot.api.app import create_app
from copilot.bootstrap import open_copilot
from copilot.settings import Settings
from ui.app import mount

settings = Settings(_env_file=None, home=Path(sys.argv[1]), workspace="small")
create_app(settings, mounts=(mount,))

async def ask():
    async with open_copilot(settings) as copilot:
        await asyncio.to_thread(copilot.wake)
        print((await copilot.ask("上个月的销售额是多少？")).text, file=sys.stderr)

asyncio.run(ask())
print(*{name.partition(".")[0] for name in sys.modules})
"""


def test_a_first_question_is_answered_without_what_it_does_not_need(copy_home: Callable[[], Path]) -> None:
    """What takes seconds to import: the page, the vectors, workbooks, the loading and linking of data."""
    found = subprocess.run(
        [sys.executable, "-c", FIRST_QUESTION, str(copy_home())], cwd=Path(__file__).parents[2],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "¥" in found.stderr
    heavy = {"gradio", "chromadb", "openpyxl", "PIL", "plotly", "markitdown", "splink", "openai", "scipy"}
    assert heavy & set(found.stdout.split()) == set()
