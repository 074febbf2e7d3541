"""Text from data or documents, marked as such for a language model."""

from __future__ import annotations

import re

_FENCE = re.compile(r"<(?=\s*/?\s*data\b)", re.IGNORECASE)


def fence(words: str) -> str:
    """`words` between marks that they cannot close."""
    return f"<data>\n{_FENCE.sub('‹', words)}\n</data>"
