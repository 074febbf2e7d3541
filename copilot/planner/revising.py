"""Hear that drafts are to be changed: "更活泼一点", "shorter, no emoji"; the wish goes on as it was said."""

from __future__ import annotations

import re
from dataclasses import replace

from copilot.catalogue import text
from copilot.findings import Findings
from copilot.planner.compose_words import draft_lines
from copilot.planner.prose import join
from copilot.planner.reading import asks_copies, read_slots
from copilot.planner.step import Step
from copilot.planner.vocabulary import Vocabulary
from tools.drafting.wishes import Wish, read_wishes
from tools.errors import BadArgument

REVISED, NO_DRAFT, DRAFTED = "revise", "say.no_draft", "draft"
_LONGEST = 80
"""Characters of a wish at most."""
_OPENING = re.compile(
    r"(?:(?:ok(?:ay)?|good|nice|great|fine|not bad|hmm|no|nah|nope|yes"
    r"|可以|好的?|不错|还行|嗯+|行|那)\s*[,，.。!！]\s*)+",
    re.I,
)
_POLITE = re.compile(
    r"^(?:nah|nope|no|ok|hmm) (?=make|try|keep|shorter|longer)"
    r"|^(?:please |pls )?(?:can|could|would) (?:you|u|we) (?:please |pls )?(?=\w)|^(?:你?能不能|可不可以)",
    re.I,
)
_ALL_OF_THEM = re.compile(r"\b(make|keep) (?:them(?: all| both)?|both|these|those|all of them)\b", re.I)
_AND = re.compile(r"\s*(?:[,，;；]\s*(?:and\b|and then\b)?|\band\b|并且|而且|然后|再)\s*", re.I)
_PLACES = ("一1first", "二2两second", "三3third", "四4fourth", "五5fifth", "六6sixth")
_PLACE = re.compile(
    r"(?:把|将)?第(?P<zh>[一二三四五六1-6])[条个版](?:短信|文案|推送|消息|草稿)?(?:的)?[,，:：]?\s*"
    r"|\b(?:the )?(?P<en>first|second|third|fourth|fifth|sixth) (?:one|draft|version|text|message)\b[:,]?\s*"
    r"|\b(?:draft|number|version|no\.) ?(?P<n>[1-6])\b[:,]?\s*", re.I,
)  # fmt: skip
_LEFT_OUT = re.compile(
    r"别|不要|去掉|删|拿掉|去除|不(?:再)?(?:提|写|说)|不用(?!了)"
    r"|(?:please )?(?:without|remove|drop|delete|leave out|take out|don't|skip|avoid"
    r"|no (?!thanks|thank|problem|worries|need|idea|more))",
    re.I,
)  # fmt: skip
_OTHERS = frozenset({
    "thanks", "why", "howto", "count", "amount", "personal", "send", "case", "health", "data", "offtopic",
})  # fmt: skip
"""Cues of another wish, where words to leave out or put in could be anything."""
_SURE = frozenset({"lively", "formal", "shorter", "no_emoji", "no_offer", "angle", "reword"})
"""Edits that are of a draft whatever came before; "more detail" may be of an answer."""
_ADDED = re.compile(
    r"(?:再|请|帮我)?(?:加上|加入|添上|别提)[^\d,，。]{1,8}|(?:please )?(?:add|mention) [a-z' ]{3,20}", re.I
)
_SWITCHED = re.compile(
    r"(?:请|帮我)?(?:换成|改成|翻成)|(?:please )?(?:make it|switch (?:it )?to|put it in|in) \w", re.I
)
_TRANSLATED = re.compile(
    r"\W*(?:那|请|帮我|再|也|麻烦|能不能|可以)*(?:把|将)?(?:它|这条|这些|上面(?:那条|的)?|刚才那条|全部|都"
    r"|第.条)?(?:给我)?(?:换成|改成|翻成|翻译成|译成|来个|来一版|出|要|写)"
    r"(?:一)?(?:个|版|份)?(?:中文|英文|英语)(?:版|的|版本)?(?:吧|呢|吗|看看|\W)*"
    r"|\W*(?:and |ok |now |please |can you )*(?:(?:translate|put|turn|make|switch|change|write|give me"
    r"|do) )?(?:it |that |this |them |the text )?"
    r"(?:in ?to|to|in) (?:chinese|english|mandarin)(?: please| version| now)?\W*",
    re.I,
)
"""Only another language."""
_OF_FEELING = re.compile(
    r"(?:add|give it|needs?|use|with) (?:a |some |more )?(?:(?:sense|touch|bit|hint|dash|feeling) of|urgency"
    r"|emotion|humou?r|emojis?)\b"
    r"|(?:加|来|带|有|多)(?:点|些|个)?(?:紧迫感|感情|情绪|幽默|表情|emoji|颜文字|温度|氛围|仪式感)", re.I,
)
"""A feeling cannot be put in as a word."""
_OF_TONE = re.compile(
    r"(?:it'?s |that'?s |make (?:it|them) |sounds? |feels? )?(?:(?:a (?:bit|little) |much |way |far )?(?:less"
    r"|more|too|not so|not as)"
    r"|don't be so|don't sound so) [a-z-]{3,16}"
    r"|(?:别|不要)(?:那么|这么|太)[^,，。\d]{1,6}|(?:更|再(?!来|写|出|给)|太|有点|加点|加个|带点|来点|多点"
    r"|少点)[^,，。\d吗呢]{1,8}(?:一?点|些|了)?",
    re.I,
)
"""How a text should sound, or what it should have, in words that no edit knows."""
_PEOPLE = frozenset({"select", "segments"})
"""After these words to add or leave out are conditions on people."""
_SHORT = 24
"""Characters of a wish that is made out of nothing, at most."""


