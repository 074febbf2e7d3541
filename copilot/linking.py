"""Linking the accounts of a workspace: what the command line and the API share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from copilot.workspace import Progress, Workspace
from tools.errors import NoData
from tools.identity.figures import read_truth
from tools.identity.reading import LinkReader
from tools.identity.results import LinkReport
from tools.identity.settings import LinkSettings
from tools.roles import require


def link(
    workspace: Workspace,
    *,
    threshold: float | None = None,
    review: float | None = None,
    truth: Path | None = None,
    progress: Progress | None = None,
) -> LinkReport:
    """Link accounts to persons; compared with `truth`, or with what was planted in the demo brand."""
    from tools.identity.run import link_accounts  # Splink and its kin: a question does not wait for them

    require(workspace.settings.role, "link")
    workspace.refuse_in_place("engine_no_links")
    planted = workspace.directory / "demo" / "truth.json"
    if truth is None and workspace.holds_demo and planted.exists():
        truth = planted
    return link_accounts(
        workspace.data_store,
        settings=LinkSettings.checked(threshold, review),
        made_at=datetime.now(),
        truth=read_truth(truth) if truth else None,
        progress=progress,
    )


def decide(workspace: Workspace, *, accept: Sequence[str] = (), reject: Sequence[str] = ()) -> LinkReport:
    """Accept or reject links by their ids."""
    from tools.identity import run

    require(workspace.settings.role, "link")
    workspace.refuse_in_place("engine_no_links")
    return run.decide(workspace.data_store, accept=accept, reject=reject, decided_at=datetime.now())


def undo(workspace: Workspace) -> int | None:
    """Take back the last run or decision; the run now in force, None for none."""
    from tools.identity import run

    require(workspace.settings.role, "link")
    workspace.refuse_in_place("engine_no_links")
    return run.undo(workspace.data_store)


def links(workspace: Workspace) -> LinkReader:
    """The links of the loaded data. Raises NoData where nothing is loaded."""
    data = workspace.data("account")
    if data is None:
        raise NoData("nothing_loaded")
    return data.links
