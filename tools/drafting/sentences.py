"""A message as sentences, so that one can be taken out or put in without touching what has to stay."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from tools.drafting.brief import DraftBrief
from tools.offer import Language

_SENTENCE = re.compile(r"(?:https?://\S+|[^。！？～!?.\n]|\.(?=\S))+(?:[。！？～!?.]+|$|(?=\n))[^\S\n]*\n*|\n+")
_LEGAL = re.compile(r"【[^】]*】|拒收|退订|不想收到|不再(?:发|打扰)|打扰|推广信息|广告邮件|敬上|客户服务组"
                    r"|您好：|你好：|\bSTOP\b|unsubscribe|stop writing|I'll stop|tell me and|just tell me"
                    r"|promotional e-mail|advertisement"
                    r"|^Hi \{name\},\s*$|^Dear \{name\},\s*$|^Hey \{name\},\s*$|^Warmly,|^With thanks,|^The team at"
                    r"|^Everyone at|https?://")
_SIGNATURE = re.compile(r"^(【[^】]*】|[^\s:{}]{1,30}: )")


class Sentence(NamedTuple):
    text: str
    """With the blank or line end that follows it."""
    fixed: bool
    """Whether it has to stay: signature, refusal, link, offer, or what the brief says must be said."""


def split(body: str, brief: DraftBrief) -> list[Sentence]:
    """The sentences of a body; joined they give it again."""
    head = _head(body, brief)
    said = [text.strip("。. ") for text in brief.must_say]
    promised = brief.offer.details(brief.language).strip("。. ") if brief.offer else ""
    terms = [term for term in (promised, promised.removeprefix("活动")) if term]
    found = [Sentence(head, True)] if head else []
    for match in _SENTENCE.finditer(body, len(head)):
        text = match.group()
        kept = "{offer}" in text or any(words in text for words in (*said, *terms) if words)
        found.append(Sentence(text, kept or bool(_LEGAL.search(text.strip())) or not text.strip()))
    return found


def join(sentences: list[Sentence], language: Language) -> str:
    """The body, without the blank or the double line ends that a removed sentence leaves."""
    text = "".join(sentence.text for sentence in sentences)
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    return text if language == "zh" else re.sub(r"(?<=[.!?])(?=[A-Z][a-z])", " ", text)


def without(sentences: list[Sentence], gone: Callable[[Sentence], bool]) -> list[Sentence]:
    """The sentences that stay; a line end after one that goes stays with the one before it."""
    kept: list[Sentence] = []
    for each in sentences:
        if not gone(each):
            kept.append(each)
            continue
        ended = each.text[len(each.text.rstrip("\n")):]
        if kept and ended and not kept[-1].text.endswith("\n"):
            kept[-1] = kept[-1]._replace(text=kept[-1].text.rstrip(" ") + ended)
    return kept


def _head(body: str, brief: DraftBrief) -> str:
    match = _SIGNATURE.match(body) if brief.channel == "sms" else None
    return match[1] if match else ""
