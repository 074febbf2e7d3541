"""What can go wrong between the copilot and a language model: a short list of named faults.

Decided by the type and status of an exception. What a server wrote into an error never
leaves this module: it may echo a key, a path or a customer's words.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Literal

from copilot.catalogue import text

if TYPE_CHECKING:
    import openai

Mender = Literal["operator", "time", "asker", "maker"]

FAULTS: dict[str, Mender] = {
    "E-LLM-AUTH": "operator",
    "E-LLM-QUOTA": "operator",
    "E-BUDGET": "operator",
    "E-LLM-PROTO": "operator",
    "E-MODEL-NAME": "operator",
    "E-LLM-RATE": "time",
    "E-LLM-UP": "time",
    "E-LLM-TIMEOUT": "time",
    "E-LLM-CUT": "time",
    "E-LLM-EMPTY": "asker",
    "E-LLM-LENGTH": "asker",
    "E-LLM-FILTER": "asker",
    "E-LLM-CONTEXT": "asker",
    "E-TOOL-JSON": "asker",
    "E-STEPS": "asker",
    "E-BUG": "maker",
}
"""Code -> who can mend it: the operator by a setting, time by itself, the asker by asking anew, we by a fix."""

FIRST = {"key": "OPENAI_API_KEY", "address": "OPENAI_BASE_URL", "model": "WELLSPRING_MODEL"}
SECOND = {"key": "WELLSPRING_API_KEY_2", "address": "WELLSPRING_BASE_URL_2", "model": "WELLSPRING_MODEL_2"}
"""Names of the settings that a sentence may speak of, for each of the two models."""
QUOTA = {"insufficient_quota", "exceeded_current_quota_error", "billing_hard_limit_reached", "billing_not_active"}
FILTER = {"content_filter", "content_policy_violation", "data_inspection_failed"}
CONTEXT = {"context_length_exceeded", "exceed_context_size_error"}
# Most compatible servers give a context overflow no code of its own: only here wording decides.
CONTEXT_WORDS = re.compile(
    r"context (length|window|size)|prompt is too long|too many (input )?tokens|input length", re.IGNORECASE
)
SAFE_CODE = re.compile(r"[A-Za-z_.]{1,40}")


@dataclass(frozen=True)
class Fault:
    """One failure of a model call."""

    code: str
    retry_after: float | None = None
    """Seconds the server asks to wait, where it says so."""
    partial: bool = False
    """Whether some text had already been streamed to the reader."""
    problem: str = ""
    """What the model should mend (E-TOOL-JSON): tool name and parser message."""
    detail: str = ""
    """For the log: exception type, status, error code."""
    second: bool = False
    """Whether it is the second model's."""

    @property
    def mender(self) -> Mender:
        return FAULTS[self.code]


