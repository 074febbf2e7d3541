"""Copilots over the small workspace, and one sentence encoder for all of them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from copilot.bootstrap import open_copilot
from copilot.planner.lexicon import lexicon
from copilot.planner.matching import Matcher
from copilot.planner.vocabulary import Vocabulary, metric_words
from copilot.session import Copilot
from copilot.settings import Settings
from copilot.testing import ScriptedServer, Stage
from knowledge.embedding import SentenceEncoder
from tools import catalog
from tools.selection.reading import RuleReader
from tools.traits.catalog import builtin as builtin_traits

KEY = "sk-test-5d1c0ffee"
MODEL = "scripted-1"


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def encoder() -> SentenceEncoder:
    """Loading the encoder's weights takes seconds, and they never change."""
    return SentenceEncoder()


@pytest.fixture(scope="module", autouse=True)
def _one_encoder(encoder: SentenceEncoder) -> Iterator[None]:
    """Every copilot of a module here shares the weights; other folders' tests load their own."""
    load = SentenceEncoder._loaded
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SentenceEncoder, "_loaded", lambda _: load(encoder))
        yield


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """The planner's words over an invented brand: what its data holds, without any data."""
    held = {"channel": ["天猫", "抖音"], "category": ["护肤", "零食"], "city": ["上海", "北京"]}
    days = {"first_day": date(2024, 11, 1), "last_day": date(2026, 10, 31)}
    known, tags = catalog.builtin(), builtin_traits().tags
    levels = {"member_level": ["普卡", "银卡", "金卡"]}
    reader = RuleReader(builtin_traits(), held | levels, as_of=days["last_day"], first_day=days["first_day"])
    return Vocabulary(
        metrics=metric_words(known.metrics | known.unsupported),
        dimensions=Matcher({name: _names(each) for name, each in known.dimensions.items()}),
        values={name: Matcher({v: lexicon().spellings(v) for v in values}) for name, values in held.items()},
        tags=Matcher({name: _names(tag) for name, tag in tags.items()}),
        read=reader.read,
        read_marks=reader.read_marks,
        **days,
    )


def _names(item) -> list[str]:  # noqa: ANN001
    return [item.title.zh, item.title.en, *item.synonyms.zh, *item.synonyms.en]


@pytest.fixture
def settings(copy_home: Callable[[], Path]) -> Settings:
    """Settings of a workspace of this test's own; no language model."""
    return Settings(_env_file=None, home=copy_home(), workspace="small")


@pytest.fixture(scope="session")
async def copilot(copy_home: Callable[[], Path]) -> AsyncIterator[Copilot]:
    """The planner over the small workspace; tests share it, each in threads of its own."""
    async with open_copilot(Settings(_env_file=None, home=copy_home(), workspace="small")) as opened:
        yield opened


# --- a language model behind it: one scripted server for all modules -----------------------


@pytest.fixture(scope="session")
def stage() -> Stage:
    """What the server of `server` says next."""
    return Stage()


@pytest.fixture(scope="session")
def running_server(stage: Stage) -> Iterator[ScriptedServer]:
    with ScriptedServer(stage) as server:
        yield server


@pytest.fixture
def server(running_server: ScriptedServer) -> ScriptedServer:
    running_server.requests.clear()
    return running_server


@pytest.fixture(scope="session")
def model_settings(running_server: ScriptedServer, copy_home: Callable[[], Path]) -> Callable[..., Settings]:
    """Settings of a workspace of one's own with the scripted model; limits are short."""
    limits = {"first_token_seconds": 2.5, "idle_seconds": 2.5, "turn_seconds": 30, "retry_after_seconds": 1}
    served = {"base_url": running_server.base_url, "api_key": KEY, "model": MODEL, "model_calls": 4}

    def make(**knobs: Any) -> Settings:
        return Settings(_env_file=None, workspace="small", **{"home": copy_home(), **served, **limits, **knobs})

    return make


@pytest.fixture(scope="session")
async def served(model_settings: Callable[..., Settings]) -> AsyncIterator[Copilot]:
    """The copilot with the scripted model; the planner stands in when it fails."""
    async with open_copilot(model_settings()) as opened:
        yield opened


@pytest.fixture(scope="session")
async def alone(model_settings: Callable[..., Settings]) -> AsyncIterator[Copilot]:
    """The same without anybody to stand in."""
    async with open_copilot(model_settings(fallback="none")) as opened:
        yield opened


@pytest.fixture(scope="session")
def standing() -> Callable[[Path, list[str]], dict[str, list[str]]]:
    """Files below a folder in which any of the values stands byte by byte: as text, as JSON may write it, and as a
    process holds it in its memory, which a file may be handed by mistake."""

    def found(folder: Path, values: list[str]) -> dict[str, list[str]]:
        spelt = {value: (value.encode(), value.encode("utf-16-le"), json.dumps(value)[1:-1].encode()) for value in values}
        files = {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
        assert not list(folder.rglob("index")) or any(path.suffix == ".bin" for path in files)  # Chroma's are among them
        held = {path: [value for value in values if any(form in body for form in spelt[value])]
                for path, body in files.items()}  # fmt: skip
        return {str(path.relative_to(folder)): which for path, which in held.items() if which}

    return found
