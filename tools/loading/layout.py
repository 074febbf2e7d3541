"""The shape of a text table: what separates its cells, and where its header is."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass

from tools.loading.columns import known_headers, normal
from tools.loading.report import Note

_NUMBER_OR_DATE = re.compile(r"[-+¥￥$]?\d[\d,.:/\-\sT年月日]*")


@dataclass(frozen=True)
class Splitter:
    """How a line becomes cells: by a delimiter with quotes, or by a pattern of blanks."""

    delimiter: str | None
    pattern: str = ""


@dataclass(frozen=True)
class Frame:
    headers: list[str]
    """As written; col1, col2, … when the file has none."""
    first_row: int
    """Index of the first row of data among the rows that are not blank."""
    has_header: bool
    skipped: int
    """Rows above the header."""
    samples: list[list[str | None]]


def splitter(head: list[str]) -> Splitter:
    """Choose the separator under which most lines have the same number of cells."""
    best: tuple[float, int, Splitter] = (0.0, 1, Splitter(","))
    for delimiter in (",", "\t", ";", "|"):
        try:
            rows = list(csv.reader(head, delimiter=delimiter))
        except csv.Error:
            continue
        agreement, width = _agreement(rows)
        best = max(best, (agreement, width, Splitter(delimiter)), key=lambda option: option[:2])
    if best[0] >= 0.8:
        return best[2]
    for pattern in (r"\s+", r"\s{2,}"):
        agreement, width = _agreement([re.split(pattern, line.strip()) for line in head])
        if agreement > max(best[0], 0.5):
            best = (agreement, width, Splitter(None, pattern))
    return best[2]


def _agreement(rows: list[list[str]]) -> tuple[float, int]:
    """Return the share of rows with the commonest width, to one digit, and that width."""
    widths = Counter(len(row) for row in rows if any(cell.strip() for cell in row))
    width, count = widths.most_common(1)[0] if widths else (0, 0)
    return (round(count / widths.total(), 1), width) if width > 1 else (0.0, width)


def frame(rows: list[list[str | None]]) -> Frame:
    """Find the header among the first rows: the one with most known names, else the first."""
    known = [sum(normal(cell or "") in known_headers() for cell in row) for row in rows[:10]]
    at = known.index(max(known)) if max(known) >= 2 else 0
    width = max(len(rows[at]), Counter(len(row) for row in rows).most_common(1)[0][0])
    if known[at] == 0 and any(_NUMBER_OR_DATE.fullmatch((cell or "").strip()) for cell in rows[0]):
        return Frame([f"col{n}" for n in range(1, width + 1)], 0, False, 0, rows[:3])
    headers = [clean(cell) for cell in rows[at]]
    return Frame(headers + [""] * (width - len(headers)), at + 1, True, at, rows[at + 1 : at + 4])


def clean(header: str | None) -> str:
    """A header on one line, without the marks that nobody sees."""
    return " ".join(re.sub("[\ufeff\u200b-\u200f\u2060]", "", header or "").split())


def unique_names(headers: list[str]) -> tuple[list[str], list[Note]]:
    """Name blank headers after their place and number repeated ones, and say so."""
    names: list[str] = []
    renamed: list[str] = []
    for place, header in enumerate(headers, start=1):
        name, count = header or f"col{place}", 1
        while name in names:
            count += 1
            name = f"{header}_{count}"
        if name != header:
            renamed.append(name)
        names.append(name)
    return names, [Note(key="renamed_headers", params={"columns": ", ".join(renamed)})] if renamed else []
