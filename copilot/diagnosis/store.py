"""Saved diagnoses of a workspace: every one is kept as it was made, one transaction each."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Column, DateTime, MetaData, String, Table, Text, select
from sqlalchemy.engine import Engine

from copilot.diagnosis.results import Diagnosis, SavedDiagnosis
from tools.errors import BadArgument
from tools.sqlite import open_sqlite

_metadata = MetaData()
_saved = Table(
    "diagnoses",
    _metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False, index=True),
    Column("saved_at", DateTime, nullable=False),
    Column("body", Text, nullable=False),
)
LONGEST_NAME = 80


class DiagnosisStore:
    """Reads and writes saved diagnoses; safe between processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, directory: Path) -> DiagnosisStore:
        return cls(open_sqlite(directory / "diagnoses.sqlite", _metadata))

    def save(self, name: str, diagnosis: Diagnosis, at: datetime) -> SavedDiagnosis:
        """Keep a diagnosis under a name, beside earlier ones of that name. Raises BadArgument for an unusable name."""
        name = name.strip()
        if not (name.isprintable() and 0 < len(name) <= LONGEST_NAME):
            raise BadArgument("diagnosis_name")
        saved = SavedDiagnosis(id=uuid4().hex[:12], name=name, saved_at=at, diagnosis=diagnosis)
        with self._engine.begin() as connection:
            connection.execute(_saved.insert().values(
                id=saved.id, name=name, saved_at=at.replace(tzinfo=None), body=saved.model_dump_json()
            ))  # fmt: skip
        return saved

    def list(self) -> list[SavedDiagnosis]:
        """Every saved diagnosis, the newest first."""
        with self._engine.connect() as connection:
            bodies = connection.execute(select(_saved.c.body).order_by(_saved.c.saved_at.desc(), _saved.c.id)).scalars()
            return [SavedDiagnosis.model_validate_json(body) for body in bodies]

    def get(self, given: str) -> SavedDiagnosis:
        """A diagnosis by its id, or the newest of a name. Raises BadArgument naming those there are."""
        kept = self.list()
        found = next((one for one in kept if given in (one.id, one.name)), None)
        if found is None:
            known = [f"{one.name} ({one.id})" for one in kept[:10]]
            raise BadArgument("diagnosis_unknown", given=given, alternatives=known or ["-"])
        return found

    def delete(self, given: str) -> SavedDiagnosis:
        """Remove a diagnosis for good. Raises BadArgument for an unknown one."""
        found = self.get(given)
        with self._engine.begin() as connection:
            connection.execute(_saved.delete().where(_saved.c.id == found.id))
        return found

    def close(self) -> None:
        self._engine.dispose()
