"""Every way in which a model server has been seen to misbehave, by name; each is played for ever.

Key-like text in the bodies lets tests assert that nothing a server says reaches people or logs.
"""

from __future__ import annotations

from copilot.testing.behaviours import Behaviour, Call, Hang, Page, Reply, refuse, say

LEAK = "sk-canary-7f3a9c2e /srv/secret/engine.py"
_SORRY = f"Server says: {LEAK}"

MISBEHAVIOURS: dict[str, Behaviour] = {
    "unauthorised": refuse(401, f"Incorrect API key provided: {LEAK}", code="invalid_api_key"),
    "forbidden": refuse(403, _SORRY),
    "unknown_model": refuse(404, _SORRY, code="model_not_found"),
    "wrong_path": Page(404, '{"detail": "Not Found"}'),
    "rate_short": refuse(429, _SORRY, code="rate_limit_exceeded", retry_after=0.1),
    "rate_long": refuse(429, _SORRY, code="rate_limit_exceeded", retry_after=3600),
    "quota": refuse(429, _SORRY, code="insufficient_quota", retry_after=0.1),
    "payment": refuse(402, _SORRY),
    "bad_request": refuse(400, _SORRY, code="unsupported_value"),
    "error_500": refuse(500, _SORRY),
    "error_502_page": Page(502, f"<html><h1>Bad gateway</h1>{LEAK}</html>", "text/html"),
    "error_503": refuse(503, _SORRY),
    "hang": Hang(),
    "stall": say("The answer is 12", ending="stall"),
    "cut": say("The answer is 12", ending="cut"),
    "cut_at_once": Reply(ending="cut"),
    "no_finish_reason": say("The answer is 12", finish=None),
    "length": say("The answer is 12", finish="length"),
    "length_without_text": Reply(finish="length"),
    "length_in_call": Reply(calls=(Call("add", '{"a": 1, "b'),), finish="length"),
    "content_filter": Reply(finish="content_filter"),
    "choices_empty": Reply(choices="empty"),
    "choices_null": Reply(choices="null"),
    "content_empty": Reply(),
    "html_page": Page(200, f"<html><form>Please sign in</form>{LEAK}</html>", "text/html"),
    "not_a_stream": Page(200, f"hello {LEAK}", "text/plain"),
    "bad_line": say("The answer is 12", ending="bad_line"),
    "error_in_stream": say("The answer is 12", ending="error"),
    "tool_json_always": Reply(calls=(Call("add", '{"a": 1, "b": }'),)),
    "tool_json_truncated": Reply(calls=(Call("add", '{"a": 1, "b": 2'),)),
    "unknown_tool_always": Reply(calls=(Call("send_all_sms", {"text": "hi"}),)),
    "wrong_types_always": Reply(calls=(Call("add", {"a": "one", "b": []}),)),
    "endless_tool_loop": Reply(calls=(Call("add", {"a": 1, "b": 2}),)),
    "context_overflow": refuse(400, "This model's maximum context length is 4096 tokens.", code="400"),
}

ENDS_IN: dict[str, str] = {
    "unauthorised": "E-LLM-AUTH",
    "forbidden": "E-LLM-AUTH",
    "unknown_model": "E-MODEL-NAME",
    "wrong_path": "E-LLM-PROTO",
    "rate_short": "E-LLM-RATE",
    "rate_long": "E-LLM-RATE",
    "quota": "E-LLM-QUOTA",
    "payment": "E-LLM-QUOTA",
    "bad_request": "E-LLM-PROTO",
    "error_500": "E-LLM-UP",
    "error_502_page": "E-LLM-UP",
    "error_503": "E-LLM-UP",
    "hang": "E-LLM-TIMEOUT",
    "stall": "E-LLM-CUT",
    "cut": "E-LLM-CUT",
    "cut_at_once": "E-LLM-UP",
    "no_finish_reason": "E-LLM-CUT",
    "length_without_text": "E-LLM-LENGTH",
    "length_in_call": "E-LLM-LENGTH",
    "content_filter": "E-LLM-FILTER",
    "choices_empty": "E-LLM-EMPTY",
    "choices_null": "E-LLM-EMPTY",
    "content_empty": "E-LLM-EMPTY",
    "html_page": "E-LLM-PROTO",
    "not_a_stream": "E-LLM-PROTO",
    "bad_line": "E-LLM-PROTO",
    "error_in_stream": "E-LLM-UP",
    "tool_json_always": "E-TOOL-JSON",
    "tool_json_truncated": "E-TOOL-JSON",
    "unknown_tool_always": "E-STEPS",
    "wrong_types_always": "E-STEPS",
    "endless_tool_loop": "E-STEPS",
    "context_overflow": "E-LLM-CONTEXT",
}
"""Code of the fault that each ends in, where it is played for ever; "length" leaves something worth showing."""
