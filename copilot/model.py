"""The configured language model: any OpenAI-compatible chat endpoint, behind short timeouts.

Nothing here retries: the guard owns retries, under one time budget a turn.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from functools import cache
from typing import Any

import httpx2
import openai
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from copilot.faults import Fault, ModelFault, classify, json_problem
from copilot.settings import Settings

OPENAI = "https://api.openai.com/v1"
CONNECT_SECONDS = 5.0
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def build_model(settings: Settings, *, streaming: bool = True) -> BaseChatModel:
    """Return the chat model of `settings`; its async calls raise nothing but ModelFault.

    With `streaming` every call streams, so the limits for the first token and for silence
    hold however the agent is run. No request is made here.
    """
    base_url = settings.base_url or OPENAI
    # A streamed answer is silent only before its first token; a whole one until it is done.
    limits = (settings.first_token_seconds, settings.idle_seconds) if streaming else (settings.turn_seconds,)
    silence = max(limits)
    client: dict[str, Any] = {
        "timeout": httpx2.Timeout(silence, connect=min(CONNECT_SECONDS, silence)),
        # A proxy from the environment is for the outside world, never for a server on this machine.
        "trust_env": httpx2.URL(base_url).host not in LOOPBACK,
        "verify": _tls(),
    }
    return ServedModel(
        model=settings.model,
        base_url=base_url,
        api_key=_key(settings),
        temperature=settings.temperature,
        use_responses_api=False,  # the class picks the API by model name, compatible servers have only this one
        streaming=streaming,
        stream_usage=True,
        stream_chunk_timeout=None,  # it knows no first token; `_astream` below does
        max_retries=0,
        timeout=client["timeout"],
        http_client=openai.DefaultHttpxClient(**client),
        http_async_client=openai.DefaultAsyncHttpxClient(**client, event_hooks={"response": [_refuse_web_page]}),
        first_token_seconds=settings.first_token_seconds,
        idle_seconds=settings.idle_seconds,
    )


@cache
def _tls() -> ssl.SSLContext:
    """One for all clients: reading the certificates takes longer than all else here."""
    return httpx2.create_ssl_context()


def _key(settings: Settings) -> SecretStr:
    if settings.api_key and settings.api_key.get_secret_value():
        return settings.api_key
    return SecretStr("not-needed")  # a local server asks for none, but the client insists on one


async def _refuse_web_page(response: httpx2.Response) -> None:
    """A login page or a wrong address answers 200 with HTML."""
    if response.is_success and "text/html" in response.headers.get("content-type", ""):
        raise ModelFault(Fault("E-LLM-PROTO", detail="a web page instead of an answer"))


class ServedModel(ChatOpenAI):
    """ChatOpenAI that notices a stream's silence and its untimely end, and names every failure.

    Two traps of the parent: a stream that stops without finish_reason passes for an answer,
    and a streamed tool call with truncated JSON is completed by guesswork.
    """

    first_token_seconds: float = 20
    idle_seconds: float = 15

    async def _agenerate(self, *args: Any, **kwargs: Any) -> ChatResult:
        try:
            result = await super()._agenerate(*args, **kwargs)
        except Exception as error:
            # No `from`: a traceback in a log would show the server's text.
            raise _named(error) from None
        if not result.generations:
            raise ModelFault(Fault("E-LLM-EMPTY", detail="no choices"))
        return result

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ChatGenerationChunk]:
        watch = _Watch()
        chunks = super()._astream(*args, **kwargs)
        try:
            while True:
                async with asyncio.timeout(self.idle_seconds if watch.started else self.first_token_seconds):
                    chunk = await anext(chunks)
                watch.see(chunk)
                yield chunk
        except StopAsyncIteration:
            pass
        except Exception as error:
            raise _named(error, partial=watch.partial) from None
        finally:
            await chunks.aclose()
        watch.require_end()


def _named(error: Exception, *, partial: bool = False) -> ModelFault:
    fault = classify(error, partial=partial)
    if fault.code == "E-BUG" and isinstance(error, (TypeError, ValueError, LookupError, AttributeError)):
        # The client walks through the answer without looking: an odd shape shows as one of these.
        code = "E-LLM-EMPTY" if isinstance(error, TypeError) else "E-LLM-PROTO"
        fault = Fault(code, partial=partial, detail=fault.detail)
    return ModelFault(fault)


class _Watch:
    """What has been seen of one stream."""

    def __init__(self) -> None:
        self.chunks = 0
        self.started = False
        self.partial = False
        self.finish = ""
        self.calls: dict[Any, list[str]] = {}

    def see(self, chunk: ChatGenerationChunk) -> None:
        self.chunks += 1
        self.partial = self.partial or bool(chunk.text)
        self.started = self.started or self.partial
        message = chunk.message
        for call in message.tool_call_chunks if isinstance(message, AIMessageChunk) else []:
            self.started = True
            known = self.calls.setdefault(call["index"], ["", ""])
            known[0] += call["name"] or ""
            known[1] += call["args"] or ""
        if finish := (chunk.generation_info or {}).get("finish_reason"):
            if self.finish:  # merging the chunks would join the two into "stopstop"
                chunk.generation_info = None
            self.finish = finish

    def require_end(self) -> None:
        """Raise ModelFault unless the stream was whole and its tool calls can be read."""
        if not self.chunks:
            raise ModelFault(Fault("E-LLM-PROTO", detail="no events in the stream"))
        if not self.finish:
            code = "E-LLM-CUT" if self.started else "E-LLM-EMPTY"
            raise ModelFault(Fault(code, partial=self.partial, detail="no finish_reason"))
        problems = [problem for name, raw in self.calls.values() if (problem := json_problem(name, raw))]
        if problems and self.finish != "length":
            raise ModelFault(Fault("E-TOOL-JSON", partial=self.partial, problem="; ".join(problems)))
