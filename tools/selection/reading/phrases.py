"""The structure of a selection: clauses joined by and, or and except, with brackets.

A comma joins loosest, then "、", then or, then and. Values of one kind stay together: "上海或北京" is one
token. What follows an except is left out up to the comma, or up to 以外.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from tools.selection.reading.scan import Token

_JOINS = ("comma", "pause", "and", "or")


@dataclass(frozen=True)
class Clause:
    """Tokens without any that join."""

    tokens: tuple[Token, ...]


@dataclass(frozen=True)
class Joined:
    """Parts that hold all together, or at least one of them, or of which none may hold."""

    how: Literal["all", "any", "none"]
    parts: tuple[Clause | Joined, ...]
    item: bool = False
    """Whether it is what stands between two commas."""


def structure(tokens: list[Token]) -> Joined:
    """The whole selection."""
    return _sentence(_values_joined(_bracketed(tokens)))


def _bracketed(tokens: list[Token]) -> list[Token]:
    """Each pair of brackets as one token; a bracket without its pair is left out."""
    stack: list[list[Token]] = [[]]
    opened: list[Token] = []
    for token in tokens:
        if token.kind == "open":
            opened.append(token)
            stack.append([])
        elif token.kind == "close":
            if opened:
                inner = stack.pop()
                stack[-1].append(Token("group", opened.pop().start, token.end, _sentence(_values_joined(inner))))
        else:
            stack[-1].append(token)
    while len(stack) > 1:
        inner = stack.pop()
        stack[-1] += inner
    return stack[0]


def _values_joined(tokens: list[Token]) -> list[Token]:
    """Neighbouring values of one dimension (or message channels) as one token with how they were joined."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.kind not in ("value", "reach"):
            found.append(token)
            at += 1
            continue
        names, joins, end = [_name(token)], set(), at
        while (after := _next_value(tokens, end)) is not None:
            joins |= {tokens[place].kind for place in range(end + 1, after)}
            names.append(_name(tokens[after]))
            end = after
        how = "any" if "or" in joins else "all" if "and" in joins else "either"
        dimension = token.key[0] if token.kind == "value" else ""
        key = (dimension, tuple(dict.fromkeys(names)), how)
        found.append(Token(f"{token.kind}s", token.start, tokens[end].end, key))
        at = end + 1
    return found


def _name(token: Token) -> str:
    return token.key[1] if token.kind == "value" else token.key


def _next_value(tokens: list[Token], at: int) -> int | None:
    """Place of the next value of the same kind, where nothing but joining words lies between."""
    place = at + 1
    while place < len(tokens) and tokens[place].kind in _JOINS:
        place += 1
    if place >= len(tokens) or place == at + 1 or tokens[place].kind != tokens[at].kind:
        return None
    same = tokens[at].kind == "reach" or tokens[place].key[0] == tokens[at].key[0]
    return place if same else None


def _sentence(tokens: list[Token]) -> Joined:
    items, enumerated = _items(tokens)
    if enumerated:
        return Joined("any", tuple(_item(item) for item in items))
    alternatives: list[list[Joined]] = [[]]
    for item in items:
        if item and item[0].kind == "or":  # "A、B，或者C"
            alternatives.append([])
        alternatives[-1].append(_item(item))
    groups = [Joined("all", tuple(group)) for group in alternatives if group]
    return groups[0] if len(groups) == 1 else Joined("any", tuple(groups))


def _items(tokens: list[Token]) -> tuple[list[list[Token]], bool]:
    """Parts between commas, and whether they are an English enumeration: "A, B, or C"."""
    items = [item for item in _split(tokens, "comma") if item]
    starts = [item[0].kind == "or" for item in items]
    enumerated = len(items) > 2 and starts[-1] and not any(starts[:-1]) and items[-1][0].english
    return items, enumerated


def _item(tokens: list[Token]) -> Joined:
    parts: list[Clause | Joined] = []
    rest = list(tokens)
    while rest:
        at = next((place for place, token in enumerate(rest) if token.kind == "except"), None)
        before = _pauses(rest if at is None else rest[:at])
        if at is None:
            parts += before
            break
        end = next((n for n, token in enumerate(rest) if n > at and token.kind == "except_end"), len(rest))
        left_out = _alternatives(rest[at + 1 : end])
        if left_out:
            parts += [*before, Joined("none", tuple(left_out))]
        elif before and not rest[at].english:  # "把近7天触达过的去掉"
            parts.append(Joined("none", (Joined("all", tuple(before)),)))
        else:
            parts += [*before, Clause((replace(rest[at], kind="unknown"),))]
        rest = rest[end + 1 :]
    return Joined("all", tuple(parts), item=True)


def _pauses(tokens: list[Token]) -> list[Clause | Joined]:
    return [part for piece in _split(tokens, "pause") for part in _either(piece)]


def _either(tokens: list[Token]) -> list[Clause | Joined]:
    options = [option for piece in _split(tokens, "or") if (option := _both(piece))]
    if len(options) > 1:
        return [
            Joined("any", tuple(option[0] if len(option) == 1 else Joined("all", tuple(option)) for option in options))
        ]
    return options[0] if options else []


def _both(tokens: list[Token]) -> list[Clause | Joined]:
    return [_clause(piece) for piece in _split(tokens, "and") if piece]


def _alternatives(tokens: list[Token]) -> list[Clause | Joined]:
    """What is left out one by one: "排除A、B和C"."""
    joined = [replace(token, kind="and") if token.kind in ("pause", "or") else token for token in tokens]
    return _both(joined)


def _clause(tokens: list[Token]) -> Clause | Joined:
    if len(tokens) == 1 and tokens[0].kind == "group":
        return tokens[0].key
    groups = [token for token in tokens if token.kind == "group"]
    if groups:
        # "不是（A 或 B）": a bracket is taken back by the word before it; anything else stands beside it.
        parts: list[Clause | Joined] = []
        plain: list[Token] = []
        for token in tokens:
            if token.kind != "group":
                plain.append(token)
            elif plain and plain[-1].kind == "not":
                plain.pop()
                parts.append(Joined("none", (token.key,)))
            else:
                parts.append(token.key)
        return Joined("all", (*parts, *((Clause(tuple(plain)),) if plain else ())))
    return Clause(tuple(tokens))


def _split(tokens: list[Token], kind: str) -> list[list[Token]]:
    pieces: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == kind:
            pieces.append([])
        else:
            pieces[-1].append(token)
    return [piece for piece in pieces if piece] if kind != "comma" else pieces
