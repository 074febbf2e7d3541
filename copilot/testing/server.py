"""A real HTTP server on a loopback port that speaks the OpenAI chat-completions protocol by script."""

from __future__ import annotations

import json
import select
import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from typing import Any, Self

from copilot.testing.behaviours import Behaviour, Hang, Page, Reply, completion, deltas, refuse

Script = Behaviour | Iterable[Behaviour] | Callable[[dict[str, Any]], Behaviour]


@dataclass(frozen=True)
class Recorded:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    """Names in lower case."""
    body: dict[str, Any]


class ScriptedServer:
    """Serve `script`: one behaviour for ever, a queue of them, or a function of the request body.

        with ScriptedServer([call("query_metric", {"metric": "revenue"}), say("42")]) as server:
            ... use server.base_url ...
        server.bodies   # what went over the wire

    After the end of a queue every request gets a 501 that says so.
    """

    def __init__(self, script: Script) -> None:
        self._script = script if callable(script) or isinstance(script, Reply | Page | Hang) else iter(script)
        self._lock = threading.Lock()
        self.requests: list[Recorded] = []
        self.hang_ups = 0
        """Clients that closed the connection while the server was silent."""
        self.stopping = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._http.daemon_threads = True
        self._http.owner = self  # type: ignore[attr-defined]

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [request.body for request in self.requests]

    def record(self, request: Recorded) -> Behaviour:
        with self._lock:
            self.requests.append(request)
            if isinstance(self._script, Reply | Page | Hang):
                return self._script
            if callable(self._script):
                return self._script(request.body)
            return next(self._script, refuse(501, "the script has no reply left"))

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def owner(self) -> ScriptedServer:
        return self.server.owner  # type: ignore[attr-defined]

    def log_message(self, *_: object) -> None:
        """Keep the test output clean."""

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:
            self.owner.hang_ups += 1

    def do_GET(self) -> None:
        models = {"object": "list", "data": [{"id": "scripted", "object": "model"}]}
        self._send(Page(200, json.dumps(models)) if self.path.endswith("/models") else refuse(404, "no such page"))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        behaviour = self.owner.record(Recorded(self.path, headers, body))
        if isinstance(behaviour, Hang):
            self._wait_in_silence()
        elif isinstance(behaviour, Page):
            self._send(behaviour)
        elif body.get("stream"):
            self._stream(behaviour, body["model"])
        elif behaviour.ending == "done":
            self._send(Page(200, json.dumps(completion(behaviour, body["model"]))))
        else:
            self._send_broken(behaviour)

    def _send(self, page: Page) -> None:
        content = page.body.encode()
        self.send_response(page.status)
        self.send_header("Content-Type", page.content_type)
        self.send_header("Content-Length", str(len(content)))
        for name, value in page.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _send_broken(self, reply: Reply) -> None:
        """The endings of a stream, as far as one JSON object can have them."""
        if reply.ending == "error":
            self._send(Page(200, json.dumps({"error": {"message": "the engine died", "code": 500}})))
        elif reply.ending == "bad_line":
            self._send(Page(200, '{"choices": [{'))
        elif reply.ending == "stall":
            self._wait_in_silence()
        else:
            self.close_connection = True

    def _stream(self, reply: Reply, model: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for delta in islice(deltas(reply, model), reply.events):
            time.sleep(reply.pause)
            self._event(json.dumps(delta, ensure_ascii=False))
        if reply.ending == "cut":
            self.close_connection = True
            return
        if reply.ending == "stall":
            self._wait_in_silence()
            return
        if reply.ending == "bad_line":
            self._event('{"choices": [{')
        if reply.ending == "error":
            self._event(json.dumps({"error": {"message": "the engine died", "type": "server_error"}}))
        self._event("[DONE]")
        self._chunk(b"")

    def _event(self, data: str) -> None:
        self._chunk(f"data: {data}\n\n".encode())

    def _chunk(self, content: bytes) -> None:
        self.wfile.write(f"{len(content):x}\r\n".encode() + content + b"\r\n")
        self.wfile.flush()

    def _wait_in_silence(self) -> None:
        """Send nothing until the client hangs up or the server stops."""
        self.close_connection = True
        while not self.owner.stopping.is_set():
            readable, _, _ = select.select([self.connection], [], [], 0.02)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                self.owner.hang_ups += 1
                return
