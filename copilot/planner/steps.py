"""Turn clauses into steps: which tool to call with what, and what the answer should lead with."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from copilot.language import language_of
from copilot.planner.accounting import passed_over
from copilot.planner.advice import asks_whether_usual
from copilot.planner.ahead import as_comparison
from copilot.planner.answered import about_the_answer, as_meant, back_to, notes, without_asides
from copilot.planner.asking import unequal
from copilot.planner.building import BUILDERS
from copilot.planner.campaigning import STEPS as CAMPAIGNS
from copilot.planner.campaigning import campaigning, for_those
from copilot.planner.checking import STEPS as CHECKS
from copilot.planner.checking import checking, holds_a_message, of_the_quoted
from copilot.planner.clauses import sentences, split_clauses
from copilot.planner.diagnosing import STEPS as DIAGNOSES
from copilot.planner.diagnosing import diagnosing
from copilot.planner.excepting import with_the_others
from copilot.planner.focus import decide
from copilot.planner.grammar import ranks_changes
from copilot.planner.leftover import counts_something_else, leftover, tells_more_than_it_asks, unusable_condition
from copilot.planner.lexicon import lexicon
from copilot.planner.matching import blank
from copilot.planner.nicknames import by_name
from copilot.planner.offering import as_chosen, chosen, of_a_word
from copilot.planner.people import people_condition
from copilot.planner.reading import read_slots
from copilot.planner.recall import of_whom, plays, recalled
from copilot.planner.remember import STEPS, remembered
from copilot.planner.residue import MANY, narrows, whole_words
from copilot.planner.restating import asks_amount, restated
from copilot.planner.revising import as_drafted, revising
from copilot.planner.router import Router
from copilot.planner.rules import EFFECT
from copilot.planner.searching import search_step, searched
from copilot.planner.second import heard_again, heard_as_one, heard_whole, hears_a_check, names_nothing, picked_whole
from copilot.planner.slots import Slots
from copilot.planner.spans import outside_data
from copilot.planner.spelling import corrected, expanded
from copilot.planner.step import Step
from copilot.planner.thread import Thread
from copilot.planner.tiernames import with_tiers_named
from copilot.planner.unsaid import means_a_campaign
from copilot.planner.vocabulary import Vocabulary

_OWN = STEPS | DIAGNOSES | CHECKS | CAMPAIGNS
"""Focuses that a later question does not lean on."""
_A_YEAR = re.compile(r"\b(?:this|last) year\b|今年|去年|前年|(?<![\d.,¥$])20[12]\d(?!\d)")
_FIGURES = frozenset({
    "metric", "tier_count", "tier_moved", "migration", "tier_split", "tier_trend", "compare", "why_metric", "why_tier",
    "cohort", "repurchase", "rfm", "lifecycle", "tags", "lifetime", "lifetime_why", "expected", "next_choices",
})  # fmt: skip
_REFUSING = frozenset({"metric", "compare", "why_metric", "cohort", "repurchase", "tier_split"})
"""Focuses whose tools read the window themselves, and refuse one outside the data."""
_PERIODS = frozenset({"day", "weekday", "week", "month", "quarter"})
_AMOUNTS = frozenset({"amount", "count", "share", "trend", "moved", "migrate", "define", "criteria", "why", "money"})
"""Cues of somebody who wants a figure."""
_JOINING = re.compile(r"^[和与跟及或](?=[一-鿿]{2})")
_SHORT = 30
"""Characters of a clause that only continues, at most."""
_ASKING = frozenset({
    "howto", "case", "what_is", "define", "why", "draft", "others", "house_rules", "relation", "thanks",
})  # fmt: skip
"""Cues of somebody who wants something else than a figure."""
_SOLD = re.compile(r"[卖买]|销量|销售|\b(?:sold|sell\w*|sales|revenue|b(?:uy\w*|ought))\b")
_MOST_GOODS = 12
_COMMA = {"zh": "、", "en": ", "}
_MEANING = frozenset({"define", "tier_define"})
"""What a figure or a tier means: without data to compute it from, the cards tell."""


def plan(
    question: str, vocabulary: Vocabulary, earlier: Step | None, router: Router | None = None,
    known: Step | None = None, made: Step | None = None, thread: Thread | None = None,
) -> list[Step]:  # fmt: skip
    """Plan the steps of a question.

    `earlier` is the last step of the thread's previous turn; `router` places what the lexicon does not know.
    `known` is the thread's last diagnosis: what was answered in it need not be said again.
    `made` is the thread's last campaign: "submit it" means that one.
    `thread` holds the turns before; without it there is only `earlier`.
    """
    thread = thread or Thread(((earlier,),) if earlier else ())
    if step := checking(question, earlier):  # a pasted message is data, whatever it says
        return [step]
    question = of_whom(question, thread)
    if again := about_the_answer(question, thread):
        return again
    if lesson := remembered(question, vocabulary, earlier):  # its words are quoted whole, whatever they name
        return [lesson]
    if proposed := campaigning(question, earlier, made):
        return for_those(thread.tiers, proposed)
    if step := revising(question, vocabulary, earlier):
        return [step]
    if holds_a_message(question) and hears_a_check(question, vocabulary):
        return [of_the_quoted(question)]
    if step := diagnosing(question, earlier, known):  # a brand is described by the whole question
        return [step]
    earlier = None if earlier and earlier.focus in _OWN else as_drafted(earlier)
    if option := chosen(question, earlier):
        focus, slots = as_chosen(option, earlier.slots, vocabulary)
        return _taken(focus, slots, None, vocabulary, None) if focus else _steps(slots, None, vocabulary, None)
    steps: list[Step] = []
    question, which = back_to(as_meant(without_asides(question)), thread)
    if which and not question:
        return [which]
    earlier = which or earlier
    question = as_comparison(by_name(with_tiers_named(expanded(question)), vocabulary.campaigns))
    question = with_the_others(question, vocabulary)
    wanted = corrected(question, vocabulary, router.is_word if router else None)
    clauses = split_clauses(wanted, vocabulary)
    clauses = [clause for clause in clauses if not notes(clause)] or clauses
    unclear = True
    for index, clause in enumerate(clauses):
        if step := diagnosing(clause, None, known):
            steps.append(step)
            unclear = False
            continue
        if not steps and (play := plays(clause, thread)):
            steps += play
            continue
        slots, context = read_slots(clause, vocabulary), steps[-1] if steps else earlier
        if not steps:
            slots, context = recalled(slots, context, thread)
        read = _steps(slots, context, vocabulary, router, same_question=index > 0)
        unclear = unclear and names_nothing(read)
        steps += read if len(clauses) > 1 and unclear else heard_again(clause, read, context, vocabulary, router)
    if len(clauses) > 1 and unclear:
        steps = heard_whole(wanted, earlier, vocabulary, router) or steps
    if len(clauses) > 1:
        steps = (picked_whole(wanted, steps, earlier, vocabulary, router)
                 or heard_as_one(wanted, steps, earlier, vocabulary, router) or steps)  # fmt: skip
    return _without_smalltalk(_unique(searched(steps, sentences(wanted, vocabulary), question, wanted, vocabulary)))


def _steps(
    slots: Slots, context: Step | None, vocabulary: Vocabulary, router: Router | None, *, same_question: bool = False
) -> list[Step]:
    focus, slots = decide(slots, context, router, vocabulary, same_question=same_question)
    return _taken(focus, slots, context, vocabulary, router, same_question=same_question)


def _taken(
    focus: str, slots: Slots, context: Step | None, vocabulary: Vocabulary, router: Router | None, *,
    same_question: bool = False,
) -> list[Step]:  # fmt: skip
    """The steps of a clause that wants this."""
    if focus == "skip":
        return []
    if focus in _MEANING and vocabulary.last_day is None:
        focus = "knowledge"
    if focus == "define" and (slots.windows or slots.filters or slots.dimensions):
        focus = "metric"  # "what does an order come to on Tmall this year" asks for the figure, not for its meaning
    figure = focus in _FIGURES
    retry = partial(_retried, context=context, vocabulary=vocabulary, router=router, same_question=same_question)
    if figure or (focus == "knowledge" and (asks_amount(slots) or _continues(slots, context))):
        slots = replace(slots, unused=_unused(slots, vocabulary))
        if meant := retry(slots, slots.unused):
            return meant
        if focus == "knowledge" and same_question and not slots.unused and _continues(slots, context):
            return []  # "give me an exact number": what came before has said it
    dated = focus == "knowledge" and slots.windows and not slots.cues & _ASKING
    if (figure or dated) and (two := of_a_word(slots, slots.unused or _unused(slots, vocabulary), router)):
        return [two]
    if barred := _barred(focus, slots, vocabulary):
        return [barred]
    if focus == "knowledge" and context is not None and _says_nothing(
        slots, vocabulary, of_a_draft=context.focus == "draft"
    ):
        return [Step("say.edits" if context.focus == "draft" else "ask.further", slots=context.slots)]
    build = BUILDERS.get(focus)
    steps = build(slots, vocabulary) if build else [Step(focus, slots=slots)]
    if figure and (idle := passed_over(slots, steps, vocabulary)):
        return retry(slots, idle) or [_left_open(slots, idle, vocabulary)]
    if focus in {"metric", "define"} and asks_whether_usual(slots.text):
        steps.append(search_step(slots))
    return steps


def _retried(
    slots: Slots, words: Iterable[str], context: Step | None, vocabulary: Vocabulary, router: Router | None,
    same_question: bool,
) -> list[Step]:  # fmt: skip
    """The steps of the clause with these words read as known ones; none where they mean nothing known."""
    if router is None or slots.read_as:
        return []
    meant = restated(slots, words, router, vocabulary)
    return _steps(meant, context, vocabulary, router, same_question=same_question) if meant else []


def _continues(slots: Slots, context: Step | None) -> bool:
    """Whether a clause names nothing of its own beside a figure that was asked for."""
    named = slots.metrics or slots.tiers or slots.filters or slots.windows or slots.dimensions or slots.goal
    asked = context is not None and (context.focus in _FIGURES or context.focus.startswith("say."))
    return asked and not named and len(slots.text) < _SHORT and not slots.cues & _ASKING


def _says_nothing(slots: Slots, vocabulary: Vocabulary, *, of_a_draft: bool) -> bool:
    """Whether a short clause names nothing that could be looked up: "which is worse", or of a draft, "加点emoji"."""
    named = (slots.metrics or slots.tiers or slots.all_tiers or slots.filters or slots.windows or slots.dimensions
             or slots.goal or slots.channels or slots.offer or slots.about)  # fmt: skip
    plain = not slots.cues & (_ASKING | {"framework", "tags", "rfm", "lifetime", "cohort"})
    return not named and plain and len(slots.text) < _SHORT and (of_a_draft or not leftover(slots.said, vocabulary))


def _barred(focus: str, slots: Slots, vocabulary: Vocabulary) -> Step | None:
    """What is said or asked in place of a figure; None where nothing stands in its way."""
    if focus not in _FIGURES:
        condition = unusable_condition(slots.said, vocabulary) if focus == "knowledge" and asks_amount(slots) else ""
        return _said(replace(slots, unused=()), condition) if condition else None
    if condition := unusable_condition(slots.said, vocabulary) or people_condition(slots, vocabulary):
        return _left_open(replace(slots, unused=()), [condition], vocabulary)
    if focus not in _REFUSING and (outside := outside_data(slots.windows, vocabulary)):
        # Where tiers are told of a day, only a metric's refusal says which days there are.
        return Step("metric", "query_metric", {"metric": "customers", "window": outside}, replace(slots, unused=()))
    if focus == "metric" and not slots.metrics and (slots.unused or slots.order) and not _ranks_sales(slots):
        return Step("ask.metric", slots=slots)  # what it is ranked by is not guessed
    if _is_no_figure(focus, slots):
        return search_step(slots)
    if focus == "metric" and means_a_campaign(slots):
        return Step("ask.campaign", slots=slots)
    if focus == "metric" and "versus" in slots.cues and unequal(slots, vocabulary):
        return Step("ask.subject", slots=slots)
    if _bind(slots):  # a figure must not pass over what was not understood
        return _left_open(slots, slots.unused, vocabulary)
    return None


def _ranks_sales(slots: Slots) -> bool:
    """Whether what is ranked is taken for sales: of certain days, days among each other, or by how they grew."""
    among = set(slots.dimensions) & _PERIODS or ranks_changes(slots.text)
    return bool(slots.windows) or (bool(among) and not slots.unused)


def _said(slots: Slots, condition: str) -> Step:
    return Step("say.condition", slots=replace(slots, condition=condition))


def _is_no_figure(focus: str, slots: Slots) -> bool:
    """Whether what is asked is not in the data, though a figure or a tier is named."""
    if focus == "metric" and counts_something_else(slots.text, slots.unused):  # "how many rounds of testing"
        return True
    narrowed = slots.windows or slots.filters or slots.dimensions or slots.compare or _AMOUNTS & slots.cues
    return not narrowed and tells_more_than_it_asks(slots.text, slots.unused)


def _bind(slots: Slots) -> bool:
    """Whether one of the unused words may be a condition, or there are many of them."""
    return len(slots.unused) >= MANY or any(narrows(word, slots.text) for word in slots.unused)


def _left_open(slots: Slots, words: Iterable[str], vocabulary: Vocabulary) -> Step:
    """Say which of the person's words stand in the way of a figure, and what goods there are where it may be one."""
    goods = vocabulary.values.get("category")
    if goods and _SOLD.search(slots.text) and not {"category", "product"} & set(slots.filters):
        slots = replace(slots, offered=tuple(dict.fromkeys(goods.terms.values()))[:_MOST_GOODS])
    named = [_JOINING.sub("", word) for word in whole_words(words, slots.text) or words]
    return _said(slots, _COMMA[language_of(slots.said)].join(named))


