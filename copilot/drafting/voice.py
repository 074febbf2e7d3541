"""A brand's voice in words, and which of them the library understands."""

from __future__ import annotations

from copilot.catalogue import text
from tools.drafting.tone import tone_of


def voice_told(voice: str, language: str) -> str:
    """The voice, and which of its words only a language model takes up."""
    _tone, unknown = tone_of(voice)
    if not unknown:
        return voice
    comma = "、" if language == "zh" else ", "
    return text("draft.voice_for_model", language, voice=voice, words=comma.join(unknown))
