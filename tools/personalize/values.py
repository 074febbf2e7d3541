"""One value of a customer made fit to stand in a sentence, or nothing where it is not."""

from __future__ import annotations

import math
import re
import unicodedata

from tools.compliance.segments import GSM_7
from tools.compliance.sms import EMOJI
from tools.merge_fields import merge_fields
from tools.offer import Language

NOTHING = frozenset({"", "null", "none", "nan", "nat", "n/a", "na", "undefined", "unknown", "-", "--",
                     "未知", "无", "空", "匿名"})
NOBODY = frozenset({"微信用户", "淘宝用户", "抖音用户", "京东用户", "匿名用户", "新用户", "用户", "会员", "顾客",
                    "客户", "测试", "先生", "女士", "小姐", "test", "user", "guest", "customer", "member", "anonymous",
                    "wechat user"})
"""What a platform puts where nobody gave a name."""
_UNFIT = re.compile(r"[={}()<>\[\]【】@#$%^*/\\|_]|^[+-]|\d{3}|https?:")
"""Marks of a formula, a handle, a masked phone or a template: not something to greet a person by."""
_UNFIT_LABEL = re.compile(r"[={}<>【】@#$^*\\|_]|^[+-]|https?:")
_UNPRINTABLE = re.compile("[\ud800-\udfff\ue000-\uf8ff\ufffe\uffff\U000f0000-\U0010ffff]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_TITLED = {
    "zh": re.compile(r"^([\u3400-\u9fff])(?:[\u3400-\u9fff]{0,3}?)(先生|女士|小姐|太太|老师|医生)$"),
    "en": re.compile(r"^(Mr|Mrs|Ms|Miss|Mx|Dr)\.?\s+(?:\S+\s+)*(\S+)$", re.IGNORECASE),
}


def clean(value: object, field: str, language: Language, channel: str) -> str:
    """A value fit to show, or "" when there is none."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    known = merge_fields().get(field)
    kind = known.kind if known else "fixed"
    if kind == "count":
        return _count(value)
    if _UNPRINTABLE.search(str(value)):  # a letter that only one font knows: without it the name is another
        return ""
    text = _printed(str(value), spare_emoji=channel != "sms" or kind == "fixed")
    if kind == "fixed":
        return text
    text = re.sub(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])", "", text.replace("\u2019", "'"))
    if text.lower() in NOTHING or not re.search(r"\w", text):
        return ""
    fit = _label(text, language) if kind == "label" else _person(text, kind, language)
    return "" if is_narrow(language, channel) and not GSM_7.issuperset(fit) else fit


def is_narrow(language: Language, channel: str) -> bool:
    """Whether one letter beyond GSM-7 more than halves what a message holds: "there" then greets better than a name."""
    return language == "en" and channel == "sms"


def _printed(text: str, *, spare_emoji: bool) -> str:
    """Without control characters, marks of direction and, where vendors refuse them, emoji; single blanks."""
    text = "".join(" " if letter.isspace() else letter for letter in text
                   if letter.isspace() or unicodedata.category(letter) not in ("Cc", "Cf"))
    return re.sub(r"\s+", " ", text if spare_emoji else EMOJI.sub("", text)).strip()


def _person(text: str, kind: str, language: Language) -> str:
    if text.lower() in NOBODY or _UNFIT.search(text):
        return ""
    if kind == "name":
        return text
    titled = _TITLED[language].match(text)
    if titled is None:
        return ""
    return titled[1] + titled[2] if language == "zh" else f"{titled[1].capitalize()} {titled[2]}"


def _label(text: str, language: Language) -> str:
    # A word in the other script would break the sentence; a name is the customer's own.
    if _UNFIT_LABEL.search(text) or (language == "en" and _HAN.search(text)):
        return ""
    if language == "en" and text.capitalize() == text:
        return text.lower()  # a label like "Kitchen" stands inside a sentence
    return text


def _count(value: object) -> str:
    try:
        count = int(float(str(value)))
    except (ValueError, OverflowError):
        return ""
    return str(count) if count > 0 else ""
