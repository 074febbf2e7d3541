"""What messages say of their sender, and how: the brand's name, address and voice, and the way out of its e-mails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from copilot.catalogue import text
from copilot.drafting.voice import voice_told
from tools.errors import BadArgument, NotAllowed
from tools.results import Frozen

if TYPE_CHECKING:
    from copilot.workspace import Workspace

LONGEST = 200
_PLAIN = ("brand", "address")
FIELDS = ("brand", "brand.zh", "brand.en", "address", "address.zh", "address.en", "unsubscribe_url", "voice")
"""What may be set; with a language after the dot for that language alone."""


class BrandProfile(Frozen):
    """The sender in each language; "" for what is not set."""

    brand: dict[str, str]
    """Language -> name that signs."""
    address: dict[str, str]
    """Language -> postal address, which e-mails must carry."""
    unsubscribe_url: str
    """Where an e-mail's reader goes to get no more of them."""
    voice: str
    """How messages sound where their brief does not say; "" for the library's own way."""
    lacks: list[str]
    """Entries without which e-mails cannot be exported."""


def brand_profile(workspace: Workspace) -> BrandProfile:
    """The profile as it is."""
    kept = workspace.profile
    brand, address = (_each(kept.get(name, "")) for name in _PLAIN)
    way_out = str(kept.get("unsubscribe_url", ""))
    lacks = [name for name, given in (("address", any(address.values())), ("unsubscribe_url", way_out)) if not given]
    return BrandProfile(brand=brand, address=address, unsubscribe_url=way_out, voice=voice_of(workspace), lacks=lacks)


def voice_of(workspace: Workspace) -> str:
    """How the brand speaks where a brief does not say."""
    return str(workspace.profile.get("voice", ""))


def set_brand_profile(workspace: Workspace, changes: Mapping[str, str]) -> BrandProfile:
    """Set entries of FIELDS; an empty one is taken out.

    Raises NotAllowed for a viewer, BadArgument for an unknown entry or one that cannot be.
    """
    if workspace.settings.role == "viewer":
        raise NotAllowed("profile_role")
    entries: dict[str, object] = {}
    for field, given in changes.items():
        words = given.strip()
        if field not in FIELDS:
            raise BadArgument("profile_field", field=field, alternatives=list(FIELDS))
        if len(words) > LONGEST or "\n" in words:
            raise BadArgument("profile_value", field=field, most=LONGEST)
        if field == "unsubscribe_url" and words and not words.startswith("https://"):
            raise BadArgument("unsubscribe_not_https")
        name, _, language = field.partition(".")
        if name in _PLAIN and language:
            each = {**_each(entries.get(name) or workspace.profile.get(name, "")), language: words}
            entries[name] = each if any(each.values()) else None
        else:
            entries[name] = words or None
    workspace.set_profile(**entries)
    return brand_profile(workspace)


def profile_lines(profile: BrandProfile, language: str) -> list[str]:
    """The profile in words, and what e-mails still need."""
    rows = [("brand", profile.brand), ("address", profile.address),
            ("unsubscribe_url", {"": profile.unsubscribe_url}), ("voice", {"": voice_told(profile.voice, language)})]
    lines = []
    for name, values in rows:
        shown = dict.fromkeys(value for value in values.values() if value)
        lines.append(text("profile.line", language, name=text(f"profile.{name}", language),
                          value=" · ".join(shown) or text("profile.unset", language)))  # fmt: skip
    lacking = lacking_line(profile, language)
    return [*lines, lacking] if lacking else lines


def lacking_line(profile: BrandProfile, language: str) -> str:
    """What e-mails still need; "" for nothing."""
    names = ("、" if language == "zh" else ", ").join(text(f"profile.{name}", language) for name in profile.lacks)
    return text("profile.lacks", language, names=names) if names else ""


def _each(value: object) -> dict[str, str]:
    """One name for both languages, or one each."""
    if isinstance(value, Mapping):
        return {language: str(value.get(language, "")) for language in ("zh", "en")}
    return dict.fromkeys(("zh", "en"), str(value or ""))
