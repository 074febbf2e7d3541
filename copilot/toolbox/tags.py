"""Behaviour tags."""

from __future__ import annotations

from copilot.findings import Findings
from copilot.toolbox.data import Data, loaded


class TagTools:
    """What customers are like, by how they buy and answer."""

    def __init__(self, data: Data) -> None:
        self._data = data

    def tag_overview(self, tags: list[str] | None = None, tier: str = "", as_of: str = "") -> Findings:
        """Count customers and revenue of each behaviour tag: discount seekers, night buyers, lapsing, unreachable, …

        A customer can have several tags, so the counts do not add up.

        Args:
            tags: Tag names or what people call them, e.g. ["lapsing", "折扣敏感"]; empty for all.
            tier: Only customers of this tier (high, potential, mid, low, dormant); "" for everybody.
            as_of: Day (2024-11-30); "" for the data's last day.
        """
        return Findings(evidence=[loaded(self._data).traits.overview(tags or [], tier, as_of)])
