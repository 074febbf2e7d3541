"""`wellspring profile`: what messages say of their sender."""

from __future__ import annotations

from typing import Annotated

import typer

from copilot.cli_output import emit, out
from copilot.commands.options import Json, Lang, Ws, place_of, spoken
from tools.errors import BadArgument


def profile(
    settings: Annotated[
        list[str] | None,
        typer.Argument(help="field=value: brand, brand.en, address.zh, unsubscribe_url, voice; field= empties it."),
    ] = None,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Show or set the brand's name, address, voice and the way out of its e-mails."""
    from copilot.brand_profile import FIELDS, brand_profile, profile_lines, set_brand_profile

    language, place = spoken(lang), place_of(workspace)
    changes = {}
    for given in settings or []:
        field, equals, value = given.partition("=")
        if not equals:
            raise BadArgument("profile_field", field=given[:40], alternatives=list(FIELDS))
        changes[field.strip()] = value
    found = set_brand_profile(place, changes) if changes else brand_profile(place)
    if json_:
        emit(found.model_dump(mode="json"))
    else:
        out.print("\n".join(profile_lines(found, language)))
