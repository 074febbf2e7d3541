"""Next best choices in a workspace: single customers for people who may see them, counts for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools import few
from tools.errors import BadArgument, NoData
from tools.next_best import CustomerChoices, NextBestChoices, NextBestOverview
from tools.next_best.overview import choices_of, counted
from tools.results import TIERS
from tools.roles import may, require

if TYPE_CHECKING:
    from copilot.workspace import Workspace
    from tools.segment_data import SegmentData
    from tools.selection.desk import SegmentDesk


def next_best(workspace: Workspace, *, segment: str = "", tier: str = "") -> tuple[NextBestOverview, NextBestChoices]:
    """Choices for a saved segment or a tier, else for everybody with an order: counted, and each customer's own.

    Raises BadArgument for both at once or an unknown one, NoData while no orders are loaded.
    """
    data, desk = _opened(workspace)
    if segment and tier:
        raise BadArgument("next_best_either")
    if tier and tier not in TIERS:
        raise BadArgument("unknown_tier", given=tier, alternatives=list(TIERS))
    found = choices_of(data, desk, segment=segment, tier=tier)
    overview = counted(data, found, segment=segment, tier=tier)
    return overview if may(workspace.settings.role, "rows") else few.next_best(overview), found


def next_best_for(workspace: Workspace, customer_ids: list[str]) -> list[CustomerChoices]:
    """Choices for customers by number; personal. Raises NotAllowed for a viewer, NoData for a number without orders."""
    data, _desk = _opened(workspace)
    require(workspace.settings.role, "rows")
    for each in customer_ids:
        data.tiers.why(each)  # refuses a number that is nobody's
    return data.next_best.choose(customer_ids).rows


def _opened(workspace: Workspace) -> tuple[SegmentData, SegmentDesk]:
    data, desk = workspace.data(), workspace.segments()
    if data is None or desk is None:
        raise NoData("nothing_loaded")
    return data, desk
