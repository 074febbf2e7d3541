"""What the tokens of marked words say: the days, names and numbers of one condition, whatever stands beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tools.calendar import Span
from tools.selection.reading.scan import Number, Token
from tools.selection.rule import Op

_KINDS = {
    r"\bcategor|品类|类目|[几\d]类": "categories", r"\b(?:channel|platform)s\b|渠道|平台": "channels",
    r"\b(?:different|products|skus|lines)\b|商品|[几\d]款|[几\d]种|[几\d]样": "unknown",
}
_OTHERS = re.compile(r"其他|其它|别的|另外|别处|别家|\b(?:other|else|elsewhere|another)\b")


@dataclass
class Parts:
    """The days, names and numbers of one mark."""

    words: str = ""
    spans: tuple[Span, ...] = ()
    how: str = "all"
    """Whether all of several spans are meant, any, or which is not said ("either")."""
    values: dict[str, list[str]] = field(default_factory=dict)
    any_value: bool = False
    """Whether any of several names will do."""
    numbers: list[tuple[Op | str, Number]] = field(default_factory=list)
    duration: tuple[str, int, str] | None = None
    """Operator and a bare number of days, weeks, …"""
    side: str = ""
    traits: list[str] = field(default_factory=list)
    reaches: list[str] = field(default_factory=list)
    pays: bool = False
    ever: bool = False
    only: bool = False
    kinds: str = ""
    """The trait that counts what a bare number is of: categories or channels; "unknown" for other goods."""
    others: bool = False
    """Whether it speaks of other things or places than those named before."""
    unread: list[Token] = field(default_factory=list)


def parts_of(tokens: Sequence[Token], words: str) -> Parts:
    """Return what a mark's tokens say; words that name none of it are left out."""
    kinds = next((trait for pattern, trait in _KINDS.items() if re.search(pattern, words)), "")
    parts, op = Parts(words=words, others=bool(_OTHERS.search(words)), kinds=kinds), ""
    for token in tokens:
        match token.kind:
            case "window":
                parts.spans += (token.key,)
            case "windows":
                parts.spans, parts.how = token.key.spans, token.key.how
            case "op" if token.key[1].startswith("or_") and parts.numbers:
                parts.numbers[-1] = (token.key[0], parts.numbers[-1][1])
            case "op" if token.key[1].startswith("or_") and parts.duration:
                parts.duration = (token.key[0], *parts.duration[1:])
            case "op":
                op = token.key[0]
                parts.only = parts.only or token.key[1] == "only"
            case "number":
                parts.numbers.append((op, token.key))
                op = ""
            case "duration":
                parts.duration, op = (op, *token.key), ""
            case "value":
                parts.values.setdefault(token.key[0], []).append(token.key[1])
            case "values":
                parts.values.setdefault(token.key[0], []).extend(token.key[1])
                parts.any_value = True
            case "before" | "after" | "ago":
                parts.side = token.kind
            case _:
                _mention(parts, token)
    parts.spans = tuple(span for span in parts.spans if not any(_inside(other, span) for other in parts.spans))
    return parts


def _inside(span: Span, wider: Span) -> bool:
    """Whether a span lies in another, which then only says which: "last Singles' Day (11 Nov)"."""
    begins = wider.start is None or (span.start is not None and span.start >= wider.start)
    return span.label != wider.label and begins and span.end <= wider.end


def _mention(parts: Parts, token: Token) -> None:
    match token.kind:
        case "trait" | "presets":
            parts.traits.append(token.key)
        case "reach":
            parts.reaches.append(token.key)
        case "or":
            parts.any_value = True
        case "pay":
            parts.pays = True
        case "share" | "score" | "ordinal" | "back" | "vague" | "segment" | "list":
            parts.unread.append(token)
        case "not" if token.key == "ever":
            parts.ever = True
        case "unknown":
            parts.unread.append(token)
