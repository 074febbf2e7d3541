"""Puts the pieces of one angle together: every candidate message of a brief, the fullest first."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from tools.compliance.length import PUSH_BODY, PUSH_TITLE, width
from tools.compliance.segments import sms_segments
from tools.drafting.brief import Angle, DraftBrief
from tools.drafting.library import Patterns, patterns
from tools.merge_fields import FIELD, longest

OPT_OUT = {"zh": "拒收请回复R", "en": "Reply STOP to opt out"}
_RUNS = re.compile(r"(?=([\u4e00-\u9fff]{2}|\b[A-Za-z']+ [A-Za-z']+ [A-Za-z']+\b))")
"""Two Han in a row, or three words."""
_SENTENCE_END = tuple("。！？.!?")


class Candidate(NamedTuple):
    title: str
    preheader: str
    body: str
    cta: str
    overflow: int
    """SMS segments beyond one, or push columns beyond what is shown."""
    repeats: int
    """Merge fields and runs of words that come twice."""
    dropped: int
    """Pieces left out to save room."""


def candidates(brief: DraftBrief, angle: Angle, brand: str, rng: random.Random) -> list[Candidate]:
    """Every way to say it, best fit first; equals in an order drawn from `rng`."""
    library = patterns(brief.language, brief.channel)
    found: list[Candidate] = []
    for shape in _shapes(library, angle, brief):
        found += list(_with_shape(shape, library, angle, brief, brand, dropped=len(library.shapes[angle]) - len(shape)))
    rng.shuffle(found)
    return sorted(found, key=lambda c: (c.overflow, c.dropped, c.repeats))


def _shapes(library: Patterns, angle: Angle, brief: DraftBrief) -> list[list[str]]:
    """The whole shape, and for short channels the ones that do without a piece."""
    shape = list(library.shapes[angle])
    if brief.must_say:
        shape.insert(shape.index("cta") if "cta" in shape else len(shape), "must_say")
    if brief.channel == "sms":
        return [shape, [piece for piece in shape if piece != "core"]]
    if brief.channel == "push" and "cta" in shape:
        return [shape, [piece for piece in shape if piece != "cta"]]
    return [shape]


def _with_shape(shape: list[str], library: Patterns, angle: Angle, brief: DraftBrief, brand: str,
                *, dropped: int) -> Iterator[Candidate]:
    options = {piece: _options(piece, library, angle, brief) for piece in shape}
    kept = [piece for piece in shape if options[piece]]
    titles = library.title.get(angle, {}).get(brief.goal, [""])
    for title, preheader, *lines in product(titles, library.preheader.get(angle, [""]), *(options[p] for p in kept)):
        chosen = dict(zip(kept, lines, strict=True))
        head = _fill(library.title_prefix + title, brief, brand)
        body = _fill(_frame(_join(chosen, library, brief), brief, brand), brief, brand)
        yield Candidate(head, _fill(preheader, brief, brand), body, chosen.get("cta", ""),
                        _overflow(body, head, brief), _repeats(list(chosen.values())), dropped)


def _options(piece: str, library: Patterns, angle: Angle, brief: DraftBrief) -> list[str]:
    if piece == "hook":
        return library.hook[angle][brief.tier]
    if piece == "core":
        return library.core[angle][brief.goal]
    if piece == "details":
        text = brief.offer.details(brief.language) if brief.offer else ""
        if brief.channel == "sms":  # every character is billed
            text = text.replace("活动至", "至")
        return [text] if text else []
    if piece == "offer":
        return library.offer[angle] if brief.offer else []
    if piece == "must_say":
        blank = "" if brief.language == "zh" else " "
        return [blank.join(_sentence(text, brief.language) for text in brief.must_say)]
    if piece == "cta":
        return _calls(library, angle, brief)
    if piece == "greet":
        return library.greet[angle]
    return getattr(library, piece)


def _calls(library: Patterns, angle: Angle, brief: DraftBrief) -> list[str]:
    if brief.link and library.cta_link:
        return library.cta_link_goal.get(brief.goal) or library.cta_link[angle]
    return library.cta_goal.get(brief.goal) or library.cta[angle]


def _sentence(text: str, language: str) -> str:
    text = text.strip()
    return text if text.endswith(_SENTENCE_END) else text + ("。" if language == "zh" else ".")


def _join(pieces: dict[str, str], library: Patterns, brief: DraftBrief) -> str:
    usual = "" if brief.language == "zh" else " "
    text, before = "", ""
    for piece, line in pieces.items():
        if piece == "details" and text.endswith("{offer}。"):  # one sentence: …{offer}，活动至6月18日。
            text = text.removesuffix("。") + "，"
        elif text:
            text += library.after.get(before) or library.before.get(piece) or usual
        text, before = text + line, piece
    return text


def _repeats(lines: list[str]) -> int:
    whole = " ".join(lines)
    fields = FIELD.findall(whole)
    plain = FIELD.sub(" ", whole)
    runs = _RUNS.findall(plain)
    return len(fields) - len(set(fields)) + len(runs) - len(set(runs))


def _frame(body: str, brief: DraftBrief, brand: str) -> str:
    """Signature and opt-out of a text message."""
    if brief.channel != "sms":
        return body
    if brief.language == "en":
        return f"{brand}: {body} {OPT_OUT['en']}"
    gap = " " if body.endswith("<link>") else ""  # keeps the opt-out out of the link
    return f"【{brand}】{body}{gap}{OPT_OUT['zh']}"


def _fill(text: str, brief: DraftBrief, brand: str) -> str:
    return text.replace("<brand>", brand).replace("<link>", brief.link)


def _overflow(body: str, title: str, brief: DraftBrief) -> int:
    if brief.channel not in ("sms", "push"):
        return 0
    whole = longest(body, brief.language, brief.offer)
    if brief.channel == "sms":
        return sms_segments(whole, market="cn" if brief.language == "zh" else "other").segments - 1
    head = longest(title, brief.language, brief.offer)
    return max(width(whole) - PUSH_BODY[brief.language], 0) + max(width(head) - PUSH_TITLE[brief.language], 0)
