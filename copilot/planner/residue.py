"""Whether a word that no slot took may narrow a figure, or only tells how it was asked.

A noun, a qualifier or anything unknown may ("登录过的客户", "loyalty orders"): then no figure is shown. What is only
speech (`speech.yaml`) is not even mentioned. An unknown verb or a judgement that stands free ("老板催得紧") narrows
nothing either, and it is said that it was left out; beside what is counted it says which ("投诉了多少人").
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from copilot.planner.dictionary import segmenter, tag
from copilot.planner.lexicon import lexicon

_HAN = re.compile(r"[㐀-鿿]")
_FUNCTION = frozenset({
    "d", "r", "rr", "rz", "m", "q", "mq", "p", "c", "u", "ud", "ug", "uj", "ul", "uv", "uz", "y", "o", "e", "f", "k",
    "z",
})  # fmt: skip
"""Parts of speech that carry no condition, by the tags of ICTCLAS."""
_PLACE = re.compile(r"[东南西北中]+[方部侧]?|.方")
_FREE = frozenset({"v", "vd", "vg", "a", "ad", "i", "l"})
"""Parts of speech that narrow a figure only where they qualify a noun or tell what is counted."""
_RELATIVE = re.compile(r"^(?:过|了|着|到)?[^，,。?？]{0,4}的|^过|^(?:客户|用户|会员|顾客|人(?!$)|订单|单子|商品)")
"""After a verb: it says which, as in "登录过的客户", "投诉订单"."""
_BOUND = re.compile(r"(?:没|未|不|非|被|只|仅|首次|第一次|曾|从)$")
_NEGATED = re.compile(r"(?:没|没有|未|不|非|被)$")
_COUNTS = re.compile(r"^(?:了|过|掉|完|走|来|过来)?的?(?:多少|几|人|客|单|钱)")
_COUNTED = re.compile(r"(?:人|客户|用户|会员|顾客|买家|订单|单子|单)(?:[来去都又被是会在有]|已经|曾经)*$")
"""A verb after or before it says which of them are counted."""
_WISH = re.compile(
    r"(?:want|tr[yi]|ask|plan|hop|lik|wish|need|love|look|go|aim)(?:e?s|e?d|ing|ies|ied)?$"
    r"|curious|keen|eager|supposed"
)
_TO = re.compile(r"^ (?:\w+ )?to\b")
_ENDINGS = (("s", ""), ("es", ""), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"), ("ies", "y"), ("'s", ""))
_DOUBLED = re.compile(r"([b-df-hj-np-tv-z])\1$")
_SPAN = 3
"""Characters from which what was left is a phrase, not a piece of a word."""
MANY = 3
"""So many free verbs say more than how a figure was asked."""


def narrows(word: str, words: str) -> bool:
    """Whether an unused word of a normalised clause may be a condition or name another figure."""
    place = words.find(word)
    before, after = (words[:place], words[place + len(word) :]) if place >= 0 else ("", "")
    if word.isascii():
        return not (_to_an_end(word, after) or is_plain(word))
    if tag(word) not in _FREE or _RELATIVE.match(after) or _BOUND.search(before):
        return True
    return bool(_COUNTS.match(after) or _COUNTED.search(before))


def _to_an_end(word: str, after: str) -> bool:
    """ "wants to know", "curious to see"; what one is allowed to do is a condition."""
    return bool(_WISH.match(word) and _TO.match(after))


def is_plain(word: str) -> bool:
    """Whether an English word, or the one that it is a form of, bears no condition: "wants", "racked"."""
    if "'" in word.strip("'"):
        return all(is_plain(part) for part in word.split("'") if part)
    book = lexicon()
    forms = {word, *(word.removesuffix(end) + mend for end, mend in _ENDINGS if word.endswith(end))}
    forms |= {form[:-1] for form in forms if _DOUBLED.search(form)}
    return any(form in book.plain or form in book.speech for form in forms)


def is_function_word(part: str, before: str = "") -> bool:
    """Whether a word of the dictionary only binds others, or is speech that nothing negates; one that is in no
    dictionary is so where its characters are. "北方" tells a place, though its class is that of "上".
    """
    book = lexicon()
    if part in book.plain or (part in book.speech and not _NEGATED.search(before)):
        return True
    if not (kind := tag(part)):
        return len(part) > 1 and all(is_function_word(each, before) for each in part)
    return kind in _FUNCTION and not _PLACE.fullmatch(part)


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
            if len(part) == 1 and tag(before).startswith("n"):  # "会员日" is cut into 会员 and 日
                start = min(start, at - len(before))
        at, before = at + len(part), part
    return [(start, end)]
