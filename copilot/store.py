"""What was asked and answered, thread by thread (SQLAlchemy; a SQLite file by default)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import Column, DateTime, MetaData, String, Table, Text, func, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Engine

from copilot.answer import Answer, Frozen
from copilot.team import ACTING
from tools.sqlite import open_sqlite

_metadata = MetaData()
_turns = Table(
    "turns",
    _metadata,
    Column("id", String, primary_key=True),
    Column("thread", String, nullable=False, index=True),
    Column("question", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("answer", Text),
    Column("asked_at", DateTime(timezone=True), nullable=False),
)
_owners = Table(
    "owners",
    _metadata,
    Column("thread", String, primary_key=True),
    Column("name", String, nullable=False),
)
"""Who began a thread, where somebody had signed in."""

State = Literal["running", "done", "failed", "interrupted"]


class Turn(Frozen):
    id: str
    thread: str
    question: str
    state: State
    answer: Answer | None
    asked_at: datetime


class ThreadSummary(Frozen):
    id: str
    title: str
    """The thread's first question."""
    turns: int
    updated_at: datetime


class Store:
    """Turns of all threads. A turn is written before it runs, so a crash leaves it visible.

    Whoever signed in has the threads that they began; whoever started the process has all (see `copilot.team`).
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, path: Path) -> Store:
        return cls(open_sqlite(path, _metadata))

    def mark_interrupted(self) -> int:
        """Turns still running belong to a process that died; return how many there were."""
        with self._engine.begin() as connection:
            result = connection.execute(update(_turns).where(_turns.c.state == "running").values(state="interrupted"))
            return result.rowcount

    def begin(self, *, id: str, thread: str, question: str) -> None:
        person = ACTING.get()
        with self._engine.begin() as connection:
            if person:
                begun = insert(_owners).values(thread=thread, name=person.name)
                connection.execute(begun.on_conflict_do_nothing(index_elements=["thread"]))
            connection.execute(
                _turns.insert().values(
                    id=id, thread=thread, question=question, state="running", asked_at=datetime.now(UTC)
                )
            )

    def finish(self, id: str, state: State, answer: Answer | None = None) -> None:
        body = answer.model_dump_json() if answer else None
        with self._engine.begin() as connection:
            connection.execute(update(_turns).where(_turns.c.id == id).values(state=state, answer=body))

    def turns(self, thread: str) -> list[Turn]:
        with self._engine.connect() as connection:
            rows = connection.execute(select(_turns).where(_turns.c.thread == thread).order_by(_turns.c.asked_at))
            return [_turn(row) for row in rows.mappings()]

    def may_see(self, thread: str) -> bool:
        """Whether it is a thread of whoever is acting, or a new one."""
        person = ACTING.get()
        if person is None:
            return True
        with self._engine.connect() as connection:
            owner = connection.execute(select(_owners.c.name).where(_owners.c.thread == thread)).scalar()
            begun = connection.execute(select(_turns.c.id).where(_turns.c.thread == thread).limit(1)).first()
        return owner == person.name or (owner is None and begun is None)

    def threads(self, limit: int = 50) -> list[ThreadSummary]:
        """The threads of whoever is acting, the most recently used first."""
        person = ACTING.get()
        own = select(_owners.c.thread).where(_owners.c.name == person.name) if person else select(_turns.c.thread)
        last = func.max(_turns.c.asked_at)
        with self._engine.connect() as connection:
            groups = connection.execute(
                select(_turns.c.thread, func.min(_turns.c.asked_at), last, func.count())
                .where(_turns.c.thread.in_(own))
                .group_by(_turns.c.thread)
                .order_by(last.desc())
                .limit(limit)
            ).all()
            return [
                ThreadSummary(
                    id=thread, title=self._question_at(connection, thread, first), turns=count, updated_at=end
                )
                for thread, first, end, count in groups
            ]

    @staticmethod
    def _question_at(connection, thread: str, asked_at: datetime) -> str:  # noqa: ANN001
        return connection.execute(
            select(_turns.c.question).where(_turns.c.thread == thread, _turns.c.asked_at == asked_at)
        ).scalar_one()

    def close(self) -> None:
        self._engine.dispose()


def _turn(row) -> Turn:  # noqa: ANN001
    answer = Answer.model_validate_json(row["answer"]) if row["answer"] else None
    return Turn(**{**row, "answer": answer})
