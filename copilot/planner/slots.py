"""Pull the slots out of one clause: metrics, tiers, windows, filters, channel, goal, offer …"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache

from copilot.language import language_of
from copilot.planner.advice import advises, asks_why, sizes_holdout, wants_advice
from copilot.planner.dates import dated
from copilot.planner.daytimes import WEEK, parts_of_time
from copilot.planner.described import described
from copilot.planner.grammar import ranked_period, told_by_structure
from copilot.planner.lexicon import lexicon
from copilot.planner.matching import Match, blank, normalise
from copilot.planner.measures import Taken, named_metrics, strictly_inside
from copilot.planner.naming import save_name
from copilot.planner.numbers import AGE, HORIZON, NUMBER, PERIOD, STEP, number, rfm_cell
from copilot.planner.phrased import phrased
from copilot.planner.vocabulary import Vocabulary
from tools import catalog
from tools.errors import ToolError
from tools.offer import parse_offer
from tools.windows import find_windows, parse_window

_TOP = re.compile(
    rf"(?:前|排名前|top|best|bottom|first)\s*{NUMBER}(?!\d|个?月|天|周|年|期|季)|(?<=的){NUMBER}个|(?:which|哪)\s*{NUMBER}|{NUMBER}\s+(?:best|top|largest|biggest|worst)"
)
_MESSAGES = r"(?:messages?|msgs?|sms|texts?|emails?|e-mails?|pushes|push|drafts?|variants?|versions?|options?)"
_COPIES = re.compile(  # "Double 11 push" names the sale, not eleven messages
    rf"(?<!双)(?<!\d){NUMBER}\s*(?:条|封|版|个版本|套|则|段|种)"
    rf"|(?<!double )(?<!double-)(?<![\d¥$])\b{NUMBER}\s+(?:[a-z-]+\s+){{0,3}}?{_MESSAGES}"
)
_MESSAGING = frozenset({"touches", "outcomes", "consents", "campaigns"})
"""Relations whose channel is that of a message."""
_THAT_ONE = re.compile(r"[那这](?:一)?(?:次|场|波|个|条|轮)|\bthat\b")
_CORRECTED = re.compile(
    r"\b(?:sorry,? )?i mean\b|\bno,? wait\b|\bscratch that\b|不对[，,]|哦不[，,]?|说错了", re.IGNORECASE
)
_YEAR = re.compile(r"\b(?:of|in) ((?:19|20)\d\d)\b(?![-/.年])")
_PERIOD_CUES = {"trend": "month", "daily": "day", "weekly": "week", "quarterly": "quarter"}



@dataclass(frozen=True)
class Slots:
    said: str = ""
    """The clause as the person wrote it."""
    text: str = ""
    """The clause normalised."""
    cues: frozenset[str] = frozenset()
    metrics: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    all_tiers: bool = False
    dimensions: tuple[str, ...] = ()
    filters: dict[str, list[str]] = field(default_factory=dict)
    windows: tuple[str, ...] = ()
    compare: str = ""
    order: str = ""
    limit: int = 0
    channels: tuple[str, ...] = ()
    goal: str = ""
    message_language: str = ""
    offer: str = ""
    copies: int = 0
    angle: str = ""
    about: str = ""
    """What a clause without a subject of its own leans on."""
    condition: str = ""
    """A condition that no tool can apply."""
    unused: tuple[str, ...] = ()
    """Content words that no slot took."""
    read_as: tuple[str, ...] = ()
    """Unknown words and what they were read as, by turns."""
    tags: tuple[str, ...] = ()
    count_by: str = ""
    age_days: int = 0
    """Length of a cohort's periods in days; 0 for calendar periods."""
    period: int = 0
    """The period after the first that is asked about."""
    after: int = 0
    """The order that days are counted from."""
    horizon: int = 0
    """Days within which somebody orders again."""
    save_as: str = ""
    words: str = ""
    """Whom a selection asks for."""
    asked: tuple[str, ...] = ()
    """What is asked of the selected people: metrics, message channels, dimensions."""

    def inherit(self, earlier: Slots, *names: str) -> Slots:
        """Take the named slots from an earlier clause where this one leaves them empty."""
        return replace(self, **{name: getattr(self, name) or getattr(earlier, name) for name in names})


