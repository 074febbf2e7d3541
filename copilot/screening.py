"""What a reader may see of a model's words: no image, no foreign link, no markup, and not its instructions.

A page or a chat tool that renders Markdown would fetch an image at once, and with it whatever a model was
talked into writing in its address. Links that the person typed stay.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from copilot.catalogue import text
from copilot.prompts import load_prompt

RUN = 30
"""Characters of the instructions in a row that are left out."""
_NOTICED = 12
"""Characters of them from which a stream waits for what comes next."""
_PASTED = re.compile(r"「[^」]{30,}」|『[^』]{30,}』|“[^”]{30,}”|\"[^\"]{30,}\"")
"""Quoted words as long as these were written by somebody else."""
_UNSEEN = re.compile(
    "[\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)
_URL = (
    r"(?:(?:https?|ftp|file|wss?)\s?[:：]\s?[/／]{2}|mailto:"
    r"|javascript:|vbscript:|data:[a-z]+/|//(?=[\w-]+\.\w)|www\.)[^\s<>()\[\]\"'，。；、（）「」]*"
)
_ADDRESS = re.compile(_URL, re.I)
_DEFINED = re.compile(r"^[ >]{0,8}\[[^\]\n]+\]:[^\n]*$", re.M)
_IMAGE = re.compile(r"!\[[^\]]{0,500}\](?:\([^)\n]*\)|\[[^\]\n]*\])?")
_LINK = re.compile(r"\[(?P<label>[^\[\]\n]*)\]\((?P<target>[^()\n]*(?:\([^()\n]*\)[^()\n]*)*)\)")
_AUTOLINK = re.compile(rf"<(?P<target>{_URL})>", re.I)
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|</?[a-zA-Z][\w:-]*(?:[\s/][^<>]*)?/?>|<[a-zA-Z][\w:-]*[\s/][^<>]*\Z", re.S)
_WORD = re.compile(
    r"</?(?!(?:a|audio|base|button|details|embed|form|frame|frameset|iframe|img|input|link|math|meta|object|script|style"
    r"|svg|template|video)>)[a-z]+>", re.I,
)  # fmt: skip
_OPEN = re.compile(
    r"(?:!\[[^\]]{0,500}|!?\[[^\]\n]*(?:\](?:\([^)\n]*|\[[^\]\n]*|:[^\n]*)?)?|<[a-zA-Z/!][^<>]*|<|!|(?:\b[a-z]{1,10}|[/／])"
    rf"|(?:\b[a-z]{{2,10}}\s?[:：]\s?[/／]?)|{_URL})\Z", re.I,
)  # fmt: skip
"""The end of a text that may yet become an image, a link or markup."""


def own_words(typed: str) -> str:
    """What a person typed, without what they pasted in quotation marks."""
    return _PASTED.sub(" ", typed)


class Screen:
    """The words of one turn, as they stream and as a whole. `typed` are the person's own: their links stay."""

    def __init__(self, typed: str, language: str) -> None:
        self._typed, self._language = own_words(typed), language
        self._held = self._seen = ""
        self._echoing = False

    def feed(self, words: str) -> str:
        """What may be shown by now; the rest waits until it is clear what it is."""
        words = _UNSEEN.sub("", words)
        self._held += words
        self._seen = (self._seen + words)[-4 * RUN :]
        open_ = _OPEN.search(self._held)
        cut = open_.start() if open_ else len(self._held)
        echoed = _echoed(self._seen)
        cut = 0 if echoed and self._echoing else max(0, min(cut, len(self._held) - echoed))
        self._echoing = bool(echoed)
        ready, self._held = self._held[:cut], self._held[cut:]
        return self.clean(ready)

    def rest(self) -> str:
        """What still waits, at the end of a message."""
        ready, self._held, self._seen, self._echoing = self._held, "", "", False
        return self.clean(ready)

    def clean(self, words: str) -> str:
        """The words without what they must not hold; what is left out is said."""
        words = self._without_instructions(_UNSEEN.sub("", words))
        words = _DEFINED.sub(lambda match: match.group() if self._may(match.group()) else "", words)
        words = _IMAGE.sub(self._say("image"), words)
        words = _LINK.sub(self._link, words)
        words = _AUTOLINK.sub(lambda match: match["target"], words)
        words = _TAG.sub(lambda match: match.group() if self._quotes(match.group()) else "", words)
        return _ADDRESS.sub(lambda match: match.group() if self._may(match.group()) else self._say("link"), words)

    def whole(self, words: str) -> str:
        """The same for a whole answer, which is never blank."""
        cleaned = self.clean(words)
        return cleaned if cleaned.strip() or not words.strip() else self._say("all")

    def _say(self, what: str) -> str:
        return text(f"screen.{what}", self._language)

    def _link(self, match: re.Match[str]) -> str:
        if self._may(match["target"]):
            return match.group()
        return match["label"] if _ADDRESS.search(match["target"]) is None else f"{match['label']}{self._say('link')}"

    def _may(self, target: str) -> bool:
        address = _ADDRESS.search(target)
        return address is not None and address.group().lower().startswith("http") and address.group() in self._typed

    def _quotes(self, tag: str) -> bool:
        """Whether the person typed it, and no page knows such an element: "<important>"."""
        return bool(_WORD.fullmatch(tag)) and tag in self._typed

    def _without_instructions(self, words: str) -> str:
        plain, places = _plain(words)
        spans: list[tuple[int, int]] = []
        at = last = 0
        while at + RUN <= len(plain):
            if plain[at : at + RUN] not in _rules():
                at += 1
                continue
            end = at + RUN
            while end < len(plain) and plain[at : end + 1] in _rules():
                end += 1
            near = spans and at - last < _NOTICED
            spans[len(spans) - bool(near) :] = [(spans[-1][0] if near else places[at], places[end - 1] + 1)]
            at = last = end
        for start, end in reversed(spans):
            words = f"{words[:start]}{self._say('instructions')}{words[end:]}"
        return words


def _echoed(words: str) -> int:
    """Characters at the end of `words` that repeat the instructions so far; 0 for fewer than are noticed."""
    plain, places = _plain(words)
    if len(plain) < _NOTICED or plain[-_NOTICED:] not in _rules():
        return 0
    length = _NOTICED
    while length < len(plain) and plain[-length - 1 :] in _rules():
        length += 1
    return len(words) - places[-length]


def _plain(words: str) -> tuple[str, list[int]]:
    """Letters and digits alone, in lower case, and where each stands: marks of emphasis hide nothing."""
    folded = ((place, unicodedata.normalize("NFKC", each).lower()) for place, each in enumerate(words))
    kept = [(place, letter) for place, letters in folded for letter in letters if letter.isalnum()]
    return "".join(letter for _, letter in kept), [place for place, _ in kept]


@cache
def _rules() -> str:
    """The instructions below the line that says who speaks, which is no secret."""
    told = load_prompt("system", language="", data_note="")
    return _plain(told.split("\n\n", 1)[1])[0]