def revising(question: str, vocabulary: Vocabulary, earlier: Step | None) -> Step | None:
    """The step that changes a draft of the turn before, or says that there is none; None for other wishes."""
    if len(question) > _LONGEST:
        return None
    said = _OPENING.sub("", question.strip(), count=1) if _OPENING.match(question.strip()) else question.strip()
    if _POLITE.match(said):
        said = _POLITE.sub("", said).rstrip("?？ ")
    said = _ALL_OF_THEM.sub(r"\1 it", said)
    if earlier is None or earlier.focus not in {DRAFTED, REVISED}:
        return Step(NO_DRAFT) if _asks_without(said, vocabulary, earlier) else None
    place, wish = _placed(said)
    edits, others = _parted(wish)
    if others and edits and not _anew(", ".join(others), vocabulary):
        wish, left = ", ".join(edits), ", ".join(others)  # what no edit does is said beside the new version
    else:
        left = ""
    if _OF_FEELING.match(wish):
        return Step("say.edits")
    if not _is_wish(wish, vocabulary):
        return Step("say.edits") if _OF_TONE.fullmatch(wish) and not _anew(wish, vocabulary) else None
    draft = _meant(earlier, place)
    # The slots stay the drafts': "make it WeCom" after this leans on them.
    slots = replace(earlier.slots, condition=left)
    return Step(REVISED, "revise_draft", {"wish": wish} | ({"draft": draft} if draft else {}), slots,
                held=earlier.held)  # fmt: skip


def revised(step: Step, findings: Findings, language: str) -> str:
    """The new version, and how to change another one."""
    (draft,) = findings.drafts
    lead = text("planner.revised", language, wish=step.arguments["wish"], id=draft.id, parent=draft.parent)
    left = text("planner.revise_left", language, words=step.slots.condition) if step.slots.condition else ""
    others = text("planner.revise_other", language) if len(step.held) > 1 else ""
    return join(lead, draft_lines(findings.drafts, language), left, others, text("planner.human_approves", language))


