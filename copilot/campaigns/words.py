"""Free words of people without personal data, and names of codes in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from copilot.catalogue import text
from copilot.privacy import without_people
from knowledge.cleaning.script import visible
from tools.errors import BadArgument
from tools.results import Bilingual

if TYPE_CHECKING:
    from copilot.workspace import Workspace

LONGEST = 2000
"""Characters of a comment, a reason or a sentence that a brief is read from."""


def clean(workspace: Workspace, given: str, *, longest: int = LONGEST) -> str:
    """The words with customers, phones, e-mails and numbers of people taken out. Raises BadArgument where too long."""
    if len(given) > longest:
        raise BadArgument("campaign_too_long", limit=longest)
    return without_people(visible(given).strip(), workspace.people_in)


def titled(kind: str, code: str) -> Bilingual:
    """A code's name: `campaign.<kind>.<code>`."""
    return Bilingual(zh=text(f"campaign.{kind}.{code}", "zh"), en=text(f"campaign.{kind}.{code}", "en"))


def named(kind: str, codes: Iterable[str]) -> Bilingual:
    """Several codes' names in one line."""
    names = [titled(kind, code) for code in codes]
    return Bilingual(zh="；".join(name.zh for name in names), en="; ".join(name.en for name in names))
