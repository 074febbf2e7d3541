"""Drafts in words, for the command line and the page."""

from __future__ import annotations

from copilot.catalogue import text
from copilot.drafting.desk import Batch
from copilot.drafting.grid import Grid
from copilot.drafting.voice import voice_told
from copilot.formatting import figure
from tools.drafting import Diversity, Revision
from tools.drafting.changes import Change
from tools.results import Draft


def batch_text(batch: Batch, language: str) -> str:
    """A batch as it is read on a terminal."""
    parts = [fell_back(batch.fell_back, language)] if batch.fell_back else []
    if (told := voice_told(batch.brief.voice, language)) != batch.brief.voice:
        parts.append(told)
    parts += [draft_text(number, draft, language) for number, draft in enumerate(batch.drafts, 1)]
    return "\n\n".join([*parts, diversity_text(batch.diversity, language)])


def fell_back(fault: str, language: str) -> str:
    return text("draft.fell_back", language, fault=fault)


def draft_text(number: int, draft: Draft, language: str) -> str:
    """One draft with its length, rule check and reason."""
    angle = text(f"draft.angle.{draft.angle}", language)
    key = "draft.length.sms" if draft.segments else "draft.length.other"
    size = text(key, language, characters=draft.characters, segments=draft.segments, encoding=draft.encoding)
    written = [draft.title, draft.preheader, draft.body, f"[{draft.button}]" if draft.button else ""]
    issues = [f"{issue.rule} {getattr(issue.why, language)}" for issue in draft.issues]
    lines = [f"{number}. {angle} · {size} · {draft.id}", *(part for part in written if part), *issues]
    return "\n".join([*lines, *basis(draft, language)])


def basis(draft: Draft, language: str) -> list[str]:
    """Why the draft is as it is: the reason, the tier's own figures, the playbook."""
    said = [getattr(draft.reason, language)]
    if draft.figures:
        told = [text(f"draft.basis.{each.name}", language, value=figure(each.value, each.unit, language))
                for each in draft.figures]  # fmt: skip
        comma = "，" if language == "zh" else ", "
        tier = text(f"tier.{draft.tier}", language)
        said.append(text("draft.basis.lead", language, tier=tier, figures=comma.join(told)))
    if draft.playbook:
        said.append(text("draft.basis.playbook", language, title=draft.playbook.title, id=draft.playbook.id))
    return said


def diversity_text(measured: Diversity, language: str) -> str:
    """How different the drafts are, in a line or two."""
    lines = [text("draft.diversity.line", language, openings=measured.openings, drafts=measured.drafts,
                  mean=f"{measured.mean_similarity:.2f}", highest=f"{measured.highest_similarity:.2f}",
                  near=len(measured.near_duplicates))]  # fmt: skip
    if measured.repeated_openings:
        named = "、" if language == "zh" else ", "
        told = named.join(f"{start} ×{n}" for start, n in list(measured.repeated_openings.items())[:8])
        lines.append(text("draft.diversity.repeated", language, openings=told))
    if measured.like_recent:
        lines.append(text("draft.diversity.recent", language, n=len({at for at, _ in measured.like_recent})))
    return "\n".join(lines)


def revision_text(made: Revision, language: str) -> str:
    """The new version with what changed: [-gone-]{+come+}."""
    comma = "、" if language == "zh" else ", "
    edits = comma.join(text(f"draft.edit.{edit}", language) for edit in made.read_as)
    lines = [text("draft.revised", language, wish=made.wish, edits=edits)]
    lines += [f"{text(f'draft.part.{part}', language)}: {''.join(map(_marked, changed))}"
              for part, changed in made.changes.items()]  # fmt: skip
    return "\n".join([*lines, draft_text(made.draft.version, made.draft, language)])


def _marked(change: Change) -> str:
    return {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}[change.kind].format(change.words)


def grid_text(found: Grid, language: str) -> str:
    """The whole grid in figures."""
    remarks = sum(any(issue.severity == "warn" for issue in draft.issues) for draft in found.drafts)
    line = text("draft.grid.line", language, drafts=len(found.drafts), sendable=found.sendable,
                invented=found.invented, remarks=remarks)  # fmt: skip
    rules = ", ".join(f"{rule} ×{n}" for rule, n in found.remarks.items())
    return "\n".join(part for part in (line, rules, diversity_text(found.diversity, language)) if part)
