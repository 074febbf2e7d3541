"""What to say to a customer next, where, when, and whether a discount is needed: each with its reason, or none."""

from tools.next_best.chooser import NextBest
from tools.next_best.results import Choice, CustomerChoices, NextBestChoices, NextBestOverview

__all__ = ["Choice", "CustomerChoices", "NextBest", "NextBestChoices", "NextBestOverview"]
