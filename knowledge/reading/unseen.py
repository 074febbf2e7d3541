"""What of a PDF's text no reader sees: drawn invisibly, in white on white, too small to read, covered or off the page.

Text over a picture stays, invisible or not: that is how a scan carries the words that were recognised in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from types import MappingProxyType

import numpy as np
from pdfminer.converter import PDFLayoutAnalyzer, TextConverter
from pdfminer.layout import LAParams, LTChar, LTComponent, LTCurve, LTFigure, LTImage, LTLayoutContainer, LTTextBox
from pdfminer.pdffont import PDFType3Font
from pdfminer.pdfinterp import PDFGraphicState, PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage

from knowledge.reading.columns import Table, in_reading_order, spacing
from knowledge.reading.sizes import mark_headings, usual_size

READABLE = 2.0
"""Least height of a letter in points."""
INVISIBLE = (3, 7)
"""Text rendering modes that paint nothing (ISO 32000-1, 9.3.6)."""
WHITE = 0.97
"""Least share of full light in every channel of what counts as white."""
_PLAIN = {"DeviceGray": 1, "CalGray": 1, "DeviceRGB": 3, "CalRGB": 3, "DeviceCMYK": 4, "ICCBased": 0}
"""Colour spaces whose numbers say how light a colour is -> their channels, 0 for any number."""
WIDEST, SLACK = 1.5, 1.2
"""Most space between lines of a paragraph, in heights of a line; and what a line may exceed the usual by."""
Place = tuple[int, int, str]
"""A letter by where it begins, in whole points from the lower left, and what it is."""


@dataclass
class SeenPage:
    """A page's text as a reader sees it, and what was left out."""

    text: str
    unseen: list[str] = field(default_factory=list)
    places: set[Place] = field(default_factory=set)
    """Of the letters left out."""


def seen_pages(data: bytes, tables: Mapping[int, Sequence[Table]] = MappingProxyType({})) -> list[SeenPage]:
    """Read each page, with `tables` of page 0, 1, … in the place of their letters.

    Raises what pdfminer raises for a file that is locked or none of its kind.
    """
    resources, written = PDFResourceManager(), StringIO()
    device = _Reader(tables, resources, written, laparams=LAParams())
    interpreter = _Interpreter(resources, device)
    for page in PDFPage.get_pages(BytesIO(data)):
        interpreter.process_page(page)
    texts = written.getvalue().split("\f")[:-1]
    return [SeenPage(text, *left_out) for text, left_out in zip(texts, device.left_out, strict=True)]


class _Zone(LTLayoutContainer):
    """Letters laid out for themselves, lines joined to paragraphs by the spacing that is usual among them."""

    def __init__(self, page: LTLayoutContainer, letters: list[LTChar], usual: float) -> None:
        super().__init__(page.bbox)
        self._usual = usual
        """Size of the page's usual letters."""
        self.extend(letters)

    def analyze(self, laparams: LAParams) -> None:
        own = copy(laparams)
        own.line_margin = max(laparams.line_margin, min(WIDEST, spacing(self) * SLACK))
        super().analyze(own)
        mark_headings((line for box in self if isinstance(box, LTTextBox) for line in box), self._usual)


class _Interpreter(PDFPageInterpreter):
    def do_sh(self, name: object) -> None:
        self.device.shaded = True


