"""How a clean text stands beside its original."""

from __future__ import annotations

from knowledge.listing import LARGEST, compared

LINES = [f"第{n}位客户在{n}天后回来，买了{n * 7}件。" for n in range(100)]


def test_a_long_block_is_marked_line_by_line() -> None:
    original = "\n".join([*LINES[:50], "内部资料 禁止外传", *LINES[50:]])
    clean = "".join(LINES)
    assert len(original) * len(clean) > LARGEST
    (row,) = compared(original, clean)
    assert [piece.text for piece in row.original if piece.gone] == ["内部资料 禁止外传\n"]
    assert "".join(piece.text for piece in row.original) == original


def test_a_short_block_is_marked_letter_by_letter() -> None:
    (row,) = compared("老客 hùi 回\n购", "老客回购")
    assert [piece.text.strip() for piece in row.original if piece.gone] == ["hùi"]


def test_rows_that_repeat_stay_beside_themselves() -> None:
    rows = compared("\n".join(["| 有货 | 1 |"] * 300), "\n".join(["| 有货 | 1 |"] * 300))
    assert {row.change for row in rows} == {"same"}
    assert len(rows) == 300