def _unused(slots: Slots, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Content words that no slot took; what a campaign was for is no filter of its effect."""
    words = leftover(slots.said, vocabulary)[:4]
    dated = slots.windows or slots.compare or "campaign" in slots.filters
    if not dated and (year := _A_YEAR.search(slots.text)):  # said, and not read as days
        words = [*words, year.group()]
    if asks_whether_usual(slots.text):  # "is 30% good?": the figure is set beside ours
        words = [word for word in words if not word[0].isdigit()]
    words = [word for word in words if word not in slots.windows]  # "which month in 2026"
    if any(name.endswith("_per_day") for name in slots.metrics):
        words = [word for word in words if word not in {"日均", "每日"}]
    told_apart = "channel" in slots.filters and slots.windows  # each campaign of them stands by its name
    if slots.goal and EFFECT in slots.metrics and not told_apart:
        named = vocabulary.values.get("campaign")
        rest = blank(slots.text, named.find(slots.text)) if named else slots.text
        words = [*words, *(rest[match.start : match.end] for match in lexicon().goals.find(rest))]
    return tuple(words)


def _unique(steps: list[Step]) -> list[Step]:
    """The steps without those that another one asks again, or asks with a comparison: "… and against last year?"."""
    kept: list[Step] = []
    for place, step in enumerate(steps):
        again = any(_asks_as_much(other, step) for other in kept)
        if not (step.tool and (again or any(_asks_more(other, step) for other in steps[place + 1 :]))):
            kept.append(step)
    return kept


def _asks_as_much(other: Step, step: Step) -> bool:
    return (other.tool, other.arguments) == (step.tool, step.arguments)


def _asks_more(other: Step, step: Step) -> bool:
    """Whether another figure is the same one with a comparison."""
    plain = {name: value for name, value in other.arguments.items() if name != "compare"}
    return other.focus == step.focus == "metric" and plain == step.arguments != other.arguments


def _without_smalltalk(steps: list[Step]) -> list[Step]:
    """A greeting before a real question needs no reply of its own."""
    real = [step for step in steps if step.focus not in {"say.greet", "say.thanks"}]
    if any(step.focus == "say.personal" for step in real):  # nor does what a phone number is wanted for
        real = [step for step in real if step.focus != "knowledge"]
    return real or steps[:1]
