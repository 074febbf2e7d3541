"""A team's documents as text for people: what indexing did, the list, and the two columns of a check."""

from __future__ import annotations

from copilot.catalogue import text
from copilot.passagetext import page_name
from copilot.refusals import worded
from knowledge.errors import BadDocument
from knowledge.listing import Comparison, DocumentSummary
from knowledge.results import FileReport, Hit, IndexReport, PageKind, Refused

COMMA = {"zh": "、", "en": ", "}


def refusal_text(refused: Refused, language: str) -> str:
    """Why a file was not indexed, and how to mend it, in one sentence."""
    return worded(BadDocument(refused.code, alternatives=refused.alternatives, **refused.params), language)


def report_text(report: IndexReport, language: str) -> str:
    """What indexing did: a line a file, then what the knowledge base holds."""
    counts = {"documents": report.documents, "passages": report.passages}
    whole = text("documents.indexed", language, **counts, added=len(report.added), updated=len(report.updated))
    return "\n".join([*(file_text(file, language) for file in report.files), whole])


def file_text(file: FileReport, language: str) -> str:
    """One file of a report: what became of it, its size, what was mended, what is flagged."""
    head = text(f"documents.status.{file.status}", language, id=file.id, twin=file.twin)
    if file.status == "duplicate":
        return head
    parts = [head, *size_parts(file.page_kind, file.pages, file.passages, language)]
    if file.repairs:
        parts.append(text("documents.mended", language, repairs=repairs_text(file.repairs, language)))
    if file.flags:
        parts.append(text("documents.flagged", language, flags=flags_text(file.flags, language)))
    return text("documents.between", language).join(parts)


def size_parts(page_kind: PageKind, pages: int, passages: int, language: str) -> list[str]:
    """"12 pages", "31 passages"."""
    counted = [text(f"documents.pages.{page_kind}", language, n=pages)] if page_kind else []
    return [*counted, text("documents.passages", language, n=passages)]


def repairs_text(repairs: dict[str, int], language: str) -> str:
    return COMMA[language].join(text(f"documents.repair.{kind}", language, n=n) for kind, n in repairs.items())


def flags_text(flags: dict[str, int], language: str) -> str:
    return COMMA[language].join(text("documents.flag_count", language, kind=flag_name(kind, language), n=n)
                                for kind, n in flags.items())


def flag_name(kind: str, language: str) -> str:
    return text(f"documents.flag.{kind}", language)


def cited_source(hit: Hit, language: str) -> str:
    """A passage's source with its page, and a mark where the document's validity is over."""
    page = page_name(hit, language)
    over = text("documents.expired_on", language, day=hit.valid_until) if hit.expired else ""
    return COMMA[language].join(part for part in (hit.source, page, over) if part)


def hit_marks(hit: Hit, language: str) -> list[str]:
    """The heading path of a passage, and what in it tries to instruct a model; a line each."""
    flags = [text("documents.flag_line", language, kind=flag_name(flag.kind, language), quote=flag.quote)
             for flag in hit.flags]  # fmt: skip
    return [part for part in (hit.heading, *flags) if part]


def validity_text(document: DocumentSummary, language: str) -> str:
    """Until when a document holds; "" for no end."""
    if document.valid_until is None:
        return ""
    key = "expired_on" if document.expired else "valid_until"
    return text(f"documents.{key}", language, day=document.valid_until.isoformat())


def list_text(documents: list[DocumentSummary], language: str) -> str:
    """A line a document."""
    if not documents:
        return text("documents.none", language)
    return "\n".join(_line(document, language) for document in documents)


def _line(document: DocumentSummary, language: str) -> str:
    named = [document.id, document.title] if document.title != document.id else [document.id]
    size = size_parts(document.page_kind, document.pages, document.passages, language)
    about = [
        text("documents.owner", language, owner=document.owner) if document.owner else "",
        text("documents.version", language, version=document.version, day=document.dated or "-"),
        validity_text(document, language),
        text("documents.flagged", language, flags=flags_text(document.flags, language)) if document.flags else "",
    ]
    return " · ".join(part for part in (*named, document.language, *size, *about) if part)


def comparison_text(found: Comparison, language: str) -> str:
    """The original with what was taken out in [-…-], beside it the clean text, block by block."""
    document = found.document
    size = size_parts(document.page_kind, document.pages, document.passages, language)
    head = [document.title, text("documents.between", language).join(size)]
    if document.repairs:
        head.append(text("documents.mended", language, repairs=repairs_text(document.repairs, language)))
    head += [text("documents.flag_line", language, kind=flag_name(flag.kind, language), quote=flag.quote)
             for flag in found.flagged]  # fmt: skip
    original, clean = (text(f"documents.{side}", language) for side in ("original", "clean"))
    body = []
    for row in found.rows:
        before = "".join(f"[-{piece.text}-]" if piece.gone else piece.text for piece in row.original)
        if row.change == "same":
            body.append(f"  {row.clean}")
        else:
            body += [f"- {original}{before}", f"+ {clean}{row.clean}"] if row.clean else [f"- {original}{before}"]
    return "\n".join([*head, "", *body])
