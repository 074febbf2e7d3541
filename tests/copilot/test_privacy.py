"""What a person types is masked before a language model sees it."""

from __future__ import annotations

import pytest

from copilot.privacy import mask


@pytest.mark.parametrize(
    ("words", "masked"),
    [
        ("给 13812345678 发短信", "给 [phone] 发短信"),
        ("138 1234 5678 和 +86-138-1234-5678", "[phone] 和 [phone]"),
        ("１３８１２３４５６７８", "[phone]"),
        ("mail zhang.san@example.com now", "mail [email] now"),
        ("身份证 11010519491231002X", "身份证 [id-number]"),
        ("card 6222 0202 0011 2233 445", "card [bank-card]"),
        ("call 415-555-0132", "call [phone]"),
    ],
)
def test_personal_data_is_masked(words: str, masked: str) -> None:
    assert mask(words) == masked


@pytest.mark.parametrize("words", ["满199减30", "2026-10-31 收入 8,911,407.90", "近90天 top 5", "订单 12345678"])
def test_ordinary_figures_stay(words: str) -> None:
    assert mask(words) == words
