"""A checked text in words: for the command line, the chat and a language model."""

from __future__ import annotations

from copilot.catalogue import text
from copilot.privacy import mask
from tools.compliance import CHANNELS, TextCheck
from tools.compliance.rules import rule_book
from tools.results import Issue


def check_text(check: TextCheck, language: str) -> str:
    """Verdict, length and every issue with its words, reason, fix and source; personal data is masked."""
    head = f"{verdict(check, language)}{text('check.between', language)}{length_line(check, language)}"
    return "\n".join([head, *(_issue(issue, language) for issue in check.issues)])


def rules_table(language: str) -> str:
    """The rule book as a Markdown table: each form of a rule, where it applies, what it weighs, its source."""
    head = [text(f"check.column.{name}", language) for name in ("rule", "severity", "applies", "fix", "source")]
    rows = [
        [rule.key, text(f"draft.severity.{rule.severity}", language),
         " ".join([*rule.languages, *(rule.channels if len(rule.channels) < len(CHANNELS) else ())]),
         getattr(rule.fix, language).replace("|", "/"), rule.source]
        for rule in sorted(rule_book().values(), key=lambda rule: (rule.id[0], int(rule.id[1:]), rule.key))
    ]  # fmt: skip
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows])


def verdict(check: TextCheck, language: str) -> str:
    """Whether it may be sent, and how many findings there are."""
    state = "blocked" if check.blocks else "remarks" if check.issues else "passed"
    return text(f"check.{state}", language, blocks=check.blocks, warns=check.warns)


def length_line(check: TextCheck, language: str) -> str:
    key = "check.length.sms" if check.channel == "sms" else "check.length.other"
    return text(key, language, characters=check.characters, segments=check.segments, encoding=check.encoding)


def _issue(issue: Issue, language: str) -> str:
    why, words = mask(getattr(issue.why, language)), mask(" ".join(issue.words.split()))[:60]
    return text(
        "check.issue", language, severity=text(f"draft.severity.{issue.severity}", language), rule=issue.rule,
        part=text("check.in_title", language) if issue.part == "title" else "",
        words=text("check.words", language, words=words) if words and words not in why else "",
        why=why, fix=getattr(issue.fix, language), source=issue.source,
    )  # fmt: skip
