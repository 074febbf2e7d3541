"""Headings of a PDF by the size of their letters, marked as Markdown's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from statistics import median

from pdfminer.layout import LTAnno, LTChar, LTTextLine

from knowledge.cleaning.script import HAN
from knowledge.headings import LONGEST

LARGER = ((1.6, "# "), (1.3, "## "), (1.12, "### "))
"""Size of a heading's letters by that of the page's usual ones, and its mark."""
_HEADING = re.compile(r"(?=.*[^\W\d_]{2})(?!.*[。；;，,]$).+")


def usual_size(letters: Iterable[LTChar]) -> float:
    sizes = [letter.size for letter in letters]
    return median(sizes) if sizes else 0.0


def mark_headings(lines: Iterable[LTTextLine], usual: float) -> None:
    """Put the marks of headings before their lines; one that takes several lines becomes one."""
    before, last = "", None
    for line in lines:
        mark = _mark(line, usual)
        if mark and mark == before:
            wide = HAN.search(last.get_text().rstrip()[-1:])
            last._objs[-1] = LTAnno("" if wide else " ")
        elif mark:
            line._objs.insert(0, LTAnno(mark))
        before, last = mark, line


def _mark(line: LTTextLine, usual: float) -> str:
    words = line.get_text().strip()
    if not _HEADING.fullmatch(words) or len(words) > LONGEST * (1 if HAN.search(words) else 2):
        return ""
    size = usual_size(item for item in line if isinstance(item, LTChar))
    return next((mark for least, mark in LARGER if size >= least * usual), "")
