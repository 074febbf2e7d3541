"""Who works in a workspace: names with roles and secrets in its `people.yaml`, and who is acting now.

    people:
      - {name: 李雷, role: operator, secret: scrypt$16384$8$1$<salt>$<hash>}

While the file names anybody, the page and the API serve only them, each in their own name and role; with nobody
named everything is done by `Settings.user` in `Settings.role`. The file holds no secret, only its scrypt hash
(RFC 7914). It is read anew when it changes: somebody who is removed is out at once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from uuid import uuid4

import portalocker
import yaml
from pydantic import Field, ValidationError, field_validator

from copilot.settings import Settings
from tools.errors import BadArgument, Busy
from tools.results import Frozen
from tools.roles import Role

FILE = "people.yaml"
SHORTEST = 8
"""Characters of a secret at least."""
_COST, _BLOCK, _PARALLEL = 2**14, 8, 1
"""scrypt's N, r and p: 16 MB and some 50 ms a guess."""
_NOBODY = f"scrypt${_COST}${_BLOCK}${_PARALLEL}$AAAA$AAAA"
"""What the secret of an unknown name is held against, so that it takes as long as that of a known one."""


class Person(Frozen):
    """Somebody of the team."""

    name: str = Field(min_length=1, max_length=40)
    role: Role
    secret: str = Field(repr=False, pattern=r"^scrypt\$\d+\$\d+\$\d+\$[\w=+/-]+\$[\w=+/-]+$")
    """Hash of it."""

    @field_validator("name")
    @classmethod
    def _plain(cls, name: str) -> str:
        # HTTP's Basic scheme ends a name at the first colon.
        if name != name.strip() or ":" in name or not name.isprintable():
            raise ValueError("a name is one line without ':'")
        return name


class _Listed(Frozen):
    people: list[Person] = []


ACTING: ContextVar[Person | None] = ContextVar("acting", default=None)
"""Who asked for what is being done; None for whoever started the process."""


def in_person(settings: Settings) -> Settings:
    """The settings with the name and role of whoever is acting."""
    person = ACTING.get()
    return settings.model_copy(update={"user": person.name, "role": person.role}) if person else settings


class Team:
    """The people of one workspace."""

    def __init__(self, directory: Path) -> None:
        self._file = directory / FILE
        self._read: tuple[int, dict[str, Person]] = (0, {})

    def all(self) -> dict[str, Person]:
        """Name -> person; empty while nobody is named. Raises BadArgument for a file that cannot be read."""
        try:
            changed = self._file.stat().st_mtime_ns
        except FileNotFoundError:
            return {}
        if self._read[0] != changed:
            self._read = (changed, self._parsed())
        return self._read[1]

    def get(self, name: str) -> Person:
        """Raises BadArgument for a name that is not there."""
        known = self.all()
        if name not in known:
            raise BadArgument("person_unknown", given=name, alternatives=sorted(known))
        return known[name]

    def checked(self, name: str, secret: str) -> Person | None:
        """The person of that name and secret; None where there is none. It takes the time of a guess (`_COST`)."""
        person = self.all().get(name)
        fits = _fits(secret, person.secret if person else _NOBODY)
        return person if fits else None

    def add(self, name: str, role: Role, secret: str = "") -> str:
        """Add somebody and return the secret, made up where none is given.

        Raises BadArgument for a name that is there already or cannot be, or a secret that is too short.
        """
        given = _settled(secret)
        with self._changing() as people:
            if name in people:
                raise BadArgument("person_known", given=name)
            people[name] = _person(name, role, _hashed(given))
        return given

    def change(self, name: str, *, role: Role | None = None, secret: str | None = None) -> str:
        """Give somebody another role, or another secret ("" makes one up), which is returned; "" where it stays."""
        given = "" if secret is None else _settled(secret)
        with self._changing() as people:
            person = self.get(name)
            people[name] = _person(name, role or person.role, _hashed(given) if given else person.secret)
        return given

    def remove(self, name: str) -> None:
        """Raises BadArgument for a name that is not there."""
        with self._changing() as people:
            self.get(name)
            del people[name]

    def _parsed(self) -> dict[str, Person]:
        try:
            found = _Listed.model_validate(yaml.safe_load(self._file.read_text(encoding="utf-8")) or {}).people
        except (ValidationError, yaml.YAMLError, UnicodeDecodeError, TypeError) as error:
            raise BadArgument("people_file", file=FILE) from error
        names = {person.name: person for person in found}
        if len(names) < len(found):
            raise BadArgument("people_file", file=FILE)
        return names

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Person]]:
        """The people, to be changed: read and written under one lock. A reader sees the old file or the new one."""
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with portalocker.Lock(self._file.with_suffix(".lock"), timeout=5):
                people = dict(self.all())
                yield people
                self._write(_Listed(people=list(people.values())))
        except portalocker.LockException as error:
            raise Busy("store_busy", store="people") from error

    def _write(self, listed: _Listed) -> None:
        draft = self._file.with_suffix(f".{uuid4().hex}.new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            yaml.safe_dump(listed.model_dump(mode="json"), file, allow_unicode=True, sort_keys=False)
        draft.replace(self._file)


def _person(name: str, role: Role, hashed: str) -> Person:
    try:
        return Person(name=name, role=role, secret=hashed)
    except ValidationError as error:
        raise BadArgument("person_name", given=name[:60]) from error


def _settled(secret: str) -> str:
    if secret and len(secret) < SHORTEST:
        raise BadArgument("person_secret", least=SHORTEST)
    return secret or secrets.token_urlsafe(12)


def _hashed(secret: str) -> str:
    salt = secrets.token_bytes(16)
    derived = _derived(secret, salt, _COST, _BLOCK, _PARALLEL)
    return "$".join(["scrypt", *map(str, (_COST, _BLOCK, _PARALLEL)), _text(salt), _text(derived)])


def _fits(secret: str, hashed: str) -> bool:
    _, cost, block, parallel, salt, derived = hashed.split("$")
    found = _derived(secret, base64.b64decode(salt), int(cost), int(block), int(parallel))
    return hmac.compare_digest(_text(found), derived)


def _derived(secret: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    return hashlib.scrypt(secret.encode(), salt=salt, n=cost, r=block, p=parallel, maxmem=2**28, dklen=32)


def _text(given: bytes) -> str:
    return base64.b64encode(given).decode()
