"""What may not leave the machine: masked in every message, at the one place where requests go out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage

_DATES = re.compile(r"(?<!\d)(?:19|20)\d\d[-/.]?[01]\d[-/.]?[0-3]\d(?!\d)")
# Order matters: an ID number contains what looks like a phone number.
_PATTERNS = (
    ("email", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("id-number", re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")),
    ("bank-card", re.compile(r"(?<!\d)\d(?:[ -]{0,2}\d){14,18}(?!\d)")),
    ("phone", re.compile(r"(?<!\d)(?:\+?86[ -]{0,2})?1[ -]{0,2}[3-9](?:[ -]{0,2}\d){9}(?!\d)")),
    ("phone", re.compile(r"(?<!\d)0\d{2,3}[ -]\d{7,8}(?!\d)")),
    ("phone", re.compile(r"(?<![\d-])\(?\d{3}\)?[ -]\d{3}[ -]\d{4}(?!\d)")),
    ("phone", re.compile(r"\+\d{1,3}(?:[ -]?\d){7,12}(?!\d)")),
)
_FENCE = re.compile(r"<(?=\s*/?\s*data\b)", re.IGNORECASE)


def mask(words: str) -> str:
    """Replace e-mails, phones, ID and card numbers by their kind: "[phone]". Dates stay."""
    masked = unicodedata.normalize("NFKC", words) if _suspicious(words) else words
    for kind, pattern in _PATTERNS:
        masked = pattern.sub(lambda match, kind=kind: _masked(match.group(), kind), masked)
    return masked


def _suspicious(words: str) -> bool:
    return any(pattern.search(unicodedata.normalize("NFKC", words)) for _, pattern in _PATTERNS)


def _masked(found: str, kind: str) -> str:
    if kind == "bank-card" and not _luhn(found):
        return found
    if kind in {"bank-card", "phone"} and _DATES.search(found):
        return found
    return f"[{kind}]"


def _luhn(number: str) -> bool:
    """The check digit of payment cards (ISO/IEC 7812)."""
    digits = [int(character) for character in number if character.isdigit()][::-1]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def fence(words: str) -> str:
    """Text from data or documents, marked as such; it cannot close its own fence."""
    return f"<data>\n{_FENCE.sub('‹', words)}\n</data>"


def outgoing(messages: list[AnyMessage], people_in: Callable[[str], Iterable[str]]) -> list[AnyMessage]:
    """The messages as a language model may see them.

    Patterns are masked everywhere; `people_in` names the customers (names, member numbers) that
    a person's own words mention. A tool's refusal may quote the data, so it is fenced.
    """
    return [_outgoing(message, people_in) for message in messages]


def _outgoing(message: AnyMessage, people_in: Callable[[str], Iterable[str]]) -> AnyMessage:
    if not isinstance(message.content, str):
        return message
    words = mask(message.content)
    if isinstance(message, HumanMessage):
        for person in people_in(words):
            words = words.replace(person, "[customer]")
    if isinstance(message, ToolMessage) and message.status == "error":
        words = fence(words)
    update: dict = {"content": words}
    if isinstance(message, AIMessage) and message.tool_calls:
        update["tool_calls"] = [{**call, "args": _masked_values(call["args"])} for call in message.tool_calls]
    return message.model_copy(update=update)


def _masked_values(value: object) -> object:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {key: _masked_values(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_masked_values(item) for item in value]
    return value
