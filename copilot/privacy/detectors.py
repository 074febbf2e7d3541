"""Personal data by its shape, in Chinese and international spellings."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from copilot.privacy.neighbours import names
from copilot.privacy.spelling import Piece, Reading, put
from copilot.privacy.surnames import SURNAMES

_DATES = re.compile(r"(?<!\d)(?:19|20)\d\d[-/.]?[01]\d[-/.]?[0-3]\d(?!\d)")
_PROVINCE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_HAN = "[\u4e00-\u9fff]"
_LATIN_NAME = r"[A-Z][a-z]+(?:[ \-'][A-Z][a-z]+){0,3}"
_HAN_NAME = rf"(?!什么|谁|哪|多少|怎){_HAN}{{2,4}}(?:·{_HAN}{{1,8}})*"
_FULL_NAME = rf"(?:{SURNAMES}){_HAN}{{1,2}}"
_ADDRESSING = f"(?:(?<!{_HAN})|(?<=[给找问把和跟是叫的向请位]))"
_MAILBOX = r"[A-Za-z0-9\u00c0-\u024f_.+-]"
_HAN_DIGIT = "[零〇一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖]"
_HONORIFIC = "先生|女士|小姐|太太"
_PLATE_END = r"[DF][A-HJ-NP-Z0-9]\d{4}|\d{5}[DF]|[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳]"
_AREA = rf"(?:{_HAN}{{2,4}}(?:省|自治区))?(?:{_HAN}{{2,4}}[市州盟])?(?:{_HAN}{{1,4}}[区县旗镇乡])?"
_ROAD = rf"{_HAN}{{1,6}}?(?:(?<![通链思套线网])路|街道?|大道|巷|弄|胡同|新村|小区|花园|苑)"
_PART = "号[院楼]?|弄|栋|幢|座|单元|楼|层|室"
_HOUSE = rf"{_HAN}{{0,4}}\d{{1,5}}(?:{_PART})(?:\d{{1,5}}(?:{_PART})?|[A-Z]座){{0,4}}"
_STREET = "Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct"


class Found(NamedTuple):
    kind: str
    start: int
    end: int


class Detector(NamedTuple):
    kind: str
    """What a masked text says in its place, as in "[phone]"."""
    pattern: re.Pattern[str]
    """Its group `value` is the personal part; without one, all of it."""
    holds: Callable[[str], bool] = lambda found: True


def _luhn(number: str) -> bool:
    """The check digit of payment cards (ISO/IEC 7812)."""
    digits = [int(character) for character in number if character.isdigit()][::-1]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _no_date(found: str) -> bool:
    return not _DATES.search(found)


def _card(found: str) -> bool:
    return _luhn(found) and _no_date(found)


def _plate(found: str) -> bool:
    return sum(character.isdigit() for character in found) >= 3


def _labelled(labels: str, value: str) -> re.Pattern[str]:
    """A value that only its label gives away: "护照号：E12345678"."""
    return re.compile(rf"(?i:{labels})\s{{0,2}}(?:[:：=]|是|为|(?i:is\b))\s{{0,2}}(?P<value>{value})")


def _parts(first: str) -> re.Pattern[str]:
    """A number in groups of three or more that one and the same mark parts: 138.1234.5678, 310/104/1989…"""
    parts = r"(?P<mark>[ ./_,\-·])\d{3,8}(?:(?P=mark)(?:\d{1,8}[Xx]|\d{2,8})){1,6}"
    return re.compile(rf"(?<![\d.,]){first}\d{{1,6}}{parts}(?!\d)")


def _digits(found: str) -> str:
    return "".join(letter for letter in found if letter.isalnum())


def _mobile(found: str) -> bool:
    return len(_digits(found)) == 11 and _no_date(found)


def _born(found: str) -> bool:
    """Whether 18 digits hold a day of birth where a Chinese ID number does (GB 11643)."""
    return bool(re.fullmatch(r"\d{6}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx]", _digits(found)))


def _hidden(found: str) -> bool:
    """Whether letters are personal data in base64 (RFC 4648), as a log or a link carries it."""
    try:
        words = base64.b64decode(found + "=" * (-len(found) % 4), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return False
    return any(find(words))


# Order matters: an ID number contains what looks like a phone number.
DETECTORS = (
    # From the start of a run of letters and never back into it: a long word would else take the square of its length.
    # Chinese is written without spaces: an address begins after it, unless it is of Chinese letters itself.
    Detector("email", re.compile(rf"(?<!{_MAILBOX}){_MAILBOX}++ ?@ ?[\w-]+(?:\.[\w-]+)+")),
    Detector("email", re.compile(r"(?<![\w.+-])[\w.+-]++ ?@ ?[\w-]+(?:\.[\w-]+)+")),
    Detector("id-number", re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")),
    Detector("id-number", _parts(r"\d\d"), _born),
    Detector("bank-card", re.compile(r"(?<!\d)\d(?:[ -]{0,2}\d){14,18}(?!\d)"), _card),
    Detector("phone", re.compile(r"(?<!\d)(?:\+?86[ -]{0,2})?1[ -]{0,2}[3-9](?:[ -]{0,2}\d){9}(?!\d)"), _no_date),
    Detector("phone", _parts("1[3-9]"), _mobile),
    Detector("phone", re.compile(r"(?<!\d)0\d{2,3}[ -]\d{7,8}(?!\d)"), _no_date),
    Detector("phone", re.compile(r"(?<![\d-])\(?\d{3}\)?[ -]\d{3}[ -]\d{4}(?!\d)"), _no_date),
    Detector("phone", re.compile(r"\+\d{1,3}(?:[ -]?\d){7,12}(?!\d)"), _no_date),
    Detector("phone", re.compile(f"(?<!{_HAN_DIGIT})[一幺壹](?:[ ，,-]?{_HAN_DIGIT}){{10}}(?!{_HAN_DIGIT})")),
    Detector("encoded", re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{12,}={0,2}(?![A-Za-z0-9+/=])"), _hidden),
    Detector("plate", re.compile(rf"[{_PROVINCE}][A-HJ-NP-Z][·• ]?(?:{_PLATE_END})(?![A-Za-z0-9])"), _plate),
    Detector("wechat", re.compile(r"(?<![A-Za-z0-9_])wxid_[A-Za-z0-9]{6,}")),
    Detector("wechat", _labelled("微信(?:号|id)?|wechat(?: ?id)?|(?<![a-z])[vw]x", "[A-Za-z][A-Za-z0-9_-]{5,19}")),
    Detector("qq", _labelled("(?<![a-z])qq(?:号码?)?|扣扣号?", r"[1-9]\d{4,10}(?!\d)")),
    Detector("passport", _labelled(r"护照(?:号码?)?|passport(?: ?(?:no\.?|number))?", r"[A-Z]{1,2}\d{7,8}(?!\d)")),
    Detector("address", re.compile(f"{_AREA}{_ROAD}{_HOUSE}")),
    Detector("address", re.compile(
        rf"(?<![\w.])\d{{1,5}} (?:[A-Z][a-z]+ ){{1,3}}(?:{_STREET})\b\.?(?:,? (?:Apt|Apartment|Suite|Unit|#) ?\w+)?")),
    Detector("name", _labelled("姓名|收[件货]人|联系人|客户名称?|会员名称?|昵称", f"{_HAN_NAME}|{_LATIN_NAME}")),
    Detector("name", _labelled("(?:customer|recipient|contact|full) name", f"{_LATIN_NAME}|{_HAN_NAME}")),
    Detector("name", re.compile(f"(?:名叫|叫做?|名为)(?P<value>{_FULL_NAME})(?=的(?:客户|会员|用户|顾客|人))")),
    Detector("name", re.compile(f"(?<=[户员叫])(?P<value>{_FULL_NAME})(?={_HONORIFIC})")),
    Detector("name", re.compile(f"{_ADDRESSING}(?P<value>{SURNAMES})(?={_HONORIFIC})")),
    Detector("name", re.compile(f"(?<![A-Za-z])(?:Mr|Mrs|Ms|Miss)\\.? (?P<value>{_LATIN_NAME})")),
)  # fmt: skip
CUSTOMER = "customer"
"""The kind of a person whom the loaded data knows."""
_KINDS = "|".join([*dict.fromkeys(detector.kind for detector in DETECTORS), CUSTOMER])
MASKED = re.compile(rf"\[({_KINDS})\]")
"""What stands in a masked text where personal data stood; group 1 is its kind."""
STAND_IN = re.compile(rf"\[(?:{_KINDS})(?:-\d+)?\]")
"""The same, and the numbered ones of what somebody typed: "[phone-1]"."""
_HOTLINE = re.compile(r"[48]00")
"""Numbers of a company: nobody's name stands beside them."""
_BEFORE_A_PLACE = re.compile(rf".*(?:在|到|至|往|是|于|址|给|从)(?={_HAN})")