def read_slots(clause: str, vocabulary: Vocabulary) -> Slots:
    """Read every slot of a clause (any spelling; it is normalised here)."""
    words = dated(normalise(clause), vocabulary.last_day, vocabulary.first_day)
    book = lexicon()
    cues = book.cues_in(words)
    tiers = book.tiers.find(words)
    compare, plain = _comparison(words, cues)
    windows = _windows(plain, vocabulary)
    channels, copies = book.message_channels.keys(words), number(_COPIES, words)
    goal = next(iter(book.goals.keys(words)), "")
    if advises(words, cues, goal):  # "How do we win them back", whatever stands between the words
        cues |= {"howto"}
    cues |= told_by_structure(words)
    if asks_why(words):
        cues = (cues | {"why"}) - {"howto"}
    offer = _offer(clause)
    # "How large a holdout for an e-mail" asks for no e-mail; "SMS for dormant customers, 满99减20" does.
    if (asks_copies(words) or (offer and channels and tiers)) and not wants_advice(words):
        cues |= {"draft"}
    filters = {name: matcher.keys(words) for name, matcher in vocabulary.values.items() if matcher.keys(words)}
    if stages := book.lifecycle.keys(words):
        filters["lifecycle"] = stages
    filters |= parts_of_time(words)
    if cell := rfm_cell(words, cues):
        filters["rfm_cell"] = [cell]
    ranked = described(words, cues)
    tiers = [
        match for match in tiers
        if not ("draft" not in cues and _in_a_value(match, words, vocabulary))
        and not any(match.overlaps(other) for other in (*ranked, *phrased(words)))
    ]  # fmt: skip
    taken = Taken(tuple(tiers), tuple(ranked))
    # In "no discount, please" of a brief the word names no figure.
    brief = "draft" in cues or sizes_holdout(words)
    metrics = () if brief else named_metrics(words, vocabulary, taken, cues, filters)
    if "channel" not in filters and (sent := _sent_by(words, vocabulary)) and set(metrics) & messaging():
        filters["channel"] = sent
    if "campaign" in filters and _THAT_ONE.search(words):  # "last winter's text": which one, not which days
        windows = ()
    return Slots(
        said=clause,
        text=words,
        cues=cues,
        metrics=metrics,
        tiers=tuple(dict.fromkeys(match.key for match in tiers)),
        all_tiers=bool(book.all_tiers.find(words)),
        dimensions=_dimensions(words, vocabulary, cues, filters),
        filters=filters,
        windows=windows,
        compare=compare,
        order="top" if "top" in cues else "bottom" if "bottom" in cues else "",
        limit=number(_TOP, words),
        channels=tuple(channels),
        goal=goal,
        message_language=next(iter(book.message_languages.keys(words)), ""),
        offer=offer,
        copies=copies,
        angle=next(iter(book.angles.keys(words)), ""),
        tags=_tags(words, vocabulary, tiers),
        count_by="person" if "by_person" in cues else "",
        age_days=number(AGE, words),
        period=number(PERIOD, words),
        after=number(STEP, words),
        horizon=number(HORIZON, words),
        save_as=save_name(clause),
    )


@cache
def messaging() -> frozenset[str]:
    """Metrics of messages, consents and campaigns, whose channel is the message's."""
    known = catalog.metrics().values()
    return frozenset(metric.name for metric in known for each in metric.bases if each.of in _MESSAGING)


def _sent_by(words: str, vocabulary: Vocabulary) -> list[str]:
    """Message channels that are no part of a campaign's name."""
    values = vocabulary.values.get("campaign")
    return lexicon().message_channels.keys(blank(words, values.find(words)) if values else words)