def holding(step: Step, findings: Findings) -> Step:
    """The step as the next turn should know it: with its drafts, and the one that was changed last."""
    made = tuple(draft.id for draft in findings.drafts)
    if not made or step.focus not in {DRAFTED, REVISED}:
        return step
    if step.focus == DRAFTED:
        return replace(step, held=made)
    before = step.arguments.get("draft", "")
    held = tuple(made[-1] if id == before else id for id in step.held) or made
    return replace(step, held=held, arguments=step.arguments | {"draft": made[-1]})


def as_drafted(step: Step | None) -> Step | None:
    """A changed draft is still a draft to what follows."""
    return replace(step, focus=DRAFTED) if step and step.focus == REVISED else step


def _meant(earlier: Step, place: int | None) -> str:
    """The draft that was named by its place, else the one changed last, else the last one."""
    if place is not None and place < len(earlier.held):
        return earlier.held[place]
    return earlier.arguments.get("draft") or next(reversed(earlier.held), "")


def _placed(said: str) -> tuple[int | None, str]:
    """Which of the drafts is meant, from 0, and the wish without it: "make the second one shorter"."""
    match = _PLACE.search(said)
    if match is None:
        return None, said
    named = (match["zh"] or match["en"] or match["n"]).lower()
    place = next(at for at, names in enumerate(_PLACES) if named in names)
    before, after = said[: match.start()], said[match.end() :]
    wish = f"{before}it {after}" if before.strip() and before.isascii() else f"{before}{after}"
    return place, wish.strip()


def _wishes(wish: str) -> list[Wish]:
    try:
        return read_wishes(wish)
    except BadArgument:
        return []


def _parted(wish: str) -> tuple[list[str], list[str]]:
    """The parts of a wish that are edits, and those that are none."""
    parts = [part.strip() for part in _AND.split(wish) if part.strip()]
    return [part for part in parts if _wishes(part)], [part for part in parts if not _wishes(part)]


def tone(question: str) -> str:
    """The edits that a wish for another draft says beside it: "shorter, and make it WeCom"."""
    edits, others = _parted(question)
    return ", ".join(edits) if others else ""


def _anew(wish: str, vocabulary: Vocabulary) -> bool:
    """Whether words name another channel, tier, offer or language: a draft anew."""
    slots = read_slots(wish, vocabulary)
    return bool(slots.channels or slots.tiers or slots.offer or slots.message_language)


def _is_wish(wish: str, vocabulary: Vocabulary) -> bool:
    """Whether words change the text itself. Another channel, tier, offer or language is a draft anew."""
    slots, wishes = read_slots(wish, vocabulary), _wishes(wish)
    if slots.message_language and _TRANSLATED.fullmatch(wish):
        return False
    anew = _anew(wish, vocabulary)
    if not wishes:
        return "revise" in slots.cues and not (anew or slots.copies or slots.goal)
    if any(each.edit in {"drop", "add"} for each in wishes) and slots.cues & _OTHERS:
        return False
    if any(each.edit == "drop" for each in wishes):
        return bool(_LEFT_OUT.search(wish))
    return not anew or any(each.edit == "replace" for each in wishes)


def _asks_without(said: str, vocabulary: Vocabulary, earlier: Step | None) -> bool:
    """Whether a wish is made where no draft was written just before."""
    if earlier and (earlier.asks or earlier.focus.startswith("ask.") or earlier.focus in _PEOPLE):
        return False
    _, wish = _placed(said)
    if asks_copies(said.lower()):  # a brief with its tone: "two texts for …, not too sweet"
        return False
    wishes = _wishes(wish)
    if wishes and all(each.edit in _SURE for each in wishes):
        return True
    if earlier is not None or len(said) > _SHORT:
        return False
    slots = read_slots(wish, vocabulary)
    if slots.cues & _OTHERS:
        return False
    switched = bool(slots.channels or slots.message_language) and bool(_SWITCHED.match(wish))
    return switched or bool(_ADDED.fullmatch(wish)) or "revise" in slots.cues and not slots.metrics
