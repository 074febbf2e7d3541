"""How a middleware speaks to the reader of the running turn."""

from __future__ import annotations

from collections.abc import Iterable

from langgraph.runtime import Runtime

from copilot.answer import Notice
from copilot.usage import Meter


def turn_language(runtime: Runtime | None) -> str:
    return getattr(getattr(runtime, "context", None), "language", None) or "en"


def turn_meter(runtime: Runtime | None) -> Meter | None:
    return getattr(getattr(runtime, "context", None), "meter", None)


def tell(runtime: Runtime | None, results: Iterable[str]) -> None:
    """Note what the model knows from earlier turns: its figures may stand in this turn's answer too."""
    getattr(getattr(runtime, "context", None), "earlier", []).extend(results)


def notify(runtime: Runtime, code: str, message: str, *, restart: bool = False) -> None:
    runtime.stream_writer(Notice(code=code, message=message, restart=restart).model_dump())
