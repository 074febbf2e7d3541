"""Fills the merge fields of a draft for real customers, on this machine, without a model.

A missing value never shows: a fallback stands in, or the clause that needs the value goes.
"""

from tools.personalize.preview import Preview, awkward_customers, preview, preview_text
from tools.personalize.wording import render

__all__ = ["Preview", "awkward_customers", "preview", "preview_text", "render"]
