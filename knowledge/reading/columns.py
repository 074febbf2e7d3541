"""What stands on a PDF page in the order in which a person reads it: columns one after the other, tables in place.

A page is cut into zones: what stands apart at its top and bottom, what runs across it, and each column between.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from statistics import median

from pdfminer.layout import LTChar, LTComponent, LTText

GAP = 1.0
"""Space between letters, in heights of a letter, that parts two pieces of a line; justified words stand closer."""
FEWEST = 4
"""Pieces of lines from which on a side of a page is a column."""
PROSE = 10
"""Letters of a usual piece of a column: those of a table are shorter."""
FULL = 0.6
"""Share of the widest piece's width that a usual one has."""
APART = 1.2
"""Space between lines, in heights of a letter, that sets a page's head and foot apart from its text."""


class Table(LTComponent, LTText):
    """A table as Markdown, with the place that it takes up on the page."""

    def __init__(self, box: tuple[float, float, float, float], markdown: str) -> None:
        LTComponent.__init__(self, box)
        self._markdown = markdown

    def get_text(self) -> str:
        return f"\n{self._markdown}\n\n"


@dataclass
class Piece:
    """Items without a wide gap between them: letters on one line, or one table."""

    items: list[LTChar | Table] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.x0 = min(item.x0 for item in self.items)
        self.x1 = max(item.x1 for item in self.items)
        self.y0 = min(item.y0 for item in self.items)
        self.y1 = max(item.y1 for item in self.items)

    @property
    def middle(self) -> float:
        return (self.y0 + self.y1) / 2

    @property
    def height(self) -> float:
        return self.y1 - self.y0


Zone = list[LTChar | Table]


def in_reading_order(letters: Sequence[LTChar], tables: Sequence[Table] = ()) -> list[Zone]:
    """The letters of a page, in the order of painting, zone by zone; each table is a zone of its own."""
    lines = pieces(letters)
    boxes = [Piece([table]) for table in tables]
    gutter = _gutter(lines)
    if gutter is None:
        return _around(boxes, lines, letters)
    head, body, foot = _parted([*lines, *boxes])
    zones = [zone for zone in (head, *_zones(body, gutter), foot) if zone]
    # A part of a page with columns may have columns of its own.
    return [inner for zone in zones for inner in in_reading_order(*_sorted(zone, letters))]


def pieces(letters: Iterable[LTChar]) -> list[Piece]:
    """Letters painted one after the other on one line."""
    found: list[list[LTChar]] = []
    for letter in letters:
        if found and _follows(found[-1][-1], letter):
            found[-1].append(letter)
        else:
            found.append([letter])
    return [Piece(items) for items in found if "".join(item.get_text() for item in items).strip()]


def spacing(letters: Iterable[LTChar]) -> float:
    """The usual space between the lines of a column, in heights of a line."""
    rows = [row[0] for row in _rows(pieces(letters))]
    spaces = [(above.y0 - below.y1) / below.height for above, below in pairwise(rows) if below.height]
    return median(spaces) if spaces else 0.0


def _follows(last: LTChar, letter: LTChar) -> bool:
    size = max(last.size, letter.size)
    level = abs((last.y0 + last.y1) - (letter.y0 + letter.y1)) < size
    return level and -size < letter.x0 - last.x1 < GAP * size


def _around(boxes: list[Piece], lines: list[Piece], letters: Sequence[LTChar]) -> list[Zone]:
    """One column, cut at its tables."""
    zones: list[Zone] = []
    left = lines
    for box in sorted(boxes, key=lambda box: -box.middle):
        above = [line for line in left if line.middle > box.middle]
        left = [line for line in left if line.middle <= box.middle]
        zones += [_sorted(above, letters)[0], box.items]
    return [zone for zone in (*zones, _sorted(left, letters)[0] if boxes else list(letters)) if zone]


def _sorted(zone: list[Piece], letters: Sequence[LTChar]) -> tuple[list[LTChar], list[Table]]:
    """The letters of a zone in the order of painting, and its tables."""
    inside = {id(item) for piece in zone for item in piece.items}
    tables = [item for piece in zone for item in piece.items if isinstance(item, Table)]
    return [letter for letter in letters if id(letter) in inside], tables


def _gutter(lines: list[Piece]) -> float | None:
    """Where a page parts into columns: most text on its two sides, and little across."""
    rated = []
    for place in sorted({round(line.x0) - 1 for line in lines}):
        left = [line for line in lines if line.x1 <= place + 1]
        right = [line for line in lines if line.x0 >= place]
        if _are_columns(left, right):
            across = len(lines) - len(left) - len(right)
            rated.append((len(left) + len(right) - across, min(len(left), len(right)), place))
    return max(rated)[2] if rated else None


def _are_columns(left: list[Piece], right: list[Piece]) -> bool:
    """Whether prose stands beside prose."""
    return all(len(side) >= FEWEST and _is_prose(side) for side in (_beside(left, right), _beside(right, left)))


def _beside(side: list[Piece], other: list[Piece]) -> list[Piece]:
    return [line for line in side if any(abs(line.middle - each.middle) < 2 * line.height for each in other)]


def _is_prose(side: list[Piece]) -> bool:
    widths = [line.x1 - line.x0 for line in side]
    return median(len(line.items) for line in side) >= PROSE and median(widths) >= FULL * max(widths)


def _parted(found: list[Piece]) -> tuple[list[Piece], list[Piece], list[Piece]]:
    """A page's head, body and foot: a line at its top and one at its bottom, where they stand apart."""
    rows = _rows(found)
    head = rows[0] if len(rows) > 2 and _are_apart(rows[0], rows[1]) else []
    foot = rows[-1] if len(rows) > 2 and _are_apart(rows[-2], rows[-1]) else []
    body = rows[bool(head):len(rows) - bool(foot)]
    return head, [piece for row in body for piece in row], foot


def _rows(found: list[Piece]) -> list[list[Piece]]:
    """Pieces at the same height, the highest first."""
    rows: list[list[Piece]] = []
    for piece in sorted(found, key=lambda piece: -piece.middle):
        if rows and rows[-1][0].middle - piece.middle < piece.height / 2:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return rows


def _are_apart(above: list[Piece], below: list[Piece]) -> bool:
    size = min(piece.height for piece in (*above, *below))
    return min(piece.y0 for piece in above) - max(piece.y1 for piece in below) > APART * size


def _zones(body: list[Piece], gutter: float) -> list[list[Piece]]:
    """Bands of columns, left before right, between what runs across the page."""
    zones: list[list[Piece]] = [[]]
    runs = groupby(sorted(body, key=lambda piece: -piece.middle), key=lambda piece: piece.x0 < gutter < piece.x1 - 1)
    for across, run in runs:
        band = list(run)
        right = [piece for piece in band if piece.x0 >= gutter]
        if across or not right:  # the short end of a paragraph that runs across belongs to it
            zones[-1] += band
        else:
            left, below = _cut([piece for piece in band if piece.x0 < gutter], min(piece.y0 for piece in right))
            zones += [left, right, below]
    return zones


def _cut(left: list[Piece], bottom: float) -> tuple[list[Piece], list[Piece]]:
    """A left column, and what stands apart below the columns: a heading there is no part of it."""
    for number, (above, piece) in enumerate(pairwise(left), 1):
        if piece.y1 < bottom and _are_apart([above], [piece]):
            return left[:number], left[number:]
    return left, []
