"""PDF pages as a person reads them: columns, headings, tables in place, and the letters that PDFs really hold."""

from __future__ import annotations

from knowledge.chunking import passages
from tests.knowledge.test_uploads import pdf, read

LEFT = ["The welcome coupon is worth eight euros", "from a basket of fifty euros and lapses",
        "after three weeks. Later the care team", "calls each customer once and never more.",
        "Gift boxes are not part of this offer."]  # fmt: skip
RIGHT = ["Text messages are kept for the delivery", "notices and for two sale weeks a year.",
         "Push messages are limited to three in a", "week for each customer, counted over all",
         "of the brands that belong to the house."]  # fmt: skip


def line(x: float, y: float, words: str, size: int = 10) -> str:
    return f"BT /F {size} Tf {x} {y} Td ({words}) Tj ET"


def page(path, *painting: str, pages: int = 1):  # noqa: ANN001, ANN201
    """A file whose pages are painted as told."""
    # The helper writes lines of text; what it is given here closes the line that it has begun.
    body = ") Tj ET\n" + "\n".join(painting) + "\nBT /F 12 Tf 60 -500 Td ("
    return read(path, pdf([[body]] * pages)).document


def columns(top: int, left: list[str] = LEFT, right: list[str] = RIGHT) -> list[str]:
    """Two columns, painted row by row."""
    rows = zip(left, right, strict=True)
    return [part for n, (a, b) in enumerate(rows) for part in (line(60, top - 14 * n, a), line(310, top - 14 * n, b))]


def test_a_column_is_read_to_its_end_before_the_next(tmp_path):
    text = page(tmp_path / "a.pdf", *columns(700)).text.replace("\n", " ")
    assert " ".join(LEFT) in text
    assert text.index(RIGHT[0]) > text.index(LEFT[-1])
    assert " ".join(RIGHT[2:]) in text


def test_head_foot_and_what_runs_across_keep_their_place(tmp_path):
    across = "This line runs across both of the columns of the page and says what comes below them in it."
    text = page(tmp_path / "a.pdf", line(60, 790, "Pinecone guide"), line(60, 740, across), *columns(710),
                line(60, 620, across.replace("below", "beneath")), *columns(590, LEFT[::-1], RIGHT[::-1]),
                line(60, 30, "Care team"), line(530, 30, "Page 7")).text  # fmt: skip
    heads = ["Pinecone guide", across[:20], LEFT[0], RIGHT[0], "beneath", "Gift boxes", "of the brands", "Care team"]
    places = [text.rindex(words) if words in ("Gift boxes", "of the brands") else text.index(words) for words in heads]
    assert places == sorted(places)


def test_larger_letters_are_headings_and_a_table_stays_below_its_own(tmp_path):
    rules = "".join(f"60 {y} m 400 {y} l S\n" for y in (700, 670, 640)) + "".join(
        f"{x} 640 m {x} 700 l S\n" for x in (60, 200, 400))
    cells = [line(70, 680, "Level"), line(210, 680, "Free deliveries"), line(70, 650, "Gold"), line(210, 650, "12")]
    body = [line(60, 590 - 14 * n, f"Refunds above {n}00 euros need the signature of the shift lead.") for n in range(1, 9)]
    document = page(tmp_path / "a.pdf", line(60, 760, "Service handbook", 22), line(60, 720, "Benefits", 15), rules, *cells,
                    line(60, 610, "Refunds", 15), *body)  # fmt: skip
    assert document.title == "Service handbook"
    found = {passage.heading: passage.text for passage in passages(document)}
    assert "| Gold | 12 |" in found["Service handbook > Benefits"]
    assert "Refunds above 100" in found["Service handbook > Refunds"]
    assert "Gold" not in found["Service handbook > Refunds"]


def test_wide_spacing_between_lines_is_no_end_of_a_paragraph(tmp_path):
    painted = [line(60, 760 - 18 * n, words) for n, words in enumerate(LEFT[:4])]
    names = [line(60, 640 - 18 * n, f"Shop {n}: open.") for n in range(14)]
    assert " ".join(LEFT[:4]) in page(tmp_path / "a.pdf", *painted, *names).text


def test_two_pages_lose_their_running_head_and_number(tmp_path):
    texts = [["Pinecone guide", f"Rule {word} says what happens to {word} in our shops.", str(n)]
             for n, word in enumerate(["apples", "pears"], 1)]
    text = read(tmp_path / "a.pdf", pdf(texts)).document.text
    assert "Pinecone guide" not in text
    assert text.split("\n\n") == ["Rule apples says what happens to apples in our shops.",
                                  "Rule pears says what happens to pears in our shops."]
