"""Takes out what websites put around a text: sign-in, sharing, copyright, lists of other pages."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

import yaml

from knowledge.cleaning.lines import Line, kinds
from knowledge.cleaning.script import is_traditional, simplified

NEAR = 3
"""Lines with words between two that stand in one cluster."""
FEWEST = 3
"""Lines of boilerplate that make a text a web page."""
_MARK = re.compile(r"^[-*+•·>#|\s]*(\d{1,2}[.、]\s*)?")
_COUNTER = re.compile(r"_第\d+[页頁]$")
_LISTED = re.compile(r"^\s*([-*+•·]|\d+[.、]|\[)")


def without_boilerplate(lines: list[Line]) -> tuple[list[Line], int]:
    """Return the lines without a website's own, and how many of them there were."""
    found = _boilerplate(lines)
    kept = [line for number, line in enumerate(lines) if number not in found]
    return [line.saying(_COUNTER.sub("", line.text)) for line in kept], len(found)


def _boilerplate(lines: list[Line]) -> set[int]:
    kind = kinds(lines)
    spoken = [n for n, each in enumerate(kind) if each not in ("blank", "table", "code")]
    if not spoken:
        return set()
    words = "\n".join(lines[n].text for n in spoken)
    said = (simplified(words) if is_traditional(words) else words).lower().split("\n")
    bare = {n: re.sub(r"\s+", "", _MARK.sub("", words)) for n, words in zip(spoken, said, strict=True)}
    always, clustered, lists = _patterns()
    sure = {n for n, words in bare.items() if always.fullmatch(words)}
    maybe = {n for n, words in bare.items() if clustered.fullmatch(words) or lists.fullmatch(words)}
    heads = [n for n, words in bare.items() if lists.fullmatch(words)]
    listed = {n for head in heads for n in _list_after(head, lines, spoken)}
    hits = sure | maybe | listed
    if len(hits) < FEWEST:
        return sure
    return sure | listed | _clustered(maybe, hits, spoken)


def _list_after(head: int, lines: list[Line], spoken: list[int]) -> list[int]:
    """The heading and the list below it; nothing where there is no list."""
    below = []
    for number in spoken[spoken.index(head) + 1:]:
        if not _LISTED.match(lines[number].text):
            break
        below.append(number)
    return [head, *below] if below else []


def _clustered(maybe: set[int], hits: set[int], spoken: list[int]) -> set[int]:
    place = {number: at for at, number in enumerate(spoken)}
    return {n for n in maybe if any(abs(place[n] - place[other]) <= NEAR for other in hits if other != n)}


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    text = resources.files("knowledge").joinpath("cleaning", "boilerplate.yaml").read_text(encoding="utf-8")
    groups = yaml.safe_load(text)
    joined = ("|".join(f"(?:{each})" for each in groups[name]) for name in ("always", "clustered", "lists"))
    return tuple(re.compile(each) for each in joined)
