"""The name that somebody gives a selection: "存成「高潜护肤」", "save it as summer VIPs"."""

from __future__ import annotations

import re

_SAVE = re.compile(
    r"[，,]?\s*(?:(?:并|然后|再|and|then)\s*)?(?:把(?:他们|它|这些人|这群人|这个人群)?)?"
    r"(?:存成|存为|保存成|保存为|另存为|命名为|save\s+(?:(?:it|this|these|them|that|the segment)\s+)?as|call (?:it|them)|name it)"
    r"\s*[「『“\"'《]?([^」』”\"'》]+?)[」』”\"'》]?\s*(?:吧|人群)?$",
    re.IGNORECASE,
)


def save_name(clause: str) -> str:
    """The name asked for, as it was written, or ""."""
    match = _SAVE.search(clause)
    return match[1].strip() if match else ""


def without_name(clause: str) -> str:
    """The clause without what it says about saving."""
    return _SAVE.sub("", clause)
