"""The examples that the reader of questions is fitted on (`fitting.py`): lines of `label | question` in
`cases/heard/*.txt`, written for this, none of them a case of an evaluation.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from copilot.planner.vocabulary import Vocabulary
from tools.selection.reading.marked import KINDS

LINES = Path(__file__).parent / "cases" / "heard"
_NO_METRICS = frozenset({"share", "list", "mix"})
COMPARES = ("", "previous", "last_year")
ORDERS = ("", "top", "bottom")
_ASIDES = re.compile(r"[{}\[\]]")
MARK = re.compile(rf"<(of\.)?({'|'.join(map(re.escape, sorted(KINDS, key=len, reverse=True)))}) ([^<>]+)>")
_WITH_MARKS = "m"
"""Beginning of the names of the files whose lines have the conditions on people marked."""


@dataclass(frozen=True)
class Example:
    question: str
    kind: str
    metric: str = ""
    by: tuple[str, ...] = ()
    compare: str = ""
    order: str = ""
    share: bool = False
    second: str = ""
    """A second metric that is asked for beside the first."""
    counts: bool = True
    """Whether no more is asked of people than how many, what share or who they are."""
    marked: str = ""
    """The question with `<kind words>` round the conditions on people; "" where they are not told."""


def examples() -> list[Example]:
    """Return the examples of all files, in their order. Raises ValueError for a line that is none."""
    return [_example(line, path.name.startswith(_WITH_MARKS)) for path in _files() for line in _lines(path)]


def fingerprint() -> str:
    """Return the hash of the examples, which the weights are kept with."""
    lines = [line for path in _files() for line in _lines(path)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _files() -> list[Path]:
    return sorted(LINES.glob("*.txt"))


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")]


def _example(line: str, with_marks: bool) -> Example:
    label, bar, question = line.partition("|")
    kind, *fields = label.split()
    if not bar or not question.strip() or re.search("[<>]", MARK.sub("", question)):
        raise ValueError(f"not `label | question`: {line}")
    told = dict(each.split("=", 1) for each in fields if "=" in each)
    plain = [each for each in fields if "=" not in each and each not in _NO_METRICS]
    metric, second = [*plain, "", ""][:2]
    said = _ASIDES.sub("", question).strip()
    if metric == "tiers":  # "why tiers", "define tiers"
        kind, metric = f"{kind}_tiers", ""
    return Example(
        question=MARK.sub(r"\3", said), marked=said if with_marks else "", kind=kind,
        counts=kind == "people" and not metric and "mix" not in fields, metric=metric,
        by=tuple(name for name in told.get("by", "").split(",") if name),
        compare={"year": "last_year"}.get(told.get("cmp", ""), told.get("cmp", "")),
        order=told.get("ord", ""), share="share" in fields, second=told.get("two", second),
    )  # fmt: skip


def demo_vocabulary() -> Vocabulary:
    """Names that the examples have in them are the demo brand's: `wellspring demo --workspace demo` makes it."""
    from copilot.commands.options import settings_for
    from copilot.workspace import Workspace

    return Workspace(settings_for("demo")).vocabulary()

