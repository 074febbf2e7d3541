"""A workspace beside another one: its data, its index and its definitions, and none of its conversations."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from copilot.settings import Settings


@contextmanager
def beside(settings: Settings) -> Iterator[Settings]:
    """Yield settings of it, without a language model: what is asked there leaves nothing behind."""
    with tempfile.TemporaryDirectory() as home:
        fresh = Path(home) / settings.workspace
        fresh.mkdir()
        for name in ("data", "index"):
            (fresh / name).symlink_to((settings.directory / name).resolve())
        for file in settings.directory.glob("*.yaml"):
            shutil.copy(file, fresh)
        yield settings.model_copy(update={"home": Path(home), "api_key": None, "base_url": None})