def _in_a_value(tier: Match, words: str, vocabulary: Vocabulary) -> bool:
    """A campaign's name may have a tier in it."""
    values = vocabulary.values.get("campaign")
    return values is not None and any(tier.inside(match) for match in values.find(words))


def _tags(words: str, vocabulary: Vocabulary, tiers: list[Match]) -> tuple[str, ...]:
    """Behaviour tags that no tier's or metric's name covers."""
    taken = [*tiers, *vocabulary.metrics.find(words)]
    found = [
        match for match in vocabulary.tags.find(words)
        if not any(match.overlaps(other) and not strictly_inside(other, match) for other in taken)
    ]  # fmt: skip
    return tuple(dict.fromkeys(match.key for match in found))


def _offer(clause: str) -> str:
    """The offer's own words, with its end and code; not the sentence around them."""
    language = language_of(clause)
    *_, mended = _CORRECTED.split(clause)  # "200 off 30... sorry, I mean 30 off 200"
    offer = parse_offer(mended, language) or parse_offer(clause, language)
    return f"{offer.said} {offer.details(language)}".strip() if offer else ""


def asks_copies(words: str) -> bool:
    """ "Three SMS for …" asks for a draft without saying so."""
    return bool(number(_COPIES, words) and lexicon().message_channels.find(words))


def _dimensions(
    words: str, vocabulary: Vocabulary, cues: frozenset[str], filters: dict[str, list[str]]
) -> tuple[str, ...]:
    metrics = vocabulary.metrics.find(words)
    covered = [*metrics, *phrased(words)]
    found = [m for m in vocabulary.dimensions.find(words) if not any(m.inside(other) for other in covered)]
    # In "抖音渠道每个月" the word belongs to the value before it, whatever else is split.
    ends = {(name, m.end) for name, matcher in vocabulary.values.items() for m in matcher.find(words)}
    named = [m.key for m in found if (m.key, m.start) not in ends or len(filters.get(m.key, [])) > 1]
    # In "the skincare category" the word only says what skincare is.
    named = [name for name in named if len(filters.get(name, [])) != 1 or "split" in cues]
    named = [name for name in named if name not in {"tier", "month", "day", "week", "quarter"}]
    if len(filters.get("weekday", [])) == len(WEEK):  # weekends against weekdays: each for itself
        named = [name for name in named if name != "weekday"]
    plain = blank(words, metrics)  # "daily orders" is a metric, no split by day
    periods = [period for cue, period in _PERIOD_CUES.items() if lexicon().cues[cue].find(plain)]
    periods = ranked_period(words) or periods
    if "weekday" in named:  # "which day of the week" names no day
        periods = [period for period in periods if period != "day"]
    return tuple(dict.fromkeys([*periods[-1:], *named]))[:2]


def _comparison(words: str, cues: frozenset[str]) -> tuple[str, str]:
    """What to compare with, and the text without the words that say so ("than last month" names no window)."""
    compare = "last_year" if "compare_year" in cues else "previous" if "compare_previous" in cues else ""
    for cue in ("compare_year", "compare_previous", "versus"):
        for match in reversed(lexicon().cues[cue].find(words)):
            words = f"{words[: match.start]} {words[match.end :]}"
    return compare, words


def _windows(words: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    if vocabulary.last_day is None:
        return ()
    labels = find_windows(words, vocabulary.last_day, vocabulary.first_day)
    labels = labels or _YEAR.findall(words)  # "which month of 2026"
    return tuple(label for label in labels if not any(_within(other, label, vocabulary) for other in labels))


def _within(label: str, wider: str, vocabulary: Vocabulary) -> bool:
    """Whether a window lies inside another: in "Double 11 last year" the year only says which."""
    if label == wider:
        return False
    try:
        inner, outer = (parse_window(each, vocabulary.last_day, vocabulary.first_day) for each in (label, wider))
    except ToolError:  # outside the data; the tool will say so
        return False
    return inner.start is not None and (outer.start is None or outer.start <= inner.start) and inner.end <= outer.end
