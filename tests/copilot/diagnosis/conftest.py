"""The small brand's workspace, opened without a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from copilot.diagnosis.desk import DiagnosisDesk
from copilot.settings import Settings
from copilot.workspace import Workspace


@pytest.fixture(scope="session")
def place(copy_home: Callable[[], Path]) -> Iterator[Workspace]:
    """Only to be read; tests that save take a workspace of their own."""
    opened = Workspace(Settings(_env_file=None, home=copy_home(), workspace="small"))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def desk(place: Workspace) -> DiagnosisDesk:
    return DiagnosisDesk.over(place)
