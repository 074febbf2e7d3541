"""Campaigns of a workspace and the audit trail in one SQLite file: nothing in it is ever changed, only added to.

Each step of a campaign, the version that it made and its row of the trail are one transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Column, Integer, MetaData, String, Table, Text, func, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError

from copilot.campaigns.audit import TRAIL, AuditTrail, Flaw, Verdict
from copilot.campaigns.results import Campaign, Content, Step, Version
from copilot.campaigns.seal import digest
from copilot.lessons.results import Actor
from tools.errors import BadArgument, Busy
from tools.sqlite import open_sqlite

_metadata = MetaData()
_campaigns = Table(
    "campaigns",
    _metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("key", String, nullable=False, unique=True),  # of the request that made it: asked twice, it is made once
    sqlite_autoincrement=True,  # a number names one campaign for ever
)
_versions = Table(
    "versions",
    _metadata,
    Column("campaign", Integer, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("body", Text, nullable=False),
)
_steps = Table(
    "steps",
    _metadata,
    Column("campaign", Integer, primary_key=True),
    Column("step", Integer, primary_key=True),
    Column("body", Text, nullable=False),
)
for _table in TRAIL.sorted_tables:
    _table.to_metadata(_metadata)
PREFIX = "campaign-"
Change = tuple[Step, Content | None]
"""What is added: an entry of the history, and the content of a new version where it makes one."""


class CampaignStore:
    """Reads campaigns and adds to them; safe between threads and processes."""

    def __init__(self, engine: Engine, trail: AuditTrail) -> None:
        self._engine = engine
        self.trail = trail

    @classmethod
    def open(cls, directory: Path) -> CampaignStore:
        engine = open_sqlite(directory / "campaigns.sqlite", _metadata)
        return cls(engine, AuditTrail(engine, directory / "audit.anchor"))

    def add(self, key: str, content: Content, *steps: Step) -> Campaign:
        """Keep a new campaign with its first steps; a key that was used already gives the campaign that it made."""
        with self._writing() as connection:
            known = connection.execute(select(_campaigns.c.number).where(_campaigns.c.key == key)).scalar()
            if known is not None:
                return _read(connection, known).model_copy(update={"fresh": False})
            number = connection.execute(_campaigns.insert().values(key=key)).inserted_primary_key[0]
            for place, step in enumerate(steps):
                self._add(connection, number, place, step, None if place else content)
            made = _read(connection, number)
        self.trail.anchor()
        return made

    def change(self, id: str, decide: Callable[[Campaign], Change | None]) -> Campaign:
        """Add what `decide` says of the campaign as it stands; nothing where it says None.

        No other change comes between. Raises BadArgument for an unknown campaign.
        """
        with self._writing() as connection:
            before = self._found(connection, id)
            change = decide(before)
            if change is None:
                return before.model_copy(update={"fresh": False})
            self._add(connection, before.number, len(before.history), *change)
            after = _read(connection, before.number)
        self.trail.anchor()
        return after

    def refused(self, by: Actor, at: datetime, act: str, id: str) -> None:
        """Put on the trail what somebody tried and may not; an id that cannot be one is not kept."""
        number = _number(id)
        with self._writing() as connection:
            self.trail.append(connection, by, at, f"refused:{act}", f"{PREFIX}{number}" if number >= 0 else "")
        self.trail.anchor()

    def noted(self, by: Actor, at: datetime, action: str, object_: str) -> None:
        """Put on the trail what was done outside campaigns, such as an erasure."""
        with self._writing() as connection:
            self.trail.append(connection, by, at, action, object_)
        self.trail.anchor()

    def get(self, id: str) -> Campaign:
        """One campaign. Raises BadArgument for an unknown one."""
        with self._engine.connect() as connection:
            return self._found(connection, id)

    def all(self) -> list[Campaign]:
        """Every campaign, the latest first."""
        with self._engine.connect() as connection:
            numbers = connection.execute(select(_campaigns.c.number).order_by(_campaigns.c.number.desc())).scalars()
            return [_read(connection, number) for number in numbers.all()]

    def steps(self) -> int:
        """How many steps there are of all campaigns: as many as before mean that nothing has happened."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(_steps)).scalar_one()

    def verify(self) -> Verdict:
        """The trail, and whether every step and version is the one that the trail holds the hash of."""
        found = self.trail.verify()
        if found.flaws:
            return found
        noted = Counter(value for entry in self.trail.entries() for name, value in entry.hashes.items()
                        if name in ("step", "content"))  # fmt: skip
        with self._engine.connect() as connection:
            bodies = [*connection.execute(select(_steps.c.body)).scalars(),
                      *connection.execute(select(_versions.c.body)).scalars()]  # fmt: skip
        if Counter(map(digest, bodies)) != noted:
            return found.model_copy(update={"flaws": [Flaw(code="records")]})
        return found

    def close(self) -> None:
        self._engine.dispose()

    def _found(self, connection: Connection, id: str) -> Campaign:
        number = _number(id)
        known = connection.execute(select(_campaigns.c.number).order_by(_campaigns.c.number.desc())).scalars().all()
        if number not in known:
            raise BadArgument("campaign_unknown_id", given=id, alternatives=[f"{PREFIX}{one}" for one in known[:20]])
        return _read(connection, number)

    def _add(self, connection: Connection, number: int, place: int, step: Step, content: Content | None) -> None:
        body = step.model_dump_json()
        hashes = {"step": digest(body), "seal": step.seal, "rules": step.rules}
        hashes |= {f"file:{name}": value for name, value in step.files.items()}
        if content is not None:
            words = content.model_dump_json()
            hashes["content"] = digest(words)
            connection.execute(_versions.insert().values(campaign=number, version=step.version, body=words))
        connection.execute(_steps.insert().values(campaign=number, step=place, body=body))
        self.trail.append(connection, step.by, step.at, step.action, f"{PREFIX}{number}", version=step.version,
                          hashes={name: value for name, value in hashes.items() if value})  # fmt: skip

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction that holds the write lock from its first word: what it reads is what it changes."""
        try:
            with self._engine.begin() as connection:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                yield connection
        except OperationalError as error:
            if "locked" not in str(error.orig):
                raise
            raise Busy("store_busy", store="campaigns") from error


def _read(connection: Connection, number: int) -> Campaign:
    own = _versions.c.campaign == number
    versions = connection.execute(select(_versions).where(own).order_by(_versions.c.version)).all()
    steps = connection.execute(select(_steps.c.body).where(_steps.c.campaign == number).order_by(_steps.c.step))
    return Campaign(
        id=f"{PREFIX}{number}", history=[Step.model_validate_json(body) for body in steps.scalars()],
        versions=[Version(number=row.version, content=Content.model_validate_json(row.body)) for row in versions],
    )  # fmt: skip


def _number(id: str) -> int:
    """The number in "campaign-3" or "3"; -1 for anything else."""
    digits = id.strip().removeprefix(PREFIX)
    return int(digits) if digits.isdecimal() and len(digits) < 10 else -1
