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
from langchain_core.language_models.chat_models import agenerate_from_stream
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_openai import ChatOpenAI
from pydantic import PrivateAttr, SecretStr

from copilot.faults import Fault, ModelFault, classify, declined
from copilot.settings import Settings
from copilot.streams import Watch, as_chunk
from copilot.toolwords import in_words

OPENAI = "https://api.openai.com/v1"
CONNECT_SECONDS = 5.0
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
OF_TOOLS = {"tools", "tool_choice", "parallel_tool_calls"}


def build_model(settings: Settings, *, second: bool = False) -> BaseChatModel:
    """Return the chat model of `settings` (or its second one); its async calls raise nothing but ModelFault.

    Calls stream where the settings and the server allow it, so the limits for the first token and for
    silence hold however the agent is run. No request is made here.
    """
    served = settings.second if second else settings.first
    base_url = served.base_url or OPENAI
    # A streamed answer is silent only before its first token; a whole one until it is done.
    limits = (settings.first_token_seconds, settings.idle_seconds) if settings.streaming else (settings.turn_seconds,)
    silence = max(limits)
    client: dict[str, Any] = {
        "timeout": httpx2.Timeout(silence, connect=min(CONNECT_SECONDS, silence)),
        # A proxy from the environment is for the outside world, never for a server on this machine.
        "trust_env": httpx2.URL(base_url).host not in LOOPBACK,
        "verify": _tls(),
    }
    model = ServedModel(
        model=served.model,
        base_url=base_url,
        api_key=_key(served.api_key),
        temperature=settings.temperature,
        use_responses_api=False,  # the class picks the API by model name, compatible servers have only this one
        streaming=True,  # what does not stream comes as one chunk
        stream_usage=True,
        stream_chunk_timeout=None,  # it knows no first token; `_attempt` below does
        max_retries=0,
        timeout=client["timeout"],
        http_client=openai.DefaultHttpxClient(**client),
        http_async_client=openai.DefaultAsyncHttpxClient(**client, event_hooks={"response": [_refuse_web_page]}),
        first_token_seconds=settings.first_token_seconds,
        idle_seconds=settings.idle_seconds,
        whole_seconds=settings.turn_seconds,
    )
    off = {"stream": not settings.streaming, "tools": settings.tool_calls == "text"}
    model.leave_out(*(option for option, unwanted in off.items() if unwanted))
    return model


@cache
def _tls() -> ssl.SSLContext:
    """One for all clients: reading the certificates takes longer than all else here."""
    return httpx2.create_ssl_context()


def _key(key: SecretStr | None) -> SecretStr:
    if key and key.get_secret_value():
        return key
    return SecretStr("not-needed")  # a local server asks for none, but the client insists on one


async def _refuse_web_page(response: httpx2.Response) -> None:
    """A login page or a wrong address answers 200 with HTML."""
    if response.is_success and "text/html" in response.headers.get("content-type", ""):
        raise ModelFault(Fault("E-LLM-PROTO", detail="a web page instead of an answer"))


class ServedModel(ChatOpenAI):
    """ChatOpenAI that adapts to its server, notices a stream's silence and untimely end, and names every failure.

    Three traps of the parent: a stream that stops without finish_reason passes for an answer, a
    streamed tool call with truncated JSON is completed by guesswork, and thoughts are shown.
    What a server turns down (tools, temperature, streaming) is left out from then on.
    """

    first_token_seconds: float = 20
    idle_seconds: float = 15
    whole_seconds: float = 90
    """Longest wait for an answer that does not stream."""
    _without: set[str] = PrivateAttr(default_factory=set)
    """Options that the server turned down, or that are switched off."""
    _thinks_first: bool = PrivateAttr(False)
    """Whether answers begin with thoughts that no mark opens."""

    def leave_out(self, *options: str) -> None:
        self._without |= set(options)

    async def _agenerate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        return await agenerate_from_stream(self._astream(messages, *args, **kwargs))

    async def _astream(
        self, messages: list[BaseMessage], *args: Any, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        watch = Watch(thinks_first=self._thinks_first)
        while True:
            try:
                async for chunk in self._attempt(watch, messages, *args, **kwargs):
                    yield chunk
                break
            except Exception as error:
                option = "" if watch.started else declined(error, self._sent(kwargs))
                if not option:
                    # No `from`: a traceback in a log would show the server's text.
                    raise _named(error, partial=watch.partial) from None
                self.leave_out(option)
        self._thinks_first = self._thinks_first or watch.thoughts.unopened
        for chunk in watch.last():
            yield chunk

    def _sent(self, kwargs: dict[str, Any]) -> set[str]:
        """Options of this request that could be left out."""
        sent = {name for name in ("tools",) if kwargs.get(name)}
        sent |= {"stream", "stream_options"} | ({"temperature"} if self.temperature is not None else set())
        return sent - self._without

    async def _attempt(
        self, watch: Watch, messages: list[BaseMessage], *args: Any, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        if "tools" in self._without and kwargs.get("tools"):
            messages = in_words(messages, kwargs["tools"])
            kwargs = {name: value for name, value in kwargs.items() if name not in OF_TOOLS}
        if "temperature" in self._without:
            self.temperature = None
        if "stream" in self._without:
            async with asyncio.timeout(self.whole_seconds):
                result = await super()._agenerate(messages, *args, **{**kwargs, "stream": False})
            yield watch.see(as_chunk(result))
            return
        kwargs["stream_usage"] = "stream_options" not in self._without
        chunks = super()._astream(messages, *args, **kwargs)
        try:
            while True:
                async with asyncio.timeout(self.idle_seconds if watch.started else self.first_token_seconds):
                    chunk = await anext(chunks, None)
                if chunk is None:
                    return
                yield watch.see(chunk)
        finally:
            await chunks.aclose()


def _named(error: Exception, *, partial: bool = False) -> ModelFault:
    fault = classify(error, partial=partial)
    if fault.code == "E-BUG" and isinstance(error, (TypeError, ValueError, LookupError, AttributeError)):
        # The client walks through the answer without looking: an odd shape shows as one of these.
        code = "E-LLM-EMPTY" if isinstance(error, TypeError) else "E-LLM-PROTO"
        fault = Fault(code, partial=partial, detail=fault.detail)
    return ModelFault(fault)
