"""Everything that a server imports and computes for its first question, once: every server here is forked from it."""

from __future__ import annotations

import gc
import sys
from functools import lru_cache
from inspect import signature

import bs4  # noqa: F401 - and what else is imported at its first use
import chromadb.api.rust  # noqa: F401
import ftfy  # noqa: F401
import ibis.backends.sql.compilers  # noqa: F401
import markitdown  # noqa: F401
import numpy as np
import pyarrow.dataset  # noqa: F401
import pytest  # noqa: F401 - the main module of whoever asks for a server

import copilot.bootstrap
import knowledge.index
import knowledge.reading.readers
import knowledge.reading.text
import tools.demo
import tools.loading  # noqa: F401
from copilot.planner.leftover import warm as warm_words
from copilot.planner.router import Router
from copilot.planner.vocabulary import build_vocabulary
from knowledge.documents import read_cards
from knowledge.embedding import SentenceEncoder, encoder
from tests.kills.server import serve  # noqa: F401 - with everything that it imports
from tools import schema
from tools.compliance.rules import patterns, rule_book
from tools.tables import compile_sql
from tools.warehouse import _count_values

CARDS = [card for card in read_cards() if card.id.startswith("proposition-")]
"""A small library: what a kill can hurt does not depend on how many cards there are."""
_embed = SentenceEncoder.embed


@lru_cache(maxsize=64)
def _vectors(texts: tuple[str, ...]) -> np.ndarray:
    return _embed(SentenceEncoder(), list(texts))


# Vectors of a text and cards that are read are no concern of a kill: they are the same in every server.
SentenceEncoder._loaded = lambda self: encoder()
SentenceEncoder.embed = lambda self, texts: _vectors(tuple(texts)) if texts else _embed(self, texts)
knowledge.index.read_cards = lambda content: CARDS
copilot.bootstrap._wake = copilot.bootstrap._warm = lambda *parts: None  # reads what the first question reads again
for module in [module for name, module in sys.modules.items() if name.startswith(("copilot.", "knowledge.", "tools."))]:
    for value in list(vars(module).values()):
        if isinstance(value, type(_vectors)) and not signature(value).parameters:
            value()  # a table, a word list: read at its first use and kept
for rule in rule_book():
    patterns(rule)
for table in schema.TABLES:
    compile_sql(_count_values(table))
build_vocabulary(None)
warm_words()
Router(SentenceEncoder()).warm()
gc.collect()
gc.freeze()  # what is here stays: no child needs to look through it
