"""An erasure in words."""

from __future__ import annotations

from collections.abc import Mapping

from copilot.catalogue import text
from copilot.erasing.results import Erased


def told(done: Erased, language: str) -> str:
    """What is gone, what stays without a name, and what a person must still decide."""
    lines = [text("erasing.head", language, count=done.accounts)]
    for part in ("deleted", "made_anonymous", "texts", "files"):
        if found := getattr(done, part):
            lines.append(text(f"erasing.{part}", language, what=_counted(found, language)))
    if done.documents:
        kind = "documents_removed" if done.documents_removed else "documents_left"
        separator = "、" if language == "zh" else ", "
        lines.append(text(f"erasing.{kind}", language, titles=separator.join(done.documents)))
    lines.append(text("erasing.outside", language))
    return "\n".join(lines)


def _counted(found: Mapping[str, int], language: str) -> str:
    separator = "、" if language == "zh" else ", "
    return separator.join(f"{name} {count:,}" for name, count in found.items())
