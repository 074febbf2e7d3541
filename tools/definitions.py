"""Definitions as YAML files: read into a model, or refused with the line and the reason.

`read_definitions` stops at the first mistake; `parsed` and `checked` name all of them, for files that people write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from tools.errors import BadArgument
from tools.results import Frozen

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one written in C is ten times as fast


class Strict(BaseModel):
    """A definition: frozen, and without entries that nobody reads."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Model = TypeVar("Model", bound=BaseModel)


def read_definitions(
    text: str, source: str, model: type[Model], prepare: Callable[[dict[str, Any]], dict[str, Any]] = dict
) -> Model:
    """Check a YAML file of definitions against a model; `prepare` changes its data first.

    Raises BadArgument with the line and the reason of the first mistake.
    """
    try:
        root, data = _loaded(text)
        if not isinstance(data, dict):
            raise BadArgument("bad_definition", source=source, line=1, reason="should be entries, name: value")
        return model.model_validate(prepare(data))
    except yaml.YAMLError as error:
        line, reason = _yaml_mistake(error)
        raise BadArgument("bad_definition", source=source, line=line, reason=reason) from error
    except ValidationError as error:
        first = error.errors()[0]
        reason = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
        raise BadArgument("bad_definition", source=source, line=line_of(root, first["loc"]), reason=reason) from error


def _loaded(text: str) -> tuple[yaml.Node | None, Any]:
    """The file's nodes and its data. Raises YAMLError."""
    try:
        return yaml.compose(text, Loader=LOADER), yaml.load(text, Loader=LOADER) or {}
    except yaml.YAMLError:
        yaml.compose(text, Loader=yaml.SafeLoader)  # the slow one tells the line of a mistake better
        raise


def _yaml_mistake(error: yaml.YAMLError) -> tuple[int, str]:
    """Line and reason; a character that YAML does not allow has no line."""
    mark = getattr(error, "problem_mark", None)
    return mark.line + 1 if mark else 1, getattr(error, "problem", None) or str(error).splitlines()[0]


def file_text(path: Path) -> str:
    """A brand's file, with or without a byte order mark. Raises BadArgument where it is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadArgument("bad_definition", source=path.name, line=1, reason="is not UTF-8 text") from error


def line_of(node: yaml.Node | None, path: tuple[int | str, ...]) -> int:
    """Line of the deepest node of the path that exists (a missing key has its parent's line)."""
    if node is None:
        return 1
    line = node.start_mark.line + 1
    for part in path:
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line + 1
        elif isinstance(node, yaml.MappingNode):
            pair = next(((key, child) for key, child in node.value if key.value == str(part)), None)
            if pair is not None:
                line, node = pair[0].start_mark.line + 1, pair[1]
    return line


class Problem(Frozen):
    """One mistake: its line, the place in the file, and a code and parameters for the text catalogue (`mistake.*`)."""

    line: int
    where: str
    code: str
    params: dict[str, str] = {}


class BadDefinitions(BadArgument):
    """A file whose definitions are wrong; `problems` lists all of them in the order of lines."""

    def __init__(self, source: str, problems: list[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__("bad_definitions", source=source, problems=self.problems)


def parsed(text: str, source: str) -> tuple[yaml.Node | None, dict[str, Any]]:
    """The file's nodes, which know their lines, and its data. Raises BadDefinitions where it is no YAML mapping."""
    try:
        root, data = _loaded(text)
    except yaml.YAMLError as error:
        line, reason = _yaml_mistake(error)
        problem = Problem(line=line, where="", code="yaml", params={"reason": reason})
        raise BadDefinitions(source, [problem]) from error
    if twice := list(_repeated_keys(root)):
        raise BadDefinitions(source, twice)
    if not isinstance(data, dict):
        raise BadDefinitions(source, [Problem(line=1, where="", code="wrong_type", params={"wanted": "mapping"})])
    return root, data


def checked(model: type[Model], data: Mapping[str, Any], root: yaml.Node | None, source: str) -> Model:
    """`data` as a model. Raises BadDefinitions with every mistake."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        found = {(problem.line, problem.where): problem for problem in reversed(_problems(error, root))}
        raise BadDefinitions(source, list(found.values())) from error


def _repeated_keys(node: yaml.Node | None, path: str = "") -> Iterator[Problem]:
    if not isinstance(node, yaml.MappingNode):
        return
    seen: set[str] = set()
    for key, child in node.value:
        where = f"{path}.{key.value}" if path else str(key.value)
        if key.value in seen:
            line = key.start_mark.line + 1
            yield Problem(line=line, where=where, code="repeated", params={"field": str(key.value)})
        seen.add(key.value)
        yield from _repeated_keys(child, where)


def _problems(error: ValidationError, root: yaml.Node | None) -> list[Problem]:
    return [
        Problem(line=line_of(root, found["loc"]), where=_place(root, found["loc"]), **_reason(found))
        for found in error.errors(include_url=False)
    ]


def _place(root: yaml.Node | None, path: tuple[int | str, ...]) -> str:
    """The path without the names that only the model knows."""
    names, node = [], root
    for part in path:
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        child = next((child for key, child in pairs if key.value == str(part)), None)
        if child is not None:
            names.append(str(part))
            node = child
    return ".".join(names)


_PLAIN = {"missing": "missing", "union_tag_not_found": "missing", "extra_forbidden": "extra", "literal_error": "choice",
          "union_tag_invalid": "choice"}  # fmt: skip


def _reason(found: dict[str, Any]) -> dict[str, Any]:
    kind, context = found["type"], found.get("ctx") or {}
    field = "type" if kind.startswith("union_tag") else str(found["loc"][-1] if found["loc"] else "")
    if kind in _PLAIN:
        expected = str(context.get("expected") or context.get("expected_tags") or "").replace("'", "")
        return {"code": _PLAIN[kind], "params": {"field": field, "expected": expected}}
    if "where" in found["loc"] and kind.endswith(("_type", "_parsing")):
        return {"code": "condition_unfit"}
    if kind.endswith(("_type", "_parsing")):
        return {"code": "wrong_type", "params": {"wanted": kind.rpartition("_")[0]}}
    known = {name: str(value) for name, value in context.items() if name != "error"}
    return {"code": kind, "params": known} if known else {"code": "other", "params": {"reason": found["msg"]}}
