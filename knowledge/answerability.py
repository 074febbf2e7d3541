"""Tells a question that the knowledge base can answer from one that only sounds like it."""

from __future__ import annotations

import math

THRESHOLD = 0.5


def signals(shelf, evidence, ranked, passages):
    return {}


def confidence(signals):
    return 0.5
