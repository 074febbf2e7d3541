"""What a later sentence changes of a brief: "下周五到周日，企微加短信", "把门槛改成满299", "口吻活泼一点"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from copilot.campaigns.brief import Brief
from copilot.campaigns.reading import read_brief
from copilot.goals import USUAL_GOAL
from copilot.planner.lexicon import lexicon
from copilot.planner.matching import normalise
from tools.offer import Language, Offer

_PLAIN = ("stock", "start", "end", "voice", "link", "exit")
"""Fields that a sentence sets to what it says."""
_LISTS = ("must_say", "must_not_say")
"""Fields that it adds to."""
_THRESHOLD = re.compile(
    r"门槛\D{0,8}?(\d+(?:\.\d+)?)|满\s*(\d+(?:\.\d+)?)(?!\s*(?:[\d.减立直打送返得享包免元]))"
    r"|(?:threshold|minimum)\D{0,20}?(\d+(?:\.\d+)?)", re.I,
)  # fmt: skip
_NO_THRESHOLD = re.compile(r"无门槛|没有门槛|不限金额|立减|直减|\bno (?:minimum|threshold)|\boff (?:any|every)", re.I)
_MORE = re.compile(r"\s*(?:再|也|还|另外|同时|,)*(?:加上?|加个|增加|补上?|发|用|要|add|also|plus)", re.I)
_INSTEAD = re.compile(r"改|换|只|\b(?:only|instead|switch|change)\b", re.I)
_LESS = re.compile(r"(?:不要|不用|不发|别发|别用|去掉|取消|删掉|\b(?:without|drop|remove|no)\b)\s*$", re.I)


def changes(
    words: str, brief: Brief, *, as_of: date, segments: Sequence[str] = (), currency: str = "CNY"
) -> dict[str, Any]:
    """Fields that the words set, for `brief.edited`; {} where they say nothing of a brief. As in `read_brief`."""
    said = read_brief(words, as_of=as_of, segments=segments, currency=currency, language=brief.language)
    found: dict[str, Any] = {name: value for name in _PLAIN if (value := getattr(said, name))}
    found |= {name: list(dict.fromkeys([*getattr(brief, name), *more])) for name in _LISTS
              if (more := getattr(said, name))}  # fmt: skip
    found |= _whom(words, said, brief) | _channels(words, said, brief) | _offer(words, said, brief)
    if "holdout" in said.model_fields_set:
        found["holdout"] = said.holdout
    if language := next(iter(lexicon().message_languages.keys(normalise(words))), ""):
        found["language"] = language
    return {name: value for name, value in found.items() if value != getattr(brief, name)}


def _whom(words: str, said: Brief, brief: Brief) -> dict[str, Any]:
    """The audience and the goal; a tier brings its usual goal where the brief has its own tier's."""
    found: dict[str, Any] = {}
    if said.segment:
        found["segment"] = said.segment
    elif said.tier:
        found["tier"] = said.tier
    if goal := next(iter(lexicon().goals.keys(normalise(words))), None):
        found["goal"] = goal
    elif said.tier and brief.goal in (None, USUAL_GOAL.get(brief.tier or "")):
        found["goal"] = USUAL_GOAL[said.tier]
    return found


def _channels(words: str, said: Brief, brief: Brief) -> dict[str, Any]:
    """The channels said instead of those of the brief, beside them ("再加上短信"), or taken from them ("不要短信")."""
    plain = normalise(words)
    found = lexicon().message_channels.find(plain)
    gone = {match.key for match in found if _LESS.search(plain[: match.start])}
    named = [match.key for match in found if match.key not in gone]
    if not (gone or named):
        return {"every_channel": True} if said.every_channel else {}
    beside = gone or (_MORE.match(plain) and not _INSTEAD.search(plain))
    kept = [channel for channel in brief.channels if channel not in gone] if beside else []
    every = {"every_channel": True} if said.every_channel else {}
    return {"channels": list(dict.fromkeys([*kept, *named]))} | every


def _offer(words: str, said: Brief, brief: Brief) -> dict[str, Any]:
    if said.no_offer:
        return {"offer": None, "no_offer": True}
    new, old = _told(words, said.offer, brief), brief.offer
    if new is None and old and old.end and old.end == brief.end and (said.start or said.end):
        new = old  # it ran as long as the campaign, and still does
    if new is None:
        return {}
    start, end = said.start or (old.start if old else None), said.end or (old.end if old else None)
    return {"offer": new.model_copy(update={"start": start, "end": end, "terms": ""} if end else {}), "no_offer": False}


def _told(words: str, new: Offer | None, brief: Brief) -> Offer | None:
    """The offer that is said; of one like the offer before, what is not said stays: "门槛改成满299", "改成减50"."""
    old, language = brief.offer, brief.language
    if old and (new is None or new.kind == "text") and (match := _THRESHOLD.search(words)):
        threshold = Decimal(next(filter(None, match.groups())))
        return _resaid(old.model_copy(update={"threshold": threshold}), language)
    if old and new and new.kind == old.kind and old.threshold and not (new.threshold or _NO_THRESHOLD.search(words)):
        return _resaid(new.model_copy(update={"threshold": old.threshold, "code": new.code or old.code}), language)
    return new


def _resaid(offer: Offer, language: Language) -> Offer:
    return offer.model_copy(update={"said": offer.text(language)})
