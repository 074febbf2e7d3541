"""What an approval is bound to: the hash of texts, offer, audience and rule set. Any other word gives another hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from copilot.campaigns.results import Content
from tools.selection.results import Definition


def canonical(value: Mapping[str, Any]) -> str:
    """One way of writing a JSON object: keys sorted, no spaces, every character as it is (after RFC 8785)."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(words: str) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(words.encode()).hexdigest()


def seal(content: Content, audience: Definition, tier_rules: str, rules: str) -> str:
    """The hash that an approval of a content is given for."""
    whole = {"content": content_of(content), "audience": audience.model_dump(mode="json"), "tier_rules": tier_rules,
             "rules": rules}  # fmt: skip
    return digest(canonical(whole))


def content_of(content: Content) -> dict[str, Any]:
    """A content as it is sealed: of a draft what is sent, not why it was proposed or what the checker said of it."""
    sent = ("channel", "language", "title", "preheader", "body", "button")
    texts = [{name: getattr(draft, name, "") for name in sent} for draft in content.texts]
    return {"brief": content.brief.model_dump(mode="json"), "texts": texts}
