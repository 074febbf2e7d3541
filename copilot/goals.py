"""What a campaign can aim at, and what each tier usually needs."""

from __future__ import annotations

from typing import Literal

Goal = Literal["activate", "second_order", "repurchase", "upsell", "win_back", "refer"]

USUAL_GOAL: dict[str, Goal] = {
    "high": "repurchase",
    "potential": "second_order",
    "mid": "repurchase",
    "low": "activate",
    "dormant": "win_back",
}
