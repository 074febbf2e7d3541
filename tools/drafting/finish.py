"""From words to a draft: checked against their brief, counted, with the reason for the operator."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from tools.compliance import check_message, sms_segments
from tools.drafting.brief import Angle, DraftBrief
from tools.drafting.library import plays
from tools.merge_fields import fields_in, longest
from tools.results import Bilingual, Draft, Issue


class Words(NamedTuple):
    title: str
    preheader: str
    body: str
    button: str = ""


def check(words: Words, brief: DraftBrief, brand: str) -> list[Issue]:
    """Check words against their brief: the figures they may hold are those of the offer, the link and must_say.

    A preheader's and a button's issues count as the body's, after its end.
    """
    text = "\n".join(part for part in (words.body, words.button, words.preheader) if part)
    return check_message(text, title=words.title, channel=brief.channel,
                         language=brief.language, offer=brief.offer, brand=brand,
                         allowed=[brief.link, *brief.must_say], as_of=brief.as_of)


def finished(words: Words, brief: DraftBrief, angle: Angle, issues: list[Issue], **more: object) -> Draft:
    """The draft of checked words; `more` sets further fields (writer, version, parent …)."""
    sms = brief.channel == "sms"
    counted = sms_segments(longest(words.body, brief.language, brief.offer),
                           market="cn" if brief.language == "zh" else "other")
    tier_reason, angle_reason = plays().tiers[brief.tier].reason, plays().angles[angle]
    identity = "\x1f".join((brief.tier, brief.channel, brief.goal, brief.language, *words, str(more.get("parent", ""))))
    return Draft(
        id=hashlib.sha256(identity.encode()).hexdigest()[:12],
        tier=brief.tier, channel=brief.channel, goal=brief.goal, language=brief.language, angle=angle,
        title=words.title, preheader=words.preheader, body=words.body, button=words.button,
        reason=Bilingual(zh=tier_reason.zh + angle_reason.zh, en=f"{tier_reason.en} {angle_reason.en}"),
        merge_fields=fields_in(*words), characters=counted.characters if sms else len(words.body),
        segments=counted.segments if sms else 0, encoding=counted.encoding if sms else "", issues=issues, **more,
    )
