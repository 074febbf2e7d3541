"""Read the slots of one clause."""

from __future__ import annotations

import re

from copilot.language import language_of
from copilot.planner.advice import advises, asks_why, sizes_holdout, wants_advice
from copilot.planner.dates import dated
from copilot.planner.daytimes import parts_of_time
from copilot.planner.described import described
from copilot.planner.grammar import told_by_structure
from copilot.planner.lexicon import lexicon
from copilot.planner.matching import Match, blank, normalise
from copilot.planner.measures import Taken, named_metrics, strictly_inside
from copilot.planner.naming import save_name
from copilot.planner.newness import of_newness
from copilot.planner.numbers import AGE, HORIZON, NUMBER, PERIOD, STEP, number, rfm_cell
from copilot.planner.ordervalues import order_values, said_of_orders
from copilot.planner.phrased import phrased
from copilot.planner.rules import EFFECT
from copilot.planner.slots import Slots, messaging
from copilot.planner.spans import comparison, windows
from copilot.planner.splits import dimensions, limit
from copilot.planner.vocabulary import Vocabulary
from tools.offer import parse_offer

_WRITTEN_INTO = re.compile(r"写(?:进|入|到)")
"""Puts down in a plan or a target what is there already: no text is to be drafted."""
_TOPICS = frozenset({
    "moved", "migrate", "lifetime", "unknown_metric", "money", "reach", "again", "retention", "newcomers",
    "after_first", "send", "draft", "why", "how_fast", "business",
})  # fmt: skip
"""Cues of what is asked about, beside those of how."""
_MESSAGES = r"(?:messages?|msgs?|sms|texts?|emails?|e-mails?|pushes|push|drafts?|variants?|versions?|options?)"
_COPIES = re.compile(  # "Double 11 push" names the sale, not eleven messages
    rf"(?<!双)(?<!\d){NUMBER}\s*(?:条|封|版|个版本|套|则|段|种|句)"
    rf"|(?<!double )(?<!double-)(?<![\d¥$])\b{NUMBER}\s+(?:[a-z-]+\s+){{0,3}}?{_MESSAGES}"
)
_GIVE_COPIES = re.compile(
    rf"\b(?:give|send|get|show|make|need|want|i'd like|prepare|do)(?: me| us)? (?:just |another )?(?:{NUMBER}"
    rf"|a few|a couple of|some)"
    r" (?:\w+ )?(?:messages?|drafts?|variants?|texts?|versions? for)\b(?! (?:did|were|was|we|sent|got|have|had)\b)"
    rf"|(?:给我?|来|要|出|再来)(?:{NUMBER}|几)(?:条|段|封|版)(?:文案|消息|话术|草稿|内容|给|吧|$)"
)
_OF_THE_DORMANT = re.compile(r"^(?:reactivat|win_back|recall)")
_WENT = re.compile(
    r"怎么样|怎样|咋样|效果|如何|表现|结果|成不成|\bhow (?:did|was|were|is|has)\b|\b(?:results?|go|perform\w*) ?\W*$"
)
"""How a campaign went is what it added."""
_SOMEBODY = re.compile(
    r"\b(?:their|his|her|someone's|somebody's|customers?'?|each one's|everyone's) (?:\w+ )?"
    r"(?:e-?mails?|phones?|phone numbers?|numbers?|address(?:es)?|names?|contacts?|contact details|wechats?"
    r"|birthdays?|details|id)\b"
    r"|\b(?:just|and|what about|only) (?:his|her) (?:city|age|name|orders?|tier|gender)\b"
    r"|(?:他|她)(?:的(?!第|下一)|住|家|叫|今年)(?!们)|(?:他们|她们|这些人|那些人|这批人|客户|会员)的?(?:姓名|名字|手机"
    r"|电话|邮箱|微信号?|地址|联系方式|生日)"
    r"|名单.{0,4}(?:导|给我|发我|下载|拿)|\b(?:export|have|get|download|send me|see) (?:the |that |this "
    r"|a )?(?:list of (?:names|customers|people)|names)\b"
    r"|(?:导|导出|给我|发我|要|拉)(?:一?份|个)?(?:他们|她们|这些人|这批人|客户|会员|用户)?的?(?:名单|清单"
    r"|明细名单|花名册)"
)
"""Whose data is asked for, whatever they are called."""
_SHOP = re.compile(r"的?(?:分|旗舰)?店(?!铺)")
_LISTED = re.compile(r"排名|排行|\brank(?:ing|ed)?\b")
"""Sets rows in order, whichever end is asked for."""
_THAT_ONE = re.compile(r"[那这](?:一)?(?:次|场|波|个|条|轮)|\bthat\b")
_CORRECTED = re.compile(
    r"\b(?:sorry,? )?i mean\b|\bno,? wait\b|\bscratch that\b|不对[，,]|哦不[，,]?|说错了", re.IGNORECASE
)


