"""People by the conditions that the second reader marks: "sept buyers who'd never bought before, headcount pls"."""

from __future__ import annotations

import re
from dataclasses import replace

from copilot.language import language_of
from copilot.planner.hearing import Heard
from copilot.planner.lexicon import lexicon
from copilot.planner.marks import Mark, Marked, marked, unusual
from copilot.planner.matching import blank
from copilot.planner.people import ACTS, PROFILED
from copilot.planner.slots import Slots
from copilot.planner.spans import windows
from copilot.planner.step import Step
from copilot.planner.templates import templated
from copilot.planner.vocabulary import Vocabulary
from tools import catalog
from tools.selection.reading import MarkedReading
from tools.selection.rule import Condition, Rule
from tools.selection.wording import rule_words
from tools.traits.catalog import builtin

SURE = 0.4
"""Least chance of each piece's class."""
_ONLINE = re.compile(r"线上|网上|\bonline\b|\be-?commerce\b")
_HOW_LONG = re.compile(r"几天|多少天|多久|多长时间|\bhow (?:long|soon|fast|quickly|many (?:days|weeks|months))\b")
_AGAINST = re.compile(r"\b(?:or|against)\b|还是|(?<!占)比(?![例重率])")
"""Two groups are set side by side."""
_AIM = re.compile(
    r"[,，;；]\s*(?:我?(?:想|好|要|打算|准备|方便)(?:给|向|对|趁|推|让|约|送|发|把|再)|感觉|估计|怀疑).*$"
    r"|(?:[,;.]|\s[-–—])\s*(?:i |we )?(?:want|wanna|need|plan|so (?:that )?(?:i|we) can|to) "
    r"(?:to )?(?:send|text|mail|email|push|invite|give|thank|offer|call|win)\b.*$"
)
"""What somebody wants with the people whom he asks for."""
_NUMBER = re.compile(r"(?<!另)(?<!哪)(?<!那)(?<!这)(?<!统)\d+(?![共下些般样起直边个])")
"""A number; none of "一共", "一些", "哪一个", which are written with one."""
_TWICE = re.compile(
    r"(?:多少|几[个位人成]|how many|headcount).*(?:多少|几[个位人成]|how many|what (?:share|part|percent))"
)
"""Both the base and the part of it are counted."""
_OF_THEM = re.compile(r"\bof (?:them|those|these)\b|他们|她们|其中|这些人|那些人|[这那]批|[这那]拨|里面?有|里头")
_WITHIN = {
    r"(?<!\d)30 ?(?:天|days?)|(?<!\d)1个月|\b(?:a|one|1) month": 30,
    r"(?<!\d)60 ?(?:天|days?)|[2两]个月|\b(?:two|2) months": 60,
    r"(?<!\d)90 ?(?:天|days?)|[3三]个月|\b(?:three|3) months": 90,
    r"180 ?(?:天|days?)|半年|[6六]个月|\b(?:six|6) months": 180,
}
"""Days within which the catalogue tells who came back."""
_NEVER_MORE = re.compile(
    r"(?:再也?|后来|之后|以后|后面).{0,3}[没未无不]\w{0,4}|没再\w{0,3}"
    r"|never (?:\w+ ){0,2}(?:back|again|since)|nothing since"
)
"""No further order, whenever."""
_ORDERED = Condition(trait="orders", op=">=", value=1)
"""What holds for everybody whom a selection tells of."""
_OWN_DAYS = re.compile(
    r"(?<![近去])\d+(?:天|日|周|个月)(?:之|以)?内[又再回也就]|\bwithin (?:\w+ )?(?:days?|weeks?|months?)\b(?! of)"
)
"""So many days after an order of each one's own."""
_COUNTED = {"customers": "orders", "active_customers": "orders", "new_customers": "first_order_day"}
"""Metrics that count the people of a window, and the trait that tells them."""


def picked(clause: str, slots: Slots, heard: Heard, context: Step | None, vocabulary: Vocabulary) -> list[Step]:
    """The step that selects the people whom a clause speaks of; none where a word of a condition is in doubt."""
    found = marked(clause, vocabulary)
    of_orders = "order_value" in slots.filters and any(mark.kind == "order" for mark in found.marks)
    if of_orders or lexicon().cues["versus"].find(found.rest) or _AGAINST.search(found.rest):
        return []  # a metric counts those behind orders of some value; two groups set side by side are not one
    if not found.marks or found.sure < SURE or slots.cues & ACTS or _left_outside(found, vocabulary):
        return []
    if _of_everybody(found) or (heard.share and len(found.marks) > 1 and not any(mark.base for mark in found.marks)):
        return []  # of whom the share is asked is in doubt
    if within := _again_within(found, slots, vocabulary):
        return within
    if any(_OWN_DAYS.search(mark.words) or _ONLINE.search(mark.words) for mark in found.marks):
        return []  # days from each one's own order are no window; which channels are online is not known
    if _HOW_LONG.search(found.rest):
        return []
    them = _of_before(context, vocabulary) if _OF_THEM.search(found.rest) else None
    marks = [(mark.kind, mark.words, mark.base) for mark in found.marks if not _is_said_twice(mark, found)]
    if them and (began := _began(them)):  # who came back came after the first order
        marks, them = [("first", began, True), *marks], None
    reading = vocabulary.read_marks([
        ("did" if them and kind == "again" else kind, words, base) for kind, words, base in marks
    ])  # fmt: skip
    if reading is None or reading.unread or any(unusual(words) for words in reading.unknown):
        return []
    if unusual(_without_metrics(_AIM.sub("", found.rest), vocabulary), "around"):
        return []
    asked, (rule, base) = _asked(found, vocabulary), _parts(found, reading, them)
    if rule.empty or asked is None or rule.all == [_ORDERED]:
        return []
    if heard.share and base is None and len(rule.all) > 1:
        return []  # "share of October buyers who also bought in September", read in one piece
    said = [_said(each, clause, vocabulary) for each in (rule, base) if each is not None]
    if not all(said):
        return []
    arguments = dict(zip(("words", "of"), said, strict=False))
    cues = slots.cues | ({"share"} if heard.share else set())
    both = _said(Rule(all=[*base.all, *rule.all]), clause, vocabulary) if base else said[0]
    slots = replace(slots, words=both or said[0], asked=asked, cues=cues, unused=(), read_as=())
    return [Step("select", "select_customers", arguments, slots)]


