"""Vectors and an order of relevance from servers that a team runs or rents.

Embeddings: any OpenAI-compatible `/embeddings` endpoint. Reranking: the `/rerank` that Cohere,
Jina, vLLM and others share. Every text passes `outgoing` on its way out: documents and questions
may hold personal data, and what may leave the machine is not decided here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from urllib.parse import urlsplit

import httpx2
import numpy as np
import openai

from knowledge.errors import ServiceDown

Outgoing = Callable[[str], str]
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
INDEX_SECONDS, QUERY_SECONDS = 60.0, 5.0
INDEX_RETRIES = 5
"""Tries again of a batch while indexing, each after a longer pause; a question is not tried again."""


class ServedEmbedder:
    """Embeds by an OpenAI-compatible endpoint; makes no request before the first text."""

    def __init__(
        self, model: str, *, base_url: str = "", api_key: str = "", batch: int = 64, outgoing: Outgoing = str
    ) -> None:
        host = urlsplit(base_url).netloc.rpartition("@")[2] or "api.openai.com"
        self.name = f"{model}@{host}"
        self._model = model
        self._address = {"base_url": base_url or None, "api_key": api_key or "not-needed"}
        self._batch = batch
        self._outgoing = outgoing

    def embed(self, texts: list[str]) -> np.ndarray:
        """Return float32 unit vectors, shape (len(texts), the model's dimension).

        Raises ServiceDown when the endpoint does not answer, or not with one vector for each text.
        """
        batches = [texts[start:start + self._batch] for start in range(0, len(texts), self._batch)]
        if not batches:
            return np.empty((0, 0), dtype=np.float32)
        return np.concatenate([self._embed(batch, INDEX_SECONDS, INDEX_RETRIES) for batch in batches])

    def ask(self, question: str) -> np.ndarray:
        """Return the unit vector of a question, shape (dimension,). Raises ServiceDown soon: somebody waits."""
        return self._embed([question], QUERY_SECONDS, 0)[0]

    def _embed(self, texts: list[str], seconds: float, retries: int) -> np.ndarray:
        try:
            client = self._client.with_options(timeout=seconds, max_retries=retries)
            found = client.embeddings.create(
                model=self._model, input=[self._outgoing(text) for text in texts], encoding_format="float")
            ordered = sorted(found.data, key=lambda item: item.index)
            vectors = np.array([item.embedding for item in ordered], dtype=np.float32)
        except (openai.OpenAIError, ValueError, TypeError, AttributeError) as error:
            # No `from`: a traceback in a log would show the server's text.
            raise ServiceDown("embedder_unreachable", embedder=self.name, why=type(error).__name__) from None
        if vectors.ndim != 2 or len(vectors) != len(texts):
            raise ServiceDown("embedder_unreachable", embedder=self.name, why="shape")
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)

    @cached_property
    def _client(self) -> openai.OpenAI:
        return openai.OpenAI(**self._address, http_client=_http(self._address["base_url"] or ""))


class Reranker:
    """Puts passages in order by a rerank endpoint, given by its whole address."""

    def __init__(self, url: str, *, model: str = "", api_key: str = "", outgoing: Outgoing = str) -> None:
        self._url = url
        self._model = model
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._outgoing = outgoing

    def order(self, question: str, texts: list[str]) -> list[int]:
        """Return the places of `texts`, most relevant first. Raises ServiceDown when it does not answer so."""
        body = {"query": self._outgoing(question), "documents": [self._outgoing(text) for text in texts],
                "top_n": len(texts), **({"model": self._model} if self._model else {})}
        try:
            answer = self._client.post(self._url, json=body, headers=self._headers).raise_for_status().json()
            rated = {int(item["index"]): float(item["relevance_score"]) for item in answer["results"]}
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, KeyError, TypeError) as error:
            raise ServiceDown("reranker_unreachable", url=self._url, why=type(error).__name__) from None
        if not rated.keys() <= set(range(len(texts))):
            raise ServiceDown("reranker_unreachable", url=self._url, why="index")
        return sorted(range(len(texts)), key=lambda place: (-rated.get(place, float("-inf")), place))

    @cached_property
    def _client(self) -> httpx2.Client:
        return _http(self._url)


def _http(url: str) -> httpx2.Client:
    # A proxy from the environment is for the outside world, never for a server on this machine.
    return httpx2.Client(timeout=QUERY_SECONDS, trust_env=urlsplit(url).hostname not in LOOPBACK)
