"""What language-model calls used and cost: counted while a turn runs, kept at its end, summed by thread and by day."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from langchain_core.messages.ai import UsageMetadata
from sqlalchemy import Column, Float, Integer, MetaData, String, Table, func, select
from sqlalchemy.engine import Engine

from copilot.answer import Usage
from tools.calendar import day_of
from tools.sqlite import open_sqlite

MILLION = 1_000_000
_metadata = MetaData()
_spent = Table(
    "usage",
    _metadata,
    Column("turn", String, primary_key=True),
    Column("thread", String, nullable=False, index=True),
    Column("day", String, nullable=False, index=True),
    Column("calls", Integer, nullable=False),
    Column("unmetered", Integer, nullable=False),
    Column("input_tokens", Integer, nullable=False),
    Column("output_tokens", Integer, nullable=False),
    Column("cost", Float),
    Column("currency", String, nullable=False),
)


class DayUsage(Usage):
    day: date


class ThreadUsage(Usage):
    thread: str


@dataclass(frozen=True)
class Prices:
    """Money a million tokens; None where it is not set."""

    input: float | None = None
    output: float | None = None
    currency: str = "USD"

    def cost(self, input_tokens: int, output_tokens: int) -> float | None:
        if self.input is None or self.output is None:
            return None
        return (input_tokens * self.input + output_tokens * self.output) / MILLION


@dataclass(frozen=True)
class Limits:
    """What may be used: tokens and money a turn, money a day; None for no limit."""

    turn_tokens: int | None = None
    turn_cost: float | None = None
    day_cost: float | None = None


class Meter:
    """Counts one turn; `others` tells what else was spent on its day, `second` are a second model's prices."""

    def __init__(
        self, prices: Prices, limits: Limits, others: Callable[[], float] = lambda: 0.0, *, second: Prices | None = None
    ) -> None:
        self._prices, self._limits, self._others, self._second = prices, limits, others, second or prices
        self._calls = self._told = self._input = self._output = 0
        self._cost = prices.cost(0, 0)

    def began(self) -> None:
        self._calls += 1

    def count(self, found: UsageMetadata | None, *, second: bool = False) -> None:
        """Add what the server says of a call that came back; `second` says that the second model's it was."""
        if found:
            self._told += 1
            self._input += found["input_tokens"]
            self._output += found["output_tokens"]
            cost = (self._second if second else self._prices).cost(found["input_tokens"], found["output_tokens"])
            self._cost = None if cost is None or self._cost is None else self._cost + cost

    @property
    def usage(self) -> Usage:
        return Usage(
            calls=self._calls, unmetered=self._calls - self._told, input_tokens=self._input,
            output_tokens=self._output, cost=self._cost,
            currency=self._prices.currency,
        )  # fmt: skip

    @property
    def exhausted(self) -> bool:
        """Whether a limit is reached, so that no further call may begin."""
        limits, used = self._limits, self.usage
        cost = used.cost or 0.0
        return (
            (limits.turn_tokens is not None and used.tokens >= limits.turn_tokens)
            or (limits.turn_cost is not None and cost >= limits.turn_cost)
            or (limits.day_cost is not None and self._others() + cost >= limits.day_cost)
        )


METER: ContextVar[Meter | None] = ContextVar("meter", default=None)
"""The running turn's meter, for model calls that a tool makes by itself."""


class UsageBook:
    """What every turn used."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, path: Path) -> UsageBook:
        return cls(open_sqlite(path, _metadata))

    def keep(self, turn: str, thread: str, used: Usage, *, at: datetime) -> None:
        """Keep what a turn used; a turn that asked no language model is not kept."""
        if not used.calls:
            return
        with self._engine.begin() as connection:
            connection.execute(_spent.insert().values(turn=turn, thread=thread, day=day_of(at).isoformat(),
                                                      **used.model_dump()))  # fmt: skip

    def thread(self, thread: str) -> Usage:
        """The sum of a thread."""
        with self._engine.connect() as connection:
            row = connection.execute(select(*_sums()).where(_spent.c.thread == thread)).mappings().one()
        return Usage(**row)

    def days(self, last: date, count: int) -> list[DayUsage]:
        """The days with calls among the `count` days up to `last`, the latest first."""
        first = last - timedelta(days=count - 1)
        asked = (
            select(_spent.c.day, *_sums())
            .where(_spent.c.day.between(first.isoformat(), last.isoformat()))
            .group_by(_spent.c.day)
            .order_by(_spent.c.day.desc())
        )
        with self._engine.connect() as connection:
            return [DayUsage(**row) for row in connection.execute(asked).mappings()]

    def threads(self, last: date, count: int, limit: int = 20) -> list[ThreadUsage]:
        """The threads that used most tokens in the `count` days up to `last`, at most `limit`."""
        first = last - timedelta(days=count - 1)
        asked = (
            select(_spent.c.thread, *_sums())
            .where(_spent.c.day.between(first.isoformat(), last.isoformat()))
            .group_by(_spent.c.thread)
            .order_by((func.sum(_spent.c.input_tokens) + func.sum(_spent.c.output_tokens)).desc())
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [ThreadUsage(**row) for row in connection.execute(asked).mappings()]

    def spent_on(self, day: date) -> float:
        """Money spent on a day."""
        found = self.days(day, 1)
        return (found[0].cost or 0.0) if found else 0.0

    def close(self) -> None:
        self._engine.dispose()


def _sums() -> list:
    counted = [func.coalesce(func.sum(_spent.c[name]), 0).label(name)
               for name in ("calls", "unmetered", "input_tokens", "output_tokens")]  # fmt: skip
    currency = func.coalesce(func.max(_spent.c.currency), "USD").label("currency")
    return [*counted, func.sum(_spent.c.cost).label("cost"), currency]
