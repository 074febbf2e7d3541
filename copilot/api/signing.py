"""Who asks: while the workspace names people, everything but the way in takes one of them, by HTTP Basic (RFC 7617)
or by the session that signing in to the page opened. What is asked is then done in that person's name and role."""

from __future__ import annotations

import asyncio
import base64
import binascii
import secrets
import time

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from copilot.api.problems import language_of_request, on_refusal, problem
from copilot.catalogue import text
from copilot.team import ACTING, Person, Team
from tools.errors import ToolError

COOKIE = "wellspring-session"
HOURS = 12
"""How long a session lasts."""
OPEN = ("/healthz", "/favicon.", "/api/docs", "/api/static/", "/api/openapi.json")
"""What tells nothing of the workspace's customers."""


class Sessions:
    """Who signed in to the page; kept in memory, so a new start signs everybody out."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, str, float]] = {}

    def open(self, person: Person) -> str:
        """A token for the session cookie."""
        now, token = time.monotonic(), secrets.token_urlsafe(32)
        self._known = {key: row for key, row in self._known.items() if row[2] > now}
        self._known[token] = (person.name, person.secret, now + HOURS * 3600)
        return token

    def person(self, token: str, team: Team) -> Person | None:
        """Who holds a token, in the role of now; None where it is over, or the person is gone or has a new secret."""
        name, secret, until = self._known.get(token, ("", "", 0.0))
        person = team.all().get(name)
        return person if person and person.secret == secret and time.monotonic() < until else None

    def close(self, token: str) -> None:
        self._known.pop(token, None)


class SignedIn:
    """ASGI middleware. `app.state` holds the `team`, the `sessions` and the page's path to `sign_in` at, if any."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"} or _is_open(scope):
            await self._app(scope, receive, send)
            return
        try:
            person, named = await _asking(HTTPConnection(scope))
        except ToolError as error:  # people.yaml cannot be read: nobody gets in
            await (await on_refusal(HTTPConnection(scope), error))(scope, receive, send)
            return
        if named and person is None:
            await _refusal(HTTPConnection(scope))(scope, receive, send)
            return
        before = ACTING.set(person)
        try:
            await self._app(scope, receive, send)
        finally:
            ACTING.reset(before)


def _is_open(scope: Scope) -> bool:
    way_in = scope["app"].state.sign_in
    return scope["path"].startswith(OPEN) or bool(way_in) and scope["path"] == way_in


async def _asking(request: HTTPConnection) -> tuple[Person | None, bool]:
    """Who asks, and whether anybody is named at all. Raises BadArgument where the file cannot be read."""
    state = request.app.state
    team: Team = state.team
    if not team.all():
        return None, False
    if given := _basic(request.headers.get("authorization", "")):
        return await asyncio.to_thread(team.checked, *given), True
    return state.sessions.person(request.cookies.get(COOKIE, ""), team), True


def _refusal(request: HTTPConnection) -> Response:
    api, way_in = request.url.path.startswith("/api/"), request.app.state.sign_in
    if way_in and not api and "text/html" in request.headers.get("accept", ""):
        return RedirectResponse(way_in, status_code=303)
    language = language_of_request(request)
    title, detail = text("problem.title_sign_in", language), text("problem.sign_in", language)
    answer = problem(401, code="sign_in", title=title, detail=detail)
    if api:  # elsewhere a browser would put up a box of its own over the page
        answer.headers["www-authenticate"] = 'Basic realm="wellspring", charset="UTF-8"'
    return answer


def _basic(header: str) -> tuple[str, str] | None:
    """Name and secret of an Authorization header; None for another scheme or a broken one."""
    scheme, _, given = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, secret = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (name, secret) if colon else None
