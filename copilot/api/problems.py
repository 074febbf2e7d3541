"""Errors as problem documents (RFC 9457): what is wrong and how to mend it, in the reader's language."""

from __future__ import annotations

import logging
from uuid import uuid4

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from copilot.api.dependencies import accepted_language
from copilot.catalogue import has, text
from copilot.refusals import worded
from knowledge.errors import KnowledgeError
from tools.errors import BadArgument, Busy, NoData, NotAllowed, ToolError

log = logging.getLogger(__name__)

_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (NotAllowed, 403),
    (BadArgument, 400),
    (NoData, 409),
    (Busy, 503),
    (KnowledgeError, 400),
)


def problem(status: int, *, code: str, title: str, detail: str, **more: object) -> JSONResponse:
    body = {"type": "about:blank", "status": status, "code": code, "title": title, "detail": detail, **more}
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


def language_of_request(request: HTTPConnection) -> str:
    lang = request.query_params.get("lang")
    return lang if lang in {"zh", "en"} else accepted_language(request.headers.get("accept-language", ""))


async def on_refusal(request: Request, error: ToolError | KnowledgeError) -> JSONResponse:
    language = language_of_request(request)
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
    if error.code in {"unknown_metric", "metric_unsupported", "passage_unknown", "document_unknown", "lesson_unknown",
                      "campaign_unknown_id", "no_trace"}:
        status = 404
    title = text("problem.refused", language)
    return problem(
        status, code=error.code, title=title, detail=worded(error, language), alternatives=error.alternatives
    )


async def on_invalid_request(request: Request, error: RequestValidationError) -> JSONResponse:
    language = language_of_request(request)
    fields = [
        {"field": _field(item["loc"]), "problem": _worded(item["type"], item.get("ctx", {}), language)}
        for item in error.errors()
    ]
    detail = text("problem.between", language).join(
        text("problem.field", language, field=item["field"] or "body", problem=item["problem"]) for item in fields
    )
    return problem(422, code="invalid_request", title=text("problem.invalid", language), detail=detail, fields=fields)


def _field(location: tuple[str | int, ...]) -> str:
    """Name of the field; a place inside broken JSON is a number and names none."""
    return ".".join(map(str, location[1:])) if isinstance(location[-1], str) else ""


def _worded(kind: str, blanks: dict[str, object], language: str) -> str:
    """Pydantic speaks English only; the common kinds of error have their sentence in the catalogue."""
    key = f"invalid.{kind}"
    return text(key if has(key) else "invalid.other", language, **blanks)


async def on_http_error(request: Request, error: HTTPException) -> JSONResponse:
    language = language_of_request(request)
    known = f"_{error.status_code}" if error.status_code in {404, 405} else ""
    detail = text(f"problem.http{known}", language, path=request.url.path, method=request.method)
    title = text(f"problem.title{known}", language)
    return problem(error.status_code, code="http", title=title, detail=detail)


async def on_unexpected(request: Request, error: Exception) -> JSONResponse:
    """A bug: the reader gets a number to quote, the log gets the rest."""
    language, log_id = language_of_request(request), uuid4().hex
    log.error("%s %s failed, log id %s", request.method, request.url.path, log_id, exc_info=error)
    detail = text("problem.unexpected", language, log_id=log_id)
    title = text("problem.title_unexpected", language)
    return problem(500, code="E-BUG", title=title, detail=detail, log_id=log_id)
