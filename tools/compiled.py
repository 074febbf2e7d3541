"""SQL kept for expressions that are asked again: writing an expression as SQL takes longer than a small query runs.

Expressions are told apart by what they are made of, each constant by its type and spelling: to Python 0.0 and -0.0
are one value. Ibis' own equality would do the rest, but it remembers results by object address in one dictionary
that threads share without a lock.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Generic, TypeVar

from ibis.common.grounds import Concrete
from ibis.expr.datatypes import DataType
from ibis.expr.operations import Node
from ibis.expr.schema import Schema
from ibis.expr.types import Table

T = TypeVar("T")
MOST = 512
"""Statements kept, some 10 kB each."""
SEEN = 128
"""Expressions whose key is kept with them."""
_SPELT = (bool, int, float, str, bytes, Decimal, date, time, timedelta, Enum, DataType, type(None))
"""Constants that their type and `repr` tell from every other."""


class Kept(Generic[T]):
    """What was made last, by what it was made from; safe to share between threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._made: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is kept under the key, or is made now."""
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
        made = make()
        with self._lock:
            self._made[key] = made
            if len(self._made) > self._most:
                self._made.popitem(last=False)
        return made


EXPRESSIONS: Kept[Table] = Kept(256)
"""Expressions by the values that decide them: building one, too, takes longer than a small query runs."""


class CompiledSql:
    """The statements compiled last, safe to share between threads."""

    def __init__(self, most: int = MOST) -> None:
        self._statements: Kept[str] = Kept(most)
        # An operation never changes; it is kept beside its key so that its place in memory is not another's meanwhile.
        self._keys: Kept[tuple[Node, Hashable]] = Kept(SEEN)

    def sql(self, expression: Table, write: Callable[[], str], *more: Hashable) -> str:
        """What `write()` says of the expression, written once; `more` is what else it depends on.

        An expression with something of its own inside, such as rows in memory, is written every time.
        """
        operation = expression.op()
        try:
            _operation, key = self._keys.get(id(operation), lambda: (operation, key_of(expression)))
        except _NotSpelt:
            return write()
        return self._statements.get((key, more), write)


class _NotSpelt(Exception):
    """Some part is known by its identity only."""


def key_of(expression: Table) -> Hashable:
    """Equal for expressions made of the same operations and constants, whether or not they share objects."""
    numbered: dict[Hashable, int] = {}
    _number(expression.op(), numbered, {})
    return tuple(numbered)


def _number(node: Concrete, numbered: dict[Hashable, int], seen: dict[int, int]) -> int:
    """Place of a node among the different ones, those that it is made of first."""
    place = seen.get(id(node))
    if place is None:
        spelt = (type(node), *(_spelt(value, numbered, seen) for value in node.__args__))
        place = seen[id(node)] = numbered.setdefault(spelt, len(numbered))
    return place


def _spelt(value: object, numbered: dict[Hashable, int], seen: dict[int, int]) -> Hashable:
    if isinstance(value, Node):
        return Node, _number(value, numbered, seen)
    if isinstance(value, _SPELT):
        return type(value), repr(value)
    if isinstance(value, Schema):
        return Schema, tuple((name, repr(kind)) for name, kind in value.items())
    if isinstance(value, tuple | list):
        return type(value), tuple(_spelt(each, numbered, seen) for each in value)
    if isinstance(value, frozenset):
        return frozenset, frozenset(_spelt(each, numbered, seen) for each in value)
    if isinstance(value, Mapping):
        return Mapping, tuple((name, _spelt(each, numbered, seen)) for name, each in value.items())
    if isinstance(value, Concrete):
        return Concrete, _number(value, numbered, seen)
    raise _NotSpelt
