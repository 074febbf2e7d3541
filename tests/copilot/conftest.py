"""Copilots over the small workspace, and one sentence encoder for all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from copilot.bootstrap import open_copilot
from copilot.session import Copilot
from copilot.settings import Settings
from knowledge.embedding import SentenceEncoder


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


@pytest.fixture
def settings(copy_home: Callable[[], Path]) -> Settings:
    """Settings of a workspace of this test's own; no language model."""
    return Settings(_env_file=None, home=copy_home(), workspace="small")


@pytest.fixture(scope="session")
async def copilot(copy_home: Callable[[], Path]) -> AsyncIterator[Copilot]:
    """The planner over the small workspace; tests share it, each in threads of its own."""
    async with open_copilot(Settings(_env_file=None, home=copy_home(), workspace="small")) as opened:
        yield opened
