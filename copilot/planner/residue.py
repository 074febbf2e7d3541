"""Whether a word that no slot took may narrow a figure, or only tells how it was asked.

A noun, a qualifier or anything unknown may ("登录过的客户", "loyalty orders"): then no figure is shown. A verb that
stands free ("出了多少单", "my boss wants") narrows nothing; it is said that it was left out.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from functools import cache

from copilot.planner.lexicon import lexicon

_HAN = re.compile(r"[㐀-鿿]")
_FUNCTION = frozenset({
    "d", "r", "rr", "rz", "m", "q", "mq", "p", "c", "u", "ud", "ug", "uj", "ul", "uv", "uz", "y", "o", "e", "f", "k",
    "z",
})  # fmt: skip
"""Parts of speech that carry no condition, by the tags of ICTCLAS."""
_PLACE = re.compile(r"[东南西北中]+[方部侧]?|.方")
_VERBS = frozenset({"v", "vd", "vg"})
_RELATIVE = re.compile(r"^(?:过|了|着|到)?[^，,。?？]{0,4}的|^过|^(?:客户|用户|会员|顾客|人(?!$)|订单|单子|商品)")
"""After a verb: it says which, as in "登录过的客户", "投诉订单"."""
_BOUND = re.compile(r"(?:没|未|不|非|被|只|仅|首次|第一次|曾|从)$")
_WISH = re.compile(
    r"(?:want|tr[yi]|ask|plan|hop|lik|wish|need|love|look|go|aim)(?:e?s|e?d|ing|ies|ied)?$"
    r"|curious|keen|eager|supposed"
)
_TO = re.compile(r"^ (?:\w+ )?to\b")
_ENDINGS = (("s", ""), ("es", ""), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"))
_SPAN = 3
"""Characters from which what was left is a phrase, not a piece of a word."""
MANY = 3
"""So many free verbs say more than how a figure was asked."""


def narrows(word: str, words: str) -> bool:
    """Whether an unused word of a normalised clause may be a condition or name another figure."""
    place = words.find(word)
    before, after = (words[:place], words[place + len(word) :]) if place >= 0 else ("", "")
    if word.isascii():
        return not (_to_an_end(word, after) or _everyday(word))
    tag = tags().get(word, "")
    return not (tag in _VERBS and not _RELATIVE.match(after) and not _BOUND.search(before))


def _to_an_end(word: str, after: str) -> bool:
    """ "wants to know", "curious to see"; what one is allowed to do is a condition."""
    return bool(_WISH.match(word) and _TO.match(after))


def _everyday(word: str) -> bool:
    """An inflected form of a word without a condition: "wants", "showed"."""
    plain = lexicon().plain
    return any(word.endswith(end) and word.removesuffix(end) + mend in plain for end, mend in _ENDINGS)


def is_function_word(part: str) -> bool:
    """Whether a word of the dictionary only binds others; "北方" tells a place, though its class is that of "上"."""
    return part in lexicon().plain or (tags().get(part) in _FUNCTION and not _PLACE.fullmatch(part))


def whole_words(found: Iterable[str], words: str) -> list[str]:
    """Unused words as the person wrote them: neighbours that touch are one ("会员日那周"), no word is cut short."""
    spans = sorted({span for word in found for span in _spans(word, words)})
    joined: list[list[int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1][1] = max(end, joined[-1][1])
        else:
            joined.append([start, end])
    return list(dict.fromkeys(words[start:end] for start, end in joined))


def _spans(word: str, words: str) -> list[tuple[int, int]]:
    place = words.find(word)
    if place < 0 or not _HAN.match(word):
        return [(place, place + len(word))] if place >= 0 else []
    start, end = place, place + len(word)
    at, before = 0, ""
    for part in segmenter().cut(words):
        if at < end and at + len(part) > start:
            start = min(start, at)
            end = max(end, at + len(part)) if len(word) < _SPAN else end
            if len(part) == 1 and tags().get(before, "").startswith("n"):  # "会员日" is cut into 会员 and 日
                start = min(start, at - len(before))
        at, before = at + len(part), part
    return [(start, end)]


@cache
def tags() -> dict[str, str]:
    """Words of the segmenter's dictionary by their part of speech."""
    with segmenter().get_dict_file() as lines:
        entries = (line.decode("utf-8").split() for line in lines)
        return {entry[0]: entry[2] for entry in entries if len(entry) == 3}


@cache
def segmenter():  # noqa: ANN201
    import jieba

    jieba.setLogLevel(logging.ERROR)
    return jieba.Tokenizer()
