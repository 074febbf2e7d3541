"""How well the message checker tells copy that breaks a rule from copy that does not.

A violation counts as found when an issue of its own rule is raised; a clean message counts as a false
alarm when any rule raises anything. The held-out part was written before the rules' word lists were read, the fresh
part after; both were seen when the rules were mended. The blind part never is, and "all" leaves it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict

from evals.statistics import Estimate, proportion
from tools.compliance import BrandRules, check_message, rules_version
from tools.results import Issue

LANGUAGES: tuple[Literal["zh", "en"], ...] = ("zh", "en")
BLIND = "blind"
PARTS = {"held": "copy-held", "open": "copy-open", "fresh": "copy-fresh", "inferred": "copy-inferred",
         "later": "copy-later", BLIND: "copy-blind"}  # fmt: skip
NONE = "plain"
"""Group of clean messages that are near no rule."""


class _Result(BaseModel):
    model_config = ConfigDict(frozen=True)


class Case(_Result):
    """One message: `rule` is what it breaks, or, when clean, what it comes near."""

    part: str
    language: Literal["zh", "en"]
    rule: str
    clean: bool
    channel: str
    text: str
    title: str = ""
    more: dict[str, Any] = {}
    """Further arguments of the checker: kind, allowed, vendor."""


class Outcome(_Result):
    case: Case
    issues: list[Issue]

    @property
    def right(self) -> bool:
        return not self.issues if self.case.clean else self.case.rule in {issue.rule for issue in self.issues}


class Row(_Result):
    """One rule in one language, or all rules ("all")."""

    rule: str
    language: str
    part: str
    violations: int
    recall: Estimate | None
    clean: int
    """Clean messages that come near the rule; for "all", every clean message."""
    false_alarms: Estimate | None
    """Share of those messages on which this rule (for "all", any rule) speaks up."""


class CopyReport(_Result):
    kind: Literal["copy_evaluation"] = "copy_evaluation"
    rules_version: str
    rows: list[Row]
    outcomes: list[Outcome]

    def row(self, rule: str, language: str, part: str = "all") -> Row:
        return next(row for row in self.rows if (row.rule, row.language, row.part) == (rule, language, part))

    def misses(self) -> list[Outcome]:
        return [item for item in self.outcomes if not item.right]


def load(part: str) -> list[Case]:
    """The messages of a part, both languages."""
    return [case for language in LANGUAGES for case in _cases(part, language)]


def run(cases: Iterable[Case]) -> CopyReport:
    """Check every message and score them."""
    return report([judged(case) for case in cases])


def judged(case: Case) -> Outcome:
    """Check one message."""
    return Outcome(case=case, issues=_checked(case))


def report(outcomes: list[Outcome]) -> CopyReport:
    """Score by rule, language and part."""
    parts = list(dict.fromkeys(item.case.part for item in outcomes))
    rows = [_row("all", language, part, _within(outcomes, language, part)) for part in ("all", *parts)
            for language in LANGUAGES]
    for language in LANGUAGES:
        items = _within(outcomes, language, "all")
        rules = sorted({item.case.rule for item in items} - {NONE}, key=lambda rule: (rule[0], int(rule[1:])))
        rows += [_row(rule, language, "all", [i for i in items if i.case.rule == rule]) for rule in rules]
    return CopyReport(rules_version=rules_version(), rows=rows, outcomes=outcomes)


def _within(outcomes: list[Outcome], language: str, part: str) -> list[Outcome]:
    mine = [item for item in outcomes if item.case.language == language]
    return [item for item in mine if (item.case.part != BLIND if part == "all" else item.case.part == part)]


def _row(rule: str, language: str, part: str, items: list[Outcome]) -> Row:
    found = [item.right for item in items if not item.case.clean]
    alarms = [any(rule in ("all", issue.rule) for issue in item.issues) for item in items if item.case.clean]
    return Row(rule=rule, language=language, part=part, violations=len(found), recall=proportion(found),
               clean=len(alarms), false_alarms=proportion(alarms))


def _checked(case: Case) -> list[Issue]:
    frames, more = _frames(), dict(case.more)
    if "allowed" in more:  # the frame's own figures are nobody's invention
        more["allowed"] = [*more["allowed"], *frames["frames"][case.language][case.channel]]
    return check_message(
        case.text, title=case.title, channel=case.channel, language=case.language, as_of=frames["as_of"],
        brand=frames["brand"][case.language], own=BrandRules(hosts=frames["hosts"]), **more,
    )


def _cases(part: str, language: Literal["zh", "en"]) -> Iterator[Case]:
    groups = _yaml(f"{PARTS[part]}-{language}")
    for kind, rules in groups.items():
        for rule, entries in rules.items():
            for entry in entries:
                yield _case(entry, part=part, language=language, rule=rule, clean=kind == "clean")


def _case(entry: dict[str, Any], **group: Any) -> Case:
    """`{sms: text}`, `{email: subject | body}`; "sms!" is taken without its frame; further keys are arguments."""
    (key, words), *more = entry.items()
    channel, framed = key.removesuffix("!"), not key.endswith("!")
    title, _, text = str(words).rpartition(" | ")
    options = dict(more)
    text = text * options.pop("times", 1)
    if framed:
        frame = _frames()["frames"][group["language"]][channel]
        title, text = frame[0].format(title) if title else title, frame[1].replace("{}", text)
    return Case(channel=channel, text=text, title=title, more=options, **group)


@cache
def _frames() -> dict[str, Any]:
    found = _yaml("copy-frames")
    assert isinstance(found["as_of"], date)
    return found


def _yaml(name: str) -> dict[str, Any]:
    return yaml.safe_load(resources.files("evals").joinpath("cases", f"{name}.yaml").read_text(encoding="utf-8"))
