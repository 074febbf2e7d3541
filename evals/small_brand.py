"""A small invented brand in a workspace of its own, for evaluations that must run anywhere."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from copilot.settings import Settings
from copilot.workspace import Workspace
from evals.card_index import card_index
from tools.demo import write_demo

NAME, CUSTOMERS = "small", 3000


@contextmanager
def small_brand(settings: Settings, language: str, *, made: bool) -> Iterator[Settings]:
    """Yield `settings` as they are, or, where it is to be `made`, those of a loaded brand that is gone at the end.

    `language` is that of the progress bar while our cards are indexed, which evaluations keep.
    """
    if not made:
        yield settings
        return
    with tempfile.TemporaryDirectory() as home:
        fresh = settings.model_copy(update={"home": Path(home), "workspace": NAME})
        card_index(language).close()
        for place in (Path(home) / ".evals" / "index", fresh.directory / "index"):
            shutil.copytree(settings.home / ".evals" / "index", place, ignore=shutil.ignore_patterns("LOCK"))
        workspace = Workspace(fresh)
        write_demo(Path(home) / "exports", customers=CUSTOMERS)
        workspace.load(sorted((Path(home) / "exports").glob("*.csv")))
        workspace.close()
        yield fresh
