"""The parts of retrieval as the settings name them: who makes vectors, where they are kept, who reranks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pydantic import SecretStr

from copilot.privacy import PeopleIn, without_people
from copilot.settings import Settings
from knowledge.embedding import Embedder, SentenceEncoder
from knowledge.vectors import VectorPlace

if TYPE_CHECKING:
    from knowledge.served import Reranker

OPENAI = "https://api.openai.com/v1"


def build_embedder(settings: Settings, people_in: PeopleIn, default: SentenceEncoder) -> Embedder:
    """The endpoint's model where one is named, else the built-in one; no request is made here."""
    if not settings.embedding_model:
        return default
    from knowledge.served import ServedEmbedder  # its client takes a second to import; the built-in encoder needs none

    return ServedEmbedder(
        settings.embedding_model,
        base_url=settings.embedding_base_url or settings.base_url or OPENAI,
        api_key=_secret(settings.embedding_api_key or settings.api_key),
        batch=settings.embedding_batch,
        outgoing=partial(without_people, people_in=people_in),
    )


def build_reranker(settings: Settings, people_in: PeopleIn) -> Reranker | None:
    if not settings.rerank_url:
        return None
    from knowledge.served import Reranker

    return Reranker(
        settings.rerank_url,
        model=settings.rerank_model,
        api_key=_secret(settings.rerank_api_key),
        outgoing=partial(without_people, people_in=people_in),
    )


def vector_place(settings: Settings) -> VectorPlace:
    return VectorPlace(settings.chroma_url)


def _secret(value: SecretStr | None) -> str:
    return value.get_secret_value() if value else ""
