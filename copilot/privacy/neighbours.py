"""Names beside other personal data: "给王小明 13800138000 发短信", "Emma Clarke emma@x.com", "王小明的电话".

Hardly a word is a name for sure; a number, an address or papers on the same line make what looks like one a name. A
Chinese one is a family name with one or two characters more between words that a name stands between, and no word of
the dictionary; a Latin one is a row of capitalised words that are no things, places or days, or pinyin.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Literal, NamedTuple

from copilot.privacy.nameless import FAMILY_OR_WORD, FAMILY_PINYIN, PLAIN, THINGS
from copilot.privacy.surnames import DOUBLE, SURNAMES
from knowledge import lexical
from knowledge.cleaning import simplified
from knowledge.dictionary import entries

Span = tuple[int, int]
BESIDE, BESIDE_LATIN = 16, 40
"""Characters between a name and what makes it one; as many words take more of them in Latin letters."""
REACH = 120
"""Characters on each side of personal data in which names are looked for."""
_HAN = "[\u4e00-\u9fff]"
_AFTER = (
    "的|又|再|电话|手机|电邮|号码|邮箱|邮件|微信|身份证|护照|地址|住址|车牌|联系|女士|先生|小姐|太太|老师|经理|店长|同学|是|在|用|说|讲|想[要退问换]|要|问|发|"
    "打|回|收|退|换|买|购|投诉|下单|订|上[次周个月]|今天|昨天|最近|刚[刚才]|已|没|不|也|都|就|还|和|与|跟|给|把|被|让|找|从|到|那|这|两|个|本人|名下"
)
"""What may follow a name, and no name holds."""
_BEFORE = "给找问把和跟与及是叫的向请位为对由让帮替被将户员客系人购长理事知诉醒复名友家主下天午开了到加查约说发送写姓"
"""Letters that a name may follow."""
_TITLES = "总|经理|店长|老师|主任|姐|哥|阿姨|叔|师傅|医生"
_NO_STARTS = "周[一二三四五六日末天]"
_NICKNAME = re.compile(
    rf"[小老](?:{SURNAMES})(?=(?:{_AFTER})|(?!{_HAN}))|(?:{SURNAMES})(?=(?:{_TITLES})(?:(?:{_AFTER})|(?!{_HAN})))"
    rf"|{_HAN}{{2,6}}(?:·{_HAN}{{2,8}})+"
)
"""小王, 老李, 王总 and 阿迪力·买买提."""
_FAMILY = re.compile(rf"(?!{_NO_STARTS})(?:{SURNAMES})(?={_HAN})")
_GIVEN = [re.compile(rf"(?:(?!{_AFTER}){_HAN}){{{letters}}}") for letters in (2, 1)]
_START = re.compile(rf"(?:^|(?!{_HAN}).|[{_BEFORE}])$", re.S)
_END = re.compile(rf"{_AFTER}|(?!{_HAN})")
_NO_ENDS = (
    "店仓库部组区县省市镇村路街巷楼厂司院校馆所站台网群号卡券单款类品套盒瓶袋箱装版线衣裤裙鞋帽"
    "膏液油乳粉霜奶糕饼酒价额率量费表们度期吗呢吧么啊了工"
)
"""Letters that shops, things and figures end in, and names do not."""
_KNOWN, _COMMON = 60, 600
"""Times that the dictionary counted a name from which it is a word as well, and from which it is hardly ever a name."""
_NUMBER_AFTER, _NUMBER_BEFORE = re.compile(r"[^\w\0]{0,3}\0"), re.compile(r"\0[^\w\0]{0,3}$")
_WORD = r"(?:[OD]'|Mc|Mac)?[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]+(?:-[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]+)?"
_LITTLE = r"(?: [A-Z]\.)? (?:(?:de|da|van|von|der|bin|al|la) )*"
_LATIN = re.compile(rf"(?<![\w@.+-]){_WORD}(?:{_LITTLE}{_WORD}){{0,4}}(?![\w@])")
_SYLLABLE = (
    "(?:zh|ch|sh|[bpmfdtnlgkhjqxzcsryw])?"
    "(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ui|ao|ou|iu|ie|ue|er|an|en|in|un|ia|ua|uo|a|e|i|u)"
)
_PINYIN = re.compile(
    rf"(?<![\w@.+-])(?:(?:{FAMILY_PINYIN}) (?:{_SYLLABLE}){{1,3}}|(?:{FAMILY_OR_WORD}) (?:{_SYLLABLE}){{2,3}}"
    rf"|(?:{_SYLLABLE}){{1,3}} (?:{FAMILY_PINYIN}))(?![\w@-])"
)
_TOLD = re.compile(
    r"(?i)\b(?:tell|ask|call|text|e-?mail|message|remind|contact|phone|named|dear|to|for|from|customer) $"
)
_OWNED = re.compile(
    r"的?(?:电话|手机|邮箱|微信|身份证|护照|家?住址|地址|生日)"
    r"|['’]s (?:phone|mobile|number|e-?mail|address|birthday|birth date)"
)


def names(words: str, others: Sequence[Span]) -> list[Span]:
    """Names beside the personal data at `others`, or beside a word for what belongs to one, from left to right."""
    owned = [match.start() for match in _OWNED.finditer(words)]
    if not others and not owned:
        return []
    others, hidden = sorted(others), list(words)
    for start, end in others:
        hidden[start:end] = "\0" * (end - start)  # a name goes over no end of a number
    plain = "".join(hidden)
    if len(simple := simplified(plain)) == len(plain):
        plain = simple
    return sorted(
        (start + at, start + end) for start, stop in _around([*others, *((at, at) for at in owned)], len(words))
        for at, end in {*_chinese(plain[start:stop]), *_latin(plain[start:stop], _boxes(words, others, start, stop))}
        if start + end in owned or _beside(plain, (start + at, start + end), others)
    )  # fmt: skip


def _around(places: Sequence[Span], end: int) -> Iterator[Span]:
    """Stretches that hold everything near to the places, none of them twice."""
    begun: Span | None = None
    for place in sorted(places):
        start, stop = max(place[0] - REACH, 0), min(place[1] + REACH, end)
        if begun and start <= begun[1]:
            begun = (begun[0], max(stop, begun[1]))
            continue
        if begun:
            yield begun
        begun = (start, stop)
    if begun:
        yield begun


def _boxes(words: str, others: Sequence[Span], start: int, stop: int) -> set[str]:
    """The words of the e-mail addresses in a stretch that may be names: "emma" of emma.k2@x.com."""
    here = others[_first(others, start) : _first(others, stop)]
    mailboxes = [words[slice(*other)].partition("@")[0] for other in here]
    return {word for mailbox in mailboxes for word in re.findall("[a-z]{3,}", mailbox.lower())} - THINGS - PLAIN


def _beside(words: str, name: Span, others: Sequence[Span]) -> bool:
    """Whether the one before or the one after stands on the same line, near to it."""
    at = _first(others, name[0])
    for other in others[max(at - 1, 0) : at + 1]:
        between = words[min(name[1], other[1]) : max(name[0], other[0])]
        if "\n" not in between and len(between) <= (BESIDE_LATIN if between.isascii() else BESIDE):
            return True
    return False


def _first(others: Sequence[Span], at: int) -> int:
    """Which of them is the first that begins there or later."""
    return bisect_left(others, (at, 0))


def _chinese(words: str) -> Iterator[Span]:
    yield from (match.span() for match in _NICKNAME.finditer(words))
    for family in _FAMILY.finditer(words):
        start = family.start()
        if not (_START.search(words[max(start - 1, 0) : start]) or _between(words[max(start - 2, 0) : start])):
            continue
        ends = [given.end() for pattern in _GIVEN if (given := pattern.match(words, family.end()))]
        end = next((end for end in ends if _END.match(words, end) or _goes_on(words[end : end + 4])), 0)
        kind = _kind(words[start:end]) if end else "word"
        at_a_number = _NUMBER_AFTER.match(words, end) or _NUMBER_BEFORE.search(words[max(start - 4, 0) : start])
        if kind == "name" or kind == "either" and at_a_number:
            yield start, end


def _between(before: str) -> bool:
    """Whether what stands before ends in a verb, a preposition and the like: "今天到店的有"."""
    return any(before[-letters:] in _words().grammar for letters in (1, 2))


def _goes_on(after: str) -> bool:
    """Whether a verb, an adverb and the like begin what follows, as they follow a name: "反馈"."""
    return any(after[:letters] in _words().grammar for letters in (4, 3, 2))


def _kind(name: str) -> Literal["name", "either", "word"]:
    """What the dictionary knows it as; "either" is both a word and a name, such as 李娜, of whom papers wrote."""
    count, tag = _words().like_names.get(name, (0, "nr"))
    place = not re.match(DOUBLE, name) and _words().like_names.get(name[:2], (0, ""))[1] == "ns"
    ours = any(word.startswith(name) for word in lexical.lexicon())
    if name[-1] in _NO_ENDS or place or ours or not tag.startswith("nr") or count >= _COMMON:
        return "word"
    return "either" if count >= _KNOWN else "name"


class _Words(NamedTuple):
    like_names: dict[str, tuple[int, str]]
    """Words that begin like a name: how often each was counted, and as what."""
    grammar: frozenset[str]
    """Verbs, adverbs, prepositions, conjunctions, pronouns and particles."""


@cache
def _words() -> _Words:
    """The segmenter's dictionary, as far as it tells names from words."""
    begins = rf"(?m)^((?:{SURNAMES}){_HAN}{{1,2}}) (\d+) (\S+)$"
    binds = r"(?m)^(\S+) (\d+) [vdpcru]\S*$"
    like_names = {word: (int(count), tag) for word, count, tag in re.findall(begins, entries())}
    grammar = frozenset(word for word, count in re.findall(binds, entries()) if int(count) >= _KNOWN)
    return _Words(like_names, grammar)


def _latin(words: str, boxes: set[str]) -> Iterator[Span]:
    """Names in Latin letters; one word by itself is one where it is told something, or stands in a mailbox."""
    for match in _LATIN.finditer(words):
        for start, end in _people(match):
            name = words[start:end]
            if " " in name or name.lower() in boxes or _TOLD.search(words[max(start - 12, 0) : start]):
                yield start, end
    yield from (match.span() for match in _PINYIN.finditer(words))
    if boxes:
        told = "|".join(sorted(boxes))
        yield from (match.span() for match in re.finditer(rf"(?<![\w@.])(?:{told})(?: (?:{told}))?(?![\w@.])", words))


def _people(row: re.Match[str]) -> Iterator[Span]:
    """Of a row of capitalised words those before, between and after words that are no part of a name."""
    begun: Span | None = None
    for word in re.finditer(r"[^ ]+", row.group()):
        start, end, plain = row.start() + word.start(), row.start() + word.end(), word.group().lower()
        if plain in THINGS:  # "Silk Repair Mask": the words before it say what kind
            begun = None
        elif plain in PLAIN:
            if begun:
                yield begun
            begun = None
        else:
            begun = (begun[0] if begun else start, end)
    if begun:
        yield begun
