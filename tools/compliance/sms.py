"""SMS: signature (L8), opt-out (L9), notices (L10), length (L11, L12), refused symbols (L13), variables (L16)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.compliance.message import Finding, Message
from tools.compliance.segments import GSM_7, GSM_7_EXTENSION, sms_segments
from tools.merge_fields import FIELD, longest

SIGNATURE = re.compile(r"【([^【】]{2,12})】")
_OPT_OUT_ZH = re.compile(r"拒收请回复R|回复?TD?退订|退订请?回复?TD?|回复?R拒收", re.IGNORECASE)
_OPT_OUT_EN = re.compile(r"\b(?:reply|text|txt|send)\s+(?:help for \w+,?\s+)?stop\b|\bstop to (?:opt|end|cancel|unsub"
                         r"|quit)",
                         re.IGNORECASE)
_PROMOTION_ZH = re.compile(r"[\d一二三四五六七八九]折|满\d+减|优惠|特惠|促销|新品|上新|领券|立减|直降|赠品|秒杀|抢购"
                           r"|[双三\d]倍积分|送小样|到店即送|活动火热|更省|抽奖|红包")
_PROMOTION_EN = re.compile(r"\b\d+% off|\bdiscount|\bsale\b|\bspecial offer|\bnew arrivals|\bfree gift|\bdeals?\b"
                           r"|\bcoupon|\bmoney off",
                           re.IGNORECASE)
EMOJI = re.compile("[\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\U0001f000-\U0001faff]+")
_REFUSED = re.compile(r"[¥￥★☆※√☞●◆■♥♡]|\^_\^|" + EMOJI.pattern)
SUBSTITUTES = {"\u2013": "-", "\u2014": "-", "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"',
               "\u2026": "...", "\u00a0": " ", "，": ",", "。": ".", "！": "!"}


def check(message: Message) -> Iterator[Finding]:
    if message.channel != "sms":
        return
    yield from _signature(message)
    yield from _opt_out(message) if message.promotes else _notice(message)
    yield from _length(message)
    yield from _symbols(message)
    yield from _variables(message)


def _signature(message: Message) -> Iterator[Finding]:
    text = message.text
    if message.language == "en":
        if message.brand and not text.casefold().startswith(message.brand.casefold()):
            yield Finding("L8-en", 0, min(len(text), 12), blanks={"brand": message.brand})
        return
    own = message.own.signature or message.brand
    signatures = list(SIGNATURE.finditer(text))
    if not signatures or signatures[0].start() != 0:
        yield Finding("L8", 0, min(len(text), 12), blanks={"brand": own or "品牌"})
    elif own and signatures[0][1] != own:
        yield Finding("L8-brand", *signatures[0].span(), blanks={"brand": own})
    for extra in signatures[1:] if signatures and signatures[0].start() == 0 else []:
        yield Finding("L8-again", *extra.span())


def _opt_out(message: Message) -> Iterator[Finding]:
    text = message.text.rstrip()
    if message.language == "en":
        if not _OPT_OUT_EN.search(text):
            yield Finding("L9-en", max(len(text) - 20, 0), len(text))
        return
    found = list(_OPT_OUT_ZH.finditer(text))
    form = message.vendor.opt_out
    if found and form and not any(text.rstrip("。.!！").endswith(words) for words in form):
        yield Finding("L9-form", *found[-1].span(), blanks={"form": form[0]})
    elif not found or found[-1].end() < len(text.rstrip("。.!！")):
        span = found[-1].span() if found else (max(len(text) - 10, 0), len(text))
        yield Finding("L9", *span)


def _notice(message: Message) -> Iterator[Finding]:
    zh = message.language == "zh"
    for pattern in (_PROMOTION_ZH, _OPT_OUT_ZH) if zh else (_PROMOTION_EN, _OPT_OUT_EN):
        for match in pattern.finditer(message.text):
            yield Finding("L10", *match.span())


def _length(message: Message) -> Iterator[Finding]:
    zh = message.language == "zh"
    counted = sms_segments(longest(message.text, message.language, message.offer), market="cn" if zh else "other")
    blanks = {"characters": str(counted.characters), "segments": str(counted.segments)}
    end = len(message.text)
    if zh and counted.characters > 500:
        yield Finding("L11-limit", 0, end, blanks=blanks)
    elif counted.segments > 1:
        yield Finding("L11", 0, end, blanks=blanks)
    if not zh:
        without_fields = FIELD.sub(lambda m: "x" * len(m.group()), message.text)
        odd = [at for at, letter in enumerate(without_fields) if letter not in GSM_7 and letter not in GSM_7_EXTENSION]
        for at in odd[:5]:
            yield Finding("L12", at, at + 1, blanks={"instead": SUBSTITUTES.get(message.text[at], "-")})


def _symbols(message: Message) -> Iterator[Finding]:
    for match in _REFUSED.finditer(message.text):
        yield Finding("L13", *match.span())


def _variables(message: Message) -> Iterator[Finding]:
    field = FIELD.search(message.text)
    if field and message.promotes and not message.vendor.variables:
        yield Finding("L16-none", *field.span())
    for match in re.finditer(r"\}\s*\{", message.text):
        yield Finding("L16", *match.span())
    fixed = _OPT_OUT_ZH.sub("", SIGNATURE.sub("", FIELD.sub("", message.text)))
    if FIELD.search(message.text) and not re.search(r"[\w\u4e00-\u9fff]", fixed):
        yield Finding("L16-only", 0, len(message.text))