def read_slots(clause: str, vocabulary: Vocabulary) -> Slots:
    """Read every slot of a clause (any spelling; it is normalised here)."""
    words = dated(normalise(clause), vocabulary.last_day, vocabulary.first_day)
    book, offer = lexicon(), _offer(clause)
    cues, compare, undated = comparison(words, _cues(words, offer), vocabulary)
    filters = _filters(words, cues, vocabulary)
    tiers = _tiers(words, cues, vocabulary)
    metrics, newness = of_newness(words, _metrics(words, tiers, cues, filters, vocabulary), vocabulary)
    if "order_value" in filters and not metrics and "money" not in cues:
        metrics = ("customers",) if "who" in cues else ("orders",)
    if newness:
        filters["new_or_returning"] = newness
    if any(_OF_THE_DORMANT.search(name) for name in metrics):  # they were dormant before, and are no longer
        tiers = [match for match in tiers if match.key != "dormant"]
    if "channel" not in filters and (sent := _sent_by(words, vocabulary)) and set(metrics) & messaging():
        filters["channel"] = sent
    # "Last winter's text": which campaign, not which days.
    that_one = "campaign" in filters and _THAT_ONE.search(words)
    if metrics in {(), (EFFECT,)} and "campaign" in filters and _WENT.search(words):
        metrics, cues = (EFFECT,), cues - {"howto"}
    return Slots(
        said=clause,
        text=words,
        cues=cues,
        metrics=metrics,
        tiers=tuple(dict.fromkeys(match.key for match in tiers)),
        all_tiers=bool(book.all_tiers.find(words)),
        dimensions=dimensions(words, vocabulary, cues, filters),
        filters=filters,
        windows=() if that_one else windows(blank(undated, said_of_orders(undated)), vocabulary),
        compare=compare,
        order="top" if "top" in cues else "bottom" if "bottom" in cues else "",
        limit=limit(words),
        channels=tuple(book.message_channels.keys(words)),
        goal=next(iter(book.goals.keys(words)), ""),
        message_language=next(iter(book.message_languages.keys(words)), ""),
        offer=offer,
        copies=number(_COPIES, words),
        angle=next(iter(book.angles.keys(words)), ""),
        tags=_tags(words, vocabulary, tiers),
        count_by="person" if "by_person" in cues else "",
        age_days=number(AGE, words),
        period=number(PERIOD, words),
        after=number(STEP, words),
        horizon=number(HORIZON, words),
        save_as=save_name(clause),
    )


def asks_copies(words: str) -> bool:
    """ "Three SMS for …" asks for a draft without saying so, "give me three messages" too."""
    return bool(number(_COPIES, words) and lexicon().message_channels.find(words) or _GIVE_COPIES.search(words))


def _cues(words: str, offer: str) -> frozenset[str]:
    book = lexicon()
    cues = book.cues_in(words) - _only_in_phrases(words)
    goal = next(iter(book.goals.keys(words)), "")
    if advises(words, cues, goal):  # "How do we win them back", whatever stands between the words
        cues |= {"howto"}
    listed = book.cues["bottom"].find(words) and not book.cues["top"].find(_LISTED.sub(" ", words))
    if _told_as_lowest(words) or listed:
        cues -= {"top"}
    cues |= told_by_structure(words)
    if asks_why(words):
        cues = (cues | {"why"}) - {"howto"}
    if {"lifetime", "alike"} <= cues:  # what those at risk have in common is why they are
        cues |= {"why"}
    if wants_advice(words) and "哪几" in words:  # "从哪几块下手" counts nothing
        cues -= {"amount", "count"}
    if any(part.key == "contactable_customers" for part in phrased(words)):  # whom we may write to, no target to reach
        cues -= {"forecast"}
    if _SOMEBODY.search(words):
        cues |= {"personal"}
    if _WRITTEN_INTO.search(words) and not book.message_channels.find(words):
        cues -= {"draft"}
    # "How large a holdout for an e-mail" asks for no e-mail; "SMS for dormant customers, 满99减20" does.
    offered = offer and book.message_channels.find(words) and book.tiers.find(words)
    if (asks_copies(words) or offered) and not wants_advice(words) and not _asks_of_messages(words):
        cues |= {"draft"}
    return cues


