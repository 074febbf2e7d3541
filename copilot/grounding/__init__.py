"""Check every figure of an answer against what the turn's tools found and its passages say.

    figures   the numbers and dates of a text
    facts     the numbers of the evidence, each with what it counts
    known     what a turn can vouch for
    clauses   which tier, channel or month a figure is said of
    claims    what is wrong with a figure: unmatched, of another row, a wrong direction, a wrong rank
    sourcing  which result each figure comes from
    checking  the answer with each such figure corrected or marked
"""

from copilot.grounding.checking import Checked, check
from copilot.grounding.figures import Figure, days, figures
from copilot.grounding.known import Known
from copilot.grounding.sourcing import sources

__all__ = ["Checked", "Figure", "Known", "check", "days", "figures", "sources"]
