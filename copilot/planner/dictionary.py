"""Words of a Chinese text, and what parts of speech they are."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from knowledge.dictionary import entries, tokenizer

if TYPE_CHECKING:
    import jieba


@cache
def segmenter() -> jieba.Tokenizer:
    return tokenizer()


@lru_cache(maxsize=8192)
def tag(word: str) -> str:
    """Part of speech of a word of the dictionary, "" for any other; looked up in its text, as few are asked for."""
    at = entries().find(f"\n{word} ") if word in segmenter().FREQ else -1
    return entries()[at : entries().find("\n", at + 1)].split()[2] if at >= 0 else ""
