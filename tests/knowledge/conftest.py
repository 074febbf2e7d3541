"""A small library of cards in both languages, indexed once for the tests that only read."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.embedding import SentenceEncoder
from knowledge.index import build_index
from knowledge.search import KnowledgeIndex
from tools.generations import Generations

SOURCES = """
report:
  title: {zh: 增长报告, en: Growth report}
  publisher: {zh: 某某研究, en: Some Research}
  year: 2020
"""
CARD = """---
id: {id}
title: {title}
type: {type}
language: {language}
tier: [{tier}]
source: [report]
evidence: company report
questions: [{question}]
---
{text}
"""
CARDS = [
    ("paid-membership", "scenario", "high", {
        "zh": ("付费会员", "要不要收年费？",
               "## 是什么\n用户先付年费换取长期的价格与服务优势。\n\n"
               "## 什么时候用\n购买足够频繁，多数会员能省回年费。"),
        "en": ("Paid membership", "Should we charge a yearly fee?",
               "## What it is\nCustomers pay a yearly fee for standing advantages.\n\n"
               "## When to use it\nPeople buy often enough to earn the fee back."),
    }),
    ("win-back", "tier", "dormant", {
        "zh": ("沉睡用户", "很久没来的老客怎么叫回来？",
               "## 打法\n先提醒变化，再给限期权益，没有回应就停。\n\n## 指标\n召回率与单个召回成本。"),
        "en": ("Dormant customers", "How do we get people back who left long ago?",
               "## Plays\nA reminder first, then a dated benefit; stop when nothing comes back.\n\n"
               "## KPIs\nRecall rate and cost per recall."),
    }),
    ("co-creation", "scenario", "mid", {
        "zh": ("用户共创", "怎么让粉丝参与新品研发？", "## 是什么\n邀请核心用户试吃、投票并参与新品研发。"),
        "en": ("Co-creation", "How can fans help develop products?",
               "## What it is\nCore customers taste, vote and help develop new products."),
    }),
    ("journey", "scenario", "mid", {
        "zh": ("用户旅程优化", "逛店的路线怎么设计？", "## 是什么\n梳理进店、试用、结账各个触点，去掉卡住人的地方。"),
        "en": ("Journey optimisation", "How should people walk through our shop?",
               "## What it is\nMap entry, trial and checkout, and remove what stops people."),
    }),
]


def write_cards(content: Path) -> Path:
    content.mkdir(parents=True, exist_ok=True)
    (content / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    for id, type, tier, languages in CARDS:
        for language, (title, question, text) in languages.items():
            card = CARD.format(
                id=id, title=title, type=type, language=language, tier=tier, question=question, text=text)
            path = content / language / f"{id}.md"
            path.parent.mkdir(exist_ok=True)
            path.write_text(card, encoding="utf-8")
    return content


@pytest.fixture(scope="session")
def embedder():
    return SentenceEncoder()


@pytest.fixture
def content(tmp_path):
    return write_cards(tmp_path / "content")


@pytest.fixture
def store(tmp_path):
    return Generations(tmp_path / "index", suffix="")


@pytest.fixture(scope="session")
def library(tmp_path_factory, embedder):
    """An open index of the small library; read-only."""
    directory = tmp_path_factory.mktemp("library")
    store = Generations(directory / "index", suffix="")
    build_index(store, content=write_cards(directory / "content"), embedder=embedder)
    index = KnowledgeIndex.open(store, embedder)
    yield index
    index.close()
