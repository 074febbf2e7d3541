"""What each wish does to a text. An edit that finds nothing to do returns the text as it was."""

from __future__ import annotations

import re
from typing import NamedTuple

from tools.compliance import sms_segments
from tools.compliance.sms import EMOJI
from tools.drafting.brief import ANGLES, Angle, DraftBrief
from tools.drafting.finish import Words
from tools.drafting.generator import angles_of, draft_messages
from tools.drafting.pieces import options_of, sentence
from tools.drafting.sentences import Sentence, join, split, without
from tools.drafting.tone import TONES, reminder, retoned
from tools.drafting.wishes import Wish
from tools.errors import BadArgument
from tools.merge_fields import FIELD, longest, merge_fields

_SHORTER = 0.8
"""Share of its length that a text should fall below when it is made shorter."""


class Text(NamedTuple):
    words: Words
    brief: DraftBrief
    angle: Angle


def edited(text: Text, wish: Wish, brand: str) -> Text:
    """The text with one wish granted. Raises BadArgument `wish_fixed`, or what `draft_messages` raises."""
    if wish.edit in TONES:
        return text._replace(words=retoned(text.words, text.brief, wish.edit))
    if wish.edit in ("angle", "reword"):
        return _written_anew(text, wish, brand)
    return _EDITS[wish.edit](text, wish, brand)


def _shorter(text: Text, wish: Wish, brand: str) -> Text:
    """Take out free sentences, the middle ones first; the first and what asks for something stay longest."""
    found = split(text.words.body, text.brief)
    whole = len(text.words.body)
    while len(join(found, text.brief.language)) > whole * _SHORTER:
        free = [at for at, each in enumerate(found) if not each.fixed]
        if len(free) < 2:
            break
        spare = found[free[1] if len(free) > 2 else free[-1]]
        found = without(found, lambda each, spare=spare: each is spare)
    return _with_body(text, found)


def _longer(text: Text, wish: Wish, brand: str) -> Text:
    body = text.words.body
    pieces = ("reason", "play", "category", "season")
    more = (line for piece in pieces for line in options_of(piece, text.angle, text.brief))
    line = next((line for line in more if line.strip("。. ") not in body), "")
    return _put_in(text, line) if line else text


def _no_emoji(text: Text, wish: Wish, brand: str) -> Text:
    return text._replace(words=Words(*(EMOJI.sub("", part).replace("～", "。") for part in text.words)))


def _no_name(text: Text, wish: Wish, brand: str) -> Text:
    words = []
    for part in text.words:
        for pattern, *replacement in merge_fields()["name"].missing[text.brief.language]:
            part = re.sub(pattern, replacement[0], part)
        words.append(re.sub("\0(\\w)", lambda match: match[1].upper(), part).replace("\0", ""))
    return text._replace(words=Words(*words))


def _no_offer(text: Text, wish: Wish, brand: str) -> Text:
    if not text.brief.offer:
        return text
    bare = text.brief.model_copy(update={"offer": None})
    promised = text.brief.offer.details(text.brief.language)
    marks = ["{offer}", *(term.strip("。.") for term in (promised, promised.removeprefix("活动")) if term)]
    found = without(split(text.words.body, text.brief), lambda each: any(mark in each.text for mark in marks))
    lost = FIELD.findall(text.words.body) != [*FIELD.findall(join(found, bare.language)), "offer"]
    if text.angle == "benefit" or lost or "{offer}" in text.words.title + text.words.preheader:
        angle = text.angle if text.angle != "benefit" else angles_of(bare.model_copy(update={"angles": []}))[0]
        return _drafted(text, bare, angle, brand)
    return _with_body(text._replace(brief=bare), found)


def _drop(text: Text, wish: Wish, brand: str) -> Text:
    """Leave out the sentences that say it; another wording where too little would be left."""
    unwanted = wish.words.casefold()
    whole = "\n".join(text.words)
    brief = text.brief.model_copy(update={"must_not_say": [*text.brief.must_not_say, wish.words]})
    if unwanted not in whole.casefold():
        return text
    found = split(text.words.body, text.brief)
    if any(each.fixed and unwanted in each.text.casefold() for each in found):
        raise BadArgument("wish_fixed", words=wish.words)
    kept = without(found, lambda each: unwanted in each.text.casefold())
    in_body_alone = unwanted not in f"{text.words.title}{text.words.preheader}{text.words.button}".casefold()
    if in_body_alone and sum(not each.fixed for each in kept) >= 1 and FIELD.findall(text.words.body) == FIELD.findall(
            join(kept, brief.language)):
        return _with_body(text._replace(brief=brief), kept)
    return _drafted(text, brief, text.angle, brand)


