"""Days in a selection: before or after a time, several times named as one, "since" without a time of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from tools.calendar import Span
from tools.selection.reading.scan import Token

_DATED = ("first", "last", "register", "trait")
"""Speak of a day, which lies before or after a time by itself."""
_JOINS = ("comma", "pause", "and", "or")
_REACH = 5
"""Characters between "after" and its time, at most: "after the 618"."""
_DAY = timedelta(days=1)


class Times(NamedTuple):
    """Times that one verb was said with, and whether all of them, any, or which is not said."""

    spans: tuple[Span, ...]
    how: str


def with_times(tokens: list[Token], as_of: date, first_day: date) -> list[Token]:
    """The tokens with each "before June" as one time, and with times that share a verb as one."""
    sided: list[Token] = []
    for item in _items(tokens):
        dated = any(token.kind in _DATED for token in item)
        sided += item if dated else _sided(item, as_of, first_day)
    return [token for token in _joined(sided) if token.kind != "each"]


def rest_after(span: Span, as_of: date) -> Span | None:
    """The days after a time up to the last one; None where there are none."""
    return Span.between(span.end + _DAY, as_of) if span.end < as_of else None


def all_before(span: Span, first_day: date) -> Span | None:
    """The days before a time."""
    return Span.between(first_day, span.start - _DAY) if span.start and span.start > first_day else None


def _items(tokens: list[Token]) -> list[list[Token]]:
    items: list[list[Token]] = [[]]
    for token in tokens:
        items[-1].append(token)
        if token.kind == "comma":
            items.append([])
    return items


def _sided(tokens: list[Token], as_of: date, first_day: date) -> list[Token]:
    found: list[Token] = []
    before = any(token.kind == "before" for token in tokens)  # "before 618 but not after": after it, or since then?
    at = 0
    while at < len(tokens):
        token, after = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else None
        side, window = (token, after) if token.kind in ("before", "after") else (after, token)
        pair = after is not None and window.kind == "window" and _belongs(side, window)
        span = _beside(side.kind, window.key, as_of, first_day) if pair else None
        if span is not None:
            found.append(Token("window", min(token.start, after.start), after.end, span, window.english))
            at += 2
            continue
        around = [*tokens[max(at - 1, 0) : at], *tokens[at + 1 : at + 2]]
        later = token.kind == "after" and not before and not _of_length(around)
        found.append(replace(token, kind="then") if later else token)
        at += 1
    return found


def _belongs(side: Token, window: Token) -> bool:
    if side.start < window.start:
        return side.english and side.kind in ("before", "after") and window.start - side.end <= _REACH
    plain = side.kind in ("before", "after") or (side.kind == "ago" and side.end - side.start == 1)
    return plain and not side.english and side.start == window.end


def _of_length(beside: list[Token]) -> bool:
    return any(token.kind in ("number", "duration", "window") for token in beside)


def _beside(side: str, span: Span, as_of: date, first_day: date) -> Span | None:
    return rest_after(span, as_of) if side == "after" else all_before(span, first_day)


def _joined(tokens: list[Token]) -> list[Token]:
    """Neighbouring times as one token with how they were joined: "in August and September", "9月10月都"."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        end, spans, joins = at, [tokens[at].key], set()
        while tokens[at].kind == "window" and (after := _next_window(tokens, end)) is not None:
            joins |= {tokens[place].kind for place in range(end + 1, after)}
            spans.append(tokens[after].key)
            end = after
        if len(spans) == 1 or joins == {"comma"}:
            found.append(tokens[at])
            at += 1
            continue
        every = any(token.kind == "each" for token in tokens[end + 1 : end + 2])
        how = "any" if "or" in joins else "all" if every or "and" in joins else "either"
        found.append(replace(tokens[at], kind="windows", end=tokens[end].end, key=Times(tuple(spans), how)))
        at = end + 1
    return found


def _next_window(tokens: list[Token], at: int) -> int | None:
    place = at + 1
    while place < len(tokens) and tokens[place].kind in _JOINS:
        place += 1
    return place if place < len(tokens) and tokens[place].kind == "window" else None
