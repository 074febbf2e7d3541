"""Every version of every draft in one SQLite file, so that one can be named later; templates only, no customer."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, Integer, MetaData, Table, Text, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Engine

from tools.drafting import DraftBrief
from tools.errors import BadArgument
from tools.results import Draft, Frozen
from tools.sqlite import open_sqlite

_metadata = MetaData()
_drafts = Table(
    "drafts",
    _metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("body", Text, nullable=False),
)


class Shelved(Frozen):
    """A draft with the brief it answers to."""

    draft: Draft
    brief: DraftBrief
    brand: str
    wish: str = ""
    """What it was changed by; "" for a first version."""


class DraftShelf:
    """Keeps and finds drafts; safe between threads and processes. Nothing is changed or removed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, path: Path) -> DraftShelf:
        return cls(open_sqlite(path, _metadata))

    def keep(self, *shelved: Shelved) -> None:
        """Add drafts; one that is there already (the same words for the same brief) stays as it is."""
        rows = [{"id": each.draft.id, "body": each.model_dump_json()} for each in shelved]
        if rows:
            with self._engine.begin() as connection:
                connection.execute(insert(_drafts).on_conflict_do_nothing(index_elements=["id"]), rows)

    def get(self, id: str) -> Shelved:
        """One draft. Raises BadArgument `draft_unknown`."""
        with self._engine.connect() as connection:
            found = connection.execute(select(_drafts.c.body).where(_drafts.c.id == id.strip())).scalar()
            latest = connection.execute(select(_drafts.c.id).order_by(_drafts.c.number.desc()).limit(5)).scalars().all()
        if found is None:
            raise BadArgument("draft_unknown", given=id.strip()[:40], alternatives=list(latest))
        return Shelved.model_validate_json(found)

    def latest(self) -> Shelved:
        """The draft kept last. Raises BadArgument `draft_none`."""
        with self._engine.connect() as connection:
            found = connection.execute(select(_drafts.c.body).order_by(_drafts.c.number.desc()).limit(1)).scalar()
        if found is None:
            raise BadArgument("draft_none")
        return Shelved.model_validate_json(found)

    def history(self, id: str) -> list[Shelved]:
        """The versions that led to a draft, the first one first. Raises BadArgument `draft_unknown`."""
        found = [self.get(id)]
        while found[0].draft.parent:
            found.insert(0, self.get(found[0].draft.parent))
        return found

    def close(self) -> None:
        self._engine.dispose()
