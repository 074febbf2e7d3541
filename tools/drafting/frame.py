"""What a channel puts around every message: signature, opt-out, sign-off, footer."""

from __future__ import annotations

from tools.drafting.brief import DraftBrief
from tools.drafting.finish import Words
from tools.drafting.library import patterns

OPT_OUT = {"zh": "拒收请回复R", "en": "Reply STOP to opt out"}


def sms_framed(body: str, brief: DraftBrief, brand: str) -> str:
    """Signature before, opt-out after; other channels as they are."""
    if brief.channel != "sms":
        return body
    if brief.language == "en":
        return f"{brand}: {body} {OPT_OUT['en']}"
    gap = " " if body.endswith(("<link>", brief.link or "<link>")) else ""  # keeps the opt-out out of the link
    return f"【{brand}】{body}{gap}{OPT_OUT['zh']}"


def framed(words: Words, brief: DraftBrief, brand: str) -> Words:
    """Words that somebody else wrote, inside the library's frame of the channel."""
    library = patterns(brief.language, brief.channel)
    after = [lines[0] for lines in (library.sign, library.footer) if lines] or library.closing[:1]
    body = "\n\n".join([words.body.strip(), *(line.replace("<brand>", brand) for line in after)])
    return words._replace(title=library.title_prefix + words.title.strip() if words.title else "",
                          body=sms_framed(body, brief, brand))
