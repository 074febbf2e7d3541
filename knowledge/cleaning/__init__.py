"""Repairs of what public Chinese documents suffer from, before anything is indexed.

Every repair only takes away or parts and joins lines: nothing is rewritten, save for text that was
decoded with the wrong encoding, and for radicals that stand for the characters that look the same.
What was mended is counted by kind, so that a person can check.
"""

from knowledge.cleaning.encoding import decode
from knowledge.cleaning.pipeline import Cleaned, clean, clean_pages
from knowledge.cleaning.script import HAN, is_traditional, language_of, normalise, simplified

__all__ = [
    "HAN", "Cleaned", "clean", "clean_pages", "decode", "is_traditional", "language_of", "normalise", "simplified",
]  # fmt: skip
