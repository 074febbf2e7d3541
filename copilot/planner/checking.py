"""Hear that a message is to be checked before it is sent, and take the message out of the question untouched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from copilot.catalogue import text
from copilot.checktext import check_text
from copilot.findings import Findings
from copilot.planner.lexicon import lexicon
from copilot.planner.matching import normalise
from copilot.planner.prose import join
from copilot.planner.request import asks_bare, asks_check, asks_of_it
from copilot.planner.step import Step
from copilot.planner.thread import FIGURES

CHECK, ASK = "check", "ask.check"
STEPS = frozenset({CHECK, ASK})
_HEAD = 120
"""Characters before the message at most."""
_SHORT = 30
_LEAST = 4
"""Characters that a message behind a mere comma has at least."""
_QUOTES = {"“": "”", "「": "」", "『": "』", '"': '"'}
_MARKS = "".join(f"{start}{end}" for start, end in _QUOTES.items())
_QUOTED = re.compile("|".join(f"{start}.{{{_LEAST},}}{end}" for start, end in _QUOTES.items()), re.DOTALL)
_HELD_OUT = re.compile(r"(?<!\w)['‘].{12,}['’](?!\w)|(?<=[:：]).{12,}", re.DOTALL)
"""What may be a message where a check is heard: between single quotes, behind a colon."""
_PARTED = re.compile(r"[:：\n]|(?=【)")
_LOOSELY = re.compile(r"[，,。！!？?]|\.(?=\s)")
_TITLED = re.compile(
    r"\s*(?:标题|主题|subject|title)\s*[:：]\s*(?P<title>[^\n]+)\n+(?:(?:正文|内容|body)\s*[:：]\s*)?", re.I
)
_BANNER = re.compile(r"横幅|弹窗|\bbanner|\bpop-?ups?\b|\bin-app\b")
_PUSH = re.compile(r"(?:app|push)通知|\bpush notifications?\b|\bapp notifications?\b")
_NOTICE = re.compile(
    r"通知|验证码|\bnotices?\b|\bnotifications?\b|\bverification\b|\b(?:order|delivery|service) (?:update|message)"
)
_REPLY = re.compile(
    r"(?:拒收|退订)请?(?:回复?|发)|回复?[a-z]{1,2}(?:拒收|退订)|\b(?:reply|text) [a-z]{1,4} to (?:opt|stop|unsub)", re.I
)
"""An opt-out by reply, which only a text message has."""
_DROPPED = re.compile(
    r"\W*(?:算了|不用了?|不查了|取消|谢谢.{0,4}|多谢|never ?mind|cancel|forget it|thanks?(?: you)?|no)\W*", re.I
)
_AGAIN = re.compile(r"那|按|作为|当作?|如果是|要是|换成|改成|(?:same|as|and|for|what about|it is|it's|make it)\b")
"""The same message looked at as something else."""
_REWRITTEN = re.compile(
    r"^\W*(?:那|如果|要是)?(?:我)?(?:改成|换成|改为|写成|这样写|这么写|这条|这个)(?:这样|这条)?(?:呢|行吗"
    r"|可以吗)?\s*[:：]\s*(?P<message>.+)$"
    r"|^\W*(?:and |ok |okay |so |then )*(?:what|how) (?:about|if)(?: i (?:say|write|send"
    r"|put))?(?: this(?: one)?| it)?\s*:\s*(?P<en>.+)$",
    re.I | re.S,
)
"""The message written anew."""


def checking(question: str, earlier: Step | None) -> Step | None:
    """The step that checks a message, or asks for it; None where something else is wanted."""
    for head, message in _cuts(question):
        return _step(head, message)
    sent = lexicon().message_channels.find(normalise(question))
    judged = earlier is not None and earlier.focus in FIGURES and not sent
    if asks_check(normalise(question)) and not (judged and len(question) <= _SHORT):  # "is that good?", of a figure
        return replace(_step(question, ""), focus=ASK, tool="")
    if earlier is None or earlier.focus not in STEPS:
        return None
    return _replied(question, earlier) if earlier.focus == ASK else _once_more(question, earlier)


def quotes_a_message(question: str) -> bool:
    return _QUOTED.search(question) is not None


def holds_a_message(question: str) -> bool:
    """Whether something is quoted or stands behind a colon that may be a message."""
    return quotes_a_message(question) or _HELD_OUT.search(question) is not None


def of_the_quoted(question: str) -> Step:
    """The step that checks the message that is quoted or held out. Raises AttributeError where there is none."""
    match = _QUOTED.search(question) or _HELD_OUT.search(question)
    return _step(f"{question[: match.start()]} {question[match.end() :]}", match.group().strip(f" \n'‘’{_MARKS}"))


def checked(step: Step, findings: Findings, language: str) -> str:
    """What the check found, and by which channel's rules where none was named."""
    told = check_text(findings.text_check, language)
    if "channel" in step.arguments:
        return told
    channel = text(f"draft.channel.{findings.text_check.channel}", language)
    return join(told, text("planner.check_channel", language, channel=channel))


