"""A send list in words: how far it reaches, how its messages read, what was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copilot.catalogue import has, text

if TYPE_CHECKING:
    from tools.exporting.manifest import Manifest, Reached
    from tools.personalize import Preview

_COMMA = {"zh": "，", "en": ", "}


def reach_line(reach: Reached, language: str) -> str:
    """Who gets a message of the audience, and why the others do not."""
    left = _COMMA[language].join(
        text("campaign.left", language, reason=reason_title(reason, language), count=f"{count:,}")
        for reason, count in sorted(reach.left_out.items(), key=lambda pair: -pair[1])
    )
    counts = {"audience": f"{reach.audience:,}", "sent": f"{reach.sent:,}"}
    return text("personalize.reach" if left else "personalize.reach_all", language, **counts, left=left)


def reason_title(reason: str, language: str) -> str:
    """Why somebody gets no message, in words; a rule is named."""
    kind, _, rule = reason.partition(":")
    if rule:
        return text("personalize.reason.rule", language, rule=rule)
    key = f"personalize.reason.{kind}"
    return text(key if has(key) else f"campaign.reason.{kind}", language)


def preview_lines(shown: list[Preview], language: str) -> list[str]:
    """One block a message: whose it is, the words, and what it breaks."""
    lines = []
    for each in shown:
        made_up = each.customer_id.startswith("awkward-")
        who = text("personalize.made_up", language) if made_up else each.customer_id
        size = text("personalize.size", language, characters=each.characters, segments=each.segments or "-")
        lines += [f"[{who}] {size}", *filter(None, (each.title, each.preheader, each.body, each.button))]
        lines += [text("personalize.hollow", language)] if each.hollow else []
        lines += [f"  {issue.rule} {getattr(issue.why, language)}" for issue in each.issues]
        lines.append("")
    return lines


def failed_line(manifest: Manifest, language: str) -> str:
    """Why finished messages were set aside, counted; "" for none."""
    failed = _COMMA[language].join(
        f"{reason_title(reason, language)} {count:,}" for reason, count in manifest.reached.failed_rules.items()
    )
    return text("personalize.failed", language, reasons=failed) if failed else ""


def manifest_lines(manifest: Manifest, directory: str, language: str) -> list[str]:
    """What was written, for whom, and what the files may be used for."""
    lines = [reach_line(manifest.reached, language)]
    failed = failed_line(manifest, language)
    lines += [failed] if failed else []
    files = _COMMA[language].join(f"{file.name} ({file.rows:,})" for file in manifest.files)
    lines.append(text("personalize.wrote", language, directory=directory, files=files))
    if manifest.approval is None:
        return [*lines, text("personalize.not_approved", language)]
    told = {"by": manifest.approval.approved_by, "at": f"{manifest.approval.approved_at:%Y-%m-%d %H:%M}"}
    return [*lines, text("personalize.approved", language, **told)]