class ModelFault(Exception):
    """A model call failed for good."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"{fault.code} {fault.detail}".strip())
        self.fault = fault


def fault_message(fault: Fault | str, language: str, *, log_id: str = "") -> str:
    """Say the fault (or its code) in one clear sentence with a way out."""
    if isinstance(fault, str):
        fault = Fault(fault)
    names = SECOND if fault.second else FIRST
    return text(f"fault.{fault.code}", language, wait=_wait_text(fault.retry_after, language), log_id=log_id, **names)


def _wait_text(seconds: float | None, language: str) -> str:
    if seconds is None:
        return text("guard.wait.later", language)
    if seconds < 90:
        return text("guard.wait.seconds", language, count=max(1, round(seconds)))
    return text("guard.wait.minutes", language, count=round(seconds / 60))


def classify(error: BaseException, *, partial: bool = False) -> Fault:
    """Name the fault behind an exception of a model call; E-BUG for one that is not the server's.

    `partial` says that text of the answer had been streamed before the exception came.
    """
    if isinstance(error, ModelFault):
        return error.fault
    code = _code(error, partial=partial)
    wait = _retry_after(error) if code == "E-LLM-RATE" else None
    return Fault(code, retry_after=wait, partial=partial, detail=_detail(error))


def _code(error: BaseException, *, partial: bool) -> str:
    import httpx2
    import openai
    from langchain_core.exceptions import ContextOverflowError

    if isinstance(error, ContextOverflowError):
        return "E-LLM-CONTEXT"
    if isinstance(error, (openai.APITimeoutError, httpx2.TimeoutException, TimeoutError)):
        return "E-LLM-CUT" if partial else "E-LLM-TIMEOUT"
    if isinstance(error, (openai.APIResponseValidationError, json.JSONDecodeError)):
        return "E-LLM-PROTO"
    if isinstance(error, (openai.APIConnectionError, httpx2.RequestError)):
        return "E-LLM-CUT" if partial else "E-LLM-UP"
    if isinstance(error, openai.APIError):
        return _api_code(error)
    return "E-BUG"


def _api_code(error: openai.APIError) -> str:
    """An error object with a status, or one sent inside a stream (there the code may be a status)."""
    status = getattr(error, "status_code", None) or _status_of(error.code)
    names = {error.code, error.type}
    if names & QUOTA or status == 402:
        return "E-LLM-QUOTA"
    if names & CONTEXT or status == 413 or (status in (400, 422, None) and CONTEXT_WORDS.search(error.message)):
        return "E-LLM-CONTEXT"
    if names & FILTER:
        return "E-LLM-FILTER"
    if status == 404:  # a server that knows the path answers with an error object
        return "E-MODEL-NAME" if isinstance(error.body, dict) and "message" in error.body else "E-LLM-PROTO"
    known = {401: "E-LLM-AUTH", 403: "E-LLM-AUTH", 408: "E-LLM-TIMEOUT", 429: "E-LLM-RATE"}
    if status in known:
        return known[status]
    return "E-LLM-PROTO" if status is not None and status < 500 else "E-LLM-UP"


OPTIONS = {
    "tools": re.compile(r"\btools?\b|tool[ _-](choice|call|use)|function[ _-]call", re.IGNORECASE),
    "temperature": re.compile(r"\btemperature\b", re.IGNORECASE),
    "stream_options": re.compile(r"stream_options", re.IGNORECASE),
    "stream": re.compile(r"\bstream(ing)?\b", re.IGNORECASE),
}
"""Options of a request that can be left out, and how a refusal names them."""


def declined(error: BaseException, sent: Iterable[str]) -> str:
    """Which of the options that were `sent` a server turned down; "" for another failure.

    It is a 400 with most servers, but 404, 422, 500 and 501 are in use too.
    """
    import openai

    if not isinstance(error, openai.APIStatusError) or error.status_code not in (400, 404, 422, 500, 501):
        return ""
    if classify(error).code not in ("E-LLM-PROTO", "E-LLM-UP", "E-MODEL-NAME"):
        return ""
    named = f"{error.param or ''} {error.message}"
    return next((option for option in OPTIONS if option in set(sent) and OPTIONS[option].search(named)), "")


def _status_of(code: str | None) -> int | None:
    return int(code) if code and re.fullmatch(r"[45]\d\d", code) else None


def _retry_after(error: BaseException) -> float | None:
    """Seconds from Retry-After (seconds or a date) or retry-after-ms; None where absent or unreadable."""
    headers = getattr(getattr(error, "response", None), "headers", {})
    try:
        if "retry-after-ms" in headers:
            return float(headers["retry-after-ms"]) / 1000
        given = headers.get("retry-after", "")
        if re.fullmatch(r"[\d.]+", given):
            return float(given)
        return max(0.0, parsedate_to_datetime(given).timestamp() - time.time())
    except ValueError:
        return None


def _detail(error: BaseException) -> str:
    parts = [type(error).__name__]
    if status := getattr(error, "status_code", None):
        parts.append(str(status))
    if SAFE_CODE.fullmatch(str(getattr(error, "code", None) or "")):
        parts.append(str(error.code))
    return " ".join(parts)


def json_problem(name: str, raw: str) -> str:
    """Say why the arguments of a tool call cannot be read; "" when they can."""
    try:
        arguments = json.loads(raw or "{}")
    except json.JSONDecodeError as error:
        return f"{name}: {error.msg}, line {error.lineno}, column {error.colno}"
    return "" if isinstance(arguments, dict) else f"{name}: not a JSON object"