def _add(text: Text, wish: Wish, brand: str) -> Text:
    if wish.words in text.words.body:
        return text
    zh = text.brief.language == "zh"
    a_phrase = len(wish.words) <= (6 if zh else 24) and not re.search(r"[，,。.!！？?]", wish.words)
    said = reminder(text.brief.language).format(words=wish.words) if a_phrase else wish.words
    brief = text.brief.model_copy(update={"must_say": [*text.brief.must_say, wish.words]})
    line = sentence(said[:1].upper() + said[1:], text.brief.language)
    return _fitted(_put_in(text._replace(brief=brief), line, late=True))


def _fitted(text: Text) -> Text:
    """A text message back within one segment where leaving out a free sentence does it."""
    if text.brief.channel != "sms":
        return text
    market = "cn" if text.brief.language == "zh" else "other"

    def segments(body: str) -> int:
        return sms_segments(longest(body, text.brief.language, text.brief.offer), market=market).segments

    found = split(text.words.body, text.brief)
    free = [each for each in found if not each.fixed][1:]
    shorter = [_with_body(text, without(found, lambda each, spare=spare: each is spare)) for spare in free]
    fits = next((each for each in shorter if segments(each.words.body) == 1), text)
    return text if segments(text.words.body) == 1 else fits


def _replace(text: Text, wish: Wish, brand: str) -> Text:
    """The words replaced; figures that a person types are the brief's own from then on."""
    if any(field not in wish.new for field in FIELD.findall(wish.words)):
        raise BadArgument("wish_fixed", words=wish.words)
    fixed = "".join(each.text for each in split(text.words.body, text.brief) if each.fixed)
    if wish.words in fixed and wish.words not in text.words.body.replace(fixed, ""):
        raise BadArgument("wish_fixed", words=wish.words)
    words = Words(*(part.replace(wish.words, wish.new) for part in text.words))
    return text._replace(words=words) if words != text.words else text


def _written_anew(text: Text, wish: Wish, brand: str) -> Text:
    """Another angle, or the same one in other words."""
    if wish.edit == "reword":
        return _drafted(text, text.brief, text.angle, brand)
    if wish.words and wish.words == text.angle:
        return text
    others = [angle for angle in angles_of(text.brief.model_copy(update={"angles": []})) if angle != text.angle]
    wanted = next((angle for angle in ANGLES if angle == wish.words), others[0])
    if wanted == "benefit" and not text.brief.offer:
        raise BadArgument("wish_needs_offer")
    return _drafted(text, text.brief, wanted, brand)


def _drafted(text: Text, brief: DraftBrief, angle: Angle, brand: str) -> Text:
    """The library's next wording for the angle, unlike the present one."""
    once = brief.model_copy(update={"angles": [angle], "n": 4})
    found = draft_messages(once, brand=brand)
    new = next((each for each in found if each.body != text.words.body and each.title + each.body[:12]
                != text.words.title + text.words.body[:12]), found[-1])
    return Text(Words(new.title, new.preheader, new.body, new.button), brief, angle)


def _put_in(text: Text, line: str, *, late: bool = False) -> Text:
    """The line after the last free sentence before the offer; `late`, after the offer and before the call."""
    found = split(text.words.body, text.brief)
    free = [at for at, each in enumerate(found) if not each.fixed]
    offered = max((at for at, each in enumerate(found) if each.fixed and _promises(each, text.brief)), default=-1)
    before = [at for at in free if at < offered]
    place = offered if late and offered >= 0 else (before or free[:-1] or free or [0])[-1]
    held, blank = found[place], "" if text.brief.language == "zh" else " "
    ended = held.text.rstrip()
    found[place:place + 1] = [Sentence(ended + blank, held.fixed), Sentence(line + held.text[len(ended):], False)]
    return _with_body(text, found)


def _promises(each: Sentence, brief: DraftBrief) -> bool:
    details = brief.offer.details(brief.language).rstrip("。.") if brief.offer else ""
    return "{offer}" in each.text or bool(details) and details in each.text


def _with_body(text: Text, sentences: list[Sentence]) -> Text:
    return text._replace(words=text.words._replace(body=join(sentences, text.brief.language)))


_EDITS = {"shorter": _shorter, "longer": _longer, "no_emoji": _no_emoji, "no_name": _no_name, "no_offer": _no_offer,
          "drop": _drop, "add": _add, "replace": _replace}