def _only_in_phrases(words: str) -> frozenset[str]:
    """Topics that only the phrase of a metric names: who "fell asleep" is no change, "money back" no amount earned."""
    said = phrased(words)
    return (lexicon().cues_in(words) - lexicon().cues_in(blank(words, said))) & _TOPICS if said else frozenset()


def _asks_of_messages(words: str) -> bool:
    """Whether a figure of messages is asked, as in "what does one text cost"."""
    return any(part.key in messaging() for part in phrased(words))


def _told_as_lowest(words: str) -> bool:
    """Whether each word for the highest belongs to one for the lowest: "did the most harm"."""
    low = lexicon().cues["bottom"].find(words)
    return bool(low) and all(any(top.inside(each) for each in low) for top in lexicon().cues["top"].find(words))


def _filters(words: str, cues: frozenset[str], vocabulary: Vocabulary) -> dict[str, list[str]]:
    filters = {name: found for name, matcher in vocabulary.values.items() if (found := matcher.keys(words))}
    if "channel" not in filters and (shops := _shops(words, vocabulary)):
        filters["channel"] = shops
    segments = vocabulary.values.get("rfm_segment")
    ranked = described(words, cues)  # "the most loyal customers" ranks, it names no segment
    if "rfm_segment" in filters and all(any(match.overlaps(each) for each in ranked) for match in segments.find(words)):
        del filters["rfm_segment"]
    if stages := lexicon().lifecycle.keys(words):
        filters["lifecycle"] = stages
    filters |= parts_of_time(words)
    if bands := order_values(words):
        filters["order_value"] = bands
    if cell := rfm_cell(words, cues):
        filters["rfm_cell"] = [cell]
    return filters


def _shops(words: str, vocabulary: Vocabulary) -> list[str]:
    """The channel of shops, which "上海店" means beside its city."""
    cities, channels = (vocabulary.values.get(name) for name in ("city", "channel"))
    if not cities or not channels or not any(_SHOP.match(words, match.end) for match in cities.find(words)):
        return []
    return channels.keys("门店")


def _tiers(words: str, cues: frozenset[str], vocabulary: Vocabulary) -> list[Match]:
    """Tiers that no campaign's name and no metric's description covers."""
    covered = [*described(words, cues), *phrased(words)]
    return [
        match for match in lexicon().tiers.find(words)
        if not ("draft" not in cues and _in_a_value(match, words, vocabulary))
        and not any(match.inside(other) for other in covered)  # "沉睡客户" of "客户多久没来" is still whom it is about
    ]  # fmt: skip


def _metrics(
    words: str, tiers: list[Match], cues: frozenset[str], filters: dict[str, list[str]], vocabulary: Vocabulary
) -> tuple[str, ...]:
    if "draft" in cues or sizes_holdout(words):  # in "no discount, please" of a brief the word names no figure
        return ()
    taken = Taken(tuple(tiers), tuple(described(words, cues)))
    return named_metrics(words, vocabulary, taken, cues, filters)


def _sent_by(words: str, vocabulary: Vocabulary) -> list[str]:
    """Message channels that are no part of a campaign's name."""
    values = vocabulary.values.get("campaign")
    return lexicon().message_channels.keys(blank(words, values.find(words)) if values else words)


def _in_a_value(tier: Match, words: str, vocabulary: Vocabulary) -> bool:
    """The name of a campaign or of an RFM segment may have a tier in it."""
    named = [vocabulary.values[name] for name in ("campaign", "rfm_segment") if name in vocabulary.values]
    return any(tier.inside(match) for values in named for match in values.find(words))


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
    language, clause = language_of(clause), clause.replace("推送", "push ")  # "推送给沉睡" sends, and gives nothing
    *_, mended = _CORRECTED.split(clause)  # "200 off 30... sorry, I mean 30 off 200"
    offer = parse_offer(mended, language) or parse_offer(clause, language)
    return f"{offer.said} {offer.details(language)}".strip() if offer else ""
