"""Erasing a person on request: who may, in which order, and the line in the audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from copilot.documents import DocumentDesk
from copilot.erasing.files import scrub_files
from copilot.erasing.results import Erased
from copilot.erasing.stores import scrub
from copilot.lessons.results import Actor, Reach
from tools.erasure import Rewritten, Subject, rewrite_without, subject_of
from tools.errors import NotAllowed
from tools.roles import require
from tools.schema import TIMEZONE

if TYPE_CHECKING:
    from copilot.workspace import Workspace


class ErasureDesk:
    """Takes a person out of a workspace; only an admin may, and never the agent."""

    def __init__(self, workspace: Workspace, reach: Reach) -> None:
        self._workspace = workspace
        self._reach = reach

    def erase(self, named: Iterable[str], *, at: datetime, with_documents: bool = False) -> Erased:
        """Erase whoever has one of these numbers, phones, e-mails or member numbers, linked accounts included.

        Tables come last: whoever was interrupted can ask again, as the person can still be looked up. Documents that
        mention the person are removed with `with_documents`, else named. Raises NotAllowed, NoData for nobody, Busy
        while another process writes, ToolError `not_saved`.
        """
        by = self._actor()
        workspace = self._workspace
        subject = subject_of(workspace.warehouse(), named)
        documents = self._mentioning(subject)
        if with_documents:
            for id in documents:
                DocumentDesk(workspace).remove(id)
        texts = {path.stem: changed for path in self._stores() if (changed := scrub(path, subject))}
        files = scrub_files(workspace.directory, subject)
        tables = self._tables(subject, at)
        workspace.campaign_store.noted(by, at, "erased", f"{len(subject.accounts)} accounts")
        return Erased(accounts=len(subject.accounts), texts=texts, files=files, documents=sorted(documents.values()),
                      documents_removed=with_documents, **tables.model_dump())  # fmt: skip

    def _actor(self) -> Actor:
        settings = self._workspace.settings
        require(settings.role, "erase")
        if self._reach == "agent":
            raise NotAllowed("erasing_for_people")
        return Actor(name=settings.user, role=settings.role, reach=self._reach)

    def _tables(self, subject: Subject, at: datetime) -> Rewritten:
        if self._workspace.engine.configured:  # the brand's own warehouse, which we only read
            return Rewritten(deleted={}, made_anonymous={})
        here = at.astimezone(ZoneInfo(TIMEZONE)).replace(tzinfo=None)
        return rewrite_without(self._workspace.data_store, subject, at=here)

    def _stores(self) -> list[Path]:
        """SQLite files with words of people; the index has documents of its own."""
        directory = self._workspace.directory
        index = directory / "index"
        return [path for path in sorted(directory.rglob("*.sqlite")) if not path.is_relative_to(index)]

    def _mentioning(self, subject: Subject) -> dict[str, str]:
        """The team's own documents that mention the person: id -> title."""
        desk = DocumentDesk(self._workspace)
        found = {}
        for document in desk.listed():
            rows = desk.shown(document.id).rows
            lines = [*(piece.text for row in rows for piece in row.original), *(row.clean for row in rows)]
            if subject.named_in("\n".join([document.title, *lines])):
                found[document.id] = document.title
        return found
