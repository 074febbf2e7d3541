"""The story of a turn as OpenTelemetry spans, by the semantic conventions for generative AI."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any

from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import Context, Span, SpanKind, Status, StatusCode, set_span_in_context

from copilot.settings import PLANNER
from copilot.tracing.results import Called, Ending, Message, ModelCall, NoticeGiven, Text, ToolRun, Trace

SECOND = 1_000_000_000
"""Nanoseconds."""


class _TurnIds(RandomIdGenerator):
    """A turn's id is its trace's id, so that one finds the other."""

    turn = ""

    def generate_trace_id(self) -> int:
        return int(self.turn, 16)


class Spans:
    """Turns each story into spans when it has ended; they leave in batches, on a thread of their own."""

    def __init__(self, processor: SpanProcessor) -> None:
        self._ids, self._one_by_one = _TurnIds(), threading.Lock()
        resource = Resource.create({"service.name": "wellspring"})
        self._provider = TracerProvider(resource=resource, id_generator=self._ids, shutdown_on_exit=False)
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("wellspring")

    @classmethod
    def over(cls, endpoint: str) -> Spans:
        """Send to a collector, such as http://127.0.0.1:4317; https:// asks for TLS."""
        plain = not endpoint.startswith("https://")
        return cls(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint, insecure=plain, timeout=5)))

    def send(self, trace: Trace) -> None:
        began = int(trace.began_at.timestamp() * SECOND)
        with self._one_by_one:
            self._ids.turn = trace.id
            turn = self._tracer.start_span("invoke_agent wellspring", start_time=began, attributes=_of_turn(trace))
        inside = set_span_in_context(turn)
        for step in trace.steps:
            at = began + int(step.at * SECOND)
            if isinstance(step, ModelCall):
                name, kind = f"chat {step.model}", SpanKind.INTERNAL if step.model == PLANNER else SpanKind.CLIENT
                self._child(inside, name, kind, at, step, _of_model_call(step))
            elif isinstance(step, ToolRun):
                self._child(inside, f"execute_tool {step.name}", SpanKind.INTERNAL, at, step, _of_tool_run(step))
            else:
                _note(turn, step, at)
        _fail(turn, trace.fault)
        turn.end(began + int((trace.seconds or 0) * SECOND))

    def _child(
        self, inside: Context, name: str, kind: SpanKind, at: int, step: ModelCall | ToolRun, known: Mapping[str, Any]
    ) -> None:
        span = self._tracer.start_span(name, context=inside, kind=kind, start_time=at, attributes=_present(known))
        _fail(span, step.fault)
        span.end(at + int(step.seconds * SECOND))

    def close(self) -> None:
        """Send what waits, five seconds at most."""
        self._provider.force_flush(5000)
        self._provider.shutdown()


def _of_turn(trace: Trace) -> dict[str, Any]:
    used = trace.usage
    return _present({
        "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "wellspring",
        "gen_ai.conversation.id": trace.thread, "gen_ai.response.model": trace.model,
        "gen_ai.usage.input_tokens": used.input_tokens if used else None,
        "gen_ai.usage.output_tokens": used.output_tokens if used else None,
        "wellspring.state": trace.state, "wellspring.replay_of": trace.replay_of,
        "wellspring.cost": used.cost if used else None, "wellspring.currency": used.currency if used else None,
        "gen_ai.input.messages": _said("user", trace.question),
        "gen_ai.output.messages": _said("assistant", trace.ending.text if trace.ending else None),
    })  # fmt: skip


def _of_model_call(step: ModelCall) -> dict[str, Any]:
    planner = step.model == PLANNER
    system = [message for message in step.messages if message.role == "system"]
    others = [message for message in step.messages if message.role != "system"]
    return {
        "gen_ai.operation.name": "chat", "gen_ai.provider.name": "wellspring" if planner else "openai",
        "gen_ai.request.model": step.model, "gen_ai.request.temperature": step.settings.get("temperature"),
        "gen_ai.prompt.name": step.prompt, "server.address": step.host,
        "gen_ai.usage.input_tokens": step.input_tokens, "gen_ai.usage.output_tokens": step.output_tokens,
        "gen_ai.response.finish_reasons": [step.finish] if step.finish else None,
        "gen_ai.system_instructions": _parts(system), "gen_ai.input.messages": _messages(others),
        "gen_ai.output.messages": _messages([step.reply] if step.reply else []),
    }  # fmt: skip


def _of_tool_run(step: ToolRun) -> dict[str, Any]:
    return {
        "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": step.name, "gen_ai.tool.call.id": step.id,
        "gen_ai.tool.type": "function", "wellspring.rows": sum(each.rows for each in step.found),
        "gen_ai.tool.call.arguments": step.arguments.text,
        "gen_ai.tool.call.result": step.reply.text if step.reply else None,
        "db.query.text": [each.query.text for each in step.found if each.query.text is not None] or None,
    }  # fmt: skip


def _note(turn: Span, step: NoticeGiven | Ending, at: int) -> None:
    said = [("notice", step.code, step.text)] if isinstance(step, NoticeGiven) else [
        ("verdict", verdict.code, verdict.text) for verdict in step.verdicts
    ]  # fmt: skip
    for kind, code, words in said:
        known = _present({"wellspring.code": code, "wellspring.text": words.text})
        turn.add_event(f"wellspring.{kind}", known, timestamp=at)


def _fail(span: Span, fault: str) -> None:
    if fault:
        span.set_attribute("error.type", fault)
        span.set_status(Status(StatusCode.ERROR, fault))


def _said(role: str, words: Text | None) -> str | None:
    return _messages([Message(role=role, text=words)]) if words else None


def _messages(messages: list[Message]) -> str | None:
    listed = [{"role": each.role, "parts": [{"type": "text", "content": each.text.text}, *map(_call, each.calls)]}
              for each in messages if each.text.text is not None]  # fmt: skip
    return json.dumps(listed, ensure_ascii=False) if listed else None


def _call(call: Called) -> dict[str, Any]:
    return {"type": "tool_call", "id": call.id, "name": call.name, "arguments": json.loads(call.arguments.text or "{}")}


def _parts(messages: list[Message]) -> str | None:
    listed = [{"type": "text", "content": each.text.text} for each in messages if each.text.text is not None]
    return json.dumps(listed, ensure_ascii=False) if listed else None


def _present(known: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in known.items() if value not in (None, "")}
