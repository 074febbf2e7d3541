"""Copilots over the small workspace, and one sentence encoder for all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from copilot.bootstrap import open_copilot
from copilot.planner.lexicon import lexicon
from copilot.planner.matching import Matcher
from copilot.planner.vocabulary import Vocabulary, metric_words
from copilot.session import Copilot
from copilot.settings import Settings
from knowledge.embedding import SentenceEncoder
from tools import catalog
from tools.selection.reading import RuleReader
from tools.traits.catalog import builtin as builtin_traits


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
