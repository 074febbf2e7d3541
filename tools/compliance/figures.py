"""Every figure comes from the offer, the brief or a merge field (L25)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from tools.compliance.message import Finding, Message
from tools.compliance.normal import normalise
from tools.compliance.price import DATES, dates_in
from tools.offer import Offer

_HAN_DIGITS = {character: str(value) for value, character in enumerate("零一二三四五六七八九")}
_FIGURE = re.compile(r"(\d+(?:,\d{3})*(?:\.\d+)?|[一二三四五六七八九]{1,2}(?=折)|半(?=折))\s*(万|千|折|%)?")
_LINK = re.compile(r"(?:https?://|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/)[^\s\u3000-\u9fff,。]*")
_SCALE = {"万": 10_000, "千": 1_000}


class Figure(NamedTuple):
    value: Decimal
    unit: str
    """折 and % keep their unit, since 8折 and 8 % differ; 万 and 千 are multiplied out."""


def check(message: Message) -> Iterator[Finding]:
    if message.offer is None and message.allowed is None:
        return
    given = [normalise(text).text for text in (*(message.allowed or ()), message.brand)]
    figures = {figure for text in given for _, figure in figures_in(text, message.language)}
    dates = {day[1:] for text in given for day in dates_in(text, message.language)}
    links = {match.group() for text in given for match in _LINK.finditer(text)}
    if message.offer:
        figures |= _offer_figures(message.offer)
        dates |= _offer_dates(message.offer, message.language)
    for part, normal in message.parts:
        for span, figure in figures_in(normal.text, message.language):
            if figure not in figures:
                yield Finding("L25", *normal.span(*span), part)
        for match in DATES[message.language].finditer(normal.text):
            if next(dates_in(match.group(), message.language))[1:] not in dates:
                yield Finding("L25", *normal.span(*match.span()), part)
        for match in _LINK.finditer(normal.text):
            if message.allowed is not None and match.group() not in links:
                yield Finding("L25", *normal.span(*match.span()), part)


def figures_in(text: str, language: str) -> Iterator[tuple[tuple[int, int], Figure]]:
    """Figures of the normal form `text` outside dates and links, with their spans."""
    apart = [match.span() for pattern in (DATES[language], _LINK) for match in pattern.finditer(text)]
    for match in _FIGURE.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in apart):
            continue
        yield match.span(), _figure(match[1], match[2] or "")


def _figure(digits: str, unit: str) -> Figure:
    value = Decimal("5") if digits == "半" else Decimal("".join(_HAN_DIGITS.get(d, d) for d in digits.replace(",", "")))
    if unit == "折" and value > 10:  # 85折 is 8.5折
        value /= 10
    if unit in _SCALE:
        return Figure(value * _SCALE[unit], "")
    return Figure(value, unit)


def _offer_figures(offer: Offer) -> set[Figure]:
    figures = {figure for text in _words_of(offer) for language in ("zh", "en")
               for _, figure in figures_in(normalise(text).text, language)}
    figures |= {Figure(value, "") for value in (offer.threshold, offer.base_price) if value is not None}
    if offer.value is not None and offer.kind == "percent_off":
        figures |= {Figure(offer.value * 100, "%"), Figure((1 - offer.value) * 10, "折")}
    elif offer.value is not None:
        figures.add(Figure(offer.value, ""))
    return figures


def _offer_dates(offer: Offer, language: str) -> set[tuple[int, int]]:
    """Months and days of the offer; "8.5-9折" in its words reads as one in a message, too."""
    told = {day[1:] for text in _words_of(offer) for day in dates_in(normalise(text).text, language)}
    return told | {(day.month, day.day) for day in (offer.start, offer.end) if day}


def _words_of(offer: Offer) -> tuple[str, ...]:
    return offer.said, offer.terms, offer.code, offer.item, offer.base_price_source
