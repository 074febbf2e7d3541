"""Errors as problem documents (RFC 9457): what is wrong and how to mend it, in the reader's language."""

from __future__ import annotations

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from copilot.api.dependencies import accepted_language
from copilot.catalogue import text
from copilot.refusals import worded
from knowledge.errors import KnowledgeError
from tools.errors import BadArgument, Busy, NoData, ToolError

_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (BadArgument, 400),
    (NoData, 409),
    (Busy, 503),
    (KnowledgeError, 400),
)


def problem(status: int, *, code: str, title: str, detail: str, **more: object) -> JSONResponse:
    body = {"type": "about:blank", "status": status, "code": code, "title": title, "detail": detail, **more}
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


def language_of_request(request: Request) -> str:
    lang = request.query_params.get("lang")
    return lang if lang in {"zh", "en"} else accepted_language(request.headers.get("accept-language", ""))


async def on_refusal(request: Request, error: ToolError | KnowledgeError) -> JSONResponse:
    language = language_of_request(request)
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 400)
    if error.code in {"unknown_metric", "passage_unknown", "document_unknown"}:
        status = 404
    title = text("problem.refused", language)
    return problem(
        status, code=error.code, title=title, detail=worded(error, language), alternatives=error.alternatives
    )


async def on_invalid_request(request: Request, error: RequestValidationError) -> JSONResponse:
    language = language_of_request(request)
    fields = [
        {"field": ".".join(str(part) for part in item["loc"][1:]), "problem": item["msg"]} for item in error.errors()
    ]
    detail = "; ".join(f"{item['field'] or 'body'}: {item['problem']}" for item in fields)
    return problem(422, code="invalid_request", title=text("problem.invalid", language), detail=detail, fields=fields)


async def on_http_error(request: Request, error: HTTPException) -> JSONResponse:
    language = language_of_request(request)
    key = f"problem.http_{error.status_code}" if error.status_code in {404, 405} else "problem.http"
    detail = text(key, language, path=request.url.path, method=request.method)
    return problem(error.status_code, code="http", title=str(error.detail), detail=detail)
