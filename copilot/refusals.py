"""Word a refusal of a tool or of the knowledge base in the reader's language."""

from __future__ import annotations

from copilot.catalogue import text


def is_refusal(error: BaseException) -> bool:
    """Whether the error carries a code and parameters for the catalogue (ToolError, KnowledgeError)."""
    return isinstance(getattr(error, "code", None), str) and isinstance(getattr(error, "params", None), dict)


def worded(error: BaseException, language: str) -> str:
    """One clear sentence with a way out. Raises KeyError when the catalogue lacks the code: a bug."""
    blanks = dict(error.params)
    blanks.setdefault("alternatives", ("、" if language == "zh" else ", ").join(map(str, error.alternatives)))
    return text(f"error.{error.code}", language, **blanks)