def _is_said_twice(mark: Mark, found: Marked) -> bool:
    """Whether a mark says only that there was no further order, where one alone is told already: "bought once and never
    came back".
    """
    once = any(other.kind == "once" for other in found.marks)
    return once and mark.kind == "not" and bool(_NEVER_MORE.search(mark.words))


def _of_everybody(found: Marked) -> bool:
    """Whether people without an order count as well, of whom a selection does not tell."""
    kinds = {mark.kind for mark in found.marks}
    joined = any(mark.kind == "joined" and mark.base for mark in found.marks)
    return kinds <= {"can", "cannot", "joined"} or joined or {"joined", "not"} <= kinds


def _again_within(found: Marked, slots: Slots, vocabulary: Vocabulary) -> list[Step]:
    """ "Of May's newcomers, what share came back within 90 days" is a metric of its own."""
    if [mark.base for mark in found.marks] != [True, False] or found.marks[0].kind != "first":
        return []
    first, again = (mark.words for mark in found.marks)
    if found.marks[1].kind != "again" and not _OWN_DAYS.search(again):
        return []
    read, days = templated(first, vocabulary), [days for pattern, days in _WITHIN.items() if re.search(pattern, again)]
    labels = windows(first, vocabulary)
    if len(days) != 1 or len(labels) != 1 or len(read.slots) != 1 or unusual(read.text) or unusual(again):
        return []
    arguments = {"metric": f"repurchase_rate_{days[0]}d", "window": labels[0]}
    return [Step("metric", "query_metric", arguments, replace(slots, metrics=(arguments["metric"],), unused=()))]


def _parts(found: Marked, reading: MarkedReading, them: Rule | None) -> tuple[Rule, Rule | None]:
    """The rule that is asked for, and of whom."""
    if reading.base is None and them:
        return reading.rule, them
    if reading.base is None and _TWICE.search(found.rest) and len(found.marks) == len(reading.rule.all) > 1:
        first, *others = reading.rule.all  # "how many gold members, and how many of them ordered this year"
        return Rule(all=others), Rule(all=[first])
    return (reading.base, None) if reading.rule.empty and reading.base else (reading.rule, reading.base)


def _began(them: Rule) -> str:
    """The window of people's first orders, where they are told by it alone."""
    told = them.all[0] if len(them.all) == 1 and them == Rule(all=them.all) else None
    first = isinstance(told, Condition) and (told.trait, told.op) == ("first_order_day", "in")
    return str(told.value) if first else ""


def _of_before(context: Step | None, vocabulary: Vocabulary) -> Rule | None:
    """The people of the answer before."""
    if context is None:
        return None
    arguments = context.arguments
    if context.focus == "select":
        told = vocabulary.read(context.slots.words or arguments["words"])
        return told.rule if told and told.settled else None
    trait = _COUNTED.get(arguments.get("metric", ""), "")
    if not trait or not arguments.get("window") or arguments.keys() - {"metric", "window"}:
        return None
    window = arguments["window"]
    if trait == "orders":
        return Rule(all=[Condition(trait=trait, op=">=", value=1, window=window)])
    return Rule(all=[Condition(trait=trait, op="in", value=window)])


def _said(rule: Rule, clause: str, vocabulary: Vocabulary) -> str:
    """The rule in plain words that are read as it, for whoever checks them or adds to them; "" for none."""
    words = getattr(rule_words(rule, builtin()), language_of(clause))
    reading = vocabulary.read(words)
    return words if reading and reading.settled and reading.rule == rule else ""


def _left_outside(found: Marked, vocabulary: Vocabulary) -> bool:
    """Whether a time or a name that no mark has, or a number, stands outside them."""
    rest = templated(found.rest, vocabulary)
    inside = {said for mark in found.marks for said in templated(mark.words, vocabulary).slots.values()}
    return bool(set(rest.slots.values()) - inside or _NUMBER.search(rest.text))


def _without_metrics(words: str, vocabulary: Vocabulary) -> str:
    words = templated(words, vocabulary).text
    return blank(words, vocabulary.metrics.find(words))


def _asked(found: Marked, vocabulary: Vocabulary) -> tuple[str, ...] | None:
    """The figures that are asked of the people; None for one that is not known of selected people."""
    known = catalog.metrics()
    named = {match.key for match in vocabulary.metrics.find(found.rest)}
    named = {name for name in named if name not in known or known[name].unit not in ("customers", "percent")}
    return tuple(sorted(named)) if named <= PROFILED.keys() - {"revenue"} else None
