"""The work that both sides do, and what it is done on."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.generate import LAST

Figures = dict[str, Any]
CALLS = ("rfm_overview", "tier_overview", "tier_by_month", "tier_history", "cohort_triangle", "migration",
         "contribution", "contribution_in_order", "segment_preview")  # fmt: skip
SNAPSHOTS = 36
"""Month ends of the tier history: all that the data has."""
MONTH = np.datetime64(LAST, "M")
PREVIEW = {"tier": "dormant", "orders": 3, "channel": "天猫"}
"""Customers previewed: in this tier, with as many orders or more, whose preferred channel is this one."""
