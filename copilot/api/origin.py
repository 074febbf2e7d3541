"""Keep other sites out: a page elsewhere must not reach this server through its reader's browser.

A foreign name that resolves to this machine (DNS rebinding) is told by the Host header, a form or
script of another site by the Origin header: Fetch standard, "Origin header"; RFC 9110, section 7.2.
"""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from copilot.api.problems import language_of_request, problem
from copilot.catalogue import text

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
EVERYWHERE = frozenset({"0.0.0.0", "::"})
READING = frozenset({"GET", "HEAD", "OPTIONS"})


class OwnOrigin:
    """Refuse a Host that is not this server's (400), and a change asked for by another origin (403)."""

    def __init__(self, app: ASGIApp, *, bound: str, names: frozenset[str]) -> None:
        """`bound` is the address listened on, `names` are further host names that people reach it by."""
        self._app = app
        self._bound = bound
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(scope) if scope["type"] in {"http", "websocket"} else ""
        if not refusal:
            await self._app(scope, receive, send)
            return
        status, code = (400, "foreign_host") if refusal == "host" else (403, "foreign_origin")
        connection = HTTPConnection(scope)
        language = language_of_request(connection)
        detail = text(f"problem.{code}", language, given=connection.headers.get(refusal, ""))
        answer = problem(status, code=code, title=text("problem.title", language), detail=detail)
        await answer(scope, receive, send)

    def _refusal(self, scope: Scope) -> str:
        """Name of the header that gives a foreign request away; "" for our own."""
        headers = HTTPConnection(scope).headers
        host, origin = headers.get("host", ""), headers.get("origin")
        if not self._is_ours(_name(f"//{host}")):
            return "host"
        if origin is None or scope.get("method", "GET") in READING:
            return ""
        # A proxy may put another Host in the place of the name that the browser knows.
        same = origin.lower().partition("://")[2] == host.lower() or _name(origin) in self._names
        return "" if same else "origin"

    def _is_ours(self, name: str) -> bool:
        if name in LOOPBACK | self._names | {self._bound.lower()} - {""}:
            return True
        return self._bound in EVERYWHERE and (_is_address(name) or name == socket.gethostname().lower())


def _name(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:  # an unclosed bracket
        return ""


def _is_address(name: str) -> bool:
    # A rebound name is a name: whoever writes the number means this machine.
    try:
        return bool(ipaddress.ip_address(name))
    except ValueError:
        return False