def _cuts(question: str) -> Iterator[tuple[str, str]]:
    """(request, message) for each way to part them, the surest first."""
    for match in _PARTED.finditer(question[:_HEAD]):
        message = _bare(question[match.end() :])
        if message and _asked(question[: match.start()], message):
            yield question[: match.start()], message
    for match in _QUOTED.finditer(question):
        around = f"{question[: match.start()]} {question[match.end() :]}".strip(" -—–:：,，")
        if asks_check(normalise(around)) or asks_bare(normalise(around)):
            yield around, match.group()[1:-1].strip()
    for match in _LOOSELY.finditer(question[:_HEAD]):
        message = _bare(question[match.end() :])
        if len(message) >= _LEAST and asks_check(normalise(question[: match.start()])) and not _small(message):
            yield question[: match.start()], message
    yield from _told_first(question.strip())


def _told_first(question: str) -> Iterator[tuple[str, str]]:
    """A pasted message with the question about it behind it: on a line of its own, or after a signed text."""
    lines = question.rpartition("\n")
    if lines[0].strip() and asks_of_it(normalise(lines[2])):
        yield lines[2], lines[0].strip()
    if question.startswith("【"):
        for match in reversed([*re.finditer(r"[，,。！!；;\s]", question)]):
            if asks_of_it(normalise(question[match.end() :])):
                yield question[match.end() :], question[: match.start() + 1].strip(" ，,；;\n")


def _asked(head: str, message: str) -> bool:
    """A request that names no message needs one behind it, and no question of another kind."""
    words = normalise(head)
    if asks_check(words):
        return not _small(message)
    return asks_bare(words) and not (message.endswith(("?", "？")) and len(message) <= _SHORT)


def _small(message: str) -> bool:
    """Small talk, or the request going on: "thanks", "看看能不能发"."""
    return bool(_DROPPED.fullmatch(message)) or asks_check(normalise(message)) or asks_bare(normalise(message))


def _bare(message: str) -> str:
    """The message without the quotation marks around all of it."""
    words = message.strip()
    if len(words) > 1 and _QUOTES.get(words[0]) == words[-1]:
        return words[1:-1].strip()
    return words


def _step(head: str, message: str) -> Step:
    arguments = _named(normalise(head))
    if arguments.get("channel") in {"push", "email"} and (titled := _TITLED.match(message)):
        arguments, message = arguments | {"title": titled["title"].strip()}, message[titled.end() :].strip()
    if "channel" not in arguments and _REPLY.search(message):
        arguments = arguments | {"channel": "sms"}
    return Step(CHECK, "check_message", {"message": message} | arguments if message else arguments)


def _named(words: str) -> dict[str, str]:
    """Channel, language and kind that a request names."""
    channels = ["banner"] if _BANNER.search(words) else lexicon().message_channels.keys(words)
    languages = lexicon().message_languages.keys(words)
    notice = _NOTICE.search(_PUSH.sub(" ", words))
    named = {"channel": next(iter(channels), ""), "language": next(iter(languages), ""),
             "kind": "notice" if notice else ""}  # fmt: skip
    return {name: value for name, value in named.items() if value}


def _replied(question: str, earlier: Step) -> Step | None:
    """The message that was asked for."""
    message = _bare(question)
    if _DROPPED.fullmatch(message) or (message.endswith(("?", "？", "吗", "呢")) and len(message) <= _SHORT):
        return None
    return Step(CHECK, "check_message", {"message": message} | earlier.arguments)


def _once_more(question: str, earlier: Step) -> Step | None:
    """The last message as a push, or as a notice."""
    if (other := _QUOTED.search(question)) and len(question) - len(other.group()) <= _SHORT:  # "what about “…”"
        return replace(earlier, arguments=earlier.arguments | {"message": other.group()[1:-1].strip()})
    if (after := _REWRITTEN.match(question)) and len(message := after["message"] or after["en"]) >= _LEAST:
        return replace(earlier, arguments=earlier.arguments | {"message": message.strip()})
    words = normalise(question)
    named = _named(words)
    if not named or len(words) > _SHORT or not _AGAIN.match(words):
        return None
    return replace(earlier, arguments=earlier.arguments | named)
