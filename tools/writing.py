"""A connection that changes one generation of a workspace's tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from tools.errors import NoData
from tools.schema import create_statements

# What does not fit goes to <file>.tmp, beside the file; the other half of memory is the rest of the machine's.
_LIMITS = {"memory_limit": "50%"}


@contextmanager
def changing(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a generation that is being written, with every table of this version.

    Raises NoData when the copy it starts from is damaged, duckdb.Error or OSError when the changes
    cannot be put on disk.
    """
    with _opened(path) as con:
        for statement in create_statements():
            con.execute(statement)
        yield con
        # Closing would do it too, but keeps a failure to itself.
        con.execute("CHECKPOINT")


def _opened(path: Path) -> duckdb.DuckDBPyConnection:
    copied = path.exists()
    try:
        return duckdb.connect(str(path), config=_LIMITS)
    except duckdb.IOException as error:
        if copied:
            raise NoData("data_damaged") from error
        raise
