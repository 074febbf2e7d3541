"""A team's own documents in a workspace: add, list, check, delete."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from copilot.erasing.withdrawn import forget_document
from knowledge.chunking import passages
from knowledge.index import Progress
from knowledge.listing import Comparison, DocumentSummary, compare, compare_indexed, list_documents
from knowledge.results import IndexReport
from knowledge.uploads import Filing, read_upload
from tools.errors import BadArgument
from tools.roles import require

if TYPE_CHECKING:
    from copilot.workspace import Workspace


class DocumentDesk:
    """What a person can do with the documents of a workspace; `today` is the day there."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def add(
        self, files: list[Path], *, owner: str = "", valid_until: str = "", progress: Progress | None = None
    ) -> IndexReport:
        """Index files and folders; a bad one is named in the report.

        Raises BadArgument for a wrong date, NotAllowed for a viewer.
        """
        self._may_change()
        filing = Filing(owner=owner.strip(), valid_until=parse_day(valid_until), day=self._today)
        return self._workspace.build_index(files, filing=filing, progress=progress)

    def listed(self) -> list[DocumentSummary]:
        return list_documents(self._workspace.index_store.current(), self._today)

    def shown(self, id: str) -> Comparison:
        """An indexed document beside its file. Raises BadQuery."""
        return compare_indexed(self._workspace.index_store.current(), id, self._today)

    def preview(self, file: Path) -> Comparison:
        """A file beside its clean text, without indexing it. Raises BadDocument."""
        upload = read_upload(file, file.name, Filing(day=self._today))
        return compare(upload, passages(upload.document), self._today)

    def remove(self, id: str) -> IndexReport:
        """Delete a document for good, its words in conversations too.

        Raises BadQuery for an unknown one, NotAllowed for a viewer.
        """
        self._may_change()
        report = self._workspace.remove_document(id)
        forget_document(self._workspace.directory / "store", id)
        return report

    def _may_change(self) -> None:
        require(self._workspace.settings.role, "documents")

    @property
    def _today(self) -> date:
        return self._workspace.calendar_day


def parse_day(given: str) -> date | None:
    """Read YYYY-MM-DD, None for "". Raises BadArgument."""
    if not given.strip():
        return None
    try:
        return date.fromisoformat(given.strip())
    except ValueError as error:
        raise BadArgument("bad_valid_until", given=given) from error
