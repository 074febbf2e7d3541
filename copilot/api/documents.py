"""A team's own documents: add, list, check against the original, delete."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, UploadFile

from copilot.api.data import keep_upload
from copilot.api.dependencies import TheCopilot, TheLanguage
from copilot.documents import DocumentDesk
from copilot.documenttext import refusal_text
from knowledge.listing import Comparison, DocumentSummary
from knowledge.reading.files import MAX_BYTES
from knowledge.results import IndexReport

router = APIRouter(prefix="/api/v1/documents", tags=["documents"])


@router.get("")
def documents(copilot: TheCopilot) -> list[DocumentSummary]:
    """Every document with its owner, version, validity, size, repairs and flags."""
    return DocumentDesk(copilot.workspace).listed()


@router.post("")
def add(
    copilot: TheCopilot,
    language: TheLanguage,
    files: Annotated[list[UploadFile], File()],
    owner: Annotated[str, Form(max_length=200, description="Who answers for these documents.")] = "",
    valid_until: Annotated[str, Form(max_length=40, description="Last day on which they hold, YYYY-MM-DD.")] = "",
) -> dict[str, Any]:
    """Index documents. A file that cannot be read is named under `refused` and does not stop the others."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [keep_upload(upload, Path(folder) / str(number), MAX_BYTES) for number, upload in enumerate(files)]
        report = DocumentDesk(copilot.workspace).add(paths, owner=owner, valid_until=valid_until)
    return report_json(report, language)


@router.post("/preview")
def preview(copilot: TheCopilot, file: Annotated[UploadFile, File()]) -> Comparison:
    """A file beside its clean text; nothing is indexed."""
    with tempfile.TemporaryDirectory() as folder:
        return DocumentDesk(copilot.workspace).preview(keep_upload(file, Path(folder) / "0", MAX_BYTES))


@router.get("/{id:path}")
def document(copilot: TheCopilot, id: str) -> Comparison:
    """A document as it was beside its clean text, row by row."""
    return DocumentDesk(copilot.workspace).shown(id)


@router.delete("/{id:path}")
def remove(copilot: TheCopilot, id: str) -> IndexReport:
    """Delete a document for good: passages, words, vectors and original."""
    return DocumentDesk(copilot.workspace).remove(id)


def report_json(report: IndexReport, language: str) -> dict[str, Any]:
    """The report, each refusal in a sentence."""
    refused = [{"name": each.name, "code": each.code, "message": refusal_text(each, language)}
               for each in report.refused]
    return report.model_dump(mode="json") | {"refused": refused}
