"""Ask a question: one JSON answer, or the events as they happen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, Field, StringConstraints

from copilot.answer import Answer
from copilot.api.dependencies import Language, TheCopilot
from copilot.api.problems import problem
from copilot.catalogue import text
from copilot.language import language_of
from copilot.session import AnswerFailed

router = APIRouter(prefix="/api/v1/chat", tags=["chat"])


class ChatRequest(BaseModel):
    question: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=8000)]
    thread: Annotated[str | None, Field(max_length=64, pattern=r"^[A-Za-z0-9_\-]+$")] = None
    """Continue this conversation; None begins a new one."""
    language: Language | None = None
    """Language of the answer; None takes the question's."""


@router.post("", response_model=Answer)
async def chat(body: ChatRequest, copilot: TheCopilot) -> Answer | JSONResponse:
    """Answer one question."""
    try:
        return await copilot.ask(body.question, thread=body.thread, language=body.language)
    except AnswerFailed as error:
        event = error.event
        title = text("problem.no_answer", body.language or language_of(body.question))
        return problem(502, code=event.code, title=title, detail=event.message, log_id=event.log_id)


@router.post("/stream", response_class=EventSourceResponse)
async def chat_stream(body: ChatRequest, copilot: TheCopilot) -> AsyncIterator[ServerSentEvent]:
    """Answer one question as server-sent events; the last one is `done` or `failed`."""
    async for event in copilot.stream(body.question, thread=body.thread, language=body.language):
        yield ServerSentEvent(event=event.type, raw_data=event.model_dump_json())
