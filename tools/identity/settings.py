"""What a link run can be told."""

from __future__ import annotations

from tools.errors import BadArgument
from tools.results import Frozen


class LinkSettings(Frozen):
    """Thresholds and guards of one run."""

    threshold: float = 0.95
    """From this match probability on a pair is linked without asking."""
    review: float = 0.5
    """From this probability on a person is asked; below it nothing is kept."""
    shared_by: int = 5
    """A phone, e-mail, member number or device of more accounts than this is a shop's or a family's: no evidence."""
    largest: int = 20
    """Accounts of one person at most; a link that would exceed it is put up for review."""
    seed: int = 20241111

    @classmethod
    def checked(cls, threshold: float | None = None, review: float | None = None) -> LinkSettings:
        """The defaults with these thresholds. Raises BadArgument unless 0 < review <= threshold <= 1."""
        high = cls().threshold if threshold is None else threshold
        low = min(cls().review, high) if review is None else review
        if not 0 < low <= high <= 1:
            raise BadArgument("bad_link_threshold", threshold=high, review=low)
        return cls(threshold=high, review=low)
