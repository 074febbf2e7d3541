"""Word a refusal of a tool or of the knowledge base in the reader's language.

A refusal's parameters carry names (revenue, channel, orders.list_amount); people read titles.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from copilot.catalogue import has, text
from tools.results import Bilingual

if TYPE_CHECKING:
    from tools.definitions import Problem

_COMMA = {"zh": "、", "en": ", "}
_SEMICOLON = {"zh": "；", "en": "; "}


def is_refusal(error: BaseException) -> bool:
    """Whether the error carries a code and parameters for the catalogue (ToolError, KnowledgeError)."""
    return isinstance(getattr(error, "code", None), str) and isinstance(getattr(error, "params", None), dict)


def worded(error: BaseException, language: str) -> str:
    """One clear sentence with a way out. Raises KeyError when the catalogue lacks the code: a bug."""
    blanks = {name: _blank(error, name, value, language) for name, value in error.params.items()}
    blanks.setdefault("alternatives", _COMMA[language].join(_alternatives(error, language)))
    return text(f"error.{error.code}", language, **blanks)


def need_in_words(need: str, language: str) -> str:
    """A table ("touches") or a column ("orders.list_amount") as people call it."""
    name, _, column = need.partition(".")
    table = _table(name, language)
    return text("need.column", language, table=table, column=_column(column, language)) if column else table


def title(name: str, language: str) -> str:
    """Title of a metric or dimension; the name itself where there is none."""
    from tools import catalog  # brings all that queries are made of; most refusals name no metric

    known = catalog.builtin()
    entry = known.metrics.get(name) or known.dimensions.get(name) or known.unsupported.get(name)
    return getattr(entry.title, language) if entry else name


def _blank(error: BaseException, name: str, value: object, language: str) -> object:
    if name == "problems":
        return _SEMICOLON[language].join(problem_in_words(problem, language) for problem in value)
    if isinstance(value, Bilingual):
        return getattr(value, language)
    say: Callable[[str, str], str] | None = _SAY.get(name)
    if name == "given" and error.code == "too_many_dimensions":
        say = title
    if say is None or not isinstance(value, str):
        return value
    return _COMMA[language].join(say(part, language) for part in value.split(", "))


def problem_in_words(problem: Problem, language: str) -> str:
    """One mistake in a file of definitions: its line, its place and what is wrong."""
    where = text("mistake.where", language, where=problem.where) if problem.where else ""
    return text("mistake.at", language, line=problem.line, where=where, reason=reason_in_words(problem, language))


def reason_in_words(problem: Problem, language: str) -> str:
    return text(f"mistake.{problem.code}", language, **problem.params)


def _alternatives(error: BaseException, language: str) -> list[str]:
    known = [str(value) for value in error.alternatives]
    if error.code in _OF_TITLES:
        return [title(name, language) for name in known]
    if error.code == "unknown_value":
        from tools import catalog

        dimension = catalog.dimensions().get(error.params["dimension"])
        titles = {value.name: getattr(value.title, language) for value in dimension.values} if dimension else {}
        return [titles.get(name) or title(name, language) for name in known]
    return known


def _table(name: str, language: str) -> str:
    return text(f"table.{name}", language) if has(f"table.{name}") else name


def _reason(part: str, language: str) -> str:
    """"bad_date 3" as people read why rows were set aside, with the count."""
    reason, _, count = part.rpartition(" ")
    return f"{text(f'reason.{reason}', language)} {count}" if has(f"reason.{reason}") else part


def _column(name: str, language: str) -> str:
    return text(f"column.{name}", language) if has(f"column.{name}") else title(name, language)


def _store(name: str, language: str) -> str:
    return text(f"store.{name}", language) if has(f"store.{name}") else name


def _role(name: str, language: str) -> str:
    return text(f"role.{name}", language)


def _deed(name: str, language: str) -> str:
    return text(f"role.deed.{name}", language)


def _of_lessons(kind: str) -> Callable[[str, str], str]:
    return lambda code, language: text(f"lesson.{kind}.{code}", language)


_OF_TITLES = {"unknown_metric", "metric_unsupported", "unknown_dimension", "dimension_not_for_metric", "missing_data"}
_SAY = {"metric": title, "dimension": title, "what": title, "needs": need_in_words, "table": _table,
        "fields": _column, "field": _column, "reasons": _reason, "store": _store,
        "role": _role, "least": _role, "deed": _deed,
        **{name: _of_lessons(name) for name in ("act", "verdict", "state")}}  # fmt: skip
