"""Joins lines that were broken at the edge of a page: Chinese without a space, English with one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.cleaning.lines import TERMINAL, Line, kinds, width

NARROWEST, WIDEST = 24, 130
"""Columns of a line that was broken by its width."""
FULL = 0.8
"""Share of its neighbours' width from which on a line is full."""
WINDOW = 4
_PAUSE = re.compile(r"[，。；、！？,;]|\.(?:\s|$)")
_WIDE = re.compile(r"[\u2e80-\u9fff\u3000-\u303f\uff00-\uffef“”‘’…]")


@dataclass(frozen=True)
class _Break:
    """A line break between two lines with words, `blanks` empty lines between them."""

    before: int
    after: int
    blanks: int


def rejoined(lines: list[Line]) -> tuple[list[Line], int]:
    """Return the lines with broken ones joined, and how many breaks went. Headings, lists, tables and code stay."""
    kind = kinds(lines)
    spoken = [n for n, each in enumerate(kind) if each != "blank"]
    breaks = [_Break(a, b, b - a - 1) for a, b in zip(spoken, spoken[1:], strict=False)]
    widths = [min(width(line.text), WIDEST + 1) if kind[n] in ("prose", "list") else 0 for n, line in enumerate(lines)]
    maybe = [each for at, each in enumerate(breaks) if _may_join(each, lines, kind)
             and (_is_amid(each, lines) or _is_full(at, breaks, widths))]
    double = sum(each.blanks == 1 for each in maybe) > 0.3 * len(spoken)
    chosen = [each for each in maybe if each.blanks == 0 or (double and each.blanks == 1)]
    runs = [run for run in _runs(chosen) if _PAUSE.search("".join(lines[n].text for n in run))]
    words = frozenset(re.findall(r"[a-z]{4,}", " ".join(line.text for line in lines).lower())) if runs else frozenset()
    upright, joins = _upright(lines, runs)
    return _joined(lines, upright, words), joins + sum(len(run) - 1 for run in runs)


def _may_join(each: _Break, lines: list[Line], kind: list[str]) -> bool:
    before = lines[each.before].text.rstrip()
    if kind[each.before] not in ("prose", "list") or kind[each.after] != "prose":
        return False
    return not TERMINAL.search(before) and width(before) <= WIDEST


def _is_amid(each: _Break, lines: list[Line]) -> bool:
    """Whether a line ends amid a sentence; a short one may be a form of address."""
    before = lines[each.before].text.rstrip()
    return each.blanks == 0 and before.endswith(("，", "、")) and width(before) >= NARROWEST


def _is_full(at: int, breaks: list[_Break], widths: list[int]) -> bool:
    """Whether the line before a break is about as wide as the lines around it, none of which runs on."""
    around = breaks[max(0, at - WINDOW):at + WINDOW + 1]
    widest = max(value for each in around for value in (widths[each.before], widths[each.after]))
    return NARROWEST <= widest <= WIDEST and widths[breaks[at].before] >= FULL * widest


def _runs(breaks: list[_Break]) -> list[list[int]]:
    """Lines that breaks hold together."""
    runs: list[list[int]] = []
    for each in breaks:
        if runs and runs[-1][-1] == each.before:
            runs[-1].append(each.after)
        else:
            runs.append([each.before, each.after])
    return runs


def _upright(lines: list[Line], runs: list[list[int]]) -> tuple[list[list[int]], int]:
    """The runs, and beside them words set upright: three or more lines of one Han character each."""
    taken = {n for run in runs for n in run}
    found: list[list[int]] = []
    for number, line in enumerate(lines):
        if number in taken or not re.fullmatch(r"\s*[\u3400-\u9fff]\s*", line.text):
            continue
        if found and found[-1][-1] == number - 1:
            found[-1].append(number)
        else:
            found.append([number])
    upright = [run for run in found if len(run) >= 3]
    return runs + upright, sum(len(run) - 1 for run in upright)


def _joined(lines: list[Line], runs: list[list[int]], words: frozenset[str]) -> list[Line]:
    first = {run[0]: run for run in runs}
    inside = {n for run in runs for n in range(run[0] + 1, run[-1] + 1)}
    found = []
    for number, line in enumerate(lines):
        if number in first:
            for other in first[number][1:]:
                line = _glue(line, lines[other], words)
            found.append(line)
        elif number not in inside:
            found.append(line)
    return found


def _glue(before: Line, after: Line, words: frozenset[str]) -> Line:
    head, tail = before.text.rstrip(), after.text.strip()
    broken = re.search(r"([A-Za-z]+)-$", head), re.match(r"[a-z]+", tail)
    if all(broken) and (broken[0][1] + broken[1][0]).lower() in words:
        head, space = head[:-1], ""
    elif head.endswith("-") or _WIDE.match(head[-1:]) or _WIDE.match(tail[:1]):
        space = ""
    else:
        space = " "
    start = len(head) + len(space)
    turns = before.turns
    if after.page != before.last_page:
        turns += ((start, after.page),)
    turns += tuple((start + at, page) for at, page in after.turns)
    return Line(head + space + tail, before.page, turns)
