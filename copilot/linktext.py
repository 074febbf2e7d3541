"""Links between accounts in words."""

from __future__ import annotations

from copilot.catalogue import text
from tools.identity.figures import Agreement
from tools.identity.results import FieldEvidence, LinkExplanation, LinkReport, LinkView, ReviewList


def report_text(report: LinkReport, language: str) -> str:
    """What a run came to, line by line."""
    counts = {name: f"{getattr(report, name):,}" for name in ("accounts", "persons", "merged", "largest")}
    share = {"review": f"{report.review:g}", "threshold": f"{report.threshold:g}"}
    lines = [
        text("link.report", language, run=report.run, **counts),
        text("link.links", language, counts=_counts(report.links, language)),
        text("link.to_review", language, n=f"{report.to_review:,}", **share),
        _weights(report, language),
        *(
            text(
                "link.shared", language, field=_field(shared.rule, language), values=f"{shared.values:,}",
                accounts=f"{shared.accounts:,}", example=shared.example,
            )
            for shared in report.shared
        ),
    ]  # fmt: skip
    if report.rules_only and report.agreement:
        lines.append(text("link.truth", language, pairs=f"{report.agreement.true_pairs:,}"))
        lines.append(_agreement("rules_only", report.rules_only, language))
        lines.append(_agreement("all_links", report.agreement, language))
    return "\n".join(lines)


def review_text(waiting: ReviewList, language: str) -> str:
    """Pairs to review, the likeliest first, and how to decide on them."""
    if not waiting.links:
        return text("link.review_none", language)
    head = text("link.review_head", language, total=f"{waiting.to_review:,}", shown=len(waiting.links))
    lines = [_line(link, language) for link in waiting.links]
    return "\n".join([head, *lines, text("link.bits_note", language), text("link.review_how", language)])


def explanation_text(found: LinkExplanation, language: str) -> str:
    """A person's accounts, the links between them, and what speaks against it."""
    alone = len(found.members) == 1
    members = ", ".join(found.members)
    lines = [
        text("link.alone", language, person=found.person_id)
        if alone
        else text("link.person", language, person=found.person_id, n=len(found.members), members=members)
    ]
    for key, links in (("because", found.links), ("doubts", found.doubts)):
        if links:
            lines += [text(f"link.{key}", language), *(f"  {_line(link, language)}" for link in links)]
    for field, n in found.conflicts.items():
        lines.append(text("link.conflict", language, field=_field(field, language), n=n))
    if any(field.bits is not None for link in (*found.links, *found.doubts) for field in link.fields):
        lines.append(text("link.bits_note", language))
    return "\n".join(lines)


def _line(link: LinkView, language: str) -> str:
    decision = text(f"link.decision.{link.decision}", language)
    if link.reason:
        decision = f"{decision} ({text(f'link.reason.{link.reason}', language)})"
    return text("link.line", language, id=link.link_id, one=link.one, other=link.other, decision=decision,
                why=why(link, language))  # fmt: skip


def why(link: LinkView, language: str) -> str:
    """The evidence for and against a link, and what it comes to."""
    told = text("link.joint", language).join(_evidence(field, language) for field in link.fields)
    likely = text("link.probability", language, probability=f"{link.probability:.1%}")
    together = text("link.certain", language) if link.rule else likely
    return text("link.why", language, fields=told or text("link.no_fields", language), sum=together)


def _evidence(found: FieldEvidence, language: str) -> str:
    words = {"field": _field(found.field, language), "level": text(f"link.level.{found.level}", language)}
    return (
        text("link.plain", language, **words)
        if found.bits is None
        else text("link.bits", language, bits=f"{found.bits:+.1f}", **words)
    )


def _counts(links: dict[str, int], language: str) -> str:
    named = [f"{_rule(rule, language)} {count:,}" for rule, count in links.items()]
    return text("link.joint", language).join(named) or text("link.none", language)


def _rule(rule: str, language: str) -> str:
    return "+".join(_field(part, language) for part in rule.split("+"))


def _field(name: str, language: str) -> str:
    return text(f"link.field.{name}", language)


def _weights(report: LinkReport, language: str) -> str:
    if not report.learned_by:
        return text("link.priors", language)
    fields = text("link.joint", language).join(_field(name, language) for name in report.learned_by)
    return text("link.learned", language, fields=fields)


def _agreement(what: str, found: Agreement, language: str) -> str:
    return text(
        "link.agreement", language, what=text(f"link.{what}", language),
        precision=f"{found.pairs.precision:.3f}", recall=f"{found.pairs.recall:.3f}", f1=f"{found.pairs.f1:.3f}",
        b_precision=f"{found.b_cubed.precision:.4f}", b_recall=f"{found.b_cubed.recall:.4f}",
    )  # fmt: skip
