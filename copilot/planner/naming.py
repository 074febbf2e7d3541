"""The name that somebody gives a selection: "存成「高潜护肤」", "save it as summer VIPs"."""

from __future__ import annotations

import re

_QUOTED = r"\s*[「『“\"'《]?(?P<name>[^」』”\"'》]+?)[」』”\"'》]?\s*(?:吧|人群)?$"
_THEM = r"(?:(?:it|this|these|them|that|the segment)\s+)?"
_SAVE = re.compile(
    r"[，,]?\s*(?:(?:并|然后|再|and|then)\s*)?(?:把(?:他们|它|这些人|这群人|这个人群)?)?"
    rf"(?:存成|存为|保存成|保存为|另存为|命名为|save\s+{_THEM}as|call (?:it|them)|name it){_QUOTED}",
    re.IGNORECASE,
)
_SAVE_WHOM = re.compile(rf"^save\s+(?P<whom>.+?)\s+as\b{_QUOTED}", re.IGNORECASE)


def save_name(clause: str) -> str:
    """The name asked for, as it was written, or ""."""
    match = _SAVE.search(clause) or _SAVE_WHOM.search(clause)
    return match["name"].strip() if match else ""


def without_name(clause: str) -> str:
    """The clause without what it says about saving."""
    if _SAVE.search(clause):
        return _SAVE.sub("", clause)
    match = _SAVE_WHOM.search(clause)
    return match["whom"] if match else clause