def find(words: str) -> Iterator[Found]:
    """Personal data in `words` from left to right, none overlapping; the first detector in the list wins."""
    taken, covered = [], bytearray(len(words))

    def take(found: Found) -> None:
        if not any(covered[found.start : found.end]):
            covered[found.start : found.end] = b"\1" * (found.end - found.start)
            taken.append(found)

    for detector in DETECTORS:
        for match in detector.pattern.finditer(words):
            if not detector.holds(match.group()):
                continue
            start, end = match.span("value" if "value" in detector.pattern.groupindex else 0)
            take(Found(detector.kind, start + (_lead(words[start:end]) if detector.kind == "address" else 0), end))
    whose = [found[1:] for found in taken if found.kind != "name" and not _HOTLINE.match(words, found.start)]
    for place in names(words, whose):
        take(Found("name", *place))
    yield from sorted(taken, key=lambda found: found.start)


def _lead(found: str) -> int:
    """Characters before an address begins: a street's name has no end on its left."""
    match = _BEFORE_A_PLACE.match(found)
    return match.end() if match else 0


def replaced(words: str, stand_in: Callable[[str, str], str]) -> str:
    """`words` with `stand_in(kind, value)` for each piece of personal data, which is found however it is spelt; the
    rest, and the value, stay as they were written."""
    reading, pieces = Reading(words), []
    for kind, *place in find(reading.text):
        start, end = reading.written(*place)
        pieces.append(Piece(start, end, stand_in(kind, words[start:end])))
    return put(words, pieces)


def mask(words: str) -> str:
    """Personal data by its kind: "[phone]". Dates stay."""
    return replaced(words, lambda kind, value: f"[{kind}]")
