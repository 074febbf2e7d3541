"""Exceptions of the client libraries become named faults, and faults become sentences."""

from __future__ import annotations

import json
import re
import time
from email.utils import formatdate

import httpx2
import openai
import pytest
from langchain_openai.chat_models.base import OpenAIContextOverflowError

from copilot.catalogue import LANGUAGES, entries
from copilot.faults import FAULTS, Fault, ModelFault, classify, fault_message, json_problem

REQUEST = httpx2.Request("POST", "http://model/v1/chat/completions")
KEY = "sk-secret-123456"


def refused(
    status: int, code: str | None = None, message: str = f"no: {KEY}", *, kind: str | None = None, **headers: str
) -> openai.APIStatusError:
    """The exception the client makes of an error answer."""
    response = httpx2.Response(
        status,
        json={"error": {"message": message, "code": code, "type": kind}},
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        request=REQUEST,
    )
    client = openai.OpenAI(api_key="x", http_client=httpx2.Client(transport=httpx2.MockTransport(lambda _: response)))
    return client._make_status_error_from_response(response)


def in_stream(code: object, message: str = "no") -> openai.APIError:
    return openai.APIError(message, REQUEST, body={"message": message, "code": code})


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (refused(401), "E-LLM-AUTH"),
        (refused(403), "E-LLM-AUTH"),
        (refused(402), "E-LLM-QUOTA"),
        (refused(429), "E-LLM-RATE"),
        (refused(429, "insufficient_quota"), "E-LLM-QUOTA"),
        (refused(429, kind="exceeded_current_quota_error"), "E-LLM-QUOTA"),
        (refused(404, "model_not_found"), "E-MODEL-NAME"),
        (refused(408), "E-LLM-TIMEOUT"),
        (refused(400, "unsupported_value"), "E-LLM-PROTO"),
        (refused(422), "E-LLM-PROTO"),
        (refused(400, "content_filter"), "E-LLM-FILTER"),
        (refused(400, "context_length_exceeded"), "E-LLM-CONTEXT"),
        (refused(400, kind="exceed_context_size_error"), "E-LLM-CONTEXT"),
        (refused(400, message="This model's maximum context length is 4096 tokens"), "E-LLM-CONTEXT"),
        (refused(400, message="Range of input length should be [1, 30720]"), "E-LLM-CONTEXT"),
        (refused(413), "E-LLM-CONTEXT"),
        (refused(401, message="the context length of your key"), "E-LLM-AUTH"),
        (refused(500), "E-LLM-UP"),
        (refused(503), "E-LLM-UP"),
        (refused(504), "E-LLM-UP"),
        (in_stream("server_error"), "E-LLM-UP"),
        (in_stream(429), "E-LLM-RATE"),
        (in_stream("insufficient_quota"), "E-LLM-QUOTA"),
        (in_stream(None, "exceeds the context window"), "E-LLM-CONTEXT"),
        (openai.APITimeoutError(REQUEST), "E-LLM-TIMEOUT"),
        (openai.APIConnectionError(request=REQUEST), "E-LLM-UP"),
        (httpx2.ConnectError("no", request=REQUEST), "E-LLM-UP"),
        (httpx2.ReadTimeout("no", request=REQUEST), "E-LLM-TIMEOUT"),
        (TimeoutError(), "E-LLM-TIMEOUT"),
        (json.JSONDecodeError("no", "{", 1), "E-LLM-PROTO"),
        (RuntimeError("no"), "E-BUG"),
        (KeyError("gmv"), "E-BUG"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_exceptions_are_named(error: Exception, code: str) -> None:
    assert classify(error).code == code


def test_the_integration_s_own_overflow_is_known() -> None:
    plain = refused(400, message="anything")
    error = OpenAIContextOverflowError(plain.message, response=plain.response, body=None)
    assert classify(error).code == "E-LLM-CONTEXT"


@pytest.mark.parametrize("error", [openai.APITimeoutError(REQUEST), openai.APIConnectionError(request=REQUEST)])
def test_a_break_after_some_text_is_a_cut(error: Exception) -> None:
    fault = classify(error, partial=True)
    assert (fault.code, fault.partial) == ("E-LLM-CUT", True)


def test_a_named_fault_keeps_its_name() -> None:
    fault = Fault("E-LLM-EMPTY", detail="no choices")
    assert classify(ModelFault(fault)) is fault


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"retry_after": "7"}, 7.0), ({"retry_after": "0.5"}, 0.5), ({"retry_after_ms": "1500"}, 1.5),
     ({"retry_after": "soon"}, None), ({}, None)],
)
def test_retry_after_is_read_in_seconds(headers: dict[str, str], seconds: float | None) -> None:
    assert classify(refused(429, **headers)).retry_after == seconds


def test_retry_after_may_be_a_date() -> None:
    fault = classify(refused(429, retry_after=formatdate(time.time() + 30, usegmt=True)))
    assert fault.retry_after == pytest.approx(30, abs=2)


def test_what_a_server_wrote_stays_out() -> None:
    fault = classify(refused(401, f"leak {KEY}"))
    assert "401" in fault.detail
    assert KEY not in repr(fault) + str(ModelFault(fault)) + fault_message(fault, "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", FAULTS)
def test_each_fault_has_a_sentence(code: str, language: str) -> None:
    sentence = fault_message(code, language, log_id="abc123")
    assert sentence[-1] in "。."
    assert "{" not in sentence
    assert bool(re.search(r"[一-鿿]", sentence)) == (language == "zh")


def test_the_catalogue_has_no_sentence_for_a_fault_that_does_not_exist() -> None:
    assert {key.removeprefix("fault.") for key in entries() if key.startswith("fault.")} == set(FAULTS)


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [(None, "请稍后再试", "try again a little later."), (12, "请在 12 秒后再试", "try again in 12 s."),
     (3600, "请在 60 分钟后再试", "try again in 60 min.")],
)
def test_a_limit_says_how_long(seconds: float | None, zh: str, en: str) -> None:
    fault = Fault("E-LLM-RATE", retry_after=seconds)
    assert zh in fault_message(fault, "zh")
    assert en in fault_message(fault, "en")


@pytest.mark.parametrize(
    ("raw", "readable"), [('{"a": 1}', True), ("", True), ('{"a": 1', False), ("[1]", False), ("null", False)]
)
def test_json_problem_names_the_tool(raw: str, readable: bool) -> None:
    problem = json_problem("query_metric", raw)
    assert (problem == "") == readable
    assert readable or problem.startswith("query_metric: ")
