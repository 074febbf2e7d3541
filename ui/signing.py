"""Signing in to the page, and acting in the name of whoever did."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from importlib import resources
from typing import Annotated

from fastapi import APIRouter, FastAPI, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from copilot.api.problems import language_of_request
from copilot.api.signing import COOKIE, HOURS
from copilot.session import Copilot
from copilot.team import ACTING
from tools.errors import NotAllowed
from ui.words import html


def routes(path: str, app: FastAPI) -> APIRouter:
    """`GET` and `POST <path>/signin`, `GET <path>/signout`."""
    router = APIRouter(prefix=path, include_in_schema=False)
    app.state.sign_in = f"{path}/signin"

    @router.get("/signin")
    def form(request: Request) -> HTMLResponse:
        return HTMLResponse(_form(language_of_request(request)))

    @router.post("/signin", response_model=None)
    def sign_in(
        request: Request, name: Annotated[str, Form(max_length=40)] = "", secret: Annotated[str, Form()] = ""
    ) -> HTMLResponse | RedirectResponse:
        person = app.state.team.checked(name.strip(), secret)
        if person is None:
            return HTMLResponse(_form(language_of_request(request), name, wrong=True), status_code=401)
        answer = RedirectResponse(f"{path}/", status_code=303)
        answer.set_cookie(COOKIE, app.state.sessions.open(person), max_age=HOURS * 3600, httponly=True,
                          samesite="strict", secure=request.url.scheme == "https")  # fmt: skip
        return answer

    @router.get("/signout")
    def sign_out(request: Request) -> RedirectResponse:
        app.state.sessions.close(request.cookies.get(COOKIE, ""))
        answer = RedirectResponse(f"{path}/signin", status_code=303)
        answer.delete_cookie(COOKIE)
        return answer

    return router


def username(request: Request) -> str:
    """Gradio's `auth_dependency`: who signed in, "" where nobody has to; the others have been turned away before."""
    person = ACTING.get()
    return person.name if person else ""


def copilot_of(app: FastAPI) -> Callable[[], Copilot]:
    """The running copilot, acting for whoever made the request: Gradio runs handlers far from its context."""

    def copilot() -> Copilot:
        from gradio.context import LocalContext

        running: Copilot = app.state.copilot
        request = LocalContext.request.get(None)
        if request is not None and (people := app.state.team.all()):
            person = people.get(request.username or "")
            if person is None:  # taken off since the click
                raise NotAllowed("signed_out")
            ACTING.set(person)
        return running

    return copilot


def _form(language: str, name: str = "", *, wrong: bool = False) -> str:
    head = html("sign_in.heading", language)
    said = f'<p role="alert">{html("sign_in.wrong", language)}</p>' if wrong else ""
    style = resources.files("ui").joinpath("static", "signin.css").read_text(encoding="utf-8")
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{html("name", language)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="/favicon.svg">'
        # Under the page's no-referrer a browser would send "Origin: null" with the form, which is refused.
        '<meta name="referrer" content="same-origin">'
        f"<style>{style}</style></head><body><main><h1>{html('name', language)}</h1><h2>{head}</h2>{said}"
        f'<form method="post"><label>{html("sign_in.name", language)}<input name="name" value="{escape(name)}" '
        'required autofocus autocomplete="username" maxlength="40"></label>'
        f'<label>{html("sign_in.secret", language)}'
        '<input name="secret" type="password" required autocomplete="current-password" maxlength="200"></label>'
        f"<button>{html('sign_in.go', language)}</button></form></main></body></html>"
    )
