"""A real PostgreSQL in a directory of its own, on a free port of this machine, gone after the tests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import psycopg

from tools import schema

DEBIAN = Path("/usr/lib/postgresql")
KINDS = {"DOUBLE": "double precision", "VARCHAR": "text"}
OWN = {"id": "text", "buyer": "text", "paid_at": "timestamptz", "来源": "varchar(20)", "cents": "bigint", "state": "text"}


def binaries() -> Path | None:
    """Directory of PostgreSQL's programs, the newest where there are several; None where it is not installed."""
    found = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parent.parent.name))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@contextmanager
def server(programs: Path) -> Iterator[str]:
    """Start one; yields its URL. Texts sort there as a dictionary has them, so that collation is put to the test."""
    # Not below pytest's own directory, which another user may not pass.
    with tempfile.TemporaryDirectory(prefix="wellspring-postgres-") as directory:
        yield from _served(Path(directory), programs)


def _served(directory: Path, programs: Path) -> Iterator[str]:
    cluster, port = directory / "cluster", _free_port()
    as_user = _as_other_user(directory)
    initdb = ["-U", "wellspring", "-E", "UTF8", "--auth=trust", "--locale-provider=icu", "--icu-locale=en-US",
              "--locale=C", "--no-sync"]  # fmt: skip
    _run([*as_user, programs / "initdb", "-D", cluster, *initdb])
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
    control = [*as_user, programs / "pg_ctl", "-D", cluster]
    _run([*control, "-w", "-o", options, "-l", cluster / "log", "start"])
    try:
        yield f"postgresql://wellspring@127.0.0.1:{port}/postgres"
    finally:
        _run([*control, "-m", "immediate", "stop"])


def write_tables(url: str, tables: dict[str, pd.DataFrame], where: str) -> None:
    """The frames as tables of a schema."""
    with psycopg.connect(url) as con:
        con.execute(f"CREATE SCHEMA {where}")
        for name, frame in tables.items():
            _write(con, f'{where}."{name}"', frame, _kinds(name, frame))


def _kinds(name: str, frame: pd.DataFrame) -> dict[str, str]:
    known = {**schema.TABLES["orders"], **schema.TABLES.get(name, {})}
    return {column: OWN.get(column) or KINDS.get(known[column], known[column]) for column in frame.columns}


def _write(con: psycopg.Connection, name: str, frame: pd.DataFrame, kinds: dict[str, str]) -> None:
    con.execute(f"CREATE TABLE {name} ({', '.join(f'{column} {kind}' for column, kind in kinds.items())})")
    rows = frame.astype(object).where(frame.notna(), None)
    with con.cursor().copy(f"COPY {name} FROM STDIN") as copy:
        for row in rows.itertuples(index=False):
            copy.write_row(row)


def _as_other_user(directory: Path) -> list[str]:
    """PostgreSQL does not run as root: there it runs as its own user."""
    if os.getuid() != 0:
        return []
    shutil.chown(directory, "postgres")
    return ["runuser", "-u", "postgres", "--"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _run(command: list) -> None:
    # Its own working directory may be closed to the other user.
    subprocess.run([str(part) for part in command], check=True, cwd="/", stdout=subprocess.DEVNULL)
