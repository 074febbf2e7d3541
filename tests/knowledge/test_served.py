"""A served embedding model, reranker and Chroma, against real servers on loopback ports."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import numpy as np
import pytest

from knowledge.embedding import SentenceEncoder
from knowledge.errors import IndexProblem, ServiceDown
from knowledge.index import build_index, remove_document
from knowledge.search import KnowledgeIndex
from knowledge.served import Reranker, ServedEmbedder
from knowledge.vectors import VectorPlace


class FakeModel:
    """Embeds by the built-in encoder, cut to `dimension`, and reranks by length; `failures` requests get a 500 first."""

    def __init__(self, dimension: int = 128) -> None:
        self.dimension, self.failures, self.bodies = dimension, 0, []
        self.encoder = SentenceEncoder()
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                model.bodies.append(body)
                failed = model.failures > 0
                model.failures -= failed
                answer = {"error": {"message": "secret text of the server"}} if failed else model.answer(self.path, body)
                data = json.dumps(answer).encode()
                self.send_response(500 if failed else 200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        self.base_url = f"http://127.0.0.1:{self.http.server_port}/v1"

    def answer(self, path: str, body: dict) -> dict:
        if path.endswith("/rerank"):
            order = sorted(range(len(body["documents"])), key=lambda place: len(body["documents"][place]))
            return {"results": [{"index": place, "relevance_score": 1 / rank} for rank, place in enumerate(order, 1)]}
        vectors = self.encoder.embed(body["input"])[:, : self.dimension]
        items = [{"object": "embedding", "index": n, "embedding": list(map(float, row))} for n, row in enumerate(vectors)]
        return {"object": "list", "model": "m", "data": items[::-1], "usage": {"prompt_tokens": 1, "total_tokens": 1}}

    def embedder(self, **options) -> ServedEmbedder:
        return ServedEmbedder("m", base_url=self.base_url, **options)

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def model():
    server = FakeModel()
    yield server
    server.close()


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.01)
    monkeypatch.setattr("openai._base_client.MAX_RETRY_DELAY", 0.01)


def test_embeds_in_batches_in_order_and_as_unit_vectors(model):
    texts = [f"会员 {n}" for n in range(5)]
    vectors = model.embedder(batch=2).embed(texts)
    assert [len(body["input"]) for body in model.bodies] == [2, 2, 1]
    assert vectors.shape == (5, 128)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.allclose(vectors[3], model.embedder().ask(texts[3]), atol=1e-4)


def test_tries_a_batch_again_but_not_a_question(model):
    model.failures = 2
    assert model.embedder().embed(["a", "b"]).shape == (2, 128)
    model.failures = 1
    with pytest.raises(ServiceDown, match="embedder_unreachable") as error:
        model.embedder().ask("a")
    assert "secret" not in str(error.value)
    assert error.value.__cause__ is None


def test_only_what_may_leave_goes_out(model, store, content):
    embedder = model.embedder(outgoing=lambda words: words.replace("年费", "***"))
    build_index(store, content=content, embedder=embedder)
    KnowledgeIndex.open(store, embedder).search("年费会员值不值")
    assert "***会员值不值" in model.bodies[-1]["input"]
    assert "年费" not in json.dumps(model.bodies, ensure_ascii=False)


def test_searches_by_words_alone_while_the_model_is_down(model, store, content):
    embedder = model.embedder()
    build_index(store, content=content, embedder=embedder)
    whole = KnowledgeIndex.open(store, embedder).search("沉睡用户召回率")
    assert whole.cautions == []
    index = KnowledgeIndex.open(store, embedder)
    model.failures = 1
    partial = index.search("沉睡用户召回率")
    assert partial.cautions == ["embedder_unreachable"]
    assert partial.results[0].document == whole.results[0].document == "win-back"
    assert index.search("沉睡用户召回率") == whole
    model.failures = 1
    assert index.search("沉睡用户召回率") == whole, "the vector of a question asked before is remembered"


def test_another_model_needs_a_rebuild_which_makes_a_new_generation(model, store, content, embedder):
    build_index(store, content=content, embedder=embedder)
    before, served = store.current(), model.embedder()
    with pytest.raises(IndexProblem, match="index_embedder"):
        KnowledgeIndex.open(store, served)
    report = build_index(store, content=content, embedder=served)
    assert report.embedded == report.vectors
    assert store.current() != before
    assert KnowledgeIndex.open(store, served).search("付费会员").results[0].document == "paid-membership"


def test_another_length_behind_the_same_name(model, store, content, tmp_path):
    embedder = model.embedder()
    build_index(store, content=content, embedder=embedder)
    model.dimension = 256
    index = KnowledgeIndex.open(store, embedder)
    assert index.search("付费会员").cautions == ["vectors_unreachable"]
    note = tmp_path / "退货政策.md"
    note.write_text("# 退货政策\n\n签收后七天内可以无理由退货，运费由买家承担。", encoding="utf-8")
    report = build_index(store, content=content, documents=[note], embedder=embedder)
    assert report.embedded == report.vectors
    assert index.search("付费会员").cautions == []


def test_a_failing_model_leaves_the_index_as_it_was(model, store, content, tmp_path):
    embedder = model.embedder()
    build_index(store, content=content, embedder=embedder)
    before = store.current()
    note = tmp_path / "note.md"
    note.write_text("# Note\n\nReturns are free for seven days.", encoding="utf-8")
    model.failures = 99
    with pytest.raises(ServiceDown):
        build_index(store, content=content, documents=[note], embedder=embedder)
    assert store.current() == before
    model.failures = 0
    assert KnowledgeIndex.open(store, embedder).search("年费").cautions == []


def test_a_reranker_orders_passages_and_is_not_missed_when_down(model, store, content, embedder):
    build_index(store, content=content, embedder=embedder)
    plain = KnowledgeIndex(store, embedder).search("会员 用户", k=8)
    index = KnowledgeIndex(store, embedder, reranker=Reranker(f"{model.base_url}/rerank", model="r"))
    found = index.search("会员 用户", k=8)
    lengths = [len(f"{hit.title}\n{hit.heading}\n{hit.text}") for hit in found.results]
    assert lengths == sorted(lengths)
    assert {hit.id for hit in found.results} == {hit.id for hit in plain.results}
    assert model.bodies[-1]["model"] == "r"
    model.failures = 1
    without = index.search("会员 用户", k=8)
    assert without.cautions == ["reranker_unreachable"]
    assert without.results == plain.results


@contextmanager
def chroma(directory: Path, port: int):
    command = Path(sys.executable).with_name("chroma")
    server = subprocess.Popen(
        [command, "run", "--path", directory, "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(f"http://127.0.0.1:{port}/api/v2/heartbeat")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


def _wait_for(url: str) -> None:
    for _ in range(100):
        try:
            return httpx.get(url, trust_env=False).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError("the Chroma server did not start")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_vectors_on_a_chroma_server(store, content, embedder, tmp_path):
    port = free_port()
    note = tmp_path / "退货政策.md"
    note.write_text("# 退货政策\n\n签收后七天内可以无理由退货，运费由买家承担。", encoding="utf-8")
    with chroma(tmp_path / "server", port) as url:
        place = VectorPlace(url)
        build_index(store, content=content, embedder=embedder, place=place)
        index = KnowledgeIndex.open(store, embedder, place=place)
        assert index.search("要不要收年费").results[0].document == "paid-membership"
        report = build_index(store, content=content, documents=[note], embedder=embedder, place=place)
        assert report.embedded < report.vectors  # the others were taken over from the generation before
        assert index.search("退货运费谁出").results[0].document == "退货政策.md"
        assert not (store.current() / "vectors").exists()
        with pytest.raises(IndexProblem, match="index_place"):
            KnowledgeIndex.open(store, embedder)
        remove_document(store, "退货政策.md", place=place)
        assert "退货政策.md" not in {hit.document for hit in index.search("退货运费谁出").results}
        assert index.search("要不要收年费").cautions == []
    down = index.search("沉睡用户召回率")
    assert down.cautions == ["vectors_unreachable"]
    assert down.results[0].document == "win-back"
    with pytest.raises(ServiceDown, match="vectors_unreachable"):
        build_index(store, content=content, documents=[note], embedder=embedder, place=place)
    with chroma(tmp_path / "server", port):
        assert index.search("沉睡用户召回率").cautions == []


def test_vectors_come_back_beside_the_index(store, content, embedder, tmp_path):
    with chroma(tmp_path / "server", free_port()) as url:
        build_index(store, content=content, embedder=embedder, place=VectorPlace(url))
    shutil.rmtree(tmp_path / "server")
    report = build_index(store, content=content, embedder=embedder)
    assert report.embedded == report.vectors
    assert KnowledgeIndex.open(store, embedder).search("要不要收年费").results[0].document == "paid-membership"
