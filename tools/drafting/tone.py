"""How a text sounds: made livelier, more formal or calmer, its content as it is."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Literal, get_args

import yaml

from tools.definitions import LOADER
from tools.drafting.brief import DraftBrief
from tools.drafting.finish import Words
from tools.drafting.sentences import Sentence, join, split
from tools.drafting.wishes import read_wishes
from tools.errors import BadArgument
from tools.offer import Language

Tone = Literal["lively", "formal", "calm"]
TONES: tuple[Tone, ...] = get_args(Tone)
_SALUTATION = re.compile(r"(?:Hi|Hey|Hello|Dear) \{name\},")
_BETWEEN = re.compile(r"[，,、；;/·。.]|\s*(?:又|且|\band\b|\bbut\b)\s*")


def tone_of(voice: str) -> tuple[Tone | None, list[str]]:
    """The tone that a brand's voice in words asks for ("活泼、年轻", "warm and playful"), and the words it leaves.

    The last word that names a tone wins.
    """
    tone: Tone | None = None
    unknown: list[str] = []
    for word in filter(None, (part.strip() for part in _BETWEEN.split(voice))):
        try:
            asked = read_wishes(word)[0].edit
        except BadArgument:
            asked = ""
        tone = next((each for each in TONES if each == asked), tone)
        unknown += [] if asked in TONES else [word]
    return tone, unknown


def retoned(words: Words, brief: DraftBrief, tone: str) -> Words:
    """The words in another tone; what has to stay, the offer among it, keeps its content."""
    book = _book(brief.language)
    free = [Sentence(_swapped(each.text, book[tone]), each.fixed) if _worded(each) else each
            for each in split(words.body, brief)]
    if tone == "lively" and not any(each.text.rstrip().endswith(("～", "!")) for each in free):
        free = _softened(free, *book["soften"])
    parts = (_swapped(part, book[tone]) for part in (words.title, words.preheader))
    return Words(*parts, join(free, brief.language), words.button)


def reminder(language: Language) -> str:
    """The sentence that a phrase is put into, with the blank {words}."""
    return _book(language)["word"]


def _worded(each: Sentence) -> bool:
    """Whether its wording is free, if not its content: a salutation and an offer may change their tone."""
    return not each.fixed or "{offer}" in each.text or bool(_SALUTATION.match(each.text))


def _softened(sentences: list[Sentence], stop: str, soft: str) -> list[Sentence]:
    """The first free sentence with a softer end."""
    for at, each in enumerate(sentences):
        plain = each.text.rstrip()
        if not each.fixed and plain.endswith(stop.strip()):
            ended = plain.removesuffix(stop.strip()) + soft.strip() + each.text[len(plain):]
            return [*sentences[:at], Sentence(ended, False), *sentences[at + 1:]]
    return sentences


def _swapped(text: str, pairs: list[list[str]]) -> str:
    for pattern, replacement in pairs:
        text = re.sub(pattern, replacement, text)
    return text


@cache
def _book(language: Language) -> dict:
    text = resources.files("tools.drafting").joinpath("tone.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=LOADER)[language]
