"""Every customer trait and behaviour tag as data: `traits.yaml` and a brand's own file, refused with line and reason.

A trait is measured (`tools.traits.build`); a tag is a rule over traits.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from tools.definitions import Strict, file_text, line_of, read_definitions
from tools.errors import BadArgument
from tools.results import Bilingual
from tools.traits.checks import BadTag, check_names, check_tag, needs_of
from tools.traits.trait import Settings, TagDefinition, Trait, TraitCatalog

__all__ = ["Settings", "Trait", "TraitCatalog", "builtin", "load_traits", "read_traits"]


class _Own(Strict):
    """A brand's own file."""

    settings: Settings
    tags: dict[str, TagDefinition] = {}


class _Shipped(_Own):
    overview: Bilingual
    traits: dict[str, Trait]


@cache
def builtin() -> TraitCatalog:
    """The traits and tags that ship with Wellspring."""
    return _catalog(_shipped(), {})


def read_traits(text: str, source: str) -> TraitCatalog:
    """The built-in catalogue with a brand's `settings` and `tags` in place of those of the same name.

    Raises BadArgument with the line and the reason of the first mistake.
    """
    own = read_definitions(text, source, _Own, _with_shipped_settings)
    try:
        return _catalog(_shipped().model_copy(update={"settings": own.settings}), own.tags)
    except BadTag as error:
        line = line_of(yaml.compose(text, Loader=yaml.SafeLoader), error.path)
        reason = f"{'.'.join(map(str, error.path))}: {error.reason}"
        raise BadArgument("bad_definition", source=source, line=line, reason=reason) from error


def load_traits(path: Path) -> TraitCatalog:
    """The catalogue with a brand's own file where there is one. Raises BadArgument as `read_traits` does."""
    return read_traits(file_text(path), path.name) if path.exists() else builtin()


@cache
def _shipped() -> _Shipped:
    text = resources.files("tools.traits").joinpath("traits.yaml").read_text(encoding="utf-8")
    return read_definitions(text, "traits.yaml", _Shipped, _with_names)


def _with_names(data: dict[str, Any]) -> dict[str, Any]:
    return data | {"traits": {name: {"name": name, **entry} for name, entry in data["traits"].items()}}


def _with_shipped_settings(data: dict[str, Any]) -> dict[str, Any]:
    own = data.get("settings") or {}
    return data | {"settings": _shipped().settings.model_dump() | own if isinstance(own, dict) else own}


def _catalog(shipped: _Shipped, own: dict[str, TagDefinition]) -> TraitCatalog:
    for name in own.keys() & shipped.traits.keys():
        raise BadTag(("tags", name), "is the name of a measured trait")
    tags = {name: _tag(name, definition) for name, definition in (shipped.tags | own).items()}
    catalog = TraitCatalog(overview=shipped.overview, settings=shipped.settings, traits=shipped.traits | tags)
    check_names(catalog, set(own))
    for name in tags:
        check_tag(catalog, name)
    return catalog.model_copy(update={"traits": {name: _filled(catalog, name) for name in catalog.traits}})


def _tag(name: str, definition: TagDefinition) -> Trait:
    return Trait(
        name=name, title=definition.title, synonyms=definition.synonyms, definition=definition.definition, kind="flag",
        rule=definition,
    )  # fmt: skip


def _filled(catalog: TraitCatalog, name: str) -> Trait:
    """A trait with the settings in its definition, and a tag with the needs of what it is made of."""
    trait, settings = catalog.traits[name], catalog.settings
    if trait.tag:
        return trait.model_copy(update={"needs": needs_of(catalog, name)})
    wording = trait.definition
    zh, en = wording.zh.format(**settings.blanks("zh")), wording.en.format(**settings.blanks("en"))
    return trait.model_copy(update={"definition": Bilingual(zh=zh, en=en)})
