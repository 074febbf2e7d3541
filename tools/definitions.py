"""Definitions as YAML files: read into a model, or refused with the line and the reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from tools.errors import BadArgument


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
        root, data = yaml.compose(text, Loader=yaml.SafeLoader), yaml.safe_load(text) or {}
        if not isinstance(data, dict):
            raise BadArgument("bad_definition", source=source, line=1, reason="should be entries, name: value")
        return model.model_validate(prepare(data))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadArgument("bad_definition", source=source, line=line, reason=error.problem) from error
    except ValidationError as error:
        first = error.errors()[0]
        reason = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
        raise BadArgument("bad_definition", source=source, line=line_of(root, first["loc"]), reason=reason) from error


def line_of(node: yaml.Node, path: tuple[int | str, ...]) -> int:
    """Line of the deepest node of the path that exists (a missing key has its parent's line)."""
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
