"""Model calls that a tool makes by itself, outside the agent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from copilot.faults import classify
from copilot.settings import Served
from copilot.tracing.recorder import RECORDER, Recorder
from copilot.tracing.results import Message, ModelCall


@dataclass
class Reply:
    """What the model said, as far as it is known."""

    words: str = ""


@contextmanager
def model_call(served: Served, prompt: str, sent: str) -> Iterator[Reply]:
    """Keep the call in the running turn's story; the block sets `words`, `prompt` names the prompt's version."""
    story, reply, fault = RECORDER.get(), Reply(), ""
    at = story.now() if story else 0.0
    try:
        yield reply
    except Exception as error:
        fault = classify(error).code
        raise
    finally:
        if story:
            story.soon(_keep, story, at, story.now() - at, served, prompt, sent, reply.words, fault)


def _keep(
    story: Recorder, at: float, seconds: float, served: Served, prompt: str, sent: str, said: str, fault: str
) -> None:
    masked, answer = story.veil.value([sent, said])
    story.add(ModelCall(
        at=at, seconds=seconds, model=served.model, prompt=prompt, fault=fault,
        host=urlsplit(served.base_url or "").netloc.rpartition("@")[2],
        messages=[Message(role="user", text=story.text(masked))],
        reply=Message(role="assistant", text=story.text(answer)) if said else None,
    ))  # fmt: skip
