"""What reviewers decided on earlier campaigns: texts that were approved, words that were turned down."""

from __future__ import annotations

import re
from collections.abc import Iterable

from copilot.campaigns.results import Campaign, Content
from copilot.campaigns.texts import words_of
from tools.drafting.brief import Taste

_QUOTED = re.compile(r"[「“\"『]([^」”\"』]{1,60})[」”\"』]")
MOST = 50
"""Texts and phrases that are remembered, the latest first."""


def taste(campaigns: Iterable[Campaign], language: str) -> Taste:
    """Of campaigns in a language, the latest first."""
    own = [campaign for campaign in campaigns if campaign.brief.language == language]
    accepted = [draft.body for campaign in own if campaign.approval for draft in campaign.texts]
    rejected = [phrase for campaign in own for step in reversed(campaign.history) for phrase in step.phrases]
    return Taste(accepted=list(dict.fromkeys(accepted))[:MOST], rejected=list(dict.fromkeys(rejected))[:MOST])


def quoted(reason: str, content: Content) -> list[str]:
    """Words of the texts that a reason quotes: what it turns down."""
    whole = "\n".join("\n".join(words_of(draft)) for draft in content.texts)
    return [words for words in dict.fromkeys(_QUOTED.findall(reason)) if words in whole]
