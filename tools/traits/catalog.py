"""Every customer trait and behaviour tag as data: `traits.yaml` and a brand's own file, refused with line and reason.

A trait is measured (`tools.traits.build`); a tag is a rule over traits.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import yaml
from pydantic import ValidationError

from tools.catalog import line_of
from tools.errors import BadArgument
from tools.results import Bilingual
from tools.traits.checks import BadTag, check_names, check_tag, needs_of
from tools.traits.trait import Settings, Trait, TraitCatalog

__all__ = ["Settings", "Trait", "TraitCatalog", "builtin", "read_traits"]

_OWN = ("settings", "tags")
"""Parts of a brand's own file."""


@cache
def builtin() -> TraitCatalog:
    """The traits and tags that ship with Wellspring."""
    return _catalog(_shipped())


def read_traits(text: str, source: str) -> TraitCatalog:
    """The built-in catalogue with a brand's `settings` and `tags` in place of those of the same name.

    Raises BadArgument with the line and the reason of the first mistake.
    """
    root = None
    try:
        root, own = yaml.compose(text, Loader=yaml.SafeLoader), yaml.safe_load(text) or {}
        _check_shape(own)
        return _catalog(_shipped() | {part: _shipped()[part] | (own.get(part) or {}) for part in _OWN})
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadArgument("bad_definition", source=source, line=line, reason=error.problem) from error
    except ValidationError as error:
        first = error.errors(include_context=False)[0]
        path, reason = _place(first["loc"]), first["msg"].removeprefix("Value error, ")
    except BadTag as error:
        path, reason = error.path, error.reason
    reason = f"{'.'.join(map(str, path))}: {reason}" if path else reason
    raise BadArgument("bad_definition", source=source, line=line_of(root, path), reason=reason)


@cache
def _shipped() -> dict[str, Any]:
    return yaml.safe_load(resources.files("tools.traits").joinpath("traits.yaml").read_text(encoding="utf-8"))


def _check_shape(own: Any) -> None:
    if not isinstance(own, dict):
        raise BadTag((), f"takes {' and '.join(_OWN)}")
    for part, entries in own.items():
        if part not in _OWN:
            raise BadTag((part,), f"a brand's file takes {' and '.join(_OWN)}")
        if not isinstance(entries or {}, dict):
            raise BadTag((part,), "takes names, each with what it stands for")
    for name, entry in (own.get("tags") or {}).items():
        if not isinstance(entry, dict):
            raise BadTag(("tags", name), "takes title, definition, and conditions under all or any")
        if name in _shipped()["traits"]:
            raise BadTag(("tags", name), "is the name of a measured trait")


def _catalog(parts: dict[str, Any]) -> TraitCatalog:
    traits = {name: {"name": name, **entry} for name, entry in parts["traits"].items()}
    tags = {name: _tag(name, entry) for name, entry in parts["tags"].items()}
    catalog = TraitCatalog.model_validate({"settings": parts["settings"], "entries": traits | tags})
    check_names(catalog)
    for name in catalog.tags:
        check_tag(catalog, name)
    return catalog.model_copy(update={"entries": {name: _filled(catalog, name) for name in catalog.entries}})


def _tag(name: str, entry: dict[str, Any]) -> dict[str, Any]:
    rule = {part: entry[part] for part in ("all", "any") if part in entry}
    rest = {key: value for key, value in entry.items() if key not in rule}
    return {"name": name, "kind": "flag", **rest, "rule": rule}


def _filled(catalog: TraitCatalog, name: str) -> Trait:
    """A trait with the settings in its definition, and a tag with the needs of what it is made of."""
    trait, settings = catalog.entries[name], catalog.settings
    if trait.tag:
        return trait.model_copy(update={"needs": needs_of(catalog, name)})
    wording = trait.definition
    zh, en = wording.zh.format(**settings.blanks("zh")), wording.en.format(**settings.blanks("en"))
    return trait.model_copy(update={"definition": Bilingual(zh=zh, en=en)})


def _place(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """A path in the catalogue as the file has it: a tag's conditions stand right below its name."""
    rest = tuple(part for part in path if part != "rule" and not str(part).startswith(("list[", "function-")))
    return ("tags", *rest[1:]) if rest[:1] == ("entries",) else rest
