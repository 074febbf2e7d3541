"""Files of one call beside those indexed before: which are new, newer, the same, renamed or there already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from knowledge.errors import BadDocument
from knowledge.results import Document, Refused
from knowledge.uploads import Filing, Upload, document_id, find_files, read_upload

Status = Literal["added", "updated", "same", "renamed", "duplicate"]


@dataclass(frozen=True)
class Filed:
    """One file that could be read."""

    upload: Upload
    status: Status
    twin: str = ""
    """Id of the document that holds, or held, the same content."""

    @property
    def document(self) -> Document:
        return self.upload.document


def file_uploads(
    paths: Sequence[Path], filing: Filing, before: Mapping[str, Document]
) -> tuple[list[Filed], list[Refused]]:
    """Read the files and folders; `before` are the uploads of the index by id. A bad file does not stop the others."""
    found, refused = find_files(list(paths))
    folders = tuple(f"{path.resolve().name}/" for path in paths if path.is_dir())
    filed: dict[str, Filed] = {}
    present = {document_id(name) for name in found}
    for name, path in found.items():
        try:
            upload = read_upload(path, name, filing)
            if upload.document.id in filed:
                first = filed[upload.document.id].document.source
                raise BadDocument("document_twice", name=upload.document.id, first=first, second=name)
        except BadDocument as error:
            refused.append(error)
            continue
        filed[upload.document.id] = _compared(upload, filing, before, filed, present, folders)
    return list(filed.values()), [_said(error) for error in refused]


def _compared(
    upload: Upload, filing: Filing, before: Mapping[str, Document], filed: Mapping[str, Filed],
    present: set[str], folders: tuple[str, ...],
) -> Filed:  # fmt: skip
    document = upload.document
    earlier = before.get(document.id)
    if earlier:
        inherited = _inherited(upload, earlier)
        same = inherited.document.model_copy(update={"dated": earlier.dated}) == earlier
        return Filed(inherited, "same" if same else "updated")
    known = {**before, **{id: each.document for id, each in filed.items() if each.status != "duplicate"}}
    twin = next((other for other in known.values() if other.version == document.version), None)
    if twin is None:
        return Filed(upload, "added")
    # Gone from the folder that is indexed again, under a new name in it: that is the same document.
    if twin.id in before and twin.id not in present and twin.id.startswith(folders):
        return Filed(_inherited(upload, twin), "renamed", twin.id)
    return Filed(upload, "duplicate", twin.id)


def _inherited(upload: Upload, earlier: Document) -> Upload:
    """What was said of a document stays until something else is said; the end of a version is its own."""
    document = upload.document
    same = document.version == earlier.version
    kept = {"owner": document.owner or earlier.owner}
    if same:
        kept |= {"valid_until": document.valid_until or earlier.valid_until, "dated": earlier.dated or document.dated}
    return replace(upload, document=document.model_copy(update=kept))


def _said(error: BadDocument) -> Refused:
    params = {key: str(value) for key, value in error.params.items()}
    return Refused(name=params.get("name", ""), code=error.code, params=params, alternatives=error.alternatives)
