"""Puts the pieces of one angle together: the candidate messages of a brief, the best fit first."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

from tools.compliance.length import PUSH_BODY, PUSH_TITLE, width
from tools.compliance.segments import sms_segments
from tools.drafting.brief import Angle, Channel, DraftBrief
from tools.drafting.extras import makes
from tools.drafting.frame import sms_framed
from tools.drafting.library import patterns
from tools.drafting.pieces import options_of
from tools.merge_fields import FIELD, longest

BANNER_TITLE, BANNER_BODY = {"zh": 28, "en": 34}, {"zh": 60, "en": 90}
"""Columns that a banner shows beside its button; ours, as no platform sets them."""
_LIMITS: dict[Channel, tuple[dict, dict]] = {"push": (PUSH_TITLE, PUSH_BODY), "banner": (BANNER_TITLE, BANNER_BODY)}
_RUNS = re.compile(r"(?=([\u4e00-\u9fff]{2}|\b[A-Za-z']+ [A-Za-z']+ [A-Za-z']+\b))")
"""Two Han in a row, or three words."""
_DRAWN = 40
"""Candidates of one make at most: the lines of each piece are drawn where there are more ways."""


class Candidate(NamedTuple):
    title: str
    preheader: str
    body: str
    button: str
    lines: tuple[str, ...]
    """The pieces as they stand in the library."""
    cta: str
    make: int
    """Place of its make among those asked for: what differs from the plain order of pieces."""
    overflow: int
    """SMS segments beyond one, or columns beyond what is shown."""
    repeats: int
    """Merge fields and runs of words that come twice."""


def candidates(brief: DraftBrief, angle: Angle, brand: str, rng: random.Random, *, turn: int = 0) -> list[Candidate]:
    """Ways to say it, best fit first; `rng` orders equals.

    `turn` rotates which make comes first, unless the brief names a category: then that one does.
    """
    ways = makes(brief, angle)
    start = 0 if brief.category else turn % len(ways)
    ways = ways[start:] + ways[:start]
    found = [each for place, shape in enumerate(ways) for each in _made(shape, place, angle, brief, brand, rng)]
    rng.shuffle(found)
    return sorted(found, key=lambda c: (c.overflow, c.make, c.repeats))


def _made(shape: Sequence[str], place: int, angle: Angle, brief: DraftBrief, brand: str,
          rng: random.Random) -> Iterator[Candidate]:
    options = {piece: options_of(piece, angle, brief) for piece in ("title", "preheader", *shape, "button")}
    kept = {piece: lines for piece, lines in options.items() if lines}
    for chosen in _ways(kept, rng):
        title, preheader, button = (chosen.get(part, "") for part in ("title", "preheader", "button"))
        body = {piece: line for piece, line in chosen.items() if piece not in ("title", "preheader", "button")}
        text = _fill(sms_framed(_join(body, brief), brief, brand), brief, brand)
        head = _fill(title, brief, brand)
        yield Candidate(head, _fill(preheader, brief, brand), text, button, tuple(chosen.values()),
                        body.get("cta", button), place, _overflow(text, head, brief),
                        _repeats([title, preheader, *body.values()]))


def _ways(options: dict[str, list[str]], rng: random.Random) -> Iterator[dict[str, str]]:
    """Every choice of lines, or a fair draw with the shortest among them."""
    if math.prod(map(len, options.values())) <= _DRAWN:
        yield from (dict(zip(options, lines, strict=True)) for lines in product(*options.values()))
        return
    yield {piece: min(lines, key=len) for piece, lines in options.items()}
    for _ in range(_DRAWN):
        yield {piece: rng.choice(lines) for piece, lines in options.items()}


def _join(pieces: dict[str, str], brief: DraftBrief) -> str:
    library = patterns(brief.language, brief.channel)
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


def _fill(text: str, brief: DraftBrief, brand: str) -> str:
    return text.replace("<brand>", brand).replace("<link>", brief.link)


def _overflow(body: str, title: str, brief: DraftBrief) -> int:
    whole = longest(body, brief.language, brief.offer)
    if brief.channel == "sms":
        return sms_segments(whole, market="cn" if brief.language == "zh" else "other").segments - 1
    if brief.channel not in _LIMITS:
        return 0
    titles, bodies = _LIMITS[brief.channel]
    head = longest(title, brief.language, brief.offer)
    return max(width(whole) - bodies[brief.language], 0) + max(width(head) - titles[brief.language], 0)