class _Reader(TextConverter):
    """Writes the text that is seen; `left_out` gathers the rest, one entry a page."""

    def __init__(self, tables: Mapping[int, Sequence[Table]], *args, **named) -> None:  # noqa: ANN002, ANN003 - those of TextConverter
        super().__init__(*args, **named)
        self._tables = tables
        self.left_out: list[tuple[list[str], set[Place]]] = []
        self.shaded = False
        """Whether the page has gradients, of which pdfminer tells no place: white letters may lie on them."""
        self._mode = 0
        self._blank: set[int] = set()
        """Letters that paint nothing, by identity; `_pale`: those in white, `_solid`: shapes in any other colour."""
        self._pale: set[int] = set()
        self._solid: set[int] = set()

    def render_string(self, textstate, seq, ncs, graphicstate) -> None:  # noqa: ANN001 - as in pdfminer
        self._mode = textstate.render
        super().render_string(textstate, seq, ncs, graphicstate)

    def render_char(self, matrix, font, fontsize, scaling, rise, cid, ncs, graphicstate) -> float:  # noqa: ANN001
        advance = super().render_char(matrix, font, fontsize, scaling, rise, cid, ncs, graphicstate)
        letter = self.cur_item._objs[-1]
        if self._mode in INVISIBLE or (letter.size < READABLE and not isinstance(font, PDFType3Font)):
            self._blank.add(id(letter))
        elif self._mode in (0, 4) and _is_white(graphicstate):
            self._pale.add(id(letter))
        return advance

    def paint_path(self, gstate, stroke, fill, evenodd, path) -> None:  # noqa: ANN001
        before = len(self.cur_item._objs)
        PDFLayoutAnalyzer.paint_path(self, gstate, stroke, fill, evenodd, path)  # TextConverter keeps no shapes
        if fill and not _is_white(gstate):
            self._solid.update(map(id, self.cur_item._objs[before:]))

    def render_image(self, name, stream) -> None:  # noqa: ANN001
        PDFLayoutAnalyzer.render_image(self, name, stream)

    def end_page(self, page: PDFPage) -> None:
        drawn = list(_drawn(self.cur_item))
        unseen = self._unseen([item for _, item in drawn])
        self.left_out.append((_runs(drawn, unseen), {place(item) for _, item in drawn if id(item) in unseen}))
        for holder in {id(holder): holder for holder, _ in drawn}.values():
            holder._objs = [item for item in holder._objs if id(item) not in unseen]
        self.cur_item._objs = _zoned(self.cur_item, self._tables.get(len(self.left_out) - 1, ()))
        super().end_page(page)
        self._blank, self._pale, self._solid, self.shaded = set(), set(), set(), False

    def _unseen(self, items: list[LTComponent]) -> set[int]:
        """The letters among a page's items, in the order of painting, that nobody sees."""
        letters = [(order, item) for order, item in enumerate(items) if isinstance(item, LTChar)]
        if not letters:
            return set()
        at = np.array([((item.x0 + item.x1) / 2, (item.y0 + item.y1) / 2, order) for order, item in letters])
        tiny = np.array([item.size < READABLE for _, item in letters])
        blank = np.array([id(item) in self._blank for _, item in letters])
        pale = np.array([id(item) in self._pale for _, item in letters]) & (not self.shaded)
        covered, backed, pictured = (np.zeros(len(letters), dtype=bool) for _ in range(3))
        for order, item in enumerate(items):
            if isinstance(item, LTImage):
                pictured |= _within(at, item)
            elif isinstance(item, LTCurve) and item.fill:
                inside = _within(at, item)
                solid = id(item) in self._solid  # in a colour it may be a marker's, which lets the words through
                covered |= inside & (at[:, 2] < order) & (item.height > READABLE) & (not solid)
                backed |= inside & (at[:, 2] > order) & solid
        off = ~_within(at, self.cur_item)
        gone = off | (covered & ~pictured) | (blank & (tiny | ~pictured)) | (pale & ~backed & ~pictured)
        return {id(item) for (_, item), left in zip(letters, gone, strict=True) if left}


def _zoned(page: LTLayoutContainer, tables: Sequence[Table]) -> list[LTComponent]:
    """What is on a page, its letters in zones that pdfminer lays out each for itself."""
    letters = [item for item in page if isinstance(item, LTChar)]
    for table in tables:
        inside = _within(np.array([((one.x0 + one.x1) / 2, (one.y0 + one.y1) / 2) for one in letters]), table)
        letters = [letter for letter, gone in zip(letters, inside, strict=True) if not gone]
    found: list[LTComponent] = []
    usual = usual_size(letters)
    for zone in in_reading_order(letters, tables):
        found.append(zone[0] if isinstance(zone[0], Table) else _Zone(page, zone, usual))
    return found + [item for item in page if not isinstance(item, LTChar)]


def place(letter: LTChar) -> Place:
    return round(letter.x0), round(letter.y0), letter.get_text()


def _drawn(holder: LTLayoutContainer) -> Iterator[tuple[LTLayoutContainer, LTComponent]]:
    """Everything on a page with what holds it, in the order of painting."""
    for item in list(holder):
        if isinstance(item, LTFigure):
            yield from _drawn(item)
        else:
            yield holder, item


def _within(at: np.ndarray, box: LTComponent) -> np.ndarray:
    return (at[:, 0] >= box.x0) & (at[:, 0] <= box.x1) & (at[:, 1] >= box.y0) & (at[:, 1] <= box.y1)


def _runs(drawn: list[tuple[LTLayoutContainer, LTComponent]], unseen: set[int]) -> list[str]:
    """The letters left out as texts: one for those painted one after the other, a line break where a line ends."""
    runs: list[str] = []
    last: LTChar | None = None
    for _, item in drawn:
        if not isinstance(item, LTChar):
            continue
        if id(item) not in unseen:
            last = None
            continue
        if last is None:
            runs.append("")
        elif abs(item.y0 - last.y0) > max(last.size, item.size) / 2:
            runs[-1] += "\n"
        runs[-1] += item.get_text()
        last = item
    return [run for run in runs if run.strip()]


def _is_white(state: PDFGraphicState) -> bool:
    """Whether the fill colour is white; False where that cannot be told."""
    channels = _PLAIN.get(state.ncs.name)
    color = state.ncolor if isinstance(state.ncolor, tuple | list) else (state.ncolor,)
    if channels is None or (channels and channels != len(color)) or not all(isinstance(c, int | float) for c in color):
        return False
    return all(c <= 1 - WHITE for c in color) if len(color) == 4 else all(c >= WHITE for c in color)
