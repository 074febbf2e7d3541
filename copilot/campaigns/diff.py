"""What one version of a campaign has that another has not: fields of the brief, and the texts line by line."""

from __future__ import annotations

import difflib
from typing import Any

from copilot.campaigns.results import Campaign, Content
from copilot.campaigns.texts import words_of
from tools.errors import BadArgument
from tools.results import Frozen


class FieldChange(Frozen):
    """A field of the brief; None stands for nothing."""

    field: str
    before: Any
    after: Any


class TextChange(Frozen):
    """A channel's text: lines with "- " were taken out, "+ " put in, two spaces stayed."""

    channel: str
    lines: list[str]


class Difference(Frozen):
    before: int
    after: int
    fields: list[FieldChange]
    texts: list[TextChange]


def difference(campaign: Campaign, before: int, after: int) -> Difference:
    """From one version to another. Raises BadArgument for a version that there is not."""
    old, new = _content(campaign, before), _content(campaign, after)
    was, now = old.brief.model_dump(mode="json"), new.brief.model_dump(mode="json")
    fields = [FieldChange(field=name, before=was[name], after=now[name]) for name in now if was[name] != now[name]]
    channels = dict.fromkeys(draft.channel for draft in (*old.texts, *new.texts))
    texts = [TextChange(channel=channel, lines=_lines(_text(old, channel), _text(new, channel)))
             for channel in channels if _text(old, channel) != _text(new, channel)]  # fmt: skip
    return Difference(before=before, after=after, fields=fields, texts=texts)


def _content(campaign: Campaign, number: int) -> Content:
    found = next((version.content for version in campaign.versions if version.number == number), None)
    if found is None:
        known = [str(version.number) for version in campaign.versions]
        raise BadArgument("campaign_version", given=number, alternatives=known)
    return found


def _text(content: Content, channel: str) -> list[str]:
    return [line for draft in content.texts if draft.channel == channel
            for part in words_of(draft) for line in part.splitlines()]  # fmt: skip


def _lines(before: list[str], after: list[str]) -> list[str]:
    return [line for line in difflib.ndiff(before, after) if not line.startswith("?")]
