"""Who sends it and how to refuse, outside SMS and English e-mail (L22).

A push notification carries the app's name and a system switch, so its text needs neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.compliance.message import Finding, Message

_REFUSAL = {
    "zh": re.compile(r"退订|拒收|不想.{0,4}收到|不再.{0,3}(?:接收|收到|打扰)|不用再?发|不再发|不需要提醒"
                     r"|设置.{0,6}关闭|取消订阅|免打扰"),
    "en": re.compile(r"\bunsubscribe\b|\bopt[ -]?out\b|\b(?:reply|text|send|replying)\s+stop\b|\bi\'ll stop\b"
                     r"|\bstop (?:these|them|getting|receiving)\b|\bto stop\b|\b(?:rather|prefer) not\b|\bno more\b"
                     r"|\bturn (?:these|them) off\b"),
}


def check(message: Message) -> Iterator[Finding]:
    if message.channel not in ("email", "wecom") or not message.promotes:
        return
    end = len(message.text)
    shown = f"{message.title}\n{message.text}".casefold()
    if message.brand and message.brand.casefold() not in shown:
        yield Finding("L22-brand", 0, 0, blanks={"brand": message.brand})
    if message.channel == "wecom" and not _REFUSAL[message.language].search(message.normal.text):
        yield Finding("L22" if message.language == "zh" else "L22-en", end, end)
