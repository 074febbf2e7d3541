"""Lessons of a workspace in one SQLite file: what was proposed, and every decision; nothing is ever changed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import Column, Integer, MetaData, Table, Text, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from copilot.lessons.results import FOLLOWS, Decision, Lesson, Proposal, state_on
from tools.calendar import day_of
from tools.errors import BadArgument
from tools.sqlite import open_sqlite

_metadata = MetaData()
_lessons = Table(
    "lessons",
    _metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("body", Text, nullable=False),
    sqlite_autoincrement=True,  # a number names one lesson for ever
)
_decisions = Table(
    "decisions",
    _metadata,
    Column("lesson", Integer, primary_key=True),
    Column("step", Integer, primary_key=True),
    Column("body", Text, nullable=False),
)
PREFIX = "lesson-"


class LessonStore:
    """Reads and adds lessons and decisions; safe between threads and processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, path: Path) -> LessonStore:
        return cls(open_sqlite(path, _metadata))

    def add(self, proposal: Proposal, first: Decision) -> Lesson:
        """Keep a proposal with the first entry of its history."""
        with self._engine.begin() as connection:
            number = connection.execute(_lessons.insert().values(body=proposal.model_dump_json())).inserted_primary_key
            _append(connection, number[0], 0, first)
        return _lesson(number[0], proposal, [first], day_of(first.at))

    def decide(self, id: str, decision: Decision) -> Lesson:
        """Add a decision; of two at once, the one that comes second sees the state that the first one made.

        Raises BadArgument for an unknown lesson, or a decision that its state does not allow.
        """
        number, today = _number(id), day_of(decision.at)
        while True:  # ends: whoever comes second finds a longer history, and the states bound its length
            lesson = self.get(id, today)
            if decision.state not in FOLLOWS[lesson.state]:
                raise BadArgument("lesson_state", id=lesson.id, state=lesson.state, verdict=decision.state)
            try:
                with self._engine.begin() as connection:
                    _append(connection, number, len(lesson.history), decision)
            except IntegrityError:
                continue
            return self.get(id, today)

    def get(self, id: str, today: date) -> Lesson:
        """A lesson as it stands on a day. Raises BadArgument for an unknown one."""
        known = {lesson.id: lesson for lesson in self.all(today)}
        if (wanted := _id(_number(id))) not in known:
            raise BadArgument("lesson_unknown", given=id, alternatives=list(known)[:20])
        return known[wanted]

    def all(self, today: date) -> list[Lesson]:
        """Every lesson as it stands on a day, the latest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(_lessons).order_by(_lessons.c.number.desc())).all()
            history = _histories(connection)
        return [_lesson(row.number, Proposal.model_validate_json(row.body), history[row.number], today) for row in rows]

    def recallable(self, today: date) -> frozenset[str]:
        """Ids of the lessons that may be recalled on a day: approved, not withdrawn, not expired."""
        with self._engine.connect() as connection:
            history = _histories(connection)
        return frozenset(_id(number) for number, entries in history.items() if state_on(entries, today) == "approved")

    def close(self) -> None:
        self._engine.dispose()


def _append(connection: Connection, number: int, step: int, decision: Decision) -> None:
    connection.execute(_decisions.insert().values(lesson=number, step=step, body=decision.model_dump_json()))


def _histories(connection: Connection) -> dict[int, list[Decision]]:
    history: dict[int, list[Decision]] = {}
    for row in connection.execute(select(_decisions).order_by(_decisions.c.lesson, _decisions.c.step)):
        history.setdefault(row.lesson, []).append(Decision.model_validate_json(row.body))
    return history


def _lesson(number: int, proposal: Proposal, history: list[Decision], today: date) -> Lesson:
    return Lesson(id=_id(number), state=state_on(history, today), history=history, **dict(proposal))


def _id(number: int) -> str:
    return f"{PREFIX}{number}"


def _number(id: str) -> int:
    """The number in "lesson-3", "3" or the passage "lesson-3#1"; -1 for anything else."""
    digits = id.strip().removeprefix(PREFIX).partition("#")[0]
    return int(digits) if digits.isdecimal() and len(digits) < 10 else -1
